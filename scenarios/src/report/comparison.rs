//! The page of a comparison: what differs in the inputs, and what it does to the headline figures.

use serde_json::Value;

use super::html::{Html, escape, paragraph, section, table};
use super::number::{ends, value_text};
use super::page::page;
use super::words::{HEADLINE, MONEY};
use crate::results::{Comparison, InputDifference, MetricDifference, Side};

/// Differences of the inputs that are listed before the rest is only counted.
const LISTED: usize = 50;
/// Longest value that is written out.
const LONGEST: usize = 60;

/// What changed from A to B as one self-contained HTML page. Equal comparisons give equal bytes.
#[must_use]
pub fn comparison(title: &str, comparison: &Comparison) -> String {
    page(title, &[header(title, comparison), figures(comparison), inputs(comparison)])
}

fn header(title: &str, comparison: &Comparison) -> Html {
    let side = |letter: &str, side: &Side| {
        format!("{letter}: <bdi>{}</bdi> (run <code>{}</code>)", escape(&side.scenario), escape(&side.run))
    };
    Html::composed(format!(
        "<header>\n<p class=\"kicker\">What changed</p>\n<h1><bdi>{}</bdi></h1>\n<p class=\"answer\">{}</p>\n\
         <p class=\"method\">{} · {}</p>\n</header>\n",
        escape(title),
        sentence(comparison),
        side("A", &comparison.a),
        side("B", &comparison.b),
    ))
}

/// Which headline figures differ for sure.
fn sentence(comparison: &Comparison) -> String {
    let sure = HEADLINE.iter().filter(|word| metric(comparison, word.key).is_some_and(|m| m.distinguishable));
    let names: Vec<&str> = sure.map(|word| word.name).collect();
    match names.as_slice() {
        [] => "No headline figure of B can be told from that of A.".to_owned(),
        names => format!("B differs from A, beyond chance, in: {}.", names.join(", ").to_lowercase()),
    }
}

fn metric<'a>(comparison: &'a Comparison, key: &str) -> Option<&'a MetricDifference> {
    comparison.metrics.iter().find(|metric| metric.name == key)
}

fn figures(comparison: &Comparison) -> Html {
    let rows = HEADLINE.iter().filter_map(|word| {
        let MetricDifference { a, b, difference, distinguishable, .. } = metric(comparison, word.key)?;
        let number = |value: Option<f64>| Html::number(&value_text(value, 4));
        let interval = difference.ci95.map_or_else(
            || Html::literal("–"),
            |ci95| {
                let [low, high] = ends(ci95, difference.standard_error).map(|end| Html::number(&end));
                Html::composed(format!("{low} to {high}"))
            },
        );
        let unit = if word.unit == MONEY { "currency" } else { word.unit };
        let sure = if *distinguishable { "yes" } else { "no" };
        let differences = [number(a.value), number(b.value), number(difference.value), interval];
        Some([vec![Html::text(word.name)], differences.to_vec(), vec![Html::text(unit), Html::text(sure)]].concat())
    });
    let caption = "Each difference is B less A, future by future where both meet the same luck.";
    let head = ["Figure", "A", "B", "B − A", "95 % interval", "Unit", "Beyond chance"];
    let mut content = vec![table(caption, &head, 0, &rows.collect::<Vec<_>>())];
    if comparison.input_difference.iter().any(|difference| difference.path == "monte_carlo.seed") {
        content.push(paragraph("The seeds differ, so A and B do not meet the same luck."));
    }
    section("figures", "The figures", &content)
}

fn inputs(comparison: &Comparison) -> Html {
    let differences = &comparison.input_difference;
    if differences.is_empty() {
        return section("inputs", "The inputs", &[paragraph("The inputs are the same.")]);
    }
    let row = |InputDifference { path, a, b }: &InputDifference| {
        vec![Html::name(path), Html::name(&value(a.as_ref())), Html::name(&value(b.as_ref()))]
    };
    let rows: Vec<_> = differences.iter().take(LISTED).map(row).collect();
    let mut content = vec![table("What differs in the scenarios.", &["Where", "A", "B"], 2, &rows)];
    if let more @ 1.. = differences.len().saturating_sub(LISTED) {
        content.push(paragraph(&format!("And {more} more, which comparison.json lists.")));
    }
    section("inputs", "The inputs", &content)
}

fn value(value: Option<&Value>) -> String {
    let text = match value {
        None => "–".to_owned(),
        Some(Value::Object(_)) => "there".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST).chain(['…']).collect() }
}
