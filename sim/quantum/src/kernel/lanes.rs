//! A vector of amplitudes' components: `[R; L]`, operated on lane by lane.
//!
//! Plain arrays, which the compiler makes vector registers of where the caller has switched the
//! instructions on. Every operation is one rounding per lane on any processor.

use crate::real::Real;

/// `a + b * factor`.
#[inline(always)]
pub fn plus<R: Real, const L: usize>(a: [R; L], b: [R; L], factor: R) -> [R; L] {
    std::array::from_fn(|lane| b[lane].fused(factor, a[lane]))
}

/// `a * b + c`.
#[inline(always)]
pub fn fused<R: Real, const L: usize>(a: [R; L], b: [R; L], c: [R; L]) -> [R; L] {
    std::array::from_fn(|lane| a[lane].fused(b[lane], c[lane]))
}

/// `a * b`.
#[inline(always)]
pub fn times<R: Real, const L: usize>(a: [R; L], b: [R; L]) -> [R; L] {
    std::array::from_fn(|lane| a[lane] * b[lane])
}

/// The complex product of two (real, imaginary) vectors.
#[inline(always)]
pub fn complex_times<R: Real, const L: usize>(a: [[R; L]; 2], b: [[R; L]; 2]) -> [[R; L]; 2] {
    let minus = times(a[1], b[1]).map(|value| -value);
    [fused(a[0], b[0], minus), fused(a[0], b[1], times(a[1], b[0]))]
}

/// Lanes in the order `lane ^ mask`.
#[inline(always)]
pub fn exchanged<R: Real, const L: usize>(a: [R; L], mask: usize) -> [R; L] {
    std::array::from_fn(|lane| a[(lane ^ mask) % L])
}
