//! Networks: cases, power flow and optimal power flow. No simulation: usable alone.
//!
//! Signs: positive power of a generator is injection into its bus, of a load withdrawal from it; a
//! branch flow is positive from its `from` bus to its `to` bus. Impedances are per unit on the
//! network's base power, powers in MW and Mvar, angles in degrees where they are data and in radians
//! inside the kernels.

pub mod flow;
pub mod matpower;
mod network;
pub mod opf;
pub mod redispatch;
mod sparse;

pub use network::{Branch, BranchModel, Bus, BusKind, Cost, Generator, Network};
