//! Hydro power: run of river and reservoirs with a turbine.
//!
//! Not here: pumps (a battery with inflow), cascades (what leaves one reservoir is returned, so
//! that a caller can lead it into the next), evaporation.

pub mod reservoir;
