//! A vector of amplitudes' components: `[R; L]`, operated on lane by lane.
//!
//! Plain arrays and plain loops, which the compiler makes vector registers of where the caller has
//! switched the instructions on. Every operation is one rounding per lane on any processor.

use crate::real::Real;

/// `a + b * factor`.
#[inline(always)]
pub fn plus<R: Real, const L: usize>(mut a: [R; L], b: [R; L], factor: R) -> [R; L] {
    for lane in 0..L {
        a[lane] = b[lane].fused(factor, a[lane]);
    }
    a
}

/// `a * own + b * other`, rounded after the first product and at the end.
#[inline(always)]
pub fn mixed<R: Real, const L: usize>(mut a: [R; L], own: &[R; L], b: [R; L], other: &[R; L]) -> [R; L] {
    for lane in 0..L {
        a[lane] = b[lane].fused(other[lane], a[lane] * own[lane]);
    }
    a
}

/// The complex product of two (real, imaginary) vectors.
#[inline(always)]
pub fn complex_times<R: Real, const L: usize>([re, im]: [[R; L]; 2], factor: [&[R; L]; 2]) -> [[R; L]; 2] {
    let [mut a, mut b] = [re, im];
    for lane in 0..L {
        a[lane] = re[lane].fused(factor[0][lane], -(im[lane] * factor[1][lane]));
        b[lane] = re[lane].fused(factor[1][lane], im[lane] * factor[0][lane]);
    }
    [a, b]
}

/// Lanes in the order `lane ^ mask`.
#[inline(always)]
pub fn exchanged<R: Real, const L: usize>(a: [R; L], mask: usize) -> [R; L] {
    let mut exchanged = a;
    for lane in 0..L {
        exchanged[lane] = a[(lane ^ mask) % L];
    }
    exchanged
}
