//! Taking shards: the lease, its epoch, and what becomes of leases that ran out.

use std::collections::HashSet;
use std::ops::Range;
use std::time::Duration;

use sqlx::Row;
use sqlx::any::AnyRow;

use super::database::{Change, Connection, Dialect, Query, sql};
use super::end::{self, Ending};
use super::job::{JobState, milliseconds};
use crate::QueueError;

/// Starts without a commit after which a job is put aside.
pub const MOST_LOST: i64 = 20;
/// Leases that ran out and are looked at in one go.
const REAPED: i64 = 256;
/// Leases that are extended with one statement.
const TOGETHER: usize = 256;

/// A shard in a worker's hands, until the lease runs out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The job.
    pub job: String,
    /// The shard; the merge has the number after the last.
    pub shard: u64,
    /// Number of this start of the shard. Whoever comes with an earlier one has lost it.
    pub epoch: i64,
    /// Its stretch of units.
    pub units: Range<u64>,
    /// Whether it is the merge.
    pub merge: bool,
}

/// Takes up to `most` shards that wait.
pub(super) struct Claim {
    pub worker: String,
    pub most: usize,
    pub lease: Duration,
}

impl Change for Claim {
    type Answer = Vec<Lease>;

    async fn apply(&self, to: &mut Connection<'_>) -> Result<Vec<Lease>, QueueError> {
        reap(to).await?;
        let mut leases = take_free(to, self).await?;
        leases.sort_by(|(one, a), (other, b)| (other, &a.job, a.shard).cmp(&(one, &b.job, b.shard)));
        let leases: Vec<Lease> = leases.into_iter().map(|(_, lease)| lease).collect();
        let mut jobs: Vec<&str> = leases.iter().map(|lease| lease.job.as_str()).collect();
        jobs.dedup();
        for job in jobs {
            let statement = sql("UPDATE job SET state = 'running', started_ms = COALESCE(started_ms, $2) \
                                 WHERE id = $1 AND state = 'queued'");
            to.execute(statement.bind(job.to_owned()).bind(to.now_ms)).await?;
        }
        Ok(leases)
    }
}

/// Leases shards that wait, with their priorities, in no order.
async fn take_free(to: &mut Connection<'_>, claim: &Claim) -> Result<Vec<(i64, Lease)>, QueueError> {
    let text = |passing_over: &str| {
        format!(
            "WITH free AS MATERIALIZED (SELECT s.job, s.number FROM shard s JOIN job j ON j.id = s.job \
             WHERE s.state = 'waiting' AND s.ready_ms <= $3 AND j.state IN ('queued', 'running') \
             ORDER BY s.priority DESC, s.job, s.number LIMIT $4 {passing_over}) \
             {LEASE} FROM free WHERE shard.job = free.job AND shard.number = free.number {LEASED}, shard.priority"
        )
    };
    let text = text(match to.dialect {
        Dialect::Sqlite => "",
        // What another worker takes at this moment is not waited for.
        Dialect::Postgres => "FOR UPDATE OF s SKIP LOCKED",
    });
    let most = i64::try_from(claim.most).unwrap_or(i64::MAX);
    let query = lease_for(text, &claim.worker, to.now_ms, claim.lease).bind(most);
    let rows = to.rows(query).await?;
    rows.iter().map(|row| Ok((row.try_get(6)?, lease_of(row)?))).collect()
}

/// How a shard is leased; worker, end and begin of the lease are the first three values.
const LEASE: &str = "UPDATE shard SET state = 'leased', epoch = epoch + 1, worker = $1, lease_until_ms = $2, \
                     leased_ms = $3, progress = 0";
/// The columns that [`lease_of`] reads.
const LEASED: &str = "RETURNING shard.job, shard.number, shard.epoch, shard.first, shard.beyond, \
                      (SELECT shards FROM job WHERE id = shard.job)";

/// A statement that begins with [`LEASE`], with its first three values.
fn lease_for(text: String, worker: &str, now_ms: i64, length: Duration) -> Query {
    // Texts vary by constants of this file alone.
    let statement = sqlx::query(sqlx::AssertSqlSafe(text)).bind(worker.to_owned());
    statement.bind(now_ms.saturating_add(milliseconds(length))).bind(now_ms)
}

fn lease_of(row: &AnyRow) -> Result<Lease, QueueError> {
    let (number, shards): (i64, i64) = (row.try_get(1)?, row.try_get(5)?);
    let units = row.try_get::<i64, _>(3)?.cast_unsigned()..row.try_get::<i64, _>(4)?.cast_unsigned();
    let (shard, merge) = (number.cast_unsigned(), number == shards);
    Ok(Lease { job: row.try_get(0)?, shard, epoch: row.try_get(2)?, units, merge })
}

/// Leases the merge of a job, once every shard before it counts and nobody has it.
pub(super) async fn take_merge(
    to: &mut Connection<'_>,
    job: &str,
    worker: &str,
    length: Duration,
) -> Result<Option<Lease>, QueueError> {
    let text = format!(
        "{LEASE} WHERE job = $4 AND state = 'blocked' AND number = \
         (SELECT shards FROM job WHERE id = $4 AND done = shards AND state = 'running') {LEASED}"
    );
    let query = lease_for(text, worker, to.now_ms, length).bind(job.to_owned());
    to.row(query).await?.map(|row| lease_of(&row)).transpose()
}

/// Gives shards whose lease ran out back to the queue, and puts jobs aside that only lose workers.
async fn reap(to: &mut Connection<'_>) -> Result<(), QueueError> {
    let query = match to.dialect {
        Dialect::Sqlite => sql("SELECT job, number, leased_ms FROM shard \
                                WHERE state = 'leased' AND lease_until_ms < $1 LIMIT $2"),
        Dialect::Postgres => sql("SELECT job, number, leased_ms FROM shard \
                                  WHERE state = 'leased' AND lease_until_ms < $1 LIMIT $2 FOR UPDATE SKIP LOCKED"),
    };
    for row in to.rows(query.bind(to.now_ms).bind(REAPED)).await? {
        let (job, number, leased): (String, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        tracing::warn!(job, shard = number, "a lease ran out; the shard goes back to the queue");
        let statement = sql("UPDATE shard SET state = 'waiting', worker = NULL, lease_until_ms = NULL, progress = 0 \
                             WHERE job = $1 AND number = $2");
        to.execute(statement.bind(job.clone()).bind(number)).await?;
        // Starts that ran side by side and ended together count as one: a power failure is one event.
        let statement = sql("UPDATE job SET lost = lost + 1, lost_ms = $2 WHERE id = $1 AND lost_ms <= $3");
        to.execute(statement.bind(job.clone()).bind(to.now_ms).bind(leased)).await?;
        let query = sql("SELECT lost FROM job WHERE id = $1").bind(job.clone());
        let lost: i64 = to.row(query).await?.map(|row| row.try_get(0)).transpose()?.unwrap_or(0);
        if lost >= MOST_LOST {
            let error = format!("{lost} workers in a row ended while they carried it, and no shard was finished");
            end::end(to, &job, &Ending::failure(JobState::DeadLetter, &error)).await?;
        }
    }
    Ok(())
}

/// What became of a lease at a heartbeat.
pub(super) struct Beat {
    pub worker: String,
    pub lease: Duration,
    /// Leases with the progress of their shards, in units.
    pub held: Vec<(Lease, u64)>,
}

impl Change for Beat {
    /// Those that are lost: taken over, cancelled or ended.
    type Answer = Vec<Lease>;

    async fn apply(&self, to: &mut Connection<'_>) -> Result<Vec<Lease>, QueueError> {
        let statement = sql("UPDATE worker SET seen_ms = $2 WHERE id = $1");
        to.execute(statement.bind(self.worker.clone()).bind(to.now_ms)).await?;
        let mut lost = Vec::new();
        for held in self.held.chunks(TOGETHER) {
            let kept = extend(to, held, to.now_ms.saturating_add(milliseconds(self.lease))).await?;
            let leases = held.iter().map(|(lease, _)| lease);
            lost.extend(leases.filter(|lease| !kept.contains(&(lease.job.clone(), lease.shard))).cloned());
        }
        end::end_overdue(to).await?;
        Ok(lost)
    }
}

/// Extends leases and notes how far their shards are, all in one statement; gives those that were there to extend.
async fn extend(
    to: &mut Connection<'_>,
    held: &[(Lease, u64)],
    until_ms: i64,
) -> Result<HashSet<(String, u64)>, QueueError> {
    let row = |index: usize| {
        let at = 2 + 4 * index;
        format!("(${at}, ${}, ${}, ${})", at + 1, at + 2, at + 3)
    };
    let rows = (0..held.len()).map(row).collect::<Vec<_>>().join(", ");
    // Both databases name the columns of unnamed rows so.
    let text = format!(
        "UPDATE shard SET lease_until_ms = $1, progress = held.column4 FROM (VALUES {rows}) AS held \
         WHERE shard.job = held.column1 AND shard.number = held.column2 AND shard.epoch = held.column3 \
         AND shard.state = 'leased' RETURNING shard.job, shard.number"
    );
    let mut query = sqlx::query(sqlx::AssertSqlSafe(text)).bind(until_ms);
    for (lease, progress) in held {
        query = query.bind(lease.job.clone()).bind(lease.shard.cast_signed());
        query = query.bind(lease.epoch).bind(progress.cast_signed());
    }
    let rows = to.rows(query).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get::<i64, _>(1)?.cast_unsigned()))).collect()
}

/// Gives shards back that a worker will not finish.
pub(super) struct HandBack {
    pub leases: Vec<Lease>,
}

impl Change for HandBack {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        for lease in &self.leases {
            let statement = sql("UPDATE shard SET state = 'waiting', worker = NULL, lease_until_ms = NULL, \
                                 progress = 0 WHERE job = $1 AND number = $2 AND epoch = $3 AND state = 'leased'");
            let statement = statement.bind(lease.job.clone()).bind(lease.shard.cast_signed()).bind(lease.epoch);
            to.execute(statement).await?;
        }
        Ok(())
    }
}
