//! Two runs side by side: what differs in their inputs, and for each metric the paired difference
//! with its interval. The types and their JSON form; the statistics come from the batch.

use energyopti_engine::Estimate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::summary::estimate;

/// One of the two runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Identity of the run.
    pub run: String,
    /// Name of its scenario.
    pub scenario: String,
}

/// A value that differs between two scenarios.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputDifference {
    /// Where, such as `battery.bess.e_nom_mwh`: assets stand under their name.
    pub path: String,
    /// The value in A; `None` where A has no such key or asset.
    pub a: Option<Value>,
    /// The value in B; `None` where B has no such key or asset.
    pub b: Option<Value>,
}

/// A metric in A, in B, and its difference B - A.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricDifference {
    /// Name of the metric, with its unit.
    pub name: String,
    /// Estimate in A.
    #[serde(with = "estimate")]
    pub a: Estimate,
    /// Estimate in B.
    #[serde(with = "estimate")]
    pub b: Estimate,
    /// Estimate of B - A, paired by replica where both runs share their luck.
    #[serde(with = "estimate")]
    pub difference: Estimate,
    /// How many times smaller the variance of the paired difference is than that of a difference
    /// of independent runs; `None` where it is not defined.
    pub variance_reduction: Option<f64>,
    /// Whether the 95 % interval of the difference leaves out zero.
    pub distinguishable: bool,
}

/// Two runs side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The run to compare with.
    pub a: Side,
    /// The run that is compared.
    pub b: Side,
    /// What differs in the scenarios; see [`super::input_differences`].
    pub input_difference: Vec<InputDifference>,
    /// Difference of each metric that both have, in A's order.
    pub metrics: Vec<MetricDifference>,
}

impl Comparison {
    /// Indented JSON with a newline at the end.
    ///
    /// # Errors
    /// None is known for values of this type; the signature is the library's.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}
