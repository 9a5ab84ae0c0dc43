//! Electrolysers: electricity (and heat, where it is hot) to hydrogen, in lanes.
//!
//! Hydrogen is counted as the power of its lower heating value, MW. Not here: compression,
//! storage, degradation of stacks, oxygen.

mod making;
pub mod part_load;
pub mod plant;

use self::part_load::{PartLoad, Yield};
use super::fault::{Fault, not_negative};
use super::readiness::{Modes, Readiness, RunningReadiness};
use crate::lanes::{LANES, Lanes};

/// Lower heating value of hydrogen, kWh/kg (33.33; the higher is 39.41).
pub const HYDROGEN_LHV_KWH_PER_KG: f64 = 33.33;

/// Heat per hydrogen of high-temperature steam electrolysis, MW per MW (LHV): 6.4 kWh of heat to
/// 36.8 kWh of electricity per kg (Idaho National Laboratory, INL/RPT-22-66117, 2022; figures taken
/// from a secondary source, to be verified). Its efficiency at full load is 33.33 / 36.8 = 0.906.
pub const HTSE_HEAT_PER_HYDROGEN: f64 = 6.4 / HYDROGEN_LHV_KWH_PER_KG;

/// Mass flow of hydrogen in kg/h whose lower heating value flows at `hydrogen_mw`.
#[inline(always)]
#[must_use]
pub fn hydrogen_kg_per_h(hydrogen_mw: f64) -> f64 {
    hydrogen_mw * 1000.0 / HYDROGEN_LHV_KWH_PER_KG
}

/// Parameters of an electrolyser.
#[derive(Clone, Debug, PartialEq)]
pub struct Electrolyser {
    /// Power limits and states; `p_nom_mw` is electric input.
    pub readiness: Readiness,
    /// Hydrogen by input power.
    pub part_load: PartLoad,
    /// Heat taken in per hydrogen made, MW per MW (LHV): 0 for cold processes,
    /// [`HTSE_HEAT_PER_HYDROGEN`] for steam.
    pub heat_per_hydrogen: f64,
}

impl Electrolyser {
    /// All rules that the parameters break.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let heat = self.heat_per_hydrogen;
        let mut faults = self.readiness.faults();
        faults.extend(Fault::unless(
            not_negative(heat) && heat < 1.0,
            "heat_per_hydrogen",
            "must be at least 0 and below 1 MW of heat per MW of hydrogen",
        ));
        faults.extend(self.part_load.faults(self.readiness.p_min_pu, heat));
        faults
    }
}

/// What became of a step's energy, MW, per lane. They close:
/// `electric + heat = hydrogen + lost`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HydrogenFlows {
    /// Drawn from the bus, standby and heating included.
    pub electric_mw: Lanes,
    /// Heat taken in.
    pub heat_mw: Lanes,
    /// Hydrogen made (LHV).
    pub hydrogen_mw: Lanes,
    /// The rest.
    pub lost_mw: Lanes,
}

/// An electrolyser in operation.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningElectrolyser {
    /// State and ramps; its `window` bounds the electric power of a running step.
    pub readiness: RunningReadiness,
    made: Yield,
    heat_per_hydrogen: f64,
}

impl RunningElectrolyser {
    /// Makes a faultless electrolyser ready for steps of `step_h` hours.
    #[must_use]
    pub fn new(electrolyser: &Electrolyser, step_h: f64) -> Self {
        let readiness = electrolyser.readiness;
        Self {
            readiness: RunningReadiness::new(&readiness, step_h),
            made: electrolyser.part_load.prepared(readiness.p_nom_mw),
            heat_per_hydrogen: electrolyser.heat_per_hydrogen,
        }
    }

    /// Lowers `max_mw` of a window to the power for which `heat_mw` suffices. Where it does not
    /// suffice for `min_mw` both become 0: the electrolyser must stop. Without heat demand nothing
    /// changes.
    #[inline(always)]
    pub fn limit_by_heat(&self, heat_mw: &Lanes, min_mw: &mut Lanes, max_mw: &mut Lanes) {
        if self.heat_per_hydrogen <= 0.0 {
            return;
        }
        let mut hydrogen_mw = *heat_mw;
        hydrogen_mw.iter_mut().for_each(|mw| *mw /= self.heat_per_hydrogen);
        self.limit_by_hydrogen(&hydrogen_mw, min_mw, max_mw);
    }

    /// Hydrogen in MW at the running power `p_mw`; 0 at 0.
    #[inline(always)]
    #[must_use]
    pub fn hydrogen_mw(&self, p_mw: f64) -> f64 {
        self.made.hydrogen_mw(p_mw)
    }

    /// Lowers `max_mw` of a window to the power that makes no more than `hydrogen_mw` (what has a
    /// taker). Where that is less than `min_mw` makes, both become 0: the electrolyser must stop.
    #[inline(always)]
    pub fn limit_by_hydrogen(&self, hydrogen_mw: &Lanes, min_mw: &mut Lanes, max_mw: &mut Lanes) {
        for lane in 0..LANES {
            let (min, max) = (min_mw[lane], max_mw[lane]);
            // A table holds its ends, so the least power is asked for its need; a rounding is allowed.
            let runs = hydrogen_mw[lane] >= self.made.hydrogen_mw(min) * (1.0 - 1e-12);
            let most = self.made.power_mw(hydrogen_mw[lane]);
            let most = if most < max { most } else { max };
            let most = if most > min { most } else { min };
            (min_mw[lane], max_mw[lane]) = if runs { (min, most) } else { (0.0, 0.0) };
        }
    }

    /// The step at `wanted_mw` of electric power (see [`RunningReadiness::step`] for how it is
    /// understood); `up` is the share of the nominal power that is not out.
    #[inline(always)]
    pub fn step(&mut self, wanted_mw: &Lanes, up: &Lanes, flows: &mut HydrogenFlows) -> Modes {
        let HydrogenFlows { electric_mw, heat_mw, hydrogen_mw, lost_mw } = flows;
        let mut idle_mw = Lanes::default();
        let modes = self.readiness.step(wanted_mw, up, electric_mw, &mut idle_mw);
        self.made.row(electric_mw, hydrogen_mw);
        for lane in 0..LANES {
            electric_mw[lane] += idle_mw[lane];
            heat_mw[lane] = hydrogen_mw[lane] * self.heat_per_hydrogen;
            lost_mw[lane] = electric_mw[lane] + heat_mw[lane] - hydrogen_mw[lane];
        }
        modes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn alkaline() -> Electrolyser {
        let readiness = Readiness {
            ramp_limit_up_pu_per_h: Some(0.6),
            standby_mw: 0.1,
            cold_start_h: 1.0,
            cold_start_mwh: 0.5,
            cool_down_h: 6.0,
            ..Readiness::always(10.0, 0.1)
        };
        let part_load = PartLoad::Loss { auxiliary_pu: 0.02, efficiency_at_no_load: 0.8, efficiency_nom: 0.64 };
        Electrolyser { readiness, part_load, heat_per_hydrogen: 0.0 }
    }

    fn steam() -> Electrolyser {
        let part_load = PartLoad::Table { p_pu: vec![0.3, 1.0], efficiency: vec![0.85, 33.33 / 36.8] };
        let readiness = Readiness::always(36.8, 0.3);
        Electrolyser { readiness, part_load, heat_per_hydrogen: HTSE_HEAT_PER_HYDROGEN }
    }

    #[test]
    fn steam_electrolysis_takes_its_heat_per_kilogram() {
        let parameters = steam();
        assert_eq!(parameters.faults(), []);
        let mut e = RunningElectrolyser::new(&parameters, 1.0);
        let mut flows = HydrogenFlows::default();
        e.step(&Lanes::splat(36.8), &Lanes::splat(1.0), &mut flows);
        // 36.8 MW make 1000 kg/h and take 6.4 MW of heat.
        assert!((hydrogen_kg_per_h(flows.hydrogen_mw[0]) - 1000.0).abs() < 1e-9);
        assert!((flows.heat_mw[0] - 6.4).abs() < 1e-12);
        assert!((flows.lost_mw[0] - (36.8 + 6.4 - 33.33)).abs() < 1e-12);
    }

    #[test]
    fn little_heat_lowers_the_window() {
        let e = RunningElectrolyser::new(&steam(), 1.0);
        let mut heat = Lanes::splat(100.0);
        (heat[1], heat[2]) = (3.2, 0.1);
        let (mut min, mut max) = (Lanes::splat(11.04), Lanes::splat(36.8));
        e.limit_by_heat(&heat, &mut min, &mut max);
        // Half of the heat of full load makes half of its hydrogen, 16.665 MW. The table's knots are
        // (11.04, 9.384) and (36.8, 33.33): 11.04 + (16.665 - 9.384) / (23.946 / 25.76) = 18.872563.
        assert!((max[0] - 36.8).abs() < 1e-9 && (max[1] - 18.872_563).abs() < 1e-6);
        assert!(max[2] <= 0.0 && min[2] <= 0.0 && (min[1] - 11.04).abs() < 1e-12);
    }

    #[test]
    fn faults_of_every_part_are_told_at_once() {
        let mut bad = steam();
        bad.readiness.p_nom_mw = -1.0;
        bad.heat_per_hydrogen = f64::NAN;
        let keys: Vec<_> = bad.faults().into_iter().map(|f| f.key).collect();
        assert_eq!(keys, ["p_nom_mw", "heat_per_hydrogen", "efficiency"]);
    }

    proptest! {
        #[test]
        fn every_step_closes_and_keeps_its_window(
            course in prop::collection::vec((-1.0..12.0_f64, 0_u8..8, 0.0..9.0_f64), 1..80), hot in any::<bool>(),
        ) {
            let parameters = if hot { steam() } else { alkaline() };
            prop_assert_eq!(parameters.faults(), vec![]);
            let mut e = RunningElectrolyser::new(&parameters, 1.0);
            let (mut min, mut max, mut flows) = (Lanes::default(), Lanes::default(), HydrogenFlows::default());
            let scale = parameters.readiness.p_nom_mw / 10.0;
            for (wanted, up, supply) in course {
                let up = Lanes::splat(if up == 0 { 0.0 } else { 1.0 });
                e.readiness.window(&up, &mut min, &mut max);
                e.limit_by_heat(&Lanes::splat(supply), &mut min, &mut max);
                let modes = e.step(&Lanes::splat((wanted * scale).min(max[9])), &up, &mut flows);
                prop_assert!(flows.heat_mw[9] <= supply * (1.0 + 1e-11));
                let (p, h2, q, lost) = (flows.electric_mw[9], flows.hydrogen_mw[9], flows.heat_mw[9], flows.lost_mw[9]);
                prop_assert!((p + q - h2 - lost).abs() <= 1e-12);
                prop_assert!(h2 >= 0.0 && lost >= 0.0);
                if modes.on == u64::MAX {
                    prop_assert!(min[9] <= p && p <= max[9] && h2 > 0.0);
                } else {
                    prop_assert!(modes.on == 0 && h2 <= 0.0);
                }
            }
        }
    }
}
