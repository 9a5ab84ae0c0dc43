//! Quantum circuits on a CPU: a state-vector kernel, and what energy problems ask of it.
//!
//! What is computed here is an ideal quantum circuit, simulated; nothing here is faster than a
//! classical answer to the same question, and each use gives that answer beside its own. Pure: no
//! files, no clock, no threads of its own. Work that can be spread goes to the rayon pool in which
//! the caller runs it (`pool.install(|| ...)`); the bits of every result are the same on any.
//!
//! Qubit `q` is bit `q` of a basis state's index; the leftmost character of a printed or read bit
//! or Pauli string is qubit 0.

pub mod allocation;
pub mod amplitude;
pub mod angles;
mod bits;
pub mod circuit;
mod error;
pub mod features;
pub mod kernel;
pub mod observable;
pub mod qaoa;
pub mod qasm;
pub mod qubo;
mod real;
pub mod risk;
pub mod spin_glass;
mod state;
mod tile;

pub use bits::{bit_string, parse_bits};
pub use error::Error;
pub use kernel::{Prediction, Program};
pub use real::Real;
pub use state::{Limit, State};

/// What every answer of this room carries.
pub const HONEST_CLAIM: &str = "ideal quantum circuit simulated on a CPU; no quantum advantage claimed; the decision figures are the classical ones";
