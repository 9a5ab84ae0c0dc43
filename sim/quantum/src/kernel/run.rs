//! A program on a state.
//!
//! Tiles are independent, so they go to the threads of the pool at hand: a group of them is copied
//! out of the state and run, and then every thread copies what belongs to its own part of the state
//! back. No amplitude depends on how many do so.

use rayon::prelude::*;

use super::passes;
use super::table::Table;
use super::{BLOCK_QUBITS, Block, Program, Stage, TILE_QUBITS};
use crate::error::Error;
use crate::real::Real;
use crate::state::State;

/// Lanes of a vector of 64 bytes.
const DOUBLES: usize = 8;
const SINGLES: usize = 16;

impl Program {
    /// Applies the circuit to a state, on the threads of the pool at hand.
    ///
    /// # Errors
    /// [`Error::Gate`] where the state has another number of qubits.
    pub fn run<R: Real>(&self, state: &mut State<R>) -> Result<(), Error> {
        self.run_with(state, &mut Scratch::default())
    }

    /// As [`Program::run`], in memory that was used before.
    pub(super) fn run_with<R: Real>(&self, state: &mut State<R>, scratch: &mut Scratch<R>) -> Result<(), Error> {
        if state.qubits() != self.qubits {
            let reason = format!("{} qubits, and the state has {}", self.qubits, state.qubits());
            return Err(Error::Gate { gate: "circuit".to_owned(), reason });
        }
        for stage in &self.stages {
            if self.qubits <= TILE_QUBITS {
                let (re, im) = state.parts_mut();
                stage.run_tile(re, im, 0, &mut scratch.block);
            } else {
                stage.run_tiles(state, &mut scratch.tiles);
            }
        }
        Ok(())
    }
}

/// Memory beside the state.
#[derive(Debug)]
pub(super) struct Scratch<R> {
    /// For a state that is a tile itself.
    block: BlockScratch<R>,
    /// One for each thread.
    tiles: Vec<TileScratch<R>>,
}

impl<R> Default for Scratch<R> {
    fn default() -> Self {
        Self { block: BlockScratch::default(), tiles: Vec::new() }
    }
}

#[derive(Debug)]
struct TileScratch<R> {
    re: Aligned<R>,
    im: Aligned<R>,
    /// Where the tile starts in the state.
    first: usize,
    block: BlockScratch<R>,
}

#[derive(Debug)]
struct BlockScratch<R> {
    re: Aligned<R>,
    im: Aligned<R>,
    /// Tables of diagonals, one after the other.
    tables: [Aligned<R>; 2],
    /// The bits of the index for which each table was made.
    made_for: Vec<Option<u64>>,
}

impl<R> Default for BlockScratch<R> {
    fn default() -> Self {
        let empty = Aligned::default;
        Self { re: empty(), im: empty(), tables: [empty(), empty()], made_for: Vec::new() }
    }
}

/// Values that start at a multiple of 64 bytes, so that no vector lies across two cache lines.
#[derive(Debug)]
struct Aligned<R> {
    values: Vec<R>,
}

impl<R> Default for Aligned<R> {
    fn default() -> Self {
        Self { values: Vec::new() }
    }
}

impl<R: Real> Aligned<R> {
    const LINE: usize = 64;

    /// The first `len` values; what is in them is what the last user left.
    fn first(&mut self, len: usize) -> &mut [R] {
        let spare = Self::LINE / size_of::<R>();
        if self.values.len() < len + spare {
            self.values.resize(len + spare, R::ZERO);
        }
        let start = self.values.as_ptr().align_offset(Self::LINE).min(spare);
        &mut self.values[start..][..len]
    }
}

impl Stage {
    fn run_tiles<R: Real>(&self, state: &mut State<R>, tiles: &mut Vec<TileScratch<R>>) {
        let threads = rayon::current_num_threads().min(self.window.pieces()).max(1);
        let new = || TileScratch {
            re: Aligned::default(),
            im: Aligned::default(),
            first: 0,
            block: BlockScratch::default(),
        };
        tiles.resize_with(threads.max(tiles.len()), new);
        for group in (0..self.window.pieces()).step_by(threads) {
            let tiles = &mut tiles[..threads.min(self.window.pieces() - group)];
            let (re, im) = state.parts();
            let run = |(number, tile): (usize, &mut TileScratch<R>)| {
                tile.first = self.window.first(group + number);
                let (tile_re, tile_im) = (tile.re.first(self.window.len()), tile.im.first(self.window.len()));
                self.window.gather(re, tile.first, tile_re);
                self.window.gather(im, tile.first, tile_im);
                self.run_tile(tile_re, tile_im, tile.first, &mut tile.block);
            };
            if threads == 1 {
                tiles.iter_mut().enumerate().for_each(run);
            } else {
                tiles.par_iter_mut().enumerate().for_each(run);
            }
            self.put_back(state, tiles);
        }
    }

    fn put_back<R: Real>(&self, state: &mut State<R>, tiles: &mut [TileScratch<R>]) {
        let (re, im) = state.parts_mut();
        for tile in tiles {
            self.window.scatter(tile.re.first(self.window.len()), tile.first, re);
            self.window.scatter(tile.im.first(self.window.len()), tile.first, im);
        }
    }

    /// Runs a tile whose first amplitude has index `first` in the state.
    fn run_tile<R: Real>(&self, re: &mut [R], im: &mut [R], first: usize, scratch: &mut BlockScratch<R>) {
        for block in &self.blocks {
            let (re, im, scratch) = (&mut *re, &mut *im, &mut *scratch);
            if size_of::<R>() == size_of::<f64>() {
                block.run_pieces::<R, DOUBLES>(re, im, first, scratch);
            } else {
                block.run_pieces::<R, SINGLES>(re, im, first, scratch);
            }
        }
    }
}

impl Block {
    /// All pieces of a tile, one after the other.
    fn run_pieces<R: Real, const L: usize>(
        &self,
        re: &mut [R],
        im: &mut [R],
        first: usize,
        scratch: &mut BlockScratch<R>,
    ) {
        let len = self.window.len();
        scratch.made_for.clear();
        scratch.made_for.resize(self.steps.len(), None);
        let tables = scratch.tables.each_mut().map(|table| table.first(len.max(L) * self.steps.len()));
        if len == re.len() && len >= L {
            return self.run::<R, L>([re, im], first as u64, tables, &mut scratch.made_for);
        }
        // A state of less than a vector stands in front of zeros, which rotations leave alone.
        let (piece_re, piece_im) = (scratch.re.first(len.max(L)), scratch.im.first(len.max(L)));
        piece_re.fill(R::ZERO);
        piece_im.fill(R::ZERO);
        let [table_re, table_im] = tables;
        for piece in 0..self.window.pieces() {
            let at = self.window.first(piece);
            self.window.gather(re, at, piece_re);
            self.window.gather(im, at, piece_im);
            let base = first as u64 | self.spread(at);
            self.run::<R, L>([piece_re, piece_im], base, [table_re, table_im], &mut scratch.made_for);
            self.window.scatter(piece_re, at, re);
            self.window.scatter(piece_im, at, im);
        }
    }

    /// The state's index bits for an index into the tile.
    fn spread(&self, at: usize) -> u64 {
        self.tile_bits.iter().enumerate().map(|(position, bit)| (at as u64 >> position & 1) << bit).sum()
    }

    /// The steps, on a piece whose first amplitude has index `base` in the state.
    fn run<R: Real, const L: usize>(
        &self,
        parts: [&mut [R]; 2],
        base: u64,
        [tables_re, tables_im]: [&mut [R]; 2],
        made_for: &mut [Option<u64>],
    ) {
        let [re, im] = parts.map(|part| part.as_chunks_mut::<L>().0);
        let len = re.len();
        let (tables_re, tables_im) = (tables_re.as_chunks_mut::<L>().0, tables_im.as_chunks_mut::<L>().0);
        let tables = tables_re.chunks_exact_mut(len).zip(tables_im.chunks_exact_mut(len));
        for ((step, made_for), (table_re, table_im)) in self.steps.iter().zip(made_for).zip(tables) {
            if let Some(diagonal) = &step.diagonal {
                let bits = base & diagonal.outer_bits();
                if *made_for != Some(bits) {
                    Table::<R, L> { re: table_re, im: table_im }.fill(diagonal, bits);
                    *made_for = Some(bits);
                }
                passes::multiply([re, im], [table_re, table_im]);
            }
            let split = step.turns.partition_point(|turn| turn.0 < L.trailing_zeros() as usize);
            let (low, high) = step.turns.split_at(split);
            for part in [&mut *re, &mut *im] {
                passes::turn_lanes(part, low);
                passes::turn(part, high);
                step.pairs.iter().for_each(|(positions, turns)| passes::turn_pair(part, *positions, *turns));
            }
        }
    }
}

const _: () = assert!(BLOCK_QUBITS < TILE_QUBITS);
