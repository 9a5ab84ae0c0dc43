//! A good allocation from real numbers of units: rounded, then changed by single units and exchanges
//! as long as that helps, first to meet the limits, then the objective. Gives no proof; the bound
//! does that.

use super::checked::{Checked, Pricing, cost_slack, dot, losses_of};
use super::tail::Reader;

/// Most changes made.
const STEPS: usize = 300;
/// Least improvement, relative to the objective's size, that is worth a change.
const WORTH: f64 = 1e-10;

/// One unit more or less of a candidate.
type Change = (usize, f64);

/// An allocation with what makes a change cheap to price.
struct Standing<'a> {
    checked: &'a Checked,
    units: Vec<f64>,
    cost: f64,
    objective: f64,
    /// `Cov x`, or the total loss of each future.
    carried: Vec<f64>,
    /// Of a changed allocation, under CVaR.
    total: Vec<f64>,
    reader: Option<Reader>,
    value_at_risk: f64,
}

impl Checked {
    /// A feasible allocation near `units`, where this finds one.
    pub(super) fn rounded(&self, units: &[f64]) -> Option<Vec<u32>> {
        let mut standing = Standing::at(self, self.nearest(units));
        for _ in 0..STEPS {
            let Some(changes) = standing.best_changes() else { break };
            standing = Standing::at(self, standing.changed(&changes));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within the ranges")]
        let whole: Vec<u32> = standing.units.iter().map(|&units| units as u32).collect();
        self.figures(&whole).feasible.then_some(whole)
    }

    /// The nearest whole units; with a number of positions, the candidates with the greatest shares.
    fn nearest(&self, units: &[f64]) -> Vec<f64> {
        let Some(wanted) = self.cardinality else { return units.iter().map(|&units| libm::round(units)).collect() };
        let mut order: Vec<usize> = (0..units.len()).collect();
        let rank = |at: usize| units[at] + f64::from(self.ranges[at][0]) - f64::from(1 - self.ranges[at][1]);
        order.sort_by(|&a, &b| rank(b).total_cmp(&rank(a)));
        let mut chosen = vec![0.0; units.len()];
        order.iter().take(wanted as usize).for_each(|&at| chosen[at] = 1.0);
        chosen
    }
}

impl<'a> Standing<'a> {
    fn at(checked: &'a Checked, units: Vec<f64>) -> Self {
        let carried: Vec<f64> = match &checked.pricing {
            Pricing::Variance { covariance } => covariance.iter().map(|row| dot(row, &units)).collect(),
            Pricing::Tail { losses, .. } => losses_of(losses, &units),
        };
        let mut reader = match &checked.pricing {
            Pricing::Variance { .. } => None,
            Pricing::Tail { tail, .. } => Some(Reader::new(*tail, carried.len())),
        };
        let value_at_risk = reader.as_mut().map_or(0.0, |reader| reader.read(&carried, 0.0)[0]);
        Self {
            checked,
            cost: dot(&checked.cost, &units),
            objective: checked.objective(&units),
            units,
            total: carried.clone(),
            carried,
            reader,
            value_at_risk,
        }
    }

    fn changed(&self, changes: &[Change]) -> Vec<f64> {
        let mut units = self.units.clone();
        changes.iter().for_each(|&(at, more)| units[at] += more);
        units
    }

    /// How far from the limits the cost and the number of positions would be.
    fn violation(&self, changes: &[Change]) -> f64 {
        let cost = self.cost + changes.iter().map(|&(at, more)| more * self.checked.cost[at]).sum::<f64>();
        let spent = self.checked.budget.map_or(0.0, |[least, greatest]| {
            let beyond = (cost - greatest).max(least - cost);
            if beyond <= cost_slack(greatest) { 0.0 } else { beyond / greatest.max(1e-3) }
        });
        let positions = self.checked.cardinality.map_or(0.0, |wanted| {
            let held = self.units.iter().sum::<f64>() + changes.iter().map(|change| change.1).sum::<f64>();
            (held - f64::from(wanted)).abs()
        });
        spent + positions
    }

    /// The change after which the limits are broken least and, among those, the objective is least;
    /// `None` where none helps.
    fn best_changes(&mut self) -> Option<Vec<Change>> {
        let mut least = (self.violation(&[]), self.objective - WORTH * self.checked.size(self.objective));
        let mut best = None;
        for changes in self.neighbours() {
            let violation = self.violation(&changes);
            if violation > least.0 {
                continue;
            }
            let objective = self.objective_after(&changes);
            if violation < least.0 || objective < least.1 {
                least = (violation, objective);
                best = Some(changes);
            }
        }
        best
    }

    /// One unit more or less, and one of each, within the ranges.
    fn neighbours(&self) -> Vec<Vec<Change>> {
        let free = |more: f64| {
            (0..self.units.len()).filter(move |&at| {
                let [low, high] = self.checked.ranges[at].map(f64::from);
                (low..=high).contains(&(self.units[at] + more))
            })
        };
        let singles = free(1.0).map(|at| vec![(at, 1.0)]).chain(free(-1.0).map(|at| vec![(at, -1.0)]));
        let exchanges = free(1.0)
            .flat_map(|to| free(-1.0).filter(move |&from| from != to).map(move |from| vec![(to, 1.0), (from, -1.0)]));
        singles.chain(exchanges).collect()
    }

    fn objective_after(&mut self, changes: &[Change]) -> f64 {
        let q = self.checked.aversion;
        let earned: f64 = changes.iter().map(|&(at, more)| more * self.checked.mean[at]).sum();
        match &self.checked.pricing {
            Pricing::Variance { covariance } => {
                let first: f64 = changes.iter().map(|&(at, more)| 2.0 * more * self.carried[at]).sum();
                let pairs = changes.iter().flat_map(|&a| changes.iter().map(move |&b| (a, b)));
                let second: f64 = pairs.map(|((i, more), (j, other))| more * other * covariance[i][j]).sum();
                self.objective - earned + q * (first + second)
            }
            Pricing::Tail { losses, .. } => {
                let total = &mut self.total;
                total.copy_from_slice(&self.carried);
                for &(at, more) in changes {
                    total.iter_mut().zip(&losses[at]).for_each(|(total, loss)| *total += more * loss);
                }
                let returned = dot(&self.checked.mean, &self.units) + earned;
                let worst = self.reader.as_mut().map_or(0.0, |reader| reader.read(total, self.value_at_risk)[1]);
                q * worst - returned
            }
        }
    }
}
