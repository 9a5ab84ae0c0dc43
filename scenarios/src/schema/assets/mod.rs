//! The tables of a scenario file that describe things: buses, units, loads, batteries. One file per
//! kind.
//!
//! Not here: what the numbers do, which the engine's asset rooms say.

mod battery;
mod load;
mod outage;
mod plants;
mod profile;
mod thermal;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use battery::BatterySpec;
pub use load::{FactorSpec, HourlyFactors, LoadSpec, Season, TierSpec};
pub use outage::{DerateSpec, OutageSpec};
pub use plants::{SolarSpec, WindSpec};
pub use profile::{ProfileSpec, Unit};
pub use thermal::{MaintenanceSpec, Share, ThermalSpec};

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
