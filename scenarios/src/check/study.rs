//! The study: name, currency, horizon, seed, stop rule.
//!
//! Not here: dates themselves (`calendar`).

use std::sync::Arc;

use energyopti_engine::{Carrier, Clock, Stamp};
use jiff::Timestamp;

use super::{Buses, Checked, Reported, Shared, calendar, names};
use crate::document::{Node, Table};
use crate::fault::{Findings, Found};
use crate::schema::{money, nearest};

/// Metrics that a stop rule may watch; the first four also per bus.
const METRICS: [&str; 6] = ["lole_h", "lold_d", "lolf", "eue_mwh", "cost", "lost_load_cost"];

/// The horizon, part by part: a faulty start does not hide what the step's length tells.
pub(crate) struct Study {
    start: Checked<Timestamp>,
    step_s: Checked<i64>,
    steps: Checked<usize>,
    stamps: Checked<Arc<[Stamp]>>,
}

impl Study {
    const UNREADABLE: Self =
        Self { start: Err(Reported), step_s: Err(Reported), steps: Err(Reported), stamps: Err(Reported) };

    /// When the horizon starts.
    pub fn start(&self) -> Checked<Timestamp> {
        self.start
    }

    /// Length of a step in seconds.
    pub fn step_s(&self) -> Checked<i64> {
        self.step_s
    }

    /// Length of a step in hours.
    #[expect(clippy::cast_precision_loss, reason = "at most 86 400")]
    pub fn step_h(&self) -> Checked<f64> {
        self.step_s.map(|seconds| seconds as f64 / 3600.0)
    }

    /// How many steps there are.
    pub fn steps(&self) -> Checked<usize> {
        self.steps
    }

    /// Length of the horizon in hours.
    #[expect(clippy::cast_precision_loss, reason = "at most 10^7")]
    pub fn horizon_h(&self) -> Checked<f64> {
        Ok(self.step_h()? * self.steps? as f64)
    }

    /// The engine's clock.
    pub fn clock(&self) -> Checked<Clock> {
        Ok(Clock { start_unix_s: self.start?.as_second(), step_h: self.step_h()?, stamps: self.stamps.clone()? })
    }
}

/// Reads the `scenario` table.
pub(crate) fn read(root: &Table, findings: &mut Findings, shared: &mut Shared) -> Study {
    let Some((root_span, study)) = root.get("scenario").and_then(|n| Some((n.span, n.table()?))) else {
        return Study::UNREADABLE;
    };
    let text = |key: &str| study.get(key).and_then(|n| Some((n.span, n.text()?)));
    if let Some((span, name)) = text("name")
        && let Some(rule) = names::malformed(name)
    {
        findings.note(Found::new(span, "scenario.name", rule));
    }
    if let Some((span, code)) = text("currency")
        && !money::well_formed(code)
    {
        let found = Found::new(span, "scenario.currency", "must be an ISO 4217 code: three capital letters");
        findings.note(found.help("such as EUR, USD or CHF"));
    }
    let start = text("start").ok_or(Reported).and_then(|(span, text)| {
        calendar::parse_instant(text).map_err(|(rule, help)| {
            findings.note(Found::new(span, "scenario.start", rule).help(help));
            Reported
        })
    });
    let step_s = text("step").ok_or(Reported).and_then(|(span, text)| {
        calendar::parse_step(text).map_err(|rule| {
            findings.note(Found::new(span, "scenario.step", rule).help("such as 1h, 30min or 15min"));
            Reported
        })
    });
    let length = study.get("steps").ok_or(Reported);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the schema bounds it to 1-10^7")]
    let count = length.and_then(|n| n.number().ok_or(Reported)).map(|n| n as usize);
    let stamps = match (start, step_s, count) {
        (Ok(start), Ok(seconds), Ok(count)) => shared.stamps(start, seconds, count).ok_or_else(|| {
            let span = length.map_or(root_span, |n| n.span);
            findings.note(Found::new(span, "scenario.steps", "must end before the year 10000"));
            Reported
        }),
        _ => Err(Reported),
    };
    Study { start, step_s, steps: count, stamps }
}

/// `monte_carlo.seed`.
pub(crate) fn seed(root: &Table) -> Checked<u64> {
    let seed = root.get("monte_carlo").and_then(|m| m.table()?.get("seed")).ok_or(Reported)?;
    seed.to_json().as_u64().ok_or(Reported)
}

/// `monte_carlo.stop_at.of` must be a metric.
pub(crate) fn stop_rule(root: &Table, buses: &Buses, findings: &mut Findings) {
    let of = root.get("monte_carlo").and_then(|m| m.table()?.get("stop_at")?.table()?.get("of"));
    let Some((span, metric)) = of.and_then(|node: &Node| Some((node.span, node.text()?))) else { return };
    if METRICS.contains(&metric) {
        return;
    }
    let key = "monte_carlo.stop_at.of";
    let found = match metric.split_once('.') {
        Some((stem, bus)) if METRICS[..4].contains(&stem) => {
            if buses.find(bus).is_some() {
                return;
            }
            let rule = format!("names a bus that does not exist: `{bus}`");
            Found::new(span, key, rule)
                .maybe_help(buses.nearest(bus, &[Carrier::Electricity, Carrier::Heat, Carrier::Hydrogen]))
        }
        _ => Found::new(span, key, "is not a metric that can stop a run").maybe_help(nearest::help(metric, METRICS)),
    };
    findings.note(found);
}
