//! What the circuits of an allocation will take, before they are run: a small one of the same kind is timed.

use std::time::Instant;

use energyopti_quantum::qaoa::{self, Angles, Diagonal, Mixer, Start};
use energyopti_quantum::{Error, Limit, State};

use super::allocate::{evaluations, variables};
use super::question::Allocation;
use crate::schema::MixerSpec;

/// Qubits of the circuit that is timed, at most: milliseconds.
const TRIAL_QUBITS: u32 = 14;
/// Bytes of an encoding: its cost, and the two components of its amplitude.
const BYTES_EACH: u64 = 24;

/// Time and memory.
pub(crate) struct Forecast {
    /// Seconds on one thread.
    pub cpu_seconds: f64,
    /// Bytes of costs and state.
    pub memory_bytes: u64,
}

/// Times a layer and extrapolates to all that the search for angles may run, `k` layers at a time for
/// `k = 1, ..., layers`.
pub(crate) fn forecast(question: &Allocation) -> Result<Forecast, Error> {
    let qubits = variables(question);
    let trial = qubits.min(TRIAL_QUBITS);
    let mixer = match question.mixer {
        MixerSpec::X => Mixer::X,
        MixerSpec::XyRing => Mixer::XyRing,
        MixerSpec::XyComplete => Mixer::XyComplete,
    };
    let diagonal = Diagonal::from_values(vec![1.0; 1 << trial])?;
    let mut state = State::<f64>::new(trial, Limit::NONE)?;
    let angles = Angles { gamma: vec![0.1], beta: vec![0.1] };
    let mut layer = || qaoa::evolve(&mut state, &diagonal, &mixer, &Start::Uniform, &angles);
    // The first touches the memory.
    layer()?;
    let begun = Instant::now();
    layer()?;
    let layer_s = begun.elapsed().as_secs_f64() * f64::from(1_u32 << (qubits - trial));
    let layers = f64::from(question.layers * (question.layers + 1) / 2);
    let runs = f64::from(u32::try_from(evaluations(qubits)).unwrap_or(u32::MAX));
    Ok(Forecast { cpu_seconds: layer_s * layers * runs, memory_bytes: BYTES_EACH << qubits })
}
