//! A dispatch in the words of the network: source order, MW, degrees, currency per MWh.

use super::angles::Angles;
use super::dispatch::Dispatch;
use super::model::{Limit, Model, Unit};
use super::period::Cut;
use super::prices::{PriceReference, at_buses, energy_of_islands};
use super::{Method, Options};
use crate::{BranchModel, Network};
use serde::Serialize;

/// The least-cost dispatch and its prices.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Solution {
    /// How branches carried power.
    pub model: BranchModel,
    /// What the energy part of prices refers to.
    pub reference: PriceReference,
    /// Which solver found it.
    pub method: Method,
    /// Cost, currency per hour.
    pub objective: f64,
    /// Whether the prices are shown to be the only ones; `false` is no proof of others.
    pub prices_unique: bool,
    /// In the source's order.
    pub buses: Vec<BusResult>,
    /// In the source's order.
    pub generators: Vec<GeneratorResult>,
    /// In the source's order.
    pub branches: Vec<BranchResult>,
}

/// A bus; isolated ones have neither angle nor price.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BusResult {
    /// Its name.
    pub bus: String,
    /// Voltage angle; that of the island's reference bus is the source's.
    pub va_deg: Option<f64>,
    /// Derivative of the least cost by load here: `energy + congestion`.
    pub lmp_per_mwh: Option<f64>,
    /// The same at every bus of an island.
    pub energy_per_mwh: Option<f64>,
    /// What binding lines and angle limits add.
    pub congestion_per_mwh: Option<f64>,
}

/// A generator; 0 where out of service.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct GeneratorResult {
    /// Name of its bus.
    pub bus: String,
    /// Power.
    pub p_mw: f64,
    /// Cost, currency per hour.
    pub cost_per_h: f64,
    /// Marginal cost less price while held at a limit: positive at the lower, negative at the upper,
    /// 0 between them.
    pub reduced_cost_per_mwh: f64,
}

/// Which limit of a branch binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// Rating or angle.
    pub limit: Limit,
    /// Whether flow is held down in the direction `from` to `to`, or up in the other.
    pub forward: bool,
}

/// A branch; 0 where out of service.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct BranchResult {
    /// Name of its `from` bus.
    pub from: String,
    /// Name of its `to` bus.
    pub to: String,
    /// Flow from `from` to `to`.
    pub flow_mw: f64,
    /// What one more MW of the binding limit would save; never negative.
    pub shadow_price_per_mwh: f64,
    /// The limit with that price.
    pub binding: Option<Binding>,
}

/// Tells `found` in the network's terms.
pub(super) fn tell(
    network: &Network,
    options: Options,
    model: &Model,
    angles: &mut Angles,
    cuts: &[Cut],
    found: &Dispatch,
) -> Solution {
    let price = at_buses(model, angles, cuts, found);
    let generators = generators(network, model, found, &price);
    Solution {
        model: options.model,
        reference: options.reference,
        method: found.method,
        objective: generators.iter().map(|g| g.cost_per_h).sum(),
        prices_unique: found.unique,
        buses: buses(network, options, model, found, &price),
        generators,
        branches: branches(network, model, cuts, found),
    }
}

fn buses(network: &Network, options: Options, model: &Model, found: &Dispatch, price: &[f64]) -> Vec<BusResult> {
    let energy = energy_of_islands(model, price, options.reference);
    let start = |island: usize| network.buses[model.buses[model.reference[island]]].va_deg;
    let of_bus = |(bus, place): (&crate::Bus, &Option<usize>)| {
        let Some(here) = *place else { return BusResult { bus: bus.name.clone(), ..BusResult::default() } };
        let island = model.island[here];
        BusResult {
            bus: bus.name.clone(),
            va_deg: Some(start(island) + found.angle[here].to_degrees()),
            lmp_per_mwh: Some(price[here] / model.base),
            energy_per_mwh: Some(energy[island] / model.base),
            congestion_per_mwh: Some((price[here] - energy[island]) / model.base),
        }
    };
    network.buses.iter().zip(&model.place).map(of_bus).collect()
}

/// Reduced cost, currency per hour and pu, of a unit held at a limit.
fn reduced_cost(model: &Model, unit: &Unit, x: &[f64], price: f64) -> f64 {
    let excess = |j: usize| model.pieces[j].cost + model.pieces[j].quadratic * x[j] - price;
    let (first, last) = (unit.first, unit.last - 1);
    let (bottom, top) = (&model.pieces[first], &model.pieces[last]);
    if first == last && bottom.upper <= bottom.lower {
        excess(first)
    } else if x[first] <= bottom.lower {
        excess(first).max(0.0)
    } else if x[last] >= top.upper {
        excess(last).min(0.0)
    } else {
        0.0
    }
}

fn generators(network: &Network, model: &Model, found: &Dispatch, price: &[f64]) -> Vec<GeneratorResult> {
    let name = |g: &crate::Generator| network.buses.get(g.bus).map(|b| b.name.clone()).unwrap_or_default();
    let idle = |g: &crate::Generator| GeneratorResult { bus: name(g), ..GeneratorResult::default() };
    let mut all: Vec<GeneratorResult> = network.generators.iter().map(idle).collect();
    for unit in &model.units {
        let told = &mut all[unit.generator];
        told.p_mw = found.x[unit.first..unit.last].iter().sum::<f64>() * model.base;
        told.cost_per_h =
            (unit.first..unit.last).map(|j| model.pieces[j].cost_at(found.x[j])).sum::<f64>() + unit.constant;
        told.reduced_cost_per_mwh = reduced_cost(model, unit, &found.x, price[unit.bus]) / model.base;
    }
    all
}

fn branches(network: &Network, model: &Model, cuts: &[Cut], found: &Dispatch) -> Vec<BranchResult> {
    let name = |bus: usize| network.buses.get(bus).map(|b| b.name.clone()).unwrap_or_default();
    let idle = |b: &crate::Branch| BranchResult { from: name(b.from), to: name(b.to), ..BranchResult::default() };
    let mut all: Vec<BranchResult> = network.branches.iter().map(idle).collect();
    for (line, flow) in model.lines.iter().zip(&found.flow) {
        all[line.branch].flow_mw = flow * model.base;
    }
    for &(cut, price) in found.cuts.iter().filter(|c| c.1 != 0.0) {
        let line = &model.lines[cuts[cut].line];
        // A higher upper end lowers the cost, so its price is negative.
        let forward = price < 0.0;
        all[line.branch].shadow_price_per_mwh = price.abs() / model.base;
        all[line.branch].binding = Some(Binding { limit: line.limit(forward), forward });
    }
    all
}
