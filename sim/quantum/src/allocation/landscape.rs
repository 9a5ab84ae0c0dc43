//! The objective of all `2^n` encodings, and from it the exact optimum. Inequalities and tails need
//! no further variables here: each encoding is priced as it is, and marked feasible or not.

use serde::Serialize;

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::checked::{Checked, Pricing, cost_slack, losses_of};
use super::encoding::Encoding;
use super::form::{BitForm, linear_table};
use super::tail::{Reader, Tail};
use crate::error::Error;
use crate::state::Limit;

/// Most variables that are enumerated.
pub const ENUMERATED: usize = 24;
/// Variables within a tile: small enough for many tiles, large enough for what a tile prepares.
const TILE: usize = 10;
/// Objectives closer than this times the greatest are the same: they differ by rounding.
const TIE: f64 = 1e-12;

/// Objectives of all encodings.
#[derive(Debug)]
pub struct Landscape {
    encoding: Encoding,
    /// By encoding, without penalty.
    objective: Vec<f64>,
    feasible: Feasible,
}

/// Which encodings are feasible.
#[derive(Clone, Debug)]
pub struct Feasible {
    /// Bit `i % 64` of word `i / 64` tells whether encoding `i` is.
    words: Vec<u64>,
    summary: Summary,
    optimum: u64,
    optima: u64,
}

/// What is known of the feasible encodings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Summary {
    /// How many encodings are feasible.
    pub count: u64,
    /// Their least objective.
    pub best: f64,
    /// Their greatest.
    pub worst: f64,
    /// Their mean objective: what uniform sampling expects.
    pub mean: f64,
    /// Greatest cost below the budget and least cost above it, of encodings with the right number
    /// of positions.
    pub nearest: [f64; 2],
}

impl Checked {
    /// Prices every encoding. Runs in the current rayon pool; the bits do not depend on it.
    ///
    /// # Errors
    /// [`Error::TooLarge`] above [`ENUMERATED`] variables or where 8 bytes an encoding are more than
    /// the limit; [`Error::Cancelled`]; [`Error::NoAllocation`] where none is feasible.
    pub fn enumerate(&self, limit: Limit, cancelled: &AtomicBool) -> Result<Landscape, Error> {
        let encoding = self.encoding();
        let bits = encoding.variables().len();
        let most = Limit { bytes: limit.bytes.min((8 << ENUMERATED) + (8 << TILE) + (1 << ENUMERATED) / 8) };
        let qubits = u32::try_from(bits).unwrap_or(u32::MAX);
        most.check(qubits, 8, if bits <= ENUMERATED { (8 << TILE) + (1_u64 << bits) / 8 } else { 0 })?;
        let tile = Tile::new(self, &encoding);
        let mut objective = vec![0.0; 1 << bits];
        let mut marks = vec![0_u64; (1_usize << bits).div_ceil(64)];
        let words = (1_usize << tile.low).div_ceil(64);
        let tiles = objective.par_chunks_mut(1 << tile.low).zip(marks.par_chunks_mut(words)).enumerate();
        let summaries: Option<Vec<Summary>> = tiles
            .map(|(at, (values, marks))| {
                (!cancelled.load(Ordering::Relaxed)).then(|| tile.fill((at as u64) << tile.low, values, marks))
            })
            .collect();
        let summary = Summary::merged(&summaries.ok_or(Error::Cancelled)?);
        if summary.count == 0 {
            return Err(self.no_allocation(summary.nearest));
        }
        let mut feasible = Feasible { words: marks, summary, optimum: 0, optima: 0 };
        (feasible.optimum, feasible.optima) = feasible.first_optimum(&objective);
        Ok(Landscape { encoding, objective, feasible })
    }

    fn no_allocation(&self, [below, above]: [f64; 2]) -> Error {
        let [least, greatest] = self.budget.unwrap_or([0.0, f64::INFINITY]);
        let who = self.cardinality.map_or("no allocation".to_owned(), |k| format!("no allocation of {k} positions"));
        let near = |cost: f64, side: &str| {
            if cost.is_finite() { format!("; the nearest {side} costs {cost}") } else { String::new() }
        };
        let reason =
            format!("{who} costs between {least} and {greatest}{}{}", near(below, "below"), near(above, "above"));
        Error::NoAllocation { reason }
    }
}

impl Landscape {
    /// How units are written as bits.
    #[must_use]
    pub fn encoding(&self) -> &Encoding {
        &self.encoding
    }

    /// Objective of every encoding, without penalty.
    #[must_use]
    pub fn objective(&self) -> &[f64] {
        &self.objective
    }

    /// Which of them are feasible.
    #[must_use]
    pub fn feasible(&self) -> &Feasible {
        &self.feasible
    }

    /// The objectives and which are feasible, without copying.
    #[must_use]
    pub fn into_parts(self) -> (Vec<f64>, Feasible) {
        (self.objective, self.feasible)
    }
}

impl Feasible {
    /// Whether an encoding meets budget and number of positions.
    #[must_use]
    #[inline(always)]
    pub fn holds(&self, index: u64) -> bool {
        let word = usize::try_from(index / 64).ok().and_then(|at| self.words.get(at));
        word.is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// What is known of the objectives of feasible encodings.
    #[must_use]
    pub fn summary(&self) -> Summary {
        self.summary
    }

    /// The feasible encoding of least objective; of several the one whose bit string, variable 0
    /// first, comes first.
    #[must_use]
    pub fn optimum(&self) -> u64 {
        self.optimum
    }

    /// How many feasible encodings are, but for rounding, as good as the optimum.
    #[must_use]
    pub fn optima(&self) -> u64 {
        self.optima
    }

    /// Whether an encoding of that objective is one of them.
    #[must_use]
    #[inline(always)]
    pub fn is_optimum(&self, index: u64, objective: f64) -> bool {
        let Summary { best, worst, .. } = self.summary;
        objective <= best + TIE * best.abs().max(worst.abs()) && self.holds(index)
    }

    /// The feasible encodings of the given places, counted from 0 and in order.
    pub(super) fn at_places(&self, places: &[u64]) -> Vec<u64> {
        let mut found = Vec::with_capacity(places.len());
        let (mut passed, mut left) = (0, places);
        for (at, &word) in self.words.iter().enumerate() {
            let until = passed + u64::from(word.count_ones());
            while let Some((&place, rest)) = left.split_first().filter(|(place, _)| **place < until) {
                let rest_of_word = (passed..place).fold(word, |word, _| word & (word - 1));
                found.push(at as u64 * 64 + u64::from(rest_of_word.trailing_zeros()));
                left = rest;
            }
            passed = until;
        }
        found
    }

    /// The first optimum and how many there are.
    fn first_optimum(&self, objective: &[f64]) -> (u64, u64) {
        let optimal = |&(index, &value): &(usize, &f64)| self.is_optimum(index as u64, value);
        let optima =
            objective.par_iter().enumerate().filter(optimal).map(|(index, _)| ((index as u64).reverse_bits(), 1));
        let (first, count) = optima.reduce(|| (u64::MAX, 0), |a, b| (a.0.min(b.0), a.1 + b.1));
        (first.reverse_bits(), count)
    }
}

impl Summary {
    const NOTHING: Self = Self {
        count: 0,
        best: f64::INFINITY,
        worst: f64::NEG_INFINITY,
        mean: 0.0,
        nearest: [f64::NEG_INFINITY, f64::INFINITY],
    };

    /// Of all tiles, in their order; `mean` of a tile is its sum.
    #[expect(clippy::cast_precision_loss, reason = "at most 2^24")]
    fn merged(tiles: &[Self]) -> Self {
        let mut all = Self::NOTHING;
        for tile in tiles {
            all.count += tile.count;
            all.best = all.best.min(tile.best);
            all.worst = all.worst.max(tile.worst);
            all.mean += tile.mean;
            all.nearest = [all.nearest[0].max(tile.nearest[0]), all.nearest[1].min(tile.nearest[1])];
        }
        Self { mean: all.mean / all.count as f64, ..all }
    }
}

/// What all tiles share: everything that depends on the lowest bits alone.
struct Tile<'a> {
    checked: &'a Checked,
    /// Bits within a tile.
    low: usize,
    form: BitForm,
    pairs: Vec<f64>,
    /// Cost of each bit.
    cost: Vec<f64>,
    low_cost: Vec<f64>,
    least_cost: f64,
    fixed_positions: u32,
    /// Loss by bit and future, and of what is held anyway.
    losses: Vec<Vec<f64>>,
    held: Vec<f64>,
}

impl<'a> Tile<'a> {
    fn new(checked: &'a Checked, encoding: &Encoding) -> Self {
        let variables = encoding.variables();
        let low = variables.len().min(TILE);
        let form = BitForm::of(checked);
        let cost: Vec<f64> = variables.iter().map(|v| f64::from(v.weight) * checked.cost[v.candidate]).collect();
        let least: Vec<f64> = checked.ranges.iter().map(|range| f64::from(range[0])).collect();
        let (losses, held) = match &checked.pricing {
            Pricing::Variance { .. } => Default::default(),
            Pricing::Tail { losses, .. } => {
                let of = |v: &super::encoding::Variable| {
                    losses[v.candidate].iter().map(|l| f64::from(v.weight) * l).collect()
                };
                (variables.iter().map(of).collect(), losses_of(losses, &least))
            }
        };
        Self {
            checked,
            low,
            pairs: form.pairs_table(low),
            form,
            low_cost: linear_table(0.0, &cost[..low]),
            cost,
            least_cost: super::checked::dot(&checked.cost, &least),
            fixed_positions: checked.ranges.iter().map(|range| u32::from(range[0] > 0)).sum(),
            losses,
            held,
        }
    }

    /// Objectives and marks of the encodings from `first` on.
    fn fill(&self, first: u64, values: &mut [f64], marks: &mut [u64]) -> Summary {
        let (constant, linear) = self.form.below(self.low, first);
        let smooth = linear_table(constant, &linear);
        values.iter_mut().zip(smooth.iter().zip(&self.pairs)).for_each(|(value, (a, b))| *value = a + b);
        if let Pricing::Tail { tail, .. } = self.checked.pricing {
            self.add_tail(tail, first, values);
        }
        self.mark(first, values, marks)
    }

    /// Adds `q CVaR`. The total loss of an encoding is that of the same encoding without its lowest
    /// bit, plus that bit: one vector sum each, always in the same order.
    fn add_tail(&self, tail: Tail, first: u64, values: &mut [f64]) {
        let mut base = self.held.clone();
        let add = |to: &mut [f64], bit: usize| to.iter_mut().zip(&self.losses[bit]).for_each(|(to, loss)| *to += loss);
        (self.low..self.losses.len()).filter(|bit| first >> bit & 1 == 1).for_each(|bit| add(&mut base, bit));
        let mut totals = vec![base; self.low + 1];
        let mut reader = Reader::new(tail, self.held.len());
        let mut edges = vec![0.0; values.len()];
        for index in 0..values.len() {
            let parent = index & index.wrapping_sub(1);
            // A total that ends in bit `k` waits at place `k`, the base at the last.
            let place = |index: usize| (index.trailing_zeros() as usize).min(self.low);
            if index > 0 {
                let [total, from] =
                    totals.get_disjoint_mut([place(index), place(parent)]).expect("a parent's lowest bit is higher");
                total.copy_from_slice(from);
                add(total, place(index));
            }
            // What the lowest bit changed without the second lowest, it will change with it.
            let without = parent & parent.wrapping_sub(1);
            let expected = edges[parent] + edges[without | (index ^ parent)] - edges[without];
            let [edge, worst] = reader.read(&totals[place(index)], expected);
            edges[index] = edge;
            values[index] += self.checked.aversion * worst;
        }
    }

    fn mark(&self, first: u64, values: &[f64], marks: &mut [u64]) -> Summary {
        let high: f64 = (self.low..self.cost.len()).filter(|bit| first >> bit & 1 == 1).map(|bit| self.cost[bit]).sum();
        let base = self.least_cost + high;
        let [least, greatest] = self.checked.budget.unwrap_or([0.0, f64::INFINITY]);
        let slack = self.checked.budget.map_or(0.0, |[_, greatest]| cost_slack(greatest));
        let mut summary = Summary::NOTHING;
        for (at, (value, low_cost)) in values.iter().zip(&self.low_cost).enumerate() {
            let cost = base + low_cost;
            let positions = self.fixed_positions + (first | at as u64).count_ones();
            if self.checked.cardinality.is_some_and(|wanted| wanted != positions) {
                continue;
            }
            if cost < least - slack {
                summary.nearest[0] = summary.nearest[0].max(cost);
            } else if cost > greatest + slack {
                summary.nearest[1] = summary.nearest[1].min(cost);
            } else {
                marks[at / 64] |= 1 << (at % 64);
                summary.count += 1;
                summary.best = summary.best.min(*value);
                summary.worst = summary.worst.max(*value);
                summary.mean += value;
            }
        }
        summary
    }
}
