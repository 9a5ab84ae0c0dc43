//! What a worker holds: its leases, how far each is, and which of them it has lost.
//!
//! A process that stood still for longer than a lease (stopped, suspended) cannot know what happened
//! meanwhile: it gives up everything that it held, before the queue has to say so.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use energyopti_scenarios::jobs::Control;

use super::memory::{self, Alone};
use crate::queue::Lease;

/// A lease in this worker's hands.
pub(super) struct Holding {
    pub lease: Lease,
    /// Through which its shard is cancelled, and says how far it is.
    pub control: Control,
    lost: AtomicBool,
    /// Most memory that it may take, bytes; known once its job is looked up.
    limit: OnceLock<Option<u64>>,
}

impl Holding {
    /// Whether it may no longer be committed.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::SeqCst)
    }

    fn cancel(&self) {
        self.control.cancelled.store(true, Ordering::Relaxed);
    }

    fn lose(&self) {
        self.lost.store(true, Ordering::SeqCst);
        self.cancel();
    }
}

/// All leases of a worker.
pub(super) struct Held {
    lease: Duration,
    holdings: Mutex<Vec<Arc<Holding>>>,
    pulse: Mutex<Instant>,
    alone: Mutex<Alone>,
}

impl Held {
    pub fn new(lease: Duration) -> Self {
        let alone = Mutex::new(Alone::default());
        Self { lease, holdings: Mutex::new(Vec::new()), pulse: Mutex::new(Instant::now()), alone }
    }

    pub fn hold(&self, lease: Lease) -> Arc<Holding> {
        let holding = Arc::new(Holding {
            lease,
            control: Control::default(),
            lost: AtomicBool::new(false),
            limit: OnceLock::new(),
        });
        let mut all = self.all();
        all.push(Arc::clone(&holding));
        self.at_work(&all);
        holding
    }

    pub fn release(&self, holding: &Arc<Holding>) {
        let mut all = self.all();
        all.retain(|held| !Arc::ptr_eq(held, holding));
        self.at_work(&all);
    }

    /// Says how much memory a holding may take.
    pub fn allow(&self, holding: &Holding, bytes: Option<u64>) {
        // Each is looked up once.
        let _ = holding.limit.set(bytes);
        self.at_work(&self.all());
    }

    /// Those at work, lost ones among them: they take memory until they end.
    fn at_work(&self, all: &[Arc<Holding>]) {
        let shards = all.iter().map(|held| (held.lease.job.as_str(), held.limit.get().copied().flatten()));
        self.alone().changed(shards, memory::resident);
    }

    /// The job that is alone at work.
    pub fn alone(&self) -> MutexGuard<'_, Alone> {
        self.alone.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leases that still count.
    pub fn leases(&self) -> Vec<Lease> {
        self.all().iter().filter(|held| !held.is_lost()).map(|held| held.lease.clone()).collect()
    }

    /// Leases that still count, with the units done of each.
    pub fn progress(&self) -> Vec<(Lease, u64)> {
        let all = self.all();
        let counting = all.iter().filter(|held| !held.is_lost());
        counting
            .map(|held| {
                let length = held.lease.units.end - held.lease.units.start;
                (held.lease.clone(), held.control.progress.load(Ordering::Relaxed).min(length))
            })
            .collect()
    }

    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    /// The queue says that a lease is lost.
    pub fn lose(&self, lease: &Lease) {
        for held in self.all().iter().filter(|held| held.lease == *lease) {
            tracing::warn!(job = lease.job, shard = lease.shard, epoch = lease.epoch, "the lease is lost");
            held.lose();
        }
    }

    /// Cancels what runs, to hand it back.
    pub fn give_up(&self) {
        self.all().iter().for_each(|held| held.cancel());
    }

    /// A sign that this process runs; after too long a gap everything is lost.
    pub fn pulse(&self) {
        let mut pulse = self.pulse.lock().unwrap_or_else(PoisonError::into_inner);
        if pulse.elapsed() > self.lease {
            let all = self.all();
            if !all.is_empty() {
                tracing::warn!(
                    leases = all.len(),
                    "this process stood still for longer than a lease; its shards are given up"
                );
            }
            all.iter().for_each(|held| held.lose());
        }
        *pulse = Instant::now();
    }

    fn all(&self) -> MutexGuard<'_, Vec<Arc<Holding>>> {
        self.holdings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task that ends with whoever started it.
pub(super) struct AbortOnDrop<T>(pub tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
