//! The Sun over places that break lesser algorithms, against pvlib 0.16 (`spa`, delta T 67 s).

#![expect(clippy::unreadable_literal, reason = "numbers as the reference prints them")]

use super::super::position::{refraction_deg, sun};

/// Unix seconds, latitude, longitude, altitude m, pressure Pa, temperature in degrees Celsius; then
/// zenith, apparent zenith, azimuth in degrees, equation of time in minutes.
const KNOWN: [([f64; 6], [f64; 4]); 12] = [
    // Sydney, 1950-01-01T02:00:00Z
    ([-631144800.0, -33.87, 151.21, 58.0, 101325.0, 12.0], [10.811565, 10.808368, 358.087717, -3.27696]),
    // Sydney, 2100-12-31T23:00:00Z
    ([4133977200.0, -33.87, 151.21, 58.0, 101325.0, 12.0], [40.315630, 40.301356, 86.393803, -3.05939]),
    // Quito noon, 2024-03-20T17:20:00Z
    ([1710955200.0, -0.18, -78.47, 2850.0, 71500.0, 14.0], [0.500415, 0.500334, 34.112134, -7.23921]),
    // Quito noon, 2075-09-23T17:06:00Z
    ([3336483960.0, -0.18, -78.47, 2850.0, 71500.0, 14.0], [0.149966, 0.149957, 166.467859, 7.74230]),
    // Singapore, 1988-04-02T05:10:00Z
    ([575961000.0, 1.35, 103.82, 15.0, 100900.0, 31.0], [3.684969, 3.683982, 353.430347, -3.58471]),
    // Longyearbyen, 2019-06-21T23:00:00Z
    ([1561158000.0, 78.22, 15.65, 10.0, 99800.0, 3.0], [78.346931, 78.267719, 0.177319, -1.83955]),
    // Longyearbyen, 2019-02-16T11:00:00Z
    ([1550314800.0, 78.22, 15.65, 10.0, 101500.0, -18.0], [90.584360, 89.942340, 177.195904, -14.07826]),
    // South Pole, 2031-12-21T06:00:00Z
    ([1955599200.0, -90.0, 0.0, 2835.0, 68000.0, -28.0], [66.571831, 66.541840, 89.456844, 2.17584]),
    // North Pole, 1966-06-21T18:00:00Z
    ([-111391200.0, 90.0, 0.0, 0.0, 101325.0, -1.0], [66.557041, 66.516816, 269.590827, -1.63289]),
    // Fiji, 1999-12-31T18:30:00Z
    ([946665000.0, -17.7, 178.0, 5.0, 100800.0, 26.0], [78.930988, 78.853484, 110.915680, -2.93417]),
    // La Paz, 2050-07-01T21:30:00Z
    ([2540323800.0, -16.5, -68.15, 3640.0, 65000.0, 5.0], [81.841767, 81.770925, 297.048945, -4.06794]),
    // Berlin, 2003-10-17T16:05:00Z
    ([1066406700.0, 52.52, 13.405, 34.0, 101325.0, 12.0], [90.347159, 89.812857, 255.127346, 14.61245]),
];

#[test]
fn the_sun_is_found_at_any_place_and_date() {
    for ([time, latitude, longitude, altitude, pressure, temperature], [zenith, apparent, azimuth, minutes]) in KNOWN {
        let found = sun(time, latitude, longitude, altitude, pressure, temperature);
        assert!((found.zenith_deg - zenith).abs() < 1e-5, "{time} {found:?}");
        assert!((found.apparent_zenith_deg - apparent).abs() < 1e-5, "{time} {found:?}");
        // The same arc spans more azimuth close to the zenith.
        let arc = (found.azimuth_deg - azimuth).abs() * libm::sin(zenith.to_radians());
        assert!(arc < 1e-5, "{time} {found:?}");
        assert!((found.equation_of_time_min - minutes).abs() < 5e-5, "{time} {found:?}");
    }
}

#[test]
fn two_suns_a_day_apart_at_the_poles_circle_at_one_height() {
    for latitude in [-90.0, 90.0] {
        for hour in 0..24 {
            // From 2024-06-20T12:00Z on: the declination turns at 23.438 degrees.
            let time = 1_718_884_800.0 + 3_600.0 * f64::from(hour);
            let found = sun(time, latitude, 0.0, 0.0, 101_325.0, 12.0);
            let height = 90.0 - found.zenith_deg;
            assert!((height.abs() - 23.437).abs() < 0.004, "{latitude} {hour} {found:?}");
            assert_eq!(found.is_up(), latitude > 0.0);
        }
    }
}

#[test]
fn refraction_lifts_the_horizon_by_half_a_degree_and_ends_below_it() {
    // Meeus (1998), chapter 16: 28.98' at the horizon for 1010 hPa and 10 degrees Celsius.
    assert!((refraction_deg(0.0, 101_000.0, 10.0) - 28.98 / 60.0).abs() < 1e-3);
    assert!(refraction_deg(-0.834, 101_325.0, 12.0) == 0.0);
    assert!(refraction_deg(90.0, 101_325.0, 12.0).abs() < 1e-4);
    assert!(refraction_deg(10.0, 0.0, 12.0) == 0.0);
}
