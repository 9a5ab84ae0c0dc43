//! The result store as a job's kind sees it: without async, from a thread that may wait.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use energyopti_scenarios::jobs::{Files, JobError};
use tempfile::TempDir;
use tokio::runtime::Handle;

use crate::results::{ResultError, ResultStore};

/// Inputs and runs of a store.
pub(crate) struct StoreFiles<'a> {
    pub results: &'a ResultStore,
    pub runtime: &'a Handle,
    /// Where runs of a bucket are put to be read.
    pub staging: Staging,
}

/// A folder for runs of a bucket. It is made for the first of them: most jobs read none, and a folder costs
/// as much as a small job.
#[derive(Default)]
pub(crate) struct Staging(OnceLock<TempDir>);

impl Staging {
    pub fn path(&self) -> Result<&Path, JobError> {
        if let Some(made) = self.0.get() {
            return Ok(made.path());
        }
        let made = tempfile::tempdir().map_err(|error| JobError::Machine(error.to_string()))?;
        Ok(self.0.get_or_init(|| made).path())
    }
}

impl Files for StoreFiles<'_> {
    fn read(&self, sha256: &str) -> Result<Vec<u8>, JobError> {
        self.runtime.block_on(self.results.input(sha256)).map_err(as_job)
    }

    fn run(&self, id: &str) -> Result<PathBuf, JobError> {
        // A run of a local store is read where it is.
        let into = if self.results.folder().is_some() { Path::new("") } else { self.staging.path()? };
        let found = self.runtime.block_on(self.results.fetch(id, into)).map_err(as_job)?;
        found.ok_or_else(|| JobError::Input(format!("the store {} holds no run {id}", self.results.place())))
    }
}

/// The store's trouble in the words of a job.
pub(crate) fn as_job(error: ResultError) -> JobError {
    if error.is_retryable() { JobError::Machine(error.to_string()) } else { JobError::Input(error.to_string()) }
}
