//! Outages: mean times or probabilities per step, to the engine's chain.
//!
//! Rates per step are step / MTTF and step / MTTR; above 1 they mean nothing and are refused.

use energyopti_engine::{DownState, Outage};

use super::{Asset, Check, Checked, Reported};
use crate::fault::Found;

const TIMES: [&str; 2] = ["mttf_h", "mttr_h"];
const CHANCES: [&str; 2] = ["failure_probability", "repair_probability"];
/// Rounding allowed in a sum of probabilities.
const ROUNDING: f64 = 1e-9;

/// The asset's outage, if it has any.
pub(super) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Option<Outage>> {
    if !asset.has("outage") {
        return Ok(None);
    }
    let outage = asset.inner("outage")?;
    let derates = outage.parts("derates");
    let partial_only =
        derates.as_ref().is_ok_and(|d| !d.is_empty()) && !TIMES.iter().chain(&CHANCES).any(|k| outage.has(k));
    let full = if partial_only { Ok(None) } else { rates(&outage, cx).map(Some) };
    let partial: Vec<Checked<DownState>> = derates?.iter().map(|derate| state(derate, cx)).collect();
    let mut states = Vec::new();
    if let Some((failure, repair)) = full? {
        states.push(DownState { p_max_pu: 0.0, failure, repair });
    }
    for state in partial {
        states.push(state?);
    }
    let chain = Outage { states };
    if chain.failure() > 1.0 + ROUNDING {
        let total = (chain.failure() * 1e9).round() / 1e9;
        let rule = format!("has competing failures whose probabilities add up to {total} per step, above 1");
        return Err(cx.note(Found::new(outage.span, outage.path.clone(), rule)));
    }
    Ok(Some(chain))
}

fn state(derate: &Asset<'_>, cx: &mut Check<'_>) -> Checked<DownState> {
    let rates = rates(derate, cx);
    let p_max_pu = derate.number("p_max_pu");
    let (failure, repair) = rates?;
    Ok(DownState { p_max_pu: p_max_pu?, failure, repair })
}

/// Failure and repair probability per step.
fn rates(table: &Asset<'_>, cx: &mut Check<'_>) -> Checked<(f64, f64)> {
    let times = TIMES.iter().any(|k| table.has(k));
    let chances = CHANCES.iter().any(|k| table.has(k));
    if times && chances {
        let found = Found::new(table.span, table.path.clone(), "mixes mean times with probabilities");
        return Err(cx.note(found.help("write mttf_h and mttr_h, or failure_probability and repair_probability")));
    }
    let keys = if chances { CHANCES } else { TIMES };
    if !times && !chances {
        let found = Found::new(table.span, table.path.clone(), "does not say how it fails");
        return Err(cx.note(found.help("write mttf_h and mttr_h, or failure_probability and repair_probability")));
    }
    for key in keys.iter().filter(|key| !table.has(key)) {
        let other = keys[usize::from(*key == keys[0])];
        cx.note(Found::new(table.span, table.at(key), format!("is missing: it belongs to `{other}`")));
    }
    let pair = keys.map(|key| if chances { table.number(key) } else { per_step(table, key, cx) });
    Ok((pair[0]?, pair[1]?))
}

/// step / mean time.
fn per_step(table: &Asset<'_>, key: &str, cx: &mut Check<'_>) -> Checked<f64> {
    let mean_h = table.number(key)?;
    let step_h = cx.study.step_h()?;
    let rate = step_h / mean_h;
    if rate > 1.0 {
        let rule = format!("must not be shorter than a step: a step of {step_h} h exceeds {key} = {mean_h}");
        let found = Found::new(table.span_of(key), table.at(key), rule);
        return Err(cx.note(found.help("take a shorter scenario.step")));
    }
    if rate.is_finite() { Ok(rate) } else { Err(Reported) }
}
