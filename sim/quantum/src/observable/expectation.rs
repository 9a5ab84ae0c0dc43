//! Means of Pauli sums: one sweep over the state for each set of flipped qubits.
//!
//! With `Y = i X Z`, a string that flips the qubits `f` and signs the qubits `s` has the mean
//! `i^|f & s| sum over x of conj(a[x ^ f]) a[x] (-1)^|x & s|`. All strings with the same `f` share
//! the products, and their sums with different signs are one Walsh-Hadamard transform: done in pieces
//! that fit a cache, over the qubits that some string signs, so that 200 strings cost little more
//! than one.

use rayon::prelude::*;

use super::pauli::{PauliString, PauliSum};
use crate::error::Error;
use crate::real::Real;
use crate::state::State;

/// Amplitudes of a piece, as a power of two.
const PIECE_BITS: u32 = 12;

impl PauliSum {
    /// The mean `<state| sum |state>`.
    ///
    /// # Errors
    /// [`Error::Gate`] where the state has another number of qubits.
    pub fn expectation<R: Real>(&self, state: &State<R>) -> Result<f64, Error> {
        if state.qubits() != self.qubits {
            let reason = format!("{} qubits, and the state has {}", self.qubits, state.qubits());
            return Err(Error::Gate { gate: "Pauli sum".to_owned(), reason });
        }
        let mut terms = self.terms.clone();
        terms.sort_by_key(|(_, string)| string.flips);
        Ok(terms.chunk_by(|a, b| a.1.flips == b.1.flips).map(|group| mean_of_group(group, state)).sum())
    }
}

/// Mean of a diagonal observable whose value at every basis state is given.
///
/// # Errors
/// [`Error::Diagonal`] for another number of values than the state has amplitudes.
pub fn expectation_of_values<R: Real>(state: &State<R>, values: &[f64]) -> Result<f64, Error> {
    if values.len() != 1 << state.qubits() {
        return Err(Error::Diagonal { given: values.len(), qubits: state.qubits() });
    }
    Ok(state.expectation_of(|at| values[at]))
}

/// The mean of strings that flip the same qubits.
fn mean_of_group<R: Real>(group: &[(f64, PauliString)], state: &State<R>) -> f64 {
    let bits = state.qubits().min(PIECE_BITS);
    let signs = group.iter().fold(0, |signs, (_, string)| signs | string.signs) & ((1 << bits) - 1);
    let piece = |piece: u64| {
        // Strings with an even number of Y need the real parts, the others the imaginary ones.
        let sum = |odd: u32| {
            let wanted = |string: &PauliString| ys(string) & 1 == odd;
            if !group.iter().any(|(_, string)| wanted(string)) {
                return 0.0;
            }
            let sums = signed_sums(products(state, group[0].1.flips, piece << bits, bits, odd == 1), signs, bits);
            let terms = group.iter().filter(|(_, string)| wanted(string));
            terms.map(|(coefficient, string)| coefficient * value(string, &sums, signs, piece << bits)).sum()
        };
        sum(0) + sum(1)
    };
    let pieces: Vec<f64> = (0..1_u64 << (state.qubits() - bits)).into_par_iter().map(piece).collect();
    pieces.iter().sum()
}

fn ys(string: &PauliString) -> u32 {
    (string.flips & string.signs).count_ones()
}

/// Real or imaginary parts of `conj(a[x ^ flips]) a[x]` for the `x` of a piece.
fn products<R: Real>(state: &State<R>, flips: u64, first: u64, bits: u32, imaginary: bool) -> Vec<f64> {
    let (re, im) = state.parts();
    let product = |x: u64| {
        let [x, partner] = [x, x ^ flips].map(|at| usize::try_from(at).unwrap_or(usize::MAX));
        let [a, b] = [(re[partner].wide(), im[partner].wide()), (re[x].wide(), im[x].wide())];
        if imaginary { a.0 * b.1 - a.1 * b.0 } else { a.0 * b.0 + a.1 * b.1 }
    };
    (first..first + (1 << bits)).map(product).collect()
}

/// `sum of (-1)^|x & s| values[x]` for all `s` within `signs`, squeezed to those bits.
fn signed_sums(mut values: Vec<f64>, signs: u64, bits: u32) -> Vec<f64> {
    for bit in (0..bits).rev().filter(|bit| signs >> bit & 1 == 0) {
        let run = 1 << bit;
        let half = values.len() / 2;
        for at in 0..half {
            let from = (at & !(run - 1)) << 1 | at & (run - 1);
            values[at] = values[from] + values[from + run];
        }
        values.truncate(half);
    }
    for bit in 0..signs.count_ones() {
        for pair in values.chunks_exact_mut(2 << bit) {
            let (low, high) = pair.split_at_mut(1 << bit);
            for (low, high) in low.iter_mut().zip(high) {
                (*low, *high) = (*low + *high, *low - *high);
            }
        }
    }
    values
}

/// A string's part of its mean that comes from the piece that starts at `first`.
fn value(string: &PauliString, sums: &[f64], signs: u64, first: u64) -> f64 {
    let squeezed = (0..64).filter(|bit| signs >> bit & 1 == 1).enumerate();
    let place: usize = squeezed.map(|(at, bit)| usize::from(string.signs >> bit & 1 == 1) << at).sum();
    // i^|Y| times the part: i * (i b) = -b for one Y, and so on round the circle.
    let minus = (first & string.signs).count_ones() + ys(string).div_ceil(2);
    if minus & 1 == 1 { -sums[place] } else { sums[place] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::{Circuit, Gate};
    use crate::state::Limit;

    fn mean(circuit: &Circuit, text: &str) -> f64 {
        let mut state = State::<f64>::new(circuit.qubits(), Limit::NONE).unwrap();
        state.apply_gates(circuit).unwrap();
        PauliSum::parse(text, circuit.qubits()).unwrap().expectation(&state).unwrap()
    }

    #[test]
    fn a_bell_pair_has_the_means_of_the_textbook() {
        let mut bell = Circuit::new(2);
        bell.one(Gate::H, 0).and_then(|c| c.two(Gate::Cx, 0, 1)).unwrap();
        for (text, expected) in [("ZZ", 1.0), ("XX", 1.0), ("YY", -1.0), ("ZI", 0.0), ("XY", 0.0), ("3 - 2 YY", 5.0)] {
            assert!((mean(&bell, text) - expected).abs() < 1e-14, "{text}");
        }
    }

    #[test]
    fn single_qubits_point_where_they_were_turned() {
        // Rx(a) turns Z to (0, -sin a, cos a), Ry(b) to (sin b, 0, cos b); qubit 1 is turned by 1.1.
        let mut circuit = Circuit::new(14);
        circuit.one(Gate::Rx(0.4.into()), 0).and_then(|c| c.one(Gate::Ry(1.1.into()), 13)).unwrap();
        let rest = "I".repeat(12);
        let cases = [("Y", "I", -0.4_f64.sin()), ("Z", "X", 0.4_f64.cos() * 1.1_f64.sin())];
        let more = [("Y", "Z", -0.4_f64.sin() * 1.1_f64.cos()), ("X", "X", 0.0), ("I", "Y", 0.0)];
        for (first, last, expected) in cases.into_iter().chain(more) {
            let text = format!("{first}{rest}{last}");
            assert!((mean(&circuit, &text) - expected).abs() < 1e-14, "{text}");
        }
    }

    #[test]
    fn a_diagonal_of_another_length_is_refused() {
        let state = State::<f64>::new(2, Limit::NONE).unwrap();
        assert_eq!(expectation_of_values(&state, &[4.0, 1.0, 2.0, 3.0]), Ok(4.0));
        assert!(expectation_of_values(&state, &[1.0]).is_err());
    }
}
