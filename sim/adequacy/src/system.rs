//! The input: units with their outage laws, must-take power, and load in shedding order.
//!
//! Plain data; checked when it is used, not when it is made.

use crate::course::Course;

/// A copper plate over a horizon of equal steps.
///
/// At each step the shortage is `load - must_take - available capacity`, where the load is the sum
/// of the tiers. Units fail independently of each other.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// Length of a step in hours.
    pub step_h: f64,
    /// How many steps the horizon has.
    pub steps: usize,
    /// Units with random capacity.
    pub units: Vec<Unit>,
    /// Power in MW that is certain and runs before the units: profiles without outages, summed.
    pub must_take_mw: Course,
    /// The load, in the order in which it is shed.
    pub tiers: Vec<Tier>,
}

/// A part of the load that is shed together, before the tiers that follow it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// Power in MW by step.
    pub p_mw: Course,
    /// Whether shedding it counts as unserved.
    pub firm: bool,
}

/// A group of equal, independent units.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Name, for messages.
    pub name: String,
    /// How many equal units.
    pub count: u32,
    /// Power in MW of one unit that is fully up, by step.
    pub p_max_mw: Course,
    /// The states one unit can be in.
    pub states: Vec<State>,
    /// Probability of going from one state (row) to another (column) within a step, rows and
    /// columns in the order of `states`. Only [`event_frequency`](crate::event_frequency) needs it.
    pub transition: Option<Vec<Vec<f64>>>,
}

/// One state of a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// Probability of finding the unit in it. The probabilities of a unit add up to 1; what they
    /// miss by rounding (up to 1e-9) is shared in proportion.
    pub probability: f64,
    /// Share of the unit's power left, 0 for a full outage.
    pub p_max_pu: f64,
}

/// A down or derated state of a unit that returns from it to the up state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Down {
    /// Share of the unit's power left, 0 for a full outage.
    pub p_max_pu: f64,
    /// Probability per step of falling into it from the up state.
    pub failure: f64,
    /// Probability per step of returning to the up state.
    pub repair: f64,
}

impl Tier {
    /// A load whose shedding counts as unserved, in MW.
    #[must_use]
    pub fn firm(p_mw: Course) -> Self {
        Self { p_mw, firm: true }
    }
}

impl Unit {
    /// `count` units that leave the up state for one of `downs` and return, found in the
    /// stationary state of that chain.
    ///
    /// Detailed balance of a star: `pi_i = pi_up * failure_i / repair_i`. One full outage gives the
    /// forced outage rate `failure / (failure + repair)`. Rates that are no probabilities are
    /// refused when the system is assessed.
    #[must_use]
    pub fn with_outage(name: impl Into<String>, count: u32, p_max_mw: Course, downs: &[Down]) -> Self {
        let weight = |d: &Down| if d.failure == 0.0 { 0.0 } else { d.failure / d.repair };
        let total = 1.0 + downs.iter().map(weight).sum::<f64>();
        let up = State { probability: 1.0 / total, p_max_pu: 1.0 };
        let down = downs.iter().map(|d| State { probability: weight(d) / total, p_max_pu: d.p_max_pu });
        let stay = 1.0 - downs.iter().map(|d| d.failure).sum::<f64>();
        let from_up = std::iter::once(stay).chain(downs.iter().map(|d| d.failure)).collect();
        let from_down = downs.iter().enumerate().map(|(i, d)| {
            let mut row = vec![0.0; downs.len() + 1];
            row[0] = d.repair;
            row[i + 1] = 1.0 - d.repair;
            row
        });
        Self {
            name: name.into(),
            count,
            p_max_mw,
            states: std::iter::once(up).chain(down).collect(),
            transition: Some(std::iter::once(from_up).chain(from_down).collect()),
        }
    }
}
