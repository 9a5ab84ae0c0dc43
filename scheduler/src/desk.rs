//! Where work is handed in: checked, answered from the store where it can be, and queued.

use std::sync::Arc;

use energyopti_scenarios::jobs::{Job, JobError, JobKind, Merged, Submission};
use tokio::runtime::Handle;

use crate::QueueError;
use crate::queue::{Due, Finished, JobState, JobView, Members, NewJob, Queue, SWEEP, Submit, Submitted, Terms};
use crate::results::{ResultError, ResultStore};
use crate::worker::{Staging, StoreFiles, as_job, kind_of};

/// A queue, its store, and the kinds of work that are known.
#[derive(Clone)]
pub struct Desk {
    /// The queue.
    pub queue: Queue,
    /// Where results live.
    pub results: ResultStore,
    /// What can be carried.
    pub kinds: Vec<Arc<dyn JobKind>>,
}

/// Most shards whose results are read to say what is known so far: more would take seconds at every look. What is
/// said counts the futures of these shards alone, and its errors are theirs: wider than those of all that are done.
const LOOKED_AT: usize = 1000;

/// How work is handed in.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// How its jobs are treated.
    pub terms: Terms,
    /// In how many shards each is cut.
    pub shards: Option<u64>,
    /// Whether it is computed even where the store has its result.
    pub fresh: bool,
    /// The schedule and due instant that it belongs to.
    pub due: Option<Due>,
    /// What people call several pieces together.
    pub title: String,
}

impl Desk {
    /// Hands work in: each piece with its label. One piece is a job; several are a whole with a job
    /// for each.
    ///
    /// # Errors
    /// [`QueueError::Refused`] where a piece cannot be run, with the reason; those of the store and
    /// of the database. Nothing is queued then.
    pub async fn submit(&self, pieces: Vec<(String, Submission)>, request: &Request) -> Result<Submitted, QueueError> {
        let work = self.prepare(pieces, request).await?;
        self.queue.database().change(work).await
    }

    /// Refuses what [`submit`](Self::submit) would refuse, and queues nothing. Inputs are put into the store, from
    /// which the work is read.
    ///
    /// # Errors
    /// Those of [`submit`](Self::submit).
    pub async fn check(&self, pieces: Vec<(String, Submission)>, request: &Request) -> Result<(), QueueError> {
        self.prepare(pieces, request).await.map(drop)
    }

    /// Checks work and puts its inputs into the store, so that it can be handed in together with what
    /// makes it necessary. Errors are those of [`submit`](Self::submit).
    pub(crate) async fn prepare(
        &self,
        pieces: Vec<(String, Submission)>,
        request: &Request,
    ) -> Result<Submit, QueueError> {
        let mut labels = Vec::with_capacity(pieces.len());
        let mut jobs = Vec::with_capacity(pieces.len());
        for (label, submission) in pieces {
            for input in &submission.inputs {
                self.results.put_input(&input.bytes).await?;
            }
            jobs.push(self.checked(submission, request).await?);
            labels.push(label);
        }
        match (jobs.len(), jobs.pop()) {
            (1, Some(job)) => Ok(Submit::one(job)),
            (_, last) => {
                jobs.extend(last);
                Ok(Submit::all(jobs, Members { title: request.title.clone(), labels }))
            }
        }
    }

    /// Opens a piece of work as a worker would, and looks for its result.
    async fn checked(&self, submission: Submission, request: &Request) -> Result<NewJob, QueueError> {
        let refused = |error: JobError| QueueError::Refused { why: error.to_string() };
        let kind = self.kinds.iter().find(|kind| kind.name() == submission.kind);
        let kind =
            kind.cloned().ok_or_else(|| refused(JobError::Input(format!("unknown kind {}", submission.kind))))?;
        if kind.version() != submission.version {
            let (found, known) = (submission.version, kind.version());
            let rule = format!("a `{}` of payload version {found}; this program reads version {known}", kind.name());
            return Err(refused(JobError::Input(rule)));
        }
        let (by, request, runtime) = (self.clone(), request.clone(), Handle::current());
        let task = tokio::task::spawn_blocking(move || {
            let files = StoreFiles { results: &by.results, runtime: &runtime, staging: Staging::default() };
            let job = kind.open(&submission.payload, &files)?;
            let takes = job.memory_bytes();
            if let Some(most) = request.terms.memory_bytes.filter(|most| takes > *most) {
                let rule =
                    format!("a shard takes about {takes} bytes of memory, and {most} are allowed; raise --memory");
                return Err(JobError::Input(rule));
            }
            let reused = if request.fresh { None } else { by.stored(job.as_ref(), &files)? };
            Ok(NewJob {
                kind: submission.kind.to_owned(),
                version: submission.version,
                identity: job.identity().to_owned(),
                title: job.title().to_owned(),
                unit: job.unit().to_owned(),
                seed: job.seed(),
                shards: job.cut(request.shards),
                payload: submission.payload,
                terms: request.terms,
                due: request.due,
                fresh: request.fresh,
                reused: reused.map(|merged| Finished { folder: merged.folder, result: merged.summary }),
            })
        });
        let outcome =
            task.await.map_err(|_| refused(JobError::Failed("opening the job panicked: please report it".into())))?;
        outcome.map_err(refused)
    }

    /// The result of a job, if the store holds it whole.
    fn stored(&self, job: &dyn Job, files: &StoreFiles<'_>) -> Result<Option<Merged>, JobError> {
        if let Some(folder) = self.results.folder() {
            return Ok(job.stored(folder));
        }
        let staging = files.staging.path()?;
        let fetched = files.runtime.block_on(self.results.fetch(job.identity(), staging)).map_err(as_job)?;
        Ok(fetched.and_then(|_| job.stored(staging)))
    }

    /// What the shards that count, the first thousand of them, say so far of a job that is under way; `None` where
    /// there is none yet.
    ///
    /// # Errors
    /// [`QueueError::Kind`], [`QueueError::Payload`], [`QueueError::Refused`], and those of the store
    /// and the database.
    pub async fn partial(&self, view: &JobView) -> Result<Option<serde_json::Value>, QueueError> {
        let commits = self.queue.commits(&view.id).await?;
        if view.state == JobState::Succeeded || commits.is_empty() {
            return Ok(None);
        }
        let (results, id) = (self.results.clone(), view.id.clone());
        let partial = self.opened(view, move |job, files| {
            // A shard that is damaged, or gone by now because its job was merged meanwhile, is left out.
            let mut shards = commits.into_iter().take(LOOKED_AT).filter_map(|commit| {
                match files.runtime.block_on(results.shard_as_it_is(&id, commit.shard, &commit.hash)) {
                    Err(ResultError::Damaged { .. }) => None,
                    found => found.map_err(as_job).transpose(),
                }
            });
            job.partial(&mut shards)
        });
        partial.await.map(Some)
    }

    /// The result of a job of the queue, if the store holds it whole by now and it may be used.
    pub(crate) async fn answer(&self, view: &JobView) -> Result<Option<Finished>, QueueError> {
        if view.fresh || view.kind == SWEEP {
            return Ok(None);
        }
        let by = self.clone();
        let merged = self.opened(view, move |job, files| by.stored(job, files)).await?;
        Ok(merged.map(|merged| Finished { folder: merged.folder, result: merged.summary }))
    }

    /// Opens a job of the queue and looks at it, on a thread that may wait.
    async fn opened<T: Send + 'static>(
        &self,
        view: &JobView,
        look: impl FnOnce(&dyn Job, &StoreFiles<'_>) -> Result<T, JobError> + Send + 'static,
    ) -> Result<T, QueueError> {
        let kind = kind_of(&self.kinds, view)?;
        let payload = self.queue.payload(&view.id).await?;
        let (results, runtime) = (self.results.clone(), Handle::current());
        let task = tokio::task::spawn_blocking(move || {
            let files = StoreFiles { results: &results, runtime: &runtime, staging: Staging::default() };
            look(kind.open(&payload, &files)?.as_ref(), &files)
        });
        let outcome = task.await.map_err(|error| QueueError::Refused { why: error.to_string() })?;
        outcome.map_err(|error| QueueError::Refused { why: error.to_string() })
    }
}
