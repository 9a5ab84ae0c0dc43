//! The end of a job, whatever it is, and what follows from it: events, the whole that it is part of.

use std::time::Duration;

use sqlx::Row;

use super::database::{Change, Connection, Dialect, sql};
use super::event::{self, Happening};
use super::job::{Due, Finished, JobState};
use super::submit::SWEEP;
use super::whole;
use crate::QueueError;

/// How a job ends.
pub(crate) struct Ending<'a> {
    state: JobState,
    finished: Option<&'a Finished>,
    error: Option<&'a str>,
}

impl<'a> Ending<'a> {
    pub fn success(finished: &'a Finished) -> Self {
        Self { state: JobState::Succeeded, finished: Some(finished), error: None }
    }

    pub fn failure(state: JobState, error: &'a str) -> Self {
        Self { state, finished: None, error: Some(error) }
    }
}

/// Ends a job that is under way; what is left of its shards is dropped.
pub(crate) async fn end(to: &mut Connection<'_>, job: &str, ending: &Ending<'_>) -> Result<(), QueueError> {
    // Where the merge succeeded, every other shard is done.
    let drops = ending.finished.is_none();
    if drops && to.dialect == Dialect::Postgres {
        // Shards before their job, and in order, as in a commit: two that wait for each other would
        // stand still until the server notices, after a second.
        let query = sql("SELECT number FROM shard WHERE job = $1 AND state IN ('waiting', 'leased', 'blocked') \
                         ORDER BY number FOR UPDATE");
        to.rows(query.bind(job.to_owned())).await?;
    }
    let statement = sql("UPDATE job SET state = $2, finished_ms = $3, folder = $4, result = $5, error = $6 \
                         WHERE id = $1 AND state IN ('queued', 'running') RETURNING schedule, due_ms");
    let statement = statement
        .bind(job.to_owned())
        .bind(ending.state.name())
        .bind(to.now_ms)
        .bind(ending.finished.map(|finished| finished.folder.clone()))
        .bind(ending.finished.map(|finished| finished.result.clone()))
        .bind(ending.error.map(ToOwned::to_owned));
    let Some(row) = to.row(statement).await? else { return Ok(()) };
    let (schedule, at): (Option<String>, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
    let due = schedule.zip(at).map(|(schedule, at)| Due { schedule, at: super::instant(at) });
    if drops {
        let statement = sql("UPDATE shard SET state = 'dropped', lease_until_ms = NULL \
                             WHERE job = $1 AND state IN ('waiting', 'leased', 'blocked')");
        to.execute(statement.bind(job.to_owned())).await?;
    }
    let name = format!("job.{}", ending.state.name());
    let body = ending.error.map_or(serde_json::Value::Null, |error| serde_json::json!({ "error": error }));
    event::note(to, &Happening { name: &name, job: Some(job), due: due.as_ref(), body }).await?;
    whole::settle_those_of(to, job).await
}

/// Ends jobs that took longer than they may; of a whole, each member has its own time.
pub(super) async fn end_overdue(to: &mut Connection<'_>) -> Result<(), QueueError> {
    let query = sql("SELECT id, timeout_ms FROM job WHERE state = 'running' AND kind <> $2 \
                     AND timeout_ms IS NOT NULL AND started_ms < $1 - timeout_ms");
    for row in to.rows(query.bind(to.now_ms).bind(SWEEP)).await? {
        let (job, timeout): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        let timeout = Duration::from_millis(timeout.cast_unsigned());
        let error = format!("it took longer than {timeout:?}; raise --timeout and retry it");
        end(to, &job, &Ending::failure(JobState::Failed, &error)).await?;
    }
    Ok(())
}

/// Stops a job, and those of its members that nobody else asked for.
pub(crate) struct Cancel {
    pub job: String,
}

impl Change for Cancel {
    type Answer = ();
    const PROMPT: bool = true;

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        let ending = Ending::failure(JobState::Cancelled, "it was cancelled");
        for member in whole::own_members(to, &self.job).await? {
            end(to, &member, &ending).await?;
        }
        end(to, &self.job, &ending).await
    }
}

/// Puts a job that ended without a result back into the queue; shards that count still count.
pub(super) struct Retry {
    pub job: String,
}

impl Change for Retry {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        let members = whole::members(to, &self.job).await?;
        if let Some(other) = again(to, &self.job, if members.is_empty() { "queued" } else { "running" }).await? {
            return Err(QueueError::UnderWay { job: self.job.clone(), other });
        }
        // A run of a schedule is to be held against the one before, once it has ended anew.
        let statement = sql("UPDATE instant SET state = 'submitted', difference = NULL \
                             WHERE job = $1 AND state = 'settled'");
        to.execute(statement.bind(self.job.clone())).await?;
        for member in &members {
            if let Some(other) = again(to, member, "queued").await? {
                whole::join(to, &self.job, member, &other).await?;
            }
        }
        if members.is_empty() { Ok(()) } else { whole::settle_new(to, &self.job).await }
    }
}

/// Queues a job anew, unless the same work is under way already: then gives the job that does it.
async fn again(to: &mut Connection<'_>, job: &str, state: &'static str) -> Result<Option<String>, QueueError> {
    let query = sql("SELECT o.id FROM job j JOIN job o ON o.kind = j.kind AND o.identity = j.identity \
                     WHERE j.id = $1 AND o.id <> $1 AND j.due_ms IS NULL AND o.due_ms IS NULL \
                     AND o.state IN ('queued', 'running')");
    if let Some(row) = to.row(query.bind(job.to_owned())).await? {
        return Ok(Some(row.try_get(0)?));
    }
    let statement = sql("UPDATE job SET state = $2, finished_ms = NULL, started_ms = NULL, error = NULL, lost = 0 \
                         WHERE id = $1 AND state IN ('failed', 'cancelled', 'dead-letter')");
    if to.execute(statement.bind(job.to_owned()).bind(state)).await? == 0 {
        return Ok(None);
    }
    let statement = sql("UPDATE shard SET state = 'waiting', failures = 0, ready_ms = 0, worker = NULL, progress = 0 \
                         WHERE job = $1 AND state = 'dropped' AND number < (SELECT shards FROM job WHERE id = $1)");
    to.execute(statement.bind(job.to_owned())).await?;
    let statement = sql("UPDATE shard SET state = CASE WHEN (SELECT done = shards FROM job WHERE id = $1) \
                         THEN 'waiting' ELSE 'blocked' END, failures = 0, ready_ms = 0 \
                         WHERE job = $1 AND number = (SELECT shards FROM job WHERE id = $1)");
    to.execute(statement.bind(job.to_owned())).await?;
    event::note(to, &Happening::of_job("job.queued", job, None)).await?;
    Ok(None)
}
