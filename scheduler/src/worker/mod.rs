//! A worker: takes shards, computes them away from the async threads, and sees that each counts once.
//!
//! apalis carries shards from the queue to the [`carrier`](carry) and keeps their number within bounds; what
//! must be true is said by the queue's leases. Everything of this process that computes shares one pool of
//! threads. Nothing here knows what a shard is about.

mod backend;
mod carry;
mod files;
mod held;
mod memory;
mod opened;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use apalis::prelude::{ParallelizeExt, WorkerBuilder, WorkerBuilderExt, WorkerError};
use energyopti_scenarios::jobs::JobKind;
use tokio::sync::{Semaphore, mpsc, watch};

use crate::QueueError;
use crate::queue::{Holder, Queue};
use crate::results::ResultStore;
pub(crate) use files::{Staging, StoreFiles, as_job};
pub(crate) use opened::kind_of;

use backend::{Shards, Taken};
use carry::Carrier;
use held::{AbortOnDrop, Held};

/// Parts of a lease between two signs of life.
const BEATS: u32 = 8;
/// Longest pause between two signs of life: a cancelled shard learns of it with one.
const SLOWEST_BEAT: Duration = Duration::from_millis(400);
/// Pause between two looks into an empty queue.
const LOOK: Duration = Duration::from_millis(200);
/// Least time for the last words between a worker and its database, however short a lease is: a shard that is given
/// up stops within a second.
const LAST_WORDS: Duration = Duration::from_secs(4);

/// How a worker works. Nothing of it changes a result.
#[derive(Clone, Debug)]
pub struct Options {
    /// Shards at a time.
    pub concurrency: usize,
    /// Threads of the one pool that computes; 0 for one per core.
    pub threads: usize,
    /// How long a lease lasts without a sign of life.
    pub lease: Duration,
    /// How long running shards may go on after the worker was asked to stop.
    pub grace: Duration,
    /// When it ends by itself.
    pub until: Until,
}

/// When a worker ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Only when it is stopped.
    Stopped,
    /// Once no job is under way.
    Idle,
    /// Once, moreover, every run of a schedule is held against the one before: for a process that looks at
    /// schedules.
    Settled,
}

impl Default for Options {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            concurrency: cores,
            threads: 0,
            lease: Duration::from_secs(4),
            grace: Duration::from_secs(10),
            until: Until::Stopped,
        }
    }
}

/// How a worker ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Shards that it counted.
    pub shards: u64,
    /// Whether it ended in order: what it held is finished or handed back. If not, the database did not answer in
    /// time or a shard did not stop; leases run out by themselves, and threads may still be at work.
    pub in_order: bool,
}

/// A worker on a queue. It runs as a process of its own or inside another.
pub struct Worker {
    carrier: Arc<Carrier>,
    options: Options,
}

impl Worker {
    /// A worker that carries jobs of `kinds`; results go to `results`.
    ///
    /// # Errors
    /// [`QueueError::Threads`] where the system gives no threads.
    pub fn new(
        queue: Queue,
        results: ResultStore,
        kinds: Vec<Arc<dyn JobKind>>,
        options: Options,
    ) -> Result<Self, QueueError> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).build();
        let pool = Arc::new(pool.map_err(|error| QueueError::Threads { why: error.to_string() })?);
        // A name of its own for every start: what an earlier start held is nobody's.
        let name = format!("{}-{}", host(), uuid::Uuid::now_v7().simple());
        let holder = Holder { worker: name, lease: options.lease };
        let held = Held::new(options.lease);
        let carrier = Arc::new(Carrier::new(queue, results, kinds, pool, holder, held));
        Ok(Self { carrier, options })
    }

    /// The worker's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.carrier.holder.worker
    }

    /// Works until `stop` resolves, then finishes what it holds or hands it back. Once it is to stop, it waits no
    /// longer than its grace and a lease, or 4 s where that is longer, for what the database has to say: nothing is
    /// lost by that, as what was not committed is taken over when its lease runs out.
    ///
    /// # Errors
    /// Those of the database that do not pass.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<Ended, QueueError> {
        let Self { carrier, options } = self;
        let (stopping, stopped) = watch::channel(false);
        let stopping = Arc::new(stopping);
        let signal = Arc::clone(&stopping);
        let _asked = AbortOnDrop(tokio::spawn(async move {
            stop.await;
            signal.send_replace(true);
        }));
        let patience = options.grace.saturating_add(options.lease.max(LAST_WORDS));
        let in_order = tokio::select! {
            outcome = work(Arc::clone(&carrier), &options, &stopping, &stopped) => outcome.map(|()| true)?,
            () = after(stopped.clone(), patience) => {
                tracing::warn!(
                    leases = carrier.held.leases().len(),
                    "ending without the database's last word; leases run out by themselves, and nothing is lost"
                );
                false
            }
        };
        Ok(Ended { shards: carrier.counted(), in_order })
    }
}

/// Carries what the queue holds, until it is stopping or over.
async fn work(
    carrier: Arc<Carrier>,
    options: &Options,
    stopping: &watch::Sender<bool>,
    stopped: &watch::Receiver<bool>,
) -> Result<(), QueueError> {
    carrier.queue.join(&carrier.holder, &host(), options.concurrency).await?;
    let concurrency = options.concurrency.max(1);
    let signs = AbortOnDrop(tokio::spawn(signs_of_life(Arc::clone(&carrier), options.lease)));
    let watched = Arc::clone(&carrier);
    let memory = AbortOnDrop(tokio::spawn(async move { memory::watch(&watched).await }));
    let grace = AbortOnDrop(tokio::spawn(end_of_grace(Arc::clone(&carrier), stopped.clone(), options.grace)));
    let (sender, receiver) = mpsc::channel(concurrency);
    let slots = Arc::new(Semaphore::new(concurrency));
    let look = look(Arc::clone(&carrier), sender, slots, stopped.clone(), options.until);
    let mut look = AbortOnDrop(tokio::spawn(look));
    let outcome = carry_all(Arc::clone(&carrier), receiver, concurrency).await;
    drop((signs, memory, grace));
    stopping.send_replace(true);
    let looked = (&mut look.0).await.map_err(|error| QueueError::Threads { why: error.to_string() })?;
    carrier.queue.leave(&carrier.holder, carrier.held.leases()).await?;
    outcome.map_err(|error| QueueError::Threads { why: error.to_string() })?;
    looked
}

/// Resolves some time after the worker was asked to stop.
async fn after(mut stopped: watch::Receiver<bool>, time: Duration) {
    let _ = stopped.wait_for(|stop| *stop).await;
    tokio::time::sleep(time).await;
}

/// Has apalis carry what is taken, until nothing more is. Its future is put into a box here, outside any other
/// future: inside, the compiler could not tell that it may be sent between threads.
fn carry_all(
    carrier: Arc<Carrier>,
    taken: mpsc::Receiver<Taken>,
    concurrency: usize,
) -> Pin<Box<dyn Future<Output = Result<(), WorkerError>> + Send>> {
    let worker = WorkerBuilder::new(carrier.holder.worker.clone())
        .backend(Shards::new(taken))
        .concurrency(concurrency)
        .parallelize(tokio::spawn)
        .build(move |taken: Taken| Arc::clone(&carrier).carry(taken));
    Box::pin(worker.run())
}

/// Name of this machine.
fn host() -> String {
    sysinfo::System::host_name().unwrap_or_else(|| "host".to_owned())
}

/// Takes shards whenever there is room for them, until it is told to stop.
async fn look(
    carrier: Arc<Carrier>,
    sender: mpsc::Sender<Taken>,
    slots: Arc<Semaphore>,
    mut stopped: watch::Receiver<bool>,
    until: Until,
) -> Result<(), QueueError> {
    loop {
        let slot = tokio::select! {
            slot = Arc::clone(&slots).acquire_owned() => slot,
            _ = stopped.wait_for(|stop| *stop) => return Ok(()),
        };
        let Ok(slot) = slot else { return Ok(()) };
        let leases = carrier.queue.claim(&carrier.holder, 1 + slots.available_permits()).await?;
        if leases.is_empty() {
            drop(slot);
            if carrier.held.is_empty() && is_over(&carrier.queue, until).await? {
                return Ok(());
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stopped.wait_for(|stop| *stop) => return Ok(()),
            }
            continue;
        }
        let mut free = Some(slot);
        for lease in leases {
            let slot = match free.take() {
                Some(slot) => slot,
                None => match Arc::clone(&slots).acquire_owned().await {
                    Ok(slot) => slot,
                    Err(_) => return Ok(()),
                },
            };
            let taken = Taken::new(carrier.held.hold(lease), slot);
            if sender.send(taken).await.is_err() {
                return Ok(());
            }
        }
    }
}

/// Whether there is nothing left to wait for.
async fn is_over(queue: &Queue, until: Until) -> Result<bool, QueueError> {
    Ok(match until {
        Until::Stopped => false,
        Until::Idle => !queue.is_busy().await?,
        // In this order: what settles a run may submit its comparison.
        Until::Settled => queue.is_settled().await? && !queue.is_busy().await?,
    })
}

/// Extends leases, reports progress, and passes on what was lost or cancelled.
async fn signs_of_life(carrier: Arc<Carrier>, lease: Duration) {
    let every = (lease / BEATS).min(SLOWEST_BEAT);
    let pulse = tokio::spawn({
        let carrier = Arc::clone(&carrier);
        async move {
            loop {
                carrier.held.pulse();
                tokio::time::sleep(every).await;
            }
        }
    });
    let _ends_with_this = AbortOnDrop(pulse);
    loop {
        tokio::time::sleep(every).await;
        match carrier.queue.beat(&carrier.holder, carrier.held.progress()).await {
            Ok(lost) => lost.iter().for_each(|lease| carrier.held.lose(lease)),
            Err(error) => tracing::warn!(%error, "leases could not be extended"),
        }
    }
}

/// Some time after the worker was asked to stop, what still runs is given up.
async fn end_of_grace(carrier: Arc<Carrier>, mut stopped: watch::Receiver<bool>, grace: Duration) {
    let _ = stopped.wait_for(|stop| *stop).await;
    tracing::info!(running = carrier.held.leases().len(), "finishing what runs, then ending");
    tokio::time::sleep(grace).await;
    carrier.held.give_up();
}
