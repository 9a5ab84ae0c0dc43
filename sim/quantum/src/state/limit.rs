//! How much memory a state may take, asked before it is taken.

use crate::error::Error;

/// Most bytes that may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Bytes.
    pub bytes: u64,
}

impl Limit {
    /// Whatever the system gives.
    pub const NONE: Self = Self { bytes: u64::MAX };
    /// Most qubits whose indices a machine can hold.
    const MOST_QUBITS: u32 = 48;

    /// Checks `2^qubits * bytes_each + bytes_beside` bytes.
    ///
    /// # Errors
    /// [`Error::TooLarge`], with the greatest number of qubits that would pass.
    pub fn check(self, qubits: u32, bytes_each: u64, bytes_beside: u64) -> Result<(), Error> {
        // Beyond 2^100 nobody counts.
        let need = |qubits: u32| (u128::from(bytes_each) << qubits.min(100)) + u128::from(bytes_beside);
        let fits = |qubits: u32| qubits <= Self::MOST_QUBITS && need(qubits) <= u128::from(self.bytes);
        if fits(qubits) {
            return Ok(());
        }
        let most_qubits = (0..=Self::MOST_QUBITS).rev().find(|&qubits| fits(qubits)).unwrap_or(0);
        Err(Error::TooLarge { qubits, bytes: need(qubits), available: self.bytes, most_qubits })
    }
}
