//! Gate by gate, as a textbook has it: one pass over the amplitudes per gate. What the fused kernel
//! is held against, and what a circuit of a few qubits needs.

use num_complex::Complex64;

use super::State;
use crate::circuit::{Circuit, Matrix1, Matrix2, Operation};
use crate::error::Error;
use crate::real::Real;

impl<R: Real> State<R> {
    /// Applies all gates of a circuit in order; its measurements are passed over.
    ///
    /// # Errors
    /// [`Error::Parameters`] where a parameter has no value yet; [`Error::Gate`] where the state has
    /// another number of qubits.
    pub fn apply_gates(&mut self, circuit: &Circuit) -> Result<(), Error> {
        if circuit.qubits() != self.qubits() {
            let reason = format!("{} qubits, and the state has {}", circuit.qubits(), self.qubits());
            return Err(Error::Gate { gate: "circuit".to_owned(), reason });
        }
        let unbound = || Error::Parameters { parameters: circuit.parameters().len(), given: 0 };
        for operation in circuit.operations() {
            match operation {
                Operation::One(gate, qubit) => self.apply_matrix1(&gate.matrix1().ok_or_else(unbound)?, *qubit),
                Operation::Two(gate, a, b) => self.apply_matrix2(&gate.matrix2().ok_or_else(unbound)?, *a, *b),
                Operation::Measure { .. } => {}
            }
        }
        Ok(())
    }

    /// `U` on one qubit.
    pub fn apply_matrix1(&mut self, matrix: &Matrix1, qubit: u32) {
        let bit = 1 << qubit;
        for low in (0..self.parts().0.len()).filter(|at| at & bit == 0) {
            self.mix([low, low | bit], matrix);
        }
    }

    /// `U` on two qubits; a row of the matrix is `first + 2 * second`.
    pub fn apply_matrix2(&mut self, matrix: &Matrix2, first: u32, second: u32) {
        let [a, b] = [1 << first, 1 << second];
        for low in (0..self.parts().0.len()).filter(|at| at & (a | b) == 0) {
            self.mix([low, low | a, low | b, low | a | b], matrix);
        }
    }

    fn mix<const N: usize>(&mut self, places: [usize; N], matrix: &[[Complex64; N]; N]) {
        let before = places.map(|at| self.amplitude(at));
        let (re, im) = self.parts_mut();
        for (at, row) in places.into_iter().zip(matrix) {
            let after: Complex64 = row.iter().zip(before).map(|(&element, amplitude)| element * amplitude).sum();
            re[at] = R::of(after.re);
            im[at] = R::of(after.im);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::Gate;
    use crate::state::Limit;

    #[test]
    fn a_bell_pair_is_half_00_and_half_11() {
        let mut circuit = Circuit::new(2);
        circuit.one(Gate::H, 0).and_then(|c| c.two(Gate::Cx, 0, 1)).unwrap();
        let mut state = State::<f64>::new(2, Limit::NONE).unwrap();
        state.apply_gates(&circuit).unwrap();
        let found: Vec<f64> = (0..4).map(|at| state.probability(at)).collect();
        for (value, expected) in found.into_iter().zip([0.5, 0.0, 0.0, 0.5]) {
            assert!((value - expected).abs() < 1e-15);
        }
    }
}
