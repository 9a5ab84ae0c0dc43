//! Shots of a circuit, measurements in its midst included.
//!
//! Where nothing happens to a qubit after its measurement the circuit is run once and its state
//! sampled. Otherwise what comes before the first measurement is run once, and the rest once for
//! every shot, each measurement leaving the state that goes with its outcome.

use std::ops::Range;

use energyopti_streams::{StreamKey, open_unit};
use rayon::prelude::*;

use super::readout::Readout;
use crate::circuit::{Circuit, Operation};
use crate::error::Error;
use crate::kernel::{PARALLEL_CIRCUITS_QUBITS, Program};
use crate::real::Real;
use crate::state::{Limit, State, ordered_sum};

/// Outcomes of shots of a circuit, in order; shot `k` draws from the stream `(key, k)`. Print or
/// count them with [`Readout`].
///
/// # Errors
/// [`Error::Parameters`] where a parameter has no value; [`Error::TooLarge`] where the states, one
/// for each thread if every shot needs its own, do not fit `limit`; as [`Readout::of`] and
/// [`Readout::sample`].
pub fn shots<R: Real>(circuit: &Circuit, shots: Range<u64>, key: StreamKey, limit: Limit) -> Result<Vec<u64>, Error> {
    Readout::check(&shots)?;
    let readout = Readout::of(circuit)?;
    if readout.qubits().is_some() {
        let program = Program::compile(circuit)?;
        let mut state = State::<R>::new(circuit.qubits(), limit)?;
        program.run(&mut state)?;
        return readout.sample(&state, shots, key);
    }
    let (first, moments) = moments(circuit, &readout)?;
    let apart = circuit.qubits() <= PARALLEL_CIRCUITS_QUBITS;
    let states = if apart { 1 + rayon::current_num_threads() as u64 } else { 2 };
    limit.check(circuit.qubits(), states * 2 * size_of::<R>() as u64, 0)?;
    let mut start = State::<R>::new(circuit.qubits(), limit)?;
    first.run(&mut start)?;
    let shot = |state: &mut State<R>, shot: u64| one_shot(&start, state, &moments, key, shot);
    if !apart {
        let mut state = State::new(circuit.qubits(), limit)?;
        return shots.map(|number| shot(&mut state, number)).collect();
    }
    let numbers: Vec<u64> = shots.collect();
    let size = numbers.len().div_ceil(rayon::current_num_threads()).max(1);
    let parts = numbers.par_chunks(size).map(|numbers| {
        let mut state = State::new(circuit.qubits(), limit)?;
        numbers.iter().map(|number| shot(&mut state, *number)).collect::<Result<Vec<u64>, Error>>()
    });
    Ok(parts.collect::<Result<Vec<_>, Error>>()?.concat())
}

/// A measurement and the gates after it.
struct Moment {
    qubit: u32,
    /// Place of the outcome in the word.
    place: usize,
    gates: Program,
}

fn moments(circuit: &Circuit, readout: &Readout) -> Result<(Program, Vec<Moment>), Error> {
    let mut gates = Circuit::new(circuit.qubits());
    let mut first = None;
    let mut moments = Vec::new();
    let mut measured = None;
    let mut close = |measured: Option<(u32, usize)>, gates: &Circuit| {
        let gates = Program::compile(gates)?;
        match measured {
            None => first = Some(gates),
            Some((qubit, place)) => moments.push(Moment { qubit, place, gates }),
        }
        Ok::<(), Error>(())
    };
    for operation in circuit.operations() {
        match operation {
            Operation::One(gate, qubit) => drop(gates.one(gate.clone(), *qubit)?),
            Operation::Two(gate, a, b) => drop(gates.two(gate.clone(), *a, *b)?),
            Operation::Measure { qubit, bit } => {
                close(measured, &gates)?;
                gates = Circuit::new(circuit.qubits());
                measured = Some((*qubit, readout.place(*bit).expect("a readout has all bits that are written")));
            }
        }
    }
    close(measured, &gates)?;
    Ok((first.expect("the first closing is without a measurement"), moments))
}

fn one_shot<R: Real>(
    start: &State<R>,
    state: &mut State<R>,
    moments: &[Moment],
    key: StreamKey,
    shot: u64,
) -> Result<u64, Error> {
    let (re, im) = state.parts_mut();
    re.copy_from_slice(start.parts().0);
    im.copy_from_slice(start.parts().1);
    let mut word = 0;
    for (event, moment) in moments.iter().enumerate() {
        let one = measure(state, moment.qubit, open_unit(key.draw(shot, event as u64)[0]));
        word = word & !(1 << moment.place) | u64::from(one) << moment.place;
        moment.gates.run(state)?;
    }
    Ok(word)
}

/// Measures a qubit: 1 where `luck` in (0, 1] is at most its probability; the state follows.
fn measure<R: Real>(state: &mut State<R>, qubit: u32, luck: f64) -> bool {
    let of = |at: usize| state.probability(at);
    let len = 1_usize << state.qubits();
    let probability = |one: bool| ordered_sum(len, |at| if (at >> qubit & 1 == 1) == one { of(at) } else { 0.0 });
    let chances = [probability(false), probability(true)];
    let one = luck * (chances[0] + chances[1]) <= chances[1];
    let scale = R::of(1.0 / libm::sqrt(chances[usize::from(one)]));
    let (re, im) = state.parts_mut();
    for part in [re, im] {
        for (at, value) in part.iter_mut().enumerate() {
            *value = if (at >> qubit & 1 == 1) == one { *value * scale } else { R::ZERO };
        }
    }
    one
}
