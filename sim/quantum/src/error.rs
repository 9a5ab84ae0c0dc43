//! What can be wrong with a question to this room.

/// Bad input, or an answer that does not exist.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The state does not fit; told before anything is allocated.
    #[error("{qubits} qubits need {bytes} bytes and {available} are available; {most_qubits} qubits would fit")]
    TooLarge {
        /// Qubits asked for.
        qubits: u32,
        /// Bytes that they need.
        bytes: u128,
        /// Bytes that may be used.
        available: u64,
        /// Most qubits that fit into them.
        most_qubits: u32,
    },
    /// The system gave no memory, though the limit would have allowed it.
    #[error("the system gave no {bytes} bytes: {reason}")]
    Memory {
        /// Bytes asked for.
        bytes: u128,
        /// What the system said.
        reason: String,
    },
    /// A qubit that the circuit does not have, or one named twice by a gate.
    #[error("{gate}: {reason}")]
    Gate {
        /// The gate's name.
        gate: String,
        /// What is wrong with its qubits or its matrix.
        reason: String,
    },
    /// A character of a bit or Pauli string that cannot stand there, or a wrong length.
    #[error("`{text}`: {reason}")]
    Text {
        /// What was read.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A parameter without a value.
    #[error("the circuit has {parameters} parameters and got {given} values")]
    Parameters {
        /// Parameters of the circuit.
        parameters: usize,
        /// Values given.
        given: usize,
    },
    /// A diagonal of a wrong length.
    #[error("a diagonal of {given} values for {qubits} qubits")]
    Diagonal {
        /// Values given.
        given: usize,
        /// Qubits of the state.
        qubits: u32,
    },
}
