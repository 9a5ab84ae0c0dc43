//! What the report is told: the summary, and what else the run kept.

use energyopti_engine::{Estimate, Histogram, Timeline};
use jiff::Timestamp;

use super::html::Html;
use super::number::{plain, significant, value_and_error};
use crate::quantum::Answers;
use crate::results::Summary;

/// A run, as far as the report shows it.
#[derive(Clone, Copy, Debug)]
pub struct Study<'a> {
    /// The metrics.
    pub summary: &'a Summary,
    /// Distribution of the margin over steps and replicas.
    pub margin: Option<&'a Histogram>,
    /// Statistics by step.
    pub timeline: Option<&'a Timeline>,
    /// Length of a step in hours.
    pub step_h: f64,
    /// Start of the horizon.
    pub start: Timestamp,
    /// The assets in the order of the scenario.
    pub assets: &'a [AssetLabel],
    /// What quantum circuits were asked.
    pub answers: Option<&'a Answers>,
}

/// What the report says of an asset beside its figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetLabel {
    /// Its name, as in `energy_mwh.<name>`.
    pub name: String,
    /// Its table in the scenario: `thermal`, `solar`, `wind`, `battery`.
    pub kind: String,
    /// The bus it stands at.
    pub bus: String,
}

impl<'a> Study<'a> {
    /// The estimate of the metric `name`.
    pub(super) fn metric(&self, name: &str) -> Option<&'a Estimate> {
        self.summary.metric(name)
    }

    /// Names and estimates of the metrics `<prefix>.<name>`, in the summary's order.
    pub(super) fn by_name(&self, prefix: &str) -> Vec<(&'a str, &'a Estimate)> {
        let metrics = self.summary.metrics.iter();
        let named =
            metrics.filter_map(|(key, estimate)| Some((key.strip_prefix(prefix)?.strip_prefix('.')?, estimate)));
        named.collect()
    }

    /// What to say behind a table's caption: that the figures carry standard errors, if they do.
    pub(super) fn with_errors(&self) -> &'static str {
        if self.summary.replicas.is_some() { ", with standard errors" } else { "" }
    }

    /// Whether the estimate of `name` is there and above zero.
    pub(super) fn positive(&self, name: &str) -> bool {
        self.metric(name).and_then(|e| e.value).is_some_and(|value| value > 0.0)
    }
}

/// `value ± error` in one cell; the bound of the 95 % interval where nothing was seen; a dash where
/// there is no such figure.
pub(super) fn cell(estimate: Option<&Estimate>) -> Html {
    let Some((value, estimate)) = estimate.and_then(|e| Some((e.value?, e))) else {
        return Html::literal("–");
    };
    if estimate.n.is_none() {
        return Html::number(&plain(value));
    }
    if let (0.0, Some(bound)) = (value, estimate.ci95.map(|ends| ends[1]).filter(|bound| *bound > 0.0)) {
        let bound = Html::number(&significant(bound, 3));
        return Html::composed(format!("0 <span class=\"pm\">(≤ {bound})</span>"));
    }
    let (value, error) = value_and_error(value, estimate.standard_error);
    if error.is_empty() {
        return Html::number(&value);
    }
    let (value, error) = (Html::number(&value), Html::number(&error));
    Html::composed(format!("{value} <span class=\"pm\">± {error}</span>"))
}
