//! Work on a queue: handing it in, carrying it, looking at it.

mod backup;
mod look;
mod submit;
mod watch;
mod work;

use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use energyopti_scheduler::queue::{Look, PATIENCE, Queue, sqlite_file};
use energyopti_scheduler::results::{ResultError, ResultStore};
use energyopti_scheduler::{Desk, QueueError};

pub use backup::{restore, save as backup};
pub use look::{DIGITS, short};
pub use submit::execute as submit;
pub use work::{asked_to_stop, execute as worker, log};

use crate::arguments::jobs::{Jobs, JobsCommand, Place, Queue as Address};
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

/// Opens the queue to change something in it.
pub async fn queue(at: &Address) -> Result<Queue, Failure> {
    Ok(Queue::open(&at.url, false, SOME_TIME).await?)
}

/// Opens the queue to read it.
pub async fn looked_at(at: &Address, look: Look) -> Result<Queue, Failure> {
    Ok(Queue::look(&at.url, look, SOME_TIME).await?)
}

/// Opens the queue and its store to work with both.
pub async fn desk(at: &Place, missing: Missing, patience: Duration) -> Result<Desk, Failure> {
    let queue = Queue::open(&at.queue.url, missing == Missing::Create, patience).await?;
    let place = place(&queue, at, missing == Missing::Create).await?;
    let results = ResultStore::open(&place).await.map_err(of_store)?;
    Ok(Desk { queue, results, kinds: energyopti_scenarios::jobs::kinds() })
}

/// Opens the queue and its store to read them.
pub async fn desk_to_read(at: &Place, look: Look) -> Result<Desk, Failure> {
    let queue = looked_at(&at.queue, look).await?;
    let place = place(&queue, at, false).await?;
    let results = ResultStore::look(&place).await.map_err(of_store)?;
    Ok(Desk { queue, results, kinds: energyopti_scenarios::jobs::kinds() })
}

/// How long a command waits for a queue that is busy or away.
pub const SOME_TIME: Duration = PATIENCE;

/// What a queue remembers of its store.
const STORE: &str = "store";
/// Remembered of a `SQLite` queue whose results lie in the folder `runs` beside it, wherever both are moved.
const BESIDE: &str = "beside";

/// The place of a queue's store: the one that it remembers from its first use, else the one typed, else the folder
/// beside its file. Another one is refused before anything is made there, and only who makes the queue has it remember.
async fn place(queue: &Queue, at: &Place, first_use: bool) -> Result<String, Failure> {
    let url = &at.queue.url;
    let beside = url.starts_with("sqlite:").then(|| {
        let file = sqlite_file(url);
        file.parent().unwrap_or(Path::new("")).join("runs").to_string_lossy().into_owned()
    });
    let typed = at.store.as_deref().map(ResultStore::spelled).transpose().map_err(of_store)?;
    let mut kept = queue.recall(STORE).await?;
    if kept.is_none() && first_use {
        kept = match (&typed, &beside) {
            (Some(typed), _) => {
                // What cannot be used is not to be remembered.
                ResultStore::open(typed).await.map_err(of_store)?;
                Some(queue.remember(STORE, typed).await?)
            }
            (None, Some(_)) => Some(queue.remember(STORE, BESIDE).await?),
            (None, None) => None,
        };
    }
    let place = match (kept, beside) {
        (Some(kept), Some(beside)) if kept == BESIDE => beside,
        (Some(kept), _) => kept,
        (None, beside) => typed.clone().or(beside).ok_or_else(|| {
            let message = "this queue does not know where its results live; name a place with --store, \
                           a folder that all its machines share or s3://bucket/prefix";
            Failure::input(message)
        })?,
    };
    let spelled = ResultStore::spelled(&place).map_err(of_store)?;
    match typed {
        Some(typed) if typed != spelled => Err(Failure::input(format!(
            "the results of this queue live in {spelled}, not in {typed}; leave --store out"
        ))),
        _ => Ok(place),
    }
}

fn of_store(error: ResultError) -> Failure {
    match error {
        // Forbidden later is a matter of the machine; from the beginning, it is the wrong place.
        ResultError::FolderNotWritable { ref source, .. } if source.kind() != ErrorKind::StorageFull => {
            Failure::input(error)
        }
        error => QueueError::from(error).into(),
    }
}

impl From<QueueError> for Failure {
    fn from(error: QueueError) -> Self {
        if error.is_bad_input() { Self::input(error) } else { Self::Other(error.into()) }
    }
}
