//! Many groups on many threads: the same bits on any number of them.
//!
//! One world per thread pulls group after group from a counter; each thread adds up its own tally
//! and the tallies merge exactly, so who ran what does not matter.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rayon::ThreadPool;

use crate::error::EngineError;
use crate::lanes::LANES;
use crate::model::Model;
use crate::record::{Layout, Table, Tally};
use crate::simulation::Simulation;

/// How the caller follows and stops a batch; looked at once per block of steps.
#[derive(Debug, Default)]
pub struct Control {
    /// Set to stop.
    pub cancelled: AtomicBool,
    /// Replicas done so far.
    pub progress: AtomicU64,
}

/// A model with one world per thread of a pool.
pub struct Batch<'a> {
    model: &'a Model,
    pool: &'a ThreadPool,
    worlds: Vec<Mutex<Simulation>>,
    layout: Layout,
}

impl<'a> Batch<'a> {
    /// Builds the worlds.
    ///
    /// # Errors
    /// As [`Simulation::new`].
    pub fn new(model: &'a Model, pool: &'a ThreadPool) -> Result<Self, EngineError> {
        let first = Simulation::new(model)?;
        let layout = first.layout().clone();
        let mut worlds = vec![Mutex::new(first)];
        for _ in 1..pool.current_num_threads() {
            worlds.push(Mutex::new(Simulation::new(model)?));
        }
        Ok(Self { model, pool, worlds, layout })
    }

    /// The columns and metrics of the model.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// An empty tally that fits the model.
    #[must_use]
    pub fn empty_tally(&self) -> Tally {
        self.lock(0).empty_tally(self.model)
    }

    /// Runs the replicas of `range` and returns their tally. `range` starts at a multiple of 64;
    /// `each(first_replica, active, table)` hears every group, in no particular order and from
    /// any thread.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`] when asked to stop, [`EngineError::LedgerOpen`] on a bug.
    ///
    /// # Panics
    /// Where `range.start` is no multiple of 64.
    pub fn run(
        &self,
        range: Range<u64>,
        control: &Control,
        each: &(dyn Fn(u64, usize, &Table) + Sync),
    ) -> Result<Tally, EngineError> {
        assert!(range.start.is_multiple_of(LANES as u64), "batches start at a whole group");
        let next = AtomicU64::new(range.start / LANES as u64);
        let parts = self.pool.broadcast(|thread| {
            let mut world = self.lock(thread.index());
            let mut tally = world.empty_tally(self.model);
            loop {
                let group = next.fetch_add(1, Ordering::Relaxed);
                let first = group * LANES as u64;
                if first >= range.end {
                    return Ok(tally);
                }
                let active = (range.end - first).min(LANES as u64);
                let lanes = usize::try_from(active).expect("at most 64");
                let cancelled = || control.cancelled.load(Ordering::Relaxed);
                let table = world.run_group_unless(group, lanes, &mut tally, &cancelled)?;
                each(first, lanes, table);
                control.progress.fetch_add(active, Ordering::Relaxed);
            }
        });
        let mut whole = self.empty_tally();
        for part in parts {
            whole.merge(&part?);
        }
        Ok(whole)
    }

    fn lock(&self, thread: usize) -> std::sync::MutexGuard<'_, Simulation> {
        // A poisoned world is put back by its next restart like any other.
        self.worlds[thread].lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
