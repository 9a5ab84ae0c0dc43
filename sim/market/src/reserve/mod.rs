//! Energy and spinning reserve in one linear program, the commitment given: one interval.
//!
//! Units that run are dispatched between their least and greatest power; power kept free for reserve
//! is worth what it could have earned, so the price of energy contains the opportunity cost of
//! reserve and the other way round (Kirschen and Strbac, *Fundamentals of Power System Economics*,
//! 2nd ed. 2018, section 6.5). Ties: units of equal cost are used in the order of their names. Not
//! here: which units to commit, start-up cost, ramps, balancing energy.

mod check;
mod outcome;
mod program;

pub use outcome::{Priced, RequirementOutcome, UnitOutcome, ZoneOutcome};

use serde::{Deserialize, Serialize};

use crate::fault::MarketError;
use crate::market::Line;

/// A piece of a unit's offer above its least power.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// Width, MW.
    pub width_mw: f64,
    /// Marginal cost, currency per MWh; does not fall from segment to segment.
    pub price: f64,
}

/// A generating unit and its offers of energy and spinning reserve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Unique among units.
    pub name: String,
    /// The zone by name.
    pub zone: String,
    /// Whether it runs. One that does not gives neither energy nor spinning reserve.
    pub committed: bool,
    /// Least power while running, MW.
    pub p_min_mw: f64,
    /// Greatest power, reserve included, MW.
    pub p_max_mw: f64,
    /// Cost of running at least power, no-load cost included, currency per h.
    pub cost_at_min: f64,
    /// Energy above least power; together at least as wide as `p_max_mw - p_min_mw` to use it all.
    pub segments: Vec<Segment>,
    /// Most spinning reserve it can give (by its ramp), MW.
    pub reserve_mw: f64,
    /// Offer price of reserve, currency per MW and h.
    pub reserve_price: f64,
}

/// What a zone needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ZoneDemand {
    /// The zone, unique.
    pub zone: String,
    /// Load, MW.
    pub demand_mw: f64,
    /// Cost of load not served, currency per MWh.
    pub shed_price: f64,
    /// Cost of least powers beyond what can be used, currency per MWh; the price is then its negative.
    pub spill_price: f64,
}

/// Spinning reserve wanted of the units of some zones; of all of them for the system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Requirement {
    /// Unique among requirements.
    pub name: String,
    /// Zones whose units count.
    pub zones: Vec<String>,
    /// MW.
    pub reserve_mw: f64,
    /// Cost of each MW that is missing, currency per MW and h.
    pub shortage_price: f64,
}

/// One interval to price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Length, hours.
    pub step_h: f64,
    /// Zones and their loads.
    pub zones: Vec<ZoneDemand>,
    /// Lines between zones; the first value of a capacity counts.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// Units.
    pub units: Vec<Unit>,
    /// Reserve requirements.
    #[serde(default)]
    pub requirements: Vec<Requirement>,
}

/// Dispatches and prices an interval with its commitment given.
///
/// Minimises `sum(cost_at_min + segment cost + reserve offer) + shed + spill + missing reserve`.
/// Always has an answer: load may be shed, surplus spilled, reserve missed, each at its price.
///
/// # Errors
///
/// [`MarketError::Input`] with every fault; [`MarketError::Program`] where rounding stops the solver.
pub fn price(interval: &Interval) -> Result<Priced, MarketError> {
    check::check(interval)?;
    program::solve(&interval.canonical())
}

impl Interval {
    /// Everything by name.
    fn canonical(&self) -> Self {
        let mut sorted = self.clone();
        sorted.zones.sort_by(|a, b| a.zone.cmp(&b.zone));
        sorted.lines.sort_by(|a, b| a.name.cmp(&b.name));
        sorted.units.sort_by(|a, b| a.name.cmp(&b.name));
        sorted.requirements.sort_by(|a, b| a.name.cmp(&b.name));
        sorted
    }
}
