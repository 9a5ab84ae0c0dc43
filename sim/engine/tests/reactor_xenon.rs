//! Xenon against the reference curves, and what must hold for any step.
#![allow(clippy::float_cmp, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "exact on purpose")]

mod reference;

use energyopti_engine::Lanes;
use energyopti_engine::assets::reactor::xenon::{Xenon, XenonModel};
use proptest::prelude::*;
use reference::{number, relative, table};

#[test]
fn every_row_of_the_reference_curves_holds_for_any_splitting() {
    let (Some(params), Some(rows)) = (table("reactor/xenon_params.csv"), table("reactor/xenon.csv")) else { return };
    let value = |name: &str| number(&params.iter().find(|row| row[0] == name).unwrap()[1]);
    let model = XenonModel {
        yield_iodine: value("gamma_I"),
        yield_xenon: value("gamma_Xe"),
        half_life_iodine_h: value("half_life_I135"),
        half_life_xenon_h: value("half_life_Xe135"),
        cross_section_cm2: value("sigma_a_Xe"),
        flux_full_power: value("phi0"),
    };
    assert_eq!(model, XenonModel::PWR);
    let mut worst: f64 = 0.0;
    for row in &rows {
        let (hours, power) = (number(&row[1]), number(&row[2]));
        let (iodine, xenon) = model.predict(1.0, 1.0, power, hours);
        let mut state = Xenon::equilibrium(&model, 1.0, 0.25);
        for _ in 0..(4.0 * hours) as u32 {
            state.step(&model, &Lanes::splat(power));
        }
        for (got, want) in [(iodine, &row[3]), (xenon, &row[4]), (state.iodine[63], &row[3]), (state.xenon[0], &row[4])]
        {
            worst = worst.max(relative(got, number(want)));
        }
    }
    assert!(worst < 1e-6);
}

#[test]
fn the_peak_after_shutdown_comes_at_8_380_h_with_1_9015() {
    let model = XenonModel::PWR;
    let hours = model.extremum_hours(1.0, 1.0, 0.0).unwrap();
    let (_, peak) = model.predict(1.0, 1.0, 0.0, hours);
    assert!((hours - 8.380).abs() < 5e-4 && (peak - 1.901_55).abs() < 1e-5);
}

#[test]
fn the_way_back_below_a_limit_is_found_behind_the_peak() {
    let model = XenonModel::PWR;
    let hours = model.hours_until_below(1.0, 1.0, 0.0, 0.9).unwrap();
    assert!((model.predict(1.0, 1.0, 0.0, hours).1 - 0.9).abs() < 1e-12 && hours > 8.4);
    let peak = model.predict(1.0, 1.0, 0.0, 8.0);
    assert!(model.hours_until_below(peak.0, peak.1, 0.0, 1.5).unwrap() > 8.0);
    assert_eq!(model.hours_until_below(1.0, 1.0, 0.0, 1.0), Some(0.0));
    assert_eq!(model.hours_until_below(1.0, 1.0, 1.0, 0.9), None);
}

#[test]
fn faults_name_every_broken_rule() {
    assert!(XenonModel::PWR.faults().is_empty() && XenonModel::SMR.faults().is_empty());
    let broken = XenonModel { half_life_iodine_h: 0.0, yield_xenon: -0.001, ..XenonModel::PWR };
    let keys: Vec<_> = broken.faults().iter().map(|fault| fault.key).collect();
    assert_eq!(keys, ["yield_xenon", "half_life_iodine_h"]);
}

proptest! {
    #[test]
    fn ten_hours_at_once_are_six_hundred_minutes(power in 0.0..1.0_f64, iodine in 0.0..1.5_f64, xenon in 0.0..2.5_f64) {
        let model = XenonModel::PWR;
        let once = model.predict(iodine, xenon, power, 10.0);
        let mut state = Xenon::equilibrium(&model, power, 1.0 / 60.0);
        (state.iodine, state.xenon) = (Lanes::splat(iodine), Lanes::splat(xenon));
        for _ in 0..600 {
            state.step(&model, &Lanes::splat(power));
        }
        prop_assert!((state.iodine[5] - once.0).abs() < 1e-12);
        prop_assert!((state.xenon[5] - once.1).abs() < 1e-12);
    }

    #[test]
    fn amounts_are_never_negative(power in 0.0..1.0_f64, iodine in 0.0..2.0_f64, xenon in 0.0..2.0_f64, log_t in -4.0..4.0_f64) {
        let (i, x) = XenonModel::PWR.predict(iodine, xenon, power, libm::pow(10.0, log_t));
        prop_assert!(i >= 0.0 && x >= 0.0);
    }
}
