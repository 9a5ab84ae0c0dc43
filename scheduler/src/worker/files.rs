//! The result store as a job's kind sees it: without async, from a thread that may wait.

use std::path::PathBuf;

use energyopti_scenarios::jobs::{Files, JobError};
use tokio::runtime::Handle;

use crate::results::{ResultError, ResultStore};

/// Inputs and runs of a store.
pub(crate) struct StoreFiles<'a> {
    pub results: &'a ResultStore,
    pub runtime: &'a Handle,
    /// Where runs of a bucket are put to be read.
    pub staging: PathBuf,
}

impl Files for StoreFiles<'_> {
    fn read(&self, sha256: &str) -> Result<Vec<u8>, JobError> {
        self.runtime.block_on(self.results.input(sha256)).map_err(as_job)
    }

    fn run(&self, id: &str) -> Result<PathBuf, JobError> {
        let found = self.runtime.block_on(self.results.fetch(id, &self.staging)).map_err(as_job)?;
        found.ok_or_else(|| JobError::Input(format!("the store {} holds no run {id}", self.results.place())))
    }
}

/// The store's trouble in the words of a job.
pub(crate) fn as_job(error: ResultError) -> JobError {
    if error.is_retryable() { JobError::Machine(error.to_string()) } else { JobError::Input(error.to_string()) }
}
