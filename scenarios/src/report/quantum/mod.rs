//! What quantum circuits were asked, each answer beside the classical one.

mod allocation;
mod lines;
mod tail;

use super::html::Html;
use super::study::Study;
pub(super) use lines::lines;

/// The sections; none where nothing was asked.
pub(super) fn sections(study: &Study<'_>) -> Vec<Html> {
    let Some(answers) = study.answers else { return Vec::new() };
    let currency = &study.summary.currency;
    let allocation = answers.allocation.iter().map(|answer| allocation::section_of(answer, currency));
    allocation.chain(answers.tail_risk.iter().map(tail::section_of)).collect()
}
