//! Which assets or positions, and how many units of each, under a budget, for return against risk.
//!
//! A problem is checked, relaxed (a bound and a start), priced over all its encodings (the exact
//! optimum) or, where those are too many, searched by branch and bound. The figures to decide by are
//! these. Beside them stands what a simulated QAOA circuit samples from the same diagonal, and what
//! as many guesses would have found.
//!
//! Not here: futures themselves, files, and how angles are searched ([`crate::angles`]).

mod answer;
mod branch;
mod checked;
mod circuit;
mod encoding;
mod fault;
mod form;
mod landscape;
mod penalty;
mod problem;
mod program;
mod reduce;
mod relaxed;
mod rounding;
mod sampling;
mod settings;
mod solve;
mod tail;

pub use answer::{Allocation, Classical, Distribution, Guessing, Quantum, Reduced, StateFigures};
pub use branch::Bounded;
pub use checked::{Checked, Figures, RiskFigures};
pub use encoding::{Encoding, Variable};
pub use fault::Fault;
pub use landscape::{ENUMERATED, Feasible, Landscape, Summary};
pub use penalty::PenaltyQubo;
pub use problem::{Budget, Candidate, Problem, Risk};
pub use relaxed::Relaxed;
pub use settings::{Control, Mixing, Settings, Stage};
pub use solve::allocate;
