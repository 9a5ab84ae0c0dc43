//! `[[battery]]`: the table, and the engine's battery that it becomes.

use energyopti_engine::assets::battery::Battery;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SpellOut;
use crate::check::{Asset, Check, Checked};
use crate::fault::Found;
use crate::schema::{OutageSpec, full};

/// A battery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BatterySpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of its bus; may be left out where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Power limit at the bus, charging and discharging.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub p_nom_mw: f64,
    /// Energy inside the battery when full.
    #[schemars(range(min = 0.0, max = 1e12))]
    pub e_nom_mwh: f64,
    /// Stored per withdrawn, above 0 and at most 1.
    #[serde(default = "full")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub efficiency_store: f64,
    /// Injected per taken out, above 0 and at most 1.
    #[serde(default = "full")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub efficiency_dispatch: f64,
    /// Share of the stored energy that is lost per hour.
    #[serde(default)]
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 1))]
    pub standing_loss_per_h: f64,
    /// Discharging stops at this share of `e_nom_mwh`.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub e_min_pu: f64,
    /// Charging stops at this share of `e_nom_mwh`.
    #[serde(default = "full")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub e_max_pu: f64,
    /// Share of `e_nom_mwh` stored at the start; by default `e_min_pu`, so empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub e_initial_pu: Option<f64>,
    /// Cost per MWh discharged.
    #[serde(default, rename = "marginal_cost_¤_per_mwh")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub marginal_cost_per_mwh: f64,
    /// How its converter fails and is repaired; stored energy stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

impl SpellOut for BatterySpec {
    fn spell_out(&mut self) {
        self.e_initial_pu.get_or_insert(self.e_min_pu);
    }
}

/// Reads one battery.
pub(crate) fn read(asset: &Asset<'_>, cx: &mut Check<'_>) -> Checked<Battery> {
    let common = asset.common(cx);
    let (e_min, e_max) = (asset.number("e_min_pu"), asset.number("e_max_pu"));
    let e_initial = if asset.has("e_initial_pu") { asset.number("e_initial_pu") } else { e_min };
    if let (Ok(least), Ok(most)) = (e_min, e_max) {
        if least > most {
            let rule = format!("must be at most e_max_pu = {most}");
            cx.note(Found::new(asset.span_of("e_min_pu"), asset.at("e_min_pu"), rule));
        } else if let Ok(initial) = e_initial
            && !(least..=most).contains(&initial)
        {
            let rule = format!("must lie between e_min_pu = {least} and e_max_pu = {most}");
            cx.note(Found::new(asset.span_of("e_initial_pu"), asset.at("e_initial_pu"), rule));
        }
    }
    Ok(Battery {
        common: common?,
        p_nom_mw: asset.number("p_nom_mw")?,
        e_nom_mwh: asset.number("e_nom_mwh")?,
        efficiency_store: asset.number("efficiency_store")?,
        efficiency_dispatch: asset.number("efficiency_dispatch")?,
        standing_loss_per_h: asset.number("standing_loss_per_h")?,
        e_min_pu: e_min?,
        e_max_pu: e_max?,
        e_initial_pu: e_initial?,
        marginal_cost_per_mwh: asset.number("marginal_cost_¤_per_mwh")?,
    })
}
