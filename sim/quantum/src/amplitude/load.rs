//! Circuits that load a distribution, and a payoff of its values, from rotations and CX alone.

use std::ops::Range;

use crate::circuit::{Circuit, Gate};
use crate::error::Error;

/// Most qubits of a distribution. The circuits have some `2^(qubits + 1)` gates over as many
/// amplitudes, so one more qubit costs four times the time.
pub const MOST_LOADED_QUBITS: u32 = 12;

/// How far probabilities may sum from 1.
const SUM_TOLERANCE: f64 = 1e-9;

/// A circuit on `n` qubits with `A|0> = sum_x sqrt(p_x) |x>`, `p` of length `2^n`.
///
/// Exact, by halving the distribution from the highest qubit down: each qubit turns by
/// `2 atan(sqrt(p_1 / p_0))` within every value of the qubits above it (L. Grover and T. Rudolph,
/// quant-ph/0208112), which is one uniformly controlled RY per qubit.
///
/// # Errors
/// [`Error::Question`] for a length that is not a power of two from 2 to
/// `2^`[`MOST_LOADED_QUBITS`], a probability that is negative or not finite, or a sum other than 1.
pub fn load(probabilities: &[f64]) -> Result<Circuit, Error> {
    let mut circuit = Circuit::new(checked(probabilities)?);
    append_load(&mut circuit, probabilities)?;
    Ok(circuit)
}

/// The same circuit with one more qubit, the highest, that is 1 with probability
/// `sum_x p_x payoff_x`: a rotation of its own for every value `x`, so the payoff is loaded
/// exactly and not by its slope.
///
/// # Errors
/// As [`load`], and for a payoff outside [0, 1] or for another number of them.
pub fn load_payoff(probabilities: &[f64], payoff: &[f64]) -> Result<Circuit, Error> {
    let mut faults = Vec::new();
    if payoff.len() != probabilities.len() {
        faults.push(format!("{} payoffs for {} probabilities", payoff.len(), probabilities.len()));
    }
    let outside = payoff.iter().enumerate().filter(|(_, value)| !(0.0..=1.0).contains(*value));
    faults.extend(outside.map(|(at, value)| format!("payoff {at} is {value}, outside [0, 1]")));
    Error::if_any(faults)?;
    let target = checked(probabilities)?;
    let mut circuit = Circuit::new(target + 1);
    append_load(&mut circuit, probabilities)?;
    let turns = payoff.iter().map(|&value| turn(value, 1.0 - value)).collect();
    uniformly_controlled_ry(&mut circuit, turns, 0..target, target)?;
    Ok(circuit)
}

fn append_load(circuit: &mut Circuit, probabilities: &[f64]) -> Result<(), Error> {
    let qubits = probabilities.len().trailing_zeros();
    let mut masses = probabilities.to_vec();
    let mut turns = Vec::new();
    for _ in 0..qubits {
        turns.push(masses.chunks(2).map(|pair| turn(pair[1], pair[0])).collect());
        masses = masses.chunks(2).map(|pair| pair[0] + pair[1]).collect();
    }
    for (target, turns) in (0..qubits).zip(turns).rev() {
        uniformly_controlled_ry(circuit, turns, target + 1..qubits, target)?;
    }
    Ok(())
}

/// The angle of an RY that splits 0 into probabilities in the ratio `one : zero`.
fn turn(one: f64, zero: f64) -> f64 {
    2.0 * libm::atan2(libm::sqrt(one), libm::sqrt(zero))
}

/// RY by `turns[v]` on the target, where the controls read `v` (the first is its lowest bit).
///
/// `2^m` RY and `2^m` CX in the order of a Gray code (M. Mottonen et al., Quantum Information and
/// Computation 5, 2005, 467): the CX before a rotation reverse its sense for the values that have
/// an odd number of ones among the bits of the code word `g`, so that the rotations add up to
/// `sum_g (-1)^(v.g) angle_g`, and the angles are a Walsh transform of the turns.
fn uniformly_controlled_ry(
    circuit: &mut Circuit,
    mut turns: Vec<f64>,
    controls: Range<u32>,
    target: u32,
) -> Result<(), Error> {
    walsh_transform(&mut turns);
    let count = turns.len();
    for step in 0..count {
        let angle = turns[step ^ (step >> 1)] / f64::from(1_u32 << controls.len());
        circuit.one(Gate::Ry(angle.into()), target)?;
        if count > 1 {
            // The bit in which the next code word differs; from the last word back to the first, the highest.
            let bit = (step + 1).trailing_zeros().min(count.trailing_zeros() - 1);
            circuit.two(Gate::Cx, controls.start + bit, target)?;
        }
    }
    Ok(())
}

/// `values[g] = sum_v (-1)^(v.g) values[v]`, in place.
fn walsh_transform(values: &mut [f64]) {
    let mut half = 1;
    while half < values.len() {
        for block in values.chunks_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (a, b) in low.iter_mut().zip(high) {
                (*a, *b) = (*a + *b, *a - *b);
            }
        }
        half *= 2;
    }
}

fn checked(probabilities: &[f64]) -> Result<u32, Error> {
    let mut faults = Vec::new();
    let len = probabilities.len();
    if !(2..=1 << MOST_LOADED_QUBITS).contains(&len) || !len.is_power_of_two() {
        faults.push(format!("{len} probabilities are not a power of two from 2 to {}", 1 << MOST_LOADED_QUBITS));
    }
    let negative = probabilities.iter().enumerate().filter(|(_, p)| !(p.is_finite() && **p >= 0.0));
    faults.extend(negative.map(|(at, p)| format!("probability {at} is {p}")));
    let sum: f64 = probabilities.iter().sum();
    if faults.is_empty() && (sum - 1.0).abs() > SUM_TOLERANCE {
        faults.push(format!("the probabilities sum to {sum}"));
    }
    Error::if_any(faults)?;
    Ok(len.trailing_zeros())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Limit, State};

    fn run(circuit: &Circuit) -> State<f64> {
        let mut state = State::new(circuit.qubits(), Limit::NONE).unwrap();
        state.apply_gates(circuit).unwrap();
        state
    }

    #[test]
    fn a_distribution_and_its_payoff_are_loaded_exactly_zeros_included() {
        let p = [0.125, 0.0, 0.25, 0.0625, 0.0, 0.0, 0.5, 0.0625];
        let payoff = [0.0, 0.3, 1.0, 0.25, 0.7, 0.1, 0.5, 0.9];
        let state = run(&load(&p).unwrap());
        for (x, &expected) in p.iter().enumerate() {
            assert!((state.amplitude(x).re - expected.sqrt()).abs() < 1e-15, "{x}: {}", state.amplitude(x));
        }
        let state = run(&load_payoff(&p, &payoff).unwrap());
        for x in 0..8 {
            assert!((state.probability(x | 8) - p[x] * payoff[x]).abs() < 1e-15, "{x}");
            assert!((state.probability(x) - p[x] * (1.0 - payoff[x])).abs() < 1e-15, "{x}");
        }
    }

    /// A tree of n qubits: 1 + 2 + ... + 2^(n-1) rotations, and as many CX but for the first.
    #[test]
    fn a_load_of_three_qubits_has_seven_rotations_and_six_cx() {
        assert_eq!(load(&[0.125; 8]).unwrap().operations().len(), 7 + 6);
    }

    #[test]
    fn all_faults_of_a_distribution_are_named() {
        let text = load(&[0.5, -0.1, f64::NAN]).unwrap_err().to_string();
        for part in ["3 probabilities", "probability 1 is -0.1", "probability 2 is NaN"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(load(&[0.5, 0.4]).unwrap_err().to_string().contains("sum to 0.9"));
        assert!(load(&[]).is_err() && load(&[1.0]).is_err());
        assert!(load_payoff(&[0.5, 0.5], &[0.0, 1.5]).unwrap_err().to_string().contains("payoff 1 is 1.5"));
        assert!(load_payoff(&[0.5, 0.5], &[0.0]).is_err());
    }
}
