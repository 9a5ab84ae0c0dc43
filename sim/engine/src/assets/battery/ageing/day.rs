//! The stressors of a day, gathered step by step without keeping the day.
//!
//! BLAST-Lite computes them from the knots of a day's series: time averages by trapezoids, depth
//! as highest less lowest state of charge, equivalent full cycles as half the way travelled, the
//! C-rate by trapezoids over the step rates. The sums here are the same ones, ordered so that a
//! lane whose state of charge stands still costs nothing. A trapezoidal integral of `k` is
//! `k_end * hours - sum (k_new - k_old) * t`, `t` the middle of the step in which `k` changed, and
//! the sum of all knots is `knot_end * knots - sum (knot_new - knot_old) * knots_before`: both
//! need work only when something changes.

use super::anode::Anode;
use crate::elementary;
use crate::lanes::{LANES, Lanes, set_lanes};

/// Rates below this, per h, count as rest (BLAST-Lite).
const REST_PER_H: f64 = 1e-2;
/// Up to so many lanes are worked one by one, more as a row.
const FEW: u32 = 8;

/// A calendar rate `scale * exp((per_kelvin + per_volt_kelvin * potential) / T)`: Arrhenius by
/// temperature, Tafel by anode potential.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Calendar {
    /// Rate factor, in the unit of the law.
    pub scale: f64,
    /// K.
    pub per_kelvin: f64,
    /// K/V.
    pub per_volt_kelvin: f64,
}

/// Sums over the day so far.
#[derive(Clone, Debug)]
pub(super) struct Day {
    calendar: Calendar,
    ln_scale: f64,
    anode: Anode,
    /// Exponent of the calendar rate at the present temperature: constant, per V.
    exponent: (f64, f64),
    cycle_factor: fn(f64) -> f64,
    kelvin: f64,
    factor: f64,
    hours: f64,
    knots: f64,
    kelvin_h: f64,
    factor_h: f64,
    /// Lanes that moved today, and in the last step faster than rest.
    moved: u64,
    moving: u64,
    soc: Lanes,
    potential: Lanes,
    rate: Lanes,
    rate_h: Lanes,
    soc_knots: Lanes,
    travelled: Lanes,
    lowest: Lanes,
    highest: Lanes,
    c_rate: Lanes,
    c_rate_h: Lanes,
}

/// What a day came to.
pub(super) struct Stress {
    pub days: f64,
    /// Time averages, the same in every lane: K, and the model's cycle factor.
    pub kelvin: f64,
    pub cycle_factor: f64,
    /// Time average of the calendar rate.
    pub calendar: Lanes,
    /// Full cycles of the present capacity, highest less lowest state of charge, mean knot, and
    /// mean rate in present capacities per h.
    pub cycles: Lanes,
    pub depth: Lanes,
    pub soc: Lanes,
    pub c_rate: Lanes,
    /// Lanes that moved.
    pub moved: u64,
}

impl Day {
    /// `cycle_factor` gives, of K, what the model averages over time for its cycle rate.
    pub(super) fn new(calendar: Calendar, cycle_factor: fn(f64) -> f64) -> Self {
        Self {
            calendar,
            ln_scale: libm::log(calendar.scale),
            anode: Anode::new(),
            exponent: (0.0, 0.0),
            cycle_factor,
            kelvin: 0.0,
            factor: 0.0,
            hours: 0.0,
            knots: 0.0,
            kelvin_h: 0.0,
            factor_h: 0.0,
            moved: 0,
            moving: 0,
            soc: Lanes::default(),
            potential: Lanes::default(),
            rate: Lanes::default(),
            rate_h: Lanes::default(),
            soc_knots: Lanes::default(),
            travelled: Lanes::default(),
            lowest: Lanes::default(),
            highest: Lanes::default(),
            c_rate: Lanes::default(),
            c_rate_h: Lanes::default(),
        }
    }

    /// Starts over at `soc` (0-1) and `kelvin`.
    pub(super) fn restart(&mut self, soc: &Lanes, kelvin: f64) {
        self.kelvin = kelvin;
        self.factor = (self.cycle_factor)(kelvin);
        self.exponent = self.exponent_at(kelvin);
        self.dawn();
        self.place(soc, u64::MAX);
    }

    fn exponent_at(&self, kelvin: f64) -> (f64, f64) {
        let Calendar { per_kelvin, per_volt_kelvin, .. } = self.calendar;
        (self.ln_scale + per_kelvin / kelvin, per_volt_kelvin / kelvin)
    }

    /// Puts the lanes of `mask` at `soc` without a way travelled. At a day's start only.
    #[inline(always)]
    pub(super) fn place(&mut self, soc: &Lanes, mask: u64) {
        debug_assert!(self.hours <= 0.0, "a lane is placed between two days");
        if mask == u64::MAX {
            (self.soc, self.lowest, self.highest) = (*soc, *soc, *soc);
            self.anode.potentials(soc, &mut self.potential);
            for lane in 0..LANES {
                self.rate[lane] = elementary::exp(self.exponent.0 + self.exponent.1 * self.potential[lane]);
            }
            return;
        }
        for lane in set_lanes(mask) {
            self.soc[lane] = soc[lane];
            self.lowest[lane] = soc[lane];
            self.highest[lane] = soc[lane];
            self.potential[lane] = self.anode.potential(soc[lane]);
            self.rate[lane] = elementary::exp(self.exponent.0 + self.exponent.1 * self.potential[lane]);
        }
    }

    /// One step of `step_h`, at whose end the lanes of `changed` stand at `soc` and the cells at
    /// `kelvin`.
    #[inline(always)]
    pub(super) fn step(&mut self, soc: &Lanes, changed: u64, kelvin: f64, step_h: f64) {
        let middle = self.hours + 0.5 * step_h;
        #[expect(clippy::float_cmp, reason = "the same temperature as last time has the same bits")]
        let warmed = kelvin != self.kelvin;
        if warmed {
            self.warm(kelvin, step_h);
        } else {
            self.kelvin_h += kelvin * step_h;
            self.factor_h += self.factor * step_h;
        }
        let touched = changed | self.moving;
        if touched.count_ones() > FEW {
            self.travel_row(soc, changed, step_h);
        } else if touched != 0 {
            self.travel_few(soc, changed, step_h);
        }
        if warmed | (changed.count_ones() > FEW) {
            for lane in 0..LANES {
                self.accrue(lane, middle);
            }
        } else {
            for lane in set_lanes(changed) {
                self.accrue(lane, middle);
            }
        }
        self.hours += step_h;
        self.knots += 1.0;
    }

    fn warm(&mut self, kelvin: f64, step_h: f64) {
        let factor = (self.cycle_factor)(kelvin);
        self.kelvin_h += 0.5 * (self.kelvin + kelvin) * step_h;
        self.factor_h += 0.5 * (self.factor + factor) * step_h;
        self.exponent = self.exponent_at(kelvin);
        self.kelvin = kelvin;
        self.factor = factor;
    }

    /// Hours over which the rates of this step and the last are averaged. Trapezoids between the
    /// rates of steps: half of the day's first and last is left out.
    fn half_h(&self, step_h: f64) -> f64 {
        if self.knots > 1.0 { 0.5 * step_h } else { 0.0 }
    }

    /// State of charge, and all that follows from the way travelled, in few lanes.
    fn travel_few(&mut self, soc: &Lanes, changed: u64, step_h: f64) {
        let half_h = self.half_h(step_h);
        let mut moving = 0;
        for lane in set_lanes(changed | self.moving) {
            let now = if changed >> lane & 1 == 1 { soc[lane] } else { self.soc[lane] };
            self.travel(lane, now, step_h, half_h);
            moving |= u64::from(self.c_rate[lane] > 0.0) << lane;
        }
        for lane in set_lanes(changed) {
            self.potential[lane] = self.anode.potential(self.soc[lane]);
        }
        self.moving = moving;
        self.moved |= changed;
    }

    /// The same in all lanes, for SIMD.
    #[inline(always)]
    fn travel_row(&mut self, soc: &Lanes, changed: u64, step_h: f64) {
        let half_h = self.half_h(step_h);
        // As a row of its own the mask does not keep the rest from SIMD.
        let mut now = self.soc;
        for lane in 0..LANES {
            now[lane] = if changed >> lane & 1 == 1 { soc[lane] } else { now[lane] };
        }
        for lane in 0..LANES {
            self.travel(lane, now[lane], step_h, half_h);
        }
        self.anode.potentials(&self.soc, &mut self.potential);
        self.moving = (0..LANES).fold(0, |mask, lane| mask | u64::from(self.c_rate[lane] > 0.0) << lane);
        self.moved |= changed;
    }

    /// Moves one lane to the state of charge `now`.
    #[inline(always)]
    fn travel(&mut self, lane: usize, now: f64, step_h: f64, half_h: f64) {
        let by = now - self.soc[lane];
        let way = by.abs();
        let c_rate = if way / step_h < REST_PER_H { 0.0 } else { way / step_h };
        self.c_rate_h[lane] += half_h * (self.c_rate[lane] + c_rate);
        self.c_rate[lane] = c_rate;
        self.travelled[lane] += way;
        self.soc_knots[lane] -= by * self.knots;
        self.lowest[lane] = if now < self.lowest[lane] { now } else { self.lowest[lane] };
        self.highest[lane] = if now > self.highest[lane] { now } else { self.highest[lane] };
        self.soc[lane] = now;
    }

    /// The calendar rate of one lane at its present potential and temperature, from `middle` on.
    #[inline(always)]
    fn accrue(&mut self, lane: usize, middle: f64) {
        let rate = elementary::exp(self.exponent.0 + self.exponent.1 * self.potential[lane]);
        self.rate_h[lane] -= (rate - self.rate[lane]) * middle;
        self.rate[lane] = rate;
    }

    /// The day's stressors; the next day begins where it ended. None if no time has passed.
    #[inline(always)]
    pub(super) fn end(&mut self) -> Option<Stress> {
        if self.hours <= 0.0 {
            return None;
        }
        let mut stress = Stress {
            days: self.hours / 24.0,
            kelvin: self.kelvin_h / self.hours,
            cycle_factor: self.factor_h / self.hours,
            calendar: Lanes::default(),
            cycles: Lanes::default(),
            depth: Lanes::default(),
            soc: Lanes::default(),
            c_rate: Lanes::default(),
            moved: self.moved,
        };
        for lane in 0..LANES {
            stress.calendar[lane] = self.rate[lane] + self.rate_h[lane] / self.hours;
            stress.cycles[lane] = 0.5 * self.travelled[lane];
            stress.depth[lane] = self.highest[lane] - self.lowest[lane];
            stress.soc[lane] = self.soc[lane] + self.soc_knots[lane] / self.knots;
            stress.c_rate[lane] = self.c_rate_h[lane] / self.hours;
        }
        self.dawn();
        Some(stress)
    }

    fn dawn(&mut self) {
        self.hours = 0.0;
        // The knot that the day begins with.
        self.knots = 1.0;
        self.kelvin_h = 0.0;
        self.factor_h = 0.0;
        self.moved = 0;
        self.moving = 0;
        self.rate_h = Lanes::default();
        self.soc_knots = Lanes::default();
        self.travelled = Lanes::default();
        self.lowest = self.soc;
        self.highest = self.soc;
        self.c_rate = Lanes::default();
        self.c_rate_h = Lanes::default();
    }
}
