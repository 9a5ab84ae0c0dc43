//! Allocation against plain arithmetic and plain loops.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod arithmetic;
mod brute_force;
mod circuits;
mod draws;
mod refusals;
