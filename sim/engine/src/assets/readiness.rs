//! Off, heating, standby, on: the states of a converter that must be warm to run, in lanes.
//!
//! Electrolysers and fuel cells share it. Warmth is one number per lane, 0 cold to 1 ready:
//! heating raises it, being off lowers it, standby and running keep it. Changes happen at the
//! begin of a step. Not here: what the converter makes of its power; wear of starts.

use super::fault::{Fault, not_negative, positive, share};
use crate::lanes::{LANES, Lanes};

/// Parameters of the states and of the power's limits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Readiness {
    /// Nominal power in MW (an electrolyser's input, a fuel cell's output).
    pub p_nom_mw: f64,
    /// Least power while running, share of `p_nom_mw`.
    pub p_min_pu: f64,
    /// Greatest rise of running power per hour, share of `p_nom_mw`; `None` without limit.
    pub ramp_limit_up_pu_per_h: Option<f64>,
    /// Greatest fall of running power per hour; stopping is not limited. `None` without limit.
    pub ramp_limit_down_pu_per_h: Option<f64>,
    /// Electric power drawn in standby, MW.
    pub standby_mw: f64,
    /// Time from cold to ready, hours; 0 for a converter that is always ready.
    pub cold_start_h: f64,
    /// Electric energy of a start from cold, MWh, drawn evenly over `cold_start_h`.
    pub cold_start_mwh: f64,
    /// Time from ready to cold when off, hours; 0 cools at once.
    pub cool_down_h: f64,
}

impl Readiness {
    /// Always ready, down to `p_min_pu`, without ramps.
    #[must_use]
    pub const fn always(p_nom_mw: f64, p_min_pu: f64) -> Self {
        Self {
            p_nom_mw,
            p_min_pu,
            ramp_limit_up_pu_per_h: None,
            ramp_limit_down_pu_per_h: None,
            standby_mw: 0.0,
            cold_start_h: 0.0,
            cold_start_mwh: 0.0,
            cool_down_h: 0.0,
        }
    }

    /// All rules that the parameters break.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let ramp = |limit: Option<f64>| limit.is_none_or(positive);
        let (least, wrong) = (self.p_min_pu * self.p_nom_mw, !positive(self.p_nom_mw) || !share(self.p_min_pu));
        [
            Fault::unless(positive(self.p_nom_mw), "p_nom_mw", "must be above 0"),
            Fault::unless(share(self.p_min_pu), "p_min_pu", "must lie between 0 and 1"),
            Fault::unless(ramp(self.ramp_limit_up_pu_per_h), "ramp_limit_up_pu_per_h", "must be above 0, or absent"),
            Fault::unless(
                ramp(self.ramp_limit_down_pu_per_h),
                "ramp_limit_down_pu_per_h",
                "must be above 0, or absent",
            ),
            Fault::unless(
                // Standby is told from running by its power. What is wrong elsewhere is not told again.
                not_negative(self.standby_mw) && (self.standby_mw <= 0.0 || self.standby_mw < least || wrong),
                "standby_mw",
                "must be 0, or less than it takes at p_min_pu",
            ),
            Fault::unless(not_negative(self.cold_start_h), "cold_start_h", "must be at least 0"),
            Fault::unless(not_negative(self.cold_start_mwh), "cold_start_mwh", "must be at least 0"),
            Fault::unless(
                self.cold_start_h > 0.0 || self.cold_start_mwh <= 0.0,
                "cold_start_h",
                "must be above 0 where a cold start takes energy",
            ),
            Fault::unless(not_negative(self.cool_down_h), "cool_down_h", "must be at least 0"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// The state of each lane as bits; a lane in none of them is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modes {
    /// Running.
    pub on: u64,
    /// Ready, not running.
    pub standby: u64,
    /// On its way from cold to ready.
    pub heating: u64,
}

impl Modes {
    /// The state of one lane as a number: 0 off, 1 heating, 2 standby, 3 running.
    #[must_use]
    pub fn number(&self, lane: usize) -> f64 {
        let states = [(self.on, 3.0), (self.standby, 2.0), (self.heating, 1.0)];
        states.iter().find(|(lanes, _)| lanes >> lane & 1 == 1).map_or(0.0, |(_, number)| *number)
    }
}

/// What does not change in operation. Kept apart from the state and copied before a loop over lanes:
/// the compiler then knows that storing the state leaves it as it is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fixed {
    p_nom_mw: f64,
    p_min_mw: f64,
    rise_mw: f64,
    fall_mw: f64,
    standby_mw: f64,
    heating_mw: f64,
    /// Warmth won by a whole step of heating; infinite for a converter that is always ready.
    warming: f64,
    /// Warmth lost by a whole step of being off.
    cooling: f64,
}

/// The states in operation.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningReadiness {
    fixed: Fixed,
    /// 0 cold to 1 ready.
    pub warmth: Lanes,
    /// Running power of the last step, MW; 0 where it did not run.
    pub p_mw: Lanes,
}

impl Fixed {
    /// Least and greatest running power of the step, MW, or (0, 0) where it cannot run.
    #[inline(always)]
    fn limits(&self, before: f64, warmth: f64, up: f64) -> (f64, f64) {
        let low = before - self.fall_mw;
        let low = if low > self.p_min_mw { low } else { self.p_min_mw };
        // A start may go to the least power at once, and as far as the ramp leads from 0.
        let high = before + self.rise_mw;
        let high = if high > self.p_min_mw { high } else { self.p_min_mw };
        let limit = self.p_nom_mw * up;
        let high = if high < limit { high } else { limit };
        let runs = (warmth >= 1.0) & (high >= self.p_min_mw) & (up > 0.0);
        let low = if low < high { low } else { high };
        if runs { (low, high) } else { (0.0, 0.0) }
    }
}

impl RunningReadiness {
    /// Makes faultless parameters ready for steps of `step_h` hours; every lane is warm and stands.
    #[must_use]
    pub fn new(readiness: &Readiness, step_h: f64) -> Self {
        let r = readiness;
        let per_step = |limit: Option<f64>| limit.map_or(f64::INFINITY, |pu| pu * r.p_nom_mw * step_h);
        let cold = r.cold_start_h > 0.0;
        let cooling = if r.cool_down_h > 0.0 { step_h / r.cool_down_h } else { 1.0 };
        let fixed = Fixed {
            p_nom_mw: r.p_nom_mw,
            p_min_mw: r.p_nom_mw * r.p_min_pu,
            rise_mw: per_step(r.ramp_limit_up_pu_per_h),
            fall_mw: per_step(r.ramp_limit_down_pu_per_h),
            standby_mw: r.standby_mw,
            heating_mw: if cold { r.cold_start_mwh / r.cold_start_h } else { 0.0 },
            warming: if cold { step_h / r.cold_start_h } else { f64::INFINITY },
            cooling: if cold { cooling } else { 0.0 },
        };
        Self { fixed, warmth: Lanes::splat(1.0), p_mw: Lanes::default() }
    }

    /// Back to the horizon's start: warm and standing.
    pub fn restart(&mut self) {
        self.warmth = Lanes::splat(1.0);
        self.p_mw = Lanes::default();
    }

    /// The running power that the last step's power and ramps leave, MW; `up` is the share of the
    /// nominal power that is not out. Not running is always open besides.
    #[inline(always)]
    pub fn window(&self, up: &Lanes, min_mw: &mut Lanes, max_mw: &mut Lanes) {
        let fixed = self.fixed;
        for lane in 0..LANES {
            (min_mw[lane], max_mw[lane]) = fixed.limits(self.p_mw[lane], self.warmth[lane], up[lane]);
        }
    }

    /// Power of a step of heating in `lane`, MW: less in the last one.
    #[inline(always)]
    #[must_use]
    pub fn heating_mw(&self, lane: usize) -> f64 {
        let part = (1.0 - self.warmth[lane]) / self.fixed.warming;
        self.fixed.heating_mw * if part < 1.0 { part } else { 1.0 }
    }

    /// The step. `wanted_mw` at or above the least power runs (cut to the window); below it but
    /// above 0 asks to be kept warm: standby, or heating where cold; 0 switches off. A lane that is
    /// out altogether (`up` 0) is off. Fills the running power and the standby or heating draw.
    #[inline(always)]
    pub fn step(&mut self, wanted_mw: &Lanes, up: &Lanes, run_mw: &mut Lanes, idle_mw: &mut Lanes) -> Modes {
        let (mut is_on, mut is_standby, mut is_heating) = ([false; LANES], [false; LANES], [false; LANES]);
        let fixed = self.fixed;
        for lane in 0..LANES {
            let (low, high) = fixed.limits(self.p_mw[lane], self.warmth[lane], up[lane]);
            let wanted = wanted_mw[lane];
            let power = if wanted > low { wanted } else { low };
            let power = if power < high { power } else { high };
            let asked = (wanted > 0.0) & (up[lane] > 0.0);
            let on = asked & (high > 0.0) & (wanted >= fixed.p_min_mw);
            let warm = self.warmth[lane] >= 1.0;
            let standby = asked & !on & warm;
            let heating = asked & !on & !warm;
            let missing = 1.0 - self.warmth[lane];
            let part = missing / fixed.warming;
            let part = if part < 1.0 { part } else { 1.0 };
            let cooled = self.warmth[lane] - fixed.cooling;
            let cooled = if cooled > 0.0 { cooled } else { 0.0 };
            // The last stretch lands on 1 itself: a rounding below it would cost a step.
            let warmed = if missing <= fixed.warming * (1.0 + 1e-9) { 1.0 } else { self.warmth[lane] + fixed.warming };
            let held = if heating { warmed } else { self.warmth[lane] };
            self.warmth[lane] = if asked { held } else { cooled };
            run_mw[lane] = if on { power } else { 0.0 };
            self.p_mw[lane] = run_mw[lane];
            let drawn = if heating { fixed.heating_mw * part } else { 0.0 };
            idle_mw[lane] = if standby { fixed.standby_mw } else { drawn };
            is_on[lane] = on;
            is_standby[lane] = standby;
            is_heating[lane] = heating;
        }
        Modes { on: bits(&is_on), standby: bits(&is_standby), heating: bits(&is_heating) }
    }
}

/// One bit per lane.
#[inline(always)]
fn bits(flags: &[bool; LANES]) -> u64 {
    (0..LANES).fold(0, |bits, lane| bits | (u64::from(flags[lane]) << lane))
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact where no rounding can be")]
mod tests {
    use super::*;

    fn stack() -> Readiness {
        Readiness {
            ramp_limit_up_pu_per_h: Some(0.3),
            ramp_limit_down_pu_per_h: Some(0.5),
            standby_mw: 0.25,
            cold_start_h: 2.0,
            cold_start_mwh: 3.0,
            cool_down_h: 4.0,
            ..Readiness::always(10.0, 0.2)
        }
    }

    /// (running power, idle draw, warmth) of lane 3 step by step.
    fn course(readiness: &Readiness, wanted: &[f64]) -> Vec<(f64, f64, f64)> {
        assert_eq!(readiness.faults(), []);
        let mut r = RunningReadiness::new(readiness, 1.0);
        let (mut run, mut idle) = (Lanes::default(), Lanes::default());
        let mut step = |w: &f64| {
            let modes = r.step(&Lanes::splat(*w), &Lanes::splat(1.0), &mut run, &mut idle);
            assert_eq!(modes.on & modes.standby | modes.on & modes.heating | modes.standby & modes.heating, 0);
            assert_eq!(modes.on, if run[3] > 0.0 { u64::MAX } else { 0 });
            (run[3], idle[3], r.warmth[3])
        };
        wanted.iter().map(&mut step).collect()
    }

    #[test]
    fn running_power_keeps_its_ramps_and_its_minimum() {
        let power: Vec<_> =
            course(&stack(), &[10.0, 10.0, 10.0, 10.0, 2.0, 1.0, 2.0]).into_iter().map(|(p, ..)| p).collect();
        assert_eq!(power, [3.0, 6.0, 9.0, 10.0, 5.0, 0.0, 2.0]);
    }

    #[test]
    fn a_cold_start_takes_its_time_and_its_energy() {
        // Off 4 h: cold. Heating 1.5 MW for 2 h = 3 MWh; then it runs.
        let got = course(&stack(), &[0.0, 0.0, 0.0, 0.0, 5.0, 5.0, 3.0]);
        assert_eq!(got[3], (0.0, 0.0, 0.0));
        assert_eq!(got[4..], [(0.0, 1.5, 0.5), (0.0, 1.5, 1.0), (3.0, 0.0, 1.0)]);
    }

    #[test]
    fn a_short_stop_is_warmed_up_in_part() {
        // Off 1 h: 0.75 warm. A quarter of 3 MWh is drawn, within the hour.
        assert_eq!(course(&stack(), &[0.0, 5.0, 3.0])[1..], [(0.0, 0.75, 1.0), (3.0, 0.0, 1.0)]);
    }

    #[test]
    fn standby_draws_its_power_and_stays_warm() {
        assert_eq!(course(&stack(), &[0.1, 0.1, 3.0]), [(0.0, 0.25, 1.0), (0.0, 0.25, 1.0), (3.0, 0.0, 1.0)]);
    }

    #[test]
    fn a_converter_that_is_always_ready_runs_at_once() {
        let got = course(&Readiness::always(10.0, 0.0), &[0.0, 10.0, 0.001, 0.0, 4.0]);
        assert_eq!(got.iter().map(|(p, ..)| *p).collect::<Vec<_>>(), [0.0, 10.0, 0.001, 0.0, 4.0]);
    }

    #[test]
    fn an_outage_stops_it_and_a_derating_cuts_the_window() {
        let mut r = RunningReadiness::new(&Readiness::always(10.0, 0.2), 1.0);
        let (mut a, mut b) = (Lanes::default(), Lanes::default());
        let window = [1.0, 0.5, 0.1, 0.0].map(|up| {
            r.window(&Lanes::splat(up), &mut a, &mut b);
            (a[0], b[0])
        });
        assert_eq!(window, [(2.0, 10.0), (2.0, 5.0), (0.0, 0.0), (0.0, 0.0)]);
        assert_eq!(r.step(&Lanes::splat(5.0), &Lanes::splat(0.0), &mut a, &mut b), Modes::default());
        assert_eq!(a[0], 0.0);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let bad = Readiness { ramp_limit_up_pu_per_h: Some(0.0), cold_start_mwh: 1.0, ..Readiness::always(10.0, 1.5) };
        let keys: Vec<_> = bad.faults().into_iter().map(|f| f.key).collect();
        assert_eq!(keys, ["p_min_pu", "ramp_limit_up_pu_per_h", "cold_start_h"]);
    }
}
