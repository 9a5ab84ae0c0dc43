//! Outages, which any asset may carry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
