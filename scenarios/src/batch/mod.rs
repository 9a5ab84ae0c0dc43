//! From a checked scenario to an answer: runs, comparisons, capacity credit, replay.
//!
//! What can be done in parts is done in chunks of whole groups of 64 replicas; a chunk's tally is
//! a value, and tallies merge exactly. Nothing here prints; progress and cancelling go through
//! [`energyopti_engine::Control`].

mod checkpoint;
mod credit;
mod error;
mod estimate;
pub(crate) mod exact;
mod finish;
mod outlet;
mod paired;
mod pool;
mod replay;
mod run;
pub(crate) mod sealed;
mod sequential;
mod settle;
pub(crate) mod stop;
mod stretch;

pub use credit::{Credit, CreditMethod, capacity_credit};
pub use error::BatchError;
pub(crate) use estimate::{BASE_BYTES, memory_bytes};
pub use estimate::{Estimated, estimate};
pub use finish::Work;
pub(crate) use finish::{Counted, finish, summary};
pub(crate) use outlet::Outlet;
pub(crate) use paired::comparable;
pub use paired::compare;
pub use pool::pool;
pub use replay::{Replay, replay};
pub use run::{ENGINE_VERSION, Execute, Outcome, identity, instant, now, run, title};
pub(crate) use sequential::controls;
pub use settle::{Settlement, settle};
pub(crate) use stretch::{Stretch, Stretches, sampled, sampled_columns};
