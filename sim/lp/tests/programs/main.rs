//! Whole programs, from numbers to proved answers.

mod angles;
mod dispatch;
mod hand;
mod infeasible;
mod network;
mod random;
mod support;
mod warm;
