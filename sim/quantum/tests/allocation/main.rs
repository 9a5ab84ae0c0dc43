//! Allocation against plain arithmetic and plain loops.

mod arithmetic;
mod brute_force;
mod circuits;
mod draws;
mod refusals;
