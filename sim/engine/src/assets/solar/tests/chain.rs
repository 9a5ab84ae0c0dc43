//! The whole chain from the clock to the bus at five places, against pvlib 0.16.

#![expect(clippy::unreadable_literal, reason = "numbers as the reference prints them")]

use super::super::cell::CellTemperature;
use super::super::location::Location;
use super::super::plant::Plant;
use super::super::pvwatts::Pvwatts;
use super::super::step::Transposition::{self, HayDavies, Isotropic};
use super::super::step::{SunStep, Surface};
use crate::lanes::Lanes;

/// A standard plant of 100 MW DC somewhere, and what it gives.
struct Case {
    /// Unix seconds.
    time: f64,
    /// Latitude and longitude in degrees, altitude in m, Linke turbidity.
    place: [f64; 4],
    /// Tilt and azimuth in degrees, albedo.
    surface: (f64, f64, f64, Transposition),
    cells: &'static str,
    /// Clear-sky index.
    kc: f64,
    /// Temperature in degrees Celsius, wind in m/s.
    air: [f64; 2],
    /// GHI, DNI, DHI of the clear sky in W/m2.
    clear: [f64; 3],
    /// On the plane under the clouds, in W/m2.
    poa: f64,
    /// AC power in MW.
    ac: f64,
}

const CASES: [Case; 5] = [
    // Sydney roof, 1950-01-10T01:30:00Z
    Case {
        time: -630369000.0,
        place: [-33.87, 151.21, 58.0, 3.5],
        surface: (20.0, 0.0, 0.2, HayDavies),
        cells: "sapm_close_mount_glass_glass",
        kc: 0.8,
        air: [27.0, 4.0],
        clear: [1037.93407, 930.22868, 134.51909],
        poa: 834.23991,
        ac: 59.87091,
    },
    // Denver field, 2087-12-03T15:10:00Z
    Case {
        time: 3721302600.0,
        place: [39.74, -104.99, 1609.0, 2.2],
        surface: (40.0, 180.0, 0.25, HayDavies),
        cells: "sapm_open_rack_glass_glass",
        kc: 1.1,
        air: [-8.0, 6.0],
        clear: [130.39593, 719.45414, 8.61266],
        poa: 370.44758,
        ac: 33.16186,
    },
    // Longyearbyen wall, 2019-05-21T21:00:00Z
    Case {
        time: 1558472400.0,
        place: [78.22, 15.65, 10.0, 2.0],
        surface: (90.0, 330.0, 0.7, Isotropic),
        cells: "faiman",
        kc: 0.6,
        air: [-3.0, 9.0],
        clear: [128.61893, 664.46442, 14.22608],
        poa: 100.03567,
        ac: 8.71546,
    },
    // Nairobi tilted away, 2060-03-21T09:30:00Z
    Case {
        time: 2847087000.0,
        place: [-1.29, 36.82, 1795.0, 4.0],
        surface: (15.0, 90.0, 0.15, Isotropic),
        cells: "pvsyst_semi_integrated",
        kc: 1.0,
        air: [24.0, 2.0],
        clear: [1154.21615, 960.94534, 194.64637],
        poa: 1131.58449,
        ac: 78.80987,
    },
    // Berlin low sun, 2003-10-17T15:20:00Z
    Case {
        time: 1066404000.0,
        place: [52.52, 13.405, 34.0, 3.0],
        surface: (35.0, 250.0, 0.2, HayDavies),
        cells: "pvsyst_insulated",
        kc: 0.9,
        air: [11.0, 1.0],
        clear: [47.88515, 246.61345, 21.03023],
        poa: 53.70242,
        ac: 4.19708,
    },
];

fn plant(case: &Case) -> Plant {
    let [latitude_deg, longitude_deg, altitude_m, linke] = case.place;
    let (tilt_deg, azimuth_deg, albedo, transposition) = case.surface;
    let place = Location::new(latitude_deg, longitude_deg, altitude_m);
    Plant {
        location: Location { linke_turbidity: [linke; 12], ..place },
        surface: Surface { tilt_deg, azimuth_deg, albedo, transposition },
        temperature: CellTemperature::named(case.cells).unwrap(),
        power: Pvwatts::standard(100.0),
    }
}

#[test]
fn plants_anywhere_give_what_pvlib_gives() {
    for case in &CASES {
        let model = plant(case).prepare();
        let step = model.outlook.step(case.time);
        let close = |value: f64, expected: f64| {
            let tolerance = 1e-4_f64.max(1e-5 * expected);
            assert!((value - expected).abs() < tolerance, "{}: {value}, not {expected}", case.time);
        };
        for (value, expected) in [step.clear.ghi, step.clear.dni, step.clear.dhi].into_iter().zip(case.clear) {
            close(value, expected);
        }
        close(model.plane_of_array(&step, model.clouded(&step, case.kc)).global(), case.poa);
        let mut out = Lanes::splat(f64::NAN);
        model.power_mw(&step, &model.air(case.air[0], case.air[1]), &Lanes::splat(case.kc), &mut out);
        out.iter().for_each(|power| close(*power, case.ac));
    }
}

#[test]
fn on_level_modules_more_light_never_gives_less_power() {
    // Level modules see the global irradiance whatever its split.
    let mut level = plant(&CASES[0]);
    level.surface.tilt_deg = 0.0;
    let model = level.prepare();
    let step: SunStep = model.outlook.step(CASES[0].time);
    let (mut kc, mut out) = (Lanes::splat(0.0), Lanes::splat(f64::NAN));
    for lane in 1..kc.len() {
        kc[lane] = kc[lane - 1] + 1.2 / 64.0;
    }
    model.power_mw(&step, &model.air(25.0, 2.0), &kc, &mut out);
    assert!(out.windows(2).all(|pair| pair[0] <= pair[1]), "{out:?}");
    assert!(out[0] == 0.0 && out[63] > 50.0);
}

#[test]
fn faults_of_all_parts_are_told_at_once() {
    let mut broken = plant(&CASES[0]);
    assert_eq!(broken.faults(), []);
    broken.location.latitude_deg = 90.5;
    broken.location.linke_turbidity[3] = 0.0;
    broken.surface.tilt_deg = f64::NAN;
    broken.power.losses_pu = -0.1;
    let keys: Vec<&str> = broken.faults().iter().map(|fault| fault.key).collect();
    assert_eq!(keys, ["latitude_deg", "linke_turbidity", "tilt_deg", "losses_pu"]);
    assert_eq!(broken.faults()[0].rule, "must lie between -90 and 90");
}
