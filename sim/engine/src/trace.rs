//! The full course of one future: what everybody did in every step.

use bevy_ecs::prelude::*;

use crate::body::{Now, Physics};
use crate::dispatch::network::{Dual, Grid};
use crate::model::Model;
use crate::plate::{Balance, Plate};

/// One lane, step by step. Powers in MW, positive = injection; a load's is its withdrawal. What a
/// body shows of its physics follows the ports.
#[derive(Resource, Clone, Debug, Default)]
pub struct Trace {
    lane: usize,
    /// By slot.
    names: Vec<String>,
    /// Of the assets with a body, in their order.
    bodies: Vec<String>,
    /// Of the processes, in the model's order.
    processes: Vec<String>,
    /// Of the buses, in the model's order.
    buses: Vec<String>,
    /// Column names with their units.
    pub columns: Vec<String>,
    /// One row per step, values in the order of `columns`.
    pub rows: Vec<Vec<f64>>,
    /// In a network: what was exchanged in each step, and at which prices.
    pub exchanges: Vec<Exchange>,
    /// In a network: everything that bound, step by step.
    pub duals: Vec<Dual>,
}

/// What the electric plate exchanged in one step of one future.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exchange {
    /// By electric bus: its index, and its price, money per MWh.
    pub prices: Vec<(usize, f64)>,
    /// By asset: its place in the order of (table, name), its bus, and its injection, MW.
    pub injections: Vec<(usize, usize, f64)>,
    /// By line and link: its place, its buses, its flow where it leaves the first, MW, and the share of
    /// it that arrives at the second.
    pub flows: Vec<(usize, [usize; 2], f64, f64)>,
}

impl Trace {
    pub(crate) fn new(lane: usize, names: Vec<String>, bodies: Vec<String>, model: &Model) -> Self {
        let processes = model.processes.iter().map(|process| process.name.clone()).collect();
        Self { lane, names, bodies, processes, buses: model.buses.clone(), ..Self::default() }
    }

    pub(crate) fn step(
        &mut self,
        now: &Now<'_>,
        plates: &[Plate<'_>],
        electric: usize,
        balance: &Balance,
        bodies: &[&mut Physics],
        grid: Option<&Grid>,
    ) {
        let mut cells = Cells { names: Vec::new(), values: Vec::new(), name: now.step == 0 };
        if now.step == 0 {
            self.rows.clear();
            self.exchanges.clear();
            self.duals.clear();
        }
        let lane = self.lane;
        let margin_mw = balance.available_mw[lane] + balance.deliverable_mw[lane] - balance.load_mw[lane];
        cells.put(|| "load_mw".to_owned(), balance.load_mw[lane]);
        cells.put(|| "available_mw".to_owned(), balance.available_mw[lane]);
        cells.put(|| "unserved_mw".to_owned(), balance.unserved_mw[lane]);
        cells.put(|| "margin_mw".to_owned(), margin_mw);
        if plates[electric].has_floors {
            cells.put(|| "excess_mw".to_owned(), balance.excess_mw[lane]);
        }
        // Electricity first: the figures above are its own.
        self.ports(&plates[electric], &mut cells, balance.load_mw[lane] + charging(balance, lane));
        for (_, plate) in plates.iter().enumerate().filter(|(at, _)| *at != electric) {
            let wanted: f64 = plate.loads.ports.iter().map(|l| l.wanted_mw[lane]).sum();
            let stored: f64 = plate.stores.ports.iter().map(|s| s.p_mw[lane]).sum();
            self.ports(plate, &mut cells, wanted - stored);
        }
        if let Some(grid) = grid {
            self.network(&plates[electric], grid, now.step, &mut cells);
        }
        for (body, owner) in bodies.iter().zip(&self.bodies) {
            body.0.watch(now, lane, &mut |key, value| cells.put(|| format!("{owner}.{key}"), value));
        }
        for (index, name) in self.processes.iter().enumerate() {
            cells.put(|| format!("{name}.value"), now.processes.value(index)[lane]);
        }
        if now.step == 0 {
            self.columns = cells.names;
        }
        self.rows.push(cells.values);
    }

    /// The name of the asset at a place in the order of (table, name).
    #[must_use]
    pub fn name(&self, slot: usize) -> &str {
        &self.names[slot]
    }

    /// Prices at the electric buses; flows, and what their limits cost.
    fn network(&mut self, plate: &Plate<'_>, grid: &Grid, step: usize, cells: &mut Cells) {
        let lane = self.lane;
        grid.duals(plate, (step, lane), &mut self.duals);
        self.exchanges.push(grid.exchange(plate, lane));
        for (bus, price) in grid.prices() {
            cells.put(|| format!("{}.lmp_per_mwh", self.buses[bus]), price[lane]);
        }
        for (load, slot) in plate.loads.slots.iter().enumerate() {
            let shed = grid.shed_mw(load, lane);
            cells.put(|| format!("{}.shed_mw", self.names[*slot]), shed);
        }
        for (at, (branch, slot)) in plate.branches.ports.iter().zip(&plate.branches.slots).enumerate() {
            let name = &self.names[*slot];
            cells.put(|| format!("{name}.units_up"), plate.branches.units[at][lane]);
            cells.put(|| format!("{name}.flow_mw"), branch.flow_mw[lane]);
            cells.put(|| format!("{name}.shadow_price_per_mwh"), branch.shadow_price[lane]);
        }
    }

    /// A plate's ports; generators share `left` where they keep no power of their own.
    fn ports(&self, plate: &Plate<'_>, cells: &mut Cells, mut left: f64) {
        let lane = self.lane;
        for (load, slot) in plate.loads.ports.iter().zip(&plate.loads.slots) {
            cells.put(|| format!("{}.load_mw", self.names[*slot]), load.wanted_mw[lane]);
        }
        let generators = plate.generators.ports.iter().zip(&plate.generators.units).zip(&plate.generators.slots);
        for ((generator, units), slot) in generators {
            // Where the step keeps no row of what each gives, the merit order is walked once more.
            let merit = generator.available_mw[lane].min(left);
            let p_mw = generator.detail.as_ref().map_or(merit, |detail| detail.p_mw[lane]);
            left -= p_mw;
            let name = &self.names[*slot];
            cells.put(|| format!("{name}.units_up"), units[lane]);
            cells.put(|| format!("{name}.available_mw"), generator.available_mw[lane]);
            cells.put(|| format!("{name}.p_mw"), p_mw);
        }
        for (store, slot) in plate.stores.ports.iter().zip(&plate.stores.slots) {
            cells.put(|| format!("{}.p_mw", self.names[*slot]), store.p_mw[lane]);
            cells.put(|| format!("{}.e_mwh", self.names[*slot]), store.e_mwh[lane]);
        }
        for (flexible, slot) in plate.flexible.ports.iter().zip(&plate.flexible.slots) {
            cells.put(|| format!("{}.p_mw", self.names[*slot]), -flexible.p_mw[lane]);
        }
    }
}

fn charging(balance: &Balance, lane: usize) -> f64 {
    balance.charge_mw[lane] - balance.discharge_mw[lane]
}

/// A row in the making; names are made once.
struct Cells {
    names: Vec<String>,
    values: Vec<f64>,
    name: bool,
}

impl Cells {
    fn put(&mut self, name: impl FnOnce() -> String, value: f64) {
        if self.name {
            self.names.push(name());
        }
        self.values.push(value);
    }
}
