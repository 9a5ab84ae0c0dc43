//! `[quantum]`: what its keys demand of each other and of the run. The structure has been checked.

mod allocation;

use std::sync::Arc;

use energyopti_engine::{Model, Simulation};
use energyopti_quantum::features::{LEAST_RESERVOIR_DEPTH, MOST_RESERVOIR_QUBITS};

use super::{Asset, Check, Checked, Reported};
use crate::batch::sampled_columns;
use crate::document::{Node, Table};
use crate::fault::{Findings, Found};
use crate::quantum::{Features, Questions, TailRisk};
use crate::schema::{FeatureCircuitSpec, nearest};

/// Greatest amount of money, either way.
const GREATEST: f64 = 1e15;
/// Reads `[quantum]`; no question where there is none.
pub(super) fn read(root: &Table, cx: &mut Check<'_>) -> Checked<Questions> {
    let Some(node) = root.get("quantum") else { return Ok(Questions::default()) };
    let table = node.table().ok_or(Reported)?;
    let quantum = Asset { kind: "quantum", table, span: node.span, path: "quantum".to_owned() };
    let allocation = optional(&quantum, "allocation", cx, allocation::allocation);
    let tail_risk = optional(&quantum, "tail_risk", cx, |table, _| tail_risk(table));
    let features = optional(&quantum, "features", cx, features);
    Ok(Questions { allocation: allocation?, tail_risk: tail_risk?, features: features? })
}

fn optional<T>(
    quantum: &Asset<'_>,
    key: &str,
    cx: &mut Check<'_>,
    read: impl FnOnce(&Asset<'_>, &mut Check<'_>) -> Checked<T>,
) -> Checked<Option<T>> {
    if quantum.has(key) { read(&quantum.inner(key)?, cx).map(Some) } else { Ok(None) }
}

/// A whole number that the schema has bounded.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the schema bounds it")]
fn whole(table: &Asset<'_>, key: &str) -> Checked<u32> {
    table.number(key).map(|number| number as u32)
}

/// `column` of `file`: numbers of either sign.
fn column(table: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Arc<[f64]>> {
    let (file, input) = cx.shared.file(table.node("file")?, &table.at("file"), cx.findings)?;
    cx.keep(input);
    let node = table.node("column")?;
    let at = file.find(node.text().ok_or(Reported)?, node.span, &table.at("column"), cx.findings)?;
    file.numbers_within(at, (-GREATEST, GREATEST), cx.findings)
}

fn tail_risk(table: &Asset<'_>) -> Checked<TailRisk> {
    Ok(TailRisk {
        of: table.text("of")?.to_owned(),
        alpha: table.number("alpha")?,
        qubits: whole(table, "qubits")?,
        epsilon: table.number("epsilon")?,
    })
}

fn features(table: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Features> {
    let series = column(table, cx)?;
    let window = whole(table, "window")? as usize;
    if series.len() < window {
        let rule = format!("is longer than the series of {} rows", series.len());
        return Err(cx.note(Found::new(table.span_of("window"), table.at("window"), rule)));
    }
    let circuit = match table.text("circuit")? {
        "map" => FeatureCircuitSpec::Map,
        "reservoir" => FeatureCircuitSpec::Reservoir,
        _ => return Err(Reported),
    };
    let (qubits, layers) = (whole(table, "qubits")?, whole(table, "layers")?);
    if circuit == FeatureCircuitSpec::Reservoir {
        let before = cx.findings.count();
        let found = |key: &str, rule: String| Found::new(table.span_of(key), table.at(key), rule);
        if qubits > MOST_RESERVOIR_QUBITS {
            cx.note(found("qubits", format!("must be at most {MOST_RESERVOIR_QUBITS} of a reservoir")));
        }
        if layers < LEAST_RESERVOIR_DEPTH {
            let rule = format!("must be at least {LEAST_RESERVOIR_DEPTH} of a reservoir: fewer remember nothing");
            cx.note(found("layers", rule));
        }
        if cx.findings.count() > before {
            return Err(Reported);
        }
    }
    Ok(Features { series, window, circuit, qubits, layers, bandwidth: table.number("bandwidth")? })
}

/// Every metric that a question names must be one that each future of this model has.
pub(super) fn metrics(root: &Table, questions: &Questions, model: &Model, findings: &mut Findings) -> Checked<()> {
    let wanted = questions.metrics();
    if wanted.is_empty() {
        return Ok(());
    }
    let places = places(root);
    let before = findings.count();
    let method = root.get("monte_carlo").and_then(|m| m.table()?.get("method"));
    if let Some(exact) = method.filter(|method| method.text() == Some("exact")) {
        let found = Found::new(exact.span, "monte_carlo.method", "gives no futures, which [quantum] asks for");
        findings.note(found.help("choose \"sequential\""));
    }
    // A model that does not build has its own message when it is run.
    let Ok(simulation) = Simulation::new(model) else { return Ok(()) };
    let known: Vec<String> = sampled_columns(simulation.layout()).map(|(_, name)| name).collect();
    for (node, key) in places.into_iter().filter(|(node, _)| !known.iter().any(|name| node.text() == Some(name))) {
        let name = node.text().unwrap_or_default();
        let found = Found::new(node.span, key, format!("names no metric that every future has: `{name}`"));
        findings.note(found.maybe_help(nearest::help(name, known.iter().map(String::as_str))));
    }
    if findings.count() == before { Ok(()) } else { Err(Reported) }
}

/// Where metrics are named.
fn places(root: &Table) -> Vec<(&Node, String)> {
    let Some(quantum) = root.get("quantum").and_then(Node::table) else { return Vec::new() };
    let of = quantum.get("tail_risk").and_then(|tail| tail.table()?.get("of"));
    let mut places: Vec<(&Node, String)> = of.map(|of| (of, "quantum.tail_risk.of".to_owned())).into_iter().collect();
    let candidates = quantum.get("allocation").and_then(|a| a.table()?.get("candidate")?.list()).unwrap_or_default();
    for candidate in candidates.iter().filter_map(Node::table) {
        let name = candidate.get("name").and_then(Node::text).unwrap_or_default();
        let metric = candidate.get("returns").and_then(|returns| returns.table()?.get("metric"));
        places.extend(metric.map(|node| (node, format!("quantum.allocation.candidate.{name}.returns.metric"))));
    }
    places
}
