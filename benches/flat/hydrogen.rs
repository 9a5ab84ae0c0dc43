//! Electrolysers and fuel cells of the flat loop, and what the hydrogen bus can take and give.

use energyopti_engine::assets::electrolyser::plant::ElectrolyserPlant;
use energyopti_engine::assets::electrolyser::{HydrogenFlows, RunningElectrolyser, hydrogen_kg_per_h};
use energyopti_engine::assets::fuel_cell::plant::FuelCellPlant;
use energyopti_engine::assets::fuel_cell::{FuelCellFlows, RunningFuelCell};
use energyopti_engine::assets::readiness::Modes;
use energyopti_engine::{LANES, Lanes};

use super::merit::Flexible;
use super::{lanes_of, least};

/// A rounding of what flexible demand took.
const ROUNDING: f64 = 1e-9;

/// An electrolyser, always in service.
pub(super) struct Maker {
    pub name: String,
    pub port: Flexible,
    running: RunningElectrolyser,
    standby: f64,
    min: Lanes,
    max: Lanes,
    heat: Lanes,
    promised: Lanes,
    flows: HydrogenFlows,
    modes: Modes,
    /// Hydrogen made in this step, MW.
    pub made: Lanes,
    pub hydrogen_t: Lanes,
    pub starts: Lanes,
    pub running_h: Lanes,
    pub standby_h: Lanes,
}

impl Maker {
    pub fn new(asset: &ElectrolyserPlant) -> Self {
        let zero = Lanes::default();
        Self {
            name: asset.common.name.clone(),
            port: Flexible { highest_price: asset.highest_price_per_mwh, ..Flexible::default() },
            running: RunningElectrolyser::new(&asset.electrolyser, 1.0),
            standby: asset.electrolyser.readiness.standby_mw,
            min: zero,
            max: zero,
            heat: zero,
            promised: zero,
            flows: HydrogenFlows::default(),
            modes: Modes::default(),
            made: zero,
            hydrogen_t: zero,
            starts: zero,
            running_h: zero,
            standby_h: zero,
        }
    }

    pub fn restart(&mut self) {
        self.running.readiness.restart();
        self.modes = Modes::default();
        self.port.taken = Lanes::default();
        (self.hydrogen_t, self.starts, self.running_h, self.standby_h) = Default::default();
    }

    #[inline(always)]
    pub fn offer(&mut self, room: &mut Lanes) {
        let up = Lanes::splat(1.0);
        self.running.readiness.window(&up, &mut self.min, &mut self.max);
        self.running.limit_by_hydrogen(room, &mut self.min, &mut self.max);
        for lane in 0..LANES {
            let cold = self.running.readiness.warmth[lane] < 1.0;
            let asks = cold & (room[lane] > 0.0);
            self.heat[lane] = if asks { self.running.readiness.heating_mw(lane) } else { f64::INFINITY };
            let heat = if asks { self.heat[lane] } else { 0.0 };
            self.promised[lane] = least(self.running.hydrogen_mw(self.max[lane]), room[lane]);
            room[lane] -= self.promised[lane];
            self.port.p_min[lane] = if cold { heat } else { self.min[lane] };
            self.port.p_max[lane] = if cold { heat } else { self.max[lane] };
            self.port.standby[lane] = if cold { 0.0 } else { self.standby };
        }
    }

    /// What became of the power taken.
    #[inline(always)]
    pub fn convert(&mut self) {
        let mut wanted = self.port.p;
        for lane in 0..LANES {
            let p = wanted[lane];
            let cold = self.running.readiness.warmth[lane] < 1.0;
            let heats = if p >= self.heat[lane] * (1.0 - ROUNDING) { f64::MIN_POSITIVE } else { 0.0 };
            let runs = (self.max[lane] > 0.0) & (p >= self.min[lane] * (1.0 - ROUNDING));
            let within = if p > self.min[lane] { p } else { self.min[lane] };
            let within = if within < self.max[lane] { within } else { self.max[lane] };
            let warm = if runs { within } else { p };
            wanted[lane] = if cold { heats } else { warm };
        }
        let before = self.modes;
        self.modes = self.running.step(&wanted, &Lanes::splat(1.0), &mut self.flows);
        lanes_of(self.modes.on & !before.on).for_each(|lane| self.starts[lane] += 1.0);
        for lane in 0..LANES {
            self.made[lane] = least(self.flows.hydrogen_mw[lane], self.promised[lane]);
            self.hydrogen_t[lane] += hydrogen_kg_per_h(self.made[lane]) * 1e-3;
        }
        lanes_of(self.modes.on).for_each(|lane| self.running_h[lane] += 1.0);
        lanes_of(self.modes.standby).for_each(|lane| self.standby_h[lane] += 1.0);
    }
}

/// A fuel cell, always in service.
pub(super) struct Cell {
    pub name: String,
    /// Place in the merit order, and among what is switched.
    pub at: usize,
    pub switched: usize,
    running: RunningFuelCell,
    promised: Lanes,
    flows: FuelCellFlows,
    modes: Modes,
    /// Hydrogen burnt in this step, MW.
    pub burnt: Lanes,
    pub hydrogen_t: Lanes,
    pub starts: Lanes,
    pub running_h: Lanes,
}

impl Cell {
    pub fn new(asset: &FuelCellPlant, at: usize, switched: usize) -> Self {
        let zero = Lanes::default();
        Self {
            name: asset.common.name.clone(),
            at,
            switched,
            running: RunningFuelCell::new(&asset.fuel_cell, 1.0),
            promised: zero,
            flows: FuelCellFlows::default(),
            modes: Modes::default(),
            burnt: zero,
            hydrogen_t: zero,
            starts: zero,
            running_h: zero,
        }
    }

    pub fn restart(&mut self) {
        self.running.readiness.restart();
        self.modes = Modes::default();
        (self.hydrogen_t, self.starts, self.running_h) = Default::default();
    }

    #[inline(always)]
    pub fn offer(&mut self, stock: &mut Lanes, min: &mut Lanes, max: &mut Lanes) {
        self.running.readiness.window(&Lanes::splat(1.0), min, max);
        self.running.limit_by_hydrogen(stock, min, max);
        for lane in 0..LANES {
            self.promised[lane] = least(self.running.hydrogen_mw(max[lane]), stock[lane]);
            stock[lane] -= self.promised[lane];
        }
    }

    #[inline(always)]
    pub fn convert(&mut self, p_mw: &Lanes) {
        let before = self.modes;
        self.modes = self.running.step(p_mw, &Lanes::splat(1.0), &mut self.flows);
        lanes_of(self.modes.on & !before.on).for_each(|lane| self.starts[lane] += 1.0);
        for lane in 0..LANES {
            self.burnt[lane] = least(self.flows.hydrogen_mw[lane], self.promised[lane]);
            self.hydrogen_t[lane] += hydrogen_kg_per_h(self.burnt[lane]) * 1e-3;
        }
        lanes_of(self.modes.on).for_each(|lane| self.running_h[lane] += 1.0);
    }
}
