//! `[quantum.allocation]`: candidates, their returns, and limits that some allocation must meet.

use std::collections::BTreeMap;

use super::{column, whole};
use crate::check::{Asset, Check, Checked, Reported};
use crate::document::Node;
use crate::fault::Found;
use crate::quantum::{Allocation, Candidate, Returns, Risk};
use crate::schema::{MixerSpec, money, permuted};

/// How far a correlation matrix may be from symmetric, and its diagonal from 1.
const TOLERANCE: f64 = 1e-9;

/// Reads the table.
pub(super) fn allocation(table: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Allocation> {
    let parts = table.parts("candidate")?;
    let candidates: Vec<Checked<Candidate>> = parts.iter().map(|part| candidate(part, cx)).collect();
    let distinct = distinct(&parts, cx);
    let risk = risk(&table.inner("risk")?);
    let candidates = candidates.into_iter().collect::<Checked<Vec<_>>>()?;
    distinct?;
    let risk = risk?;
    let sources = one_source(table, &parts, &candidates, risk, cx);
    let correlation = correlation(table, &candidates, cx);
    let cardinality = if table.has("cardinality") { Some(whole(table, "cardinality")?) } else { None };
    let mixer = mixer(table, &parts, &candidates, cardinality, cx);
    let reachable = reachable(table, &candidates, cardinality, cx);
    sources?;
    reachable?;
    let mut order: Vec<usize> = (0..candidates.len()).collect();
    order.sort_by(|&a, &b| candidates[a].name.cmp(&candidates[b].name));
    let (mixer, warm_start) = mixer?;
    Ok(Allocation {
        correlation: correlation?.map(|matrix| permuted(&matrix, &order)),
        candidates: order.iter().map(|&at| candidates[at].clone()).collect(),
        budget: table.number("budget_¤")?,
        least_cost: table.number_or("least_cost_¤", 0.0)?,
        cardinality,
        risk,
        futures: whole(table, "futures")? as usize,
        layers: whole(table, "layers")?,
        mixer,
        warm_start,
        shots: whole(table, "shots")?,
    })
}

fn candidate(table: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Candidate> {
    let returns = returns(&table.inner("returns")?, cx);
    Ok(Candidate {
        name: table.name()?.to_owned(),
        cost: table.number("cost_¤")?,
        max_units: whole(table, "max_units")?,
        returns: returns?,
    })
}

/// The three ways to say what a unit returns, with the keys of each.
const WAYS: [&[&str]; 3] = [&["metric", "times", "plus"], &["file", "column"], &["mean", "standard_deviation"]];

fn returns(table: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Returns> {
    let used: Vec<&[&str]> = WAYS.into_iter().filter(|keys| keys.iter().any(|key| table.has(key))).collect();
    let ways = "metric with times and plus, file with column, or mean with standard_deviation";
    let [keys] = used.as_slice() else {
        let rule = if used.is_empty() { "says nothing of the returns" } else { "mixes several ways to state returns" };
        return Err(cx.note(Found::new(table.span, table.path.clone(), rule).help(format!("choose one: {ways}"))));
    };
    // `plus` may be left out: no fixed part.
    let missing: Vec<&&str> = keys.iter().filter(|key| **key != "plus" && !table.has(key)).collect();
    for key in &missing {
        cx.note(Found::new(table.span, table.at(key), format!("is missing beside `{}`", keys[0])));
    }
    if !missing.is_empty() {
        return Err(Reported);
    }
    Ok(match keys[0] {
        "metric" => Returns::Metric {
            name: table.text("metric")?.to_owned(),
            times: table.number("times")?,
            plus: table.number_or("plus", 0.0)?,
        },
        "file" => Returns::Futures(column(table, cx)?),
        _ => Returns::Stated { mean: table.number("mean")?, standard_deviation: table.number("standard_deviation")? },
    })
}

fn distinct(parts: &[Asset<'_>], cx: &mut Check<'_>) -> Checked<()> {
    let mut seen = BTreeMap::new();
    let before = cx.findings.count();
    for part in parts {
        let Ok(name) = part.name() else { continue };
        if let Some(first) = seen.insert(name.to_owned(), part.span_of("name")) {
            let found = Found::new(part.span_of("name"), part.at("name"), format!("stands twice: `{name}`"));
            cx.note(found.also(first, "first here"));
        }
    }
    if cx.findings.count() == before { Ok(()) } else { Err(Reported) }
}

fn risk(table: &Asset<'_>) -> Checked<Risk> {
    let aversion = table.number("aversion")?;
    match table.text("measure")? {
        "variance" => Ok(Risk::Variance { aversion }),
        "cvar" => Ok(Risk::Cvar { aversion, alpha: table.number("alpha")? }),
        _ => Err(Reported),
    }
}

/// Returns must be of one source: a future of the run and a row of a file are not the same future.
fn one_source(
    table: &Asset<'_>,
    parts: &[Asset<'_>],
    candidates: &[Candidate],
    risk: Risk,
    cx: &mut Check<'_>,
) -> Checked<()> {
    let Some(first) = candidates.first() else { return Err(Reported) };
    let word = |candidate: &Candidate| match candidate.returns {
        Returns::Metric { .. } => "metric",
        Returns::Futures(_) => "file",
        Returns::Stated { .. } => "mean",
    };
    let before = cx.findings.count();
    for (part, candidate) in parts.iter().zip(candidates) {
        let at = part.at("returns");
        if word(candidate) != word(first) {
            let rule = format!("are stated by `{}`, those of {} by `{}`", word(candidate), first.name, word(first));
            let found = Found::new(part.span_of("returns"), at, rule);
            cx.note(found.help("state all returns in one way: how they move together is what risk is made of"));
        } else if let (Returns::Futures(own), Returns::Futures(other)) = (&candidate.returns, &first.returns)
            && own.len() != other.len()
        {
            let rule = format!("have {} rows, those of {} {}", own.len(), first.name, other.len());
            cx.note(Found::new(part.span_of("returns"), at, rule).help("a row is one future of all candidates"));
        }
    }
    if matches!((risk, &first.returns), (Risk::Cvar { .. }, Returns::Stated { .. })) {
        let found =
            Found::new(table.span_of("risk"), table.at("risk.measure"), "needs futures, not mean and deviation");
        cx.note(found.help("state returns by `metric` or `file`, or measure risk by \"variance\""));
    }
    if let Returns::Futures(rows) = &first.returns
        && rows.len() < 2
    {
        cx.note(Found::new(parts[0].span_of("returns"), parts[0].at("returns"), "need at least two rows"));
    }
    if cx.findings.count() == before { Ok(()) } else { Err(Reported) }
}

/// A symmetric matrix with ones on its diagonal, in the order of the file. Whether it is positive
/// semidefinite the kernel says.
fn correlation(table: &Asset<'_>, candidates: &[Candidate], cx: &mut Check<'_>) -> Checked<Option<Vec<Vec<f64>>>> {
    let Some(node) = table.table.get("correlation") else { return Ok(None) };
    let number = |node: &Node| node.number().ok_or(Reported);
    let row = |row: &Node| row.list().ok_or(Reported)?.iter().map(number).collect::<Checked<Vec<f64>>>();
    let matrix = node.list().ok_or(Reported)?.iter().map(row).collect::<Checked<Vec<_>>>()?;
    let count = candidates.len();
    let fault = |rule: String| Found::new(node.span, table.at("correlation"), rule);
    if !candidates.iter().all(|candidate| matches!(candidate.returns, Returns::Stated { .. })) {
        let found = fault("stands beside returns by future".to_owned());
        return Err(cx.note(found.help("leave it out: the futures themselves say how returns move together")));
    }
    if matrix.len() != count || matrix.iter().any(|row| row.len() != count) {
        return Err(cx.note(fault(format!("must have {count} rows of {count} numbers, one per candidate"))));
    }
    let wrong = (0..count).flat_map(|a| (0..=a).map(move |b| (a, b))).find(|&(a, b)| {
        let wanted = if a == b { 1.0 } else { matrix[b][a] };
        (matrix[a][b] - wanted).abs() > TOLERANCE || matrix[a][b].abs() > 1.0
    });
    if let Some((a, b)) = wrong {
        let rule = format!("row {} column {}: must be symmetric, within -1 and 1, and 1 on the diagonal", a + 1, b + 1);
        return Err(cx.note(fault(rule)));
    }
    Ok(Some(matrix))
}

fn mixer(
    table: &Asset<'_>,
    parts: &[Asset<'_>],
    candidates: &[Candidate],
    cardinality: Option<u32>,
    cx: &mut Check<'_>,
) -> Checked<(MixerSpec, bool)> {
    let (word, warm_start) = (table.text("mixer")?, table.flag("warm_start")?);
    let mixer = match word {
        "x" => MixerSpec::X,
        "xy_ring" => MixerSpec::XyRing,
        "xy_complete" => MixerSpec::XyComplete,
        _ => return Err(Reported),
    };
    let before = cx.findings.count();
    if mixer != MixerSpec::X && cardinality.is_none() {
        let found =
            Found::new(table.span_of("mixer"), table.at("mixer"), "keeps the number of units, and none is given");
        cx.note(found.help("set cardinality, or choose the mixer \"x\""));
    }
    if mixer != MixerSpec::X && warm_start {
        let found = Found::new(table.span_of("warm_start"), table.at("warm_start"), "goes with the mixer \"x\" only");
        cx.note(found.also(table.span_of("mixer"), "and not with this one"));
    }
    if let Some(units) = cardinality {
        if units as usize > candidates.len() {
            let rule = format!("is more than the {} candidates", candidates.len());
            cx.note(Found::new(table.span_of("cardinality"), table.at("cardinality"), rule));
        }
        for (part, candidate) in parts.iter().zip(candidates).filter(|(_, candidate)| candidate.max_units > 1) {
            let rule = "must be 1 where the number of units is fixed";
            let found = Found::new(part.span_of("max_units"), part.at("max_units"), rule);
            let help = format!("write {} candidates of one unit, or leave out cardinality", candidate.max_units);
            cx.note(found.help(help).also(table.span_of("cardinality"), "fixed here"));
        }
    }
    if cx.findings.count() == before { Ok((mixer, warm_start)) } else { Err(Reported) }
}

/// Limits that no allocation meets. What only the exact sums of units can tell, the kernel tells.
fn reachable(table: &Asset<'_>, candidates: &[Candidate], cardinality: Option<u32>, cx: &mut Check<'_>) -> Checked<()> {
    let (budget, least) = (table.number("budget_¤")?, table.number_or("least_cost_¤", 0.0)?);
    let before = cx.findings.count();
    let key = |key: &str| money::spell(key, cx.currency);
    let (budget_key, least_key) = (key("budget_¤"), key("least_cost_¤"));
    let fault = |at: &str, inner: &str, rule: String| Found::new(table.span_of(inner), table.at(at), rule);
    if least > budget {
        cx.note(fault(&least_key, "least_cost_¤", format!("is above the budget of {budget}")));
    }
    let most: f64 = candidates.iter().map(|candidate| candidate.cost * f64::from(candidate.max_units)).sum();
    if least > most {
        cx.note(fault(&least_key, "least_cost_¤", format!("is above {most}, the cost of all units of all candidates")));
    }
    let mut costs: Vec<f64> = candidates.iter().map(|candidate| candidate.cost).collect();
    costs.sort_by(f64::total_cmp);
    let cheapest: f64 = costs.iter().take(cardinality.unwrap_or(0) as usize).sum();
    if cheapest > budget {
        let count = cardinality.unwrap_or(0);
        let rule = format!("is too little: the {count} cheapest candidates cost {cheapest}");
        cx.note(fault(&budget_key, "budget_¤", rule));
    }
    if cx.findings.count() == before { Ok(()) } else { Err(Reported) }
}
