//! Amplitude estimation: how probable a marked outcome is, by amplifying it.
//!
//! A circuit `A` prepares `A|0> = sqrt(1-a) |bad> + sqrt(a) |good>`, `a = sin^2 theta`; after `k`
//! applications of the Grover operator `Q` the marked outcome has the probability
//! `sin^2((2k+1) theta)`, so measuring it there tells theta `2k+1` times as finely as at `k = 0`.
//! The operator is simulated, the measurements are drawn, and an interval comes with each answer.
//! What the amplitudes stand for is the caller's affair.

mod estimate;
mod interval;
mod load;
mod options;
mod powers;

pub use estimate::{Estimate, Round, estimate};
pub use interval::{Interval, clopper_pearson};
pub use load::{MOST_LOADED_QUBITS, load, load_payoff};
pub use options::{Control, Options, Progress};
pub use powers::{Marked, Powers};
