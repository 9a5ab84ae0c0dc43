//! Results that a store holds, their hashes checked.

use std::path::Path;

use super::{JobError, Merged};
use crate::results::text_of;

/// The result `id` of a store, whose headline is in the file `name`.
pub(super) fn merged(store: &Path, id: &str, name: &str) -> Result<Merged, JobError> {
    let summary = text_of(&store.join(id), id, name)?;
    Ok(Merged { folder: id.to_owned(), summary })
}
