//! Code behind the data of a case file.
//!
//! Only what leaves the data as it is goes through; anything else is a fault, never passed over.

use super::case::Case;
use super::fault::Fault;
use super::table::number;

/// Does what a statement says, or tells that it cannot.
pub(super) fn apply(case: &mut Case, line: usize, text: &str) -> Result<(), Fault> {
    if let Some((target, value)) = text.split_once('=')
        && case.field(target.trim()) == Some("baseMVA")
        && let Some(base) = number(value.trim())
    {
        case.base_mva = Some((line, base));
        return Ok(());
    }
    if harmless(text) {
        return Ok(());
    }
    let help = "evaluate the case with MATPOWER and write the result by savecase, or convert the data by hand";
    Err(Fault::new(line, "", "cannot be evaluated: only data is read").value(text).help(help))
}

/// Ends of functions, and names for the numbers of columns.
fn harmless(text: &str) -> bool {
    let constants = ["idx_bus", "idx_brch", "idx_gen", "idx_cost", "idx_dcline", "idx_ct"];
    let value = text.rsplit('=').next().unwrap_or_default().trim();
    matches!(text, "end" | "endfunction" | "return" | "define_constants")
        || (text.starts_with('[') && constants.contains(&value))
}
