//! The body of an electrolyser: offers to take what power it may, and makes hydrogen of what it got.
//!
//! It never makes hydrogen that nobody would take: the room that loads and stores leave is promised
//! in the order of slots. Where it is cold it heats on power that it would also have run on, so a
//! start costs no dearer energy; standby is drawn at any price, as far as there is power left.

use super::plant::ElectrolyserPlant;
use super::{HydrogenFlows, RunningElectrolyser, hydrogen_kg_per_h};
use crate::assets::readiness::Modes;
use crate::body::{Body, Figure, Now, Total};
use crate::fleet::Fleet;
use crate::lanes::{LANES, Lanes, set_lanes};
use crate::ledger::Audit;
use crate::model::Carrier;

/// A rounding of what flexible demand took.
const ROUNDING: f64 = 1e-9;

/// The most that it asks heat for is this times the power of the step before.
const HEAT_AHEAD: f64 = 2.0;

/// Where its ports are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slots {
    pub electric: usize,
    pub hydrogen: usize,
    /// For one that takes steam.
    pub heat: Option<usize>,
}

/// See the module.
pub(super) struct Making {
    slots: Slots,
    heat_per_hydrogen: f64,
    running: RunningElectrolyser,
    in_service: f64,
    standby_mw: f64,
    most_hydrogen_mw: f64,
    /// Share that is up in this step.
    up: Lanes,
    /// Limits of a running step, MW.
    min_mw: Lanes,
    max_mw: Lanes,
    /// Power that a cold lane asks for to heat, MW; infinite where it does not ask.
    heat_mw: Lanes,
    /// The most hydrogen that has a taker, MW.
    promised_mw: Lanes,
    /// Heat that its bus holds ready in this step, MW, and what was shed of it before.
    heat_granted_mw: Lanes,
    heat_shed: Lanes,
    flows: HydrogenFlows,
    modes: Modes,
    /// Sums over the horizon: t of hydrogen, starts, hours running, hours in standby.
    hydrogen_t: Lanes,
    starts: Lanes,
    running_h: Lanes,
    standby_h: Lanes,
}

impl Making {
    pub fn new(plant: &ElectrolyserPlant, running: RunningElectrolyser, slots: Slots) -> Self {
        let readiness = plant.electrolyser.readiness;
        Self {
            slots,
            heat_per_hydrogen: plant.electrolyser.heat_per_hydrogen,
            most_hydrogen_mw: running.hydrogen_mw(readiness.p_nom_mw),
            running,
            in_service: if plant.in_service { 1.0 } else { 0.0 },
            standby_mw: readiness.standby_mw,
            up: Lanes::default(),
            min_mw: Lanes::default(),
            max_mw: Lanes::default(),
            heat_mw: Lanes::default(),
            promised_mw: Lanes::default(),
            heat_granted_mw: Lanes::default(),
            heat_shed: Lanes::default(),
            flows: HydrogenFlows::default(),
            modes: Modes::default(),
            hydrogen_t: Lanes::default(),
            starts: Lanes::default(),
            running_h: Lanes::default(),
            standby_h: Lanes::default(),
        }
    }

    /// What a cold lane needs to heat in this step, where hydrogen has a taker.
    #[inline(always)]
    fn ask_for_heat(&mut self, room_mw: &Lanes) {
        for lane in 0..LANES {
            let cold = self.running.readiness.warmth[lane] < 1.0;
            let asks = cold && self.up[lane] > 0.0 && room_mw[lane] > 0.0;
            self.heat_mw[lane] = if asks { self.running.readiness.heating_mw(lane) } else { f64::INFINITY };
        }
    }

    /// Asks its heat bus for the steam of the power that it may reach: heat is dispatched first, when
    /// nobody knows yet what power will be left. Twice the last power keeps what is held ready for
    /// nothing small.
    #[inline(always)]
    fn ask_for_steam(&mut self, fleet: &mut Fleet<'_>) {
        let Some(slot) = self.slots.heat else { return };
        let (demand, _) = fleet.demand(slot);
        self.heat_shed = demand.shed;
        for lane in 0..LANES {
            let ahead = HEAT_AHEAD * self.running.readiness.p_mw[lane];
            let (min, max) = (self.min_mw[lane], self.max_mw[lane]);
            let ahead = if ahead > min { ahead } else { min };
            self.max_mw[lane] = if ahead < max { ahead } else { max };
            let ready = self.running.readiness.warmth[lane] >= 1.0;
            let mw = if ready { self.running.hydrogen_mw(self.max_mw[lane]) } else { 0.0 };
            demand.wanted_mw[lane] = mw * self.heat_per_hydrogen;
        }
    }

    /// What the heat plate gave of it limits the power.
    #[inline(always)]
    fn take_steam(&mut self, slot: usize, fleet: &mut Fleet<'_>) {
        let (demand, _) = fleet.demand(slot);
        for lane in 0..LANES {
            self.heat_granted_mw[lane] = demand.wanted_mw[lane] - (demand.shed[lane] - self.heat_shed[lane]);
        }
        self.running.limit_by_heat(&self.heat_granted_mw, &mut self.min_mw, &mut self.max_mw);
        let (flexible, _) = fleet.flexible(self.slots.electric);
        for lane in 0..LANES {
            if self.running.readiness.warmth[lane] >= 1.0 {
                flexible.p_min_mw[lane] = self.min_mw[lane];
                flexible.p_max_mw[lane] = self.max_mw[lane];
            }
        }
    }

    /// Electric power as [`crate::assets::readiness::RunningReadiness::step`] understands it.
    #[inline(always)]
    fn understood(&self, lane: usize, p_mw: f64) -> f64 {
        if self.running.readiness.warmth[lane] < 1.0 {
            return if p_mw >= self.heat_mw[lane] * (1.0 - ROUNDING) { f64::MIN_POSITIVE } else { 0.0 };
        }
        let (min, max) = (self.min_mw[lane], self.max_mw[lane]);
        let runs = max > 0.0 && p_mw >= min * (1.0 - ROUNDING);
        if runs { p_mw.max(min).min(max) } else { p_mw }
    }
}

impl Body for Making {
    fn restart(&mut self, _first_replica: u64) {
        self.running.readiness.restart();
        self.modes = Modes::default();
        for sum in [&mut self.hydrogen_t, &mut self.starts, &mut self.running_h, &mut self.standby_h] {
            *sum = Lanes::default();
        }
    }

    #[inline(always)]
    fn offer(&mut self, _now: &Now<'_>, fleet: &mut Fleet<'_>) {
        let (_, units) = fleet.flexible(self.slots.electric);
        for lane in 0..LANES {
            self.up[lane] = units[lane] * self.in_service;
        }
        self.running.readiness.window(&self.up, &mut self.min_mw, &mut self.max_mw);
        self.ask_for_steam(fleet);
        let room_mw = &mut fleet.promises(self.slots.hydrogen).room_mw;
        self.running.limit_by_hydrogen(room_mw, &mut self.min_mw, &mut self.max_mw);
        self.ask_for_heat(room_mw);
        for lane in 0..LANES {
            self.promised_mw[lane] = self.running.hydrogen_mw(self.max_mw[lane]).min(room_mw[lane]);
            room_mw[lane] -= self.promised_mw[lane];
        }
        let (flexible, _) = fleet.flexible(self.slots.electric);
        for lane in 0..LANES {
            let cold = self.running.readiness.warmth[lane] < 1.0;
            let heat = if self.heat_mw[lane].is_finite() { self.heat_mw[lane] } else { 0.0 };
            flexible.p_min_mw[lane] = if cold { heat } else { self.min_mw[lane] };
            flexible.p_max_mw[lane] = if cold { heat } else { self.max_mw[lane] };
            flexible.standby_mw[lane] = if cold || self.up[lane] <= 0.0 { 0.0 } else { self.standby_mw };
        }
    }

    #[inline(always)]
    fn convert(&mut self, carrier: Carrier, _now: &Now<'_>, fleet: &mut Fleet<'_>) {
        if let (Carrier::Heat, Some(slot)) = (carrier, self.slots.heat) {
            self.take_steam(slot, fleet);
        }
        if carrier != Carrier::Electricity {
            return;
        }
        let (flexible, _) = fleet.flexible(self.slots.electric);
        let mut wanted_mw = flexible.p_mw;
        for lane in 0..LANES {
            wanted_mw[lane] = self.understood(lane, wanted_mw[lane]);
        }
        let before = self.modes;
        self.modes = self.running.step(&wanted_mw, &self.up, &mut self.flows);
        for lane in set_lanes(self.modes.on & !before.on) {
            self.starts[lane] += 1.0;
        }
        let (source, _) = fleet.generator(self.slots.hydrogen);
        for lane in 0..LANES {
            source.available_mw[lane] = self.flows.hydrogen_mw[lane].min(self.promised_mw[lane]);
        }
    }

    #[inline(always)]
    fn settle(&mut self, now: &Now<'_>, fleet: &mut Fleet<'_>, audit: &mut Audit) {
        let made = fleet.generator(self.slots.hydrogen).0.available_mw;
        let (flexible, _) = fleet.flexible(self.slots.electric);
        let (mut input, mut lost) = (flexible.p_mw, self.flows.lost_mw);
        if self.slots.heat.is_some() {
            for lane in 0..LANES {
                // Heat that was held ready and not used is lost.
                input[lane] += self.heat_granted_mw[lane];
                lost[lane] += self.heat_granted_mw[lane] - self.flows.heat_mw[lane];
            }
        }
        audit.post(&input, &made, &Lanes::default(), &lost);
        for lane in 0..LANES {
            self.hydrogen_t[lane] += hydrogen_kg_per_h(made[lane]) * now.step_h * 1e-3;
        }
        set_lanes(self.modes.on).for_each(|lane| self.running_h[lane] += now.step_h);
        set_lanes(self.modes.standby).for_each(|lane| self.standby_h[lane] += now.step_h);
    }

    fn figures(&self, step_h: f64, horizon_h: f64) -> Vec<Figure> {
        let own = |name, lanes, bound| Figure { name, lanes, bound, total: Total::Own };
        let most_t = hydrogen_kg_per_h(self.most_hydrogen_mw) * horizon_h * 1e-3;
        vec![
            own("hydrogen_t", self.hydrogen_t, most_t),
            own("starts", self.starts, horizon_h / step_h),
            own("running_h", self.running_h, horizon_h),
            own("standby_h", self.standby_h, horizon_h),
        ]
    }

    fn watch(&self, _now: &Now<'_>, lane: usize, show: &mut dyn FnMut(&'static str, f64)) {
        let (electric, hydrogen) = (self.flows.electric_mw[lane], self.flows.hydrogen_mw[lane]);
        show("mode", self.modes.number(lane));
        show("warmth_pu", self.running.readiness.warmth[lane]);
        show("hydrogen_mw", hydrogen);
        show("efficiency", if electric > 0.0 { hydrogen / electric } else { 0.0 });
    }
}
