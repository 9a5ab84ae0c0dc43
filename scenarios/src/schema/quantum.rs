//! `[quantum]`: what simulated quantum circuits are asked beside a run, each with its classical answer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Questions to simulated quantum circuits. Each answer stands beside the exact classical one.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Quantum {
    /// Which candidates to take under a budget, and how many units of each.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allocation: Option<AllocationSpec>,
    /// Value at risk and conditional value at risk of a metric over the futures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tail_risk: Option<TailRiskSpec>,
    /// Expectation values of a fixed circuit for every window of a series.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<FeaturesSpec>,
}

impl Quantum {
    /// Left out of the canonical form, so that runs without a circuit keep their ids.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Which candidates to take, and how many units of each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllocationSpec {
    /// What can be chosen.
    #[schemars(length(min = 1, max = 200))]
    pub candidate: Vec<CandidateSpec>,
    /// Greatest total cost.
    #[schemars(range(min = 0.0, max = 1e15))]
    #[serde(rename = "budget_¤")]
    pub budget: f64,
    /// Least total cost.
    #[schemars(range(min = 0.0, max = 1e15))]
    #[serde(rename = "least_cost_¤", default, skip_serializing_if = "Option::is_none")]
    pub least_cost: Option<f64>,
    /// Exactly so many units are taken; each candidate then has at most one.
    #[schemars(range(min = 1, max = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cardinality: Option<u32>,
    /// How risk is counted.
    pub risk: RiskMeasureSpec,
    /// Correlation of returns that are stated by mean and standard deviation: a row and a column per
    /// candidate, in their order in the file. By default they are independent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<Vec<Vec<f64>>>,
    /// At most so many futures (the first) are looked at, of the run or of the file of returns.
    #[schemars(range(min = 2, max = 1_000_000))]
    #[serde(default = "futures")]
    pub futures: u32,
    /// Layers of the circuit; fewer are tried on the way.
    #[schemars(range(min = 1, max = 32))]
    #[serde(default = "layers")]
    pub layers: u32,
    /// What mixes the candidates.
    #[serde(default)]
    pub mixer: MixerSpec,
    /// Starts from the relaxed solution (only with the mixer `x`).
    #[serde(default)]
    pub warm_start: bool,
    /// How often the final state is measured.
    #[schemars(range(min = 1, max = 10_000_000))]
    #[serde(default = "shots")]
    pub shots: u32,
}

impl AllocationSpec {
    /// Candidates by name, and the correlations with them: the order in the file has no meaning.
    pub(crate) fn sort(&mut self) {
        let mut order: Vec<usize> = (0..self.candidate.len()).collect();
        order.sort_by(|&a, &b| self.candidate[a].name.cmp(&self.candidate[b].name));
        self.candidate = order.iter().map(|&at| self.candidate[at].clone()).collect();
        if let Some(matrix) = &mut self.correlation {
            *matrix = permuted(matrix, &order);
        }
    }
}

/// A square matrix with rows and columns in another order.
pub(crate) fn permuted(matrix: &[Vec<f64>], order: &[usize]) -> Vec<Vec<f64>> {
    order.iter().map(|&row| order.iter().map(|&column| matrix[row][column]).collect()).collect()
}

/// Something that can be taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CandidateSpec {
    /// Its name.
    pub name: String,
    /// Cost of a unit.
    #[schemars(range(min = 0.0, max = 1e15))]
    #[serde(rename = "cost_¤")]
    pub cost: f64,
    /// Most units.
    #[schemars(range(min = 1, max = 1024))]
    #[serde(default = "super::one")]
    pub max_units: u32,
    /// What a unit returns.
    pub returns: ReturnsSpec,
}

/// What a unit returns, in the scenario's currency: `metric` with `times` and `plus` (of the run's own
/// futures), `file` with `column` (a row per future), or `mean` with `standard_deviation`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnsSpec {
    /// A metric that every future has, such as `energy_mwh.wind`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// Currency per unit of the metric, such as a price per MWh.
    #[schemars(range(min = -1e12, max = 1e12))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<f64>,
    /// Added to it: less than 0 for a fixed cost.
    #[schemars(range(min = -1e15, max = 1e15))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plus: Option<f64>,
    /// CSV file with a header line, relative to this file and inside its folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The column to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Expected return.
    #[schemars(range(min = -1e15, max = 1e15))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Its standard deviation.
    #[schemars(range(min = 0.0, max = 1e15))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_deviation: Option<f64>,
}

/// How risk is counted: the objective is expected return less `aversion` times the risk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RiskMeasureSpec {
    /// What is counted.
    pub measure: MeasureSpec,
    /// Its weight: a number for `cvar`, per unit of currency for `variance`.
    #[schemars(range(min = 0.0, max = 1e15))]
    pub aversion: f64,
    /// Level of `cvar`: the worst 1 - alpha of the futures are averaged.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    #[serde(default = "alpha")]
    pub alpha: f64,
}

/// A measure of risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasureSpec {
    /// Variance of the return.
    Variance,
    /// Conditional value at risk of the loss (less return is more loss).
    Cvar,
}

/// What mixes the candidates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MixerSpec {
    /// Each alone.
    #[default]
    X,
    /// Neighbours on a ring exchange units: their number stays. Needs `cardinality`.
    XyRing,
    /// All pairs exchange units: their number stays. Needs `cardinality`.
    XyComplete,
}

/// Value at risk and conditional value at risk by amplitude estimation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TailRiskSpec {
    /// The metric, one that every future has, such as `eue_mwh`; more of it is worse.
    pub of: String,
    /// Level: the worst 1 - alpha of the futures are the tail.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    #[serde(default = "alpha")]
    pub alpha: f64,
    /// The distribution is laid on 2^qubits points.
    #[schemars(range(min = 1, max = 12))]
    #[serde(default = "qubits")]
    pub qubits: u32,
    /// Half width that is wanted of the estimated amplitudes, as a probability.
    #[schemars(range(min = 1e-6, max = 0.25))]
    #[serde(default = "epsilon")]
    pub epsilon: f64,
}

/// Feature maps: a fixed circuit's expectation values for every window of a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FeaturesSpec {
    /// CSV file with a header line, relative to this file and inside its folder.
    pub file: String,
    /// The column to read.
    pub column: String,
    /// Values per window; a window begins at every row from which it fits.
    #[schemars(range(min = 1, max = 1024))]
    #[serde(default = "window")]
    pub window: u32,
    /// Which circuit.
    #[serde(default)]
    pub circuit: FeatureCircuitSpec,
    /// Its qubits; of a reservoir at most 8.
    #[schemars(range(min = 2, max = 14))]
    #[serde(default = "feature_qubits")]
    pub qubits: u32,
    /// Its layers; of a reservoir at least 2.
    #[schemars(range(min = 1, max = 64))]
    #[serde(default = "layers")]
    pub layers: u32,
    /// Radians per unit of the series: about 1 over its standard deviation, less for smoother features.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0))]
    #[serde(default = "super::full")]
    pub bandwidth: f64,
}

/// A circuit that makes features of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeatureCircuitSpec {
    /// Layers of rotations by the window's values between fixed random layers.
    #[default]
    Map,
    /// A fixed random circuit that the values enter one after another, and that forgets.
    Reservoir,
}

fn futures() -> u32 {
    1000
}

fn layers() -> u32 {
    3
}

fn shots() -> u32 {
    4096
}

fn alpha() -> f64 {
    0.95
}

fn qubits() -> u32 {
    7
}

fn epsilon() -> f64 {
    0.002
}

fn window() -> u32 {
    24
}

fn feature_qubits() -> u32 {
    5
}
