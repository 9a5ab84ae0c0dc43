//! From a checked scenario to an answer: runs, comparisons, capacity credit, replay.
//!
//! What can be done in parts is done in chunks of whole groups of 64 replicas; a chunk's tally is
//! a value, and tallies merge exactly. Nothing here prints; progress and cancelling go through
//! [`energyopti_engine::Control`].

mod checkpoint;
mod credit;
mod error;
mod estimate;
mod exact;
mod paired;
mod pool;
mod replay;
mod run;
mod sequential;
mod settle;
mod stop;

pub use credit::{Credit, CreditMethod, capacity_credit};
pub use error::BatchError;
pub use estimate::{Estimated, estimate};
pub use paired::compare;
pub use pool::pool;
pub use replay::{Replay, replay};
pub use run::{ENGINE_VERSION, Execute, Outcome, identity, instant, now, run, title};
pub(crate) use sequential::sampled_columns;
pub use settle::{Settlement, settle};
