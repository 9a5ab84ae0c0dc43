//! Shards as apalis sees them: a backend over the leases that were taken.
//!
//! The backends that come with apalis carry each task at least once, without fencing, progress or cancelling;
//! so the leases are the queue's own, and apalis gets them here one by one.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use apalis::prelude::{Backend, Task, TaskBuilder, WorkerContext};
use apalis_core::backend::BackendConfig;
use apalis_core::backend::finalize::Ephemeral;
use apalis_core::task::task_id::RandomId;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tower_layer::Identity;

use super::held::Holding;

/// A shard that was taken, and its place among those that run at a time.
#[derive(Clone)]
pub(super) struct Taken {
    pub holding: Arc<Holding>,
    _slot: Arc<OwnedSemaphorePermit>,
}

impl Taken {
    pub fn new(holding: Arc<Holding>, slot: OwnedSemaphorePermit) -> Self {
        Self { holding, _slot: Arc::new(slot) }
    }
}

/// The stream of taken shards.
pub(super) struct Shards {
    taken: mpsc::Receiver<Taken>,
}

impl Shards {
    pub fn new(taken: mpsc::Receiver<Taken>) -> Self {
        Self { taken }
    }
}

impl Backend for Shards {
    type Task = Task<Taken>;
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        worker: &WorkerContext,
    ) -> Poll<Option<Result<Task<Taken>, Infallible>>> {
        self.taken.poll_recv(cx).map(|taken| {
            if taken.is_none() {
                // Whoever looks for shards has ended, and so does the worker, once what runs is done. A
                // worker that was not running yet has nothing to end.
                let _ = worker.stop();
            }
            taken.map(|taken| Ok(TaskBuilder::new(taken).build()))
        })
    }

    fn poll_close(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
}

impl BackendConfig for Shards {
    type Args = Taken;
    type Id = RandomId;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
