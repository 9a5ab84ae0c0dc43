//! What a run will take, before it is started: measured on its first futures.

use std::time::Instant;

use energyopti_engine::{LANES, Simulation, Tally};

use super::{BatchError, pool};
use crate::Variant;
use crate::quantum;
use crate::schema::Method;

/// Time and memory that a run will need.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Estimated {
    /// Seconds on one thread, over all replicas (`stop_at` may end it earlier).
    pub cpu_seconds: f64,
    /// Bytes of memory with `threads` threads.
    pub memory_bytes: u64,
    /// Threads that the figures are for.
    pub threads: u32,
}

/// Program, libraries and buffers, whatever the model.
pub(crate) const BASE_BYTES: u64 = 24 << 20;

/// Runs one group of 64 futures of the variant, and a layer of its circuits, and extrapolates.
///
/// # Errors
/// As [`super::run`].
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub fn estimate(variant: &Variant, threads: u32) -> Result<Estimated, BatchError> {
    let monte_carlo = &variant.scenario.monte_carlo;
    let mut simulation = Simulation::new(&variant.model)?;
    let mut tally = simulation.empty_tally(&variant.model);
    let begun = Instant::now();
    let groups = if monte_carlo.method == Method::Exact {
        super::exact::results(&variant.model, simulation.layout())?;
        1
    } else {
        simulation.run_group(0, LANES, &mut tally)?;
        monte_carlo.replicas.div_ceil(LANES as u64)
    };
    let cpu_seconds = begun.elapsed().as_secs_f64() * groups as f64;
    let memory_bytes = memory_bytes(&tally, threads.into());
    let (more_seconds, more_bytes) = match &variant.questions.allocation {
        Some(question) => {
            let circuits = pool(Some(1))?.install(|| quantum::forecast(question))?;
            (circuits.cpu_seconds, circuits.memory_bytes)
        }
        None => (0.0, 0),
    };
    Ok(Estimated { cpu_seconds: cpu_seconds + more_seconds, memory_bytes: memory_bytes + more_bytes, threads })
}

/// Bytes of memory that futures take on `threads` threads, where `tally` is one of theirs.
pub(crate) fn memory_bytes(tally: &Tally, threads: u64) -> u64 {
    // Every thread has a tally; the batch has one for the chunk and one for what is done, and the
    // saved state is a copy of that.
    BASE_BYTES + tally.bytes() as u64 * (threads + 3)
}
