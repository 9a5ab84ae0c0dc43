//! Loss-of-load probability and expected unserved power of each step.
//!
//! One outage table per distinct set of unit capacities; units whose capacity follows a profile
//! are few and are summed over at each step.

use crate::check;
use crate::horizon::{Horizon, Point};
use crate::limits::{Budget, Limits, Spent};
use crate::need::Need;
use crate::refusal::Refusal;
use crate::system::System;
use crate::table::{Sum, Table};

/// What a step of a weather year costs in bookkeeping, in multiplications; it bounds memory too.
const POINT: usize = 128;

/// What [`assess()`] found, step by step; weather years are averaged with equal weight.
#[derive(Clone, Debug, PartialEq)]
pub struct Adequacy {
    /// Length of a step in hours.
    pub step_h: f64,
    /// Probability that the step is short.
    pub lolp: Vec<f64>,
    /// Expected firm-unserved power in MW.
    pub unserved_mw: Vec<f64>,
}

impl Adequacy {
    /// Loss-of-load expectation over the horizon in h.
    #[must_use]
    pub fn lole_h(&self) -> f64 {
        self.lolp.iter().copied().collect::<Sum>().value() * self.step_h
    }

    /// Expected unserved energy over the horizon in `MWh`.
    #[must_use]
    pub fn eue_mwh(&self) -> f64 {
        self.unserved_mw.iter().copied().collect::<Sum>().value() * self.step_h
    }
}

/// The exact adequacy of `system`.
///
/// A step is short where firm-unserved power exceeds [`TOLERANCE_MW`](crate::TOLERANCE_MW): for a
/// load of one firm tier, `available < load`, strictly. Unserved power counts from the first watt.
/// Relative accuracy is about 1e-12.
///
/// # Errors
/// A [`Refusal`] where the data are wrong, or the work would exceed `limits`.
pub fn assess(system: &System, limits: &Limits) -> Result<Adequacy, Refusal> {
    check::system(system)?;
    let horizon = Horizon::new(system);
    let mut budget = Budget::new(limits);
    lookups(&horizon, &mut budget).map_err(|spent| horizon.refusal(spent, limits))
}

fn lookups(horizon: &Horizon, budget: &mut Budget) -> Result<Adequacy, Spent> {
    let system = horizon.system();
    budget.spend(horizon.points().saturating_mul(POINT))?;
    let zero = vec![0.0; system.steps];
    let mut found = Adequacy { step_h: system.step_h, lolp: zero.clone(), unserved_mw: zero };
    let base = horizon.base(budget)?;
    for points in horizon.groups().values() {
        let law = horizon.table_law(base.clone(), points[0], budget)?;
        let table = Table::new(&law);
        for &point in points {
            let (lolp, unserved_mw) = at_point(horizon, &table, point, budget)?;
            found.lolp[point.step] += lolp;
            found.unserved_mw[point.step] += unserved_mw;
        }
    }
    found.lolp.iter_mut().for_each(|sum| *sum = horizon.mean(*sum).min(1.0));
    found.unserved_mw.iter_mut().for_each(|sum| *sum = horizon.mean(*sum).max(0.0));
    Ok(found)
}

/// Probability of a shortfall and expected unserved MW at one step of one weather year.
fn at_point(horizon: &Horizon, table: &Table, point: Point, budget: &mut Budget) -> Result<(f64, f64), Spent> {
    let need = Need::new(horizon.system(), point.step, point.year);
    let profiled = horizon.profiled_law(point, budget)?;
    let search = table.len().ilog2() as usize + 1;
    budget.spend(profiled.levels().len() * search * (1 + 2 * horizon.system().tiers.len()))?;
    let each = |f: &dyn Fn(f64) -> f64| profiled.levels().iter().map(|l| l.p * f(l.mw.mw())).sum::<f64>();
    let lolp = need.threshold_mw().map_or(0.0, |threshold| each(&|own| table.below(threshold - own)));
    let unserved_mw = each(&|own| need.unserved_mw(|y| table.missing_mw(y - own)));
    Ok((lolp, unserved_mw))
}
