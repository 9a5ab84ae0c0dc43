//! The `[[thermal]]` table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OutageSpec, ProfileSpec, one};

/// A group of equal thermal units: capacity that burns fuel when the merit order calls it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ThermalSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of its bus; may be left out where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// How many equal units stand behind the name.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 10_000))]
    pub count: u32,
    /// Nominal power of one unit.
    #[schemars(range(min = 0.0, max = 1e9))]
    pub p_nom_mw: f64,
    /// Share of `p_nom_mw` that a unit can give when up: a number, or a profile per unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_max_pu: Option<Share>,
    /// Power that a unit can give when up, step by step; instead of `p_max_pu`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileSpec>,
    /// Cost per MWh generated.
    #[serde(default, rename = "marginal_cost_¤_per_mwh")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub marginal_cost_per_mwh: f64,
    /// How a unit fails and is repaired.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
    /// Planned stops, known to all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub maintenance: Vec<MaintenanceSpec>,
}

/// A share of nominal power: constant, or step by step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Share {
    /// The same at every step, 0-1.
    Constant(#[schemars(range(min = 0.0, max = 1.0))] f64),
    /// Step by step.
    Profile(ProfileSpec),
}

/// A planned stop. It covers the steps that start within it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MaintenanceSpec {
    /// When it starts, RFC 3339 in UTC; or `start_h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// When it starts, in hours from the start of the horizon; or `start`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub start_h: Option<f64>,
    /// How long it lasts.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0))]
    pub duration_h: f64,
    /// Share of the power that is left, 0-1.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub p_max_pu: f64,
}
