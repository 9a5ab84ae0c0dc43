//! Durable jobs: a queue that loses nothing and counts nothing twice, workers, and schedules.
//!
//! It sees jobs as bytes behind `energyopti_scenarios::jobs`; it knows no scenario, no ECS and no
//! terminal.
