//! placeholder
use super::draft::Imported;
use crate::fault::Faults;
use std::path::Path;
pub(super) fn import(_: &Path, _: &Path) -> Result<Imported, Faults> {
    todo!()
}
