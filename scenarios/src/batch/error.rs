//! What can go wrong between a checked scenario and its answer.

use energyopti_engine::EngineError;
use thiserror::Error;

use crate::results::StoreError;

/// An error of a batch.
#[derive(Debug, Error)]
pub enum BatchError {
    /// The engine stopped.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The run's files could not be written or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The method does not fit the model: bad input, and the reason says what would fit.
    #[error("{0}")]
    Unsuited(String),
    /// A question to a quantum circuit has no answer.
    #[error("[quantum]: {0}")]
    Quantum(energyopti_quantum::Error),
    /// A file beside the runs could not be used.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// Which file.
        path: std::path::PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The threads could not be started.
    #[error("cannot start the threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

impl From<energyopti_quantum::Error> for BatchError {
    fn from(error: energyopti_quantum::Error) -> Self {
        match error {
            energyopti_quantum::Error::Cancelled => Self::Engine(EngineError::Cancelled),
            other => Self::Quantum(other),
        }
    }
}

impl BatchError {
    /// Whether it was asked for.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Self::Engine(EngineError::Cancelled))
    }

    pub(super) fn io(what: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { what, path, source }
    }
}
