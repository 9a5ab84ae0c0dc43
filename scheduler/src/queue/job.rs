//! Words of a job's life, and what is asked for.

use std::ops::Range;
use std::time::Duration;

use jiff::Timestamp;

use crate::QueueError;

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobState {
    /// Nobody has begun.
    Queued,
    /// A worker has begun.
    Running,
    /// Its result is in the store.
    Succeeded,
    /// It ended in an error that another try would not mend, or had no try left.
    Failed,
    /// Somebody stopped it.
    Cancelled,
    /// Too many workers ended while they carried it.
    DeadLetter,
}

/// All states, in the order of a life.
pub const STATES: [JobState; 6] = [
    JobState::Queued,
    JobState::Running,
    JobState::Succeeded,
    JobState::Failed,
    JobState::Cancelled,
    JobState::DeadLetter,
];

impl JobState {
    /// The word in tables, JSON and on screens.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::DeadLetter => "dead-letter",
        }
    }

    /// Whether nothing more will happen by itself.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    /// Reads [`name`](Self::name).
    ///
    /// # Errors
    /// [`QueueError::Corrupt`] where no state is called so.
    pub fn parse(text: &str) -> Result<Self, QueueError> {
        let found = STATES.into_iter().find(|state| state.name() == text);
        found.ok_or_else(|| QueueError::Corrupt { what: format!("a job in state `{text}`") })
    }
}

/// How a job is to be treated. Nothing of it changes a result.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Higher goes first.
    pub priority: i64,
    /// Tries of a shard that ends in an error which may pass.
    pub attempts: u32,
    /// Longest time from its first start to its end.
    pub timeout: Option<Duration>,
    /// Most memory that it may take in a worker, bytes.
    pub memory_bytes: Option<u64>,
    /// A name that stands for this request: asked again under it, the same job answers.
    pub key: Option<String>,
}

impl Default for Terms {
    fn default() -> Self {
        Self { priority: 0, attempts: 5, timeout: None, memory_bytes: None, key: None }
    }
}

/// A job to be queued.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its kind's name.
    pub kind: String,
    /// Version of its payload.
    pub version: u32,
    /// What it computes: the same identity is the same bits.
    pub identity: String,
    /// What people call it.
    pub title: String,
    /// What its progress counts, such as futures.
    pub unit: String,
    /// Key of its random draws.
    pub seed: u64,
    /// What its kind reads.
    pub payload: Vec<u8>,
    /// Its shards, stretches of units in order.
    pub shards: Vec<Range<u64>>,
    /// How it is to be treated.
    pub terms: Terms,
    /// The schedule and the due instant that it belongs to.
    pub due: Option<Due>,
    /// Whether it is computed even where the store has its result.
    pub fresh: bool,
    /// Its result, where the store has it already.
    pub reused: Option<Finished>,
}

/// A due instant of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The schedule's name.
    pub schedule: String,
    /// When the run was due.
    pub at: Timestamp,
}

/// What a job came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// The folder of the run in the store.
    pub folder: String,
    /// Its `summary.json`.
    pub result: String,
}

/// A job whose shards are others: its members, with what each is called.
#[derive(Clone, Debug)]
pub struct Members {
    /// What people call the whole.
    pub title: String,
    /// One label per member.
    pub labels: Vec<String>,
}

/// A job that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// Its id.
    pub job: String,
    /// Whether it was there already.
    pub existing: bool,
}

/// Milliseconds of a duration, for the tables.
pub(crate) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A count for the tables.
pub(crate) fn count(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
