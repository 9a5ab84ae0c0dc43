//! Loops over padded rows of eight lanes, which the compiler turns into vector instructions. Sums run in eight lanes and
//! then pairwise: one order on every processor, so one result in bits.

/// Lanes of a padded row.
pub(crate) const LANES: usize = 8;

/// Length of a row of `m` numbers after padding.
pub(crate) fn padded(m: usize) -> usize {
    m.next_multiple_of(LANES)
}

#[inline(always)]
fn total(lanes: [f64; LANES]) -> f64 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// `a'b` of two padded rows.
#[inline(always)]
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    for (x, y) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        for k in 0..LANES {
            lanes[k] += x[k] * y[k];
        }
    }
    total(lanes)
}

/// `target += factor * source` over padded rows.
#[inline(always)]
pub(crate) fn add_scaled(target: &mut [f64], factor: f64, source: &[f64]) {
    for (x, y) in target.as_chunks_mut::<LANES>().0.iter_mut().zip(source.as_chunks::<LANES>().0) {
        for k in 0..LANES {
            x[k] += factor * y[k];
        }
    }
}

/// As [`add_scaled`]; returns the square of the target's new length.
#[inline(always)]
pub(crate) fn add_scaled_square(target: &mut [f64], factor: f64, source: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    for (x, y) in target.as_chunks_mut::<LANES>().0.iter_mut().zip(source.as_chunks::<LANES>().0) {
        for k in 0..LANES {
            x[k] += factor * y[k];
            lanes[k] += x[k] * x[k];
        }
    }
    total(lanes)
}
