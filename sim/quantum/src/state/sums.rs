//! Sums over amplitudes whose bits do not depend on who adds what.

use rayon::prelude::*;

/// Terms of one piece, added in order; pieces are added in order, too.
const PIECE: usize = 1 << 13;

/// `sum of term(0), term(1), ..., term(len - 1)`: pieces of fixed size go to the pool, and their
/// sums are added from the first to the last.
pub fn ordered_sum(len: usize, term: impl Fn(usize) -> f64 + Sync) -> f64 {
    let piece = |first: usize| (first..len.min(first + PIECE)).map(&term).sum::<f64>();
    if len <= PIECE {
        return piece(0);
    }
    let sums: Vec<f64> = (0..len.div_ceil(PIECE)).into_par_iter().map(|at| piece(at * PIECE)).collect();
    sums.iter().sum()
}
