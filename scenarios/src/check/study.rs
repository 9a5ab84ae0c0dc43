//! The study: name, currency, horizon, seed, stop rule.
//!
//! Not here: dates themselves (`calendar`).

use energyopti_engine::Clock;

use super::{Buses, Checked, Horizon, Reported, Shared, calendar, names};
use crate::document::{Node, Table};
use crate::fault::{Findings, Found};
use crate::schema::{money, nearest};

/// Metrics that a stop rule may watch; the first four also per bus.
const METRICS: [&str; 6] = ["lole_h", "lold_d", "lolf", "eue_mwh", "cost", "lost_load_cost"];

/// Reads the `scenario` table.
pub(super) fn horizon(root: &Table, findings: &mut Findings, shared: &mut Shared) -> Checked<Horizon> {
    let node = root.get("scenario").ok_or(Reported)?;
    let study = node.table().ok_or(Reported)?;
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
    let steps_node = study.get("steps").ok_or(Reported);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the schema bounds it to 1-10^7")]
    let steps = steps_node.and_then(|n| n.number().ok_or(Reported)).map(|n| n as usize);
    let (start, step_s, steps) = (start?, step_s?, steps?);
    let Some(stamps) = shared.stamps(start, step_s, steps) else {
        let found = Found::new(steps_node?.span, "scenario.steps", "must end before the year 10000");
        findings.note(found);
        return Err(Reported);
    };
    #[expect(clippy::cast_precision_loss, reason = "at most 86 400")]
    let clock = Clock { step_h: step_s as f64 / 3600.0, stamps };
    Ok(Horizon { clock, start, step_s })
}

/// `monte_carlo.seed`.
pub(super) fn seed(root: &Table) -> Checked<u64> {
    let seed = root.get("monte_carlo").and_then(|m| m.table()?.get("seed")).ok_or(Reported)?;
    seed.to_json().as_u64().ok_or(Reported)
}

/// `monte_carlo.stop_at.of` must be a metric.
pub(super) fn stop_rule(root: &Table, buses: &Buses, findings: &mut Findings) {
    let of = root.get("monte_carlo").and_then(|m| m.table()?.get("stop_at")?.table()?.get("of"));
    let Some((span, metric)) = of.and_then(|node: &Node| Some((node.span, node.text()?))) else { return };
    if METRICS.contains(&metric) {
        return;
    }
    let key = "monte_carlo.stop_at.of";
    let found = match metric.split_once('.') {
        Some((stem, bus)) if METRICS[..4].contains(&stem) => match buses.find(bus) {
            Some(_) => return,
            None => {
                let rule = format!("names a bus that does not exist: `{bus}`");
                Found::new(span, key, rule).maybe_help(buses.nearest(bus))
            }
        },
        _ => Found::new(span, key, "must be a metric").maybe_help(nearest::help(metric, METRICS)),
    };
    findings.note(found);
}
