//! The runs of a schedule, each under its due instant.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::QueueError;
use crate::queue::{Queue, instant, sql};

/// Where a due instant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum InstantState {
    /// Its job is held until an earlier run has ended.
    Waiting,
    /// Its job is under way, or has just ended.
    Submitted,
    /// Its run is compared with the one before.
    Comparing,
    /// Nothing more comes of it.
    Settled,
    /// An earlier run was under way, so it has no job.
    Skipped,
}

impl InstantState {
    pub(super) fn parse(text: &str) -> Result<Self, QueueError> {
        match text {
            "waiting" => Ok(Self::Waiting),
            "submitted" => Ok(Self::Submitted),
            "comparing" => Ok(Self::Comparing),
            "settled" => Ok(Self::Settled),
            "skipped" => Ok(Self::Skipped),
            other => Err(QueueError::Corrupt { what: format!("a due instant in state `{other}`") }),
        }
    }
}

/// A due instant and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunView {
    /// When it was due.
    pub due: Timestamp,
    /// Where it is.
    pub instant: InstantState,
    /// Before when its job is not begun, where there is a jitter.
    pub ready: Option<Timestamp>,
    /// Its job.
    pub job: Option<String>,
    /// The state of its job.
    pub state: Option<String>,
    /// What its job computes.
    pub run: Option<String>,
    /// Why its job has no result.
    pub error: Option<String>,
    /// The job that compares it with the run before.
    pub report: Option<String>,
    /// What changed since the run before: the body of the event that told it.
    pub difference: Option<Value>,
}

impl Queue {
    /// The last `most` due instants of a schedule, the youngest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn runs(&self, schedule: &str, most: u32) -> Result<Vec<RunView>, QueueError> {
        let query = || {
            sql("SELECT i.due_ms, i.state, i.ready_ms, i.job, j.state, j.identity, j.error, i.report, i.difference \
                 FROM instant i LEFT JOIN job j ON j.id = i.job WHERE i.schedule = $1 ORDER BY i.due_ms DESC LIMIT $2")
            .bind(schedule.to_owned())
            .bind(i64::from(most))
        };
        let rows = self.database().rows(query).await?;
        rows.iter().map(view).collect()
    }
}

fn view(row: &AnyRow) -> Result<RunView, QueueError> {
    let ready_ms: i64 = row.try_get(2)?;
    let difference: Option<String> = row.try_get(8)?;
    let state: Option<String> = row.try_get(4)?;
    let error: Option<String> = row.try_get(6)?;
    Ok(RunView {
        due: instant(row.try_get(0)?),
        instant: InstantState::parse(row.try_get(1)?)?,
        ready: (ready_ms > 0).then(|| instant(ready_ms)),
        job: row.try_get(3)?,
        run: row.try_get(5)?,
        error: error.filter(|_| state.as_deref() != Some("succeeded")),
        state,
        report: row.try_get(7)?,
        difference: difference.and_then(|text| serde_json::from_str(&text).ok()),
    })
}
