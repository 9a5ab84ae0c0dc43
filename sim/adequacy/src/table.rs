//! The capacity outage table: what of a law lies below a threshold, by binary search.
//!
//! Both columns are running sums of positive terms, so nothing cancels.

use crate::law::Law;

/// A law with its running sums. Index `i` speaks of the levels below the `i`-th.
#[derive(Debug)]
pub(crate) struct Table {
    /// Levels in MW, ascending.
    level_mw: Vec<f64>,
    /// Probability of a capacity at or below the level.
    at_most: Vec<f64>,
    /// Expected shortage in MW below the level: `E[(level - C)+]`.
    missing_mw: Vec<f64>,
}

impl Table {
    pub(crate) fn new(law: &Law) -> Self {
        let levels = law.levels();
        let level_mw: Vec<f64> = levels.iter().map(|level| level.mw.mw()).collect();
        let at_most = running(levels.iter().map(|level| level.p));
        // E[(y - C)+] is piecewise linear in y with slope P(C <= y): its rise from level to level
        // is that probability times the distance.
        let rises = level_mw.windows(2).zip(&at_most).map(|(pair, p)| p * (pair[1] - pair[0]));
        let missing_mw = running(std::iter::once(0.0).chain(rises));
        Self { level_mw, at_most, missing_mw }
    }

    pub(crate) fn len(&self) -> usize {
        self.level_mw.len()
    }

    /// Probability of a capacity strictly below `threshold_mw`.
    pub(crate) fn below(&self, threshold_mw: f64) -> f64 {
        self.last_below(threshold_mw).map_or(0.0, |i| self.at_most[i])
    }

    /// Expected shortage in MW below `threshold_mw`: `E[(threshold - C)+]`.
    pub(crate) fn missing_mw(&self, threshold_mw: f64) -> f64 {
        self.last_below(threshold_mw)
            .map_or(0.0, |i| self.missing_mw[i] + self.at_most[i] * (threshold_mw - self.level_mw[i]))
    }

    fn last_below(&self, threshold_mw: f64) -> Option<usize> {
        self.level_mw.partition_point(|level| *level < threshold_mw).checked_sub(1)
    }
}

/// Running sums, compensated.
fn running(terms: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sum = Sum::default();
    terms
        .map(|term| {
            sum.add(term);
            sum.value()
        })
        .collect()
}

/// A compensated sum (Neumaier, *ZAMM* 54, 1974): the error does not grow with the terms.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    pub(crate) fn add(&mut self, term: f64) {
        let next = self.sum + term;
        self.lost += if self.sum.abs() >= term.abs() { (self.sum - next) + term } else { (term - next) + self.sum };
        self.sum = next;
    }

    pub(crate) fn value(self) -> f64 {
        self.sum + self.lost
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::default();
        terms.into_iter().for_each(|term| sum.add(term));
        sum
    }
}
