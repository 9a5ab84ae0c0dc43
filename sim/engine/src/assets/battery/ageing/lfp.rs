//! Lithium iron phosphate on graphite: large prismatic cell of 250 Ah, for stationary storage.
//!
//! Laws and coefficients are those of BLAST-Lite's `Lfp_Gr_250AhPrismatic` (P. Gasper, NREL, BSD-3),
//! fitted to the measurements of P. Gasper et al., "Degradation and modeling of large-format
//! commercial lithium-ion cells as a function of chemistry, design, and aging conditions", J. Energy
//! Storage 73, 109042, 2023. Tested: cycles at 10 to 45 deg C, depth 0.8 to 1, charge to 0.65 C,
//! discharge to 1 C; outside it extrapolates. The source has no resistance, so it stays at 1.

use super::day::{Calendar, Stress};
use super::growth;
use crate::elementary::ln;
use crate::lanes::{LANES, Lanes, set_lanes};

/// Calendar loss per day^0.526.
pub(super) const CALENDAR: Calendar = Calendar { scale: 8.37e4, per_kelvin: -5.21e3, per_volt_kelvin: -3.56e3 };
const CALENDAR_POWER: f64 = 0.526;
/// Cycle loss per cycle^0.828: constant, per depth, per C-rate; times the temperature factor.
const CYCLE: (f64, f64, f64) = (4.38e-8, 1.55e-8, 1.68e-7);
const CYCLE_POWER: f64 = 0.828;
/// Deg C of the tested cycles.
pub(super) const TESTED_C: (f64, f64) = (10.0, 45.0);

/// Temperature factor of the cycle rate at `kelvin`. Its fall with temperature only balances the
/// calendar law inside the tested range.
pub(super) fn cycle_factor(kelvin: f64) -> f64 {
    libm::exp(2.19e3 / kelvin) + libm::exp(-1.55e5 / kelvin)
}

#[inline(always)]
fn cycle_rate(depth: f64, c_rate: f64, factor: f64) -> f64 {
    (CYCLE.0 + CYCLE.1 * depth + CYCLE.2 * c_rate) * factor
}

/// Losses by lane, shares of the nominal capacity.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lfp {
    calendar: Lanes,
    cycle: Lanes,
    /// Logarithm of the cycle rate on the last day with a cycle.
    ln_rate: Lanes,
}

impl Lfp {
    pub(super) fn renew(&mut self, mask: u64) {
        // Until the first cycle: 25 deg C, depth 0.8, C/4.
        let reference = ln(cycle_rate(0.8, 0.25, cycle_factor(298.15)));
        for lane in set_lanes(mask) {
            self.calendar[lane] = 0.0;
            self.cycle[lane] = 0.0;
            self.ln_rate[lane] = reference;
        }
    }

    #[inline(always)]
    pub(super) fn advance(&mut self, day: &Stress) {
        let mut ln_k = Lanes::default();
        for lane in 0..LANES {
            ln_k[lane] = ln(day.calendar[lane]);
        }
        growth::power(&mut self.calendar, &Lanes::splat(day.days), &ln_k, 1.0, CALENDAR_POWER);
        if day.moved == 0 {
            return;
        }
        for lane in 0..LANES {
            let rate = ln(cycle_rate(day.depth[lane], day.c_rate[lane], day.cycle_factor));
            self.ln_rate[lane] = if day.cycles[lane] > 0.0 { rate } else { self.ln_rate[lane] };
        }
        growth::power(&mut self.cycle, &day.cycles, &self.ln_rate, 1.0, CYCLE_POWER);
    }

    #[inline(always)]
    pub(super) fn capacity_pu(&self, lane: usize) -> f64 {
        1.0 - self.calendar[lane] - self.cycle[lane]
    }

    #[inline(always)]
    pub(super) fn fade_per_cycle(&self, lane: usize) -> f64 {
        growth::power_slope(self.cycle[lane], self.ln_rate[lane], CYCLE_POWER)
    }

    pub(super) fn parts(&self, lane: usize) -> (f64, f64) {
        (self.calendar[lane], self.cycle[lane])
    }
}
