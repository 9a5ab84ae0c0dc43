//! Ageing of lithium-ion cells: capacity lost and resistance gained, day by day, in every lane.
//!
//! Two cells of NREL's BLAST-Lite: see [`Chemistry`]. A day's stressors are gathered step by step
//! without keeping the day; at its end the losses grow by the differential form of their laws.
//!
//! State of charge is 0-1 **of the present capacity**, as in BLAST-Lite: an aged battery run from
//! empty to full counts less than one equivalent full cycle, which is a charge of the nominal
//! capacity. A fall of capacity at constant energy therefore moves the state of charge, which is no
//! cycle: tell it by [`Ageing::place`].
//!
//! Not here: depth by rainflow (these laws take highest less lowest of the day; [`super::rainflow`]
//! counts cycles for reports), what ageing costs ([`super::wear`]) and limits ([`super::limits`]).

mod anode;
mod day;
mod growth;
mod lfp;
mod nmc;

use day::Day;
use lfp::Lfp;
use nmc::Nmc;

use crate::assets::fault::{Fault, require};
use crate::lanes::{LANES, Lanes, set_lanes};

const ZERO_C: f64 = 273.15;

/// Which cell ages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chemistry {
    /// LFP-graphite, 250 Ah prismatic (Gasper et al. 2023). Without a law for resistance.
    Lfp,
    /// NMC-graphite, 75 Ah pouch (Smith et al. 2017).
    Nmc,
}

impl Chemistry {
    /// Lowest and highest cell temperature of the tests, deg C. Outside it the laws extrapolate.
    #[must_use]
    pub fn tested_c(self) -> (f64, f64) {
        match self {
            Self::Lfp => lfp::TESTED_C,
            Self::Nmc => nmc::TESTED_C,
        }
    }
}

/// How a battery ages.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgeingParameters {
    /// The cell.
    pub chemistry: Chemistry,
    /// Temperature of the cells at step 0, deg C.
    pub temperature_c: f64,
    /// Share of the nominal capacity at which the battery is replaced.
    pub end_of_life_pu: f64,
}

impl AgeingParameters {
    /// Every parameter outside its range. A temperature outside the tests is none: see
    /// [`Chemistry::tested_c`].
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let temperature = (-40.0..=80.0).contains(&self.temperature_c);
        require(&mut faults, temperature, "temperature_c", "must lie between -40 and 80");
        let end = self.end_of_life_pu > 0.0 && self.end_of_life_pu < 1.0;
        require(&mut faults, end, "end_of_life_pu", "must lie between 0 and 1, both excluded");
        faults
    }
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "one per battery, made once and never moved in a step")]
enum Cells {
    Lfp(Lfp),
    Nmc(Nmc),
}

/// The cells of one battery in 64 futures. Memory: some 10 kB of rows and a table of 8 kB, all of it
/// reserved by [`Ageing::new`].
#[derive(Clone, Debug)]
pub struct Ageing {
    cells: Cells,
    day: Day,
    capacity_pu: Lanes,
    resistance_pu: Lanes,
    cycles: Lanes,
}

impl Ageing {
    /// New cells at state of charge `soc` and `temperature_c`.
    #[must_use]
    pub fn new(chemistry: Chemistry, soc: &Lanes, temperature_c: f64) -> Self {
        let (cells, day) = match chemistry {
            Chemistry::Lfp => (Cells::Lfp(Lfp::default()), Day::new(lfp::CALENDAR, lfp::cycle_factor)),
            Chemistry::Nmc => (Cells::Nmc(Nmc::default()), Day::new(nmc::CALENDAR, nmc::cycle_factor)),
        };
        let (capacity_pu, resistance_pu) = (Lanes::splat(1.0), Lanes::splat(1.0));
        let mut ageing = Self { cells, day, capacity_pu, resistance_pu, cycles: Lanes::default() };
        ageing.restart(soc, temperature_c);
        ageing
    }

    /// Back to new cells in every lane, at state of charge `soc` and `temperature_c`.
    pub fn restart(&mut self, soc: &Lanes, temperature_c: f64) {
        self.day.restart(soc, temperature_c + ZERO_C);
        self.renew(u64::MAX);
    }

    /// New cells in the lanes of `mask`: a replacement. Their state of charge is not touched.
    pub fn renew(&mut self, mask: u64) {
        match &mut self.cells {
            Cells::Lfp(cells) => cells.renew(mask),
            Cells::Nmc(cells) => cells.renew(mask),
        }
        for lane in set_lanes(mask) {
            self.capacity_pu[lane] = 1.0;
            self.resistance_pu[lane] = 1.0;
            self.cycles[lane] = 0.0;
        }
    }

    /// Puts the lanes of `mask` at `soc` without counting a cycle. Between two days only: after
    /// [`end_of_day`](Self::end_of_day) or [`renew`](Self::renew), where the capacity changed but
    /// the energy did not.
    #[inline(always)]
    pub fn place(&mut self, soc: &Lanes, mask: u64) {
        self.day.place(soc, mask);
    }

    /// One step of `step_h` hours, at whose end the state of charge is `soc` (0-1 of the present
    /// capacity, not checked) in the lanes of `changed`, and as before in the others, whose entries
    /// do not count; the cells end it at `temperature_c`, the same in every lane.
    ///
    /// Between its ends both move in a straight line (trapezoids). A step without change costs a
    /// few sums for all 64 lanes; one in which only the temperature changes an exponential for
    /// each. A lane that drifts (standing loss) may be left out of `changed` until it has gone a
    /// thousandth or so: the way is counted in full when it is told.
    #[inline(always)]
    pub fn step(&mut self, soc: &Lanes, changed: u64, temperature_c: f64, step_h: f64) {
        self.day.step(soc, changed, temperature_c + ZERO_C, step_h);
    }

    /// Ends the day: grows the losses by what the steps since the last call came to. A day may be
    /// of any length; the fits and BLAST-Lite advance by 24 h.
    #[inline(always)]
    pub fn end_of_day(&mut self) {
        let Some(mut stress) = self.day.end() else { return };
        // From shares of the present capacity to shares of the nominal.
        for lane in 0..LANES {
            stress.cycles[lane] *= self.capacity_pu[lane];
            stress.c_rate[lane] *= self.capacity_pu[lane];
            self.cycles[lane] += stress.cycles[lane];
        }
        match &mut self.cells {
            Cells::Lfp(cells) => {
                cells.advance(&stress);
                for lane in 0..LANES {
                    self.capacity_pu[lane] = at_least_some(cells.capacity_pu(lane));
                }
            }
            Cells::Nmc(cells) => {
                cells.advance(&stress);
                for lane in 0..LANES {
                    self.capacity_pu[lane] = at_least_some(cells.capacity_pu(lane));
                    self.resistance_pu[lane] = cells.resistance_pu(lane);
                }
            }
        }
    }

    /// Present capacity, share of the nominal; never below 0.01.
    #[must_use]
    pub fn capacity_pu(&self) -> &Lanes {
        &self.capacity_pu
    }

    /// Present resistance, multiple of the new one. Always 1 for [`Chemistry::Lfp`].
    #[must_use]
    pub fn resistance_pu(&self) -> &Lanes {
        &self.resistance_pu
    }

    /// Equivalent full cycles of the nominal capacity since the cells were new: half the charge
    /// moved in and out.
    #[must_use]
    pub fn equivalent_full_cycles(&self) -> &Lanes {
        &self.cycles
    }

    /// Lanes whose capacity is at or below `at_pu`.
    #[must_use]
    pub fn end_of_life(&self, at_pu: f64) -> u64 {
        (0..LANES).fold(0, |mask, lane| mask | u64::from(self.capacity_pu[lane] <= at_pu) << lane)
    }

    /// Share of the nominal capacity that one more equivalent full cycle costs, at the present
    /// state and the stress of the last day with a cycle (before the first: 25 deg C, depth 0.8).
    /// The slope of the cycle law, at its first cycle where less than one was run: there the law's
    /// own slope has no bound.
    pub fn fade_per_cycle(&self, out: &mut Lanes) {
        match &self.cells {
            Cells::Lfp(cells) => (0..LANES).for_each(|lane| out[lane] = cells.fade_per_cycle(lane)),
            Cells::Nmc(cells) => (0..LANES).for_each(|lane| out[lane] = cells.fade_per_cycle(lane)),
        }
    }

    /// Losses of one lane by calendar and by cycles, shares of the nominal capacity (of NMC: of
    /// lithium, which does not set the capacity once material is scarcer).
    #[must_use]
    pub fn losses(&self, lane: usize) -> (f64, f64) {
        match &self.cells {
            Cells::Lfp(cells) => cells.parts(lane),
            Cells::Nmc(cells) => cells.parts(lane),
        }
    }

    /// Active material of one lane, share of the nominal capacity; [`Chemistry::Nmc`] only.
    #[must_use]
    pub fn material_pu(&self, lane: usize) -> Option<f64> {
        match &self.cells {
            Cells::Lfp(_) => None,
            Cells::Nmc(cells) => Some(cells.material_pu(lane)),
        }
    }
}

/// A battery never ages to nothing: limits divide by its capacity.
#[inline(always)]
fn at_least_some(capacity_pu: f64) -> f64 {
    if capacity_pu > 0.01 { capacity_pu } else { 0.01 }
}
