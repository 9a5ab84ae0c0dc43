//! Risk by amplitude estimation: the tail of a loss distribution, and a call option.
//!
//! Every figure stands beside the classical ones. Value at risk and conditional value at risk of a
//! loss `X` at the level `alpha`, here and everywhere in this room:
//!
//! - `VaR = the smallest x with P(X <= x) >= alpha`;
//! - `CVaR = VaR + E[(X - VaR)+] / (1 - alpha)`, the least over `v` of `v + E[(X - v)+] / (1 - alpha)`
//!   (R. T. Rockafellar and S. Uryasev, Journal of Banking and Finance 26, 2002, 1443): the mean of the
//!   worst share `1 - alpha`, of an atom at the VaR no more than what fills that share.
//!
//! The discretised distribution is the one that the circuits load: `2^qubits` points evenly from the
//! least sample to the greatest, and each sample split between the two points around it so that its
//! mean stays. An atom on a point, such as the zeros of unserved energy on the least, stays whole;
//! `E[X]` and `E[(X - g)+]` at every point `g` stay exact. With `h` between the points, the
//! discretised VaR is within `h` of that of the samples, and the discretised CVaR is never below that
//! of the samples and at most `h` above it.

mod answer;
mod distribution;
mod monte_carlo;
mod option;
mod tail;

pub use answer::{MonteCarlo, RiskMeasure, TailRiskAnswer};
pub use distribution::Distribution;
pub use option::{CallAnswer, CallOption, Priced};
pub use tail::{TailOptions, TailRisk};
