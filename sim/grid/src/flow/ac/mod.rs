//! AC power flow: Newton's method in polar coordinates on the pi model.
//!
//! Unknown are angle and magnitude per bus; a PV bus keeps its magnitude, a slack both. All of them
//! stay in the system as rows of the identity, so changing what is given at a bus (reactive limits,
//! lost branches) changes numbers and never the pattern.
//!
//! What is not energised: isolated buses, and islands without a bus marked slack. Their voltages are
//! reported as not a number. A slack bus without a running generator is a PQ bus, and the first PV
//! bus of its island takes its place, as in MATPOWER.

mod batch;
mod given;
mod kernel;
mod lanes;
mod limits;
mod model;
mod options;
mod solution;
mod start;

pub use batch::{AcBatch, AcOutcome};
pub use limits::Limit;
pub use model::{AcModel, AcSolver};
pub use options::{AcOptions, Scenario, Start, Status};
pub use solution::{AcSolution, BranchFlow};
