//! `scenario`: the futures of one variant. Its folder is that of `run`.

mod fold;
mod job;
mod payload;

use super::{Files, Job, JobError, JobKind, Submission};
use crate::Variant;

/// The kind.
pub(super) struct Scenarios;

/// Name of the kind.
const NAME: &str = "scenario";
/// Version of its payload.
const VERSION: u32 = 1;

impl JobKind for Scenarios {
    fn name(&self) -> &'static str {
        NAME
    }

    fn version(&self) -> u32 {
        VERSION
    }

    fn open(&self, payload: &[u8], files: &dyn Files) -> Result<Box<dyn Job>, JobError> {
        let (variant, title) = payload::read(payload, files)?;
        Ok(Box::new(job::ScenarioJob::new(variant, title)?))
    }
}

/// A variant as work for a queue: its canonical form and the contents of its files. Nothing of where
/// they lay, and nothing of `[execution]`, goes along.
#[must_use]
pub fn scenario(variant: &Variant) -> Submission {
    payload::write(variant)
}
