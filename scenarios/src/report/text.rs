//! The table that `run` prints: the headline figures with their uncertainty, in 80 columns.

use energyopti_engine::Estimate;
use std::path::Path;

use super::number::{ends, fit, fixed, interval, plain, significant, value_and_error, value_text};
use super::quantum;
use super::words::{HEADLINE, MONEY};
use crate::results::Summary;

/// Widths of the columns: with the spaces and the sign between them, 80.
const NAME: usize = 23;
const VALUE: usize = 14;
const ERROR: usize = 10;
const INTERVAL: usize = 28;

/// The headline metrics of `summary` with standard error and 95 % interval, the run's id and
/// where its report is. Lines hold at most 80 characters, but for a longer `report` path, which
/// stands on a line of its own, whole.
#[must_use]
pub fn text_table(summary: &Summary, report: &Path) -> String {
    let mut lines = vec![fit(&summary.scenario, 80), method_line(summary), String::new()];
    lines.push(format!("{:<NAME$} {:>VALUE$} ± {:<ERROR$} 95 % interval", "metric", "value", "error"));
    for word in &HEADLINE {
        if let Some(estimate) = summary.metric(word.key) {
            let name = match word.unit {
                MONEY => format!("{} ({})", word.key, summary.currency),
                _ => word.key.to_owned(),
            };
            lines.push(row(&name, estimate));
        }
    }
    for (bus, estimate) in short_of_other_carriers(summary) {
        lines.push(row(&format!("eue_mwh.{bus}"), estimate));
    }
    if let Some(note) = nothing_seen(summary) {
        lines.push(String::new());
        lines.extend(note.split_inclusive("; ").map(|part| part.trim_end().to_owned()));
    }
    lines.extend(quantum::lines(summary));
    lines.push(String::new());
    lines.push(format!("run     {}", fit(&summary.run, 72)));
    lines.push(format!("report  {}", report.display()));
    lines.push(String::new());
    lines.join("\n")
}

/// `10 000 futures of 8736 h, seed 79` or its like for an exact method.
fn method_line(summary: &Summary) -> String {
    let horizon = plain(summary.horizon_h);
    match summary.replicas {
        Some(n) => format!("{} futures of {horizon} h, seed {}", count(n), summary.seed),
        None => format!("{horizon} h, {}: no sampling error", fit(&summary.method, 20)),
    }
}

/// `n` with its thousands apart.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(super) fn count(n: u64) -> String {
    fixed(n as f64, 0)
}

fn row(name: &str, estimate: &Estimate) -> String {
    let (value, error, interval) = cells(estimate);
    let sign = if error.is_empty() { ' ' } else { '±' };
    let line = format!("{:<NAME$} {value:>VALUE$} {sign} {error:<ERROR$} {interval}", fit(name, NAME));
    line.trim_end().to_owned()
}

/// Value, error and interval, each no wider than its column.
fn cells(estimate: &Estimate) -> (String, String, String) {
    let Some(value) = estimate.value else {
        return ("-".to_owned(), String::new(), String::new());
    };
    let (mut text, mut error) = value_and_error(value, estimate.standard_error);
    if text.chars().count() > VALUE || error.chars().count() > ERROR {
        text = value_text(Some(value), 4);
        error = estimate.standard_error.map_or_else(String::new, |e| value_text(Some(e), 2));
    }
    let Some(ci95) = estimate.ci95.filter(|_| estimate.n.is_some()) else {
        return (text, error, String::new());
    };
    if ci95[0] >= ci95[1] {
        return (text, "0".to_owned(), String::new());
    }
    let [low, high] = ends(ci95, estimate.standard_error);
    let wide = format!("[{low}, {high}]");
    let fits = wide.chars().count() <= INTERVAL;
    (text, error, if fits { wide } else { interval(Some(ci95), INTERVAL) })
}

/// Unserved energy by bus, where buses lack more than the system does: the system's figures are of
/// electricity alone, and a bus of heat or hydrogen has its own.
fn short_of_other_carriers(summary: &Summary) -> Vec<(&str, &Estimate)> {
    let value = |estimate: &Estimate| estimate.value.unwrap_or(0.0);
    let buses = summary.metrics.iter().filter_map(|(key, e)| Some((key.strip_prefix("eue_mwh.")?, e)));
    let short: Vec<_> = buses.filter(|(_, estimate)| value(estimate) > 0.0).collect();
    let lacking: f64 = short.iter().map(|(_, estimate)| value(estimate)).sum();
    let system = summary.metric("eue_mwh").map_or(0.0, value);
    if lacking > system * (1.0 + 1e-6) { short } else { Vec::new() }
}

/// The sentence for a run that saw no shortfall: what that excludes.
pub(super) fn nothing_seen(summary: &Summary) -> Option<String> {
    let lole = summary.metric("lole_h")?;
    let (0.0, [_, high], n) = (lole.value?, lole.ci95?, lole.n?) else { return None };
    let high = significant(high, 3);
    let what = if short_of_other_carriers(summary).is_empty() { "shortfall" } else { "shortfall of electricity" };
    Some(format!("No {what} was seen in {} futures; LOLE is below {high} h with 95 % confidence.", count(n)))
}
