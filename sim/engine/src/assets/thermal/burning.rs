//! The body of thermal units that burn a fuel, are switched, or whose cost follows a process.
//!
//! Fuel after the heat-rate curve of each running unit, which share the power equally; carbon with
//! the fuel; money for fuel, carbon, starts and the rest.

use super::heat_rate::FuelCurve;
use super::{Start, Thermal};
use crate::assets::Site;
use crate::body::{Body, Figure, Now, Total};
use crate::factor::{Factor, magnitude};
use crate::fleet::Fleet;
use crate::fuel::Fuels;
use crate::lanes::{LANES, Lanes};
use crate::ledger::Audit;
use crate::ports::Generator;

/// See the module.
pub(super) struct Burning {
    slot: usize,
    curve: Option<(usize, FuelCurve)>,
    /// Fuel per electricity of a unit at full power: what the merit order compares.
    heat_rate: f64,
    marginal_cost_per_mwh: f64,
    cost_factors: Vec<Factor>,
    start: Start,
    co2_t_per_mwh: f64,
    unit_mw: f64,
    is_switched: bool,
    bounds: Bounds,
    /// Sums over the horizon: MWh of fuel, t of carbon dioxide, money, units started, unit-hours on.
    fuel: Lanes,
    emissions: Lanes,
    cost: Lanes,
    starts: Lanes,
    on: Lanes,
    /// In this step: fuel, MW, and units on.
    fuel_mw: Lanes,
    units_on: Lanes,
}

/// The most that a step can come to.
struct Bounds {
    count: f64,
    fuel_mw: f64,
    cost_per_h: f64,
    cost_per_start: f64,
}

impl Burning {
    pub fn new(thermal: &Thermal, site: &Site<'_>) -> Self {
        let operation = &thermal.operation;
        let curve = operation.burns.as_ref().map(|(fuel, rate)| (*fuel, rate.prepared()));
        let count = f64::from(thermal.common.count);
        let (p_nom, full) = (thermal.p_nom_mw, curve.as_ref().map_or(0.0, |(_, c)| c.fuel_mw(thermal.p_nom_mw)));
        let fuel_price = curve.as_ref().map_or(0.0, |(fuel, _)| site.fuels.greatest_price(*fuel, site.processes));
        let start = operation.switching.as_ref().map_or_else(Start::default, |s| s.start);
        let dearest = magnitude(&operation.cost, site.processes);
        // A process may raise the power above the nominal.
        let most = magnitude(&operation.availability, site.processes);
        let p_most = p_nom * most.max(1.0);
        let fuel_most = curve.as_ref().map_or(0.0, |(_, c)| c.fuel_mw(p_most));
        let bounds = Bounds {
            count,
            fuel_mw: fuel_most * count,
            cost_per_h: count * (fuel_most * fuel_price + p_most * thermal.marginal_cost_per_mwh.abs() * dearest),
            cost_per_start: start.cost + start.fuel_mwh * fuel_price,
        };
        Self {
            slot: site.slot,
            heat_rate: if p_nom > 0.0 { full / p_nom } else { 0.0 },
            co2_t_per_mwh: curve.as_ref().map_or(0.0, |(fuel, _)| site.fuels.get(*fuel).co2_t_per_mwh),
            curve,
            marginal_cost_per_mwh: thermal.marginal_cost_per_mwh,
            cost_factors: operation.cost.clone(),
            start,
            unit_mw: p_nom,
            is_switched: operation.switching.is_some(),
            bounds,
            fuel: Lanes::default(),
            emissions: Lanes::default(),
            cost: Lanes::default(),
            starts: Lanes::default(),
            on: Lanes::default(),
            fuel_mw: Lanes::default(),
            units_on: Lanes::default(),
        }
    }

    /// Money per MWh at full power, where no process is at work: what ranks it.
    pub fn usual_price(&self, fuels: &Fuels) -> f64 {
        let fuel = self.curve.as_ref().map_or(0.0, |(fuel, _)| {
            let fuel = fuels.get(*fuel);
            fuel.price_per_mwh + fuel.co2_t_per_mwh * fuel.co2_price_per_t
        });
        fuel * self.heat_rate + self.marginal_cost_per_mwh
    }

    /// Whether the price differs between futures or steps.
    pub fn is_priced(&self, fuels: &Fuels) -> bool {
        !self.cost_factors.is_empty() || self.curve.as_ref().is_some_and(|(fuel, _)| fuels.is_priced(*fuel))
    }

    /// Money per MWh beside the fuel, in this step.
    #[inline(always)]
    fn other_cost(&self, now: &Now<'_>) -> Lanes {
        let mut cost = Lanes::splat(self.marginal_cost_per_mwh);
        self.cost_factors.iter().for_each(|factor| factor.apply(now.processes, &mut cost));
        cost
    }

    /// Units that run: those switched on, or as few as the power needs.
    #[inline(always)]
    fn count_units(&mut self, generator: &Generator) {
        for lane in 0..LANES {
            self.units_on[lane] = match &generator.switched {
                Some(switched) => f64::from(switched.decided.on[lane]),
                None => (generator.p_mw(lane) / self.unit_mw - 1e-9).ceil().clamp(0.0, self.bounds.count),
            };
        }
    }
}

impl Body for Burning {
    fn restart(&mut self, _first_replica: u64) {
        for sum in [&mut self.fuel, &mut self.emissions, &mut self.cost, &mut self.starts, &mut self.on] {
            *sum = Lanes::default();
        }
    }

    #[inline(always)]
    fn offer(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>) {
        let other = self.other_cost(now);
        let (generator, _) = fleet.generator(self.slot);
        let Some(detail) = generator.detail.as_mut().filter(|detail| detail.priced) else { return };
        detail.price = other;
        if let Some((fuel, _)) = &self.curve {
            let price = now.fuels.price(*fuel);
            for lane in 0..LANES {
                detail.price[lane] += price[lane] * self.heat_rate;
            }
        }
    }

    #[inline(always)]
    fn settle(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>, _audit: &mut Audit) {
        let other = self.other_cost(now);
        let (generator, _) = fleet.generator(self.slot);
        self.count_units(generator);
        let h = now.step_h;
        let price = self.curve.as_ref().map(|(fuel, _)| now.fuels.price(*fuel));
        for lane in 0..LANES {
            let (p_mw, units) = (generator.p_mw(lane), self.units_on[lane]);
            let started = generator.switched.as_ref().map_or(0.0, |s| f64::from(s.decided.starts[lane]));
            let mut fuel = started * self.start.fuel_mwh / h;
            if let Some((_, curve)) = &self.curve {
                let shared = if units > 0.0 { p_mw / units } else { 0.0 };
                fuel += units * curve.fuel_mw(shared);
            }
            let fuel_price = price.map_or(0.0, |price| price[lane]);
            self.fuel_mw[lane] = fuel;
            self.fuel[lane] += fuel * h;
            self.emissions[lane] += fuel * h * self.co2_t_per_mwh;
            self.cost[lane] += (fuel * fuel_price + p_mw * other[lane]) * h + started * self.start.cost;
            self.starts[lane] += started;
            self.on[lane] += units * h;
        }
    }

    fn figures(&self, step_h: f64, horizon_h: f64) -> Vec<Figure> {
        let Bounds { count, fuel_mw, cost_per_h, cost_per_start } = self.bounds;
        let most_starts = count * horizon_h / step_h;
        let own = |name, lanes, bound| Figure { name, lanes, bound, total: Total::Own };
        let most_fuel = fuel_mw * horizon_h + most_starts * self.start.fuel_mwh;
        let most_cost = cost_per_h * horizon_h + most_starts * cost_per_start;
        let mut figures = vec![Figure { name: "cost", lanes: self.cost, bound: most_cost, total: Total::Cost }];
        if self.curve.is_some() {
            let most_t = most_fuel * self.co2_t_per_mwh;
            figures.push(own("fuel_mwh", self.fuel, most_fuel));
            figures.push(Figure { name: "emissions_t", lanes: self.emissions, bound: most_t, total: Total::Emissions });
        }
        if self.is_switched {
            figures.push(own("starts", self.starts, most_starts));
        }
        figures.push(own("unit_hours", self.on, count * horizon_h));
        figures
    }

    fn watch(&self, _now: &Now<'_>, lane: usize, show: &mut dyn FnMut(&'static str, f64)) {
        show("units_on", self.units_on[lane]);
        if self.curve.is_some() {
            show("fuel_mw", self.fuel_mw[lane]);
        }
    }
}
