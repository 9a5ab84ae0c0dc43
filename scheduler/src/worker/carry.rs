//! One shard from its lease to its commit, and a job's last step, the merge.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use energyopti_scenarios::jobs::{JobError, JobKind, Merged, Work};
use rayon::ThreadPool;
use tokio::runtime::Handle;
use tracing::Instrument;

use super::backend::Taken;
use super::files::{Staging, StoreFiles, as_job};
use super::held::{Held, Holding};
use super::opened::{Opened, Shelf, kind_of};
use crate::QueueError;
use crate::fault;
use crate::metrics::{JOBS_MERGED, SHARD_FAILURES, SHARD_SECONDS, SHARDS};
use crate::queue::{Commit, Committed, Finished, Holder, Queue};
use crate::results::ResultStore;

/// What carrying takes, shared by all shards of a worker.
pub(super) struct Carrier {
    pub queue: Queue,
    pub holder: Holder,
    pub held: Held,
    results: ResultStore,
    kinds: Vec<Arc<dyn JobKind>>,
    pool: Arc<ThreadPool>,
    shelf: Shelf,
    counted: AtomicU64,
}

/// Why a shard does not count.
enum Trouble {
    /// The work itself.
    Job(JobError),
    /// The queue; what it does not know has not happened.
    Queue(QueueError),
    /// The lease was lost on the way.
    Lost,
}

impl From<JobError> for Trouble {
    fn from(error: JobError) -> Self {
        Self::Job(error)
    }
}

impl From<QueueError> for Trouble {
    fn from(error: QueueError) -> Self {
        Self::Queue(error)
    }
}

impl Carrier {
    pub fn new(
        queue: Queue,
        results: ResultStore,
        kinds: Vec<Arc<dyn JobKind>>,
        pool: Arc<ThreadPool>,
        holder: Holder,
        held: Held,
    ) -> Self {
        Self { queue, holder, held, results, kinds, pool, shelf: Shelf::default(), counted: AtomicU64::new(0) }
    }

    /// Shards that this worker counted.
    pub fn counted(&self) -> u64 {
        self.counted.load(Ordering::Relaxed)
    }

    /// Carries a shard, and the merge where it was the last one. Whatever happens is told to the queue.
    pub async fn carry(self: Arc<Self>, taken: Taken) -> Result<(), QueueError> {
        let mut next = Some(Arc::clone(&taken.holding));
        while let Some(holding) = next.take() {
            let lease = &holding.lease;
            let span = tracing::info_span!("shard", job = lease.job, shard = lease.shard, epoch = lease.epoch);
            let outcome = self.step(&holding).instrument(span.clone()).await;
            self.held.release(&holding);
            match outcome {
                Ok(merge) => next = merge,
                Err(trouble) => self.tell(&holding, trouble).instrument(span).await?,
            }
        }
        Ok(())
    }

    /// Computes what the lease is for; gives the merge where this worker has it now.
    async fn step(self: &Arc<Self>, holding: &Arc<Holding>) -> Result<Option<Arc<Holding>>, Trouble> {
        let opened = self.open(holding).await?;
        if holding.lease.merge {
            self.merge(holding, opened).await?;
            return Ok(None);
        }
        let begun = Instant::now();
        let (job, held) = (Arc::clone(&opened), Arc::clone(holding));
        let bytes = self
            .compute(move |pool| {
                let work = Work { pool, control: &held.control, watch: &|_| {} };
                job.job.shard(&held.lease.units, &work)
            })
            .await?;
        let lease = &holding.lease;
        let stored = self.results.put_shard(&lease.job, lease.shard, &bytes).await.map_err(as_job)?;
        // Between the process standing still and the queue hearing of it, this is who knows.
        self.held.pulse();
        if holding.is_lost() {
            return Err(Trouble::Lost);
        }
        fault::point("before-commit");
        let committed = self.queue.commit(&self.holder, lease, &stored.hash, stored.bytes).await?;
        fault::point("after-commit");
        let seconds = begun.elapsed().as_secs_f64();
        match committed {
            Committed::Lost => Err(Trouble::Lost),
            Committed::Counted => {
                // What counts is held no longer: the next sign of life is not to miss its lease.
                self.held.release(holding);
                self.count(&opened, seconds);
                self.judge(&opened).await?;
                Ok(None)
            }
            Committed::Merge(merge) => {
                self.held.release(holding);
                self.count(&opened, seconds);
                Ok(Some(self.held.hold(merge)))
            }
        }
    }

    fn count(&self, opened: &Opened, seconds: f64) {
        self.counted.fetch_add(1, Ordering::Relaxed);
        metrics::counter!(SHARDS).increment(1);
        metrics::histogram!(SHARD_SECONDS).record(seconds);
        tracing::info!(run = opened.run, seconds, "shard counted");
    }

    /// Opens the job of a shard, or finds it open.
    async fn open(self: &Arc<Self>, holding: &Holding) -> Result<Arc<Opened>, Trouble> {
        let id = &holding.lease.job;
        if let Some(opened) = self.shelf.find(id) {
            self.held.allow(holding, opened.memory_bytes);
            return Ok(opened);
        }
        let view = self.queue.job(id).await?;
        // Before it is opened: what it reads counts.
        self.held.allow(holding, view.memory_bytes);
        let kind = kind_of(&self.kinds, &view).map_err(|error| JobError::Input(error.to_string()))?;
        let payload = self.queue.payload(id).await?;
        let ranges = self.queue.ranges(id).await?;
        let (results, runtime) = (self.results.clone(), Handle::current());
        let opened = self
            .compute(move |_| {
                let files = StoreFiles { results: &results, runtime: &runtime, staging: Staging::default() };
                let job = kind.open(&payload, &files)?;
                let judged = job.judged_after(&ranges);
                let run = job.identity().to_owned();
                let (asked, fresh, memory_bytes) = (AtomicU64::new(0), view.fresh, view.memory_bytes);
                Ok(Opened { id: view.id, judged, asked, fresh, memory_bytes, run, job, _staging: files.staging })
            })
            .await?;
        let takes = opened.job.memory_bytes();
        if let Some(most) = opened.memory_bytes.filter(|most| takes > *most) {
            let message =
                format!("a shard takes about {takes} bytes of memory, the job may take {most}; raise --memory");
            return Err(JobError::Input(message).into());
        }
        let opened = Arc::new(opened);
        self.shelf.keep(&opened);
        Ok(opened)
    }

    /// Does heavy work on a thread that may wait, with the one pool that computes.
    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&ThreadPool) -> Result<T, JobError> + Send + 'static,
    ) -> Result<T, Trouble> {
        let pool = Arc::clone(&self.pool);
        let span = tracing::Span::current();
        let task = tokio::task::spawn_blocking(move || span.in_scope(|| work(&pool)));
        match task.await {
            Ok(outcome) => outcome.map_err(Trouble::Job),
            // The message of the panic went to standard error.
            Err(_) => Err(JobError::Failed("the computation panicked: please report the scenario".into()).into()),
        }
    }

    /// Asks whether the first shards suffice, where enough of them in order are there. Judgements are made in
    /// order, each once by a worker; a prefix that another worker completes is its to judge.
    async fn judge(self: &Arc<Self>, opened: &Arc<Opened>) -> Result<(), Trouble> {
        loop {
            let asked = opened.asked.load(Ordering::Relaxed);
            let Some(judged) = opened.judged.iter().copied().find(|judged| *judged > asked) else { return Ok(()) };
            if self.queue.done_before(&opened.id, judged).await? < judged {
                return Ok(());
            }
            if opened.asked.fetch_max(judged, Ordering::Relaxed) >= judged {
                return Ok(());
            }
            let mut first = self.queue.commits(&opened.id).await?;
            first.retain(|commit| commit.shard < judged);
            let (job, by, runtime) = (Arc::clone(opened), Arc::clone(self), Handle::current());
            match self.compute(move |_| job.job.enough(&mut by.shards(&job.id, first, &runtime))).await {
                Ok(true) => {
                    tracing::info!(shards = judged, "the first shards are enough");
                    return Ok(self.queue.suffice(&opened.id, judged).await?);
                }
                Ok(false) => {}
                // The merge finds what is damaged.
                Err(Trouble::Job(JobError::Damaged { .. })) => return Ok(()),
                Err(trouble) => return Err(trouble),
            }
        }
    }

    /// The results of shards, read one by one.
    fn shards<'a>(
        &'a self,
        id: &'a str,
        commits: Vec<Commit>,
        runtime: &'a Handle,
    ) -> impl Iterator<Item = Result<Vec<u8>, JobError>> + 'a {
        commits.into_iter().map(move |commit| {
            let bytes = runtime.block_on(self.results.shard(id, commit.shard, &commit.hash)).map_err(as_job)?;
            bytes.ok_or(JobError::Damaged { shard: commit.shard })
        })
    }

    /// Makes the run of the shards and ends the job.
    async fn merge(self: &Arc<Self>, holding: &Arc<Holding>, opened: Arc<Opened>) -> Result<(), Trouble> {
        let commits = self.queue.commits(&opened.id).await?;
        let (by, held, job, runtime) = (Arc::clone(self), Arc::clone(holding), Arc::clone(&opened), Handle::current());
        let every = commits.clone();
        fault::point("before-merge");
        let merged = self
            .compute(move |pool| {
                let work = Work { pool, control: &held.control, watch: &|stage| tracing::info!(stage, "merging") };
                by.merged(&job, every, &work, &runtime)
            })
            .await;
        let merged = match merged {
            Err(Trouble::Job(damaged @ JobError::Damaged { .. })) => {
                return self.redo(holding, &opened, &commits, damaged).await;
            }
            other => other?,
        };
        self.held.pulse();
        if holding.is_lost() {
            return Err(Trouble::Lost);
        }
        let finished = Finished { folder: merged.folder, result: merged.summary };
        fault::point("merged");
        if !self.queue.succeed(&holding.lease, finished).await? {
            return Err(Trouble::Lost);
        }
        self.held.release(holding);
        metrics::counter!(JOBS_MERGED).increment(1);
        tracing::info!(run = opened.run, "job succeeded");
        if let Err(error) = self.results.forget_shards(&opened.id).await {
            tracing::warn!(%error, "results of merged shards could not be removed; they only take room");
        }
        Ok(())
    }

    /// The run in the store: the one that is there, or a new one.
    fn merged(
        &self,
        opened: &Opened,
        commits: Vec<Commit>,
        work: &Work<'_>,
        runtime: &Handle,
    ) -> Result<Merged, JobError> {
        let mut shards = self.shards(&opened.id, commits, runtime);
        if let Some(folder) = self.results.folder() {
            return merge_into(opened, &mut shards, folder, work);
        }
        let staging = tempfile::tempdir().map_err(|error| JobError::Machine(error.to_string()))?;
        let merged = merge_into(opened, &mut shards, staging.path(), work)?;
        runtime.block_on(self.results.publish(&staging.path().join(&merged.folder), &merged.folder)).map_err(as_job)?;
        Ok(merged)
    }

    /// Gives the merge up and has the shards that are missing or damaged computed again.
    async fn redo(
        &self,
        holding: &Holding,
        opened: &Opened,
        commits: &[Commit],
        damaged: JobError,
    ) -> Result<(), Trouble> {
        let mut missing = Vec::new();
        for commit in commits {
            if self.results.shard(&opened.id, commit.shard, &commit.hash).await.map_err(as_job)?.is_none() {
                missing.push(commit.shard);
            }
        }
        if missing.is_empty() {
            // Every result is what its hash says, so computing it again would give the same.
            return Err(damaged.into());
        }
        tracing::warn!(shards = ?missing, "results are missing or damaged; they are computed again");
        Ok(self.queue.redo(&holding.lease, missing).await?)
    }

    /// Tells the queue why a shard does not count.
    async fn tell(&self, holding: &Holding, trouble: Trouble) -> Result<(), QueueError> {
        match trouble {
            Trouble::Lost => tracing::warn!("the lease was lost; nothing is committed"),
            _ if holding.is_lost() => tracing::warn!("the lease was lost; nothing is committed"),
            Trouble::Job(JobError::Cancelled) => self.queue.hand_back(&holding.lease).await?,
            Trouble::Job(error) => {
                tracing::error!(%error, retryable = error.is_retryable(), "shard failed");
                metrics::counter!(SHARD_FAILURES).increment(1);
                let luck = luck(&holding.lease.job, holding.lease.shard);
                self.queue.fail(&holding.lease, &error.to_string(), error.is_retryable(), luck).await?;
            }
            // The lease runs out, and the shard is taken again.
            Trouble::Queue(error) => tracing::error!(%error, "the queue could not be told"),
        }
        Ok(())
    }
}

/// Makes the run, unless the store holds it whole and it need not be made anew.
fn merge_into(
    opened: &Opened,
    shards: &mut dyn Iterator<Item = Result<Vec<u8>, JobError>>,
    store: &std::path::Path,
    work: &Work<'_>,
) -> Result<Merged, JobError> {
    match opened.job.stored(store) {
        Some(merged) if !opened.fresh => Ok(merged),
        _ => opened.job.merge(shards, store, work),
    }
}

/// A number in 0..1 that differs from shard to shard: those that failed together do not come back together.
fn luck(job: &str, shard: u64) -> f64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (job, shard, std::process::id()).hash(&mut hasher);
    f64::from(u32::try_from(hasher.finish() >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}
