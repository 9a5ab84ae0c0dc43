//! The row kernels of the flat loop.

use energyopti_engine::{LANES, Lanes};

#[inline(always)]
pub(super) fn add(sum: &mut Lanes, term: &Lanes) {
    for lane in 0..LANES {
        sum[lane] += term[lane];
    }
}

#[inline(always)]
pub(super) fn subtract(from: &mut Lanes, term: &Lanes) {
    for lane in 0..LANES {
        from[lane] -= term[lane];
    }
}

#[inline(always)]
pub(super) fn scale(out: &mut Lanes, row: &Lanes, factor: f64) {
    for lane in 0..LANES {
        out[lane] = row[lane] * factor;
    }
}

/// The lesser of two numbers, without care for what is none.
#[inline(always)]
pub(super) fn least(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// The lanes whose bit is set.
pub(super) fn lanes_of(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lane = (mask != 0).then(|| mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(lane)
    })
}
