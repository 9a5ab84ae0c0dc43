//! Why the queue could not do what was asked.

use thiserror::Error;

/// What can go wrong around a queue.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum QueueError {
    /// The address of a queue is none.
    #[error("`{url}` is no queue; write sqlite:data/jobs.db or postgres://user@host/database")]
    Address {
        /// What was given.
        url: String,
    },
    /// The database at the address cannot be used.
    #[error("the queue {url} cannot be used: {why}")]
    Unusable {
        /// Where it is, without a password.
        url: String,
        /// What the database says.
        why: String,
    },
    /// A queue is to be read and there is none.
    #[error("there is no queue at {url}; `energyopti submit FILE --queue {url}` makes one")]
    Absent {
        /// Where it was looked for.
        url: String,
    },
    /// A queue is to be read, and the database holds something else or nothing.
    #[error(
        "the database {url} holds no queue; check the address, or make a queue in a file of its own: \
         energyopti submit FILE --queue sqlite:data/jobs.db"
    )]
    Foreign {
        /// Where it was looked for.
        url: String,
    },
    /// The tables were made by a newer version.
    #[error("the tables of this queue have version {found}, this program knows up to {known}; use a newer energyopti")]
    Newer {
        /// Version of the tables.
        found: i64,
        /// Newest version that is known here.
        known: i64,
    },
    /// No job has this id.
    #[error("no job is called `{id}`; `energyopti jobs list` shows those that are there")]
    NoJob {
        /// What was given.
        id: String,
    },
    /// Several jobs begin like this.
    #[error("several jobs begin with `{id}`, such as {} and {}; write more of it", such[0], such[1])]
    Ambiguous {
        /// What was given.
        id: String,
        /// Two of them.
        such: [String; 2],
    },
    /// The work of a job that was to be tried again is done by another one.
    #[error("the work of job {job} is under way as job {other}; follow that one")]
    UnderWay {
        /// The job that was to be tried again.
        job: String,
        /// The one that is under way.
        other: String,
    },
    /// The key belongs to other work.
    #[error("the key `{key}` belongs to job {job}, which is about something else; choose another key")]
    KeyTaken {
        /// The idempotency key.
        key: String,
        /// Whose it is.
        job: String,
    },
    /// What is asked does not fit the state of the job.
    #[error("job {job} is {state}: {rule}")]
    State {
        /// The job.
        job: String,
        /// Its state.
        state: &'static str,
        /// What would be needed.
        rule: &'static str,
    },
    /// A payload that this version cannot read.
    #[error(
        "job {job} is a `{kind}` of payload version {found}, and this program reads version {known}; submit it again"
    )]
    Payload {
        /// The job.
        job: String,
        /// Its kind.
        kind: String,
        /// Version of its payload.
        found: u32,
        /// Version that is known here.
        known: u32,
    },
    /// A kind that is not registered here.
    #[error("job {job} is of kind `{kind}`, which this program does not know; use the version that submitted it")]
    Kind {
        /// The job.
        job: String,
        /// Its kind.
        kind: String,
    },
    /// No schedule has this name.
    #[error("no schedule is called `{name}`; `energyopti schedule list` shows those that are there")]
    NoSchedule {
        /// What was given.
        name: String,
    },
    /// A schedule has the name already.
    #[error("a schedule is called `{name}` already; remove it first, or choose another name")]
    ScheduleTaken {
        /// The name.
        name: String,
    },
    /// A row that this program did not write.
    #[error("the queue holds something that is not understood: {what}")]
    Corrupt {
        /// What it is.
        what: String,
    },
    /// The database did not answer for longer than the caller's patience.
    #[error("the queue's database could not be written: {why}")]
    Away {
        /// The last error.
        why: String,
    },
    /// Work that cannot be run.
    #[error("{why}")]
    Refused {
        /// The reason, and what to do.
        why: String,
    },
    /// The system gives no threads, or one of them ended.
    #[error("threads of the worker: {why}")]
    Threads {
        /// What the system says.
        why: String,
    },
    /// The result store.
    #[error(transparent)]
    Results(#[from] crate::results::ResultError),
    /// A backup.
    #[error(transparent)]
    Backup(#[from] crate::backup::BackupError),
    /// A rule of a schedule.
    #[error(transparent)]
    Calendar(#[from] crate::calendar::CalendarError),
    /// The database.
    #[error("the queue's database: {0}")]
    Database(#[from] sqlx::Error),
}

impl QueueError {
    /// Whether it is the caller's input that has to change.
    #[must_use]
    pub fn is_bad_input(&self) -> bool {
        if let Self::Backup(error) = self {
            return error.is_bad_input();
        }
        !matches!(self, Self::Database(_) | Self::Away { .. } | Self::Threads { .. } | Self::Corrupt { .. })
            && !self.is_retryable()
    }

    /// Whether the same call may succeed later: the database was busy, full, or away.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Results(error) => error.is_retryable(),
            Self::Database(error) => is_transient(error),
            Self::Away { .. } => true,
            _ => false,
        }
    }
}

/// Whether a database may answer the same question later.
fn is_transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed | sqlx::Error::Protocol(_) => true,
        // SQLite: busy, locked, out of disk, I/O. PostgreSQL: connections, resources, an operator's
        // shutdown, serialisation, a change that stood still; a row that somebody else made at the same moment, which the next
        // look finds. A class is the beginning of a code.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| match code.parse::<i64>() {
            Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 10 | 13 | 14),
            _ => ["08", "53", "57P", "40", "58", "25P", "23505"].iter().any(|class| code.starts_with(class)),
        }),
        _ => false,
    }
}
