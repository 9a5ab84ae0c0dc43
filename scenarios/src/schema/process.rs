//! The `[[process]]` and `[[risk]]` tables.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A stochastic process: one value per step and future, which assets and fuels follow. Give `law`
/// (a mean-reverting process) or `regimes`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProcessSpec {
    /// Name, unique among all assets, fuels and processes.
    pub name: String,
    /// Keys its random draws; by default its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Law of its values, wherever it stands in time. It starts in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<LawSpec>,
    /// Time after which half of a deviation is left, above 0.
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub half_life_h: f64,
    /// Regimes between which it changes, instead of `law`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regimes: Vec<RegimeSpec>,
    /// Sudden changes that fade; with `law` of kind `normal` or `lognormal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jumps: Option<JumpsSpec>,
    /// Course over the year and the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub season: Option<SeasonSpec>,
    /// Least value, to which it is cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub min: Option<f64>,
    /// Greatest value, to which it is cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub max: Option<f64>,
    /// Other processes whose innovations this one's go along with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub correlated: Vec<CorrelationSpec>,
}

/// Law of a mean-reverting process's values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LawSpec {
    /// `normal` (mean, `standard_deviation`), `lognormal` (mean, `log_standard_deviation`) or
    /// `weibull` (`shape`, `scale`).
    pub kind: String,
    /// Mean of `normal` and `lognormal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = -1e9, max = 1e9))]
    pub mean: Option<f64>,
    /// Standard deviation of `normal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub standard_deviation: Option<f64>,
    /// Standard deviation of the logarithm of `lognormal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 10.0))]
    pub log_standard_deviation: Option<f64>,
    /// Shape of `weibull`, above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 100.0), extend("exclusiveMinimum" = 0))]
    pub shape: Option<f64>,
    /// Scale of `weibull`, above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0))]
    pub scale: Option<f64>,
}

/// A regime of a process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegimeSpec {
    /// Mean of the process under it.
    #[schemars(range(min = -1e9, max = 1e9))]
    pub mean: f64,
    /// Standard deviation under it.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub standard_deviation: f64,
    /// Mean time that it lasts, above 0.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0))]
    pub mean_sojourn_h: f64,
    /// Share of its ends after which each regime follows, in the order of the list; its own is 0,
    /// together 1.
    #[schemars(length(min = 1), inner(range(min = 0.0, max = 1.0)))]
    pub next: Vec<f64>,
}

/// Sudden changes that fade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JumpsSpec {
    /// Mean number per year of 8760 h.
    #[schemars(range(min = 0.0, max = 100_000.0))]
    pub events_per_year: f64,
    /// Mean size; of a lognormal law that of its logarithm: 0.7 doubles the value, -0.7 halves it.
    #[schemars(range(min = -1e9, max = 1e9))]
    pub mean: f64,
    /// Standard deviation of the size, or of its logarithm.
    #[serde(default)]
    #[schemars(range(min = 0.0, max = 1e9))]
    pub standard_deviation: f64,
    /// Time after which half of a jump is left, above 0.
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub half_life_h: f64,
}

/// Course of a process over the year and the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeasonSpec {
    /// January to December.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(equal = 12), inner(range(min = -1e9, max = 1e9)))]
    pub months: Option<Vec<f64>>,
    /// Hours 0 to 23 of the day (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(equal = 24), inner(range(min = -1e9, max = 1e9)))]
    pub hours: Option<Vec<f64>>,
    /// Whether the numbers multiply the value or are added to it.
    #[serde(default)]
    pub by: SeasonBy,
}

/// How a season changes a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SeasonBy {
    /// Multiplies it.
    #[default]
    Multiply,
    /// Is added to it.
    Add,
}

/// Another process, and how much this one goes along with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrelationSpec {
    /// The other process.
    pub process: String,
    /// Correlation of the innovations.
    #[schemars(extend("exclusiveMinimum" = -1, "exclusiveMaximum" = 1))]
    pub correlation: f64,
}

/// Rare events (geopolitical or other) with a hazard, a severity, a duration and declared effects.
/// Where several run at once the gravest counts. At the start of the horizon none runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskSpec {
    /// Name, unique among all assets, fuels and processes.
    pub name: String,
    /// Keys its random draws; by default its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// Mean number of events per year of 8760 h.
    #[schemars(range(min = 0.0, max = 100_000.0))]
    pub events_per_year: f64,
    /// A monthly index that drives the hazard: each month's over the mean of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monthly_index: Option<IndexSpec>,
    /// By what an event multiplies what it affects.
    pub severity: SeveritySpec,
    /// How long an event lasts.
    pub duration: DurationSpec,
    /// What it affects.
    #[schemars(length(min = 1))]
    pub effects: Vec<EffectSpec>,
}

/// A monthly index. Where it ends before the horizon does, it begins anew.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum IndexSpec {
    /// One value per month, from the horizon's first on.
    List(#[schemars(length(min = 1), inner(range(min = 0.0, max = 1e9)))] Vec<f64>),
    /// A column of a file.
    File(IndexFileSpec),
}

/// A column of a CSV file with one row per month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexFileSpec {
    /// CSV file with a header line, relative to this file and inside its folder.
    pub file: String,
    /// The column to read.
    pub column: String,
    /// Month of the first row, such as `1985-01`; rows before the horizon's first month are
    /// left out of the course, but not of the mean. By default the file begins with the horizon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_month: Option<String>,
}

/// A factor: `fixed`, or between `min` and `max`, or lognormal with `median` and
/// `log_standard_deviation`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeveritySpec {
    /// Always this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e3))]
    pub fixed: Option<f64>,
    /// Uniform from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e3))]
    pub min: Option<f64>,
    /// Uniform to here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e3))]
    pub max: Option<f64>,
    /// Median of a lognormal factor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e3), extend("exclusiveMinimum" = 0))]
    pub median: Option<f64>,
    /// Standard deviation of its logarithm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 10.0))]
    pub log_standard_deviation: Option<f64>,
}

/// A duration: `fixed_h`, or exponential with `mean_h`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DurationSpec {
    /// Always this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub fixed_h: Option<f64>,
    /// Mean of an exponential law.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 1e6), extend("exclusiveMinimum" = 0))]
    pub mean_h: Option<f64>,
}

/// What an event affects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EffectSpec {
    /// Name of a fuel or an asset.
    pub on: String,
    /// What of it.
    pub what: On,
    /// By what it is multiplied while an event runs; by default by the event's severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1e3))]
    pub factor: Option<f64>,
}

/// A quantity that an event multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// The price of a fuel, or the marginal cost of a unit: an import's price.
    Price,
    /// The supply of a fuel.
    Supply,
    /// The power that a unit could give: an interconnector's capacity.
    PMax,
    /// The withdrawal of a load.
    Load,
}
