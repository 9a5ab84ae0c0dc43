//! `[[solar]]`: the table, and the engine's plant that it becomes.

use energyopti_engine::assets::solar::Solar;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::{Asset, Check, Checked, profile};
use crate::schema::{OutageSpec, ProfileSpec, Unit, one};

/// A solar plant or a group of equal ones: must-take, curtailed only when nobody needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SolarSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of its bus; may be left out where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// How many equal plants stand behind the name.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 10_000))]
    pub count: u32,
    /// Nominal power of one plant.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub p_nom_mw: f64,
    /// Power that one plant could give, step by step.
    pub profile: ProfileSpec,
    /// Cost per MWh generated.
    #[serde(default, rename = "marginal_cost_¤_per_mwh")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub marginal_cost_per_mwh: f64,
    /// How a plant fails and is repaired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

impl SpellOut for SolarSpec {
    fn spell_out(&mut self) {
        self.profile.spell_out(Unit::Mw);
    }
}

/// Reads one plant.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Solar> {
    let common = asset.common(cx);
    let p_max = profile::of_plant(asset, cx);
    Ok(Solar {
        common: common?,
        p_nom_mw: asset.number("p_nom_mw")?,
        p_max_mw: p_max?,
        marginal_cost_per_mwh: asset.number("marginal_cost_¤_per_mwh")?,
    })
}
