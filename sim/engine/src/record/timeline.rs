//! Statistics by step: exact sums over all replicas, and histograms of the margin with fixed
//! edges, zero among them.
//!
//! The margin over the whole horizon is counted for every replica. Its quantiles by step come
//! from the first 1024 replicas: counting 64 lanes into a table of megabytes in every step would
//! cost a quarter of the whole run, for a band in a plot that 1024 futures know to a percent.

use serde::{Deserialize, Serialize};

use super::result::{Histogram, Timeline, TimelineRow};
use crate::clock::Clock;
use crate::lanes::{LANES, Lanes};
use crate::plate::{Balance, Plate};
use crate::rows;

/// Bins of the margin's histograms.
const BINS: usize = 128;
/// The last of them.
const LAST_BIN: u32 = 127;
/// Longer horizons share rows, so that memory is bounded.
const MOST_ROWS: usize = 20_000;
/// Replicas behind the quantiles.
const QUANTILE_REPLICAS: u64 = 1024;
/// Copies of the running histogram that neighbouring lanes count into in turn: two lanes of the
/// same margin need not wait for each other.
const COPIES: usize = 2;
/// Fixed-point factor of the sums: 2^20 per MW (a micro-MW), far below any meter.
const FACTOR: f64 = 1_048_576.0;

/// Sums by row. A count by row is 32 bits wide: enough for any horizon of 1024 replicas.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct TimelineTally {
    keep: bool,
    step_count: u64,
    steps_per_row: usize,
    low_mw: f64,
    width_mw: f64,
    /// By copy and bin, over all steps and replicas.
    whole: Vec<u64>,
    /// By row and bin.
    by_row: Vec<u32>,
    margin: Vec<i128>,
    load: Vec<i128>,
    unserved: Vec<i128>,
    stored: Vec<i128>,
}

impl TimelineTally {
    /// For a margin between `low_mw` (below 0) and `high_mw` (above).
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    pub fn new(clock: &Clock, keep: bool, low_mw: f64, high_mw: f64) -> Self {
        let steps = clock.steps();
        let steps_per_row = steps.div_ceil(MOST_ROWS).max(1);
        let rows = if keep { steps.div_ceil(steps_per_row) } else { 0 };
        // One bin is left for the shift that makes zero an edge.
        let width_mw = ((high_mw - low_mw) / (BINS - 1) as f64).max(1e-6);
        Self {
            keep,
            step_count: steps as u64,
            steps_per_row,
            low_mw: (low_mw / width_mw).floor() * width_mw,
            width_mw,
            whole: vec![0; COPIES * BINS],
            by_row: vec![0; rows * BINS],
            margin: vec![0; rows],
            load: vec![0; rows],
            unserved: vec![0; rows],
            stored: vec![0; rows],
        }
    }

    /// Memory that it holds, in bytes.
    pub fn bytes(&self) -> usize {
        self.by_row.len() * 4 + self.margin.len() * 4 * 16
    }

    /// Counts the first `active` lanes of a step; `first_replica` is lane 0.
    #[inline(always)]
    pub fn step(&mut self, step: usize, plate: &Plate<'_>, balance: &Balance, first_replica: u64, active: usize) {
        let mut margin = balance.deliverable_mw;
        rows::add_difference(&mut margin, &balance.available_mw, &balance.load_mw);
        let places = rows::bins(&margin, self.low_mw, 1.0 / self.width_mw, LAST_BIN);
        let (whole, _) = self.whole.as_chunks_mut::<BINS>();
        let [a, b] = whole else { return };
        let (pairs, last) = places[..active].as_chunks::<COPIES>();
        for [x, y] in pairs {
            a[*x as usize % BINS] += 1;
            b[*y as usize % BINS] += 1;
        }
        last.iter().for_each(|place| a[*place as usize % BINS] += 1);
        if !self.keep {
            return;
        }
        let row = step / self.steps_per_row;
        self.margin[row] += fixed_sum(&margin, active);
        self.load[row] += fixed_sum(&balance.load_mw, active);
        for store in &plate.stores.ports {
            self.stored[row] += fixed_sum(&store.e_mwh, active);
        }
        if first_replica < QUANTILE_REPLICAS {
            self.count_row(row, &places[..active]);
        }
    }

    #[cold]
    fn count_row(&mut self, row: usize, places: &[u32]) {
        for place in places {
            self.by_row[row * BINS + *place as usize] += 1;
        }
    }

    /// Counts the unserved load of a step that has any.
    pub fn unserved(&mut self, step: usize, unserved_mw: &Lanes, active: usize) {
        if self.keep {
            self.unserved[step / self.steps_per_row] += fixed_sum(unserved_mw, active);
        }
    }

    pub fn merge(&mut self, other: &Self) {
        self.whole.iter_mut().zip(&other.whole).for_each(|(a, b)| *a += b);
        self.by_row.iter_mut().zip(&other.by_row).for_each(|(a, b)| *a += b);
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
        for copy in self.whole.chunks(BINS) {
            counts.iter_mut().zip(copy).for_each(|(sum, count)| *sum += count);
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
            let bins = &self.by_row[row * BINS..(row + 1) * BINS];
            TimelineRow {
                step: first,
                load_mean_mw: mean(&self.load),
                unserved_mean_mw: mean(&self.unserved),
                stored_mean_mwh: mean(&self.stored),
                margin_mean_mw: mean(&self.margin),
                margin_quantiles_mw: [0.05, 0.5, 0.95].map(|q| self.quantile(bins, q)),
            }
        });
        Some(Timeline {
            steps_per_row: self.steps_per_row as u64,
            resolution_mw: self.width_mw,
            quantile_replicas: replicas.min(QUANTILE_REPLICAS),
            rows: rows.collect(),
        })
    }

    /// Linear within the bin.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    fn quantile(&self, bins: &[u32], q: f64) -> f64 {
        let wanted = q * bins.iter().map(|count| f64::from(*count)).sum::<f64>();
        let mut below = 0.0;
        for (index, count) in bins.iter().enumerate() {
            let count = f64::from(*count);
            if count > 0.0 && below + count >= wanted {
                return self.low_mw + self.width_mw * (index as f64 + (wanted - below) / count);
            }
            below += count;
        }
        self.low_mw + self.width_mw * BINS as f64
    }
}

/// The lanes' sum as an integer. Groups are always the same 64 replicas, so the floating-point sum
/// within one is the same in any batch.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "saturates far above any power system")]
fn fixed_sum(row: &Lanes, active: usize) -> i128 {
    let sum = if active == LANES { rows::sum(row) } else { rows::sum(&first_of(row, active)) };
    i128::from((sum * FACTOR).round_ties_even() as i64)
}

/// The first lanes of a row, the rest 0.
#[cold]
fn first_of(row: &Lanes, active: usize) -> Lanes {
    let mut first = Lanes::default();
    first[..active].copy_from_slice(&row[..active]);
    first
}
