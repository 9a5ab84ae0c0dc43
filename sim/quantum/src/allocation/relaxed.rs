//! The same problem with units as real numbers: a bound for every allocation, and a start for the
//! circuit. Mean-variance is one quadratic program. A CVaR is the greatest of many linear functions,
//! one for each choice of a tail, so it is built up from those that matter (A. Kuenzi-Bay and
//! J. Mayer, "Computational aspects of minimizing conditional value-at-risk", 2006): each program is
//! a linear one over the units, and its optimum a valid bound however early one stops.

use super::checked::{Checked, Pricing, cost_slack, dot, losses_of};
use super::program::{Outcome, Program, Row};
use crate::error::Error;

/// Distance of the tails from the CVaR, relative to the objective's size, at which no more are added.
const CLOSE: f64 = 1e-8;

/// Distance from the greatest tail, relative, within which one is kept for the next program.
const BINDING: f64 = 1e-3;

/// The optimum over real numbers of units.
#[derive(Clone, Debug, PartialEq)]
pub struct Relaxed {
    /// Units of each candidate.
    pub units: Vec<f64>,
    /// No allocation has an objective below this.
    pub bound: f64,
}

/// When a relaxation has done its work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effort {
    /// Most programs solved, each with a tail more than the one before.
    pub rounds: usize,
    /// A bound that suffices.
    pub enough: f64,
}

impl Effort {
    /// Until the tails are found.
    pub const WHOLE: Self = Self { rounds: 200, enough: f64::INFINITY };
}

/// Linear functions of the units that no CVaR is below; every one holds in any range of units.
#[derive(Clone, Debug, Default)]
pub(super) struct Tails(Vec<Vec<f64>>);

impl Tails {
    /// The greatest of them at `units`.
    fn greatest(&self, units: &[f64]) -> f64 {
        self.0.iter().map(|slope| dot(slope, units)).fold(f64::NEG_INFINITY, f64::max)
    }

    /// Whether another one would change next to nothing.
    fn reach(&self, checked: &Checked, units: &[f64]) -> bool {
        let value = checked.objective(units);
        let reached = checked.aversion * self.greatest(units) - dot(&checked.mean, units);
        self.0.is_empty() || value - reached < CLOSE * checked.size(value)
    }

    /// Forgets those that are well below the greatest at `units`: thousands would gather.
    fn keep_binding(&mut self, units: &[f64], unit: f64) {
        let greatest = self.greatest(units);
        self.0.retain(|slope| greatest - dot(slope, units) < BINDING * (unit + greatest.abs()));
    }
}

impl Checked {
    /// Solves with units as real numbers.
    ///
    /// # Errors
    /// [`Error::NoAllocation`] where not even those meet the budget; [`Error::Solver`] where the
    /// interior point method gives up.
    pub fn relax(&self) -> Result<Relaxed, Error> {
        let none = || Error::NoAllocation { reason: "not even parts of units meet budget and positions".to_owned() };
        self.relax_with(&mut Tails::default(), Effort::WHOLE)?.ok_or_else(none)
    }

    /// `None` where nothing meets the limits. Starts from `tails` and leaves there those that matter
    /// at the optimum. The bound holds wherever the effort ends.
    pub(super) fn relax_with(&self, tails: &mut Tails, effort: Effort) -> Result<Option<Relaxed>, Error> {
        let least: Vec<f64> = self.ranges.iter().map(|range| f64::from(range[0])).collect();
        let free: Vec<usize> = (0..self.ranges.len()).filter(|&at| self.ranges[at][0] < self.ranges[at][1]).collect();
        if free.is_empty() {
            let only = self.figures(&self.ranges.iter().map(|range| range[0]).collect::<Vec<_>>());
            // Rounding must not take a bound above what it bounds.
            let bound = only.objective - 1e-9 * self.size(only.objective);
            return Ok(only.feasible.then_some(Relaxed { units: least, bound }));
        }
        let mut found = Relaxed { units: least.clone(), bound: f64::NEG_INFINITY };
        if tails.0.is_empty() {
            self.add_tail(
                &self.ranges.iter().map(|r| 0.5 * (f64::from(r[0]) + f64::from(r[1]))).collect::<Vec<_>>(),
                tails,
            );
        }
        for _ in 0..effort.rounds {
            match self.program(&free, &least, tails).solve() {
                Outcome::Infeasible => return Ok(None),
                Outcome::Stalled(reason) => return Err(Error::Solver { reason }),
                Outcome::Solved { x, bound } => {
                    for (&at, more) in free.iter().zip(&x) {
                        found.units[at] = (least[at] + more).clamp(least[at], f64::from(self.ranges[at][1]));
                    }
                    // Fewer tails, a lower bound: the last is the best but for rounding.
                    found.bound = found.bound.max(bound * self.unit + self.held(&least));
                }
            }
            if found.bound >= effort.enough || tails.reach(self, &found.units) || !self.add_tail(&found.units, tails) {
                break;
            }
        }
        tails.keep_binding(&found.units, self.unit);
        Ok(Some(found))
    }

    /// What the fewest units add to the objective by themselves, but for the tail.
    fn held(&self, least: &[f64]) -> f64 {
        let variance = match &self.pricing {
            Pricing::Variance { covariance } => covariance.iter().zip(least).map(|(row, x)| x * dot(row, least)).sum(),
            Pricing::Tail { .. } => 0.0,
        };
        self.aversion * variance - dot(&self.mean, least)
    }

    /// The tail at `units` as a linear function; `false` where there is none to add.
    fn add_tail(&self, units: &[f64], tails: &mut Tails) -> bool {
        let Pricing::Tail { tail, losses } = &self.pricing else { return false };
        let shares = tail.shares(&losses_of(losses, units));
        let slope: Vec<f64> = losses.iter().map(|own| dot(own, &shares)).collect();
        let new = self.aversion > 0.0 && !tails.0.contains(&slope);
        if new {
            tails.0.push(slope);
        }
        new
    }

    /// Over the units above the fewest, `y = x - m`, of the free candidates, and, where there are
    /// tails, a last variable that none of them exceeds. Money of the objective is counted in
    /// [`Checked::unit`], as tolerances of the method are absolute.
    fn program(&self, free: &[usize], least: &[f64], tails: &Tails) -> Program {
        let count = free.len() + usize::from(!tails.0.is_empty());
        let pick = |row: &[f64]| free.iter().map(|&at| row[at]).chain((free.len() < count).then_some(0.0)).collect();
        let mut linear: Vec<f64> = free.iter().map(|&at| -self.mean[at] / self.unit).collect();
        let mut quadratic: Vec<Vec<f64>> = Vec::new();
        if let Pricing::Variance { covariance } = &self.pricing {
            let twice = 2.0 * self.aversion / self.unit;
            linear.iter_mut().zip(free).for_each(|(slope, &at)| *slope += twice * dot(&covariance[at], least));
            let row = |&at: &usize| free.iter().map(|&other| twice * covariance[at][other]).collect();
            quadratic = free.iter().map(row).collect();
        }
        linear.resize(count, self.aversion);
        let [mut rows, more] = self.limits(least, pick);
        let equal = rows.len();
        rows.extend(more);
        for (place, &at) in free.iter().enumerate() {
            let only = |value: f64| (0..count).map(|column| if column == place { value } else { 0.0 }).collect();
            rows.push(Row { entries: only(1.0), end: f64::from(self.ranges[at][1]) - least[at] });
            rows.push(Row { entries: only(-1.0), end: 0.0 });
        }
        for slope in &tails.0 {
            let mut entries: Vec<f64> = pick(slope);
            entries.iter_mut().for_each(|entry| *entry /= self.unit);
            entries[count - 1] = -1.0;
            rows.push(Row { entries, end: -dot(slope, least) / self.unit });
        }
        Program { linear, quadratic, rows, equal }
    }

    /// Budget and number of positions: equations, then inequalities.
    fn limits(&self, least: &[f64], pick: impl Fn(&[f64]) -> Vec<f64>) -> [Vec<Row>; 2] {
        let (mut equal, mut unequal) = (Vec::new(), Vec::new());
        if let Some(wanted) = self.cardinality {
            equal.push(Row {
                entries: pick(&vec![1.0; least.len()]),
                end: f64::from(wanted) - least.iter().sum::<f64>(),
            });
        }
        if let Some([lowest, greatest]) = self.budget {
            let (slack, spent) = (cost_slack(greatest), dot(&self.cost, least));
            let dearest = self.cost.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
            let row = |sign: f64, end: f64| {
                let scaled: Vec<f64> = self.cost.iter().map(|cost| sign * cost / dearest).collect();
                Row { entries: pick(&scaled), end: sign * (end - spent) / dearest }
            };
            if greatest - lowest <= 2.0 * slack {
                equal.push(row(1.0, 0.5 * (greatest + lowest)));
            } else {
                unequal.push(row(1.0, greatest + slack));
                unequal.extend((lowest > 0.0).then(|| row(-1.0, lowest - slack)));
            }
        }
        [equal, unequal]
    }
}
