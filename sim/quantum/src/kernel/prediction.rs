//! What a program will cost, told before anything is allocated.

use super::{Program, Step};
use crate::kernel::{BLOCK_QUBITS, TILE_QUBITS};

/// Counts from which a caller with measured rates predicts seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// Bytes of the state.
    pub bytes: u128,
    /// Bytes beside the state, for each thread: a tile, a block and its tables.
    pub bytes_per_thread: u64,
    /// Times that the whole state is read and written.
    pub sweeps: u32,
    /// Times that a tile is read and written within the cache, over all sweeps.
    pub cache_sweeps: u32,
    /// Multiplications with or without an addition.
    pub multiply_adds: f64,
}

impl Prediction {
    /// Seconds on one thread, given bytes per second of memory (read and written ones both count)
    /// and multiply-adds per second; the two are taken to add up.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a prediction")]
    pub fn seconds(&self, bytes_per_second: f64, multiply_adds_per_second: f64) -> f64 {
        let moved = 2.0 * self.bytes as f64 * f64::from(self.sweeps);
        moved / bytes_per_second + self.multiply_adds / multiply_adds_per_second
    }
}

impl Program {
    /// The cost of a run: `bytes_per_amplitude` is 16 in double precision, 8 in single.
    #[must_use]
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a few thousand at most")]
    pub fn prediction(&self, bytes_per_amplitude: u64) -> Prediction {
        let blocks = || self.stages.iter().flat_map(|stage| &stage.blocks);
        let per_amplitude: usize = blocks().flat_map(|block| &block.steps).map(multiply_adds).sum();
        let steps = blocks().map(|block| block.steps.len() as u64).max().unwrap_or(0);
        let [tile, block] = [TILE_QUBITS, BLOCK_QUBITS].map(|most| bytes_per_amplitude << self.qubits.min(most));
        Prediction {
            bytes: u128::from(bytes_per_amplitude) << self.qubits,
            bytes_per_thread: tile + block * (1 + steps),
            sweeps: self.stages.len() as u32,
            cache_sweeps: blocks().count() as u32,
            multiply_adds: per_amplitude as f64 * libm::exp2(f64::from(self.qubits)),
        }
    }
}

/// Of one amplitude: two components, one each for a rotation; four for a diagonal.
fn multiply_adds(step: &Step) -> usize {
    2 * (step.turns.len() + step.pairs.len()) + 4 * usize::from(step.diagonal.is_some())
}
