//! Reading a final state: samples, guesses beside them, and figures.

use energyopti_streams::{StreamKey, open_unit};
use rayon::prelude::*;

use super::answer::{Distribution, StateFigures};
use super::landscape::{Feasible, Summary};
use crate::state::{State, ordered_sum};

/// Bins of a distribution.
const BINS: usize = 40;

/// A final state with what its encodings cost.
pub(super) struct Reading<'a> {
    pub state: &'a State<f64>,
    pub values: &'a [f64],
    pub feasible: &'a Feasible,
}

/// `(worst - value) / (worst - best)`; 1 where all are the same.
pub(super) fn ratio(summary: Summary, value: f64) -> f64 {
    let range = summary.worst - summary.best;
    if range > 0.0 { (summary.worst - value) / range } else { 1.0 }
}

impl Reading<'_> {
    /// Mean cost, and what is feasible and optimal.
    pub fn figures(&self, layers: usize) -> StateFigures {
        let sum = |term: &(dyn Fn(usize) -> f64 + Sync)| {
            ordered_sum(self.values.len(), |at| self.state.probability(at) * term(at))
        };
        let holds = |at: usize| self.feasible.holds(at as u64);
        let expectation = sum(&|at| self.values[at]);
        let p_feasible = sum(&|at| if holds(at) { 1.0 } else { 0.0 });
        let within = sum(&|at| if holds(at) { self.values[at] } else { 0.0 });
        let p_optimum = sum(&|at| if self.feasible.is_optimum(at as u64, self.values[at]) { 1.0 } else { 0.0 });
        let feasible_mean = (p_feasible > 0.0).then(|| within / p_feasible);
        let approximation_ratio = feasible_mean.map(|mean| ratio(self.feasible.summary(), mean));
        StateFigures { layers, expectation, p_feasible, p_optimum, feasible_mean, approximation_ratio }
    }

    /// The most probable feasible encoding, of equals the first bit string, and its probability.
    pub fn most_probable(&self) -> (u64, f64) {
        let feasible = (0..self.values.len()).into_par_iter().filter(|&at| self.feasible.holds(at as u64));
        let with_p = feasible.map(|at| (at as u64, self.state.probability(at)));
        let order =
            |a: &(u64, f64), b: &(u64, f64)| a.1.total_cmp(&b.1).then(b.0.reverse_bits().cmp(&a.0.reverse_bits()));
        with_p.max_by(order).unwrap_or((self.feasible.optimum(), 0.0))
    }

    /// Encodings read in `shots` measurements, in the order of their index. Measurement `i` takes the
    /// encoding at which the sum of probabilities reaches draw `i`, keyed by the seed.
    pub fn shots(&self, shots: u32, seed: u64) -> Vec<u64> {
        let key = StreamKey::new(seed, "allocation", "shot", 0);
        let mut draws: Vec<f64> = (0..u64::from(shots)).map(|shot| open_unit(key.draw(shot, 0)[0])).collect();
        draws.sort_by(f64::total_cmp);
        // Sums in one order twice: the last draw is reached exactly where it is 1.
        let total = (0..self.values.len()).fold(0.0, |sum, at| sum + self.state.probability(at));
        let mut found = Vec::with_capacity(draws.len());
        let mut reached = 0.0;
        for at in 0..self.values.len() {
            reached += self.state.probability(at);
            while draws.get(found.len()).is_some_and(|draw| draw * total <= reached) {
                found.push(at as u64);
            }
        }
        found
    }

    /// As many feasible encodings, drawn evenly.
    pub fn guesses(&self, count: u32, seed: u64) -> Vec<u64> {
        let key = StreamKey::new(seed, "allocation", "guess", 0);
        let feasible = u128::from(self.feasible.summary().count);
        let place = |guess: u64| ((u128::from(key.draw(guess, 0)[0]) * feasible) >> 64) as u64;
        let mut places: Vec<u64> = (0..u64::from(count)).map(place).collect();
        places.sort_unstable();
        self.feasible.at_places(&places)
    }

    /// The feasible one of least cost, of equals the first bit string.
    pub fn best(&self, found: &[u64]) -> Option<u64> {
        let cost = |index: u64| self.values[usize::try_from(index).unwrap_or(usize::MAX)];
        let feasible = found.iter().copied().filter(|&index| self.feasible.holds(index));
        feasible.min_by(|&a, &b| cost(a).total_cmp(&cost(b)).then(a.reverse_bits().cmp(&b.reverse_bits())))
    }

    /// Feasible objectives in bins.
    #[expect(clippy::cast_precision_loss, reason = "few bins, at most 2^24 encodings")]
    pub fn distribution(&self) -> Distribution {
        let Summary { best, worst, count, .. } = self.feasible.summary();
        let width = (worst - best) / BINS as f64;
        let (mut state, mut uniform) = (vec![0.0; BINS], vec![0.0; BINS]);
        for (at, value) in self.values.iter().enumerate().filter(|(at, _)| self.feasible.holds(*at as u64)) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a bin, and 0 where width is 0"
            )]
            let bin = (((value - best) / width) as usize).min(BINS - 1);
            state[bin] += self.state.probability(at);
            uniform[bin] += 1.0;
        }
        uniform.iter_mut().for_each(|share| *share /= count as f64);
        let edges = (0..=BINS).map(|bin| best + width * bin as f64).collect();
        Distribution { edges, state, uniform }
    }
}
