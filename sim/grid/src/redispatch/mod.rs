//! What a network makes of a dispatch: whether it fits, and what is cheapest if it does not. One step of many futures, for
//! Monte Carlo studies; no time, no commitment, no reactive power, no losses in lines.
//!
//! [`Grid`] is a [`Layout`] made ready. [`Screen`] asks of 64 dispatches at a time whether they fit. [`Dispatcher`]
//! solves one future: links, islands, prices. Outages part the network and join it again as they like; each island
//! balances by itself, and an island that cannot says so by name and MW.
//!
//! Distribution factors are dense: a few hundred buses and lines, not thousands.
//!
//! Every answer is a function of the numbers of its own future, in every bit: neither what was asked before nor what is
//! asked beside it matters.

mod dense;
mod dispatch;
mod fault;
mod grid;
mod layout;
mod pivot;
mod program;
mod report;
mod route;
mod rows;
mod screen;
mod search;
mod situation;
mod step;
mod sweep;
mod topology;

pub use dispatch::Dispatcher;
pub use fault::{Fault, Gap, Refusal};
pub use grid::Grid;
pub use layout::{Flow, Layout, Line, Link};
pub use screen::{Futures, Screen};
pub use search::Basis;
pub use step::{Solved, Step};

/// Futures that are screened together.
pub const LANES: usize = 64;

/// Power below which a balance holds and a limit is kept when a dispatch is screened, MW.
const SLACK_MW: f64 = 1e-6;
