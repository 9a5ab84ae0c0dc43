//! A reservoir with a turbine: inflow, minimum flow, spill, in lanes.
//!
//! Water is counted as its potential energy in MWh, as in PyPSA's storage units with inflow, so
//! that one code serves inflows given as energy and as m3/s: [`hydraulic_power_mw`]. The head is
//! constant. Run of river is a reservoir that holds nothing. Not here: a head that falls with the
//! volume, part-load efficiency, pumps, evaporation.

use crate::assets::fault::{Fault, not_negative, positive, share};
use crate::lanes::{LANES, Lanes};

/// Density of water, kg/m3 (fresh water at 4 degrees C).
const WATER_KG_M3: f64 = 1000.0;
/// Standard gravity, m/s2 (3rd General Conference on Weights and Measures, 1901).
const GRAVITY_M_S2: f64 = 9.806_65;

/// Power of water falling through a head, MW: `rho g Q H / 1e6`, before any turbine. Times the
/// efficiency it is the electric power of a turbine that takes the flow.
#[inline(always)]
#[must_use]
pub fn hydraulic_power_mw(flow_m3_s: f64, head_m: f64) -> f64 {
    WATER_KG_M3 * GRAVITY_M_S2 * flow_m3_s * head_m * 1e-6
}

/// Energy of a volume of water above a head, MWh: `rho g V H / 3.6e9`.
#[inline(always)]
#[must_use]
pub fn hydraulic_energy_mwh(volume_m3: f64, head_m: f64) -> f64 {
    WATER_KG_M3 * GRAVITY_M_S2 * volume_m3 * head_m / 3.6e9
}

/// Parameters of a reservoir and its turbine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reservoir {
    /// Electric power of the turbines together, MW.
    pub p_nom_mw: f64,
    /// Electric energy per energy of the water, 0-1: turbine, generator and penstock.
    pub efficiency: f64,
    /// Energy of the water that the reservoir holds when full, MWh; 0 for run of river.
    pub e_nom_mwh: f64,
    /// Share of `e_nom_mwh` that must stay (dead storage), 0-1.
    pub e_min_pu: f64,
    /// Share of `e_nom_mwh` held at step 0.
    pub e_initial_pu: f64,
    /// Flow that must always leave the reservoir, as the power of its water in MW.
    pub min_release_mw: f64,
    /// Whether that flow may pass the turbine. If not it goes past it and is no power.
    pub release_through_turbine: bool,
}

impl Reservoir {
    /// All rules that the parameters break.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        [
            Fault::unless(positive(self.p_nom_mw), "p_nom_mw", "must be above 0"),
            Fault::unless(
                self.efficiency > 0.0 && self.efficiency <= 1.0,
                "efficiency",
                "must be above 0 and at most 1",
            ),
            Fault::unless(not_negative(self.e_nom_mwh), "e_nom_mwh", "must be at least 0"),
            Fault::unless(share(self.e_min_pu), "e_min_pu", "must lie between 0 and 1"),
            Fault::unless(
                self.e_initial_pu >= self.e_min_pu && self.e_initial_pu <= 1.0,
                "e_initial_pu",
                "must lie between e_min_pu and 1",
            ),
            Fault::unless(not_negative(self.min_release_mw), "min_release_mw", "must be at least 0"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// What became of a step's water, MW (energy over the step's length), per lane. They close:
/// `inflow = turbined + bypass + spill + change`, and `turbined = power + lost`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WaterFlows {
    /// Water through the turbine.
    pub turbined_mw: Lanes,
    /// Minimum flow that went past the turbine.
    pub bypass_mw: Lanes,
    /// Water for which there was no room.
    pub spill_mw: Lanes,
    /// Added to the volume (negative: taken out).
    pub change_mw: Lanes,
    /// Of the turbined water, what did not become power.
    pub lost_mw: Lanes,
    /// Minimum flow that could not be kept for want of water.
    pub release_short_mw: Lanes,
}

/// What does not change in operation. Kept apart from the state and copied before a loop over lanes:
/// the compiler then knows that storing the state leaves it as it is, and the loop becomes SIMD.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Fixed {
    p_nom_mw: f64,
    efficiency: f64,
    per_efficiency: f64,
    e_max_mwh: f64,
    e_min_mwh: f64,
    e_initial_mwh: f64,
    min_release_mw: f64,
    /// Share of the minimum flow that goes past the turbine whatever it does, 0 or 1.
    always_past: f64,
    step_h: f64,
    per_step_h: f64,
}

/// A reservoir in operation.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningReservoir {
    fixed: Fixed,
    /// Energy of the water held, MWh.
    pub e_mwh: Lanes,
}

impl Fixed {
    /// Water that may leave in the step, and the minimum flow that it allows, both MW.
    #[inline(always)]
    fn water(&self, e_mwh: f64, inflow_mw: f64) -> (f64, f64) {
        let held = e_mwh - self.e_min_mwh;
        let held = if held > 0.0 { held } else { 0.0 };
        let water = held * self.per_step_h + inflow_mw;
        let release = if self.min_release_mw < water { self.min_release_mw } else { water };
        (water, release)
    }
}

impl RunningReservoir {
    /// Makes a faultless reservoir ready for steps of `step_h` hours.
    #[must_use]
    pub fn new(reservoir: &Reservoir, step_h: f64) -> Self {
        let e_nom = reservoir.e_nom_mwh;
        let fixed = Fixed {
            p_nom_mw: reservoir.p_nom_mw,
            efficiency: reservoir.efficiency,
            per_efficiency: 1.0 / reservoir.efficiency,
            e_max_mwh: e_nom,
            e_min_mwh: e_nom * reservoir.e_min_pu,
            e_initial_mwh: e_nom * reservoir.e_initial_pu,
            min_release_mw: reservoir.min_release_mw,
            always_past: if reservoir.release_through_turbine { 0.0 } else { 1.0 },
            step_h,
            per_step_h: 1.0 / step_h,
        };
        Self { fixed, e_mwh: Lanes::splat(fixed.e_initial_mwh) }
    }

    /// Back to the horizon's start.
    pub fn restart(&mut self) {
        self.e_mwh = Lanes::splat(self.fixed.e_initial_mwh);
    }

    /// Electric power, MW, that the step can give: at most `max_mw`, and at least `min_mw` where
    /// the minimum flow passes the turbine. `inflow_mw` is the inflow's power (at least 0),
    /// `turbines_pu` the share of turbines that are up (0-1). Where the turbines cannot take the
    /// minimum flow the rest goes past them: `min_mw` never exceeds `max_mw`.
    #[inline(always)]
    pub fn window(&self, inflow_mw: &Lanes, turbines_pu: &Lanes, min_mw: &mut Lanes, max_mw: &mut Lanes) {
        let fixed = self.fixed;
        for lane in 0..LANES {
            let (water, release) = fixed.water(self.e_mwh[lane], inflow_mw[lane]);
            let limit = fixed.p_nom_mw * turbines_pu[lane];
            let most = (water - release * fixed.always_past) * fixed.efficiency;
            let most = if most < limit { most } else { limit };
            let least = release * (1.0 - fixed.always_past) * fixed.efficiency;
            max_mw[lane] = most;
            min_mw[lane] = if least < most { least } else { most };
        }
    }

    /// The step, after dispatch chose `p_mw` within [`Self::window`]: new volume and all flows.
    ///
    /// A power below `min_mw` is allowed: the minimum flow then goes past the turbine.
    #[inline(always)]
    pub fn settle(&mut self, inflow_mw: &Lanes, p_mw: &Lanes, flows: &mut WaterFlows) {
        let fixed = self.fixed;
        for lane in 0..LANES {
            let (water, release) = fixed.water(self.e_mwh[lane], inflow_mw[lane]);
            let room = water - release * fixed.always_past;
            // The window's upper end times 1 / efficiency may lie a rounding above the water.
            let turbined = p_mw[lane] * fixed.per_efficiency;
            let turbined = if turbined < room { turbined } else { room };
            let owed = release - turbined * (1.0 - fixed.always_past);
            let bypass = if owed > 0.0 { owed } else { 0.0 };
            let before = self.e_mwh[lane];
            let net = inflow_mw[lane] - turbined - bypass;
            let reached = before + net * fixed.step_h;
            let lowest = if before < fixed.e_min_mwh { before } else { fixed.e_min_mwh };
            let after = if reached > lowest { reached } else { lowest };
            let after = if after < fixed.e_max_mwh { after } else { fixed.e_max_mwh };
            let change = (after - before) * fixed.per_step_h;
            let spill = net - change;
            self.e_mwh[lane] = after;
            flows.turbined_mw[lane] = turbined;
            flows.bypass_mw[lane] = bypass;
            // Where nothing overflows the difference is rounding, not water.
            flows.spill_mw[lane] = if reached > fixed.e_max_mwh { spill } else { 0.0 };
            flows.change_mw[lane] = change;
            flows.lost_mw[lane] = turbined - p_mw[lane];
            flows.release_short_mw[lane] = fixed.min_release_mw - release;
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact where no rounding can be")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lake() -> Reservoir {
        Reservoir {
            p_nom_mw: 90.0,
            efficiency: 0.9,
            e_nom_mwh: 1000.0,
            e_min_pu: 0.1,
            e_initial_pu: 0.5,
            min_release_mw: 10.0,
            release_through_turbine: true,
        }
    }

    /// Window and flows of one step in every lane alike; `place` is the power's place in the window.
    fn step(r: &mut RunningReservoir, inflow: f64, up: f64, place: f64) -> (f64, f64, f64, WaterFlows) {
        let (mut min, mut max, mut flows) = (Lanes::default(), Lanes::default(), WaterFlows::default());
        let inflow = Lanes::splat(inflow);
        r.window(&inflow, &Lanes::splat(up), &mut min, &mut max);
        let p = min[0] + place * (max[0] - min[0]);
        r.settle(&inflow, &Lanes::splat(p), &mut flows);
        (min[0], max[0], p, flows)
    }

    #[test]
    fn falling_water_has_the_power_of_the_textbook() {
        // 1000 * 9.80665 * 100 * 50 = 49.03325 MW; 1e6 m3 at 100 m: 1e9 * 9.80665 * 100 / 3.6e9 = 272.4069 MWh.
        assert!((hydraulic_power_mw(100.0, 50.0) - 49.033_25).abs() < 1e-9);
        assert!((hydraulic_energy_mwh(1e6, 100.0) - 272.406_944).abs() < 1e-6);
    }

    #[test]
    fn a_minimum_flow_through_the_turbine_is_its_least_power() {
        let mut r = RunningReservoir::new(&lake(), 1.0);
        let (min, max, p, flows) = step(&mut r, 30.0, 1.0, 0.0);
        assert_eq!((min, max, p), (9.0, 90.0, 9.0));
        assert_eq!((flows.turbined_mw[0], flows.bypass_mw[0], flows.change_mw[0]), (10.0, 0.0, 20.0));
        assert!((flows.lost_mw[0] - 1.0).abs() < 1e-12);
        // With the turbine out the flow goes past it.
        let (min, max, _, flows) = step(&mut r, 30.0, 0.0, 0.0);
        assert_eq!((min, max, flows.bypass_mw[0]), (0.0, 0.0, 10.0));
    }

    #[test]
    fn a_minimum_flow_past_the_turbine_is_no_power() {
        let mut r =
            RunningReservoir::new(&Reservoir { release_through_turbine: false, e_initial_pu: 0.1, ..lake() }, 1.0);
        let (min, max, p, flows) = step(&mut r, 30.0, 1.0, 1.0);
        assert_eq!((min, max, p), (0.0, 18.0, 18.0));
        assert_eq!((flows.bypass_mw[0], flows.turbined_mw[0], r.e_mwh[0]), (10.0, 20.0, 100.0));
        let (_, max, _, flows) = step(&mut r, 4.0, 1.0, 1.0);
        assert_eq!((max, flows.bypass_mw[0], flows.release_short_mw[0]), (0.0, 4.0, 6.0));
    }

    #[test]
    fn run_of_river_spills_what_the_turbine_does_not_take() {
        let river = Reservoir { e_nom_mwh: 0.0, min_release_mw: 0.0, ..lake() };
        let mut r = RunningReservoir::new(&river, 0.25);
        let (min, max, _, flows) = step(&mut r, 150.0, 1.0, 1.0);
        assert_eq!((min, max, flows.turbined_mw[0], flows.spill_mw[0]), (0.0, 90.0, 100.0, 50.0));
        let (_, max, _, flows) = step(&mut r, 50.0, 1.0, 0.0);
        assert_eq!((max, flows.spill_mw[0], r.e_mwh[0]), (45.0, 50.0, 0.0));
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let bad = Reservoir { p_nom_mw: f64::NAN, efficiency: 1.1, e_initial_pu: 0.05, min_release_mw: -1.0, ..lake() };
        let keys: Vec<_> = bad.faults().into_iter().map(|f| f.key).collect();
        assert_eq!(keys, ["p_nom_mw", "efficiency", "e_initial_pu", "min_release_mw"]);
        assert_eq!(lake().faults(), []);
    }

    proptest! {
        #[test]
        fn every_drop_is_accounted_for(
            (e_nom, e_min, e_start) in (0.0..5000.0_f64, 0.0..1.0_f64, 0.0..1.0_f64), efficiency in 0.3..1.0_f64,
            (release, through) in (0.0..80.0_f64, any::<bool>()), step_h in 0.25..4.0_f64,
            course in prop::collection::vec((0.0..300.0_f64, 0.0..1.0_f64, 0.0..1.0_f64), 1..60),
        ) {
            let reservoir = Reservoir {
                p_nom_mw: 90.0, efficiency, e_nom_mwh: e_nom, e_min_pu: e_min,
                e_initial_pu: e_min + e_start * (1.0 - e_min), min_release_mw: release, release_through_turbine: through,
            };
            let mut r = RunningReservoir::new(&reservoir, step_h);
            for (inflow, up, place) in course {
                let before = r.e_mwh[0];
                let (min, max, p, f) = step(&mut r, inflow, up, place);
                prop_assert!(0.0 <= min && min <= max && max <= 90.0 * up);
                let out = f.turbined_mw[0] + f.bypass_mw[0] + f.spill_mw[0] + f.change_mw[0];
                let size = 1.0 + inflow + before / step_h;
                prop_assert!((inflow - out).abs() <= 1e-14 * size * 10.0);
                prop_assert!((f.turbined_mw[0] - p - f.lost_mw[0]).abs() <= 1e-13 * size);
                prop_assert!((f.change_mw[0] * step_h - (r.e_mwh[0] - before)).abs() <= 1e-14 * size * 10.0);
                prop_assert!(f.lost_mw[0] >= -1e-12 && f.spill_mw[0] >= -1e-12 * size && f.bypass_mw[0] >= 0.0);
                prop_assert!(r.e_mwh[0] <= e_nom && r.e_mwh[0] >= (e_min * e_nom).min(before) - 1e-12 * size);
                let released = f.bypass_mw[0] + if through { f.turbined_mw[0] } else { 0.0 };
                prop_assert!(released + f.release_short_mw[0] >= release - 1e-12 * size);
            }
        }
    }
}
