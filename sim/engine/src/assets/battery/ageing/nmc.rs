//! Nickel manganese cobalt oxide on graphite: Kokam pouch cell of 75 Ah.
//!
//! Laws and coefficients are those of BLAST-Lite's `Nmc111_Gr_Kokam75Ah` (P. Gasper, NREL, BSD-3)
//! after K. Smith, A. Saxon, M. Keyser, B. Lundstrom, Z. Cao, A. Roc, "Life prediction model for
//! grid-connected Li-ion battery energy storage system", American Control Conference, 2017. Lithium
//! is lost with time and with cycles, active material with cycles; the scarcer sets the capacity.
//! Tested at 0 to 55 deg C (cycles to 45) and depth 0.8 to 1, at 1 C; the law knows no C-rate.

use super::day::{Calendar, Stress};
use super::growth;
use crate::elementary::{exp, ln};
use crate::lanes::{LANES, Lanes, set_lanes};

/// Temperature, K, and anode potential, V, that the source measures others by.
const REFERENCE: (f64, f64) = (308.15, 0.123);
/// Lithium lost per day^0.357.
pub(super) const CALENDAR: Calendar =
    Calendar { scale: 2.66e7, per_kelvin: -17.8 * REFERENCE.0, per_volt_kelvin: -5.21 / REFERENCE.1 * REFERENCE.0 };
const CALENDAR_POWER: f64 = 0.357;
/// Lithium lost per cycle^0.778: scale, per inverse temperature, by `exp(depth^2)`.
const CYCLE: (f64, f64, f64) = (3.80e3, -18.4, 1.04);
const CYCLE_POWER: f64 = 0.778;
/// Cycles to half of the active material: constant, per K below 55 deg C at full depth and mean
/// state of charge 0.6; and the power of the sigmoid.
const MATERIAL: (f64, f64) = (1e4, 153.0);
const MATERIAL_POWER: f64 = 10.0;
/// Least of those cycles. The source's line crosses zero where deep cycles, a high mean and cold
/// meet (depth 1 around 0.9: at 11 deg C), and there cycles would heal. This bound is ours: it keeps
/// them harmful where nothing was measured, and does not bind in the tested range around 0.5.
const LEAST_CYCLES: f64 = 500.0;
/// Material at first, and lost at first (a sigmoid needs a beginning).
const MATERIAL_AT_FIRST: (f64, f64) = (1.01, 1e-8);
/// Resistance gained per lithium rate, and power: with time, with cycles.
const RESISTANCE_CALENDAR: (f64, f64) = (0.0570, 1.25);
const RESISTANCE_CYCLE: (f64, f64) = (4.87, 0.712);
/// Resistance by remaining material: constant, per inverse share.
const RESISTANCE_MATERIAL: (f64, f64) = (-0.08, 1.09);
/// Deg C of the tested cycles.
pub(super) const TESTED_C: (f64, f64) = (0.0, 45.0);

/// Cycle rate of lithium at `kelvin`, less its depth factor.
pub(super) fn cycle_factor(kelvin: f64) -> f64 {
    CYCLE.0 * libm::exp(CYCLE.1 * (REFERENCE.0 / kelvin))
}

#[inline(always)]
fn ln_cycle_rate(depth: f64, ln_factor: f64) -> f64 {
    ln_factor + CYCLE.2 * exp(depth * depth)
}

#[inline(always)]
fn half_material_cycles(kelvin: f64, depth: f64, soc: f64) -> f64 {
    let cycles = MATERIAL.0 + MATERIAL.1 * (kelvin - 273.15 - 55.0) * depth * (soc / 0.6);
    if cycles > LEAST_CYCLES { cycles } else { LEAST_CYCLES }
}

/// Losses by lane, shares of the nominal.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Nmc {
    calendar: Lanes,
    cycle: Lanes,
    material: Lanes,
    resistance_calendar: Lanes,
    resistance_cycle: Lanes,
    /// Logarithm of the cycle rate, and cycles to half the material, on the last day with a cycle.
    ln_rate: Lanes,
    half_cycles: Lanes,
}

impl Nmc {
    pub(super) fn renew(&mut self, mask: u64) {
        for lane in set_lanes(mask) {
            self.calendar[lane] = 0.0;
            self.cycle[lane] = 0.0;
            self.material[lane] = MATERIAL_AT_FIRST.1;
            self.resistance_calendar[lane] = 0.0;
            self.resistance_cycle[lane] = 0.0;
            // Until the first cycle: 25 deg C, depth 0.8 around 0.5.
            self.ln_rate[lane] = ln_cycle_rate(0.8, ln(cycle_factor(298.15)));
            self.half_cycles[lane] = half_material_cycles(298.15, 0.8, 0.5);
        }
    }

    #[inline(always)]
    pub(super) fn advance(&mut self, day: &Stress) {
        let days = Lanes::splat(day.days);
        let mut ln_k = Lanes::default();
        for lane in 0..LANES {
            ln_k[lane] = ln(day.calendar[lane]);
        }
        growth::power(&mut self.calendar, &days, &ln_k, 1.0, CALENDAR_POWER);
        let (share, p) = RESISTANCE_CALENDAR;
        growth::power(&mut self.resistance_calendar, &days, &ln_k, share, p);
        if day.moved != 0 {
            self.cycle(day);
        }
    }

    #[inline(always)]
    fn cycle(&mut self, day: &Stress) {
        let ln_factor = libm::log(day.cycle_factor);
        for lane in 0..LANES {
            let moved = day.cycles[lane] > 0.0;
            let rate = ln_cycle_rate(day.depth[lane], ln_factor);
            let half = half_material_cycles(day.kelvin, day.depth[lane], day.soc[lane]);
            self.ln_rate[lane] = if moved { rate } else { self.ln_rate[lane] };
            self.half_cycles[lane] = if moved { half } else { self.half_cycles[lane] };
            let slope = growth::sigmoid_slope(self.material[lane], 1.0 / self.half_cycles[lane], MATERIAL_POWER);
            let lost = self.material[lane] + slope * day.cycles[lane];
            // The explicit step may overshoot the end of the sigmoid.
            self.material[lane] = if lost < 0.999 { lost } else { 0.999 };
        }
        growth::power(&mut self.cycle, &day.cycles, &self.ln_rate, 1.0, CYCLE_POWER);
        let (share, p) = RESISTANCE_CYCLE;
        growth::power(&mut self.resistance_cycle, &day.cycles, &self.ln_rate, share, p);
    }

    #[inline(always)]
    fn lithium(&self, lane: usize) -> f64 {
        1.0 - self.calendar[lane] - self.cycle[lane]
    }

    #[inline(always)]
    pub(super) fn material_pu(&self, lane: usize) -> f64 {
        MATERIAL_AT_FIRST.0 - self.material[lane]
    }

    #[inline(always)]
    pub(super) fn capacity_pu(&self, lane: usize) -> f64 {
        let (lithium, material) = (self.lithium(lane), self.material_pu(lane));
        if lithium < material { lithium } else { material }
    }

    #[inline(always)]
    pub(super) fn resistance_pu(&self, lane: usize) -> f64 {
        let film = 1.0 + self.resistance_calendar[lane] + self.resistance_cycle[lane];
        let material = RESISTANCE_MATERIAL.0 + RESISTANCE_MATERIAL.1 / self.material_pu(lane);
        if film > material { film } else { material }
    }

    /// Of the loss that sets the capacity.
    #[inline(always)]
    pub(super) fn fade_per_cycle(&self, lane: usize) -> f64 {
        let lithium = growth::power_slope(self.cycle[lane], self.ln_rate[lane], CYCLE_POWER);
        let material = growth::sigmoid_slope(self.material[lane], 1.0 / self.half_cycles[lane], MATERIAL_POWER);
        if self.lithium(lane) < self.material_pu(lane) { lithium } else { material }
    }

    pub(super) fn parts(&self, lane: usize) -> (f64, f64) {
        (self.calendar[lane], self.cycle[lane])
    }
}
