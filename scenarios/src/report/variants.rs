//! The table of a sweep: one line per variant, the figures that one compares first.

use std::fmt::Write;

use energyopti_engine::Estimate;

use super::number::{fit, value_and_error};
use crate::results::Summary;

const NAME: usize = 28;
const CELL: usize = 16;

/// One line per variant: its id, LOLE, EUE and cost with their standard errors, in 80 columns, and its
/// run below.
#[must_use]
pub fn variants_table(variants: &[(&str, &Summary)]) -> String {
    let mut text = format!("{:<NAME$} {:>CELL$} {:>CELL$} {:>CELL$}\n", "variant", "lole_h", "eue_mwh", "cost");
    for (id, summary) in variants {
        let cell = |name| cell(summary.metric(name));
        let (lole, eue, cost) = (cell("lole_h"), cell("eue_mwh"), cell("cost"));
        let name = fit(id, NAME);
        let _ = writeln!(text, "{name:<NAME$} {lole:>CELL$} {eue:>CELL$} {cost:>CELL$}");
        let _ = writeln!(text, "  run {}", summary.run);
    }
    text
}

fn cell(estimate: Option<&Estimate>) -> String {
    let Some((value, estimate)) = estimate.and_then(|e| Some((e.value?, e))) else { return "-".to_owned() };
    let (value, error) = value_and_error(value, estimate.standard_error);
    let whole = if error.is_empty() { value.clone() } else { format!("{value} ± {error}") };
    if whole.chars().count() <= CELL { whole } else { fit(&value, CELL) }
}
