//! What circuits will take, before they are run: a small one is timed.

use std::time::Instant;

use energyopti_quantum::qaoa::{self, Angles, Diagonal, Mixer, Start, Width};
use energyopti_quantum::{Error, Limit, State};

use super::allocate::{evaluations, variables};
use super::question::Allocation;
use crate::schema::MixerSpec;

/// Qubits of the circuit that is timed: beyond the nearest caches, and still milliseconds.
const TRIAL_QUBITS: u32 = 18;
/// Bytes of an encoding: its cost, and the two components of its amplitude.
const BYTES_EACH: u64 = 24;

/// Floating-point operations per second of the current pool of threads, on two layers with the mixer X.
///
/// # Errors
/// [`Error::Memory`] where the system has none for 18 qubits.
pub fn operations_per_second() -> Result<f64, Error> {
    let diagonal = Diagonal::from_values(vec![1.0; 1 << TRIAL_QUBITS])?;
    let angles = Angles { gamma: vec![0.1; 2], beta: vec![0.1; 2] };
    let mut state = State::<f64>::new(TRIAL_QUBITS, Limit::NONE)?;
    let mut evolve = || qaoa::evolve(&mut state, &diagonal, &Mixer::X, &Start::Uniform, &angles);
    // The first touches the memory.
    evolve()?;
    let begun = Instant::now();
    evolve()?;
    Ok(operations(&diagonal, &Mixer::X, 2) / begun.elapsed().as_secs_f64().max(1e-6))
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn operations(diagonal: &Diagonal, mixer: &Mixer, layers: usize) -> f64 {
    qaoa::prediction(diagonal, mixer, layers, Width::Double).operations as f64
}

/// Time and memory of an allocation.
pub(crate) struct Forecast {
    /// Seconds on one thread.
    pub cpu_seconds: f64,
    /// Bytes of costs and state.
    pub memory_bytes: u64,
}

/// All that the search for angles may run, `k` layers at a time for `k = 1, ..., layers`. To be asked in a pool
/// of one thread.
pub(crate) fn forecast(question: &Allocation) -> Result<Forecast, Error> {
    let qubits = variables(question);
    let mixer = match question.mixer {
        MixerSpec::X => Mixer::X,
        MixerSpec::XyRing => Mixer::XyRing,
        MixerSpec::XyComplete => Mixer::XyComplete,
    };
    // Operations of a layer double with each qubit, but for the mixer's share.
    let small = Diagonal::from_values(vec![1.0; 1 << qubits.min(TRIAL_QUBITS)])?;
    let layer = operations(&small, &mixer, 1) * f64::from(1_u32 << (qubits - small.qubits()));
    let layers = f64::from(question.layers * (question.layers + 1) / 2);
    let runs = f64::from(u32::try_from(evaluations(qubits)).unwrap_or(u32::MAX));
    let cpu_seconds = layer * layers * runs / operations_per_second()?;
    Ok(Forecast { cpu_seconds, memory_bytes: BYTES_EACH << qubits })
}
