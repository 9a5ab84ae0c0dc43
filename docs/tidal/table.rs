//! `[[tidal]]`: the table, and the engine's plant that it becomes.

use energyopti_engine::assets::tidal::Tidal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::{Asset, Check, Checked, Reported};
use crate::schema::{OutageSpec, one};

/// A tidal stream plant or a group of equal ones: must-take. High water at springs is at the start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TidalSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of its bus; may be left out where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Keys its random draws; by default its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// How many equal plants stand behind the name.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 10_000))]
    pub count: u32,
    /// Nominal power of one plant.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub p_nom_mw: f64,
    /// Peak current at springs, peak current at neaps, and the current of nominal power.
    #[schemars(length(equal = 3), inner(range(min = 0.1, max = 20.0)))]
    pub current_m_s: Vec<f64>,
    /// How a plant fails and is repaired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

impl SpellOut for TidalSpec {}

/// Reads one plant.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Tidal> {
    let common = asset.common(cx);
    let current_m_s = asset.numbers("current_m_s")?.try_into().map_err(|_| Reported)?;
    Ok(Tidal { common: common?, p_nom_mw: asset.number("p_nom_mw")?, current_m_s })
}
