//! The European call of the qiskit-finance tutorial "Pricing European Call Options".

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use energyopti_quantum::amplitude::{Control, Options};
use energyopti_quantum::risk::CallOption;

const CALL: CallOption = CallOption {
    spot: 2.0,
    volatility: 0.4,
    rate: 0.05,
    years: 40.0 / 365.0,
    strike: 1.896,
    deviations: 3.0,
    qubits: 3,
};

#[test]
fn value_and_delta_of_the_grid_are_the_published_ones_and_inside_their_intervals() {
    let options = Options { epsilon: 1e-4, ..Options::default() };
    let answer = CALL.estimate(&options, 64, &Control::none()).unwrap();
    for (found, published) in [(answer.value, 0.162_276_1), (answer.delta, 0.809_797_4)] {
        assert!((found.exact_discretised - published).abs() < 1e-7, "{found:?}");
        assert!(found.interval.contains(published) && found.interval.width() < 2e-4, "{found:?}");
    }
    assert!(answer.claim.contains("no quantum advantage"));
}

/// Not discounted, `(S - K) + P`: the put by parity; by hand d2 = (ln(2 / 1.896) + (0.05 - 0.08) T) / 0.132416
/// = (0.053401 - 0.003288) / 0.132416 = 0.378454 and N(d2) = 0.64745.
#[test]
fn the_closed_form_is_the_one_of_black_and_scholes_and_a_fine_grid_comes_near_it() {
    let fine = CallOption { qubits: 8, deviations: 6.0, ..CALL };
    let coarse_options = Options { epsilon: 0.05, ..Options::default() };
    let answer = fine.estimate(&coarse_options, 0, &Control::none()).unwrap();
    assert!((answer.delta.closed_form - 0.647_45).abs() < 2e-5, "{}", answer.delta.closed_form);
    assert!(answer.value.discretisation_error.abs() < 1e-4, "{:?}", answer.value);
    assert!(answer.delta.discretisation_error.abs() < 2e-2, "half a grid step of density: {:?}", answer.delta);
}

#[test]
fn a_strike_beyond_the_grid_is_worth_nothing_and_one_of_zero_is_always_exercised() {
    let options = Options::default();
    let beyond = CallOption { strike: 100.0, ..CALL }.estimate(&options, 8, &Control::none()).unwrap();
    assert!(beyond.value.exact_discretised.abs() < 1e-15 && beyond.delta.exact_discretised.abs() < 1e-15);
    assert!(beyond.value.interval.contains(0.0) && beyond.delta.interval.contains(0.0));
    let free = CallOption { strike: 0.0, ..CALL }.estimate(&options, 8, &Control::none()).unwrap();
    assert!((free.delta.exact_discretised - 1.0).abs() < 1e-12 && free.delta.interval.high > 1.0 - 1e-12);
}

#[test]
fn all_faults_of_an_option_are_named() {
    let wrong = CallOption { spot: -1.0, volatility: f64::NAN, rate: f64::INFINITY, strike: -2.0, qubits: 40, ..CALL };
    let text = wrong.distribution().unwrap_err().to_string();
    for part in ["spot is -1", "volatility is NaN", "rate is inf", "strike is -2", "40 qubits"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(CallOption { volatility: 1e3, years: 1e3, ..CALL }.distribution().is_err(), "the mean is infinite");
}
