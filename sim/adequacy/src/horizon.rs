//! The horizon sorted for work: which units keep their capacity, switch it, or follow a profile.
//!
//! - A constant unit has one capacity: it is convolved once.
//! - A switching unit has few (maintenance windows, seasons): points of the horizon at which all
//!   switching units agree share one table.
//! - A profiled unit has many (a wind farm with outages): it stays out of the tables, and its few
//!   own levels are summed over at each point.

use std::collections::{BTreeMap, BTreeSet};

use crate::law::{Grid, Law, Level};
use crate::limits::{Budget, Limits, Spent};
use crate::refusal::Refusal;
use crate::system::{System, Unit};

/// More distinct capacities than this make a unit a profiled one.
const SWITCHING_AT_MOST: usize = 64;

/// One step of one weather year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) step: usize,
    pub(crate) year: usize,
}

impl Point {
    /// The step before; there is one.
    pub(crate) fn before(self) -> Self {
        Self { step: self.step - 1, ..self }
    }
}

/// The units of a system by the course of their capacity.
pub(crate) struct Horizon<'a> {
    system: &'a System,
    years: usize,
    constant: Vec<&'a Unit>,
    switching: Vec<&'a Unit>,
    profiled: Vec<&'a Unit>,
}

impl<'a> Horizon<'a> {
    /// Sorts the units of a checked system.
    pub(crate) fn new(system: &'a System) -> Self {
        let mut horizon = Self { system, years: 1, constant: Vec::new(), switching: Vec::new(), profiled: Vec::new() };
        horizon.years = system.courses().map(|(_, course)| course.years()).max().unwrap_or(1);
        for unit in &system.units {
            let mut distinct = BTreeSet::new();
            let many = unit.p_max_mw.values().iter().any(|mw| {
                distinct.insert(mw.to_bits());
                distinct.len() > SWITCHING_AT_MOST
            });
            match distinct.len() {
                1 => horizon.constant.push(unit),
                _ if many => horizon.profiled.push(unit),
                _ => horizon.switching.push(unit),
            }
        }
        horizon
    }

    pub(crate) fn system(&self) -> &'a System {
        self.system
    }

    /// Points of the horizon: steps times weather years.
    pub(crate) fn points(&self) -> usize {
        self.system.steps.saturating_mul(self.years)
    }

    pub(crate) fn years(&self) -> usize {
        self.years
    }

    /// The mean over the weather years of what was summed over them.
    #[expect(clippy::cast_precision_loss, reason = "a list of that many years does not fit in memory")]
    pub(crate) fn mean(&self, sum: f64) -> f64 {
        sum / self.years as f64
    }

    /// Units that stand in tables.
    pub(crate) fn tabled(&self) -> impl Iterator<Item = &'a Unit> {
        self.constant.iter().chain(&self.switching).copied()
    }

    /// Units that are summed over at each point.
    pub(crate) fn profiled(&self) -> &[&'a Unit] {
        &self.profiled
    }

    /// The capacities of the switching units at `point`, as bits.
    pub(crate) fn switch(&self, point: Point) -> Vec<u64> {
        self.switching.iter().map(|unit| unit.p_max_mw.at(point.step, point.year).to_bits()).collect()
    }

    /// Points that share a table, in the order of their capacities.
    pub(crate) fn groups(&self) -> BTreeMap<Vec<u64>, Vec<Point>> {
        let mut groups: BTreeMap<_, Vec<Point>> = BTreeMap::new();
        for year in 0..self.years {
            for step in 0..self.system.steps {
                let point = Point { step, year };
                groups.entry(self.switch(point)).or_default().push(point);
            }
        }
        groups
    }

    /// The law of the constant units.
    pub(crate) fn base(&self, budget: &mut Budget) -> Result<Law, Spent> {
        sum(Law::none(), &self.constant, Point { step: 0, year: 0 }, budget)
    }

    /// The law of the tabled units at `point`, given that of the constant ones.
    pub(crate) fn table_law(&self, base: Law, point: Point, budget: &mut Budget) -> Result<Law, Spent> {
        sum(base, &self.switching, point, budget)
    }

    /// The law of the profiled units at `point`.
    pub(crate) fn profiled_law(&self, point: Point, budget: &mut Budget) -> Result<Law, Spent> {
        sum(Law::none(), &self.profiled, point, budget)
    }

    /// A bound that was passed, told with the size of the horizon.
    pub(crate) fn refusal(&self, spent: Spent, limits: &Limits) -> Refusal {
        match spent {
            Spent::Levels => Refusal::Levels { most: limits.levels },
            Spent::Joint => Refusal::Joint { most_cells: limits.joint_cells, most_work: limits.work },
            Spent::Work => Refusal::Work {
                most: limits.work,
                steps: self.system.steps,
                years: self.years,
                switching: self.switching.len(),
                profiled: self.profiled.len(),
            },
        }
    }
}

fn sum(base: Law, units: &[&Unit], point: Point, budget: &mut Budget) -> Result<Law, Spent> {
    units.iter().try_fold(base, |law, unit| law.plus(&unit.law(point), unit.count, budget))
}

impl Unit {
    /// The law of one unit's capacity at `point`.
    fn law(&self, point: Point) -> Law {
        let total: f64 = self.states.iter().map(|state| state.probability).sum();
        let levels = self.levels(point).into_iter().zip(&self.states);
        Law::new(levels.map(|(mw, state)| Level { mw, p: state.probability / total }).collect())
    }

    /// One unit's capacity in each of its states at `point`.
    pub(crate) fn levels(&self, point: Point) -> Vec<Grid> {
        let mw = self.p_max_mw.at(point.step, point.year);
        self.states.iter().map(|state| Grid::nearest(mw * state.p_max_pu)).collect()
    }
}
