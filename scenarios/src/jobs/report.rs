//! `report`: what changed between two runs of the store, the difference paired where they share their
//! luck.
//!
//! The runs are named by their ids; their folders hold the scenarios and inputs, and how many futures
//! each counted. Both are run anew, as `compare` does, so a run needs no samples.

use std::ops::Range;
use std::path::Path;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Files, Job, JobError, JobKind, Merged, Shards, Submission, Work, input, shard, stored};
use crate::Variant;
use crate::batch::{self, BASE_BYTES, ENGINE_VERSION};
use crate::load::load_run;
use crate::report;
use crate::results::{Comparison, Draft, Execution, Run, RunRecord, file, run_id};
use crate::schema::Method;

/// Name of the kind.
const NAME: &str = "report";
/// Version of its payload.
const VERSION: u32 = 1;
/// Columns of a model that a comparison holds, about.
const COLUMNS: u64 = 64;

/// The kind.
pub(super) struct Reports;

/// Which runs are compared.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    report: String,
    engine: String,
    title: String,
    a: String,
    b: String,
}

/// What changed from run `a` to run `b` of the store, as work for a queue; both have to be there when it
/// is opened.
#[must_use]
pub fn report(a: &str, b: &str, title: &str) -> Submission {
    let report = run_id(&canonical(a, b, title), ENGINE_VERSION);
    let payload = Payload {
        report,
        engine: ENGINE_VERSION.to_owned(),
        title: title.to_owned(),
        a: a.to_owned(),
        b: b.to_owned(),
    };
    Submission {
        kind: NAME,
        version: VERSION,
        payload: json!(payload).to_string().into_bytes(),
        inputs: Vec::new(),
        identity: payload.report,
        title: payload.title,
    }
}

fn canonical(a: &str, b: &str, title: &str) -> Value {
    json!({"kind": NAME, "name": title, "a": a, "b": b})
}

impl JobKind for Reports {
    fn name(&self) -> &'static str {
        NAME
    }

    fn version(&self) -> u32 {
        VERSION
    }

    fn open(&self, payload: &[u8], files: &dyn Files) -> Result<Box<dyn Job>, JobError> {
        let payload: Payload = serde_json::from_slice(payload)
            .map_err(|error| JobError::Input(format!("the payload is no report: {error}; submit it again")))?;
        let canonical = canonical(&payload.a, &payload.b, &payload.title);
        let identity = run_id(&canonical, ENGINE_VERSION);
        input::same_identity(&payload.report, &identity, &payload.engine)?;
        let (a, b) = (side(&payload.a, files)?, side(&payload.b, files)?);
        batch::comparable(&a.0, &b.0)?;
        Ok(Box::new(ReportJob { identity, title: payload.title, canonical, a, b }))
    }
}

/// A run's variant, and how many futures it counted.
type Counted = (Variant, Option<u64>);

fn side(id: &str, files: &dyn Files) -> Result<Counted, JobError> {
    let run = Run::open(&files.run(id)?)?;
    if run.manifest().run != id {
        return Err(JobError::Input(format!("what the store has as run {id} is run {}", run.manifest().run)));
    }
    Ok((load_run(&run)?, run.manifest().replicas))
}

/// A comparison of two runs.
struct ReportJob {
    identity: String,
    title: String,
    canonical: Value,
    a: Counted,
    b: Counted,
}

impl ReportJob {
    /// Futures of both; a run by an exact method has none.
    fn futures(&self) -> u64 {
        let planned = |(variant, counted): &Counted| counted.unwrap_or(variant.scenario.monte_carlo.replicas);
        let sampled = |side: &&Counted| side.0.scenario.monte_carlo.method == Method::Sequential;
        let sides = [&self.a, &self.b].into_iter().filter(sampled).count() as u64;
        sides * planned(&self.a).min(planned(&self.b))
    }

    /// The text of the only shard.
    fn text(&self, shards: &mut Shards<'_>) -> Result<Option<String>, JobError> {
        let Some(bytes) = shards.next().transpose()? else { return Ok(None) };
        Ok(Some(shard::decode::<String>(&self.identity, 0, &bytes)?.1))
    }
}

impl Job for ReportJob {
    fn identity(&self) -> &str {
        &self.identity
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn seed(&self) -> u64 {
        self.b.0.scenario.monte_carlo.seed
    }

    fn unit(&self) -> &'static str {
        "futures"
    }

    fn cut(&self, _: Option<u64>) -> Vec<Range<u64>> {
        std::iter::once(0..self.futures().max(1)).collect() // a difference is not one of parts
    }

    fn memory_bytes(&self) -> u64 {
        BASE_BYTES + 8 * COLUMNS * self.futures()
    }

    fn shard(&self, range: &Range<u64>, work: &Work<'_>) -> Result<Vec<u8>, JobError> {
        let [a, b] = [&self.a, &self.b].map(|(variant, counted)| (variant, *counted));
        let comparison = batch::compare(a, b, work.pool, work.control)?;
        shard::encode(&self.identity, range, &comparison.to_json().map_err(|e| JobError::Failed(e.to_string()))?)
    }

    fn partial(&self, shards: &mut Shards<'_>) -> Result<Value, JobError> {
        let text = self.text(shards)?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_else(|| json!({})))
    }

    fn merge(&self, shards: &mut Shards<'_>, store: &Path, work: &Work<'_>) -> Result<Merged, JobError> {
        let (begun, started) = (Instant::now(), batch::now());
        let text = self.text(shards)?.ok_or_else(|| JobError::Failed("the report has no shard".to_owned()))?;
        let comparison: Comparison = serde_json::from_str(&text).map_err(|_| JobError::Damaged { shard: 0 })?;
        let mut draft = Draft::begin(store, &self.identity)?;
        draft.write(file::COMPARISON, text.as_bytes())?;
        draft.write(file::REPORT, report::comparison(&self.title, &comparison).as_bytes())?;
        draft.commit(RunRecord {
            scenario: self.canonical.clone(),
            seed: self.seed(),
            replicas: None,
            method: NAME.to_owned(),
            engine: ENGINE_VERSION.to_owned(),
            execution: Execution {
                started,
                seconds: begun.elapsed().as_secs_f64(),
                threads: work.pool.current_num_threads(),
                chunk: self.futures(),
            },
        })?;
        Ok(Merged { folder: self.identity.clone(), summary: text })
    }

    fn stored(&self, store: &Path) -> Option<Merged> {
        stored::merged(store, &self.identity, file::COMPARISON).ok()
    }
}
