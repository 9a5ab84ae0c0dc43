//! What one database and one store can take, for the plan in `SCALE.md`.
//!
//!     DATABASE_URL=postgres://... cargo bench --workspace --bench scale
//!
//! `ENERGYOPTI_BENCH_SHARDS` (100 000) is the number of shards that wait in the table while claims and commits
//! are measured. It asserts nothing about time.
#![expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]

use std::future::Future;
use std::time::{Duration, Instant};

use energyopti_scheduler::queue::{Holder, Lease, NewJob, Queue, Terms};
use energyopti_scheduler::results::ResultStore;

/// Shards that are claimed and committed at each number of connections.
const TAKEN: usize = 512;
/// A hash as long as hashes are.
const HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

#[tokio::main]
async fn main() {
    let asked = std::env::var("ENERGYOPTI_BENCH_SHARDS").ok().and_then(|text| text.parse().ok());
    let shards: u64 = asked.unwrap_or(100_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    store(folder.path()).await;
    let url = format!("sqlite:{}/jobs.db", folder.path().display());
    println!("SQLite, synchronous=FULL");
    database(&url, shards).await;
    let Ok(server) = std::env::var("DATABASE_URL") else {
        println!("DATABASE_URL is not set: not measured on PostgreSQL");
        return;
    };
    let name = format!("scale_{}", uuid::Uuid::now_v7().simple());
    administer(&server, format!("CREATE DATABASE {name}")).await;
    let url = format!("{}/{name}", server.rsplit_once('/').map_or(server.as_str(), |(server, _)| server));
    println!("PostgreSQL");
    database(&url, shards).await;
    let pool = sqlx::PgPool::connect(&url).await.expect("a server");
    let text = "SELECT pg_total_relation_size('shard')";
    let bytes: i64 = sqlx::query_scalar(text).fetch_one(&pool).await.expect("the size of a table");
    println!("  a row of shards, indexes included    {:>8} bytes", bytes / shards.cast_signed());
    pool.close().await;
    administer(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
}

async fn administer(server: &str, statement: String) {
    let pool = sqlx::PgPool::connect(server).await.expect("a server");
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool).await.expect("a right to make databases");
    pool.close().await;
}

/// Durable results per second in a local folder: four syncs for the first of a job, two for the others.
async fn store(folder: &std::path::Path) {
    println!("the store, a folder");
    let results = ResultStore::open(&folder.join("runs").to_string_lossy()).await.expect("a store");
    for at_once in [1, 8, 32] {
        let results = results.clone();
        let time = side_by_side(at_once, move |who, number| {
            let results = results.clone();
            async move {
                let (job, bytes) = (format!("job-{who}"), vec![0; 4096]);
                results.put_shard(&job, number as u64, &bytes).await.expect("a result");
            }
        });
        tell("results of 4 kB", at_once, time.await);
    }
}

/// Times what [`TAKEN`] pieces of work take, `at_once` at a time.
async fn side_by_side<W: Future<Output = ()> + Send + 'static>(
    at_once: usize,
    work: impl Fn(usize, usize) -> W + Clone + Send + 'static,
) -> Duration {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..at_once)
        .map(|who| {
            let work = work.clone();
            tokio::spawn(async move {
                for number in 0..TAKEN / at_once {
                    work(who, number).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("a task");
    }
    begun.elapsed()
}

fn tell(what: &str, at_once: usize, time: Duration) {
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = TAKEN as f64 / time.as_secs_f64();
    println!("  {what:<18} {at_once:>3} at a time      {rate:>8.0} /s");
}

async fn database(url: &str, shards: u64) {
    let open = || async { Queue::open(url, true, Duration::from_secs(60)).await.expect("a queue") };
    let queue = open().await;
    let begun = Instant::now();
    queue.submit(job(shards)).await.expect("a job");
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let rate = shards as f64 / begun.elapsed().as_secs_f64();
    println!("  shards put in, one transaction       {rate:>8.0} /s ({shards})");
    let holder = Holder { worker: "a".into(), lease: Duration::from_secs(3600) };
    let mut waits = Vec::new();
    for _ in 0..100 {
        let begun = Instant::now();
        let taken = queue.claim(&holder, 1).await.expect("a claim");
        assert_eq!(taken.len(), 1, "shards wait");
        waits.push(begun.elapsed());
    }
    waits.sort_unstable();
    println!("  a claim of one, {shards} wait: p50 {:.2?}, p99 {:.2?}", waits[50], waits[99]);
    for connections in [1_usize, 8, 32] {
        // A queue has up to eight connections.
        let mut queues = vec![queue.clone()];
        while queues.len() * 8 < connections {
            queues.push(open().await);
        }
        rates(&queues, &holder, connections).await;
        for queue in &queues[1..] {
            queue.close().await;
        }
    }
    queue.close().await;
}

/// Claims and commits per second, each a transaction, `at_once` at a time.
async fn rates(queues: &[Queue], holder: &Holder, at_once: usize) {
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel::<Lease>();
    let at = |who: usize| queues[who % queues.len()].clone();
    let all: Vec<Queue> = (0..at_once).map(at).collect();
    let (by, claims) = (holder.clone(), all.clone());
    let time = side_by_side(at_once, move |who, _| {
        let (queue, by, sender) = (claims[who].clone(), by.clone(), sender.clone());
        async move {
            for lease in queue.claim(&by, 1).await.expect("a claim") {
                let _ = sender.send(lease); // it is received below
            }
        }
    });
    tell("claims", at_once, time.await);
    let mut leases: Vec<Vec<Lease>> = vec![Vec::new(); at_once];
    let mut count = 0;
    while let Some(lease) = receiver.recv().await {
        leases[count % at_once].push(lease);
        count += 1;
    }
    let by = holder.clone();
    let time = side_by_side(at_once, move |who, number| {
        let (queue, by, lease) = (all[who].clone(), by.clone(), leases[who].get(number).cloned());
        async move {
            if let Some(lease) = lease {
                queue.commit(&by, &lease, HASH, 4096).await.expect("a commit");
            }
        }
    });
    tell("commits", at_once, time.await);
}

/// A job of so many shards.
fn job(shards: u64) -> NewJob {
    NewJob {
        kind: "scale".into(),
        version: 1,
        identity: HASH.into(),
        title: "scale".into(),
        unit: "futures".into(),
        seed: 1,
        payload: Vec::new(),
        shards: (0..shards).map(|k| 64 * k..64 * (k + 1)).collect(),
        terms: Terms::default(),
        due: None,
        fresh: false,
        reused: None,
    }
}
