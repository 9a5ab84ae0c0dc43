//! `circuit`: one circuit with many sets of values for its inputs.

mod job;
mod payload;
mod tally;

use energyopti_quantum::qaoa::Width;

use super::{Files, Job, JobError, JobKind, Submission};

/// The kind.
pub(super) struct Circuits;

/// Name of the kind.
const NAME: &str = "circuit";
/// Version of its payload.
const VERSION: u32 = 1;

impl JobKind for Circuits {
    fn name(&self) -> &'static str {
        NAME
    }

    fn version(&self) -> u32 {
        VERSION
    }

    fn open(&self, payload: &[u8], files: &dyn Files) -> Result<Box<dyn Job>, JobError> {
        Ok(Box::new(job::CircuitJob::new(payload::read(payload, files)?)?))
    }
}

/// A batch of circuits.
#[derive(Clone, Debug, PartialEq)]
pub struct CircuitBatch {
    /// What it is called.
    pub title: String,
    /// The circuit as `OpenQASM` text.
    pub qasm: String,
    /// By circuit, a value for each of its inputs in the circuit's order; one empty row where it has none.
    pub bindings: Vec<Vec<f64>>,
    /// Shots of each circuit; 1024 where neither these nor an observable are given.
    pub shots: Option<u64>,
    /// Keys the shots: circuit `k` draws alike in every batch of the seed.
    pub seed: u64,
    /// A Pauli sum whose mean is wanted.
    pub observable: Option<String>,
    /// Width of the amplitudes' parts.
    pub width: Width,
}

/// A batch of circuits as work for a queue.
///
/// # Errors
/// [`JobError::Input`] for a text that is no circuit, rows of another length than it has inputs, or a
/// question that does not fit.
pub fn circuits(batch: &CircuitBatch) -> Result<Submission, JobError> {
    job::CircuitJob::new(payload::check(batch)?)?;
    Ok(payload::write(batch))
}
