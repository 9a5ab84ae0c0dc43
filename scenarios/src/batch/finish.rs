//! The end of a run: its questions answered, its folder written. The one way for `run` and for jobs.

use std::path::PathBuf;
use std::time::Instant;

use energyopti_engine::assets::Entry;
use energyopti_engine::{Control, Results};
use rayon::ThreadPool;

use super::run::{ENGINE_VERSION, start};
use super::{BatchError, replay};
use crate::Variant;
use crate::quantum::{self, Answers, Futures};
use crate::report::{self, AssetLabel, Study};
use crate::results::{Draft, Execution, RunRecord, Summary, quantum_summary};
use crate::schema::{Kept, Method};

/// With what work is done.
pub struct Work<'a> {
    /// The threads.
    pub pool: &'a ThreadPool,
    /// How it is stopped, and where it counts its units.
    pub control: &'a Control,
    /// Hears what is done behind the units, for people.
    pub watch: &'a (dyn Fn(&str) + Sync),
}

/// What the futures of a run gave.
pub(crate) struct Counted {
    /// Their estimates.
    pub results: Results,
    /// What the questions are about, in every future.
    pub futures: Futures,
    /// Where the run is written; it has the samples already.
    pub draft: Draft,
}

/// Answers the questions and commits the run; gives its folder. `seconds` of `execution` count from
/// the instant beside it.
///
/// # Errors
/// As [`super::run`].
pub(crate) fn finish(
    variant: &Variant,
    id: &str,
    counted: Counted,
    work: &Work<'_>,
    (begun, execution): (Instant, Execution),
) -> Result<PathBuf, BatchError> {
    let Counted { results, futures, draft } = counted;
    let answers = work.pool.install(|| quantum::answer(variant, &futures, work.control, work.watch))?;
    let execution = Execution { seconds: begun.elapsed().as_secs_f64(), ..execution };
    keep(variant, id, (&results, &answers), draft, execution)
}

/// What `summary.json` says of the futures, without the answers to questions.
pub(crate) fn summary(variant: &Variant, id: &str, results: &Results) -> Summary {
    let scenario = &variant.scenario;
    Summary {
        run: id.to_owned(),
        scenario: scenario.name().to_owned(),
        seed: scenario.monte_carlo.seed,
        replicas: results.replicas,
        horizon_h: variant.model.clock.horizon_h(),
        currency: scenario.currency().to_owned(),
        method: method_name(scenario.monte_carlo.method).to_owned(),
        metrics: results.metrics.clone(),
        quantum: None,
    }
}

/// Writes every file of the run.
fn keep(
    variant: &Variant,
    id: &str,
    (results, answers): (&Results, &Answers),
    mut draft: Draft,
    execution: Execution,
) -> Result<PathBuf, BatchError> {
    let summary = Summary { quantum: quantum_summary(answers), ..summary(variant, id, results) };
    draft.summary(&summary)?;
    draft.quantum(answers)?;
    if let Some(timeline) = &results.timeline {
        draft.timeline(timeline, variant.model.clock.step_h)?;
    }
    if let Some(margin) = &results.margin {
        draft.margin(margin)?;
    }
    if variant.scenario.outputs.keep.contains(&Kept::Duals) {
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
        method: summary.method.clone(),
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
