//! `submit`: hands work to a queue, and waits for it where asked.

use std::path::Path;

use energyopti_scenarios::jobs::{self, CircuitBatch, Submission};
use energyopti_scenarios::quantum::{read_bindings, read_circuit};
use energyopti_scenarios::results::{Run, find};
use energyopti_scheduler::queue::{JobState, JobView, Terms};
use energyopti_scheduler::{Desk, Request};

use super::super::quantum::width;
use super::super::{print, print_json};
use super::look::{text, whole};
use super::watch::follow;
use super::{Missing, SOME_TIME, block_on, desk};
use crate::arguments::Format;
use crate::arguments::jobs::Submit;
use crate::arguments::quantum::Precision;
use crate::failure::Failure;
use crate::scenario;

pub fn execute(options: &Submit) -> Result<(), Failure> {
    suits(options)?;
    block_on(async {
        // What is wrong with a file is said before there is a queue.
        let pieces = match &options.file {
            Some(file) => of_file(file, options)?,
            None => Vec::new(),
        };
        let desk = desk(&options.at, Missing::Create, SOME_TIME).await?;
        let pieces = if options.report.is_empty() { pieces } else { of_runs(&desk, &options.report)? };
        let title = options.file.as_ref().map_or_else(String::new, |file| file.display().to_string());
        let request = Request {
            terms: terms(options),
            shards: options.shards,
            fresh: options.fresh,
            due: None,
            title: title.rsplit('/').next().unwrap_or(&title).to_owned(),
        };
        let submitted = desk.submit(pieces, &request).await?;
        let found = desk.queue.job(&submitted.job).await?;
        if options.wait {
            follow(&desk.queue, Some(&submitted.job), &options.at.queue.url).await?;
        }
        let job = desk.queue.job(&submitted.job).await?;
        tell(&desk, &job, submitted.existing.then_some(found.state), options).await?;
        desk.queue.close().await;
        match job.state {
            JobState::Failed | JobState::Cancelled | JobState::DeadLetter if options.wait => {
                let why = job.error.unwrap_or_else(|| "no reason is known".to_owned());
                Err(Failure::Other(anyhow::anyhow!("job {} is {}: {why}", job.id, job.state.name())))
            }
            _ => Ok(()),
        }
    })
}

fn terms(options: &Submit) -> Terms {
    let typed = &options.terms;
    Terms {
        priority: typed.priority,
        attempts: typed.attempts,
        timeout: typed.timeout,
        memory_bytes: typed.memory.map(|size| size.as_u64()),
        key: options.key.clone(),
    }
}

/// Refuses options that would be ignored, as they mean nothing for this sort of work.
fn suits(options: &Submit) -> Result<(), Failure> {
    let (work, known): (_, &[&str]) = match &options.file {
        None => ("a report on two runs", &[]),
        Some(file) if is_circuit(file) => {
            ("circuits", &["--bindings", "--shots", "--observable", "--precision", "--seed", "--shards"])
        }
        Some(_) => ("a scenario", &["--set", "--replicas", "--seed", "--method", "--variant", "--shards"]),
    };
    let strange: Vec<&str> = typed(options).into_iter().filter(|name| !known.contains(name)).collect();
    if strange.is_empty() {
        return Ok(());
    }
    let takes = if known.is_empty() { "nothing of the sort".to_owned() } else { known.join(", ") };
    Err(Failure::input(format!("{}: means nothing for {work}, which takes {takes}; leave it out", strange.join(", "))))
}

/// The options that were typed of those that say what is computed.
fn typed(options: &Submit) -> Vec<&'static str> {
    let (scenario, circuit) = (&options.scenario, &options.circuit);
    let all = [
        ("--set", !scenario.changes.sets.is_empty()),
        ("--replicas", scenario.changes.replicas.is_some()),
        ("--seed", scenario.changes.seed.is_some()),
        ("--method", scenario.method.is_some()),
        ("--variant", scenario.variant.is_some()),
        ("--bindings", circuit.bindings.is_some()),
        ("--shots", circuit.shots.is_some()),
        ("--observable", circuit.observable.is_some()),
        ("--precision", circuit.precision.is_some()),
        ("--shards", options.shards.is_some()),
    ];
    all.into_iter().filter(|(_, typed)| *typed).map(|(name, _)| name).collect()
}

fn is_circuit(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("qasm"))
}

/// The work that a file stands for: circuits, a scenario, or one piece per variant of a sweep.
fn of_file(file: &Path, options: &Submit) -> Result<Vec<(String, Submission)>, Failure> {
    if is_circuit(file) {
        return Ok(vec![(String::new(), of_circuits(file, options)?)]);
    }
    let variants = scenario::variants(file, &options.scenario)?;
    Ok(variants.iter().map(|variant| (variant.id.clone(), jobs::scenario(variant))).collect())
}

/// A batch of circuits.
fn of_circuits(file: &Path, options: &Submit) -> Result<Submission, Failure> {
    let asked = &options.circuit;
    let circuit = read_circuit(file)?;
    let bindings = match &asked.bindings {
        Some(rows) => read_bindings(rows, &circuit)?,
        None => vec![Vec::new()],
    };
    let batch = CircuitBatch {
        title: file.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        qasm: std::fs::read_to_string(file)?,
        bindings,
        shots: asked.shots,
        seed: options.scenario.changes.seed.unwrap_or(0),
        observable: asked.observable.clone(),
        width: width(asked.precision.unwrap_or(Precision::F64)),
    };
    jobs::circuits(&batch).map_err(Failure::input)
}

/// What changed between two runs of the store.
fn of_runs(desk: &Desk, runs: &[String]) -> Result<Vec<(String, Submission)>, Failure> {
    let [earlier, later] = runs else { return Ok(Vec::new()) };
    // In a folder the beginning of an id is enough, as everywhere.
    let id = |typed: &String| match desk.results.folder() {
        Some(store) => Ok::<_, Failure>(Run::open(&find(store, typed)?)?.manifest().run.clone()),
        None => Ok(typed.clone()),
    };
    let (earlier, later) = (id(earlier)?, id(later)?);
    let title = format!("{earlier} to {later}");
    Ok(vec![(String::new(), jobs::report(&earlier, &later, &title))])
}

/// Prints the job; `earlier` is how it stood before this was asked, where it answered for another.
async fn tell(desk: &Desk, job: &JobView, earlier: Option<JobState>, options: &Submit) -> Result<(), Failure> {
    let value = whole(desk, job).await?;
    if options.format == Format::Json {
        return print_json(&value);
    }
    print(&text(job, &value))?;
    match (earlier, job.reused) {
        (Some(state), _) if state.is_final() => {
            print("(this key had that job, which has ended; under another key the work is submitted anew)")
        }
        (Some(_), _) => print("(it was under way already: the same work is done once)"),
        (None, true) => print("(from the store; --fresh computes it anew)"),
        (None, false) => Ok(()),
    }
}
