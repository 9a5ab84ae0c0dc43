//! How often shortfalls begin: LOLF, for units that are Markov chains in their stationary state.
//!
//! An event begins at a step that is short after one that is not; one that runs at step 0 counts.
//! Its probability needs the joint law of the capacity at both steps, `n` by `n` levels for `n`
//! levels of capacity; `split` keeps that affordable.

use std::collections::BTreeMap;

use crate::assess::assess;
use crate::check;
use crate::horizon::{Horizon, Point};
use crate::limits::{Budget, Limits, Spent};
use crate::refusal::Refusal;
use crate::split::Split;
use crate::system::System;
use crate::table::Sum;

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
/// What "short" means is told at [`assess()`].
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
    for points in groups.values() {
        let split = Split::new(horizon, points, budget)?;
        for &point in points {
            starts[point.step] += split.crossing(horizon, point);
        }
    }
    starts.iter_mut().skip(1).for_each(|sum| *sum = horizon.mean(*sum).min(1.0));
    Ok(())
}
