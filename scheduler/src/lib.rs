//! Durable jobs: a queue that loses nothing and counts nothing twice, workers, and schedules.
//!
//! It sees jobs as bytes behind `energyopti_scenarios::jobs`; it knows no scenario, no ECS and no
//! terminal.

pub mod backup;
pub mod calendar;
mod desk;
mod error;
pub mod fault;
pub mod metrics;
pub mod queue;
pub mod results;
pub mod schedules;
pub mod worker;

pub use desk::{Desk, Request};
pub use error::QueueError;
