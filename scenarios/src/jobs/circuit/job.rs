//! Circuits in shards: ranges of rows of the bindings.

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Instant;

use energyopti_engine::StreamKey;
use energyopti_quantum::kernel::PARALLEL_CIRCUITS_QUBITS;
use energyopti_quantum::{HONEST_CLAIM, Limit};
use rayon::prelude::*;
use serde_json::{Value, json};

use super::payload::Checked;
use super::tally::Tally;
use crate::batch::{self, BASE_BYTES, ENGINE_VERSION};
use crate::jobs::{Job, JobError, Merged, Shards, Work, shard, stored};
use crate::quantum::CircuitAnswer;
use crate::results::{Draft, Execution, RunRecord, file};

/// Nanoseconds on one core, about: of a gate on an amplitude, of compiling a gate, and of a shot.
const AMPLITUDE_NS: u128 = 1;
const GATE_NS: u128 = 1000;
const SHOT_NS: u128 = 200;
/// How long a shard takes by that reckoning.
const SHARD_NS: u128 = 1_000_000_000;

/// A batch of circuits.
pub(super) struct CircuitJob {
    batch: Checked,
}

impl CircuitJob {
    /// Refuses more qubits than any machine can hold.
    pub fn new(batch: Checked) -> Result<Self, JobError> {
        let question = &batch.question;
        Limit::NONE.check(question.circuit().qubits(), question.amplitude_bytes(), 0)?;
        Ok(Self { batch })
    }

    fn circuits(&self) -> u64 {
        self.batch.bindings.len() as u64
    }

    /// States beside each other on `threads` threads.
    fn states(&self, threads: usize) -> u64 {
        if self.batch.question.circuit().qubits() <= PARALLEL_CIRCUITS_QUBITS { threads as u64 } else { 1 }
    }

    /// The answers of rows, in order, whatever the threads.
    fn answers(&self, range: Range<u64>, work: &Work<'_>) -> Result<Vec<CircuitAnswer>, JobError> {
        let answer = |row: u64| {
            if work.control.cancelled.load(Ordering::Relaxed) {
                return Err(JobError::Cancelled);
            }
            let number = u32::try_from(row).expect("checked: rows are fewer than 2^32");
            let key = StreamKey::new(self.batch.seed, "circuit", "shots", number);
            let values = &self.batch.bindings[number as usize];
            let answer = self.batch.question.answer(values, key, Limit::NONE)?;
            work.control.progress.fetch_add(1, Ordering::Relaxed);
            Ok(answer)
        };
        if self.states(2) == 1 {
            return work.pool.install(|| range.map(answer).collect());
        }
        work.pool.install(|| range.into_par_iter().map(answer).collect())
    }

    /// Hands over the answers of a shard, row by row; `next` is where it has to begin, if anywhere.
    fn each(
        &self,
        (at, bytes): (u64, &[u8]),
        next: Option<u64>,
        take: &mut dyn FnMut(u64, &CircuitAnswer) -> Result<(), JobError>,
    ) -> Result<(), JobError> {
        let (range, answers) = shard::decode::<Vec<CircuitAnswer>>(&self.batch.identity, at, bytes)?;
        let counted = range.end.saturating_sub(range.start);
        let placed = next.is_none_or(|next| range.start == next) && range.end <= self.circuits();
        if !placed || counted != answers.len() as u64 {
            return Err(JobError::Damaged { shard: at });
        }
        range.zip(&answers).try_for_each(|(row, answer)| take(row, answer))
    }

    fn summary(&self, tally: &Tally) -> Value {
        let mut summary = tally.json();
        summary["run"] = json!(self.batch.identity);
        summary["kind"] = json!("circuit");
        summary["name"] = json!(self.batch.title);
        summary["qubits"] = json!(self.batch.question.circuit().qubits());
        summary["shots"] = json!(self.batch.question.shots());
        summary["seed"] = json!(self.batch.seed);
        summary["observable"] = json!(self.batch.observable);
        summary["claim"] = json!(HONEST_CLAIM);
        summary
    }

    /// Writes the tables of all shards.
    fn tables(&self, shards: &mut Shards<'_>, draft: &mut Draft, work: &Work<'_>) -> Result<Tally, JobError> {
        let question = &self.batch.question;
        let mut tables = draft.circuits(question.circuit().parameters(), question.shots().is_some())?;
        let mut tally = Tally::default();
        for (at, bytes) in (0..).zip(shards) {
            if work.control.cancelled.load(Ordering::Relaxed) {
                return Err(JobError::Cancelled);
            }
            let next = Some(tally.circuits);
            self.each((at, &bytes?), next, &mut |row, answer| {
                tally.take(row, answer.expectation);
                let number = usize::try_from(row).expect("checked: below the number of bindings");
                Ok(tables.push(&self.batch.bindings[number], answer)?)
            })?;
        }
        if tally.circuits != self.circuits() {
            let found = tally.circuits;
            return Err(JobError::Failed(format!("the shards hold {found} of {} circuits", self.circuits())));
        }
        draft.finish_circuits(tables)?;
        Ok(tally)
    }
}

impl Job for CircuitJob {
    fn identity(&self) -> &str {
        &self.batch.identity
    }

    fn title(&self) -> &str {
        &self.batch.title
    }

    fn seed(&self) -> u64 {
        self.batch.seed
    }

    fn unit(&self) -> &'static str {
        "circuits"
    }

    fn cut(&self, shards: Option<u64>) -> Vec<Range<u64>> {
        let circuit = self.batch.question.circuit();
        let gates = circuit.operations().len() as u128;
        let amplitudes = 1_u128 << circuit.qubits().min(64);
        let shots = u128::from(self.batch.question.shots().unwrap_or(0));
        let each_ns = gates * (GATE_NS + AMPLITUDE_NS * amplitudes) + shots * SHOT_NS;
        let by_time = (each_ns * u128::from(self.circuits())).div_ceil(SHARD_NS);
        shard::even(self.circuits(), 1, shards.unwrap_or_else(|| u64::try_from(by_time).unwrap_or(u64::MAX)))
    }

    fn memory_bytes(&self) -> u64 {
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let question = &self.batch.question;
        let state = question.amplitude_bytes() << question.circuit().qubits();
        let values = 8 * self.circuits() * (1 + question.circuit().parameters().len() as u64);
        // An outcome, its place in the order, and its count.
        let shots = 64 * question.shots().unwrap_or(0);
        BASE_BYTES
            .saturating_add(values)
            .saturating_add(state.saturating_add(shots).saturating_mul(self.states(threads)))
    }

    fn shard(&self, range: &Range<u64>, work: &Work<'_>) -> Result<Vec<u8>, JobError> {
        shard::encode(&self.batch.identity, range, &self.answers(range.clone(), work)?)
    }

    fn partial(&self, shards: &mut Shards<'_>) -> Result<Value, JobError> {
        let mut tally = Tally::default();
        for (at, bytes) in (0..).zip(shards) {
            self.each((at, &bytes?), None, &mut |row, answer| {
                tally.take(row, answer.expectation);
                Ok(())
            })?;
        }
        Ok(self.summary(&tally))
    }

    fn merge(&self, shards: &mut Shards<'_>, store: &Path, work: &Work<'_>) -> Result<Merged, JobError> {
        let (begun, started) = (Instant::now(), batch::now());
        let mut draft = Draft::begin(store, &self.batch.identity)?;
        let tally = self.tables(shards, &mut draft, work)?;
        let summary = format!("{:#}\n", self.summary(&tally));
        draft.write(file::SUMMARY, summary.as_bytes())?;
        draft.commit(RunRecord {
            scenario: self.batch.canonical.clone(),
            seed: self.batch.seed,
            replicas: None,
            method: "circuit".to_owned(),
            engine: ENGINE_VERSION.to_owned(),
            execution: Execution {
                started,
                seconds: begun.elapsed().as_secs_f64(),
                threads: work.pool.current_num_threads(),
                chunk: self.circuits(),
            },
        })?;
        Ok(Merged { folder: self.batch.identity.clone(), summary })
    }

    fn stored(&self, store: &Path) -> Option<Merged> {
        stored::merged(store, &self.batch.identity, file::SUMMARY).ok()
    }
}
