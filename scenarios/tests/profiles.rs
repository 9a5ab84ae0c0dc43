//! The synthetic profiles of the library are what the formulas in the scenarios' headers give.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::f64::consts::PI;

/// Repeatable noise in [0, 1).
fn noise(n: usize) -> f64 {
    let x = 43_758.545_3 * (12.9898 * (real(n) + 1.0)).sin();
    x - x.floor()
}

fn real(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap())
}

fn solar(hour: usize) -> f64 {
    let (day, time) = (hour / 24, real(hour % 24) + 0.5);
    let season = (2.0 * PI * (real(day) + 10.0) / 365.0).cos();
    let length = 12.0 - 4.5 * season;
    if (time - 12.0).abs() >= length / 2.0 {
        return 0.0;
    }
    (0.6 - 0.25 * season) * (PI * (time - 12.0) / length).cos() * (0.35 + 0.65 * noise(day))
}

fn wind(hour: usize) -> f64 {
    let wave = |period_h: f64, phase: f64| (2.0 * PI * real(hour) / period_h + phase).sin();
    let v = 0.5
        + 0.10 * (2.0 * PI * real(hour) / 8760.0).cos()
        + 0.16 * wave(103.0, 0.6)
        + 0.13 * wave(59.3, 2.1)
        + 0.09 * wave(27.1, 4.0)
        + 0.08 * (noise(hour) - 0.5);
    (1.45 * (v - 0.18)).clamp(0.0, 1.0).powi(2)
}

fn port_load(hour: usize) -> f64 {
    const BY_HOUR: [f64; 24] = [
        62., 60., 59., 59., 61., 68., 79., 90., 97., 100., 99., 98., 95., 96., 97., 95., 92., 91., 94., 96., 90., 82.,
        74., 67.,
    ];
    let day = hour / 24;
    // 2025 begins on a Wednesday; 0 is Monday.
    let week = match (day + 2) % 7 {
        5 => 0.82,
        6 => 0.74,
        _ => 1.0,
    };
    let season = 1.0 + 0.12 * (2.0 * PI * (real(day) - 15.0) / 365.0).cos();
    4.9 * week * BY_HOUR[hour % 24] / 100.0 * season * (0.96 + 0.08 * noise(hour))
}

fn compare(file: &str, header: &str, steps: usize, formula: fn(usize) -> f64) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(header), "{file}");
    let values: Vec<f64> = lines.map(|line| line.parse().unwrap()).collect();
    assert_eq!(values.len(), steps, "{file}");
    for (hour, value) in values.into_iter().enumerate() {
        let wanted = formula(hour);
        assert!((value - wanted).abs() < 0.000_051, "{file}, hour {hour}: {value}, the formula gives {wanted}");
    }
}

#[test]
fn the_profiles_of_rts79_storage_follow_their_formulas() {
    compare("rts79_wind.csv", "pu", 8736, wind);
    compare("rts79_solar.csv", "pu", 8736, solar);
}

#[test]
fn the_profiles_of_the_harbour_follow_their_formulas() {
    compare("port_load.csv", "mw", 8760, port_load);
    compare("roof_pv.csv", "pu", 8760, solar);
}
