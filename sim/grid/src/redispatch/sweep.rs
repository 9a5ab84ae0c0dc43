//! The loops over 64 futures with everything in service: flows of every corridor, balances and limits.

use pulp::{NullaryFnOnce, Simd, WithSimd};

use super::grid::Grid;
use super::screen::Row;
use super::{LANES, SLACK_MW};

/// Registers of futures worked on together: with four corridors, what stays in registers.
const WIDTH: usize = 4;
/// Corridors worked on together.
const ROWS: usize = 4;

/// Flows of all corridors in all futures, everything in service.
pub(super) struct Flows<'a> {
    pub grid: &'a Grid,
    pub injections: &'a [Row],
    pub rows: &'a mut [Row],
}

impl WithSimd for Flows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        for (block, rows) in self.rows.chunks_mut(ROWS).enumerate() {
            for first in (0..LANES / S::F64_LANES).step_by(WIDTH) {
                carry(simd, self.grid, self.injections, block * ROWS, first, rows);
            }
        }
    }
}

/// Flows of up to four corridors in four registers of futures, buses in their order. No product is fused with its sum:
/// the bits are the same with every instruction set.
#[inline(always)]
fn carry<S: Simd>(simd: S, grid: &Grid, injections: &[Row], corridor: usize, first: usize, rows: &mut [Row]) {
    let last = grid.corridors.len() - 1;
    let block: [usize; ROWS] = std::array::from_fn(|k| (corridor + k).min(last));
    let [a, b, c, d] = block.map(|corridor| grid.factors_of(corridor));
    let mut sums = block.map(|corridor| [simd.splat_f64s(grid.offsets[corridor]); WIDTH]);
    for ((((row, a), b), c), d) in injections.iter().zip(a).zip(b).zip(c).zip(d) {
        let Some(row) = S::as_simd_f64s(row).0[first..].first_chunk::<WIDTH>() else { continue };
        let factors = [simd.splat_f64s(*a), simd.splat_f64s(*b), simd.splat_f64s(*c), simd.splat_f64s(*d)];
        for k in 0..ROWS {
            for part in 0..WIDTH {
                sums[k][part] = simd.add_f64s(sums[k][part], simd.mul_f64s(factors[k], row[part]));
            }
        }
    }
    for (row, sum) in rows.iter_mut().zip(&sums) {
        S::as_mut_simd_f64s(row).0[first..first + WIDTH].copy_from_slice(sum);
    }
}

/// Which futures balance in every connected part and keep every limit.
pub(super) struct Keeps<'a> {
    pub grid: &'a Grid,
    pub injections: &'a [Row],
    pub rows: &'a [Row],
    pub sums: &'a mut [Row],
}

impl NullaryFnOnce for Keeps<'_> {
    type Output = u64;

    #[inline(always)]
    fn call(self) -> u64 {
        let mut beyond = [0.0; LANES];
        balance(self.grid, self.injections, self.sums, &mut beyond);
        for (row, corridor) in self.rows.iter().zip(&self.grid.corridors) {
            let (least, most) = (corridor.least_mw - SLACK_MW, corridor.most_mw + SLACK_MW);
            for lane in 0..LANES {
                beyond[lane] += if (row[lane] <= most) & (row[lane] >= least) { 0.0 } else { 1.0 };
            }
        }
        (0..LANES).fold(0, |mask, lane| mask | u64::from(beyond[lane] == 0.0) << lane)
    }
}

/// Marks the futures whose parts do not balance.
#[inline(always)]
fn balance(grid: &Grid, injections: &[Row], sums: &mut [Row], beyond: &mut Row) {
    sums.fill([0.0; LANES]);
    let Some((sizes, sums)) = sums.split_last_mut() else { return };
    for (row, &part) in injections.iter().zip(&grid.parts) {
        let sum = &mut sums[part];
        for lane in 0..LANES {
            sum[lane] += row[lane];
            sizes[lane] += row[lane].abs();
        }
    }
    for sum in &*sums {
        for lane in 0..LANES {
            beyond[lane] += if sum[lane].abs() <= SLACK_MW + 1e-9 * sizes[lane] { 0.0 } else { 1.0 };
        }
    }
}
