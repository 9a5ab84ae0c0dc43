//! `[[link]]`: the table, and the engine's link that it becomes.

use energyopti_engine::assets::link::Link;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::{Asset, Check, Checked};
use crate::fault::Found;
use crate::schema::{OutageSpec, full};

/// A connection between two electric buses whose flow is set: HVDC, or a net transfer capacity (NTC).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of the bus where a positive flow is taken.
    pub bus0: String,
    /// Name of the bus that a positive flow reaches.
    pub bus1: String,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Greatest flow, measured at `bus0`.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub p_nom_mw: f64,
    /// Least flow as share of `p_nom_mw`: 0 for one way, -1 for both ways alike.
    #[serde(default)]
    #[schemars(range(min = -1.0, max = 0.0))]
    pub p_min_pu: f64,
    /// Share of the flow that arrives; below 1 the flow goes one way only.
    #[serde(default = "full")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub efficiency: f64,
    /// Cost per MWh taken, either way.
    #[serde(default, rename = "marginal_cost_¤_per_mwh")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub marginal_cost_per_mwh: f64,
    /// How it fails and is repaired. A link that is out carries nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

impl SpellOut for LinkSpec {}

/// Reads one link.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Link> {
    let common = asset.common_between(cx);
    let (p_nom_mw, p_min_pu) = (asset.number("p_nom_mw"), asset.number("p_min_pu"));
    let efficiency = asset.number("efficiency");
    if let (Ok(least), Ok(efficiency)) = (p_min_pu, efficiency)
        && least < 0.0
        && efficiency < 1.0
    {
        let rule = format!("must be 0 where efficiency is below 1: the way back would lose {efficiency} the wrong way");
        let found = Found::new(asset.span_of("p_min_pu"), asset.at("p_min_pu"), rule);
        cx.note(found.help("write two links, one for each way"));
    }
    let (common, bus1) = common?;
    Ok(Link {
        common,
        bus1,
        p_nom_mw: p_nom_mw?,
        p_back_mw: p_min_pu?.abs() * p_nom_mw?,
        efficiency: efficiency?,
        marginal_cost_per_mwh: asset.number("marginal_cost_¤_per_mwh")?,
    })
}
