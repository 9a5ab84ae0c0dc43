//! Queues with a store, on a file and, where `DATABASE_URL` is set, on a server; and what is in them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use energyopti_scenarios::results::sha256_hex;
use energyopti_scheduler::Desk;
use energyopti_scheduler::backup::{Manifest, Restored, Saved, Watch, backup};
use energyopti_scheduler::queue::{Committed, Finished, Holder, Lease, Members, NewJob, Queue, Terms};
use energyopti_scheduler::results::ResultStore;
use tempfile::TempDir;

/// A queue with its store, gone at its end.
pub struct Place {
    pub desk: Desk,
    pub folder: TempDir,
    server: Option<(String, String)>,
}

impl Place {
    pub async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/jobs.db", folder.path().display());
        Self { desk: desk(&url, &folder).await, folder, server: None }
    }

    /// None where there is no server.
    pub async fn on_postgresql() -> Option<Self> {
        let Ok(server) = std::env::var("DATABASE_URL") else {
            eprintln!("DATABASE_URL is not set: not tried on PostgreSQL");
            return None;
        };
        let name = format!("trial_{}", uuid::Uuid::now_v7().simple());
        administer(&server, format!("CREATE DATABASE {name}")).await;
        let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
        let folder = tempfile::tempdir().unwrap();
        Some(Self { desk: desk(&url, &folder).await, folder, server: Some((server, name)) })
    }

    /// Every sort that there is here.
    pub async fn all() -> Vec<Self> {
        let mut places = vec![Self::on_sqlite().await];
        places.extend(Self::on_postgresql().await);
        places
    }

    /// Where a backup may go.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub async fn backup(&self, name: &str) -> Manifest {
        backup(&self.desk, &self.path(name), &quiet()).await.unwrap()
    }

    pub async fn restore(&self, folder: &Path) -> Restored {
        Saved::check(folder, &quiet()).await.unwrap().restore(&self.desk, &quiet()).await.unwrap()
    }

    pub async fn end(self) {
        self.desk.queue.close().await;
        if let Some((server, name)) = self.server {
            administer(&server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn desk(url: &str, folder: &TempDir) -> Desk {
    let queue = Queue::open(url, true, Duration::from_secs(10)).await.unwrap();
    let results = ResultStore::open(folder.path().join("runs").to_str().unwrap()).await.unwrap();
    Desk { queue, results, kinds: Vec::new() }
}

async fn administer(server: &str, statement: String) {
    let pool = sqlx::PgPool::connect(server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&pool).await.unwrap();
    pool.close().await;
}

pub fn quiet() -> Watch {
    Arc::new(|_| {})
}

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
}

pub fn holder() -> Holder {
    Holder { worker: "a".into(), lease: Duration::from_secs(60) }
}

/// A job of `shards` shards of 64 units each.
pub fn job(identity: &str, shards: u64) -> NewJob {
    NewJob {
        kind: "trial".into(),
        version: 1,
        identity: identity.into(),
        title: format!("the job \"{identity}\"\n\u{fc}"),
        unit: "units".into(),
        seed: u64::MAX,
        payload: (0..=255).collect(),
        shards: (0..shards).map(|k| 64 * k..64 * (k + 1)).collect(),
        terms: Terms::default(),
        due: None,
        fresh: false,
        reused: None,
    }
}

/// The result of a shard.
fn result(lease: &Lease) -> Vec<u8> {
    format!("{} {}", lease.job, lease.shard).into_bytes()
}

/// Stores the result of a shard and commits it.
pub async fn commit(desk: &Desk, lease: &Lease) -> Committed {
    let bytes = result(lease);
    let stored = desk.results.put_shard(&lease.job, lease.shard, &bytes).await.unwrap();
    desk.queue.commit(&holder(), lease, &stored.hash, stored.bytes).await.unwrap()
}

/// Puts a run into the store and ends its job, as a worker does.
pub async fn merge(desk: &Desk, merge: &Lease, run: &str) {
    for name in ["summary.json", "manifest.json"] {
        let bytes = format!("{run} {name}").into_bytes();
        desk.results.write_item(&format!("{run}/{name}"), &bytes, &sha256_hex(&bytes)).await.unwrap();
    }
    let finished = Finished { folder: run.to_owned(), result: "{}".to_owned() };
    assert!(desk.queue.succeed(merge, finished).await.unwrap());
    desk.results.forget_shards(&merge.job).await.unwrap();
}

/// Carries everything that waits; the number of shards that it took.
pub async fn carry_all(desk: &Desk) -> usize {
    let mut carried = 0;
    loop {
        let leases = desk.queue.claim(&holder(), 8).await.unwrap();
        if leases.is_empty() {
            return carried;
        }
        for lease in leases {
            let last = if lease.merge {
                Some(lease)
            } else {
                carried += 1;
                match commit(desk, &lease).await {
                    Committed::Merge(last) => Some(last),
                    _ => None,
                }
            };
            if let Some(last) = last {
                let run = desk.queue.job(&last.job).await.unwrap().identity;
                merge(desk, &last, &run).await;
            }
        }
    }
}

/// Jobs in every state: done, half done, waiting, cancelled, and a whole with two members.
pub async fn fill(desk: &Desk) {
    let queue = &desk.queue;
    desk.results.put_input(b"an input").await.unwrap();
    queue.submit(job("done", 2)).await.unwrap();
    carry_all(desk).await;
    let mut half = job("half", 4);
    half.terms.key = Some("k".into());
    half.terms.timeout = Some(Duration::from_secs(3600));
    queue.submit(half).await.unwrap();
    let leases = queue.claim(&holder(), 2).await.unwrap();
    commit(desk, &leases[0]).await;
    let cancelled = queue.submit(job("cancelled", 2)).await.unwrap().job;
    queue.cancel(&cancelled).await.unwrap();
    let whole = Members { title: "sweep".into(), labels: vec!["x".into(), "y".into()] };
    queue.submit_all(vec![job("one", 1), job("two", 3)], whole).await.unwrap();
}
