//! Schedules: due instants become jobs, one for each, however many schedulers look and wherever they die.
//!
//! When a schedule is due says `calendar`; that a due instant makes one job is said by the queue's
//! tables, in one transaction with the step that the schedule makes. Time is an argument. Nothing here
//! knows a scenario: what is submitted comes as bytes from `energyopti_scenarios::jobs`.

mod book;
mod changes;
mod follow;
mod hand_in;
mod runs;
mod settle;
mod spec;
mod ticker;

pub use book::{Schedule, check};
pub use hand_in::Handed;
pub use runs::{InstantState, RunView};
pub use spec::Spec;
pub use ticker::{GRACE, Ticker};
