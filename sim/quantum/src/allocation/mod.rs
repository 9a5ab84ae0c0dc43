//! Which assets or positions, and how many units of each, under a budget, for return against risk.
//!
//! A problem is checked, relaxed (a bound and a start), priced over all its encodings (the exact
//! optimum) or, where those are too many, searched by branch and bound. The figures to decide by are
//! these.

mod branch;
mod checked;
mod encoding;
mod fault;
mod form;
mod landscape;
mod problem;
mod program;
mod relaxed;
mod rounding;
mod tail;

pub use branch::Bounded;
pub use checked::{Checked, Figures, RiskFigures};
pub use encoding::{Encoding, Variable};
pub use fault::Fault;
pub use landscape::{ENUMERATED, Landscape, Summary};
pub use problem::{Budget, Candidate, Problem, Risk};
pub use relaxed::Relaxed;
