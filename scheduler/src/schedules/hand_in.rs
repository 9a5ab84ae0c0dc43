//! Due instants to jobs, in one transaction with the schedule's step over them.

use serde_json::json;
use sqlx::Row;

use crate::QueueError;
use crate::calendar::Overlap;
use crate::queue::{Cancel, Change, Connection, Dialect, Due, HELD, Happening, Submit, Unread, note, sql};

/// What a due instant stands for.
pub(super) enum Work {
    /// A job, checked.
    Ready(Submit),
    /// A scenario that cannot be run.
    Unread(Unread),
}

/// A due instant with its work.
pub(super) struct Run {
    pub due: Due,
    /// Before when its job is not begun, Unix milliseconds.
    pub ready_ms: i64,
    pub work: Work,
}

/// A schedule's way from one instant to another.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// Where the schedule has to stand, as Unix milliseconds; if it does not, another scheduler went.
    pub from_ms: i64,
    /// Where it stands then.
    pub to_ms: i64,
    /// Due instants on the way that are not made up.
    pub passed_over: u64,
}

/// Hands in the runs of a schedule.
pub(super) struct HandIn {
    pub schedule: String,
    /// What becomes of a run while an earlier one is under way.
    pub overlap: Overlap,
    /// The schedule's step, unless somebody asked for a run out of turn.
    pub step: Option<Step>,
    /// In the order of their instants.
    pub runs: Vec<Run>,
}

/// What became of a due instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// This job is queued, held until an earlier run has ended, or answered from the store.
    Job(String),
    /// An earlier run, this job, is under way.
    Skipped(String),
    /// Its scenario could not be run; a failed job tells why.
    Failed(String),
    /// It had been dealt with before.
    There,
}

impl Change for HandIn {
    /// What became of each run; nothing where another scheduler went this step, or the schedule rests.
    type Answer = Vec<Handed>;

    async fn apply(&self, to: &mut Connection<'_>) -> Result<Vec<Handed>, QueueError> {
        if !self.steps(to).await? {
            return Ok(Vec::new());
        }
        let mut handed = Vec::with_capacity(self.runs.len());
        for run in &self.runs {
            handed.push(self.hand_in(to, run).await?);
        }
        Ok(handed)
    }
}

impl HandIn {
    /// Takes the schedule for this transaction and makes its step.
    async fn steps(&self, to: &mut Connection<'_>) -> Result<bool, QueueError> {
        let query = match to.dialect {
            Dialect::Sqlite => sql("SELECT handled_ms, paused FROM schedule WHERE name = $1"),
            Dialect::Postgres => sql("SELECT handled_ms, paused FROM schedule WHERE name = $1 FOR UPDATE"),
        };
        let Some(row) = to.row(query.bind(self.schedule.clone())).await? else { return Ok(false) };
        let Some(step) = self.step else { return Ok(true) };
        let (handled_ms, paused): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        if handled_ms != step.from_ms || paused != 0 {
            return Ok(false);
        }
        let statement = sql("UPDATE schedule SET handled_ms = $2, passed_over = passed_over + $3 WHERE name = $1");
        let statement = statement.bind(self.schedule.clone()).bind(step.to_ms).bind(step.passed_over.cast_signed());
        to.execute(statement).await?;
        Ok(true)
    }

    async fn hand_in(&self, to: &mut Connection<'_>, run: &Run) -> Result<Handed, QueueError> {
        // The primary key: whatever else goes wrong, an instant makes one job.
        let statement =
            sql("INSERT INTO instant (schedule, due_ms, state, ready_ms) VALUES ($1, $2, 'submitted', $3) \
                             ON CONFLICT (schedule, due_ms) DO NOTHING");
        let statement = statement.bind(run.due.schedule.clone()).bind(run.due.at.as_millisecond()).bind(run.ready_ms);
        if to.execute(statement).await? == 0 {
            return Ok(Handed::There);
        }
        let submit = match &run.work {
            Work::Ready(submit) => submit,
            Work::Unread(unread) => return fail(to, run, unread).await,
        };
        let earlier = self.under_way(to).await?;
        let (state, ready_ms) = match (self.overlap, earlier.last()) {
            (Overlap::Skip, Some(earlier)) => return skip(to, run, earlier).await,
            // What the store answers waits for nobody.
            (Overlap::Queue, Some(_)) if !submit.is_answered() => ("waiting", HELD),
            _ => ("submitted", run.ready_ms),
        };
        if self.overlap == Overlap::Replace {
            for job in earlier {
                Cancel { job }.apply(to).await?;
            }
        }
        let job = submit.at(to, ready_ms).await?.job;
        mark(to, run, state, Some(&job)).await?;
        note(to, &Happening::of_job("schedule.due", &job, Some(&run.due))).await?;
        Ok(Handed::Job(job))
    }

    /// Jobs of this schedule that have not ended, in the order of their instants.
    async fn under_way(&self, to: &mut Connection<'_>) -> Result<Vec<String>, QueueError> {
        let query = sql("SELECT j.id FROM instant i JOIN job j ON j.id = i.job WHERE i.schedule = $1 \
                         AND i.state IN ('waiting', 'submitted', 'comparing') AND j.state IN ('queued', 'running') \
                         ORDER BY i.due_ms");
        let rows = to.rows(query.bind(self.schedule.clone())).await?;
        Ok(rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?)
    }
}

/// The scenario of an instant cannot be run.
async fn fail(to: &mut Connection<'_>, run: &Run, unread: &Unread) -> Result<Handed, QueueError> {
    let job = unread.note(to).await?;
    mark(to, run, "settled", Some(&job)).await?;
    let body = json!({ "error": unread.why() });
    note(to, &Happening { name: "schedule.failed", job: Some(&job), due: Some(&run.due), body }).await?;
    Ok(Handed::Failed(job))
}

/// An earlier run is under way.
async fn skip(to: &mut Connection<'_>, run: &Run, earlier: &str) -> Result<Handed, QueueError> {
    mark(to, run, "skipped", None).await?;
    let body = json!({ "under_way": earlier });
    note(to, &Happening { name: "schedule.skipped", job: None, due: Some(&run.due), body }).await?;
    Ok(Handed::Skipped(earlier.to_owned()))
}

async fn mark(to: &mut Connection<'_>, run: &Run, state: &'static str, job: Option<&str>) -> Result<(), QueueError> {
    let statement = sql("UPDATE instant SET state = $3, job = $4 WHERE schedule = $1 AND due_ms = $2");
    let statement = statement.bind(run.due.schedule.clone()).bind(run.due.at.as_millisecond());
    to.execute(statement.bind(state).bind(job.map(ToOwned::to_owned))).await?;
    Ok(())
}
