//! Optimal power flow over consecutive hours: loads and available power by the hour, and storage that
//! carries energy from one to the next.
//!
//! Without storage every hour stands alone, and a line that bound once is a row of all hours after it.
//! With storage the hours are one program (`chain`), whose equations are solved hour by hour
//! (`stages`). No ramp limits, commitment or forecast: all hours are known.

mod blame;
mod chain;
mod exact;
mod flat;
mod stages;

use super::angles::Angles;
use super::model::{Model, generator_name};
use super::period::Lines;
use super::pieces::Piece;
use super::solution::{Solution, tell};
use super::{Error, Options, dispatch, elastic, period, program};
use crate::Network;
use serde::Serialize;

/// A store of energy at a bus. What it takes and gives are variables of their own, each within
/// `p_nom_mw`: `level = (1 - standing_loss)^h before + h (efficiency_store taken - given / efficiency_dispatch)`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StorageUnit {
    /// What messages call it.
    pub name: String,
    /// Index of its bus.
    pub bus: usize,
    /// Most power taken or given, MW.
    pub p_nom_mw: f64,
    /// Most energy held, MWh.
    pub e_nom_mwh: f64,
    /// Energy held per energy taken, above 0.
    pub efficiency_store: f64,
    /// Energy given per energy no longer held, above 0.
    pub efficiency_dispatch: f64,
    /// Part of the energy held that is lost in an hour, below 1.
    pub standing_loss: f64,
    /// Energy before the first hour.
    pub start: Start,
}

/// Energy of a store before the first hour.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// As much as after the last hour.
    Cyclic,
    /// MWh.
    Level(f64),
}

/// Hours to be solved together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Horizon {
    /// How many steps.
    pub steps: usize,
    /// Length of a step, h.
    pub step_h: f64,
    /// Load of every bus by step, MW, in place of the network's (shunts stay); empty: the network's.
    pub load_mw: Vec<Vec<f64>>,
    /// Part of each generator's most power that is there, by step; empty: all of it.
    pub p_max_pu: Vec<Vec<f64>>,
    /// What links the steps.
    pub storage: Vec<StorageUnit>,
}

/// What the steps cost, and each of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HorizonSolution {
    /// Cost of all steps, currency (not per hour).
    pub objective: f64,
    /// Steps in order.
    pub steps: Vec<Solution>,
    /// In the horizon's order.
    pub storage: Vec<StorageResult>,
}

/// A store, by step.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StorageResult {
    /// Its name.
    pub name: String,
    /// Taken from the bus.
    pub store_mw: Vec<f64>,
    /// Given to the bus.
    pub dispatch_mw: Vec<f64>,
    /// Held at the end of the step.
    pub level_mwh: Vec<f64>,
    /// What one more MWh held at the end of the step would save.
    pub value_per_mwh: Vec<f64>,
}

/// The least-cost dispatch of all steps.
///
/// # Errors
///
/// As [`super::solve`], and series or stores that do not fit the network.
pub fn solve_horizon(network: &Network, horizon: &Horizon, options: &Options) -> Result<HorizonSolution, Error> {
    let mut model = Model::new(network, options.model)?;
    check(network, horizon)?;
    let mut angles = Angles::new(network, &model)?;
    if horizon.storage.is_empty() {
        return separate(network, horizon, *options, &mut model, &mut angles);
    }
    chain::solve(network, horizon, *options, &mut model, &mut angles)
}

fn check(network: &Network, horizon: &Horizon) -> Result<(), Error> {
    let series =
        [("load_mw", &horizon.load_mw, network.buses.len()), ("p_max_pu", &horizon.p_max_pu, network.generators.len())];
    for (name, rows, width) in series {
        let lengths = std::iter::once((rows.len(), horizon.steps, name.to_owned()));
        let widths = rows.iter().enumerate().map(|(t, row)| (row.len(), width, format!("{name} of step {t}")));
        let wrong = lengths.filter(|l| l.0 != 0).chain(widths).find(|(found, expected, _)| found != expected);
        if let Some((found, expected, what)) = wrong {
            return Err(Error::SeriesLength { what, expected, found });
        }
        if rows.iter().flatten().any(|v| !v.is_finite()) {
            return Err(Error::BadData { asset: name.to_owned(), what: "a number" });
        }
    }
    if !(horizon.step_h.is_finite() && horizon.step_h > 0.0) {
        return Err(Error::BadData { asset: "horizon".to_owned(), what: "length of a step" });
    }
    horizon.storage.iter().try_for_each(|unit| check_store(network, unit))
}

fn check_store(network: &Network, unit: &StorageUnit) -> Result<(), Error> {
    let size = |v: f64| v.is_finite() && v >= 0.0;
    let start = match unit.start {
        Start::Cyclic => true,
        Start::Level(level) => size(level) && level <= unit.e_nom_mwh,
    };
    let faults = [
        (unit.bus < network.buses.len(), "its bus"),
        (size(unit.p_nom_mw), "power"),
        (size(unit.e_nom_mwh), "energy"),
        (size(unit.efficiency_store) && unit.efficiency_store > 0.0, "efficiency of storing"),
        (size(unit.efficiency_dispatch) && unit.efficiency_dispatch > 0.0, "efficiency of dispatch"),
        ((0.0..1.0).contains(&unit.standing_loss), "standing loss"),
        (start, "level before the first step"),
    ];
    match faults.into_iter().find(|f| !f.0) {
        Some((_, what)) => Err(Error::BadData { asset: format!("storage {}", unit.name), what }),
        None => Ok(()),
    }
}

/// Sets loads and available power of step `t`.
fn set_step(network: &Network, horizon: &Horizon, model: &mut Model, full: &[Piece], t: usize) -> Result<(), Error> {
    if let Some(load) = horizon.load_mw.get(t) {
        for (here, &there) in model.buses.iter().enumerate() {
            model.demand[here] = (load[there] + network.buses[there].g_shunt_mw) / model.base;
        }
    }
    let Some(available) = horizon.p_max_pu.get(t) else { return Ok(()) };
    for unit in &model.units {
        let most = network.generators[unit.generator].p_max_mw * available[unit.generator] / model.base;
        let mut left = most;
        for j in unit.first..unit.last {
            // The first piece is the power itself, the others what is added to it.
            model.pieces[j].upper = full[j].upper.min(if j == unit.first { left } else { left.max(0.0) });
            left -= full[j].upper;
        }
        if most < full[unit.first].lower {
            let asset = format!("{}, step {t}", generator_name(network, unit.generator));
            let lower = full[unit.first].lower * model.base;
            return Err(Error::InvertedLimits { asset, lower, upper: most * model.base });
        }
    }
    Ok(())
}

fn separate(
    network: &Network,
    horizon: &Horizon,
    options: Options,
    model: &mut Model,
    angles: &mut Angles,
) -> Result<HorizonSolution, Error> {
    let cuts = period::all_lines(model);
    let full = model.pieces.clone();
    let fixed = model.clone();
    let mut lines = Lines::new(&fixed, angles, &cuts);
    let mut memory = dispatch::Memory::default();
    let mut steps = Vec::with_capacity(horizon.steps);
    for t in 0..horizon.steps {
        set_step(network, horizon, model, &full, t)?;
        match dispatch::dispatch_from(&mut lines, &model.demand, &model.pieces, &mut memory) {
            Ok(found) => steps.push(tell(network, options, model, lines.angles, &cuts, &found)),
            Err(failure) => return Err(failed(network, model, lines.angles, t, failure)),
        }
    }
    let objective = steps.iter().map(|s| s.objective).sum::<f64>() * horizon.step_h;
    Ok(HorizonSolution { objective, steps, storage: Vec::new() })
}

/// The error of a step that failed by itself.
pub(super) fn failed(network: &Network, model: &Model, angles: &mut Angles, t: usize, why: program::Failure) -> Error {
    match why {
        program::Failure::Infeasible => Error::Infeasible(Box::new(elastic::explain(network, model, angles, t))),
        program::Failure::Unbounded => Error::Unbounded,
        program::Failure::Stalled(status) => Error::Stalled { status },
    }
}
