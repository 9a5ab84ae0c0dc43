//! Why a job, or a shard of it, has no result.

use energyopti_engine::EngineError;
use energyopti_quantum::Error as QuantumError;
use thiserror::Error;

use crate::batch::BatchError;
use crate::fault::Faults;
use crate::results::StoreError;

/// Why there is no result, by what is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum JobError {
    /// The input is at fault; trying again is of no use.
    #[error("{0}")]
    Input(String),
    /// The input is good and has no solution.
    #[error("{0}")]
    Unsolved(String),
    /// It was asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// The machine is at fault (disk, memory, threads): another try, or another machine, may do.
    #[error("{0}")]
    Machine(String),
    /// The bytes of a shard are not those that it gave: compute it again.
    #[error("shard {shard} is damaged; it has to be computed again")]
    Damaged {
        /// Its place among the shards that were handed over, from 0.
        shard: u64,
    },
    /// The program is at fault.
    #[error("{0}")]
    Failed(String),
}

impl JobError {
    /// Whether the same may succeed when tried again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Machine(_) | Self::Damaged { .. })
    }
}

impl From<Faults> for JobError {
    fn from(faults: Faults) -> Self {
        Self::Input(faults.to_string())
    }
}

impl From<EngineError> for JobError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Cancelled => Self::Cancelled,
            EngineError::Network { .. } => Self::Input(error.to_string()),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Io { .. } => Self::Machine(error.to_string()),
            error if error.is_bad_input() => Self::Input(error.to_string()),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<QuantumError> for JobError {
    fn from(error: QuantumError) -> Self {
        match error {
            QuantumError::Cancelled => Self::Cancelled,
            QuantumError::Memory { .. } => Self::Machine(error.to_string()),
            QuantumError::NoAllocation { .. } => Self::Unsolved(error.to_string()),
            other => Self::Input(other.to_string()),
        }
    }
}

impl From<BatchError> for JobError {
    fn from(error: BatchError) -> Self {
        match error {
            BatchError::Engine(error) => error.into(),
            BatchError::Store(error) => error.into(),
            BatchError::Unsuited(reason) => Self::Input(reason),
            BatchError::Quantum(QuantumError::Memory { .. }) | BatchError::Io { .. } | BatchError::Threads(_) => {
                Self::Machine(error.to_string())
            }
            // `NoAllocation`: limits that no choice meets, found once the futures are known.
            BatchError::Quantum(QuantumError::NoAllocation { .. }) => Self::Unsolved(error.to_string()),
            BatchError::Quantum(_) => Self::Failed(error.to_string()),
        }
    }
}
