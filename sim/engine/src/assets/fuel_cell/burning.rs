//! The body of a fuel cell: offers what the hydrogen at hand allows, and takes what it burnt.
//!
//! Hydrogen is promised in the order of slots: what stores can give beyond the other loads.

use super::plant::FuelCellPlant;
use super::{FuelCellFlows, RunningFuelCell};
use crate::assets::electrolyser::hydrogen_kg_per_h;
use crate::assets::readiness::Modes;
use crate::body::{Body, Figure, Now, Total};
use crate::fleet::Fleet;
use crate::lanes::{LANES, Lanes, set_lanes};
use crate::ledger::Audit;
use crate::model::Carrier;

/// See the module.
pub(super) struct Burning {
    slot: usize,
    hydrogen_slot: usize,
    running: RunningFuelCell,
    in_service: f64,
    most_hydrogen_mw: f64,
    /// Share that is up in this step.
    up: Lanes,
    /// The most hydrogen that it may take in this step, MW.
    promised_mw: Lanes,
    flows: FuelCellFlows,
    modes: Modes,
    /// Sums over the horizon: t of hydrogen, starts, hours running.
    hydrogen_t: Lanes,
    starts: Lanes,
    running_h: Lanes,
}

impl Burning {
    pub fn new(running: RunningFuelCell, plant: &FuelCellPlant, slot: usize, hydrogen_slot: usize) -> Self {
        Self {
            slot,
            hydrogen_slot,
            most_hydrogen_mw: running.hydrogen_mw(plant.fuel_cell.readiness.p_nom_mw),
            running,
            in_service: if plant.in_service { 1.0 } else { 0.0 },
            up: Lanes::default(),
            promised_mw: Lanes::default(),
            flows: FuelCellFlows::default(),
            modes: Modes::default(),
            hydrogen_t: Lanes::default(),
            starts: Lanes::default(),
            running_h: Lanes::default(),
        }
    }
}

impl Body for Burning {
    fn restart(&mut self, _first_replica: u64) {
        self.running.readiness.restart();
        self.modes = Modes::default();
        for sum in [&mut self.hydrogen_t, &mut self.starts, &mut self.running_h] {
            *sum = Lanes::default();
        }
    }

    #[inline(always)]
    fn offer(&mut self, _now: &Now<'_>, fleet: &mut Fleet<'_>) {
        let (_, units) = fleet.generator(self.slot);
        for lane in 0..LANES {
            self.up[lane] = units[lane] * self.in_service;
        }
        let (mut min_mw, mut max_mw) = (Lanes::default(), Lanes::default());
        self.running.readiness.window(&self.up, &mut min_mw, &mut max_mw);
        let stock_mw = &mut fleet.promises(self.hydrogen_slot).stock_mw;
        self.running.limit_by_hydrogen(stock_mw, &mut min_mw, &mut max_mw);
        for lane in 0..LANES {
            self.promised_mw[lane] = self.running.hydrogen_mw(max_mw[lane]).min(stock_mw[lane]);
            stock_mw[lane] -= self.promised_mw[lane];
        }
        let (generator, _) = fleet.generator(self.slot);
        generator.available_mw = max_mw;
        if let Some(switched) = &mut generator.switched {
            switched.p_min_mw = min_mw;
        }
    }

    #[inline(always)]
    fn convert(&mut self, carrier: Carrier, _now: &Now<'_>, fleet: &mut Fleet<'_>) {
        if carrier != Carrier::Electricity {
            return;
        }
        let (generator, _) = fleet.generator(self.slot);
        let mut wanted_mw = Lanes::default();
        for lane in 0..LANES {
            wanted_mw[lane] = generator.p_mw(lane);
        }
        let before = self.modes;
        self.modes = self.running.step(&wanted_mw, &self.up, &mut self.flows);
        for lane in set_lanes(self.modes.on & !before.on) {
            self.starts[lane] += 1.0;
        }
        let (load, _) = fleet.demand(self.hydrogen_slot);
        for lane in 0..LANES {
            load.wanted_mw[lane] = self.flows.hydrogen_mw[lane].min(self.promised_mw[lane]);
        }
    }

    #[inline(always)]
    fn settle(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>, audit: &mut Audit) {
        let burnt = fleet.demand(self.hydrogen_slot).0.wanted_mw;
        let (generator, _) = fleet.generator(self.slot);
        let mut given = Lanes::default();
        for lane in 0..LANES {
            given[lane] = generator.p_mw(lane);
            self.hydrogen_t[lane] += hydrogen_kg_per_h(burnt[lane]) * now.step_h * 1e-3;
        }
        audit.post(&burnt, &given, &Lanes::default(), &self.flows.lost_mw);
        set_lanes(self.modes.on).for_each(|lane| self.running_h[lane] += now.step_h);
    }

    fn figures(&self, step_h: f64, horizon_h: f64) -> Vec<Figure> {
        let own = |name, lanes, bound| Figure { name, lanes, bound, total: Total::Own };
        let most_t = hydrogen_kg_per_h(self.most_hydrogen_mw) * horizon_h * 1e-3;
        vec![
            own("hydrogen_t", self.hydrogen_t, most_t),
            own("starts", self.starts, horizon_h / step_h),
            own("running_h", self.running_h, horizon_h),
        ]
    }

    fn watch(&self, _now: &Now<'_>, lane: usize, show: &mut dyn FnMut(&'static str, f64)) {
        let (electric, hydrogen) = (self.flows.electric_mw[lane], self.flows.hydrogen_mw[lane]);
        show("mode", self.modes.number(lane));
        show("hydrogen_mw", hydrogen);
        show("efficiency", if hydrogen > 0.0 { electric / hydrogen } else { 0.0 });
    }
}
