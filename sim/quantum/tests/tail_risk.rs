//! VaR and CVaR: hand arithmetic, what the grid does, what the intervals hold.
//!
//! `ENERGYOPTI_CASES` sets the number of random distributions (60 by default).

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, reason = "a test fails by panicking; counts are small")]

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

use energyopti_quantum::amplitude::{Control, Progress};
use energyopti_quantum::risk::{RiskMeasure, TailOptions, TailRisk, TailRiskAnswer};
use energyopti_quantum::{Error, Limit};
use energyopti_streams::{StreamKey, open_unit};

fn cases() -> u64 {
    std::env::var("ENERGYOPTI_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
}

/// Unserved energy of some years, MWh: nine years in ten without any, else exponential.
fn unserved(seed: u64, years: u64, quiet: f64) -> Vec<f64> {
    let key = StreamKey::new(seed, "tests", "losses", 0);
    let year = |at| {
        let [first, second] = key.draw(0, at);
        if open_unit(first) <= quiet { 0.0 } else { -100.0 * open_unit(second).ln() }
    };
    (0..years).map(year).collect()
}

fn ask(samples: &[f64], alpha: f64, qubits: u32, options: &TailOptions) -> TailRiskAnswer {
    TailRisk::new(samples, alpha, qubits).unwrap().estimate(options, &Control::none()).unwrap()
}

fn holds(measure: &RiskMeasure) -> bool {
    measure.interval.low - 1e-9 <= measure.exact_discretised
        && measure.exact_discretised <= measure.interval.high + 1e-9
}

/// 0, 10, ..., 70 once each, on eight points: the grid is the sample. At 0.75, P(X <= 50) = 6/8:
/// VaR = 50, CVaR = (60 + 70) / 2 = 65.
#[test]
fn eight_losses_on_eight_points_are_by_hand_50_and_65() {
    let losses: Vec<f64> = (0..8).map(|at| 10.0 * f64::from(at)).collect();
    let answer = ask(&losses, 0.75, 3, &TailOptions::default());
    for (measure, by_hand) in [(answer.var, 50.0), (answer.cvar, 65.0)] {
        assert!((measure.exact_samples - by_hand).abs() < 1e-12, "{measure:?}");
        assert!((measure.exact_discretised - by_hand).abs() < 1e-12, "{measure:?}");
        assert!(holds(&measure), "{measure:?}");
    }
    // At exactly the level 0.75 no estimate can tell 50 from the next point, 60.
    assert!(answer.var.interval.high - answer.var.interval.low <= 10.0);
    let apart = ask(&losses, 0.7, 3, &TailOptions::default());
    assert!((apart.var.interval.width(), apart.var.quantum) == (0.0, 50.0), "0.7 is clearly between 5/8 and 6/8");
    // 0.3 of 8 is 2.4 losses: 70, 60 and 0.4 of 50.
    assert!((apart.cvar.exact_samples - 150.0 / 2.4).abs() < 1e-12);
    assert!((apart.cvar.quantum - 62.5).abs() < 0.2);
}

#[test]
fn the_answer_says_what_it_was_asked_and_what_it_cost() {
    let losses = unserved(1, 2000, 0.9);
    let options = TailOptions { seed: 5, ..TailOptions::default() };
    let answer = ask(&losses, 0.95, 6, &options);
    assert_eq!((answer.seed, answer.qubits, answer.samples, answer.by_circuit), (5, 6, 2000, 16));
    assert!((answer.alpha, answer.epsilon, answer.confidence) == (0.95, 1e-3, 0.95));
    assert_eq!(answer.var.classical_monte_carlo.samples, answer.oracle_calls);
    assert!((answer.grid.low, answer.grid_step * 63.0) == (0.0, answer.grid.high));
    assert!(answer.estimates >= 7 && answer.claim.contains("no quantum advantage"));
    assert_eq!(answer, ask(&losses, 0.95, 6, &options), "the same seed, the same bits");
    assert_ne!(answer, ask(&losses, 0.95, 6, &TailOptions { seed: 6, ..options }));
}

#[test]
fn a_level_within_the_zeros_has_a_value_at_risk_of_zero() {
    let answer = ask(&unserved(2, 1000, 0.9), 0.5, 5, &TailOptions::default());
    assert!(answer.var.exact_samples == 0.0 && answer.var.interval.width() == 0.0 && answer.var.quantum == 0.0);
    // The mean of all is in the worst half: kept exactly by the grid.
    assert!(answer.cvar.discretisation_error.abs() < 1e-9 && holds(&answer.cvar), "{:?}", answer.cvar);
}

#[test]
fn one_loss_or_equal_losses_are_their_own_risk() {
    for losses in [vec![7.0], vec![-3.0; 40]] {
        let answer = ask(&losses, 0.9, 4, &TailOptions::default());
        for measure in [answer.var, answer.cvar] {
            assert!((measure.quantum - losses[0]).abs() < 1e-12 && measure.interval.width() < 1e-12, "{measure:?}");
            assert!((measure.classical_monte_carlo.estimate - losses[0]).abs() < 1e-12);
        }
    }
}

/// The bounds that the room's page states, and the convergence that they imply.
#[test]
fn the_discretised_risk_tends_to_that_of_the_samples() {
    for seed in 0..cases() {
        let losses = unserved(seed, 50 + 37 * seed, [0.0, 0.5, 0.9][(seed % 3) as usize]);
        for alpha in [0.3, 0.8, 0.95, 0.99] {
            for qubits in 1..=12 {
                let question = TailRisk::new(&losses, alpha, qubits).unwrap();
                let exact = TailRisk::new(&losses, alpha, 1).unwrap();
                let (grid, samples) = (question.grid(), exact.samples());
                let step = (grid.values()[1] - grid.values()[0]) * (1.0 + 1e-9);
                let var = grid.value_at_risk(alpha) - samples.value_at_risk(alpha);
                let cvar = grid.conditional_value_at_risk(alpha) - samples.conditional_value_at_risk(alpha);
                assert!(var.abs() <= step, "VaR off by {var}, step {step}");
                assert!((-1e-9..=step).contains(&cvar), "CVaR off by {cvar}, step {step}");
            }
        }
    }
}

#[test]
fn both_intervals_hold_the_discretised_values_at_least_as_often_as_they_say() {
    let mut both = 0;
    let options = TailOptions { epsilon: 4e-3, ..TailOptions::default() };
    for seed in 0..cases() {
        let losses = unserved(seed, 300, [0.0, 0.6, 0.93][(seed % 3) as usize]);
        let answer =
            ask(&losses, [0.5, 0.9, 0.95][(seed / 3 % 3) as usize], 5, &TailOptions { seed, ..options.clone() });
        both += u64::from(holds(&answer.var) && holds(&answer.cvar));
    }
    assert!(both as f64 >= 0.95 * cases() as f64, "{both} of {}", cases());
}

#[test]
fn a_finer_epsilon_narrows_the_intervals() {
    let losses = unserved(3, 5000, 0.9);
    let widths = |epsilon| {
        let answer = ask(&losses, 0.95, 7, &TailOptions { epsilon, ..TailOptions::default() });
        assert!(holds(&answer.var) && holds(&answer.cvar));
        (answer.var.interval.width(), answer.cvar.interval.width())
    };
    let [coarse, fine] = [widths(1e-2), widths(1e-4)];
    assert!(fine.0 < coarse.0 && fine.1 < coarse.1 / 20.0, "{coarse:?} {fine:?}");
}

#[test]
fn all_faults_of_a_question_are_named_at_once() {
    let text = TailRisk::new(&[1.0, f64::NAN], 1.0, 40).unwrap_err().to_string();
    for part in ["sample 1 (from 0) is NaN", "alpha is 1", "40 qubits"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(TailRisk::new(&[], f64::NAN, 0).is_err());
    let question = TailRisk::new(&[1.0, 2.0], 0.9, 3).unwrap();
    let silly = TailOptions { epsilon: f64::NAN, confidence: 1.0, shots: 0, ..TailOptions::default() };
    let Err(Error::Question { faults }) = question.estimate(&silly, &Control::none()) else { panic!() };
    assert_eq!(faults.len(), 3);
    let small = TailOptions { limit: Limit { bytes: 64 }, ..TailOptions::default() };
    assert!(matches!(question.estimate(&small, &Control::none()), Err(Error::TooLarge { .. })));
}

#[test]
fn progress_counts_the_calls_of_all_estimates_and_a_cancelled_question_stops() {
    let question = TailRisk::new(&unserved(4, 100, 0.5), 0.9, 4).unwrap();
    let (calls, stop) = (Cell::new(0), AtomicBool::new(false));
    let progress = |progress: Progress| {
        assert!(progress.oracle_calls > calls.replace(progress.oracle_calls));
    };
    let control = Control { progress: &progress, cancelled: &stop };
    let answer = question.estimate(&TailOptions::default(), &control).unwrap();
    assert_eq!(calls.get(), answer.oracle_calls);
    stop.store(true, Ordering::Relaxed);
    assert_eq!(question.estimate(&TailOptions::default(), &control), Err(Error::Cancelled));
}
