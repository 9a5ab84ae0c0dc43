//! The quantum approximate optimisation algorithm (E. Farhi, J. Goldstone, S. Gutmann, 2014): the
//! state, its figures, and what they take. Who chooses the angles is elsewhere.
//!
//! One layer is `exp(-i beta M) exp(-i gamma C)`, `C` the diagonal of the cost function, which is
//! minimised, and `M` the mixer. Max-Cut as a cost function is minus the cut, so its `gamma` is minus
//! the one of a text that maximises.

mod diagonal;
mod evaluate;
mod evolve;
mod extremes;
mod gates;
mod layer;
mod pairs;
mod phase;
mod prediction;
mod question;
mod start;
mod sweep;
mod tile;
mod turn;

pub use diagonal::Diagonal;
pub use evaluate::{Evaluation, batch, evaluate, measure};
pub use evolve::evolve;
pub use extremes::{EQUAL_WITHIN, Extremes, Subspace};
pub use gates::circuit;
pub use prediction::{Prediction, Width, prediction};
pub use question::{Angles, Mixer};
pub use start::Start;
