//! Results that a store holds, their hashes checked.

use std::path::Path;

use super::{JobError, Merged};
use crate::results::{Run, file};

/// The run `id` of a store.
pub(super) fn merged(store: &Path, id: &str) -> Result<Merged, JobError> {
    let run = Run::open(&store.join(id))?;
    let summary = text(run.read(file::SUMMARY)?);
    Ok(Merged { folder: id.to_owned(), summary })
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
