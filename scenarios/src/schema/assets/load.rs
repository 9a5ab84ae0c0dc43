//! The `[[load]]` table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{OutageSpec, ProfileSpec, one};

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

fn yes() -> bool {
    true
}
