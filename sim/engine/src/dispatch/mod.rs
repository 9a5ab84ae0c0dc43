//! Who runs: the copper plate's rules.
//!
//! Must-take generation first, then storage against what is left of the load, then thermal units
//! in merit order, then shedding. No network, no commitment, no look-ahead.

pub(crate) mod copper_plate;
pub(crate) mod shed;
pub(crate) mod storage;

/// A shortage below this, in MW, is rounding and not a shortfall.
pub const SHORTFALL_TOLERANCE_MW: f64 = 1e-3;
