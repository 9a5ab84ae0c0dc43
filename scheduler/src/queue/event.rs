//! What happens to jobs and schedules, in order, for whoever listens.

use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::database::{Connection, sql};
use super::job::Due;
use crate::QueueError;

/// Something that happens.
pub(crate) struct Happening<'a> {
    pub name: &'a str,
    pub job: Option<&'a str>,
    pub due: Option<&'a Due>,
    pub body: serde_json::Value,
}

impl<'a> Happening<'a> {
    pub fn of_job(name: &'a str, job: &'a str, due: Option<&'a Due>) -> Self {
        Self { name, job: Some(job), due, body: serde_json::Value::Null }
    }
}

/// Notes it in the transaction that makes it happen.
pub(crate) async fn note(to: &mut Connection<'_>, what: &Happening<'_>) -> Result<(), QueueError> {
    let statement = sql("INSERT INTO event (at_ms, name, job, schedule, due_ms, body) VALUES ($1, $2, $3, $4, $5, $6)");
    let statement = statement
        .bind(to.now_ms)
        .bind(what.name.to_owned())
        .bind(what.job.map(ToOwned::to_owned))
        .bind(what.due.map(|due| due.schedule.clone()))
        .bind(what.due.map(|due| due.at.as_millisecond()))
        .bind(what.body.to_string());
    to.execute(statement).await?;
    Ok(())
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// Its number; numbers grow, and may leave gaps.
    pub number: i64,
    /// When, UTC.
    pub at: jiff::Timestamp,
    /// What, such as `job.succeeded`.
    pub name: String,
    /// The job that it is about.
    pub job: Option<String>,
    /// The schedule that it is about.
    pub schedule: Option<String>,
    /// The due instant that it is about.
    pub due: Option<jiff::Timestamp>,
    /// More about it.
    pub body: serde_json::Value,
}

/// The columns that [`read`] takes.
pub(super) const COLUMNS: &str = "SELECT number, at_ms, name, job, schedule, due_ms, body FROM event \
                                  WHERE number > $1 ORDER BY number LIMIT 1000";

pub(super) fn read(row: &AnyRow) -> Result<Event, QueueError> {
    let body: String = row.try_get(6)?;
    let due: Option<i64> = row.try_get(5)?;
    Ok(Event {
        number: row.try_get(0)?,
        at: super::instant(row.try_get(1)?),
        name: row.try_get(2)?,
        job: row.try_get(3)?,
        schedule: row.try_get(4)?,
        due: due.map(super::instant),
        body: serde_json::from_str(&body).unwrap_or_default(),
    })
}
