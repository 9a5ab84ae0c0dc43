//! The units over two consecutive steps, split so that their joint law is affordable.
//!
//! The small units go into one matrix of corner probabilities; the largest ones (few levels among
//! them) and those that follow a profile are summed over at each step. Exact for every split; only
//! the work differs.

use crate::horizon::{Horizon, Point};
use crate::joint::{Corner, Joint, Pair, Shape};
use crate::limits::{Budget, Limits, Spent};
use crate::need::Need;
use crate::system::Unit;

/// More units than this are not written out one by one.
const MOST_UNITS: usize = 100_000;
/// What a random look-up in a matrix costs, in multiplications.
const LOOKUP: usize = 4;
/// What adding a unit to a small joint law costs at least, in multiplications.
const UNIT: usize = 64;

/// The units over two consecutive steps: the largest as a joint law, the rest as its corners.
pub(crate) struct Split {
    large: Joint,
    small: Corner,
}

impl Split {
    /// Splits where the work for `points` is least. The tabled units are alike at all of them.
    pub(crate) fn new(horizon: &Horizon, points: &[Point], budget: &mut Budget) -> Result<Self, Spent> {
        let groups: Vec<_> = horizon.tabled().map(|unit| (unit.pair(points[0]), unit.count as usize)).collect();
        if groups.iter().map(|(_, count)| count).sum::<usize>() > MOST_UNITS {
            return Err(Spent::Joint);
        }
        let mut pairs: Vec<&Pair> = groups.iter().flat_map(|(pair, count)| std::iter::repeat_n(pair, *count)).collect();
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.first.iter().chain(&pair.second).copied().max()));
        let own = horizon.profiled().iter().map(|unit| sums_at_most(unit).saturating_pow(2));
        let own_cells = own.fold(1, usize::saturating_mul);
        if own_cells > budget.limits().joint_cells {
            return Err(Spent::Joint);
        }
        let per_cell = own_cells.saturating_mul(LOOKUP * points.len());
        let (at, work) = cheapest(&pairs, per_cell, budget.limits()).ok_or(Spent::Joint)?;
        let own_units = horizon.profiled().iter().map(|unit| unit.count as usize).sum::<usize>();
        budget.spend(own_units.saturating_mul(UNIT * points.len()).saturating_add(work))?;
        let (large, small) = pairs.split_at(at);
        let large = large.iter().fold(Joint::none(), |joint, pair| joint.plus(pair));
        let small = small.iter().rev().fold(Joint::none(), |joint, pair| joint.plus(pair));
        Ok(Self { large, small: small.into_corner() })
    }

    /// `P(not short before, short at point)`.
    pub(crate) fn crossing(&self, horizon: &Horizon, point: Point) -> f64 {
        let threshold = |at: Point| Need::new(horizon.system(), at.step, at.year).threshold_mw();
        let Some(below_mw) = threshold(point) else { return 0.0 };
        let from_mw = threshold(point.before()).unwrap_or(f64::NEG_INFINITY);
        let own = horizon.profiled().iter().fold(Joint::none(), |own, unit| {
            let pair = unit.pair(point);
            (0..unit.count).fold(own, |own, _| own.plus(&pair))
        });
        let given = |(first_mw, second_mw, p): (f64, f64, f64)| {
            p * self.small.crossing(&self.large, from_mw - first_mw, below_mw - second_mw)
        };
        own.levels_mw().map(given).sum()
    }
}

/// How many distinct sums the capacities of a group can have at most: the multisets of `count`
/// states, `C(count + states - 1, states - 1)`.
fn sums_at_most(unit: &Unit) -> usize {
    let further = 1..unit.states.len();
    further.fold(1, |ways, k| (unit.count as usize).saturating_add(k).saturating_mul(ways) / k)
}

/// How many of the `pairs` (largest first) to keep out of the matrix, and the work that leaves:
/// building the matrix, then `per_cell` for each cell of the joint law of those kept out.
fn cheapest(pairs: &[&Pair], per_cell: usize, limits: &Limits) -> Option<(usize, usize)> {
    let mut builds = vec![None; pairs.len() + 1];
    let (mut small, mut work) = (Shape::default(), 1_usize);
    builds[pairs.len()] = Some(work);
    for (i, pair) in pairs.iter().enumerate().rev() {
        work = work.saturating_add(small.cells().saturating_mul(pair.moves.len()));
        small.grow(pair);
        if small.cells() > limits.joint_cells || work as u64 > limits.work {
            break;
        }
        builds[i] = Some(work.saturating_add(small.cells()));
    }
    let mut large = Shape::default();
    let mut best = None;
    for (i, build) in builds.iter().enumerate() {
        let lookups = large.cells().saturating_mul(per_cell);
        let beaten = best.is_some_and(|(_, least)| lookups >= least);
        if beaten || lookups as u64 > limits.work || large.cells() > limits.joint_cells {
            break;
        }
        if let Some(build) = build {
            let total = lookups.saturating_add(*build);
            if best.is_none_or(|(_, least)| total < least) {
                best = Some((i, total));
            }
        }
        if let Some(pair) = pairs.get(i) {
            large.grow(pair);
        }
    }
    best
}

impl Unit {
    /// One unit at the step before `point` and at `point`; the chain has been checked before.
    fn pair(&self, point: Point) -> Pair {
        let total: f64 = self.states.iter().map(|state| state.probability).sum();
        let rows = self.transition.iter().flatten().zip(&self.states).enumerate();
        let moves = rows.flat_map(|(from, (row, state))| {
            row.iter().enumerate().map(move |(to, p)| (from, to, state.probability / total * p))
        });
        Pair {
            first: self.levels(point.before()),
            second: self.levels(point),
            moves: moves.filter(|(.., p)| *p > 0.0).collect(),
        }
    }
}
