//! The table that `compare` prints. It fits 80 columns; all metrics are in the JSON form.

use serde_json::Value;

use super::{Comparison, InputDifference, MetricDifference, Side};
use crate::report::number::{fit, interval, value_text};
use crate::report::words;

/// Differences of the inputs that are listed before the rest is only counted.
const LISTED: usize = 20;

/// Width of the interval's column.
const INTERVAL: usize = 19;

/// What differs in the inputs, then the headline metrics: A, B, the paired difference B - A with
/// its 95 % interval, how many times its variance is smaller than without common luck, and
/// whether the two can be told apart.
#[must_use]
pub fn text_table(comparison: &Comparison) -> String {
    let Comparison { a, b, input_difference, metrics } = comparison;
    let mut lines = vec![side("A", a), side("B", b), String::new()];
    inputs(input_difference, &mut lines);
    lines.push(String::new());
    lines.push(row(["metric", "A", "B", "B - A", "95 % interval", "luck", "sure"]));
    let headline = metrics.iter().filter(|metric| words::is_headline(&metric.name));
    lines.extend(headline.map(metric));
    lines.push(String::new());
    if input_difference.iter().any(|d| d.path == "monte_carlo.seed") {
        lines.push("The seeds differ, so A and B do not meet the same luck: give both one seed.".into());
    } else {
        lines.push("luck: how many times smaller the variance of B - A is because A and B".into());
        lines.push("meet the same luck; sure: whether the interval leaves out zero.".into());
    }
    lines.push(String::new());
    lines.join("\n")
}

fn side(letter: &str, side: &Side) -> String {
    format!("{letter}  {}  {}", fit(&side.run, 16), fit(&side.scenario, 58)).trim_end().to_owned()
}

fn inputs(differences: &[InputDifference], lines: &mut Vec<String>) {
    if differences.is_empty() {
        lines.push("The inputs are the same.".into());
        return;
    }
    lines.push("What differs in the inputs".into());
    for InputDifference { path, a, b } in differences.iter().take(LISTED) {
        let change = match (a, b) {
            (None, Some(Value::Object(_))) => "only in B".to_owned(),
            (Some(Value::Object(_)), None) => "only in A".to_owned(),
            (a, b) => format!("{} -> {}", value(a.as_ref(), 18), value(b.as_ref(), 18)),
        };
        lines.push(format!("  {}: {change}", fit(path, 34)));
    }
    if let more @ 1.. = differences.len().saturating_sub(LISTED) {
        lines.push(format!("  and {more} more"));
    }
}

/// A value of a scenario in at most `width` characters.
fn value(value: Option<&Value>, width: usize) -> String {
    match value {
        None => "(none)".to_owned(),
        Some(Value::Array(list)) if list.len() > 3 => format!("[{} values]", list.len()),
        Some(Value::String(text)) => fit(text, width),
        Some(other) => fit(&other.to_string(), width),
    }
}

fn metric(metric: &MetricDifference) -> String {
    let MetricDifference { name, a, b, difference, variance_reduction, distinguishable } = metric;
    let luck = variance_reduction.map_or_else(|| "-".to_owned(), |x| value_text(Some(x), 2));
    let signed = match difference.value {
        Some(x) if x > 0.0 => format!("+{}", value_text(Some(x), 3)),
        other => value_text(other, 3),
    };
    row([
        name,
        &value_text(a.value, 4),
        &value_text(b.value, 4),
        &signed,
        &interval(difference.ci95, INTERVAL),
        &luck,
        if *distinguishable { "yes" } else { "no" },
    ])
}

/// One line of the table, 80 characters at most.
fn row([name, a, b, difference, interval, luck, sure]: [&str; 7]) -> String {
    let (name, luck) = (fit(name, 23), fit(luck, 4));
    format!("{name:<23} {a:>8} {b:>8} {difference:>8} {interval:<INTERVAL$} {luck:>4} {sure}")
}
