//! Statistics by step: exact sums and a histogram of the margin with fixed edges.

use serde::{Deserialize, Serialize};

use super::result::{Histogram, Timeline, TimelineRow};
use crate::clock::Clock;
use crate::fleet::{Balance, Fleet};
use crate::lanes::LANES;

/// Bins of the margin's histogram, per row and in all.
const BINS: usize = 128;
/// Longer horizons share rows, so that memory is bounded.
const MOST_ROWS: usize = 20_000;
/// Fixed-point factor of the sums: 2^20 per MW (a micro-MW), far below any meter.
const FACTOR: f64 = 1_048_576.0;

/// Sums by row. Empty where no timeline is kept: then one row serves the margin's distribution.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct TimelineTally {
    keep: bool,
    step_count: u64,
    steps_per_row: usize,
    low_mw: f64,
    width_mw: f64,
    bins: Vec<u64>,
    margin: Vec<i128>,
    load: Vec<i128>,
    unserved: Vec<i128>,
    stored: Vec<i128>,
}

impl TimelineTally {
    /// For a margin between `low_mw` and `high_mw`.
    #[expect(clippy::cast_precision_loss, reason = "128")]
    pub fn new(clock: &Clock, keep: bool, low_mw: f64, high_mw: f64) -> Self {
        let steps = clock.steps();
        let steps_per_row = if keep { steps.div_ceil(MOST_ROWS).max(1) } else { steps.max(1) };
        let rows = steps.div_ceil(steps_per_row);
        Self {
            keep,
            step_count: steps as u64,
            steps_per_row,
            low_mw,
            width_mw: ((high_mw - low_mw) / BINS as f64).max(1e-6),
            bins: vec![0; rows * BINS],
            margin: vec![0; rows],
            load: vec![0; rows],
            unserved: vec![0; rows],
            stored: vec![0; rows],
        }
    }

    /// Counts the first `active` lanes of a step.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "inlined into the SIMD-dispatched step loop")]
    pub fn step(&mut self, step: usize, fleet: &Fleet<'_>, balance: &Balance, active: usize) {
        let row = step / self.steps_per_row;
        let mut margin = [0.0; LANES];
        for lane in 0..LANES {
            margin[lane] = balance.available_mw[lane] + balance.deliverable_mw[lane] - balance.load_mw[lane];
        }
        self.count(row, &margin[..active]);
        self.margin[row] += fixed_sum(&margin[..active]);
        self.load[row] += fixed_sum(&balance.load_mw[..active]);
        self.unserved[row] += fixed_sum(&balance.unserved_mw[..active]);
        for store in &fleet.stores {
            self.stored[row] += fixed_sum(&store.e_mwh[..active]);
        }
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "inlined into the SIMD-dispatched step loop")]
    fn count(&mut self, row: usize, margin: &[f64]) {
        let per_width = 1.0 / self.width_mw;
        let mut index = [0_i32; LANES];
        for (lane, mw) in margin.iter().enumerate() {
            let bin = ((mw - self.low_mw) * per_width).clamp(0.0, (BINS - 1) as f64);
            #[expect(clippy::cast_possible_truncation, reason = "clamped")]
            {
                index[lane] = bin as i32;
            }
        }
        let bins = &mut self.bins[row * BINS..(row + 1) * BINS];
        for bin in &index[..margin.len()] {
            #[expect(clippy::cast_sign_loss, reason = "clamped")]
            {
                bins[*bin as usize & (BINS - 1)] += 1;
            }
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.bins.iter_mut().zip(&other.bins).for_each(|(a, b)| *a += b);
        for (mine, theirs) in [
            (&mut self.margin, &other.margin),
            (&mut self.load, &other.load),
            (&mut self.unserved, &other.unserved),
            (&mut self.stored, &other.stored),
        ] {
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        }
    }

    /// The margin over all steps and replicas.
    #[expect(clippy::cast_precision_loss, reason = "128")]
    pub fn histogram(&self) -> Option<Histogram> {
        let mut counts = vec![0; BINS];
        for row in self.bins.chunks(BINS) {
            counts.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
        }
        let edges = (0..=BINS).map(|i| self.low_mw + self.width_mw * i as f64).collect();
        (counts.iter().sum::<u64>() > 0).then_some(Histogram { edges, counts })
    }

    /// Means and quantiles by row, where kept.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn timeline(&self, replicas: u64) -> Option<Timeline> {
        if !self.keep || replicas == 0 {
            return None;
        }
        let rows = (0..self.margin.len()).map(|row| {
            let first = (row * self.steps_per_row) as u64;
            let steps = (self.step_count - first).min(self.steps_per_row as u64);
            let mean = |sums: &[i128]| sums[row] as f64 / FACTOR / (replicas * steps) as f64;
            let bins = &self.bins[row * BINS..(row + 1) * BINS];
            TimelineRow {
                step: first,
                load_mean_mw: mean(&self.load),
                unserved_mean_mw: mean(&self.unserved),
                stored_mean_mwh: mean(&self.stored),
                margin_mean_mw: mean(&self.margin),
                margin_quantiles_mw: [0.05, 0.5, 0.95].map(|q| self.quantile(bins, q)),
            }
        });
        let steps_per_row = self.steps_per_row as u64;
        Some(Timeline { steps_per_row, resolution_mw: self.width_mw, rows: rows.collect() })
    }

    /// Linear within the bin.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    fn quantile(&self, bins: &[u64], q: f64) -> f64 {
        let wanted = q * bins.iter().sum::<u64>() as f64;
        let mut below = 0.0;
        for (index, count) in bins.iter().enumerate() {
            let count = *count as f64;
            if count > 0.0 && below + count >= wanted {
                return self.low_mw + self.width_mw * (index as f64 + (wanted - below) / count);
            }
            below += count;
        }
        self.low_mw + self.width_mw * BINS as f64
    }
}

/// The lanes' sum, in lane order, as an integer. Groups are always the same 64 replicas, so the
/// floating-point sum within one is the same in any batch.
#[inline(always)]
#[expect(clippy::inline_always, reason = "inlined into the SIMD-dispatched step loop")]
#[expect(clippy::cast_possible_truncation, reason = "saturates far above any power system")]
fn fixed_sum(lanes: &[f64]) -> i128 {
    // Eight partial sums, added pairwise: a fixed order that also vectorises.
    let mut partial = [0.0; 8];
    for piece in lanes.chunks(8) {
        for (sum, value) in partial.iter_mut().zip(piece) {
            *sum += value;
        }
    }
    let [a, b, c, d, e, f, g, h] = partial;
    let sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
    i128::from((sum * FACTOR).round_ties_even() as i64)
}
