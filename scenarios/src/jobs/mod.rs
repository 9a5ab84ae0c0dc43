//! What can be run in shards: sorts of work as bytes in and bytes out.
//!
//! A job is a payload and input files known by their hash. Opened, it says how it is cut; each shard
//! is a deterministic value of bytes, which anybody may compute anywhere; the shards in order become
//! a folder in the store. `scenario` leaves the folder that `run` leaves: both compute futures and end
//! runs by the same functions of [`crate::batch`].
//!
//! Here is no queue, no async and no database: who computes which shard, and when, is decided by
//! whoever calls. A new kind is a file (or folder) here and a line in [`kinds`].

mod circuit;
mod error;
mod input;
mod kind;
mod order;
mod report;
mod scenario;
mod shard;
mod stored;
mod zeros;

use std::sync::Arc;

pub use crate::batch::Work;
pub use circuit::{CircuitBatch, circuits};
pub use energyopti_engine::Control;
pub use error::JobError;
pub use kind::{Files, Job, JobInput, JobKind, Merged, Shards, Submission};
pub use order::Order;
pub use report::report;
pub use scenario::scenario;

/// All kinds of work.
#[must_use]
pub fn kinds() -> Vec<Arc<dyn JobKind>> {
    vec![Arc::new(scenario::Scenarios), Arc::new(circuit::Circuits), Arc::new(report::Reports)]
}

/// The kind of a name.
///
/// # Errors
/// [`JobError::Input`] with the names that there are.
pub fn kind(name: &str) -> Result<Arc<dyn JobKind>, JobError> {
    let kinds = kinds();
    let names = kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
    let found = kinds.into_iter().find(|kind| kind.name() == name);
    found.ok_or_else(|| JobError::Input(format!("no kind of job `{name}`; there are {names}")))
}
