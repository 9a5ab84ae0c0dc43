//! Networks of other programs: MATPOWER cases and PyPSA folders become scenarios.
//!
//! What a scenario cannot say is left out and told, never passed over. Not here: writing the files.

mod case;
mod draft;
mod matpower;
mod pypsa;
mod unit;

use std::path::Path;

pub use case::read_case;
pub use draft::{Imported, NewFile};

use crate::fault::Faults;

/// Makes a scenario of a MATPOWER case file or of a folder of CSV files that PyPSA has written.
/// Nothing is written; `output` names the scenario file, and its series stand beside it.
///
/// # Errors
/// Every fault of the source, with file and line.
pub fn import(source: &Path, output: &Path) -> Result<Imported, Faults> {
    if source.is_dir() { pypsa::import(source, output) } else { matpower::import(source, output) }
}
