//! When a schedule is due: cron rules in IANA zones, what a clock change does to them, and what is
//! made up after a standstill.
//!
//! Pure: time is an argument, and the same rule gives the same instants on every machine (the zones
//! come with the program). It starts nothing, stores nothing and reads no clock. Due instants are
//! whole seconds of UTC; they are what a job is known by, so jitter never touches them.

mod cron;
mod fault;
mod field;
mod jitter;
mod misfire;
mod rule;
mod upcoming;
mod zone;

#[cfg(test)]
mod tests;

pub use fault::{CalendarError, Fault};
pub use jitter::jitter;
pub use misfire::{Due, Misfire, Overlap, due};
pub use rule::{Missing, Repeated, Rule};
