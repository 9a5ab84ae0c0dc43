//! Point kinetics against published tables, and what must hold for any input.
#![allow(clippy::float_cmp, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "exact on purpose")]

mod reference;

use energyopti_engine::assets::reactor::inhour::{modes, prompt_jump, required_reactivity};
use energyopti_engine::assets::reactor::kinetics::{Neutronics, PointKinetics};
use proptest::prelude::*;
use reference::{number, relative, table};

fn set(name: &str, params: &[Vec<String>]) -> PointKinetics {
    let rows: Vec<_> = params.iter().filter(|row| row[0] == name).collect();
    PointKinetics {
        beta: std::array::from_fn(|i| number(&rows[i][2])),
        decay_per_s: std::array::from_fn(|i| number(&rows[i][3])),
        generation_time_s: number(&rows[0][4]),
    }
}

fn fast() -> PointKinetics {
    PointKinetics {
        beta: [0.000_167_2, 0.001_232, 0.000_950_4, 0.001_443, 0.000_453_4, 0.000_154],
        decay_per_s: [0.0129, 0.0311, 0.134, 0.331, 1.26, 3.21],
        generation_time_s: 1e-7,
    }
}

#[test]
fn every_row_of_the_step_benchmark_holds_in_one_step() {
    let (Some(params), Some(rows)) =
        (table("reactor/point_kinetics_params.csv"), table("reactor/point_kinetics_step.csv"))
    else {
        return;
    };
    let mut worst: f64 = 0.0;
    for row in &rows {
        let kinetics = set(row[0].trim_end_matches("(beta sum)"), &params);
        let (state, _) = kinetics.step(&Neutronics::equilibrium(1.0), number(&row[1]), number(&row[3])).unwrap();
        let error = relative(state.power, number(&row[4]));
        worst = worst.max(error);
    }
    assert!(worst < 1e-6);
}

#[test]
fn typed_in_values_of_the_thermal_reactor_hold() {
    // Thermal reactor I (Nobrega 1971), the step benchmark of the point kinetics literature.
    for (rho, t_s, power) in
        [(0.003, 10.0, 8.019_199_973_2), (0.007, 2.0, 2.059_156_018e11), (0.008, 1.0, 6.163_333_75e23)]
    {
        let (state, _) = PointKinetics::THERMAL.step(&Neutronics::equilibrium(1.0), rho, t_s).unwrap();
        assert!(relative(state.power, power) < 1e-8, "{rho} {t_s}: {}", state.power);
    }
}

#[test]
fn the_roots_satisfy_the_inhour_equation() {
    for kinetics in [PointKinetics::THERMAL, fast()] {
        for rho in [-0.01, -0.001, 0.0, 0.001, 0.0055] {
            let lead = modes(&kinetics, rho)[0].growth_per_s;
            if rho == 0.0 {
                assert!(lead.abs() < 1e-15);
            } else {
                assert!((required_reactivity(&kinetics, 1.0 / lead) - rho).abs() < 1e-13);
            }
        }
    }
}

#[test]
fn a_runaway_is_named_and_never_a_nan() {
    let error = PointKinetics::THERMAL.step(&Neutronics::equilibrium(1.0), 0.01, 3600.0).unwrap_err();
    assert!(error.log10_power > 1e5 && error.growth_per_s > 150.0);
    assert_eq!(
        error.to_string(),
        format!("runaway: power grows by {:.4} per second to 1e{:.0}", error.growth_per_s, error.log10_power)
    );
}

#[test]
fn the_prompt_jump_is_the_power_a_moment_after_the_step() {
    let (after, _) = PointKinetics::THERMAL.step(&Neutronics::equilibrium(1.0), -0.0035, 0.03).unwrap();
    let jump = prompt_jump(&PointKinetics::THERMAL, -0.0035).unwrap();
    assert!(relative(after.power, jump) < 0.01);
    assert!(prompt_jump(&PointKinetics::THERMAL, 0.0071).is_none());
}

#[test]
fn faults_name_every_broken_rule() {
    assert!(PointKinetics::THERMAL.faults().is_empty());
    let mut broken = PointKinetics::THERMAL;
    broken.beta[2] = -0.1;
    broken.decay_per_s[1] = 0.0;
    broken.generation_time_s = 0.0;
    let keys: Vec<_> = broken.faults().iter().map(|fault| fault.key).collect();
    assert_eq!(keys, ["beta", "decay_per_s", "generation_time_s"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn densities_are_never_negative_and_never_nan(
        dollars in -1.0..1.5_f64, log_t in -6.0..3.556_f64, start in prop::array::uniform7(0.0..2.0_f64), quick in any::<bool>()
    ) {
        let kinetics = if quick { fast() } else { PointKinetics::THERMAL };
        let state = Neutronics { power: start[0], delayed: std::array::from_fn(|i| start[i + 1]) };
        match kinetics.step(&state, dollars * kinetics.beta_total(), libm::pow(10.0, log_t)) {
            Ok((next, energy)) => {
                prop_assert!(next.power > 0.0 && next.power.is_finite());
                prop_assert!(next.delayed.iter().all(|&d| d > 0.0 && d.is_finite()));
                prop_assert!(energy > 0.0 && energy.is_finite());
            }
            Err(runaway) => prop_assert!(runaway.log10_power > 300.0),
        }
    }

    #[test]
    fn two_halves_of_a_step_are_the_step(dollars in -1.0..0.9_f64, log_t in -5.0..2.0_f64) {
        let kinetics = PointKinetics::THERMAL;
        let (rho, t) = (dollars * kinetics.beta_total(), libm::pow(10.0, log_t));
        let start = Neutronics { power: 1.0, delayed: [0.2, 1.7, 0.0, 1.0, 0.4, 1.1] };
        if let Ok((once, energy)) = kinetics.step(&start, rho, t) {
            let (half, first) = kinetics.step(&start, rho, 0.5 * t).unwrap();
            let (twice, second) = kinetics.step(&half, rho, 0.5 * t).unwrap();
            prop_assert!(relative(twice.power, once.power) < 1e-10, "{} {}", twice.power, once.power);
            prop_assert!(relative(first + second, energy) < 1e-10, "{} {}", first + second, energy);
        }
    }
}
