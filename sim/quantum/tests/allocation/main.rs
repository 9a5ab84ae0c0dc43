//! Allocation against plain arithmetic and plain loops.

mod arithmetic;
mod brute_force;
mod draws;
mod refusals;
