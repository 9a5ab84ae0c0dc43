//! The ansatz as gates, for other simulators and for machines.

use super::question::Angles;
use crate::circuit::{Angle, Circuit, Gate};
use crate::error::Error;
use crate::qubo::Ising;

/// The even superposition and its layers with the mixer [`super::Mixer::X`], up to a global phase: `H`
/// on each qubit, then per layer `RZ(2 gamma field)`, `RZZ(2 gamma coupling)` and `RX(2 beta)`.
///
/// # Errors
/// [`Error::Gate`] where an angle is not finite.
pub fn circuit(ising: &Ising, angles: &Angles) -> Result<Circuit, Error> {
    let qubits = 0_u32..u32::try_from(ising.fields.len()).unwrap_or(u32::MAX);
    let mut circuit = Circuit::new(qubits.end);
    for qubit in qubits.clone() {
        circuit.one(Gate::H, qubit)?;
    }
    for (gamma, beta) in angles.pairs() {
        for (qubit, field) in qubits.clone().zip(&ising.fields).filter(|(_, field)| **field != 0.0) {
            circuit.one(Gate::Rz(Angle::Fixed(2.0 * gamma * field)), qubit)?;
        }
        for &(first, second, coupling) in &ising.couplings {
            circuit.two(Gate::Rzz(Angle::Fixed(2.0 * gamma * coupling)), first, second)?;
        }
        for qubit in qubits.clone() {
            circuit.one(Gate::Rx(Angle::Fixed(2.0 * beta)), qubit)?;
        }
    }
    Ok(circuit)
}
