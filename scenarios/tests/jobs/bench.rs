//! A small system, a store, and work done in shards.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use energyopti_engine::Control;
use energyopti_scenarios::batch::{self, Execute};
use energyopti_scenarios::jobs::{Files, Job, JobError, Merged, Submission, Work, kind};
use energyopti_scenarios::{Variant, load};
use serde_json::Value;
use tempfile::TempDir;

/// A week of two diesels, a battery, a roof and a port that is short now and then.
const SYSTEM: &str = r#"
format = 1
[scenario]
name = "Harbour"
start = "2025-01-06T00:00:00Z"
steps = 168
[monte_carlo]
replicas = 1000
seed = 42
[execution]
threads = 1
out = "somewhere/of/mine"
[[bus]]
name = "harbour"
[[thermal]]
name = "diesel"
count = 3
p_nom_mw = 2.0
marginal_cost_eur_per_mwh = 180.0
outage = { mttf_h = 100, mttr_h = 30 }
[[battery]]
name = "bess"
p_nom_mw = 1.0
e_nom_mwh = 3.0
[[solar]]
name = "roof"
p_nom_mw = 2.0
profile = { file = "data/roof.csv", column = "pu", unit = "pu" }
[[load]]
name = "port"
profile = { file = "data/load.csv", column = "mw" }
"#;

/// Scenario and stores of a test.
pub struct Bench {
    folder: TempDir,
}

impl Bench {
    pub fn new() -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(bench.path("data")).unwrap();
        let hour = |h: u32| f64::from(h % 24);
        let rows = |name: &str, value: &dyn Fn(f64) -> f64| {
            (0..168).fold(format!("{name}\n"), |text, h| format!("{text}{:.4}\n", value(hour(h))))
        };
        fs::write(bench.path("system.toml"), SYSTEM).unwrap();
        fs::write(bench.path("data/load.csv"), rows("mw", &|h| 4.0 + (h / 4.0).sin())).unwrap();
        fs::write(bench.path("data/roof.csv"), rows("pu", &|h| (0.5 - (h - 12.0).abs() / 12.0).max(0.0))).unwrap();
        bench
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The system with settings.
    pub fn variant(&self, sets: &[&str]) -> Variant {
        let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
        load(&self.path("system.toml"), &sets).map_err(|faults| faults.to_string()).unwrap().remove(0)
    }

    /// The folder that `run` leaves.
    pub fn run(&self, variant: &Variant) -> PathBuf {
        let execute = Execute {
            store: self.path("runs"),
            threads: Some(2),
            chunk: Some(256),
            fresh: false,
            started: batch::now(),
        };
        let outcome = batch::run(variant, &execute, &Control::default(), &|_| {}).unwrap();
        outcome.run.folder().to_owned()
    }

    /// The folder that a job leaves which is done in about `shards` shards.
    pub fn in_shards(&self, submission: &Submission, shards: u64) -> PathBuf {
        let store = self.path(&format!("store-{shards}"));
        let job = self.open(submission).unwrap();
        assert!(job.stored(&store).is_none());
        let bytes = compute(&*job, &job.cut(Some(shards)));
        let merged = merge(&*job, bytes, &store).unwrap();
        assert_eq!(job.stored(&store), Some(merged.clone()));
        assert_eq!((merged.folder.as_str(), job.identity()), (submission.identity.as_str(), job.identity()));
        store.join(merged.folder)
    }

    /// Opens work as a worker does that has nothing but the submission.
    pub fn open(&self, submission: &Submission) -> Result<Box<dyn Job>, JobError> {
        let inputs = submission.inputs.iter().map(|input| (input.sha256.clone(), input.bytes.clone())).collect();
        kind(submission.kind)?.open(&submission.payload, &Stored { inputs, runs: self.path("runs") })
    }
}

/// What a worker can read.
pub struct Stored {
    pub inputs: BTreeMap<String, Arc<[u8]>>,
    pub runs: PathBuf,
}

impl Files for Stored {
    fn read(&self, sha256: &str) -> Result<Vec<u8>, JobError> {
        let bytes = self.inputs.get(sha256).map(|bytes| bytes.to_vec());
        bytes.ok_or_else(|| JobError::Input(format!("no input {sha256}")))
    }

    fn run(&self, id: &str) -> Result<PathBuf, JobError> {
        Ok(self.runs.join(id))
    }
}

/// Does `work` with a pool of `threads` threads.
pub fn with<T>(threads: u32, work: impl FnOnce(&Work<'_>) -> T) -> T {
    let pool = batch::pool(Some(threads)).unwrap();
    work(&Work { pool: &pool, control: &Control::default(), watch: &|_| {} })
}

/// The shards of ranges, computed from the last to the first on one thread or on three.
pub fn compute(job: &dyn Job, ranges: &[Range<u64>]) -> Vec<Vec<u8>> {
    let shard = |(at, range): (usize, &Range<u64>)| {
        with(if at % 2 == 0 { 1 } else { 3 }, |work| job.shard(range, work)).unwrap()
    };
    let mut shards: Vec<_> = ranges.iter().enumerate().rev().map(shard).collect();
    shards.reverse();
    shards
}

pub fn merge(job: &dyn Job, shards: Vec<Vec<u8>>, store: &Path) -> Result<Merged, JobError> {
    with(2, |work| job.merge(&mut shards.into_iter().map(Ok), store, work))
}

/// Every file of a folder but `execution` of the manifest (and the manifest's own hash).
pub fn without_execution(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut manifest: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let rest = manifest.as_object_mut().unwrap();
    let outputs = rest["outputs"].clone();
    assert!(rest.remove("execution").is_some() && rest.remove("sha256").is_some());
    let names = outputs.as_object().unwrap().keys();
    let files = names.map(|name| (name.clone(), fs::read(folder.join(name)).unwrap()));
    files.chain([("manifest.json".to_owned(), manifest.to_string().into_bytes())]).collect()
}

/// Asserts that two folders hold the same bytes but for the manifest's `execution`.
pub fn assert_same(a: &Path, b: &Path) {
    let [a, b] = [a, b].map(without_execution);
    assert!(a.len() > 1);
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, bytes) in &a {
        assert!(b[name] == *bytes, "{name} differs");
    }
}
