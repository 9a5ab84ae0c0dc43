//! One variant of a scenario, run to its answer and kept in the store.

use std::path::PathBuf;
use std::time::Instant;

use energyopti_engine::{Control, LANES, Simulation};

use super::checkpoint::Checkpoint;
use super::finish::{Counted, Work, finish};
use super::outlet::Outlet;
use super::sequential::{Sequential, controls};
use super::stretch::Stretches;
use super::{BatchError, exact, pool};
use crate::Variant;
use crate::quantum::{Futures, Questions};
use crate::results::{Draft, Execution, Run, existing, run_id};
use crate::schema::Method;

/// Version of the engine, part of a run's identity. The number behind `results` is raised with
/// every change that moves a result, so that no old run answers for the new engine.
pub const ENGINE_VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "+results.1");
/// Replicas per chunk unless told otherwise.
const CHUNK: u64 = 4096;
/// Groups of 64 replicas in the longest chunk.
const MOST_GROUPS: u64 = 1 << 32;

/// How a run is carried out. Nothing of it changes a result.
#[derive(Clone, Debug)]
pub struct Execute {
    /// The store.
    pub store: PathBuf,
    /// Threads; one per core where not given.
    pub threads: Option<u32>,
    /// Replicas per chunk.
    pub chunk: Option<u64>,
    /// Compute even if the store has the run.
    pub fresh: bool,
    /// When it started, RFC 3339, for the manifest.
    pub started: String,
}

/// A run in the store.
#[derive(Debug)]
pub struct Outcome {
    /// The run, its hashes checked.
    pub run: Run,
    /// Whether it was there already.
    pub reused: bool,
}

/// The identity of a variant's run.
#[must_use]
pub fn identity(variant: &Variant) -> String {
    run_id(&variant.scenario.canonical(), ENGINE_VERSION)
}

/// What a variant is called: the scenario's name, and what the sweep sets.
#[must_use]
pub fn title(variant: &Variant) -> String {
    let name = variant.scenario.name();
    if variant.settings.is_empty() { name.to_owned() } else { format!("{name} [{}]", variant.id) }
}

/// Start of the horizon; checked when the scenario was read.
pub(super) fn start(variant: &Variant) -> jiff::Timestamp {
    variant.scenario.scenario.start.parse().unwrap_or_default()
}

/// Runs a variant, or finds its run in the store. `watch` is told how far the work behind the futures is.
///
/// # Errors
/// [`BatchError::Unsuited`] where the method does not fit the model; cancelled where asked; else
/// what the engine or the store say.
pub fn run(
    variant: &Variant,
    execute: &Execute,
    control: &Control,
    watch: &(dyn Fn(&str) + Sync),
) -> Result<Outcome, BatchError> {
    let id = identity(variant);
    if !execute.fresh
        && let Some(run) = existing(&execute.store, &id)?
    {
        return Ok(Outcome { run, reused: true });
    }
    let begun = Instant::now();
    let pool = pool(Some(threads(variant, execute)))?;
    let (results, futures, draft, unfinished) = if variant.scenario.monte_carlo.method == Method::Exact {
        let results = exact::results(&variant.model, Simulation::new(&variant.model)?.layout())?;
        (results, Futures::new(), Draft::begin(&execute.store, &id)?, None)
    } else {
        let stretches = Stretches::new(variant, &pool)?;
        let chunk = execute.chunk.unwrap_or(CHUNK).div_ceil(LANES as u64).clamp(1, MOST_GROUPS) * LANES as u64;
        let controls = controls(variant)?;
        let checkpoint = Checkpoint::open(&execute.store, &id)?;
        let mut sequential = Sequential::new(variant, &id, &stretches, (&checkpoint, execute.fresh), chunk, controls);
        sequential.run(control)?;
        let mut draft = Draft::begin(&execute.store, &id)?;
        let mut outlet = Outlet::open(variant, stretches.sampled(), &mut draft)?;
        sequential.hand_out(&mut outlet)?;
        (sequential.results(), outlet.close(&mut draft)?, draft, Some(checkpoint))
    };
    let execution = Execution {
        started: execute.started.clone(),
        seconds: 0.0,
        threads: pool.current_num_threads(),
        chunk: execute.chunk.unwrap_or(CHUNK),
    };
    let counted = Counted { results, futures, draft };
    let folder = finish(variant, &id, counted, &Work { pool: &pool, control, watch }, (begun, execution))?;
    if let Some(checkpoint) = unfinished {
        checkpoint.remove();
    }
    Ok(Outcome { run: Run::open(&folder)?, reused: false })
}

/// As many threads as were asked for, or one per core; never more than there are groups to run.
fn threads(variant: &Variant, execute: &Execute) -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let asked = execute.threads.unwrap_or_else(|| u32::try_from(cores).unwrap_or(1));
    // Circuits use threads of their own accord.
    let groups = variant.scenario.monte_carlo.replicas.div_ceil(LANES as u64).max(1);
    let groups = if variant.questions == Questions::default() { groups } else { u64::MAX };
    asked.min(u32::try_from(groups).unwrap_or(u32::MAX))
}

/// Now, RFC 3339 in UTC, for [`Execute::started`].
#[must_use]
pub fn now() -> String {
    jiff::Timestamp::now().round(jiff::Unit::Second).map_or_else(|_| String::new(), |now| now.to_string())
}

/// Start of step `step`, RFC 3339 in UTC.
#[must_use]
pub fn instant(variant: &Variant, step: usize) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "a step is whole seconds")]
    let seconds = (variant.model.clock.step_h * 3600.0).round() as i64 * i64::try_from(step).unwrap_or(i64::MAX);
    let instant = start(variant).checked_add(jiff::SignedDuration::from_secs(seconds));
    instant.map_or_else(|_| String::new(), |instant| instant.to_string())
}
