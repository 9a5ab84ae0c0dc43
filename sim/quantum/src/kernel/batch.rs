//! One circuit with many sets of parameters.
//!
//! Up to [`PARALLEL_CIRCUITS_QUBITS`] qubits every thread runs sets of its own, each on one state;
//! larger circuits run one after the other and share their tiles out. The answers are the same.

use rayon::prelude::*;

use super::scratch::Scratch;
use super::{PARALLEL_CIRCUITS_QUBITS, Program};
use crate::circuit::Circuit;
use crate::error::Error;
use crate::real::Real;
use crate::state::{Limit, State};

/// Runs a circuit once for each set of parameter values, from all qubits 0, and gives what `answer`
/// makes of the states, in the order of the sets.
///
/// # Errors
/// [`Error::Parameters`] for a set of another length than the circuit has parameters;
/// [`Error::TooLarge`] where the states, one for each thread, do not fit `limit`.
pub fn batch<R: Real, T: Send>(
    circuit: &Circuit,
    sets: &[Vec<f64>],
    limit: Limit,
    answer: impl Fn(&State<R>) -> T + Sync,
) -> Result<Vec<T>, Error> {
    let threads = rayon::current_num_threads();
    let states = if circuit.qubits() <= PARALLEL_CIRCUITS_QUBITS { threads } else { 1 };
    limit.check(circuit.qubits(), (2 * size_of::<R>() * states) as u64, 0)?;
    let run = |sets: &[Vec<f64>]| {
        let mut state = State::<R>::new(circuit.qubits(), limit)?;
        let mut scratch = Scratch::default();
        let answers = sets.iter().map(|set| {
            state.set_basis(0);
            Program::compile(&circuit.bind(set)?)?.run_with(&mut state, &mut scratch)?;
            Ok(answer(&state))
        });
        answers.collect::<Result<Vec<T>, Error>>()
    };
    if states == 1 {
        return run(sets);
    }
    let parts: Result<Vec<_>, Error> = sets.par_chunks(sets.len().div_ceil(states).max(1)).map(run).collect();
    Ok(parts?.into_iter().flatten().collect())
}
