//! What a payload names, held against what it says.

use std::sync::Arc;

use super::{Files, JobError};
use crate::batch::ENGINE_VERSION;
use crate::results::sha256_hex;

/// The input file of a content.
pub(super) fn content(sha256: &str, files: &dyn Files) -> Result<Arc<[u8]>, JobError> {
    let bytes = files.read(sha256)?;
    let found = sha256_hex(&bytes);
    if found != sha256 {
        let reason = format!("an input file is damaged: its content has the hash {found}, not {sha256}");
        return Err(JobError::Machine(reason));
    }
    Ok(bytes.into())
}

/// Refuses a payload of the identity `said` by `engine` that reads as another one.
pub(super) fn same_identity(said: &str, found: &str, engine: &str) -> Result<(), JobError> {
    if said == found {
        return Ok(());
    }
    Err(JobError::Input(format!(
        "the payload is of run {said} by engine {engine}, and reads as run {found} by engine {ENGINE_VERSION}; submit \
         it again, or use workers of that engine"
    )))
}
