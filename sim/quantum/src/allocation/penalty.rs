//! What an encoding that breaks a limit costs, in the diagonal and as a QUBO.
//!
//! In the diagonal, where any function can stand, it costs what the worst feasible encoding costs,
//! whichever limit it breaks and by how much: no slack qubits, no slope, and a spectrum no wider than
//! that of the feasible ones. The smallest surcharge that keeps infeasible encodings from winning was
//! tried first: those just over the budget are better than anything feasible, so that they come to
//! lie just above the optimum, and circuits of several layers ended among them (probability of a
//! feasible sample 0.001 with twelve candidates, 0.9 with this rule).
//!
//! A QUBO has no such freedom. Let `L` be below every objective within the ranges and `U` not below
//! the best feasible one. With a surcharge `P > U - L` for the smallest breach an infeasible `x` costs
//! at least `f(x) + P > L + U - L = U`. `L` is the relaxation without limits, `U` the objective of the
//! rounded relaxed solution: neither needs the enumeration.

use super::checked::{Checked, Pricing, cost_slack, dot};
use super::form::BitForm;
use super::landscape::{Feasible, Landscape, Summary};
use super::relaxed::Relaxed;
use crate::error::Error;
use crate::qaoa::Diagonal;
use crate::qubo::Qubo;

/// A problem as a QUBO: the objective of a feasible encoding is `offset + x'Qx`.
#[derive(Clone, Debug, PartialEq)]
pub struct PenaltyQubo {
    /// `Q`, penalties included.
    pub qubo: Qubo,
    /// The constant that a QUBO cannot hold.
    pub offset: f64,
    /// What the smallest breach of a limit adds.
    pub penalty: f64,
}

impl Checked {
    /// The surcharge `P`.
    ///
    /// # Errors
    /// [`Error::Solver`] where the relaxation without limits is not solved.
    pub(super) fn penalty(&self, relaxed: &Relaxed) -> Result<f64, Error> {
        let unlimited = Self { budget: None, cardinality: None, ..self.clone() };
        let low = unlimited.relax()?.bound;
        let high = self.rounded(&relaxed.units).map_or_else(|| self.most(), |units| self.figures(&units).objective);
        // Greater, not as great.
        Ok((high - low).max(0.0) * (1.0 + 1e-6) + 1e-9 * self.size(high))
    }

    /// A number that no objective within the ranges is above.
    pub(super) fn most(&self) -> f64 {
        let most: Vec<f64> = self.ranges.iter().map(|range| f64::from(range[1])).collect();
        let lost: f64 = self.mean.iter().zip(&most).map(|(mean, units)| (-mean * units).max(0.0)).sum();
        let risk = match &self.pricing {
            Pricing::Variance { covariance } => {
                let row = |row: &Vec<f64>| row.iter().zip(&most).map(|(entry, units)| entry.abs() * units).sum::<f64>();
                covariance.iter().zip(&most).map(|(entries, units)| units * row(entries)).sum()
            }
            Pricing::Tail { losses, .. } => {
                let worst = |own: &Vec<f64>| own.iter().copied().fold(0.0, f64::max);
                losses.iter().zip(&most).map(|(own, units)| worst(own) * units).sum::<f64>()
            }
        };
        lost + self.aversion * risk
    }

    /// Mean-variance with an exact budget, a number of positions, or limits that always hold, as a
    /// QUBO: a breach `v` is penalised by `P (v / d)^2`, `d` the smallest breach there is. Costs must
    /// then be whole multiples of some decimal step.
    ///
    /// # Errors
    /// [`Error::Qubo`] where it is none: for CVaR, for an inequality that needs slack variables, for
    /// costs without a common step; [`Error::Solver`].
    pub fn as_qubo(&self) -> Result<PenaltyQubo, Error> {
        let refuse = |fault: &str| Error::Qubo { faults: vec![fault.to_owned()] };
        if matches!(self.pricing, Pricing::Tail { .. }) {
            return Err(refuse("CVaR is no polynomial of degree 2 in the units; it is priced in the diagonal"));
        }
        let penalty = self.penalty(&self.relax()?)?;
        let mut form = BitForm::of(self);
        let variables = self.encoding().variables().to_vec();
        if let Some(wanted) = self.cardinality {
            let fixed: u32 = self.ranges.iter().map(|range| range[0]).sum();
            form.add_square(&vec![1.0; variables.len()], f64::from(wanted) - f64::from(fixed), penalty);
        }
        if let Some([least, greatest]) = self.budget.filter(|_| self.budget_matters()) {
            if greatest - least > 2.0 * cost_slack(greatest) {
                return Err(refuse(
                    "a budget of at most or at least needs slack variables; it is priced in the diagonal",
                ));
            }
            let held: Vec<f64> = self.ranges.iter().map(|range| f64::from(range[0])).collect();
            let costs: Vec<f64> = variables.iter().map(|v| f64::from(v.weight) * self.cost[v.candidate]).collect();
            let left = greatest - dot(&self.cost, &held);
            let step = common_step(costs.iter().copied().chain([left]))
                .ok_or_else(|| refuse("the costs have no common step of 1e-6 or more"))?;
            form.add_square(&costs, left, penalty / (step * step));
        }
        let mut matrix: Vec<Vec<f64>> = (0..variables.len())
            .map(|at| {
                let mut row = form.pairs[at].clone();
                row.resize(variables.len(), 0.0);
                row
            })
            .collect();
        (0..variables.len()).for_each(|at| matrix[at][at] = form.linear[at]);
        Ok(PenaltyQubo { qubo: Qubo::from_matrix(&matrix)?, offset: form.constant, penalty })
    }

    fn budget_matters(&self) -> bool {
        let cost =
            |end: usize| self.ranges.iter().zip(&self.cost).map(|(range, cost)| f64::from(range[end]) * cost).sum();
        !(self.affordable(cost(0)) && self.affordable(cost(1)))
    }
}

impl Landscape {
    /// The diagonal that a circuit minimises, and what infeasible encodings cost in it: as much as the
    /// worst feasible one, or `surcharge` above it where all feasible ones are equal.
    ///
    /// # Errors
    /// [`Error::Qaoa`] where an objective is not finite.
    pub(super) fn priced(self, surcharge: f64) -> Result<(Diagonal, f64, Feasible), Error> {
        let (mut values, feasible) = self.into_parts();
        let Summary { best, worst, .. } = feasible.summary();
        let level = if worst > best { worst } else { best + surcharge };
        for (index, value) in values.iter_mut().enumerate() {
            if !feasible.holds(index as u64) {
                *value = level;
            }
        }
        Ok((Diagonal::from_values(values)?, level, feasible))
    }
}

/// The greatest step of which all values are multiples, looked for in millionths.
fn common_step(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut common = 0_u64;
    for value in values {
        let scaled = (value * 1e6).abs();
        let whole = libm::rint(scaled);
        if (scaled - whole).abs() > 1e-3 || whole > 9e15 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and below 2^53")]
        let mut other = whole as u64;
        while other > 0 {
            (common, other) = (other, common % other);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    let step = common as f64 * 1e-6;
    (common > 0).then_some(step)
}
