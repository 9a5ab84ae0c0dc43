//! Memory of a run beside the state, to be used again by the next one.

use crate::real::Real;

/// What runs of any width need.
#[derive(Debug, Default)]
pub struct Scratch {
    /// For a state that is a tile itself.
    pub block: BlockScratch,
    /// One for each thread.
    pub tiles: Vec<TileScratch>,
}

/// A tile.
#[derive(Debug, Default)]
pub struct TileScratch {
    /// Real and imaginary parts.
    pub parts: [Aligned; 2],
    /// Where the tile starts in the state.
    pub first: usize,
    /// For the tile's pieces.
    pub block: BlockScratch,
}

/// A piece of a tile, and tables.
#[derive(Debug, Default)]
pub struct BlockScratch {
    /// Real and imaginary parts.
    pub parts: [Aligned; 2],
    /// Tables of diagonals, one after the other.
    pub tables: [Aligned; 2],
    /// The bits of the index for which each table was made.
    pub made_for: Vec<Option<u64>>,
}

/// Memory that starts at a multiple of 64 bytes, so that no vector lies across two cache lines.
#[derive(Debug, Default)]
pub struct Aligned {
    memory: Vec<f64>,
}

impl Aligned {
    /// Doubles of a cache line.
    const LINE: usize = 8;

    /// The first `len` values, `len` a multiple of 16; what is in them is what the last user left.
    pub fn first<R: Real>(&mut self, len: usize) -> &mut [R] {
        let doubles = len * size_of::<R>() / size_of::<f64>();
        if self.memory.len() < doubles + Self::LINE {
            self.memory.resize(doubles + Self::LINE, 0.0);
        }
        let start = self.memory.as_ptr().align_offset(64).min(Self::LINE);
        bytemuck::cast_slice_mut(&mut self.memory[start..][..doubles])
    }

    /// What the last [`Aligned::first`] of this length gave.
    pub fn get<R: Real>(&self, len: usize) -> &[R] {
        let start = self.memory.as_ptr().align_offset(64).min(Self::LINE);
        bytemuck::cast_slice(&self.memory[start..][..len * size_of::<R>() / size_of::<f64>()])
    }
}
