//! The tables of a scenario file that are not assets: study, Monte Carlo, execution, outputs, sweeps.
//!
//! Not here: assets (`kinds`).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What is studied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Study {
    /// Name for people.
    pub name: String,
    /// ISO 4217 code of all money in the scenario. Money keys carry it: `marginal_cost_eur_per_mwh`.
    #[serde(default = "euro")]
    pub currency: String,
    /// Start of the horizon, RFC 3339 in UTC, such as `2025-01-01T00:00:00Z`.
    pub start: String,
    /// Length of a step: a number and one of `s`, `min`, `h`, `d`; from 1 s to 1 d.
    #[serde(default = "one_hour")]
    pub step: String,
    /// How many steps the horizon has.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub steps: usize,
}

fn euro() -> String {
    "EUR".to_owned()
}

fn one_hour() -> String {
    "1h".to_owned()
}

/// How many futures, and how they are drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MonteCarlo {
    /// How many futures (with `stop_at`: at most).
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub replicas: u64,
    /// Keys every random draw: the same seed gives the same futures.
    #[schemars(range(min = 0, max = 9_223_372_036_854_775_807_u64))]
    pub seed: u64,
    /// How the answer is found.
    pub method: Method,
    /// How the error bars are narrowed.
    pub variance_reduction: VarianceReduction,
    /// Stops earlier, when a metric is known well enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_at: Option<StopAt>,
}

impl Default for MonteCarlo {
    fn default() -> Self {
        Self {
            replicas: 1000,
            seed: 1,
            method: Method::default(),
            variance_reduction: VarianceReduction::default(),
            stop_at: None,
        }
    }
}

/// How the answer is found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Sequential Monte Carlo: futures hour by hour.
    #[default]
    Sequential,
    /// Convolution of the units' outages, where the model allows it.
    Exact,
}

/// How the error bars are narrowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VarianceReduction {
    /// Not at all.
    #[default]
    None,
    /// By the same future's index without storage, whose expectation is known exactly.
    ControlVariate,
}

/// When to stop before all replicas are done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StopAt {
    /// Standard error over value, above 0 and below 1.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    pub relative_standard_error: f64,
    /// The metric: `lole_h`, `lold_d`, `lolf` or `eue_mwh`, of the system or of one bus
    /// (`lole_h.north`), `cost` or `lost_load_cost`.
    pub of: String,
}

/// How the run is carried out. Never changes a result.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Execution {
    /// Threads; by default one per core.
    #[schemars(range(min = 1, max = 1024))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<u32>,
    /// Replicas per chunk, the unit of resuming.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chunk: Option<u64>,
    /// Folder that holds the runs; by default `runs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out: Option<String>,
    /// What `run` prints.
    pub format: OutputFormat,
}

/// What `run` prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutputFormat {
    /// A short table.
    #[default]
    Text,
    /// `summary.json` and nothing else.
    Json,
}

/// Who decides what runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Dispatch {
    /// From what storage recharges. Storage never charges storage.
    pub charge_from: ChargeFrom,
    /// When storage discharges.
    #[serde(skip_serializing_if = "DischargeFor::is_default")]
    pub discharge_for: DischargeFor,
}

/// When storage discharges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DischargeFor {
    /// Only where generation is short: the rule of adequacy studies.
    #[default]
    Deficit,
    /// In place of generation that costs more than its marginal cost and wear. Needs
    /// `charge_from = "must_take"`, so that no fuel is burnt to save fuel.
    MeritOrder,
}

/// From what storage recharges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChargeFrom {
    /// Available capacity above load, thermal included; the cost falls where the fuel burns.
    #[default]
    Headroom,
    /// Only must-take generation above load, which would be curtailed otherwise.
    MustTake,
}

impl DischargeFor {
    /// Left out of the canonical form, so that earlier runs keep their ids.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What to keep beyond the metrics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Outputs {
    /// The list; empty keeps the metrics alone.
    pub keep: Vec<Kept>,
}

impl Default for Outputs {
    fn default() -> Self {
        Self { keep: vec![Kept::Timeline] }
    }
}

/// Something to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// Mean and quantiles per step.
    Timeline,
    /// The indices of every replica.
    Samples,
    /// What bound whom in the first future of a network, step by step, with its shadow price.
    Duals,
}

/// A set of variants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sweep {
    /// How the values of `set` combine, or `list` for named cases.
    #[serde(default)]
    pub mode: SweepMode,
    /// For `grid` and `zip`: path of a key (as for `--set`) to the list of its values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<Map<String, Value>>,
    /// For `list`: the variants themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cases: Option<Vec<Case>>,
}

/// How the values of a sweep combine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SweepMode {
    /// Every value with every other.
    #[default]
    Grid,
    /// First with first, second with second: lists of one length.
    Zip,
    /// Named cases.
    List,
}

/// One variant of a `list` sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its id.
    pub name: String,
    /// Path of a key (as for `--set`) to its value.
    #[serde(default)]
    pub set: Map<String, Value>,
}
