//! Power flow: what flows where, given what is injected. Nothing is decided here.
//!
//! [`AcModel`] solves the full equations by Newton's method, [`DcModel`] the linear ones; both order
//! and analyse a network once and then solve many states of it, several at a time as lanes.

mod ac;
mod dc;
mod error;
mod graph;
mod two_port;

pub use ac::{
    AcBatch, AcModel, AcOptions, AcOutcome, AcSolution, AcSolver, BranchFlow, Limit, Scenario, Start, Status,
};
pub use dc::{DcBatch, DcModel, DcSolution, Lodf, Outage, OutageResult, Ptdf, TransferSlack};
pub use error::FlowError;
