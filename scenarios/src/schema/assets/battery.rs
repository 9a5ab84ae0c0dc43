//! The `[[battery]]` table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OutageSpec, full};

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
