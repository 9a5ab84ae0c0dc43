//! Nuclear reactor of the PWR kind, large or small: pure formulas of its physics and its rules.
//!
//! Per step and in lanes: [`xenon`], [`decay_heat`], [`envelope`], [`reactivity`], [`balance`] and
//! [`request`] with [`refusal`], which puts them together: what power may be asked for, and why not more.
//! Order of a step: `Reach::update` at the power now, `Rules::answer` to the wish, then `Xenon::step`,
//! `DecayHeat::step` and `PlantBalance::flows` with the granted power.
//! For one operator's view in seconds, not in lanes: [`kinetics`], [`inhour`], [`feedback`].
//! Not here: spatial xenon oscillation, fuel performance, refuelling plans, outages.

pub mod balance;
pub mod decay_heat;
pub mod envelope;
pub mod feedback;
pub mod inhour;
pub mod kinetics;
pub mod reactivity;
pub mod refusal;
pub mod request;
pub mod xenon;
