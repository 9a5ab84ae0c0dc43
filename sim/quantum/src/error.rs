//! What can be wrong with a question to this room.

/// Bad input, or an answer that does not exist.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Error {
    /// The state does not fit; told before anything is allocated.
    #[error("{qubits} qubits need {} bytes and {available} are available; {most_qubits} qubits would fit", counted(*bytes))]
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
    /// A matrix that is no QUBO: everything that is wrong with it.
    #[error("the QUBO: {}", faults.join("; "))]
    Qubo {
        /// One line per fault.
        faults: Vec<String>,
    },
    /// A cost function, a mixer, a start or angles that do not fit together.
    #[error("QAOA: {reason}")]
    Qaoa {
        /// What does not fit.
        reason: String,
    },
    /// Angles of an ansatz that cannot be used.
    #[error("angles: {reason}")]
    Angles {
        /// What is wrong with them.
        reason: String,
    },
    /// Everything that is wrong with a question, at once.
    #[error("{}", .faults.join("; "))]
    Question {
        /// One sentence each.
        faults: Vec<String>,
    },
    /// The caller stopped the work.
    #[error("cancelled")]
    Cancelled,
    /// Everything that is wrong with an allocation problem.
    #[error("{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Allocation {
        /// The faults.
        faults: Vec<crate::allocation::Fault>,
    },
    /// Limits that no allocation meets.
    #[error("{reason}")]
    NoAllocation {
        /// Which, and what comes nearest.
        reason: String,
    },
    /// The interior point method gave up.
    #[error("the relaxed problem was not solved: {reason}")]
    Solver {
        /// Its word for why.
        reason: String,
    },
    /// A text of `OpenQASM` with faults; all of them.
    #[error("{}", crate::qasm::report(.faults))]
    Qasm {
        /// In the order of the text.
        faults: Vec<crate::qasm::Fault>,
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

/// A number of bytes; by its power where nobody counts.
fn counted(bytes: u128) -> String {
    if bytes >> 100 == 0 { bytes.to_string() } else { "more than 2^100".to_owned() }
}

impl Error {
    /// [`Error::Question`], where there is a fault.
    pub(crate) fn if_any(faults: Vec<String>) -> Result<(), Self> {
        if faults.is_empty() { Ok(()) } else { Err(Self::Question { faults }) }
    }
}
