//! What is asked of a state: means of Pauli sums and of diagonals, and shots.

mod collapse;
mod expectation;
mod parse;
mod pauli;
mod readout;
mod sample;

pub use collapse::shots;
pub use expectation::expectation_of_values;
pub use pauli::{PauliString, PauliSum};
pub use readout::{MOST_SHOTS, Readout};
