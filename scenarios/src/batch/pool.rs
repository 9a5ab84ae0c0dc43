//! The threads of a batch.

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::BatchError;

/// A pool of `threads` threads, or one per core.
///
/// # Errors
/// [`BatchError::Threads`] where the system refuses them.
pub fn pool(threads: Option<u32>) -> Result<ThreadPool, BatchError> {
    let builder = ThreadPoolBuilder::new().thread_name(|index| format!("lane-{index}"));
    let builder = match threads {
        Some(threads) => builder.num_threads(threads as usize),
        None => builder,
    };
    Ok(builder.build()?)
}
