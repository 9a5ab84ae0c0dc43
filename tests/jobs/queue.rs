//! A queue of its own for each test, with its store, in a temporary folder.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use crate::database::{Database, is_free};
use crate::luck::until;
use crate::support::{Answer, Bench};
use crate::work::{Work, assert_undisturbed};
use crate::worker::Worker;

/// States in which a job stays unless somebody acts.
const ENDS: [&str; 4] = ["succeeded", "failed", "cancelled", "dead-letter"];
/// What the tests ask of a worker unless they say otherwise: dead ones are found soon.
const SOON: [&str; 4] = ["--lease", "500ms", "--threads", "1"];

/// A queue, its store `runs`, and scenario files in `bench`.
pub struct Queue {
    pub bench: Bench,
    url: String,
    started: AtomicU32,
    database: Option<Database>,
}

/// Tests on `SQLite` and, where there is a server, on `PostgreSQL`.
pub fn on_each_database(test: impl Fn(&Queue)) {
    eprintln!("on SQLite");
    test(&Queue::on_sqlite());
    if let Some(queue) = Queue::on_postgresql(false) {
        eprintln!("on PostgreSQL");
        test(&queue);
    }
}

impl Queue {
    pub fn on_sqlite() -> Self {
        Self::new("sqlite:jobs.db".to_owned(), None)
    }

    /// None where there is no server; `alone` keeps other tests from it.
    pub fn on_postgresql(alone: bool) -> Option<Self> {
        let database = Database::new(alone)?;
        Some(Self::new(database.url(), Some(database)))
    }

    fn new(url: String, database: Option<Database>) -> Self {
        let bench = Bench::new();
        bench.copy(&Work::FILES);
        Self { bench, url, started: AtomicU32::new(0), database }
    }

    /// The file of an `SQLite` queue.
    pub fn file(&self) -> PathBuf {
        self.bench.path("jobs.db")
    }

    /// A folder or file of the store.
    pub fn stored(&self, name: &str) -> PathBuf {
        self.bench.path("runs").join(name)
    }

    /// What the program answers about this queue.
    pub fn ask(&self, arguments: &[&str]) -> Answer {
        self.bench.ask(&[arguments, &["--queue", &self.url]].concat())
    }

    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        self.bench.json(&[arguments, &["--queue", &self.url, "--format", "json"]].concat())
    }

    /// What `submit` answers.
    #[track_caller]
    pub fn submitted(&self, work: &Work, options: &[&str]) -> Value {
        let store = self.bench.path("runs");
        self.json(&[&work.command("submit")[..], &["--store", store.to_str().unwrap()], options].concat())
    }

    /// Submits and returns the job's id.
    #[track_caller]
    pub fn submit(&self, work: &Work, options: &[&str]) -> String {
        self.submitted(work, options)["job"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub fn show(&self, job: &str) -> Value {
        self.json(&["jobs", "show", job])
    }

    #[track_caller]
    pub fn state(&self, job: &str) -> String {
        self.show(job)["state"].as_str().unwrap().to_owned()
    }

    pub fn ended(&self, job: &str) -> bool {
        ENDS.contains(&self.state(job).as_str())
    }

    /// Waits until the job has ended, which must be in `state`.
    #[track_caller]
    pub fn wait(&self, job: &str, state: &str) -> Value {
        let end = until(|| self.show(job).to_string(), || self.ended(job).then(|| self.show(job)));
        assert_eq!(end["state"], state, "{end}");
        end
    }

    /// Waits until shards of the job stand at `key`, for instance `running`.
    #[track_caller]
    pub fn wait_for_shards(&self, job: &str, key: &str) {
        let look = || self.show(job)["shards"][key].as_u64().filter(|n| *n > 0);
        until(|| format!("no shard is {key}: {}", self.show(job)), look);
    }

    /// A worker of the folder, with the environment `variables`.
    pub fn worker_with(&self, options: &[&str], variables: &[(&str, &str)]) -> Worker {
        let store = self.bench.path("runs");
        let store = ["--store", store.to_str().unwrap()];
        self.process(&[&["worker"], &SOON[..], &store, options].concat(), variables)
    }

    pub fn worker(&self, options: &[&str]) -> Worker {
        self.worker_with(options, &[])
    }

    /// SIGSTOP, at a moment at which the worker does not hold the lock of an `SQLite` file: nobody could
    /// write until it goes on.
    pub fn stop(&self, worker: &Worker) {
        let stopped = || {
            worker.signal("STOP");
            let free = self.database.is_some() || is_free(&self.file());
            if !free {
                worker.signal("CONT");
            }
            free.then_some(())
        };
        until(|| "the worker never stops writing".to_owned(), stopped);
    }

    /// The program as a process of its own.
    pub fn process(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Worker {
        let number = self.started.fetch_add(1, Ordering::Relaxed);
        let mut command = self.bench.command(&[arguments, &["--queue", &self.url]].concat());
        command.envs(variables.iter().copied());
        Worker::start(command, self.bench.path(&format!("process-{number}.log")))
    }

    /// Waits for success; then every shard was counted once, and all bytes are those of a `run`.
    #[track_caller]
    pub fn assert_succeeds(&self, job: &str, work: &Work) -> Value {
        let end = self.wait(job, "succeeded");
        assert_counted_once(&end);
        assert_undisturbed(&self.bench, "runs", work);
        end
    }
}

/// Asserts that every shard of a job was committed, and once.
#[track_caller]
fn assert_counted_once(end: &Value) {
    let total = end["shards"]["total"].as_u64().unwrap();
    assert_eq!(end["shards"]["done"].as_u64(), Some(total), "{end}");
    let commits = end["commits"].as_array().unwrap();
    let shards: BTreeSet<u64> = commits.iter().map(|commit| commit["shard"].as_u64().unwrap()).collect();
    assert_eq!(commits.len(), shards.len(), "a shard was committed twice: {end}");
    assert!(shards.into_iter().eq(0..total), "{end}");
}
