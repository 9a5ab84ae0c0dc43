//! `[grid]`: by which law power flows between electric buses.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What lies between electric buses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Grid {
    /// By which law power flows; scenarios with lines or links must say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<GridModel>,
    /// Base power of the lines' per-unit values, MVA.
    #[schemars(range(max = 1e9), extend("exclusiveMinimum" = 0))]
    pub base_mva: f64,
}

impl Default for Grid {
    fn default() -> Self {
        Self { model: None, base_mva: 100.0 }
    }
}

impl Grid {
    /// Left out of the canonical form, so that runs without a network keep their ids.
    pub(crate) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// By which law power flows between electric buses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GridModel {
    /// By none: all buses are one place; lines and links are not looked at.
    CopperPlate,
    /// Lines are like links: any flow within their limits.
    Transport,
    /// Linear (DC) power flow, b = x/(r^2+x^2), taps and shifts ignored.
    Dcp,
    /// Linear (DC) power flow, b = 1/(x tap), shifts kept.
    Matpower,
    /// Linear (DC) power flow, b = 1/x, taps and shifts ignored.
    Reactance,
}
