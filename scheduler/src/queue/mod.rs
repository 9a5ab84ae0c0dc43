//! The queue: jobs, their shards and leases, in one `SQLite` file or on a `PostgreSQL` server.
//!
//! What must be true is said by these tables and nowhere else: a shard counts once, under the epoch of
//! the lease that it was computed under; the same work is under way once; a due instant makes one job.
//! Nothing here computes, and nothing waits for a worker.

mod claim;
mod commit;
mod counts;
mod database;
mod end;
mod event;
mod job;
mod json;
mod open;
mod read;
mod submit;
mod whole;
mod worker;

use std::time::Duration;

use jiff::Timestamp;
use sqlx::Row;

pub use claim::{Lease, MOST_LOST};
pub use commit::Committed;
pub use counts::Counts;
pub(crate) use database::{Change, Connection, Dialect, Query, sql};
pub(crate) use end::{Cancel, Ending, end};
pub use event::Event;
pub(crate) use event::{Happening, note};
pub(crate) use job::milliseconds;
pub use job::{Due, Finished, JobState, Members, NewJob, STATES, Submitted, Terms};
pub use open::{Look, shown, sqlite_file};
pub use read::{Commit, Filter, JobView, Shards, WorkerView};
pub(crate) use submit::{HELD, SWEEP, Submit, Unread};
pub use worker::Holder;

use crate::QueueError;
use database::Database;
use open::Access;
use submit::UNREAD;

/// How long a command tries again while the database is busy or away.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A queue.
#[derive(Clone, Debug)]
pub struct Queue {
    database: Database,
    url: String,
}

impl Queue {
    /// Opens the queue at `url`, `sqlite:PATH` or `postgres://...`, and brings its tables up to date.
    /// A queue that is not there is made where `create` says so. Changes are tried again for `patience`.
    ///
    /// # Errors
    /// [`QueueError::Address`], [`QueueError::Absent`], [`QueueError::Foreign`], [`QueueError::Newer`], and those of
    /// the database.
    pub async fn open(url: &str, create: bool, patience: Duration) -> Result<Self, QueueError> {
        let access = if create { Access::Make } else { Access::Change };
        Ok(Self { database: Database::open(url, access, patience).await?, url: url.to_owned() })
    }

    /// Opens the queue at `url` to read it, for which the right to read is enough: nothing is made or written, and
    /// changes are refused by the database. Only a `SQLite` file that nobody has open, in a folder that this user may
    /// not write to, can be read [once](Look::Once) and not [followed](Look::Follow).
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn look(url: &str, look: Look, patience: Duration) -> Result<Self, QueueError> {
        Ok(Self { database: Database::open(url, Access::Read(look), patience).await?, url: url.to_owned() })
    }

    /// Where it is; with the password, if the address has one: see [`shown`].
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database below, for rooms that keep tables of their own in it.
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Puts a job into the queue; the same work that is under way already answers for it.
    ///
    /// # Errors
    /// [`QueueError::KeyTaken`], and those of the database.
    pub async fn submit(&self, job: NewJob) -> Result<Submitted, QueueError> {
        self.database.change(Submit::one(job)).await
    }

    /// Puts several jobs and the whole that they make up into the queue, or none of them.
    ///
    /// # Errors
    /// As [`submit`](Self::submit).
    pub async fn submit_all(&self, jobs: Vec<NewJob>, whole: Members) -> Result<Submitted, QueueError> {
        self.database.change(Submit::all(jobs, whole)).await
    }

    /// Stops a job and what it is made of.
    ///
    /// # Errors
    /// [`QueueError::State`] where it ended before; [`QueueError::NoJob`]; those of the database.
    pub async fn cancel(&self, id: &str) -> Result<JobView, QueueError> {
        let job = self.job(id).await?;
        if job.state.is_final() {
            let rule = "only jobs that are queued or running can be cancelled";
            return Err(QueueError::State { job: job.id, state: job.state.name(), rule });
        }
        self.database.change(end::Cancel { job: job.id.clone() }).await?;
        self.job(&job.id).await
    }

    /// Puts a job that failed, was cancelled or put aside back into the queue.
    ///
    /// # Errors
    /// [`QueueError::State`] where it did not end so; [`QueueError::NoJob`]; those of the database.
    pub async fn retry(&self, id: &str) -> Result<JobView, QueueError> {
        let job = self.job(id).await?;
        if !job.state.is_final() || job.state == JobState::Succeeded {
            let rule = "only jobs that failed, were cancelled or are dead-letter can be tried again";
            return Err(QueueError::State { job: job.id, state: job.state.name(), rule });
        }
        if job.kind == UNREAD {
            let rule = "its scenario could not be run; mend it and use `energyopti schedule run-now`";
            return Err(QueueError::State { job: job.id, state: job.state.name(), rule });
        }
        self.database.change(end::Retry { job: job.id.clone() }).await?;
        self.job(&job.id).await
    }

    /// What the queue remembers under `name`, such as its store.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn recall(&self, name: &'static str) -> Result<Option<String>, QueueError> {
        let row = self.database.row(|| sql("SELECT value FROM queue WHERE name = $1").bind(name)).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Remembers `value` under `name`; the first value stays, and is returned.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn remember(&self, name: &'static str, value: &str) -> Result<String, QueueError> {
        self.database.change(Remember { name, value: value.to_owned() }).await?;
        Ok(self.recall(name).await?.unwrap_or_default())
    }

    /// The queue's time.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn now(&self) -> Result<Timestamp, QueueError> {
        Ok(instant(self.database.now_ms().await?))
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.database.close().await;
    }
}

struct Remember {
    name: &'static str,
    value: String,
}

impl Change for Remember {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        let statement = sql("INSERT INTO queue (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING");
        to.execute(statement.bind(self.name).bind(self.value.clone())).await?;
        Ok(())
    }
}

/// An id that sorts by the millisecond in which it was made. What follows is random from the first digit on, so
/// that the beginning of an id is enough to name a job.
fn new_id() -> String {
    let now = Timestamp::now();
    let seconds = u64::try_from(now.as_second()).unwrap_or(0);
    let nanoseconds = u32::try_from(now.subsec_nanosecond()).unwrap_or(0);
    let time = uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanoseconds);
    uuid::Uuid::new_v7(time).simple().to_string()
}

/// An instant from a table.
pub(crate) fn instant(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or_default()
}
