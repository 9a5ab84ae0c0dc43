//! Jobs that were opened for their shards: reading a payload and its inputs once serves many of them.

use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use energyopti_scenarios::jobs::{Job, JobKind};

use super::files::Staging;
use crate::QueueError;
use crate::queue::JobView;

/// Jobs that are kept open at a time.
const MOST: usize = 8;

/// A job of the queue, ready to be computed.
pub(super) struct Opened {
    pub id: String,
    pub job: Box<dyn Job>,
    /// After how many shards in order it is asked whether they are enough.
    pub judged: Vec<u64>,
    /// The last of these that was asked here.
    pub asked: AtomicU64,
    /// Whether a run that is in the store is made anew.
    pub fresh: bool,
    /// Most memory that it may take, bytes.
    pub memory_bytes: Option<u64>,
    /// Its run's id.
    pub run: String,
    /// What its kind may have read from lasts as long as the job.
    pub _staging: Staging,
}

/// The jobs opened last, the youngest at the end.
#[derive(Default)]
pub(super) struct Shelf(Mutex<Vec<Arc<Opened>>>);

impl Shelf {
    pub fn find(&self, id: &str) -> Option<Arc<Opened>> {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = shelf.iter().position(|opened| opened.id == id)?;
        let opened = shelf.remove(at);
        shelf.push(Arc::clone(&opened));
        Some(opened)
    }

    pub fn keep(&self, opened: &Arc<Opened>) {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.retain(|other| other.id != opened.id);
        if shelf.len() >= MOST {
            shelf.remove(0);
        }
        shelf.push(Arc::clone(opened));
    }
}

/// The kind of a job, where this program knows it and its payload's version.
///
/// # Errors
/// [`QueueError::Kind`], [`QueueError::Payload`].
pub(crate) fn kind_of(kinds: &[Arc<dyn JobKind>], view: &JobView) -> Result<Arc<dyn JobKind>, QueueError> {
    let Some(kind) = kinds.iter().find(|kind| kind.name() == view.kind) else {
        return Err(QueueError::Kind { job: view.id.clone(), kind: view.kind.clone() });
    };
    if kind.version() != view.version {
        let (job, kind_name) = (view.id.clone(), view.kind.clone());
        return Err(QueueError::Payload { job, kind: kind_name, found: view.version, known: kind.version() });
    }
    Ok(Arc::clone(kind))
}
