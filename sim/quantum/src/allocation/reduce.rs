//! The part of a large problem that a circuit can hold: candidates whose units the relaxation leaves
//! most open stay free, the others are fixed.

use super::answer::Reduced;
use super::checked::{Checked, Pricing, dot, losses_of};
use super::relaxed::Relaxed;

impl Checked {
    /// Narrows the ranges around the relaxed solution until `qubits` or fewer variables remain. `held` is a
    /// feasible allocation: fixed candidates keep its units, and it stays within the ranges, so that
    /// the reduced problem has an answer.
    pub(super) fn reduced(&self, relaxed: &Relaxed, held: &[u32], qubits: usize) -> (Self, Reduced) {
        let mut order: Vec<usize> = (0..self.ranges.len()).collect();
        let openness = self.openness(&relaxed.units);
        order.sort_by(|&a, &b| openness[b].total_cmp(&openness[a]));
        let mut ranges: Vec<[u32; 2]> = held.iter().map(|&units| [units; 2]).collect();
        let mut bits = 0;
        for at in order {
            let near = self.near(at, relaxed.units[at], held[at]);
            let needed = (near[1] - near[0]).checked_ilog2().map_or(0, |log| log as usize + 1);
            if bits + needed <= qubits {
                bits += needed;
                ranges[at] = near;
            }
        }
        let fixed = |at: &usize| ranges[*at][0] == ranges[*at][1];
        let all = || 0..self.ranges.len();
        let reduced = Reduced {
            fixed: all().filter(fixed).map(|at| (self.names[at].clone(), ranges[at][0])).collect(),
            free: all().filter(|at| !fixed(at)).map(|at| (self.names[at].clone(), ranges[at])).collect(),
        };
        (self.narrowed(ranges), reduced)
    }

    /// Units around the relaxed number, and those held: for one unit the whole range.
    fn near(&self, at: usize, units: f64, held: u32) -> [u32; 2] {
        let [low, high] = self.ranges[at];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, then clamped")]
        let [below, above] = [libm::floor(units - 0.5) as u32, libm::ceil(units + 0.5) as u32];
        [below.clamp(low, high).min(held), above.clamp(low, high).max(held)]
    }

    /// How open the units of each candidate are: first those between whole numbers, by the distance,
    /// then those at a whole number, the least dear to move first. What moving costs is the slope of
    /// the objective, less what the money is worth, which the most open candidate tells.
    fn openness(&self, units: &[f64]) -> Vec<f64> {
        let fraction: Vec<f64> = units.iter().map(|x| (x - libm::round(*x)).abs()).collect();
        let slope = self.slope(units);
        let most = (0..units.len()).max_by(|&a, &b| fraction[a].total_cmp(&fraction[b]).then(b.cmp(&a)));
        let per_cost = |at: usize| if self.cost[at] > 0.0 { slope[at] / self.cost[at] } else { 0.0 };
        let worth = most.filter(|&at| self.budget.is_some() && fraction[at] > 1e-6).map_or(0.0, per_cost);
        let dear = |at: usize| (slope[at] - worth * self.cost[at]).abs();
        let open =
            |at: usize| if fraction[at] > 1e-6 { 1.0 + fraction[at] } else { 1.0 / (1.0 + dear(at) / self.unit) };
        (0..units.len()).map(open).collect()
    }

    /// Gradient of the objective.
    fn slope(&self, units: &[f64]) -> Vec<f64> {
        let risk: Vec<f64> = match &self.pricing {
            Pricing::Variance { covariance } => covariance.iter().map(|row| 2.0 * dot(row, units)).collect(),
            Pricing::Tail { tail, losses } => {
                let shares = tail.shares(&losses_of(losses, units));
                losses.iter().map(|own| dot(own, &shares)).collect()
            }
        };
        risk.iter().zip(&self.mean).map(|(risk, mean)| self.aversion * risk - mean).collect()
    }
}
