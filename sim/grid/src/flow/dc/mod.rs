//! Linear (DC) power flow: active power and angles at flat voltages, and what follows from its
//! linearity: transfer factors, outage factors, screening.
//!
//! An island's reference is its buses marked slack, each at its given angle; without one its first PV
//! bus, or else its first bus with a running generator, at angle 0. The reference takes up whatever
//! the island lacks. An island without any of these is not energised: its angles are not a number and
//! nothing flows in it.

mod factors;
mod lanes;
mod model;
mod screening;

pub use factors::{Lodf, Ptdf, TransferSlack};
pub use lanes::DcBatch;
pub use model::{DcModel, DcSolution};
pub use screening::{Outage, OutageResult};
