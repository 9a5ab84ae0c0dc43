//! What pricing an interval answers.

use serde::{Deserialize, Serialize};

/// A zone's balance and price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneOutcome {
    /// The zone.
    pub zone: String,
    /// Dual of its balance, currency per MWh.
    pub price: f64,
    /// Load not served, MW.
    pub shed_mw: f64,
    /// Generation without use, MW.
    pub spill_mw: f64,
}

/// A reserve requirement and its price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RequirementOutcome {
    /// The requirement.
    pub name: String,
    /// Dual of the requirement, currency per MW and h. A unit is paid the sum over those it counts for.
    pub price: f64,
    /// Missing reserve, MW.
    pub short_mw: f64,
}

/// A unit's dispatch and money.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnitOutcome {
    /// The unit.
    pub name: String,
    /// MW.
    pub power_mw: f64,
    /// Spinning reserve, MW.
    pub reserve_mw: f64,
    /// For energy and reserve at the prices, currency.
    pub revenue: f64,
    /// By its offers, currency.
    pub cost: f64,
    /// What it loses at these prices and must be paid besides to be whole, currency.
    pub make_whole: f64,
}

/// A priced interval; zones, requirements, units and lines by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Priced {
    /// Zones.
    pub zones: Vec<ZoneOutcome>,
    /// Requirements.
    pub requirements: Vec<RequirementOutcome>,
    /// Units.
    pub units: Vec<UnitOutcome>,
    /// MW from `from` to `to`, by line.
    pub flows_mw: Vec<f64>,
    /// Cost of units, shed load, spill and missing reserve, currency.
    pub cost: f64,
}
