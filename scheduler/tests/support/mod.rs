//! Queues to try things on.

use std::time::Duration;

use energyopti_scheduler::queue::{NewJob, Queue, Terms};

/// A job of `shards` shards of 64 units each.
pub fn job(identity: &str, shards: u64) -> NewJob {
    NewJob {
        kind: "trial".into(),
        version: 1,
        identity: identity.into(),
        title: identity.into(),
        unit: "units".into(),
        seed: 1,
        payload: vec![1, 2, 3],
        shards: (0..shards).map(|k| 64 * k..64 * (k + 1)).collect(),
        terms: Terms::default(),
        due: None,
        fresh: false,
        reused: None,
    }
}

/// Tries it on a file, and on a server where there is one.
pub fn on_every_database(trial: impl AsyncFn(Queue)) {
    on_sqlite(&trial);
    let Ok(server) = std::env::var("DATABASE_URL") else {
        eprintln!("DATABASE_URL is not set: not tried on PostgreSQL");
        return;
    };
    block_on(async {
        let name = format!("trial_{}", uuid::Uuid::now_v7().simple());
        let pool = sqlx::PgPool::connect(&server).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&pool).await.unwrap();
        let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
        let queue = Queue::open(&url, true, Duration::from_secs(10)).await.unwrap();
        trial(queue.clone()).await;
        queue.close().await;
        let drop = format!("DROP DATABASE {name} WITH (FORCE)");
        sqlx::query(sqlx::AssertSqlSafe(drop)).execute(&pool).await.unwrap();
    });
}

/// Tries it on a file.
pub fn on_sqlite(trial: impl AsyncFn(Queue)) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/new/jobs.db", folder.path().display());
    block_on(async {
        trial(Queue::open(&url, true, Duration::from_secs(10)).await.unwrap()).await;
    });
}

fn block_on(future: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future);
}
