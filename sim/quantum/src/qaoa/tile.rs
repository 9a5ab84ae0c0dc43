//! The amplitudes that a thread works on at a time, in memory of its own.
//!
//! A tile is rows of `2^10` amplitudes. The qubits within a row are rotated row by row, in the first
//! cache; those that tell rows apart are rotated column by column, in the first cache, too. For that
//! rows stand one cache line further apart than they are long: at a distance of a power of two all of
//! them would fall into the same few places of the cache and drive each other out.

use std::ops::Range;

use super::diagonal::BLOCK_BITS;
use super::layer::Mixing;
use crate::real::Real;

/// Bytes of a cache line; a vector load that crosses one takes twice as long.
const LINE: usize = 64;
/// Amplitudes that are rotated across rows at a time, over all rows.
const COLUMN_LEN: usize = 1 << 12;

/// Components in memory that starts at a cache line.
#[derive(Debug)]
pub(super) struct Aligned<R> {
    memory: Vec<R>,
    first: usize,
    len: usize,
}

impl<R: Real> Aligned<R> {
    /// `len` zeros.
    pub fn zeros(len: usize) -> Self {
        let memory = vec![R::ZERO; len + LINE / size_of::<R>()];
        // Where the address cannot be told, anywhere: slower, and the same.
        let first = Some(memory.as_ptr().align_offset(LINE)).filter(|&first| first < LINE).unwrap_or(0);
        Self { memory, first, len }
    }

    pub fn get_mut(&mut self) -> &mut [R] {
        &mut self.memory[self.first..][..self.len]
    }
}

/// A tile's memory, and room for the costs of one row.
#[derive(Debug)]
pub(super) struct Scratch<R> {
    re: Aligned<R>,
    im: Aligned<R>,
    costs: Aligned<f64>,
    row: usize,
    pitch: usize,
}

impl<R: Real> Scratch<R> {
    /// Zeros.
    pub fn new(bits: usize) -> Self {
        let row = 1 << bits.min(BLOCK_BITS);
        let pitch = row + LINE / size_of::<R>();
        let len = pitch << (bits - bits.min(BLOCK_BITS));
        Self { re: Aligned::zeros(len), im: Aligned::zeros(len), costs: Aligned::zeros(row), row, pitch }
    }

    /// The tile in it.
    pub fn tile(&mut self) -> Tile<'_, R> {
        let Self { re, im, costs, row, pitch } = self;
        Tile { re: re.get_mut(), im: im.get_mut(), costs: costs.get_mut(), row: *row, pitch: *pitch }
    }

    /// Takes amplitudes in from runs of a state, all of one length.
    pub fn load(&mut self, runs: &[(&mut [R], &mut [R])]) {
        let piece = self.row.min(runs[0].0.len());
        let (row, pitch) = (self.row, self.pitch);
        let to = |parts: &mut Aligned<R>, from: &mut dyn Iterator<Item = &[R]>| {
            let pieces = parts.get_mut().chunks_exact_mut(pitch).flat_map(|line| line[..row].chunks_exact_mut(piece));
            pieces.zip(from).for_each(|(to, from)| to.copy_from_slice(from));
        };
        to(&mut self.re, &mut runs.iter().flat_map(|(re, _)| re.chunks_exact(piece)));
        to(&mut self.im, &mut runs.iter().flat_map(|(_, im)| im.chunks_exact(piece)));
    }

    /// Puts them back.
    pub fn store(&mut self, runs: &mut [(&mut [R], &mut [R])]) {
        let piece = self.row.min(runs[0].0.len());
        let (row, pitch) = (self.row, self.pitch);
        let back = |parts: &mut Aligned<R>, to: &mut dyn Iterator<Item = &mut [R]>| {
            let pieces = parts.get_mut().chunks_exact(pitch).flat_map(|line| line[..row].chunks_exact(piece));
            pieces.zip(to).for_each(|(from, to)| to.copy_from_slice(from));
        };
        back(&mut self.re, &mut runs.iter_mut().flat_map(|(re, _)| re.chunks_exact_mut(piece)));
        back(&mut self.im, &mut runs.iter_mut().flat_map(|(_, im)| im.chunks_exact_mut(piece)));
    }
}

/// The amplitudes of a tile.
#[derive(Debug)]
pub(super) struct Tile<'a, R> {
    re: &'a mut [R],
    im: &'a mut [R],
    costs: &'a mut [f64],
    row: usize,
    pitch: usize,
}

impl<'a, R: Real> Tile<'a, R> {
    /// A whole state as one tile, where it is. The room for costs says how long its rows are.
    pub fn in_place((re, im): (&'a mut [R], &'a mut [R]), costs: &'a mut [f64]) -> Self {
        let row = costs.len();
        Self { re, im, costs, row, pitch: row }
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.re.len() / self.pitch
    }

    /// The components of a row, and room for its costs.
    #[inline(always)]
    pub fn row(&mut self, at: usize) -> (&mut [R], &mut [R], &mut [f64]) {
        let range = at * self.pitch..at * self.pitch + self.row;
        (&mut self.re[range.clone()], &mut self.im[range], self.costs)
    }

    /// Rotates qubits that tell rows apart: columns by columns, so that a few of each row stay in the
    /// first cache until all of them are done.
    #[inline(always)]
    pub fn turn_across(&mut self, mixing: &Mixing<R>, places: Range<usize>, qubits: &[u32]) {
        if places.is_empty() {
            return;
        }
        let columns = (COLUMN_LEN / self.rows()).clamp(8, self.row);
        for first in (0..self.row).step_by(columns) {
            let block = Columns { first, len: columns, pitch: self.pitch };
            mixing.across(self.re, self.im, block, places.clone(), qubits);
        }
    }
}

/// Some columns of a tile's rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub first: usize,
    pub len: usize,
    pub pitch: usize,
}
