//! What a worker asks of the queue.

use std::time::Duration;

use super::Queue;
use super::claim::{Beat, Claim, HandBack, Lease};
use super::commit::{Commit, Committed, Fail, Redo, Succeed, Suffice};
use super::database::{Change, Connection, sql};
use super::job::Finished;
use crate::QueueError;

/// A worker's name and terms, under which it asks.
#[derive(Clone, Debug)]
pub struct Holder {
    /// A name that no other start of any worker has.
    pub worker: String,
    /// How long a lease lasts without a heartbeat.
    pub lease: Duration,
}

impl Queue {
    /// Makes a worker known.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn join(&self, holder: &Holder, host: &str, concurrency: usize) -> Result<(), QueueError> {
        let concurrency = i64::try_from(concurrency).unwrap_or(i64::MAX);
        self.database.change(Join { worker: holder.worker.clone(), host: host.to_owned(), concurrency }).await
    }

    /// Forgets a worker, and hands back what it holds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn leave(&self, holder: &Holder, leases: Vec<Lease>) -> Result<(), QueueError> {
        self.database.change(HandBack { leases }).await?;
        self.database.change(Leave { worker: holder.worker.clone() }).await
    }

    /// Gives back a shard that this worker will not finish.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn hand_back(&self, lease: &Lease) -> Result<(), QueueError> {
        self.database.change(HandBack { leases: vec![lease.clone()] }).await
    }

    /// Whether any job is under way.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_busy(&self) -> Result<bool, QueueError> {
        let query = || sql("SELECT id FROM job WHERE state IN ('queued', 'running') LIMIT 1");
        Ok(self.database.row(query).await?.is_some())
    }

    /// Takes up to `most` shards that wait, those of higher priority and older jobs first; leases of
    /// dead workers are taken over first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn claim(&self, holder: &Holder, most: usize) -> Result<Vec<Lease>, QueueError> {
        self.database.change(Claim { worker: holder.worker.clone(), most, lease: holder.lease }).await
    }

    /// Extends leases and tells how far their shards are, in units; gives those that are lost.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn beat(&self, holder: &Holder, held: Vec<(Lease, u64)>) -> Result<Vec<Lease>, QueueError> {
        self.database.change(Beat { worker: holder.worker.clone(), lease: holder.lease, held }).await
    }

    /// Counts a shard whose result is in the store.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn commit(
        &self,
        holder: &Holder,
        lease: &Lease,
        hash: &str,
        bytes: u64,
    ) -> Result<Committed, QueueError> {
        let (worker, length, hash) = (holder.worker.clone(), holder.lease, hash.to_owned());
        self.database.change(Commit { lease: lease.clone(), worker, length, hash, bytes }).await
    }

    /// Says that the first `shards` of a job are enough.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn suffice(&self, job: &str, shards: u64) -> Result<(), QueueError> {
        self.database.change(Suffice { job: job.to_owned(), shards }).await
    }

    /// Gives up a merge because results of `shards` are missing or damaged.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn redo(&self, merge: &Lease, shards: Vec<u64>) -> Result<(), QueueError> {
        self.database.change(Redo { merge: merge.clone(), shards }).await
    }

    /// Ends a job whose run is in the store; false where the lease was lost.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn succeed(&self, lease: &Lease, finished: Finished) -> Result<bool, QueueError> {
        self.database.change(Succeed { lease: lease.clone(), finished }).await
    }

    /// Says that a shard ended in an error; it is tried again where that may help. `luck`, 0 to 1,
    /// spreads those that come back.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn fail(&self, lease: &Lease, error: &str, retryable: bool, luck: f64) -> Result<(), QueueError> {
        let error = error.to_owned();
        self.database.change(Fail { lease: lease.clone(), error, retryable, luck }).await
    }
}

struct Join {
    worker: String,
    host: String,
    concurrency: i64,
}

impl Change for Join {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        // Those that died are not kept for ever.
        let statement = sql("DELETE FROM worker WHERE seen_ms < $1");
        to.execute(statement.bind(to.now_ms - 86_400_000)).await?;
        let statement = sql("INSERT INTO worker (id, host, pid, concurrency, started_ms, seen_ms) \
                             VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (id) DO NOTHING");
        let statement = statement.bind(self.worker.clone()).bind(self.host.clone()).bind(i64::from(std::process::id()));
        to.execute(statement.bind(self.concurrency).bind(to.now_ms)).await?;
        Ok(())
    }
}

struct Leave {
    worker: String,
}

impl Change for Leave {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        to.execute(sql("DELETE FROM worker WHERE id = $1").bind(self.worker.clone())).await?;
        Ok(())
    }
}
