//! Who runs: the copper plate's rules, and the network's where it is tighter.
//!
//! Units that are switched on and off are chosen first, in merit order. Then must-take generation,
//! storage against what is left of the load, the called units in merit order, flexible demand on
//! what is left over, and shedding. No optimal commitment, no look-ahead.

pub(crate) mod commitment;
pub(crate) mod copper_plate;
pub(crate) mod flexible;
pub(crate) mod merit;
pub(crate) mod network;
pub(crate) mod promise;
pub(crate) mod shed;
pub(crate) mod storage;

/// Unserved power below this, in MW, is rounding of the dispatch.
pub(crate) const FIRST_WATT_MW: f64 = 1e-6;

/// A shortage below this, in MW, is rounding and not a shortfall.
pub const SHORTFALL_TOLERANCE_MW: f64 = 1e-3;
