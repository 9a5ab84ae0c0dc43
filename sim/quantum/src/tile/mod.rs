//! A small array out of a large one: the amplitudes whose index differs in a few chosen bits only.
//!
//! A step of a circuit that acts on `k` of `n` qubits splits the state into `2^(n-k)` pieces of `2^k`
//! amplitudes that know nothing of each other. A [`Window`] copies such a piece into memory of its
//! own, where it fits a cache and has no long strides, and back.

use crate::real::Real;

/// Which bits of an index a piece keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Kept bits of the large index, as a mask.
    kept: usize,
    /// The other bits of the large index; the piece's number counts in them, the first fastest.
    outer: Vec<u32>,
    /// Length of a run that lies in one piece, in the large array as in the small one.
    run: usize,
}

impl Window {
    /// The window on an array of `2^bits` values that keeps the bits of `kept`. The pieces are
    /// numbered so that the bits of `slow` change last.
    #[must_use]
    pub fn new(bits: u32, kept: u64, slow: u64) -> Self {
        let outside = (0..bits).filter(|bit| kept >> bit & 1 == 0);
        let (last, mut outer): (Vec<u32>, Vec<u32>) = outside.partition(|bit| slow >> bit & 1 == 1);
        outer.extend(last);
        let low = kept.trailing_ones().min(bits);
        #[expect(clippy::cast_possible_truncation, reason = "an index of memory")]
        Self { kept: kept as usize, outer, run: 1 << low }
    }

    /// Number of pieces.
    #[must_use]
    pub fn pieces(&self) -> usize {
        1 << self.outer.len()
    }

    /// Values of a piece.
    #[must_use]
    pub fn len(&self) -> usize {
        1 << self.kept.count_ones()
    }

    /// Whether a piece is a run of the large array, so that nothing need be copied.
    #[must_use]
    pub fn is_run(&self) -> bool {
        self.run == self.len()
    }

    /// Index of the first value of a piece in the large array.
    #[must_use]
    pub fn first(&self, piece: usize) -> usize {
        self.outer.iter().enumerate().map(|(at, bit)| (piece >> at & 1) << bit).sum()
    }

    /// Copies the piece that starts at `first` out of the large array.
    pub fn gather<R: Real>(&self, large: &[R], first: usize, piece: &mut [R]) {
        match self.run {
            8 => self.gather_runs::<R, 8>(large, first, piece),
            16 => self.gather_runs::<R, 16>(large, first, piece),
            32 => self.gather_runs::<R, 32>(large, first, piece),
            run => {
                for (row, at) in piece[..self.len()].chunks_exact_mut(run).zip(self.runs()) {
                    row.copy_from_slice(&large[first + at..][..run]);
                }
            }
        }
    }

    /// Copies the piece that starts at `first` back into the large array.
    pub fn scatter<R: Real>(&self, piece: &[R], first: usize, large: &mut [R]) {
        match self.run {
            8 => self.scatter_runs::<R, 8>(piece, first, large),
            16 => self.scatter_runs::<R, 16>(piece, first, large),
            32 => self.scatter_runs::<R, 32>(piece, first, large),
            run => {
                for (row, at) in piece[..self.len()].chunks_exact(run).zip(self.runs()) {
                    large[first + at..][..run].copy_from_slice(row);
                }
            }
        }
    }

    /// Where the runs of a piece start, from its first value.
    fn runs(&self) -> impl Iterator<Item = usize> {
        let step = self.kept & !(self.run - 1);
        // Counting in the kept bits alone: borrowing runs through the others.
        std::iter::successors(Some(0_usize), move |at| Some(at.wrapping_sub(step) & step))
    }

    /// Runs of a length known to the compiler become vector moves instead of calls.
    fn gather_runs<R: Real, const RUN: usize>(&self, large: &[R], first: usize, piece: &mut [R]) {
        let large = large.as_chunks::<RUN>().0;
        for (row, at) in piece[..self.len()].as_chunks_mut::<RUN>().0.iter_mut().zip(self.runs()) {
            *row = large[(first + at) / RUN];
        }
    }

    fn scatter_runs<R: Real, const RUN: usize>(&self, piece: &[R], first: usize, large: &mut [R]) {
        let large = large.as_chunks_mut::<RUN>().0;
        for (row, at) in piece[..self.len()].as_chunks::<RUN>().0.iter().zip(self.runs()) {
            large[(first + at) / RUN] = *row;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_cover_the_array_once_and_come_back_where_they_were() {
        for (bits, kept, slow) in [(6, 0b10_1101, 0b1_0000), (7, 0b101_0111, 0), (3, 0b111, 0), (8, 0b1000_1111, 0x40)]
        {
            let window = Window::new(bits, kept, slow);
            let large: Vec<f64> = (0..1_u32 << bits).map(f64::from).collect();
            let mut copy = vec![-1.0; large.len()];
            let mut piece = vec![0.0; window.len()];
            for number in 0..window.pieces() {
                window.gather(&large, window.first(number), &mut piece);
                window.scatter(&piece, window.first(number), &mut copy);
            }
            assert_eq!(copy, large);
        }
    }

    #[test]
    fn a_slow_bit_changes_last() {
        let window = Window::new(4, 0b0010, 0b0001);
        let firsts: Vec<_> = (0..window.pieces()).map(|piece| window.first(piece)).collect();
        // Bits 2 and 3 count first, bit 0 last.
        assert_eq!(firsts, [0, 4, 8, 12, 1, 5, 9, 13]);
    }
}
