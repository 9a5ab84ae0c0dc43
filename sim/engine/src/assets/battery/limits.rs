//! What a battery can do in a step, and where the energy of the step goes.
//!
//! A chain: bus, converter with a part-load curve, cells with losses that grow with their
//! resistance, store. Near full and near empty the power tapers, as at constant voltage. Auxiliary
//! loads draw on the bus beside the chain. Not here: ageing itself ([`super::ageing`]), and which
//! power is called for.

use super::converter::Converter;
use crate::assets::fault::{Fault, require};
use crate::elementary;
use crate::lanes::{LANES, Lanes};

/// Parameters of a battery's limits and losses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Power at the bus, charging and discharging, MW.
    pub p_nom_mw: f64,
    /// Capacity when new, in the store, MWh.
    pub e_nom_mwh: f64,
    /// Discharging stops at this share of the present capacity.
    pub e_min_pu: f64,
    /// Charging stops at this share of the present capacity.
    pub e_max_pu: f64,
    /// From this state of charge up to `e_max_pu` the power into the store falls in a straight line
    /// to `taper_floor_pu` of its limit. `e_max_pu`: no taper.
    pub taper_charge_from_pu: f64,
    /// From this state of charge down to `e_min_pu` the power out of the store falls so.
    /// `e_min_pu`: no taper.
    pub taper_discharge_from_pu: f64,
    /// Share of the power limit left when full or empty. Above 0, else it is never reached.
    pub taper_floor_pu: f64,
    /// Stored per direct current taken in by new cells, 0-1; the converter apart.
    pub efficiency_store: f64,
    /// Direct current put out per energy taken from the store of new cells, 0-1.
    pub efficiency_dispatch: f64,
    /// Losses of the converter, per unit of `p_nom_mw`.
    pub converter: Converter,
    /// Auxiliary load at all times, MW.
    pub auxiliary_standby_mw: f64,
    /// Thermal management: auxiliary load per power at the bus, MW/MW.
    pub auxiliary_per_power: f64,
    /// Share of the stored energy lost per hour.
    pub standing_loss_per_h: f64,
}

impl Limits {
    /// Every parameter outside its range.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = self.converter.faults();
        let mut rule = |holds: bool, key, rule| require(&mut faults, holds, key, rule);
        let finite = |x: f64| x >= 0.0 && x.is_finite();
        let efficiency = |x: f64| x > 0.0 && x <= 1.0;
        let (low, high) = (self.e_min_pu, self.e_max_pu);
        rule(finite(self.p_nom_mw), "p_nom_mw", "must not be negative");
        rule(finite(self.e_nom_mwh), "e_nom_mwh", "must not be negative");
        rule(low >= 0.0 && low < high, "e_min_pu", "must lie between 0 and e_max_pu, below it");
        rule(high > low && high <= 1.0, "e_max_pu", "must lie between e_min_pu and 1, above the former");
        let window = |x: f64| x >= low && x <= high;
        let within = "must lie between e_min_pu and e_max_pu";
        rule(window(self.taper_charge_from_pu), "taper_charge_from_pu", within);
        rule(window(self.taper_discharge_from_pu), "taper_discharge_from_pu", within);
        let floor = self.taper_floor_pu > 0.0 && self.taper_floor_pu < 1.0;
        rule(floor, "taper_floor_pu", "must lie between 0 and 1, both excluded");
        rule(efficiency(self.efficiency_store), "efficiency_store", "must lie between 0 and 1, 0 excluded");
        rule(efficiency(self.efficiency_dispatch), "efficiency_dispatch", "must lie between 0 and 1, 0 excluded");
        rule(finite(self.auxiliary_standby_mw), "auxiliary_standby_mw", "must not be negative");
        let thermal = (0.0..1.0).contains(&self.auxiliary_per_power);
        rule(thermal, "auxiliary_per_power", "must lie between 0 and 1, 1 excluded");
        let standing = (0.0..1.0).contains(&self.standing_loss_per_h);
        rule(standing, "standing_loss_per_h", "must lie between 0 and 1, 1 excluded");
        faults
    }

    /// The same, with all that depends on parameters and on the step of `step_h` hours worked out.
    #[must_use]
    pub fn prepare(&self, step_h: f64) -> Envelope {
        let per_p_nom = if self.p_nom_mw > 0.0 { 1.0 / self.p_nom_mw } else { 0.0 };
        let (charge_loss, discharge_loss) = (1.0 / self.efficiency_store - 1.0, 1.0 / self.efficiency_dispatch - 1.0);
        let e = self.e_nom_mwh;
        let line = |width: f64| if width > 1e-9 { width * e } else { 1e-9 * e };
        Envelope {
            limits: *self,
            step_h,
            per_p_nom,
            charge: Side {
                loss: charge_loss,
                limit_mw: self.p_nom_mw * self.converter.output(1.0) / (1.0 + charge_loss),
                taper_mwh: line(self.e_max_pu - self.taper_charge_from_pu),
            },
            discharge: Side {
                loss: discharge_loss,
                limit_mw: self.p_nom_mw * self.converter.input(1.0) * (1.0 + discharge_loss),
                taper_mwh: line(self.taper_discharge_from_pu - self.e_min_pu),
            },
            kept_per_step: libm::pow(1.0 - self.standing_loss_per_h, step_h),
        }
    }
}

/// One direction of the cells.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Side {
    /// Loss per direct current, new cells.
    loss: f64,
    /// Limit of the power into or out of the store of new cells: what the converter's whole power
    /// comes to there.
    limit_mw: f64,
    /// Energy over which it tapers, new cells.
    taper_mwh: f64,
}

/// State of the store in one lane at the start of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// Energy stored, MWh.
    pub e_mwh: f64,
    /// Present capacity, share of the nominal ([`super::ageing::Ageing::capacity_pu`]): the windows
    /// and tapers scale with it. Energy left above a window that shrank stays, to be drawn.
    pub capacity_pu: f64,
    /// Present resistance, multiple of the new one ([`super::ageing::Ageing::resistance_pu`]): the
    /// cells' power limit is divided by it, and their losses multiplied.
    pub resistance_pu: f64,
}

/// What a step came to. `-bus_mw * step_h = stored_mwh + lost_mwh` to rounding; the bus is loaded
/// with `auxiliary_mw` besides.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flow {
    /// Power at the bus, injection positive, MW.
    pub bus_mw: f64,
    /// Change of the energy stored, MWh.
    pub stored_mwh: f64,
    /// Lost in converter and cells and by standing, MWh.
    pub lost_mwh: f64,
    /// Drawn by auxiliaries, MW.
    pub auxiliary_mw: f64,
    /// Energy stored at the end, MWh.
    pub e_mwh: f64,
}

/// Limits made ready for steps of one length: see [`Limits::prepare`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Envelope {
    limits: Limits,
    step_h: f64,
    per_p_nom: f64,
    charge: Side,
    discharge: Side,
    kept_per_step: f64,
}

impl Envelope {
    /// Greatest and least energy of the charging window in this state, MWh.
    #[must_use]
    #[inline(always)]
    pub fn window_mwh(&self, capacity_pu: f64) -> (f64, f64) {
        let capacity = self.limits.e_nom_mwh * capacity_pu;
        (self.limits.e_min_pu * capacity, self.limits.e_max_pu * capacity)
    }

    /// Power into the store that the cells allow now, MW: the taper at this state of charge.
    #[must_use]
    #[inline(always)]
    pub fn charge_limit_mw(&self, state: State) -> f64 {
        let room = self.window_mwh(state.capacity_pu).1 - state.e_mwh;
        self.limit_mw(self.charge, at_least_0(room), state)
    }

    /// Power out of the store that the cells allow now, MW.
    #[must_use]
    #[inline(always)]
    pub fn discharge_limit_mw(&self, state: State) -> f64 {
        let room = state.e_mwh - self.window_mwh(state.capacity_pu).0;
        self.limit_mw(self.discharge, at_least_0(room), state)
    }

    #[inline(always)]
    fn limit_mw(&self, side: Side, room_mwh: f64, state: State) -> f64 {
        let share = room_mwh / (side.taper_mwh * state.capacity_pu);
        let share = at_most(share, 1.0);
        let floor = self.limits.taper_floor_pu;
        side.limit_mw / state.resistance_pu * (floor + (1.0 - floor) * share)
    }

    /// Most energy that the cells let into or out of the store in the step, with `room_mwh` left to
    /// the end of the window.
    ///
    /// The limit falls as the room shrinks: constant power up to the taper, exponential decay in it.
    /// Solved exactly, so that a long step and many short ones move the same energy.
    #[inline(always)]
    fn most_mwh(&self, side: Side, room_mwh: f64, state: State) -> f64 {
        let taper_mwh = side.taper_mwh * state.capacity_pu;
        let limit = side.limit_mw / state.resistance_pu;
        let now = self.limit_mw(side, room_mwh, state);
        let flat_h = at_most(at_least_0((room_mwh - taper_mwh) / limit), self.step_h);
        let decay_per_h = limit * (1.0 - self.limits.taper_floor_pu) / taper_mwh;
        let decayed = 1.0 - elementary::exp(-decay_per_h * (self.step_h - flat_h));
        let energy = at_most(now * (flat_h + decayed / decay_per_h), room_mwh);
        // Also where a limit of zero made it NaN.
        if now > 0.0 { energy } else { 0.0 }
    }

    /// A step in one lane with `request_mw` called for at the bus (injection positive): moves what
    /// is feasible of it. Powers are means over the step: inside it the taper may ask for more at
    /// first and less at last.
    ///
    /// A charge too small to cover the converter's loss without load, or a discharge that would
    /// drain the store for nothing, leaves the converter off.
    #[must_use]
    #[inline(always)]
    pub fn step(&self, request_mw: f64, state: State) -> Flow {
        let (bus_mw, inside_mwh, lost_mwh) = if request_mw > 0.0 {
            let (bus_mw, taken, lost) = self.discharge(request_mw, state);
            (bus_mw, -taken, lost)
        } else if request_mw < 0.0 {
            let (bus_mw, stored, lost) = self.charge(-request_mw, state);
            (0.0 - bus_mw, stored, lost)
        } else {
            (0.0, 0.0, 0.0)
        };
        let (low, high) = self.window_mwh(state.capacity_pu);
        let moved = state.e_mwh + inside_mwh;
        // Taking the last of it, or filling it up, lands on the bound itself.
        let moved = if inside_mwh > 0.0 && moved > high { high } else { moved };
        let moved = if inside_mwh < 0.0 && moved < low { low } else { moved };
        let e_mwh = moved * self.kept_per_step;
        Flow {
            bus_mw,
            stored_mwh: e_mwh - state.e_mwh,
            lost_mwh: lost_mwh + moved * (1.0 - self.kept_per_step),
            auxiliary_mw: self.limits.auxiliary_standby_mw + self.limits.auxiliary_per_power * bus_mw.abs(),
            e_mwh,
        }
    }

    /// Greatest power the bus could be given over the step, MW.
    #[must_use]
    #[inline(always)]
    pub fn deliverable_mw(&self, state: State) -> f64 {
        self.discharge(self.limits.p_nom_mw, state).0
    }

    /// Greatest power the bus could be relieved of over the step, MW.
    #[must_use]
    #[inline(always)]
    pub fn chargeable_mw(&self, state: State) -> f64 {
        self.charge(self.limits.p_nom_mw, state).0
    }

    /// [`deliverable_mw`](Self::deliverable_mw) of every lane: energy in MWh, capacity and
    /// resistance per unit.
    #[inline(always)]
    pub fn deliverable_row(&self, e_mwh: &Lanes, capacity_pu: &Lanes, resistance_pu: &Lanes, out: &mut Lanes) {
        for lane in 0..LANES {
            let (capacity_pu, resistance_pu) = (capacity_pu[lane], resistance_pu[lane]);
            out[lane] = self.deliverable_mw(State { e_mwh: e_mwh[lane], capacity_pu, resistance_pu });
        }
    }

    /// [`chargeable_mw`](Self::chargeable_mw) of every lane, likewise.
    #[inline(always)]
    pub fn chargeable_row(&self, e_mwh: &Lanes, capacity_pu: &Lanes, resistance_pu: &Lanes, out: &mut Lanes) {
        for lane in 0..LANES {
            let (capacity_pu, resistance_pu) = (capacity_pu[lane], resistance_pu[lane]);
            out[lane] = self.chargeable_mw(State { e_mwh: e_mwh[lane], capacity_pu, resistance_pu });
        }
    }

    /// Power at the bus in MW, taken from the store and lost in MWh.
    #[inline(always)]
    fn discharge(&self, request_mw: f64, state: State) -> (f64, f64, f64) {
        let Limits { p_nom_mw, converter, .. } = self.limits;
        let asked_mw = at_most(request_mw, p_nom_mw);
        let request = asked_mw * self.per_p_nom;
        let per_current = 1.0 + self.discharge.loss * state.resistance_pu;
        let wanted_mw = converter.input(request) * per_current * p_nom_mw;
        let room = at_least_0(state.e_mwh - self.window_mwh(state.capacity_pu).0);
        let taken = at_most(wanted_mw * self.step_h, self.most_mwh(self.discharge, room, state));
        let current = taken / self.step_h / per_current * self.per_p_nom;
        let feasible = converter.output(current);
        let bus = at_most(feasible, request);
        let lost = (converter.loss(bus) + self.discharge.loss * state.resistance_pu * current) * p_nom_mw * self.step_h;
        if bus > 0.0 { (at_most(bus * p_nom_mw, asked_mw), taken, lost) } else { (0.0, 0.0, 0.0) }
    }

    /// Power at the bus in MW, stored and lost in MWh.
    #[inline(always)]
    fn charge(&self, request_mw: f64, state: State) -> (f64, f64, f64) {
        let Limits { p_nom_mw, converter, .. } = self.limits;
        let asked_mw = at_most(request_mw, p_nom_mw);
        let request = asked_mw * self.per_p_nom;
        let per_stored = 1.0 + self.charge.loss * state.resistance_pu;
        let wanted_mw = converter.output(request) / per_stored * p_nom_mw;
        let room = at_least_0(self.window_mwh(state.capacity_pu).1 - state.e_mwh);
        let stored = at_most(wanted_mw * self.step_h, self.most_mwh(self.charge, room, state));
        let inside = stored / self.step_h * self.per_p_nom;
        let current = inside * per_stored;
        let needed = converter.input(current);
        let bus = at_most(needed, request);
        let lost = (converter.loss(current) + self.charge.loss * state.resistance_pu * inside) * p_nom_mw * self.step_h;
        if stored > 0.0 { (at_most(bus * p_nom_mw, asked_mw), stored, lost) } else { (0.0, 0.0, 0.0) }
    }
}

#[inline(always)]
fn at_least_0(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}

#[inline(always)]
fn at_most(x: f64, bound: f64) -> f64 {
    if x < bound { x } else { bound }
}
