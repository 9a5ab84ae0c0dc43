//! Products of Pauli matrices, and sums of them. How they are read is in `parse`.

use std::fmt;

/// One Pauli matrix or the identity on each qubit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PauliString {
    /// Number of qubits.
    pub qubits: u32,
    /// Qubits with X or Y, which flip.
    pub flips: u64,
    /// Qubits with Z or Y, which change signs.
    pub signs: u64,
}

impl PauliString {
    /// The identity.
    #[must_use]
    pub fn identity(qubits: u32) -> Self {
        Self { qubits, flips: 0, signs: 0 }
    }
}

impl fmt::Display for PauliString {
    /// The leftmost character is qubit 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for qubit in 0..self.qubits {
            f.write_str(match (self.flips >> qubit & 1, self.signs >> qubit & 1) {
                (0, 0) => "I",
                (1, 0) => "X",
                (0, _) => "Z",
                _ => "Y",
            })?;
        }
        Ok(())
    }
}

/// `sum of coefficient * string`.
#[derive(Clone, Debug, PartialEq)]
pub struct PauliSum {
    pub(super) qubits: u32,
    pub(super) terms: Vec<(f64, PauliString)>,
}

impl PauliSum {
    /// Number of qubits.
    #[must_use]
    pub fn qubits(&self) -> u32 {
        self.qubits
    }

    /// Coefficients and strings, in order.
    #[must_use]
    pub fn terms(&self) -> &[(f64, PauliString)] {
        &self.terms
    }
}
