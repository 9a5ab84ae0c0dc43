//! Circuits as plain data: gates, parameters, measurements.

mod angle;
mod gate;

use crate::error::Error;
pub use angle::Angle;
pub(crate) use gate::MOST_RADIANS;
pub use gate::{Gate, Matrix1, Matrix2};

/// One step of a circuit.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// A gate on one qubit.
    One(Gate, u32),
    /// A gate on two qubits; of a controlled gate the first is the control.
    Two(Gate, u32, u32),
    /// A qubit is measured into a classical bit.
    Measure {
        /// Qubit.
        qubit: u32,
        /// Classical bit.
        bit: u32,
    },
}

/// A sequence of operations on qubits 0, 1, ..., all of which start as 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Circuit {
    qubits: u32,
    bits: u32,
    parameters: Vec<String>,
    operations: Vec<Operation>,
}

impl Circuit {
    /// An empty circuit.
    #[must_use]
    pub fn new(qubits: u32) -> Self {
        Self { qubits, ..Self::default() }
    }

    /// Number of qubits.
    #[must_use]
    pub fn qubits(&self) -> u32 {
        self.qubits
    }

    /// Number of classical bits: one more than the greatest that is measured into, or as declared.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.bits
    }

    /// Declares classical bits beyond those that are measured into.
    pub fn declare_bits(&mut self, bits: u32) {
        self.bits = self.bits.max(bits);
    }

    /// Names of the parameters, in the order in which [`Circuit::bind`] takes their values.
    #[must_use]
    pub fn parameters(&self) -> &[String] {
        &self.parameters
    }

    /// The operations, in order.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// A new parameter; its angle can be scaled and shifted.
    pub fn parameter(&mut self, name: &str) -> Angle {
        self.parameters.push(name.to_owned());
        Angle::Parameter { index: self.parameters.len() - 1, scale: 1.0, offset: 0.0 }
    }

    /// Appends a gate on one qubit.
    ///
    /// # Errors
    /// [`Error::Gate`] for a qubit that is not there, a gate of two qubits, or a matrix that is not
    /// unitary.
    pub fn one(&mut self, gate: Gate, qubit: u32) -> Result<&mut Self, Error> {
        gate.check(1)?;
        self.on(&gate, qubit)?;
        self.operations.push(Operation::One(gate, qubit));
        Ok(self)
    }

    /// Appends a gate on two qubits; of a controlled gate the first is the control.
    ///
    /// # Errors
    /// As [`Circuit::one`], and for the same qubit twice.
    pub fn two(&mut self, gate: Gate, first: u32, second: u32) -> Result<&mut Self, Error> {
        gate.check(2)?;
        self.on(&gate, first)?;
        self.on(&gate, second)?;
        if first == second {
            return Err(Error::Gate { gate: gate.name().to_owned(), reason: format!("both qubits are {first}") });
        }
        self.operations.push(Operation::Two(gate, first, second));
        Ok(self)
    }

    /// Appends a measurement.
    ///
    /// # Errors
    /// [`Error::Gate`] for a qubit that is not there.
    pub fn measure(&mut self, qubit: u32, bit: u32) -> Result<&mut Self, Error> {
        if qubit >= self.qubits {
            return Err(self.absent("measure", qubit));
        }
        self.declare_bits(bit.saturating_add(1));
        self.operations.push(Operation::Measure { qubit, bit });
        Ok(self)
    }

    /// The same circuit with a value for every parameter.
    ///
    /// # Errors
    /// [`Error::Parameters`] for another number of values, [`Error::Gate`] for an angle that is not
    /// finite or turns too far.
    pub fn bind(&self, values: &[f64]) -> Result<Self, Error> {
        if values.len() != self.parameters.len() {
            return Err(Error::Parameters { parameters: self.parameters.len(), given: values.len() });
        }
        let bound = |operation: &Operation| match operation {
            Operation::One(gate, qubit) => Operation::One(gate.bind(values), *qubit),
            Operation::Two(gate, first, second) => Operation::Two(gate.bind(values), *first, *second),
            measure @ Operation::Measure { .. } => measure.clone(),
        };
        let operations: Vec<Operation> = self.operations.iter().map(bound).collect();
        for operation in &operations {
            match operation {
                // Everything else was checked when it was appended.
                Operation::One(gate, _) | Operation::Two(gate, ..) if gate.angle().is_some() => {
                    gate.check(gate.arity())?;
                }
                _ => {}
            }
        }
        Ok(Self { qubits: self.qubits, bits: self.bits, parameters: Vec::new(), operations })
    }

    fn on(&self, gate: &Gate, qubit: u32) -> Result<(), Error> {
        if qubit < self.qubits { Ok(()) } else { Err(self.absent(gate.name(), qubit)) }
    }

    fn absent(&self, gate: &str, qubit: u32) -> Error {
        let reason = format!("qubit {qubit} of a circuit of {} qubits", self.qubits);
        Error::Gate { gate: gate.to_owned(), reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_on_an_absent_or_repeated_qubit_is_refused() {
        let mut circuit = Circuit::new(2);
        assert!(circuit.one(Gate::H, 2).is_err());
        assert!(circuit.two(Gate::Cx, 1, 1).is_err());
        assert!(circuit.two(Gate::H, 0, 1).is_err());
        assert!(circuit.one(Gate::H, 0).is_ok());
    }

    #[test]
    fn binding_puts_values_for_parameters() {
        let mut circuit = Circuit::new(1);
        let theta = circuit.parameter("theta").scaled(2.0);
        circuit.one(Gate::Rx(theta), 0).unwrap();
        let bound = circuit.bind(&[0.25]).unwrap();
        assert_eq!(bound.operations(), [Operation::One(Gate::Rx(Angle::Fixed(0.5)), 0)]);
        assert!(circuit.bind(&[]).is_err());
    }
}
