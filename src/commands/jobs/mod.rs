//! Work on a queue: handing it in, carrying it, looking at it.

mod backup;
mod look;
mod submit;
mod watch;
mod work;

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use energyopti_scheduler::queue::{PATIENCE, Queue, sqlite_file};
use energyopti_scheduler::results::{ResultError, ResultStore};
use energyopti_scheduler::{Desk, QueueError};

pub use backup::{restore, save as backup};
pub use look::short;
pub use submit::execute as submit;
pub use work::{asked_to_stop, execute as worker, log};

use crate::arguments::jobs::{At, Jobs, JobsCommand};
use crate::failure::Failure;

pub fn jobs(options: &Jobs) -> Result<(), Failure> {
    match &options.command {
        JobsCommand::List(options) => look::list(options),
        JobsCommand::Show(options) => look::show(options),
        JobsCommand::Watch(options) => watch::execute(options),
        JobsCommand::Cancel(options) => look::cancel(options),
        JobsCommand::Retry(options) => look::retry(options),
        JobsCommand::Events(options) => look::events(options),
    }
}

/// Runs what waits for databases and stores.
pub fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    work::log_trouble();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(work)
}

/// What is done with a queue that is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// It is made.
    Create,
    /// It is an error.
    Refuse,
}

/// Opens the queue.
pub async fn queue(at: &At, missing: Missing, patience: Duration) -> Result<Queue, Failure> {
    Ok(Queue::open(&at.queue, missing == Missing::Create, patience).await?)
}

/// Opens the queue and its store.
pub async fn desk(at: &At, missing: Missing, patience: Duration) -> Result<Desk, Failure> {
    let queue = queue(at, missing, patience).await?;
    let results = store(&queue, at, missing).await?;
    Ok(Desk { queue, results, kinds: energyopti_scenarios::jobs::kinds() })
}

/// How long a command waits for a queue that is busy or away.
pub const SOME_TIME: Duration = PATIENCE;

/// What a queue remembers of its store.
const STORE: &str = "store";
/// Remembered of a `SQLite` queue whose results lie in the folder `runs` beside it, wherever both are moved.
const BESIDE: &str = "beside";

/// The store of a queue: the one that it remembers from its first use, else the one typed, else the folder
/// beside its file. Whoever only looks makes no queue remember anything.
async fn store(queue: &Queue, at: &At, missing: Missing) -> Result<ResultStore, Failure> {
    let beside = at.queue.starts_with("sqlite:").then(|| {
        let file = sqlite_file(&at.queue);
        file.parent().unwrap_or(Path::new("")).join("runs").to_string_lossy().into_owned()
    });
    let mut kept = queue.recall(STORE).await?;
    if kept.is_none() && missing == Missing::Create {
        let first = match (&at.store, &beside) {
            (Some(typed), _) => Some(open(typed).await?.place().to_owned()),
            (None, Some(_)) => Some(BESIDE.to_owned()),
            (None, None) => None,
        };
        if let Some(first) = first {
            kept = Some(queue.remember(STORE, &first).await?);
        }
    }
    let place = match (kept, beside) {
        (Some(kept), Some(beside)) if kept == BESIDE => beside,
        (Some(kept), _) => kept,
        (None, Some(beside)) => at.store.clone().unwrap_or(beside),
        (None, None) => at.store.clone().ok_or_else(|| {
            let message = "this queue does not know where its results live; name a place with --store, \
                           a folder that all its machines share or s3://bucket/prefix";
            Failure::input(message)
        })?,
    };
    let results = open(&place).await?;
    match &at.store {
        Some(typed) if open(typed).await?.place() != results.place() => {
            let message = format!("the results of this queue live in {}; leave --store out", results.place());
            Err(Failure::input(message))
        }
        _ => Ok(results),
    }
}

async fn open(place: &str) -> Result<ResultStore, Failure> {
    ResultStore::open(place).await.map_err(|error| match error {
        // Forbidden later is a matter of the machine; from the beginning, it is the wrong place.
        ResultError::FolderNotWritable { ref source, .. } if source.kind() != ErrorKind::StorageFull => {
            Failure::input(error)
        }
        error => QueueError::from(error).into(),
    })
}

impl From<QueueError> for Failure {
    fn from(error: QueueError) -> Self {
        if error.is_bad_input() { Self::input(error) } else { Self::Other(error.into()) }
    }
}
