//! What binds whom in a step of one lane: the constraint of an asset and its shadow price.
//!
//! With the price of its bus and its own, the shadow price of an asset's limit is their difference
//! (complementary slackness): who is at the top of what it can give would earn the bus's price less
//! its own by another MW, who is at its least would save the opposite. And who exchanged what at which
//! price, for whoever settles it.

use super::Grid;
use crate::dispatch::merit;
use crate::plate::Plate;
use crate::ports::{Generator, Store};
use crate::trace::Exchange;

/// Differences of price below this are rounding, money per MWh.
const NO_PRICE: f64 = 1e-6;
/// Distance from a limit below which it binds, MW.
const AT_LIMIT_MW: f64 = 1e-6;

/// What limits an asset in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// What it could give, with its outages and its weather.
    PMax,
    /// What it must give, or 0.
    PMin,
    /// Power that it could inject.
    PDischargeMax,
    /// What is stored.
    EMin,
    /// The limit of a line or link.
    SNom,
}

impl Constraint {
    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PMax => "p_max",
            Self::PMin => "p_min",
            Self::PDischargeMax => "p_discharge_max",
            Self::EMin => "e_min",
            Self::SNom => "s_nom",
        }
    }
}

/// A binding constraint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual {
    /// Step.
    pub step: usize,
    /// Place of its asset in the order of (table, name).
    pub slot: usize,
    /// What binds.
    pub constraint: Constraint,
    /// What another MW of it would save, money per MWh.
    pub shadow_price_per_mwh: f64,
}

impl Grid {
    /// What a load goes without in one lane of the step at hand, MW.
    pub fn shed_mw(&self, load: usize, lane: usize) -> f64 {
        self.cuts.iter().filter(|cut| cut.lane == lane && cut.load == load).map(|cut| cut.mw).sum()
    }

    /// What everybody exchanged in one lane of the step at hand.
    pub fn exchange(&self, plate: &Plate<'_>, lane: usize) -> Exchange {
        let mut exchange = Exchange::default();
        exchange.prices.extend(self.prices().map(|(bus, price)| (bus, price[lane])));
        let mut put = |slot: usize, bus: usize, mw: f64| exchange.injections.push((slot, bus, mw));
        let Plate { generators, stores, loads, flexible, branches, .. } = plate;
        for (at, generator) in generators.ports.iter().enumerate() {
            put(generators.slots[at], generators.buses[at], generator.p_mw(lane));
        }
        for (at, store) in stores.ports.iter().enumerate() {
            put(stores.slots[at], stores.buses[at], store.p_mw[lane]);
        }
        for (at, load) in loads.ports.iter().enumerate() {
            put(loads.slots[at], loads.buses[at], self.shed_mw(at, lane) - load.wanted_mw[lane]);
        }
        for (at, port) in flexible.ports.iter().enumerate() {
            put(flexible.slots[at], flexible.buses[at], -port.p_mw[lane]);
        }
        for (at, branch) in branches.ports.iter().enumerate() {
            let ends = [branches.buses[at], branch.bus1];
            exchange.flows.push((branches.slots[at], ends, branch.flow_mw[lane], branch.efficiency));
        }
        exchange
    }

    /// Everything that binds in one lane of the step at hand.
    pub fn duals(&self, plate: &Plate<'_>, (step, lane): (usize, usize), duals: &mut Vec<Dual>) {
        let price = |bus: usize| self.prices[self.zones.of_bus(bus)][lane];
        let mut put = |slot: usize, (constraint, shadow_price_per_mwh): (Constraint, f64)| {
            if shadow_price_per_mwh > NO_PRICE {
                duals.push(Dual { step, slot, constraint, shadow_price_per_mwh });
            }
        };
        let generators = plate.generators.ports.iter().zip(&plate.generators.slots).zip(&plate.generators.buses);
        for (at, ((generator, slot), bus)) in generators.enumerate() {
            let own = if at < plate.must_take {
                generator.marginal_cost_per_mwh.min(0.0)
            } else {
                merit::price(generator, lane)
            };
            of_generator(generator, lane, price(*bus) - own).into_iter().for_each(|dual| put(*slot, dual));
        }
        let stores = plate.stores.ports.iter().zip(&plate.stores.slots).zip(&plate.stores.buses);
        for ((store, slot), bus) in stores {
            let own = store.marginal_cost_per_mwh + store.wear_per_mwh[lane];
            of_store(store, lane, price(*bus) - own).into_iter().for_each(|dual| put(*slot, dual));
        }
        for (branch, slot) in plate.branches.ports.iter().zip(&plate.branches.slots) {
            put(*slot, (Constraint::SNom, branch.shadow_price[lane]));
        }
    }
}

fn of_generator(generator: &Generator, lane: usize, margin: f64) -> Option<(Constraint, f64)> {
    let detail = generator.detail.as_ref()?;
    let p_mw = detail.p_mw[lane];
    if margin > 0.0 && generator.available_mw[lane] - p_mw <= AT_LIMIT_MW {
        return Some((Constraint::PMax, margin));
    }
    (margin < 0.0 && p_mw - detail.floor_mw[lane] <= AT_LIMIT_MW).then_some((Constraint::PMin, -margin))
}

/// A store that gives all it can is bound by its converter, or by what it holds.
fn of_store(store: &Store, lane: usize, margin: f64) -> Option<(Constraint, f64)> {
    let p_mw = store.p_mw[lane];
    if margin <= 0.0 || p_mw < 0.0 {
        return None;
    }
    let empty = store.e_mwh[lane] <= store.window_mwh(lane).0 + AT_LIMIT_MW;
    let full_power = p_mw > 0.0 && store.p_nom_mw - p_mw <= AT_LIMIT_MW;
    match (full_power, empty) {
        (true, _) => Some((Constraint::PDischargeMax, margin)),
        (false, true) => Some((Constraint::EMin, margin)),
        _ => None,
    }
}
