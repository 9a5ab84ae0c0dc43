//! The tables of a scenario file that describe things: buses, units, loads, batteries.
//!
//! Not here: what the numbers do, which the engine's asset rooms say.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A place where power is balanced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bus {
    /// Its name.
    pub name: String,
}

fn one() -> u32 {
    1
}

fn full() -> f64 {
    1.0
}

fn yes() -> bool {
    true
}

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

/// Random outages of one unit: by mean times, or by probabilities per step. It starts in the
/// stationary state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutageSpec {
    /// Mean time to failure. The failure probability per step is step / MTTF.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e12), extend("exclusiveMinimum" = 0))]
    pub mttf_h: Option<f64>,
    /// Mean time to repair. The repair probability per step is step / MTTR.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e12), extend("exclusiveMinimum" = 0))]
    pub mttr_h: Option<f64>,
    /// Probability per step that a unit which is up fails; instead of `mttf_h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub failure_probability: Option<f64>,
    /// Probability per step that a unit which is down returns; instead of `mttr_h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub repair_probability: Option<f64>,
    /// Partial outages, which compete with the full one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derates: Vec<DerateSpec>,
}

/// A partial outage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DerateSpec {
    /// Share of the power that is left, 0-1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub p_max_pu: f64,
    /// Mean time, while up, to this partial outage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e12), extend("exclusiveMinimum" = 0))]
    pub mttf_h: Option<f64>,
    /// Mean time to repair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e12), extend("exclusiveMinimum" = 0))]
    pub mttr_h: Option<f64>,
    /// Probability per step of falling into it; instead of `mttf_h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub failure_probability: Option<f64>,
    /// Probability per step of returning from it; instead of `mttr_h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub repair_probability: Option<f64>,
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

/// A known course of a quantity, one value per step: from a CSV file, or written here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileSpec {
    /// CSV file with a header line, relative to this file and inside its folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The column to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// The columns to read, one weather year each; instead of `column`. Each replica draws one
    /// year, the same for all profiles.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub columns: Option<Vec<String>>,
    /// What the file's numbers are; by default MW (in `p_max_pu`: per unit).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// The values in MW, instead of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), inner(range(min = 0.0, max = 1e9)))]
    pub values_mw: Option<Vec<f64>>,
    /// The values per unit of `p_nom_mw` (of a load: `peak_mw`), instead of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1), inner(range(min = 0.0, max = 1e9)))]
    pub values_pu: Option<Vec<f64>>,
}

/// What the numbers of a profile are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// MW.
    Mw,
    /// Shares of `p_nom_mw`, of a load: of `peak_mw`.
    Pu,
}

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

/// A wind plant or a group of equal ones: must-take, curtailed only when nobody needs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WindSpec {
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

/// A load: demand known step by step. Exactly one of `p_mw`, `profile` and `factors`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LoadSpec {
    /// Name, unique among all assets; metrics carry it.
    pub name: String,
    /// Name of its bus; may be left out where there is only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bus: Option<String>,
    /// Keys its random draws; by default its name. Keeps its luck over a renaming.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// How many equal loads stand behind the name.
    #[serde(default = "one")]
    #[schemars(range(min = 1, max = 10_000))]
    pub count: u32,
    /// The same power at every step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub p_mw: Option<f64>,
    /// Power step by step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileSpec>,
    /// Power from tables by week, day and hour, of `peak_mw`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factors: Option<FactorSpec>,
    /// What `factors`, or a profile per unit, are shares of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub peak_mw: Option<f64>,
    /// Value of lost load; without `tiers`. By default 0.
    #[serde(default, rename = "voll_¤_per_mwh", skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub voll_per_mwh: Option<f64>,
    /// Shares that are shed apart, the cheapest first; together 1. By default one firm tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub tiers: Option<Vec<TierSpec>>,
    /// How the load itself fails: one that is out draws nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outage: Option<OutageSpec>,
}

/// A share of a load that is shed together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TierSpec {
    /// Share of the load's power.
    #[schemars(range(max = 1.0), extend("exclusiveMinimum" = 0))]
    pub share_pu: f64,
    /// Value of lost load. Cheaper tiers are shed first, over all loads.
    #[serde(default, rename = "voll_¤_per_mwh")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub voll_per_mwh: f64,
    /// Whether shedding it counts as unserved energy.
    #[serde(default = "yes")]
    pub firm: bool,
}

/// Load by tables: `peak_mw` x week x day x hour, counted from step 0 = Monday of week 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactorSpec {
    /// Peak of each of 52 weeks in percent of the yearly peak.
    #[schemars(length(equal = 52), inner(range(min = 0.0, max = 1000.0)))]
    pub weekly_percent: Vec<f64>,
    /// Peak of each day, Monday first, in percent of the weekly peak.
    #[schemars(length(equal = 7), inner(range(min = 0.0, max = 1000.0)))]
    pub daily_percent: Vec<f64>,
    /// Load of each hour in percent of the daily peak.
    pub hourly_percent: HourlyFactors,
    /// Season of each of 52 weeks.
    #[schemars(length(equal = 52))]
    pub seasons: Vec<Season>,
}

/// Load of each hour of a day in percent of the daily peak, by season and kind of day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HourlyFactors {
    /// Winter, Monday to Friday.
    #[schemars(length(equal = 24), inner(range(min = 0.0, max = 1000.0)))]
    pub winter_weekday: Vec<f64>,
    /// Winter, Saturday and Sunday.
    #[schemars(length(equal = 24), inner(range(min = 0.0, max = 1000.0)))]
    pub winter_weekend: Vec<f64>,
    /// Summer, Monday to Friday.
    #[schemars(length(equal = 24), inner(range(min = 0.0, max = 1000.0)))]
    pub summer_weekday: Vec<f64>,
    /// Summer, Saturday and Sunday.
    #[schemars(length(equal = 24), inner(range(min = 0.0, max = 1000.0)))]
    pub summer_weekend: Vec<f64>,
    /// Spring and fall, Monday to Friday.
    #[schemars(length(equal = 24), inner(range(min = 0.0, max = 1000.0)))]
    pub spring_fall_weekday: Vec<f64>,
    /// Spring and fall, Saturday and Sunday.
    #[schemars(length(equal = 24), inner(range(min = 0.0, max = 1000.0)))]
    pub spring_fall_weekend: Vec<f64>,
}

/// Season of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// Winter.
    Winter,
    /// Summer.
    Summer,
    /// Spring and fall.
    SpringFall,
}

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
