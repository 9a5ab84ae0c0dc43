//! One world, many futures: the lane engine.
//!
//! A [`Model`] goes in, a [`Tally`] of Monte Carlo replicas comes out. Every component of the ECS
//! world carries 64 futures side by side; every random draw is keyed by name, so results do not
//! depend on threads, chunks, block length or the order of assets. Pure: no files, no async, no
//! wall clock, no global thread pool.

pub mod assets;
mod batch;
mod body;
mod branch;
mod clock;
mod dispatch;
mod elementary;
mod error;
mod factor;
mod fleet;
mod fuel;
mod group;
mod lanes;
mod ledger;
mod model;
mod outage;
mod phase;
mod plate;
mod populate;
mod ports;
pub mod processes;
pub mod record;
mod rows;
mod series;
mod simulation;

mod trace;
mod walk;

pub use batch::{Batch, Control};
pub use clock::{Clock, Stamp};
pub use dispatch::SHORTFALL_TOLERANCE_MW;
pub use dispatch::network::{Constraint, Dual};
use energyopti_streams as streams;
pub use energyopti_streams::{StreamKey, StreamRng, open_unit};
pub use error::EngineError;
pub use factor::{Effect, Factor};
pub use fuel::Fuel;
pub use lanes::{LANES, Lanes};
pub use model::{Carrier, ChargeFrom, DischargeFor, Keep, Model, Network};
pub use outage::{DownState, Outage};
pub use phase::Phase;
pub use record::{Controls, Estimate, Histogram, Layout, Results, Table, Tally, Timeline, TimelineRow};
pub use series::Series;
pub use simulation::{BLOCK_STEPS, Simulation};
pub use trace::{Exchange, Trace};
