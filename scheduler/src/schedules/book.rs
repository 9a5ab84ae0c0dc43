//! The schedules of a queue: added, looked at, paused and removed.

use energyopti_scenarios::jobs::{Order, Submission};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::changes::{Add, Pause, Remove, Resume};
use super::spec::Spec;
use crate::QueueError;
use crate::calendar::Rule;
use crate::queue::{Queue, instant, sql};

/// Longest name of a schedule, characters.
const LONGEST: usize = 64;

/// A schedule as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Schedule {
    /// Its name.
    pub name: String,
    /// What it submits and when.
    pub spec: Spec,
    /// When it was added.
    pub created: Timestamp,
    /// Up to where, inclusive, its due instants were dealt with.
    pub handled: Timestamp,
    /// How many due instants were passed over, as the misfire policy says.
    pub passed_over: u64,
    /// Whether it rests.
    pub paused: bool,
}

const COLUMNS: &str = "SELECT name, spec, created_ms, handled_ms, passed_over, paused FROM schedule";

impl Queue {
    /// Adds a schedule, which is due from `since` on.
    ///
    /// # Errors
    /// [`QueueError::ScheduleTaken`], [`QueueError::Refused`] for a name that is none, those of the database.
    pub async fn add_schedule(&self, name: &str, spec: &Spec, since: Timestamp) -> Result<(), QueueError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if name.is_empty() || name.len() > LONGEST || !name.chars().all(allowed) {
            let rule =
                format!("a schedule's name has 1 to {LONGEST} of the characters a-z, A-Z, 0-9, `-`, `_` and `.`");
            return Err(QueueError::Refused { why: rule });
        }
        let text = serde_json::to_string(spec).map_err(|error| QueueError::Corrupt { what: error.to_string() })?;
        let since_ms = since.as_millisecond();
        self.database().change(Add { name: name.to_owned(), spec: text, since_ms }).await
    }

    /// All schedules by name, those that this program cannot read as their error.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn schedules(&self) -> Result<Vec<Result<Schedule, QueueError>>, QueueError> {
        let text = format!("{COLUMNS} ORDER BY name");
        let rows = self.database().rows(|| sqlx::query(sqlx::AssertSqlSafe(text.clone()))).await?;
        Ok(rows.iter().map(read).collect())
    }

    /// The schedule of a name.
    ///
    /// # Errors
    /// [`QueueError::NoSchedule`], [`QueueError::Corrupt`], and those of the database.
    pub async fn schedule(&self, name: &str) -> Result<Schedule, QueueError> {
        let text = format!("{COLUMNS} WHERE name = $1");
        let row = self.database().row(|| sqlx::query(sqlx::AssertSqlSafe(text.clone())).bind(name.to_owned())).await?;
        read(&row.ok_or_else(|| QueueError::NoSchedule { name: name.to_owned() })?)
    }

    /// Whether every run that has ended was held against the one before, and none waits for another.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn is_settled(&self) -> Result<bool, QueueError> {
        let query = || sql("SELECT job FROM instant WHERE state IN ('waiting', 'submitted', 'comparing') LIMIT 1");
        Ok(self.database().row(query).await?.is_none())
    }

    /// Has a schedule rest: it submits nothing until it is resumed.
    ///
    /// # Errors
    /// [`QueueError::NoSchedule`], and those of the database.
    pub async fn pause_schedule(&self, name: &str) -> Result<(), QueueError> {
        self.database().change(Pause { name: name.to_owned() }).await
    }

    /// Ends a pause at `now`: what was due in between was not missed, so it is not made up.
    ///
    /// # Errors
    /// [`QueueError::NoSchedule`], and those of the database.
    pub async fn resume_schedule(&self, name: &str, now: Timestamp) -> Result<(), QueueError> {
        self.database().change(Resume { name: name.to_owned(), now_ms: now.as_millisecond() }).await
    }

    /// Removes a schedule. Runs of it that wait for an earlier one are cancelled, others go on; jobs stay.
    ///
    /// # Errors
    /// [`QueueError::NoSchedule`], and those of the database.
    pub async fn remove_schedule(&self, name: &str) -> Result<(), QueueError> {
        self.database().change(Remove { name: name.to_owned() }).await
    }
}

/// The work of a schedule's first run after `now`, which is read as that run will read it; nothing where none comes.
///
/// # Errors
/// [`QueueError::Refused`] with every fault.
pub fn check(rule: &Rule, order: &Order, now: Timestamp) -> Result<Vec<(String, Submission)>, QueueError> {
    let Some(due) = rule.next(now) else { return Ok(Vec::new()) };
    order.pieces(due, &rule.local(due)).map_err(|error| QueueError::Refused { why: error.to_string() })
}

fn read(row: &AnyRow) -> Result<Schedule, QueueError> {
    let (name, spec): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    let spec = serde_json::from_str(&spec).map_err(|error| QueueError::Corrupt {
        what: format!("schedule `{name}`: {error}; remove it and add it again"),
    })?;
    Ok(Schedule {
        name,
        spec,
        created: instant(row.try_get(2)?),
        handled: instant(row.try_get(3)?),
        passed_over: row.try_get::<i64, _>(4)?.cast_unsigned(),
        paused: row.try_get::<i64, _>(5)? != 0,
    })
}
