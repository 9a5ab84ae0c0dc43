//! Row kernels: the loops over lanes that the step spends its time in.
//!
//! Each is a plain loop over arrays of known length that do not overlap, so the compiler turns it
//! into the widest SIMD of the instruction set that [`crate::walk`] dispatched to. Every function
//! is inlined for that reason: out of line it would fall back to the baseline instruction set.

use crate::lanes::{LANES, Lanes};

/// A row of lanes.
type Row = [f64; LANES];

/// `sum += term`.
#[inline(always)]
pub(crate) fn add(sum: &mut Row, term: &Row) {
    for lane in 0..LANES {
        sum[lane] += term[lane];
    }
}

/// `rest -= term`.
#[inline(always)]
pub(crate) fn subtract(rest: &mut Row, term: &Row) {
    for lane in 0..LANES {
        rest[lane] -= term[lane];
    }
}

/// `sum += a - b`.
#[inline(always)]
pub(crate) fn add_difference(sum: &mut Row, a: &Row, b: &Row) {
    for lane in 0..LANES {
        sum[lane] += a[lane] - b[lane];
    }
}

/// `out = row * factor`.
#[inline(always)]
pub(crate) fn scale(out: &mut Row, row: &Row, factor: f64) {
    for lane in 0..LANES {
        out[lane] = row[lane] * factor;
    }
}

/// The lanes in which `a - b` is above `bound`, as bits. Most often there is none, and that is
/// found without building the mask.
#[inline(always)]
pub(crate) fn above(a: &Row, b: &Row, bound: f64) -> u64 {
    let mut greatest = [f64::MIN; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for lane in 0..8 {
            let gap = a[lane] - b[lane];
            greatest[lane] = if gap > greatest[lane] { gap } else { greatest[lane] };
        }
    }
    if greatest.iter().any(|gap| *gap > bound) { mask(a, b, bound) } else { 0 }
}

#[cold]
fn mask(a: &Row, b: &Row, bound: f64) -> u64 {
    (0..LANES).fold(0, |mask, lane| mask | (u64::from(a[lane] - b[lane] > bound) << lane))
}

/// Whether every lane is 0: told from the bits, which gather faster than comparisons.
#[inline(always)]
pub(crate) fn all_zero(row: &Row) -> bool {
    row.iter().fold(0, |bits, value| bits | value.to_bits()) == 0
}

/// The lanes whose value is below `bound`, as bits.
#[inline(always)]
pub(crate) fn below(row: &[u32; LANES], bound: u32) -> u64 {
    (0..LANES).fold(0, |mask, lane| mask | (u64::from(row[lane] < bound) << lane))
}

/// The lanes' sum. Eight partial sums, added pairwise: a fixed order that also vectorises.
#[inline(always)]
pub(crate) fn sum(row: &Row) -> f64 {
    let mut partial = [0.0; 8];
    for piece in row.as_chunks::<8>().0 {
        for lane in 0..8 {
            partial[lane] += piece[lane];
        }
    }
    let [a, b, c, d, e, f, g, h] = partial;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

/// The bin, 0 to `last`, of each value: `(value - low) / width`, cut at both ends.
#[inline(always)]
pub(crate) fn bins(row: &Row, low: f64, per_width: f64, last: u32) -> Lanes<u32> {
    /// Added to a double below 2^31, it leaves the rounded integer in the low bits: a conversion
    /// that is one addition per lane.
    const TO_BITS: f64 = 4_503_599_627_370_496.0;
    let top = f64::from(last);
    let mut out = Lanes::splat(0);
    for lane in 0..LANES {
        // A little more than half is left on, so that a value on an edge goes up, whatever rounding
        // to even would do.
        let place = (row[lane] - low) * per_width - (0.5 - 1e-6);
        let place = if place > 0.0 { place } else { 0.0 };
        let place = if place < top { place } else { top };
        #[expect(clippy::cast_possible_truncation, reason = "the low 32 bits hold the integer")]
        {
            out[lane] = (place + TO_BITS).to_bits() as u32;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_cut_at_both_ends() {
        let mut row = [0.0; LANES];
        row[..6].copy_from_slice(&[-1e9, 0.2, 0.9, 1.1, 126.9, 1e9]);
        let got = bins(&row, 0.0, 1.0, 127);
        assert_eq!(got[..6], [0, 0, 0, 1, 126, 127]);
    }

    #[test]
    fn a_value_on_an_edge_belongs_to_the_bin_above() {
        let mut row = [0.0; LANES];
        row[..4].copy_from_slice(&[1.0, 2.0, 3.0, 64.0]);
        assert_eq!(bins(&row, 0.0, 1.0, 127)[..4], [1, 2, 3, 64]);
    }

    #[test]
    fn the_mask_names_the_lanes_above() {
        let mut row = [0.0; LANES];
        row[3] = 2.0;
        row[63] = 1.0;
        assert_eq!(above(&row, &[0.0; LANES], 1.0), 1 << 3);
        assert_eq!(above(&row, &[0.0; LANES], 0.5), (1 << 3) | (1 << 63));
    }
}
