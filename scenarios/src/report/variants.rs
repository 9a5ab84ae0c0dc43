//! The table of a sweep: one line per variant, the figures that one compares first.

use std::fmt::Write;

use energyopti_engine::Estimate;

use super::number::{fit, value_and_error};
use crate::results::Summary;

const NAME: usize = 28;
const CELL: usize = 16;

/// One line per run: name, LOLE, EUE and cost with their standard errors, in 80 columns, and its
/// id below.
#[must_use]
pub fn variants_table(summaries: &[&Summary]) -> String {
    let mut text = format!("{:<NAME$} {:>CELL$} {:>CELL$} {:>CELL$}\n", "variant", "lole_h", "eue_mwh", "cost");
    for summary in summaries {
        let cell = |name| cell(summary.metric(name));
        let (lole, eue, cost) = (cell("lole_h"), cell("eue_mwh"), cell("cost"));
        let name = fit(variant(&summary.scenario), NAME);
        let _ = writeln!(text, "{name:<NAME$} {lole:>CELL$} {eue:>CELL$} {cost:>CELL$}");
        let _ = writeln!(text, "  run {}", summary.run);
    }
    text
}

/// What stands in brackets behind a scenario's name, or the name.
fn variant(title: &str) -> &str {
    title.rsplit_once(" [").and_then(|(_, id)| id.strip_suffix(']')).unwrap_or(title)
}

fn cell(estimate: Option<&Estimate>) -> String {
    let Some((value, estimate)) = estimate.and_then(|e| Some((e.value?, e))) else { return "-".to_owned() };
    let (value, error) = value_and_error(value, estimate.standard_error);
    let whole = if error.is_empty() { value.clone() } else { format!("{value} ± {error}") };
    if whole.chars().count() <= CELL { whole } else { fit(&value, CELL) }
}
