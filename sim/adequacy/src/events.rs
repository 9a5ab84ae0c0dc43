//! How often shortfalls begin: LOLF, for units that are Markov chains in their stationary state.
//!
//! An event begins at a step that is short after one that is not; one that runs at step 0 counts.
//! Its probability needs the joint law of the capacity at both steps, `n` by `n` levels for `n`
//! levels of capacity. So the units are split: the small ones go into one matrix of corner
//! probabilities, the largest ones (few levels among them) are summed over at each step.

use std::collections::BTreeMap;

use crate::assess::assess;
use crate::check;
use crate::horizon::{Horizon, Point};
use crate::joint::{Corner, Joint, Pair, reachable};
use crate::law::Grid;
use crate::limits::{Budget, Limits, Spent};
use crate::need::Need;
use crate::refusal::Refusal;
use crate::system::{System, Unit};
use crate::table::Sum;

/// More units than this are not written out one by one.
const MOST_UNITS: usize = 100_000;
/// What a random look-up in a matrix costs, in multiplications.
const LOOKUP: usize = 4;

/// What [`event_frequency`] found, step by step; weather years are averaged with equal weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Events {
    /// Expected number of shortfall events that begin at the step.
    pub starts: Vec<f64>,
}

impl Events {
    /// Loss-of-load frequency: expected number of events over the horizon.
    #[must_use]
    pub fn lolf(&self) -> f64 {
        self.starts.iter().copied().collect::<Sum>().value()
    }
}

/// The exact event frequency of `system`:
/// `P(short at 0)`, then `P(not short at t - 1, short at t)` for each later step.
///
/// What "short" means is told at [`assess`].
///
/// # Errors
/// A [`Refusal`] where the data are wrong, a unit is no Markov chain in its stationary state, or
/// the work would exceed `limits`.
pub fn event_frequency(system: &System, limits: &Limits) -> Result<Events, Refusal> {
    let adequacy = assess(system, limits)?;
    check::chains(system)?;
    let horizon = Horizon::new(system);
    let mut budget = Budget::new(limits);
    let mut starts = vec![0.0; system.steps];
    starts[0] = adequacy.lolp[0];
    crossings(&horizon, &mut budget, &mut starts).map_err(|spent| horizon.refusal(spent, limits))?;
    Ok(Events { starts })
}

fn crossings(horizon: &Horizon, budget: &mut Budget, starts: &mut [f64]) -> Result<(), Spent> {
    let mut groups: BTreeMap<_, Vec<Point>> = BTreeMap::new();
    for year in 0..horizon.years() {
        for step in 1..horizon.system().steps {
            let point = Point { step, year };
            groups.entry((horizon.switch(point.before()), horizon.switch(point))).or_default().push(point);
        }
    }
    let share = 1.0 / horizon.years_f64();
    for points in groups.values() {
        let split = Split::new(horizon, points, budget)?;
        for &point in points {
            starts[point.step] += share * split.crossing(horizon, point);
        }
    }
    Ok(())
}

impl Point {
    fn before(self) -> Self {
        Self { step: self.step - 1, ..self }
    }
}

/// The units over two consecutive steps: the largest as a joint law, the rest as its corners.
struct Split {
    large: Joint,
    small: Corner,
}

impl Split {
    /// Splits where the work for `points` is least. The tabled units are alike at all of them.
    fn new(horizon: &Horizon, points: &[Point], budget: &mut Budget) -> Result<Self, Spent> {
        let mut pairs = Vec::new();
        for unit in horizon.tabled() {
            budget.spend(unit.count as usize)?;
            if pairs.len() + unit.count as usize > MOST_UNITS {
                return Err(Spent::Work);
            }
            pairs.extend(std::iter::repeat_n(unit.pair(points[0]), unit.count as usize));
        }
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.first.iter().chain(&pair.second).copied().max()));
        let own = horizon.profiled().iter().map(|unit| unit.states.len().saturating_pow(2 * unit.count));
        let per_cell = own.fold(LOOKUP.saturating_mul(points.len()), usize::saturating_mul);
        let (at, work) = cheapest(&pairs, per_cell, budget.limits()).ok_or(Spent::Work)?;
        budget.spend(work)?;
        let (large, small) = pairs.split_at(at);
        let joint = |pairs: &mut dyn Iterator<Item = &Pair>| pairs.fold(Joint::none(), |joint, pair| joint.plus(pair));
        Ok(Self { large: joint(&mut large.iter()), small: joint(&mut small.iter().rev()).into_corner() })
    }

    /// `P(not short before, short at point)`.
    fn crossing(&self, horizon: &Horizon, point: Point) -> f64 {
        let threshold = |at: Point| Need::new(horizon.system(), at.step, at.year).threshold_mw();
        let Some(below_mw) = threshold(point) else { return 0.0 };
        let from_mw = threshold(point.before()).unwrap_or(f64::NEG_INFINITY);
        if horizon.profiled().is_empty() {
            return self.small.crossing(&self.large, from_mw, below_mw);
        }
        let mut own = self.large.clone();
        for unit in horizon.profiled() {
            let pair = unit.pair(point);
            own = (0..unit.count).fold(own, |own, _| own.plus(&pair));
        }
        self.small.crossing(&own, from_mw, below_mw)
    }
}

/// How many of the `pairs` (largest first) to keep out of the matrix, and the work that leaves:
/// building the matrix, then `per_cell` for each cell of the joint law of those kept out.
fn cheapest(pairs: &[Pair], per_cell: usize, limits: &Limits) -> Option<(usize, usize)> {
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
        if best.is_some_and(|(_, least)| lookups >= least) || lookups as u64 > limits.work {
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

/// The levels of a joint law, without its probabilities.
struct Shape {
    rows: Vec<Grid>,
    cols: Vec<Grid>,
}

impl Default for Shape {
    fn default() -> Self {
        Self { rows: vec![Grid::ZERO], cols: vec![Grid::ZERO] }
    }
}

impl Shape {
    fn grow(&mut self, pair: &Pair) {
        self.rows = reachable(&self.rows, &pair.first);
        self.cols = reachable(&self.cols, &pair.second);
    }

    fn cells(&self) -> usize {
        self.rows.len().saturating_mul(self.cols.len())
    }
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
