//! How many jobs a queue carries end to end: submitted, claimed, computed, stored, committed, merged. The
//! jobs are as small as jobs can be, so what is measured is the queue, its database and the disk.
//!
//!     cargo bench --workspace --bench rate
//!
//! On `SQLite`, and on `PostgreSQL` where `DATABASE_URL` is set. `ENERGYOPTI_BENCH_JOBS` sets how many.
//! It tells whether the bounds are met and does not fail where they are not: a busy machine is no fault.
#![expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use energyopti_scenarios::jobs::{Files, Job, JobError, JobKind, Merged, Shards, Submission, Work};
use energyopti_scheduler::queue::{Filter, JobState, Queue};
use energyopti_scheduler::results::ResultStore;
use energyopti_scheduler::worker::{Options, Worker};
use energyopti_scheduler::{Desk, Request};
use tokio::sync::oneshot::{self, Sender};

/// Jobs per second, at least, and milliseconds for 99 of 100 submissions, at most.
const BOUNDS: (f64, f64) = (500.0, 20.0);
/// Who submits at the same time, and shards that the worker carries at a time.
const SUBMITTERS: usize = 8;
const CONCURRENCY: usize = 32;

/// A job that does nothing.
struct Trivial;

impl JobKind for Trivial {
    fn name(&self) -> &'static str {
        "trivial"
    }

    fn version(&self) -> u32 {
        1
    }

    fn open(&self, payload: &[u8], _: &dyn Files) -> Result<Box<dyn Job>, JobError> {
        Ok(Box::new(Nothing { identity: String::from_utf8_lossy(payload).into_owned() }))
    }
}

struct Nothing {
    identity: String,
}

impl Job for Nothing {
    fn identity(&self) -> &str {
        &self.identity
    }

    fn title(&self) -> &str {
        &self.identity
    }

    fn seed(&self) -> u64 {
        0
    }

    fn unit(&self) -> &'static str {
        "nothings"
    }

    fn cut(&self, _: Option<u64>) -> Vec<Range<u64>> {
        std::iter::once(0..64).collect()
    }

    fn memory_bytes(&self) -> u64 {
        0
    }

    fn shard(&self, _: &Range<u64>, _: &Work<'_>) -> Result<Vec<u8>, JobError> {
        Ok(self.identity.clone().into_bytes())
    }

    fn partial(&self, _: &mut Shards<'_>) -> Result<serde_json::Value, JobError> {
        Ok(serde_json::Value::Null)
    }

    /// Its result is what stands in the queue: no folder is written.
    fn merge(&self, shards: &mut Shards<'_>, _: &Path, _: &Work<'_>) -> Result<Merged, JobError> {
        let bytes = shards.next().ok_or_else(|| JobError::Failed("no shard".into()))??;
        assert_eq!(bytes, self.identity.as_bytes(), "a shard of another job");
        Ok(Merged { folder: self.identity.clone(), summary: "{}".to_owned() })
    }

    fn stored(&self, _: &Path) -> Option<Merged> {
        None
    }
}

#[tokio::main]
async fn main() {
    let asked = std::env::var("ENERGYOPTI_BENCH_JOBS").ok().and_then(|text| text.parse().ok());
    let jobs: usize = asked.unwrap_or(5000);
    println!("{jobs} jobs, {SUBMITTERS} submitters, {CONCURRENCY} shards at a time, one worker process");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}/jobs.db", folder.path().display());
    measure("SQLite, synchronous=FULL", &url, folder.path(), jobs).await;
    let Ok(server) = std::env::var("DATABASE_URL") else {
        println!("DATABASE_URL is not set: not measured on PostgreSQL");
        return;
    };
    let name = format!("rate_{}", uuid::Uuid::now_v7().simple());
    administer(&server, format!("CREATE DATABASE {name}")).await;
    let url = format!("{}/{name}", server.rsplit_once('/').map_or(server.as_str(), |(server, _)| server));
    measure("PostgreSQL", &url, folder.path(), jobs).await;
    administer(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

async fn administer(server: &str, statement: String) {
    let pool = sqlx::PgPool::connect(server).await.expect("a server");
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool).await.expect("a right to make databases");
    pool.close().await;
}

/// Carries the jobs and tells what it took.
async fn measure(title: &str, url: &str, folder: &Path, jobs: usize) {
    let queue = Queue::open(url, true, Duration::from_secs(60)).await.expect("a queue");
    let place = folder.join("runs").to_string_lossy().into_owned();
    let results = ResultStore::open(&place).await.expect("a store");
    let desk = Desk { queue, results, kinds: vec![Arc::new(Trivial)] };
    let options = Options { concurrency: CONCURRENCY, threads: 1, ..Options::default() };
    let worker = Worker::new(desk.queue.clone(), desk.results.clone(), desk.kinds.clone(), options);
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = worker.expect("threads").run(async move {
        let _ = stopped.await;
    });
    let (worked, (mut waits, submitted, ended)) = tokio::join!(worker, drive(&desk, jobs, stop));
    assert_eq!(worked.expect("a queue").shards, jobs as u64, "every job has one shard");
    let succeeded = Filter { states: vec![JobState::Succeeded], ..Filter::default() };
    assert_eq!(desk.queue.list(&succeeded).await.expect("the queue").len(), jobs, "every job succeeds");
    desk.queue.close().await;

    waits.sort_unstable();
    let wait = |share: usize| waits[(waits.len() - 1) * share / 100].as_secs_f64() * 1e3;
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = |time: Duration| jobs as f64 / time.as_secs_f64();
    let verdict = |met: bool| if met { "PASS" } else { "FAIL" };
    println!("{title}");
    println!("  submitted {:>7.0} jobs/s", rate(submitted));
    let (least, most) = BOUNDS;
    println!("  carried   {:>7.0} jobs/s   bound {least:.0}: {}", rate(ended), verdict(rate(ended) >= least));
    println!(
        "  submit p50 {:.1} ms, p99 {:.1} ms   bound {most:.0}: {}",
        wait(50),
        wait(99),
        verdict(wait(99) <= most)
    );
}

/// Hands the jobs in and waits until the last has succeeded: how long each submission took, and from the
/// first submission on, when all were submitted and when all had succeeded.
async fn drive(desk: &Desk, jobs: usize, stop: Sender<()>) -> (Vec<Duration>, Duration, Duration) {
    // The worker looks for work by then.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let begun = Instant::now();
    let submitters: Vec<_> = (0..SUBMITTERS).map(|who| tokio::spawn(submit(desk.clone(), who, jobs))).collect();
    let mut waits = Vec::with_capacity(jobs);
    for submitter in submitters {
        waits.extend(submitter.await.expect("a submitter"));
    }
    let submitted = begun.elapsed();
    while desk.queue.is_busy().await.expect("the queue") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(stop);
    (waits, submitted, begun.elapsed())
}

/// Submits every [`SUBMITTERS`]th job; how long each submission took.
async fn submit(desk: Desk, who: usize, jobs: usize) -> Vec<Duration> {
    let mut waits = Vec::new();
    for number in (who..jobs).step_by(SUBMITTERS) {
        let name = format!("trivial-{number}");
        let payload = name.clone().into_bytes();
        let piece = Submission {
            kind: "trivial",
            version: 1,
            payload,
            inputs: Vec::new(),
            identity: name.clone(),
            title: name,
        };
        let begun = Instant::now();
        desk.submit(vec![(String::new(), piece)], &Request::default()).await.expect("a submission");
        waits.push(begun.elapsed());
    }
    waits
}
