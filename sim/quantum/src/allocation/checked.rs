//! A problem without faults, and the figures of any allocation in it.

use serde::Serialize;

use super::encoding::Encoding;
use super::fault::{Fault, faults};
use super::problem::{Problem, Risk};
use super::tail::Tail;
use crate::error::Error;

/// Rounding that a total cost may show against a budget.
pub(super) fn cost_slack(greatest: f64) -> f64 {
    1e-9 * greatest.max(1e-3)
}

/// How risk is priced, with the lists as the sums need them.
#[derive(Clone, Debug)]
pub(super) enum Pricing {
    /// Covariance by candidate and candidate.
    Variance { covariance: Vec<Vec<f64>> },
    /// Loss of one unit by candidate and future.
    Tail { tail: Tail, losses: Vec<Vec<f64>> },
}

/// A problem that can be computed with; units of a candidate may be held in a narrower range than
/// the problem's.
#[derive(Clone, Debug)]
pub struct Checked {
    pub(super) names: Vec<String>,
    pub(super) cost: Vec<f64>,
    /// Expected return of one unit.
    pub(super) mean: Vec<f64>,
    /// Fewest and most units.
    pub(super) ranges: Vec<[u32; 2]>,
    pub(super) aversion: f64,
    pub(super) pricing: Pricing,
    /// Least and greatest total cost.
    pub(super) budget: Option<[f64; 2]>,
    pub(super) cardinality: Option<u32>,
    /// The most that one candidate by itself does to the objective: what small means is relative to
    /// it, as a problem in cents and the same in millions have one answer.
    pub(super) unit: f64,
}

/// The risk of an allocation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskFigures {
    /// Under mean-variance.
    Spread {
        /// `x'Cov x`, money^2.
        variance: f64,
        /// Its root, money.
        standard_deviation: f64,
    },
    /// Under CVaR.
    Tail {
        /// `inf {t : P(loss <= t) >= alpha}`, money.
        value_at_risk: f64,
        /// The mean loss of the worst `1 - alpha`, money.
        conditional_value_at_risk: f64,
    },
}

/// An allocation and what it amounts to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Units of each candidate.
    pub units: Vec<u32>,
    /// What is minimised, without any penalty.
    pub objective: f64,
    /// Expected return, money.
    pub expected_return: f64,
    /// Risk.
    pub risk: RiskFigures,
    /// Total cost, money.
    pub cost: f64,
    /// Candidates with at least one unit.
    pub positions: u32,
    /// Whether budget and number of positions are met.
    pub feasible: bool,
}

impl Problem {
    /// Looks for all faults at once.
    ///
    /// # Errors
    /// [`Error::Allocation`] with every fault.
    pub fn check(&self) -> Result<Checked, Error> {
        let faults = faults(self);
        if !faults.is_empty() {
            return Err(Error::Allocation { faults });
        }
        let (mean, aversion, pricing) = self.priced();
        let mut checked = Checked {
            names: self.candidates.iter().map(|c| c.name.clone()).collect(),
            cost: self.candidates.iter().map(|c| c.cost).collect(),
            mean,
            ranges: self.candidates.iter().map(|c| [c.min_units, c.max_units]).collect(),
            aversion,
            pricing,
            budget: self.budget.map(|budget| [budget.least.unwrap_or(0.0), budget.greatest]),
            cardinality: self.cardinality,
            unit: 1.0,
        };
        let dearest: f64 = self.candidates.iter().map(|c| c.cost * f64::from(c.max_units)).sum();
        if !(checked.most() + dearest).is_finite() {
            return Err(Error::Allocation { faults: vec![Fault::Overflow] });
        }
        checked.unit = checked.greatest_effect();
        Ok(checked)
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of futures")]
    fn priced(&self) -> (Vec<f64>, f64, Pricing) {
        match &self.risk {
            Risk::MeanVariance { covariance, risk_aversion } => {
                let mean = self.candidates.iter().map(|c| c.expected_return.unwrap_or(0.0)).collect();
                (mean, *risk_aversion, Pricing::Variance { covariance: covariance.clone() })
            }
            Risk::Cvar { scenarios, alpha, risk_aversion } => {
                let of = |at: usize| scenarios.iter().map(|future| -future[at]).collect::<Vec<_>>();
                let losses: Vec<_> = (0..self.candidates.len()).map(of).collect();
                let mean = |own: &Vec<f64>| -own.iter().sum::<f64>() / scenarios.len() as f64;
                let tail = Tail::new(*alpha, scenarios.len());
                (losses.iter().map(mean).collect(), *risk_aversion, Pricing::Tail { tail, losses })
            }
        }
    }
}

impl Checked {
    /// How units are written as bits.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        Encoding::new(self.ranges.iter().copied())
    }

    /// The same problem with units of each candidate in a narrower range.
    pub(super) fn narrowed(&self, ranges: Vec<[u32; 2]>) -> Self {
        Self { ranges, ..self.clone() }
    }

    /// Figures of any numbers of units, one for each candidate.
    #[must_use]
    pub fn figures(&self, units: &[u32]) -> Figures {
        let shares: Vec<f64> = units.iter().map(|&units| f64::from(units)).collect();
        let expected_return = dot(&self.mean, &shares);
        let cost = dot(&self.cost, &shares);
        let positions = units.iter().map(|&units| u32::from(units > 0)).sum();
        let (risk, priced) = self.risk(&shares);
        let feasible = self.affordable(cost) && self.cardinality.is_none_or(|wanted| wanted == positions);
        Figures {
            units: units.to_vec(),
            objective: priced - expected_return,
            expected_return,
            risk,
            cost,
            positions,
            feasible,
        }
    }

    /// The size of an objective: that of what it is the sum of, if that is greater.
    pub(super) fn size(&self, objective: f64) -> f64 {
        self.unit + objective.abs()
    }

    fn greatest_effect(&self) -> f64 {
        let effect = |at: usize| {
            let units = f64::from(self.ranges[at][1]);
            let risk = match &self.pricing {
                Pricing::Variance { covariance } => covariance[at][at] * units,
                Pricing::Tail { losses, .. } => losses[at].iter().fold(0.0, |most: f64, loss| most.max(loss.abs())),
            };
            units * self.mean[at].abs().max(self.aversion * risk)
        };
        let greatest = (0..self.ranges.len()).map(effect).fold(0.0, f64::max);
        if greatest.is_normal() { greatest } else { 1.0 }
    }

    /// What is minimised, at any real numbers of units.
    pub(super) fn objective(&self, units: &[f64]) -> f64 {
        self.risk(units).1 - dot(&self.mean, units)
    }

    /// Risk, and its part of the objective.
    fn risk(&self, units: &[f64]) -> (RiskFigures, f64) {
        match &self.pricing {
            Pricing::Variance { covariance } => {
                let variance: f64 = covariance.iter().zip(units).map(|(row, x)| x * dot(row, units)).sum();
                // Rounding may take a variance of nothing just below it.
                let standard_deviation = libm::sqrt(variance.max(0.0));
                (RiskFigures::Spread { variance, standard_deviation }, self.aversion * variance)
            }
            Pricing::Tail { tail, losses } => {
                let [value_at_risk, worst] = tail.of(&losses_of(losses, units));
                let figures = RiskFigures::Tail { value_at_risk, conditional_value_at_risk: worst };
                (figures, self.aversion * worst)
            }
        }
    }

    /// Whether a total cost is within the budget.
    pub(super) fn affordable(&self, cost: f64) -> bool {
        self.budget.is_none_or(|[least, greatest]| {
            let slack = cost_slack(greatest);
            (least - slack..=greatest + slack).contains(&cost)
        })
    }
}

/// Total loss in each future.
pub(super) fn losses_of(losses: &[Vec<f64>], units: &[f64]) -> Vec<f64> {
    let mut total = vec![0.0; losses[0].len()];
    for (own, units) in losses.iter().zip(units).filter(|(_, units)| **units != 0.0) {
        total.iter_mut().zip(own).for_each(|(total, loss)| *total += units * loss);
    }
    total
}

/// `a'b`.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
