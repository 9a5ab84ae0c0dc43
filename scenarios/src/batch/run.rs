//! One variant of a scenario, run to its answer and kept in the store.

use std::path::PathBuf;
use std::time::Instant;

use energyopti_engine::assets::Entry;
use energyopti_engine::{Batch, Control, LANES, Results, Simulation};

use super::checkpoint::Checkpoint;
use super::sequential::{Sequential, controls};
use super::{BatchError, exact, pool, replay};
use crate::Variant;
use crate::quantum::{self, Answers, Futures, Questions};
use crate::report::{self, AssetLabel, Study};
use crate::results::{Draft, Execution, Run, RunRecord, Summary, existing, quantum_summary, run_id};
use crate::schema::{Kept, Method};

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
fn start(variant: &Variant) -> jiff::Timestamp {
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
        let batch = Batch::new(&variant.model, &pool)?;
        let chunk = execute.chunk.unwrap_or(CHUNK).div_ceil(LANES as u64).clamp(1, MOST_GROUPS) * LANES as u64;
        let controls = controls(variant)?;
        let checkpoint = Checkpoint::open(&execute.store, &id)?;
        let mut sequential = Sequential::new(variant, &id, &batch, (&checkpoint, execute.fresh), chunk, controls);
        sequential.run(control)?;
        let mut draft = Draft::begin(&execute.store, &id)?;
        sequential.write_samples(&mut draft)?;
        (sequential.results(), sequential.futures()?, draft, Some(checkpoint))
    };
    let answers = pool.install(|| quantum::answer(variant, &futures, control, watch))?;
    let execution = Execution {
        started: execute.started.clone(),
        seconds: begun.elapsed().as_secs_f64(),
        threads: pool.current_num_threads(),
        chunk: execute.chunk.unwrap_or(CHUNK),
    };
    let folder = keep(variant, &id, (&results, &answers), draft, execution)?;
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

/// Writes every file of the run.
fn keep(
    variant: &Variant,
    id: &str,
    (results, answers): (&Results, &Answers),
    mut draft: Draft,
    execution: Execution,
) -> Result<PathBuf, BatchError> {
    let scenario = &variant.scenario;
    let method = method_name(scenario.monte_carlo.method);
    let summary = Summary {
        run: id.to_owned(),
        scenario: scenario.name().to_owned(),
        seed: scenario.monte_carlo.seed,
        replicas: results.replicas,
        horizon_h: variant.model.clock.horizon_h(),
        currency: scenario.currency().to_owned(),
        method: method.to_owned(),
        metrics: results.metrics.clone(),
        quantum: quantum_summary(answers),
    };
    draft.summary(&summary)?;
    draft.quantum(answers)?;
    if let Some(timeline) = &results.timeline {
        draft.timeline(timeline, variant.model.clock.step_h)?;
    }
    if let Some(margin) = &results.margin {
        draft.margin(margin)?;
    }
    if scenario.outputs.keep.contains(&Kept::Duals) {
        draft.duals(&replay(variant, 0)?.trace)?;
    }
    let study = Study {
        summary: &summary,
        margin: results.margin.as_ref(),
        timeline: results.timeline.as_ref(),
        step_h: variant.model.clock.step_h,
        start: start(variant),
        assets: &labels(variant),
        answers: Some(answers),
    };
    draft.report(&report::render(&study))?;
    for input in &variant.inputs {
        draft.input(&input.file, &input.bytes)?;
    }
    let record = RunRecord {
        scenario: variant.scenario.canonical(),
        seed: summary.seed,
        replicas: results.replicas,
        method: method.to_owned(),
        engine: ENGINE_VERSION.to_owned(),
        execution,
    };
    Ok(draft.commit(record)?)
}

/// What the report says of the assets beside their figures.
fn labels(variant: &Variant) -> Vec<AssetLabel> {
    let model = &variant.model;
    let entries = model.assets.entries().into_iter().filter(|entry| entry.p_nom_mw.is_some());
    let label = |entry: Entry<'_>| AssetLabel {
        name: entry.common.name.clone(),
        kind: entry.table.to_owned(),
        bus: model.buses[entry.common.bus].clone(),
    };
    entries.map(label).collect()
}

fn method_name(method: Method) -> &'static str {
    match method {
        Method::Sequential => "sequential",
        Method::Exact => "exact",
    }
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
