//! A program on a state.
//!
//! Tiles are independent, so they go to the threads of the pool at hand: a group of them, one for
//! each thread, is copied out of the state and run, and copied back when all are done. No amplitude
//! depends on how many threads do so.

use rayon::prelude::*;

use super::packed::{Packed, width};
use super::scratch::{BlockScratch, Scratch, TileScratch};
use super::{Block, Program, SHORTEST, Stage, TILE_QUBITS, across, passes, table};
use crate::error::Error;
use crate::real::Real;
use crate::state::State;

/// Real and imaginary parts.
type Parts<'a, R> = [&'a mut [R]; 2];

impl Program {
    /// Applies the circuit to a state, on the threads of the pool at hand.
    ///
    /// # Errors
    /// [`Error::Gate`] where the state has another number of qubits.
    pub fn run<R: Real>(&self, state: &mut State<R>) -> Result<(), Error> {
        self.run_with(state, &mut Scratch::default())
    }

    /// As [`Program::run`], in memory that was used before.
    pub(super) fn run_with<R: Real>(&self, state: &mut State<R>, scratch: &mut Scratch) -> Result<(), Error> {
        if state.qubits() != self.qubits {
            let reason = format!("{} qubits, and the state has {}", self.qubits, state.qubits());
            return Err(Error::Gate { gate: "circuit".to_owned(), reason });
        }
        let (re, im) = state.parts_mut();
        if size_of::<R>() == size_of::<f64>() {
            self.run_parts::<f64>([re, im].map(bytemuck::cast_slice_mut), scratch);
        } else {
            self.run_parts::<f32>([re, im].map(bytemuck::cast_slice_mut), scratch);
        }
        Ok(())
    }

    fn run_parts<R: Packed>(&self, [re, im]: Parts<'_, R>, scratch: &mut Scratch) {
        for stage in &self.stages {
            match self.qubits <= TILE_QUBITS {
                true => stage.run_tile([re, im], 0, &mut scratch.block),
                false if stage.window.is_run() => stage.run_in_place([re, im], &mut scratch.tiles),
                false => stage.run_tiles([re, im], &mut scratch.tiles),
            }
        }
    }
}

impl Stage {
    /// Tiles that are runs of the state: every thread has a row of them.
    fn run_in_place<R: Packed>(&self, [re, im]: Parts<'_, R>, tiles: &mut Vec<TileScratch>) {
        let threads = rayon::current_num_threads().clamp(1, self.window.pieces());
        tiles.resize_with(threads.max(tiles.len()), TileScratch::default);
        let len = self.window.len();
        let row = self.window.pieces().div_ceil(threads) * len;
        let rows = re.par_chunks_mut(row).zip(im.par_chunks_mut(row)).zip(tiles).enumerate();
        rows.for_each(|(number, ((re, im), scratch))| {
            for (at, (re, im)) in re.chunks_exact_mut(len).zip(im.chunks_exact_mut(len)).enumerate() {
                self.run_tile([re, im], (number * row + at * len) as u64, &mut scratch.block);
            }
        });
    }

    /// Tiles that are copied.
    fn run_tiles<R: Packed>(&self, mut parts: Parts<'_, R>, tiles: &mut Vec<TileScratch>) {
        let threads = rayon::current_num_threads().clamp(1, self.window.pieces());
        tiles.resize_with(threads.max(tiles.len()), TileScratch::default);
        for group in (0..self.window.pieces()).step_by(threads) {
            let tiles = &mut tiles[..threads.min(self.window.pieces() - group)];
            let run = |(number, tile): (usize, &mut TileScratch)| {
                tile.first = self.window.first(group + number);
                let mut of_tile = tile.parts.each_mut().map(|part| part.first(self.window.len()));
                for (part, of_tile) in parts.iter().zip(&mut of_tile) {
                    self.window.gather(part, tile.first, of_tile);
                }
                self.run_tile(of_tile, tile.first as u64, &mut tile.block);
            };
            tiles.par_iter_mut().enumerate().for_each(run);
            let [re, im] = parts.each_mut();
            let put_back = |part: &mut [R], number: usize| {
                for tile in &*tiles {
                    self.window.scatter(tile.parts[number].get(self.window.len()), tile.first, part);
                }
            };
            rayon::join(|| put_back(re, 0), || put_back(im, 1));
        }
    }

    /// Runs a tile whose first amplitude has index `first` in the state.
    fn run_tile<R: Packed>(&self, [re, im]: Parts<'_, R>, first: u64, scratch: &mut BlockScratch) {
        self.blocks.iter().for_each(|block| block.run_pieces([re, im], first, scratch));
    }
}

impl Block {
    /// All pieces of a tile, one after the other.
    fn run_pieces<R: Packed>(&self, [re, im]: Parts<'_, R>, first: u64, scratch: &mut BlockScratch) {
        let len = self.window.len();
        let space = len.max(SHORTEST);
        scratch.made_for.clear();
        scratch.made_for.resize(self.steps.len(), None);
        let mut tables = scratch.tables.each_mut().map(|table| table.first(space * self.steps.len()));
        if self.window.is_run() && len == space {
            for at in (0..self.window.pieces()).map(|number| self.window.first(number)) {
                let piece = [&mut re[at..at + len], &mut im[at..at + len]];
                self.run(piece, first | self.spread(at), &mut tables, &mut scratch.made_for);
            }
            return;
        }
        let mut piece = scratch.parts.each_mut().map(|part| part.first(space));
        // A state of less than a vector stands in front of zeros, which rotations leave alone.
        piece.iter_mut().for_each(|part| part[len..].fill(R::ZERO));
        for number in 0..self.window.pieces() {
            let at = self.window.first(number);
            self.window.gather(re, at, piece[0]);
            self.window.gather(im, at, piece[1]);
            let base = first | self.spread(at);
            self.run(piece.each_mut().map(|part| &mut **part), base, &mut tables, &mut scratch.made_for);
            self.window.scatter(piece[0], at, re);
            self.window.scatter(piece[1], at, im);
        }
    }

    /// The state's index bits for an index into the tile.
    fn spread(&self, at: usize) -> u64 {
        self.tile_bits.iter().enumerate().map(|(position, bit)| (at as u64 >> position & 1) << bit).sum()
    }

    /// The steps, on a piece whose first amplitude has index `base` in the state.
    fn run<R: Packed>(
        &self,
        [re, im]: Parts<'_, R>,
        base: u64,
        tables: &mut Parts<'_, R>,
        made_for: &mut [Option<u64>],
    ) {
        let width = width::<R>();
        let [tables_re, tables_im] = tables.each_mut().map(|tables| tables.chunks_exact_mut(re.len()));
        for ((step, made_for), (table_re, table_im)) in self.steps.iter().zip(made_for).zip(tables_re.zip(tables_im)) {
            let split = step.turns.partition_point(|turn| 1 << turn.0 < width);
            let (low, high) = step.turns.split_at(split);
            let mut table = None;
            if let Some((diagonal, span)) = &step.diagonal {
                let bits = base & diagonal.outer_bits();
                if *made_for != Some(bits) {
                    table::fill([&mut *table_re, &mut *table_im], diagonal, *span, bits);
                    *made_for = Some(bits);
                }
                let factors = [&table_re[..1 << (span.high - span.low)], &table_im[..1 << (span.high - span.low)]];
                if span.low == 0 && !low.is_empty() {
                    table = Some(factors);
                } else {
                    passes::multiply([re, im], factors, *span);
                }
            }
            if !low.is_empty() {
                across::turn([re, im], table, low);
            }
            for part in [&mut *re, &mut *im] {
                passes::turn(part, high);
                passes::turn_pairs(part, &step.pairs, width);
            }
        }
    }
}
