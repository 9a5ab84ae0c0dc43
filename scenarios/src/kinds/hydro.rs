//! `[[hydro]]`: the table, its inflow as power of water, and the engine's plant that it becomes.

use energyopti_engine::Series;
use energyopti_engine::assets::hydro::Hydro;
use energyopti_engine::assets::hydro::reservoir::{Reservoir, hydraulic_power_mw};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::{Asset, Check, Checked, profile};
use crate::fault::Found;
use crate::schema::{OutageSpec, ProfileSpec, Unit, full, one};

/// A hydro plant: turbines at a reservoir, called in merit order; without a reservoir run of river,
/// which is must-take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HydroSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of its bus; may be left out where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// How many equal turbines it has; each has its own outages.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 10_000))]
    pub count: u32,
    /// Electric power of one turbine.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0))]
    pub p_nom_mw: f64,
    /// Electricity per energy of the water, above 0 and at most 1.
    #[serde(default = "full")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub efficiency: f64,
    /// Energy of the water that the reservoir holds when full; 0 for run of river.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e12))]
    pub e_nom_mwh: f64,
    /// Share of `e_nom_mwh` that must stay.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub e_min_pu: f64,
    /// Share of `e_nom_mwh` held at the start; by default `e_min_pu`, so nothing to give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub e_initial_pu: Option<f64>,
    /// The same inflow at every step, as the power of its water before the turbines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub inflow_mw: Option<f64>,
    /// Inflow as the power of its water, before the turbines, step by step. Per unit: of
    /// `p_nom_mw`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inflow: Option<ProfileSpec>,
    /// Inflow as water; with `head_m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inflow_m3_per_s: Option<FlowSpec>,
    /// Height that the water falls; with `inflow_m3_per_s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e4), extend("exclusiveMinimum" = 0))]
    pub head_m: Option<f64>,
    /// Processes that multiply the inflow.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inflow_factors: Vec<String>,
    /// Flow that must always leave, as the power of its water.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub min_release_mw: f64,
    /// Whether that flow may pass the turbines; if not it gives no power.
    #[serde(default = "yes")]
    pub release_through_turbine: bool,
    /// Cost per MWh generated, which ranks it in the merit order; for a reservoir its water value.
    #[serde(default, rename = "marginal_cost_¤_per_mwh")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub marginal_cost_per_mwh: f64,
    /// How a turbine fails and is repaired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

/// A known flow of water, one value per step: from a CSV file, or written here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowSpec {
    /// CSV file with a header line, relative to this file and inside its folder; m3/s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The column to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The columns to read, one weather year each; instead of `column`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub columns: Option<Vec<String>>,
    /// The values, instead of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), inner(range(min = 0.0, max = 1e6)))]
    pub values_m3_per_s: Option<Vec<f64>>,
}

fn yes() -> bool {
    true
}

impl SpellOut for HydroSpec {
    fn spell_out(&mut self) {
        self.e_initial_pu.get_or_insert(self.e_min_pu);
        if let Some(inflow) = &mut self.inflow {
            inflow.spell_out(Unit::Mw);
        }
    }
}

/// Reads one plant.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Hydro> {
    let common = asset.common(cx);
    let inflow = inflow(asset, cx);
    let factors = cx.factors(asset, "inflow_factors");
    let e_min_pu = asset.number("e_min_pu")?;
    let reservoir = Reservoir {
        p_nom_mw: asset.number("p_nom_mw")? * f64::from(asset.count()?),
        efficiency: asset.number("efficiency")?,
        e_nom_mwh: asset.number("e_nom_mwh")?,
        e_min_pu,
        e_initial_pu: asset.number_or("e_initial_pu", e_min_pu)?,
        min_release_mw: asset.number("min_release_mw")?,
        release_through_turbine: asset.flag("release_through_turbine")?,
    };
    asset.report(&reservoir.faults(), cx)?;
    Ok(Hydro {
        common: common?,
        reservoir,
        inflow_mw: inflow?,
        inflow_factors: factors?,
        marginal_cost_per_mwh: asset.number("marginal_cost_¤_per_mwh")?,
    })
}

/// Power of the water that flows in, MW.
fn inflow(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Series> {
    let ways = ["inflow_mw", "inflow", "inflow_m3_per_s"];
    let chosen: Vec<&str> = ways.into_iter().filter(|key| asset.has(key)).collect();
    if let [first, second, ..] = chosen.as_slice() {
        let rule = format!("stands beside `{first}`: write only one");
        let found = Found::new(asset.key_span(second), asset.at(second), rule);
        return Err(cx.note(found.also(asset.key_span(first), "the other one")));
    }
    let (water, head) = (asset.has("inflow_m3_per_s"), asset.has("head_m"));
    if water != head {
        let (one, other) = if head { ("head_m", "inflow_m3_per_s") } else { ("inflow_m3_per_s", "head_m") };
        let rule = format!("needs `{other}` beside it");
        return Err(cx.note(Found::new(asset.key_span(one), asset.at(one), rule)));
    }
    match chosen.as_slice() {
        ["inflow_mw"] => asset.number("inflow_mw").map(Series::Constant),
        ["inflow"] => profile::read(&asset.inner("inflow")?, &profile::Nominal::scale(asset, "p_nom_mw"), Unit::Mw, cx),
        [_] => profile::flow(&asset.inner("inflow_m3_per_s")?, hydraulic_power_mw(1.0, asset.number("head_m")?), cx),
        _ => {
            let found = Found::new(asset.span, asset.path.clone(), "does not say its inflow");
            let help = "write `inflow_mw`, or `inflow` as a profile, or `inflow_m3_per_s` with `head_m`";
            Err(cx.note(found.help(help)))
        }
    }
}
