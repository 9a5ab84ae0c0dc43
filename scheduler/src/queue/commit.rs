//! Counting a shard: once, by hash, by whoever holds its lease.

use std::time::Duration;

use sqlx::Row;

use super::claim::{Lease, take_merge};
use super::database::{Change, Connection, Dialect, sql};
use super::end::{self, Ending};
use super::job::{Finished, JobState};
use crate::QueueError;

/// What a commit came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Committed {
    /// It counts.
    Counted,
    /// It counts and was the last: the merge is the worker's.
    Merge(Lease),
    /// The lease was lost, so it does not count.
    Lost,
}

/// A shard's result, which is in the store.
pub(super) struct Commit {
    pub lease: Lease,
    pub worker: String,
    pub length: Duration,
    /// SHA-256 of the result, and how long it is.
    pub hash: String,
    pub bytes: u64,
}

impl Change for Commit {
    type Answer = Committed;

    async fn apply(&self, to: &mut Connection<'_>) -> Result<Committed, QueueError> {
        let Lease { job, shard, epoch, .. } = &self.lease;
        let statement = sql("UPDATE shard SET state = 'done', hash = $4, bytes = $5, committed_ms = $6, \
                             lease_until_ms = NULL, progress = beyond - first \
                             WHERE job = $1 AND number = $2 AND epoch = $3 AND state = 'leased'");
        let statement = statement
            .bind(job.clone())
            .bind(shard.cast_signed())
            .bind(*epoch)
            .bind(self.hash.clone())
            .bind(self.bytes.cast_signed())
            .bind(to.now_ms);
        if to.execute(statement).await? == 1 {
            let statement = sql("UPDATE job SET done = done + 1, lost = 0 WHERE id = $1 RETURNING shards - done");
            let left = to.row(statement.bind(job.clone())).await?.map(|row| row.try_get::<i64, _>(0)).transpose()?;
            if left != Some(0) {
                return Ok(Committed::Counted);
            }
        } else if !self.is_counted(to).await? {
            return Ok(Committed::Lost);
        }
        let merge = take_merge(to, job, &self.worker, self.length).await?;
        Ok(merge.map_or(Committed::Counted, Committed::Merge))
    }
}

impl Commit {
    /// Whether this very commit went through before and its answer was lost.
    async fn is_counted(&self, to: &mut Connection<'_>) -> Result<bool, QueueError> {
        let query = sql("SELECT number FROM shard WHERE job = $1 AND number = $2 AND epoch = $3 AND hash = $4 \
                         AND worker = $5 AND state = 'done'");
        let query = query
            .bind(self.lease.job.clone())
            .bind(self.lease.shard.cast_signed())
            .bind(self.lease.epoch)
            .bind(self.hash.clone())
            .bind(self.worker.clone());
        if to.row(query).await?.is_none() {
            return Ok(false);
        }
        // As the first time: commits of a job come one after the other, or two would be given the merge.
        to.execute(sql("UPDATE job SET lost = 0 WHERE id = $1").bind(self.lease.job.clone())).await?;
        Ok(true)
    }
}

/// The first shards of a job suffice: the others are dropped.
pub(super) struct Suffice {
    pub job: String,
    /// How many shards the job needs.
    pub shards: u64,
}

impl Change for Suffice {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        let shards = self.shards.cast_signed();
        if to.dialect == Dialect::Postgres {
            // Shards before their job, as in a commit. Whoever comes second finds the merge where the first put it.
            let query = sql("SELECT number FROM shard WHERE job = $1 AND number >= $2 ORDER BY number FOR UPDATE");
            to.rows(query.bind(self.job.clone()).bind(shards)).await?;
        }
        let query = match to.dialect {
            Dialect::Sqlite => sql("SELECT shards FROM job WHERE id = $1 AND state = 'running' AND shards > $2"),
            Dialect::Postgres => {
                sql("SELECT shards FROM job WHERE id = $1 AND state = 'running' AND shards > $2 FOR UPDATE")
            }
        };
        let Some(row) = to.row(query.bind(self.job.clone()).bind(shards)).await? else { return Ok(()) };
        let before: i64 = row.try_get(0)?;
        let query = sql("SELECT MAX(CASE WHEN number < $2 THEN beyond END), \
                         COUNT(CASE WHEN number < $2 AND state = 'done' THEN 1 END), MAX(epoch) FROM shard WHERE job = $1");
        let row = to.row(query.bind(self.job.clone()).bind(shards)).await?.ok_or(sqlx::Error::RowNotFound)?;
        let (units, done, epoch): (i64, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let statement = sql("DELETE FROM shard WHERE job = $1 AND number >= $2 AND number < $3");
        to.execute(statement.bind(self.job.clone()).bind(shards).bind(before)).await?;
        // The merge is the shard whose number is the job's shards: it takes the place of one that is dropped, and an
        // epoch past those of all, or whoever still computes that one would hold the merge's lease. One of the first
        // may be computed again.
        let state = if done == shards { "waiting" } else { "blocked" };
        let statement = sql("UPDATE shard SET number = $2, first = $4, beyond = $4, state = $5, epoch = $6 \
                             WHERE job = $1 AND number = $3");
        let statement = statement.bind(self.job.clone()).bind(shards).bind(before).bind(units).bind(state).bind(epoch);
        to.execute(statement).await?;
        let statement = sql("UPDATE job SET shards = $2, units = $3, done = $4 WHERE id = $1");
        to.execute(statement.bind(self.job.clone()).bind(shards).bind(units).bind(done)).await?;
        Ok(())
    }
}

/// Shards whose results are missing or damaged are computed again before the merge.
pub(super) struct Redo {
    pub merge: Lease,
    pub shards: Vec<u64>,
}

impl Change for Redo {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        let Lease { job, shard, epoch, .. } = &self.merge;
        let statement = sql("UPDATE shard SET state = 'blocked', lease_until_ms = NULL \
                             WHERE job = $1 AND number = $2 AND epoch = $3 AND state = 'leased'");
        let statement = statement.bind(job.clone()).bind(shard.cast_signed()).bind(*epoch);
        if to.execute(statement).await? == 0 {
            return Ok(());
        }
        for shard in &self.shards {
            let statement = sql("UPDATE shard SET state = 'waiting', hash = NULL, committed_ms = NULL, progress = 0 \
                                 WHERE job = $1 AND number = $2 AND state = 'done'");
            let again = to.execute(statement.bind(job.clone()).bind(shard.cast_signed())).await?;
            let statement = sql("UPDATE job SET done = done - $2 WHERE id = $1");
            to.execute(statement.bind(job.clone()).bind(again.cast_signed())).await?;
        }
        Ok(())
    }
}

/// The merge is done: the run is in the store.
pub(super) struct Succeed {
    pub lease: Lease,
    pub finished: Finished,
}

impl Change for Succeed {
    /// Whether it counts.
    type Answer = bool;

    async fn apply(&self, to: &mut Connection<'_>) -> Result<bool, QueueError> {
        let statement = sql("UPDATE shard SET state = 'done', committed_ms = $4, lease_until_ms = NULL \
                             WHERE job = $1 AND number = $2 AND epoch = $3 AND state = 'leased'");
        let Lease { job, shard, epoch, .. } = &self.lease;
        let statement = statement.bind(job.clone()).bind(shard.cast_signed()).bind(*epoch).bind(to.now_ms);
        if to.execute(statement).await? == 0 {
            // Its answer may have been lost.
            let query = sql("SELECT id FROM job WHERE id = $1 AND state = 'succeeded'").bind(job.clone());
            return Ok(to.row(query).await?.is_some());
        }
        end::end(to, job, &Ending::success(&self.finished)).await?;
        Ok(true)
    }
}

/// A shard that ended in an error.
pub(super) struct Fail {
    pub lease: Lease,
    pub error: String,
    pub retryable: bool,
    /// Part of a back-off that chance takes away, 0 to 1: so that many do not come back at once.
    pub luck: f64,
}

/// First and longest pause before a shard is tried again.
const BACK_OFF_MS: (i64, i64) = (500, 300_000);

impl Change for Fail {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        let Lease { job, shard, epoch, .. } = &self.lease;
        let query = sql("SELECT s.failures, j.attempts FROM shard s JOIN job j ON j.id = s.job \
                         WHERE s.job = $1 AND s.number = $2 AND s.epoch = $3 AND s.state = 'leased'");
        let query = query.bind(job.clone()).bind(shard.cast_signed()).bind(*epoch);
        let Some(row) = to.row(query).await? else { return Ok(()) };
        let failures: i64 = row.try_get::<i64, _>(0)? + 1;
        if !self.retryable || failures >= row.try_get(1)? {
            return end::end(to, job, &Ending::failure(JobState::Failed, &self.error)).await;
        }
        let doubled = BACK_OFF_MS.0.saturating_mul(1 << failures.min(20)).min(BACK_OFF_MS.1);
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a pause of milliseconds")]
        let pause = (doubled as f64 * (1.0 - 0.5 * self.luck)) as i64;
        let statement = sql("UPDATE shard SET state = 'waiting', worker = NULL, lease_until_ms = NULL, progress = 0, \
                             failures = $3, ready_ms = $4 \
                             WHERE job = $1 AND number = $2 AND epoch = $5 AND state = 'leased'");
        let statement = statement.bind(job.clone()).bind(shard.cast_signed()).bind(failures);
        to.execute(statement.bind(to.now_ms.saturating_add(pause)).bind(*epoch)).await?;
        let statement = sql("UPDATE job SET error = $2 WHERE id = $1");
        to.execute(statement.bind(job.clone()).bind(self.error.clone())).await?;
        Ok(())
    }
}
