//! The angles of a QAOA circuit: published ones, ones that fit any QUBO, and their optimisation.
//!
//! A layer is `exp(-i beta sum X) exp(-i gamma cost)` and the cost is to be minimised: good gammas
//! are negative. What is optimised here is any function of the angles, given as a batch so that its
//! caller can spread it over threads; no circuit is run here.

mod climb;
mod course;
mod descent;
mod fixed;

pub use climb::{climb, interpolated};
pub use course::{End, Objective, Optimised, Options, Progress, optimise};

pub use fixed::{coupling_scale, regular_max_cut, scaled, spin_glass, spin_glass_of};
