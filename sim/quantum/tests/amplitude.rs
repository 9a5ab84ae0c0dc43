//! Amplitude estimation: the Grover operator against its plane, coverage, the price of precision.
//!
//! `ENERGYOPTI_CASES` sets the number of seeds (200 by default).

#![allow(clippy::unwrap_used, clippy::cast_precision_loss, reason = "test code; counts are small")]

use std::sync::atomic::{AtomicBool, Ordering};

use energyopti_quantum::amplitude::{
    Control, Estimate, Interval, Marked, Options, Powers, estimate, load, load_payoff,
};
use energyopti_quantum::circuit::{Circuit, Gate};
use energyopti_quantum::{Error, Limit};
use energyopti_streams::{StreamKey, open_unit};

fn cases() -> u32 {
    std::env::var("ENERGYOPTI_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(200)
}

/// One qubit whose 1 has probability `a`.
fn coin(a: f64) -> Circuit {
    let mut circuit = Circuit::new(1);
    circuit.one(Gate::Ry((2.0 * a.sqrt().asin()).into()), 0).unwrap();
    circuit
}

fn powers(circuit: Circuit, marked: u32, by_circuit: u64) -> Powers {
    Powers::new(circuit, Marked::Qubit(marked), by_circuit, Limit::NONE).unwrap()
}

fn random(seed: u64, count: usize) -> Vec<f64> {
    let key = StreamKey::new(seed, "tests", "distribution", 0);
    (0..count as u64).map(|at| open_unit(key.draw(0, at)[0])).collect()
}

fn normalised(mut weights: Vec<f64>) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= sum);
    weights
}

/// theta = 30 degrees: sin^2 of 30, 90, 150, 210 degrees.
#[test]
fn a_quarter_becomes_certain_after_one_power() {
    let mut powers = powers(coin(0.25), 0, 3);
    for (power, expected) in [(0, 0.25), (1, 1.0), (2, 0.25), (3, 0.25)] {
        assert!((powers.probability(power).unwrap() - expected).abs() < 1e-15, "power {power}");
    }
}

#[test]
fn the_circuit_stays_in_its_plane_over_thousands_of_powers() {
    let p = normalised(random(1, 8));
    let mut powers = powers(load_payoff(&p, &random(2, 8)).unwrap(), 3, 4000);
    for power in 0..=4000 {
        let gap = powers.probability(power).unwrap() - powers.in_subspace(power);
        assert!(gap.abs() < 1e-10, "power {power}: {gap:e}");
    }
}

#[test]
fn a_general_circuit_and_a_comparator_are_amplified_too() {
    let mut circuit = Circuit::new(3);
    circuit.one(Gate::H, 0).and_then(|c| c.one(Gate::T, 0)).and_then(|c| c.one(Gate::Rx(0.7.into()), 1)).unwrap();
    circuit.two(Gate::Xy(0.4.into()), 0, 2).and_then(|c| c.two(Gate::ControlledPhase(1.1.into()), 1, 2)).unwrap();
    let mut powers = Powers::new(circuit, Marked::Above(2), 60, Limit::NONE).unwrap();
    for power in 0..60 {
        assert!((powers.probability(power).unwrap() - powers.in_subspace(power)).abs() < 1e-12);
    }
    let uniform = load(&[0.125; 8]).unwrap();
    let above = Powers::new(uniform, Marked::Above(2), 0, Limit::NONE).unwrap();
    assert!((above.exact() - 5.0 / 8.0).abs() < 1e-15, "indices 3 to 7 are above 2");
}

fn answers(powers: &mut Powers, epsilon: f64, seeds: u32) -> Vec<Estimate> {
    let ask = |seed| Options { epsilon, seed, ..Options::default() };
    (0..seeds).map(|seed| estimate(powers, &ask(u64::from(seed)), &Control::none()).unwrap()).collect()
}

#[test]
fn at_least_95_of_100_intervals_hold_the_amplitude_and_each_is_as_narrow_as_asked() {
    for a in [0.0, 1e-4, 0.03, 0.5, 0.810, 0.999, 1.0] {
        let mut powers = powers(coin(a), 0, 200);
        let found = answers(&mut powers, 2e-3, cases());
        let covered = found.iter().filter(|found| found.interval.contains(powers.exact())).count();
        assert!(covered as f64 >= 0.95 * f64::from(cases()), "a = {a}: {covered} of {}", cases());
        assert!(found.iter().all(|found| found.interval.width() <= 4e-3), "a = {a}");
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2])
}

/// Slope of the straight line of least squares through points (x, y).
fn slope(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0 / n, sum.1 + point.1 / n));
    let product: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    product / points.iter().map(|point| (point.0 - x) * (point.0 - x)).sum::<f64>()
}

#[test]
fn the_error_falls_as_one_over_the_calls_where_monte_carlo_falls_as_their_root() {
    let p = normalised(random(3, 8));
    let mut powers = powers(load_payoff(&p, &random(4, 8)).unwrap(), 3, 100);
    let exact = powers.exact();
    let (mut quantum, mut classical) = (Vec::new(), Vec::new());
    for epsilon in [1e-2, 3e-3, 1e-3, 3e-4, 1e-4, 3e-5, 1e-5] {
        let found = answers(&mut powers, epsilon, cases());
        let calls = median(found.iter().map(|found| found.oracle_calls as f64).collect());
        let error = median(found.iter().map(|found| (found.estimate - exact).abs()).collect());
        quantum.push((calls.ln(), error.ln()));
    }
    for calls in [100_u64, 1000, 10_000] {
        let draw = |seed: u32| {
            let key = StreamKey::new(seed.into(), "tests", "monte carlo", 0);
            let hits = (0..calls).filter(|&at| open_unit(key.draw(0, at)[0]) <= exact).count();
            (hits as f64 / calls as f64 - exact).abs()
        };
        classical.push(((calls as f64).ln(), median((0..cases()).map(draw).collect()).ln()));
    }
    let (quantum, classical) = (slope(&quantum), slope(&classical));
    assert!(quantum < -0.95, "slope {quantum}");
    assert!((classical + 0.5).abs() < 0.1, "Monte Carlo slope {classical}");
}

#[test]
fn calls_are_counted_as_applications_of_a_and_its_inverse() {
    let found = answers(&mut powers(coin(0.3), 0, 10), 1e-3, 1).remove(0);
    let by_hand: u64 = found.rounds.iter().map(|round| round.shots * (2 * round.power + 1)).sum();
    assert_eq!(found.oracle_calls, by_hand);
    assert_eq!(found.grover_calls, found.rounds.iter().map(|round| round.shots * round.power).sum::<u64>());
    assert_eq!((found.rounds[0].power, found.by_circuit), (0, 10));
    assert!(found.greatest_power > 10, "beyond that in the plane");
}

#[test]
fn draws_are_keyed_by_seed_and_circuit() {
    let mut powers = powers(coin(0.3), 0, 10);
    let mut ask = |seed, circuit| {
        let options = Options { seed, circuit, ..Options::default() };
        estimate(&mut powers, &options, &Control::none()).unwrap()
    };
    assert_eq!(ask(7, 1), ask(7, 1));
    assert_ne!(ask(7, 1), ask(8, 1));
    assert_ne!(ask(7, 1), ask(7, 2));
}

#[test]
fn a_comparison_ends_when_it_is_decided() {
    let mut powers = powers(coin(0.3), 0, 10);
    let whole = estimate(&mut powers, &Options::default(), &Control::none()).unwrap();
    let compared = Options { compared_with: Some(0.8), ..Options::default() };
    let brief = estimate(&mut powers, &compared, &Control::none()).unwrap();
    assert!(brief.interval.high < 0.8 && brief.oracle_calls < whole.oracle_calls / 10);
}

#[test]
fn it_is_followed_and_stopped() {
    let stop = AtomicBool::new(false);
    let calls = AtomicBool::new(false);
    let progress = |progress: energyopti_quantum::amplitude::Progress| {
        calls.store(progress.oracle_calls > 0, Ordering::Relaxed);
        stop.store(progress.round == 2, Ordering::Relaxed);
    };
    let control = Control { progress: &progress, cancelled: &stop };
    let found = estimate(&mut powers(coin(0.3), 0, 10), &Options::default(), &control);
    assert_eq!(found, Err(Error::Cancelled));
    assert!(calls.load(Ordering::Relaxed));
}

#[test]
fn silly_options_and_circuits_are_refused_all_at_once() {
    let mut powers = powers(coin(0.3), 0, 10);
    let options = Options { epsilon: 0.0, miss: f64::NAN, shots: 0, ..Options::default() };
    let Err(Error::Question { faults }) = estimate(&mut powers, &options, &Control::none()) else { panic!() };
    assert_eq!(faults.len(), 3);
    assert!(Powers::new(coin(0.3), Marked::Qubit(1), 1, Limit::NONE).is_err());
    let mut measured = coin(0.3);
    measured.measure(0, 0).unwrap();
    assert!(Powers::new(measured, Marked::Qubit(0), 1, Limit::NONE).is_err());
    let mut unbound = Circuit::new(1);
    let angle = unbound.parameter("angle");
    unbound.one(Gate::Ry(angle), 0).unwrap();
    assert!(matches!(Powers::new(unbound, Marked::Qubit(0), 1, Limit::NONE), Err(Error::Parameters { .. })));
    assert_eq!(Interval { low: 0.0, high: 1.0 }.intersection(Interval { low: 2.0, high: 3.0 }), None);
}
