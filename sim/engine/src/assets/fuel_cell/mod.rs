//! Fuel cells: hydrogen to electricity, in lanes.
//!
//! The states are those of [`super::readiness`]; standby and heating draw electricity from the bus.
//! Hydrogen is counted as the power of its lower heating value, MW. Not here: hydrogen storage, use
//! of the waste heat, degradation.

mod burning;
pub mod part_load;
pub mod plant;

use self::part_load::{Consumption, FuelCellPartLoad};
use super::fault::Fault;
use super::readiness::{Modes, Readiness, RunningReadiness};
use crate::lanes::{LANES, Lanes};

/// Parameters of a fuel cell.
#[derive(Clone, Debug, PartialEq)]
pub struct FuelCell {
    /// Power limits and states; `p_nom_mw` is electric output.
    pub readiness: Readiness,
    /// Hydrogen by output power.
    pub part_load: FuelCellPartLoad,
}

impl FuelCell {
    /// All rules that the parameters break.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = self.readiness.faults();
        faults.extend(self.part_load.faults(self.readiness.p_min_pu));
        faults
    }
}

/// What became of a step's energy, MW, per lane. They close:
/// `hydrogen = electric + lost`, where `electric` is negative in standby and heating.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FuelCellFlows {
    /// Injected into the bus less what standby and heating draw from it.
    pub electric_mw: Lanes,
    /// Hydrogen taken (LHV).
    pub hydrogen_mw: Lanes,
    /// The rest.
    pub lost_mw: Lanes,
}

/// A fuel cell in operation.
#[derive(Clone, Debug, PartialEq)]
pub struct RunningFuelCell {
    /// State and ramps; its `window` bounds the electric power of a running step.
    pub readiness: RunningReadiness,
    taken: Consumption,
}

impl RunningFuelCell {
    /// Makes a faultless fuel cell ready for steps of `step_h` hours.
    #[must_use]
    pub fn new(fuel_cell: &FuelCell, step_h: f64) -> Self {
        let readiness = fuel_cell.readiness;
        Self {
            readiness: RunningReadiness::new(&readiness, step_h),
            taken: fuel_cell.part_load.prepared(readiness.p_nom_mw),
        }
    }

    /// Hydrogen in MW that the running power `p_mw` takes; 0 at 0.
    #[inline(always)]
    #[must_use]
    pub fn hydrogen_mw(&self, p_mw: f64) -> f64 {
        self.taken.hydrogen_mw(p_mw)
    }

    /// Lowers `max_mw` of a window to the power for which `hydrogen_mw` suffices (what the store
    /// can give over the step). Where it does not suffice for `min_mw` both become 0: the fuel cell
    /// must stop.
    #[inline(always)]
    pub fn limit_by_hydrogen(&self, hydrogen_mw: &Lanes, min_mw: &mut Lanes, max_mw: &mut Lanes) {
        for lane in 0..LANES {
            let (min, max) = (min_mw[lane], max_mw[lane]);
            // A table holds its ends, so the least power is asked for its need; a rounding is allowed.
            let runs = hydrogen_mw[lane] >= self.taken.hydrogen_mw(min) * (1.0 - 1e-12);
            let most = self.taken.power_mw(hydrogen_mw[lane]);
            let most = if most < max { most } else { max };
            let most = if most > min { most } else { min };
            (min_mw[lane], max_mw[lane]) = if runs { (min, most) } else { (0.0, 0.0) };
        }
    }

    /// The step at `wanted_mw` of electric output (see [`RunningReadiness::step`] for how it is
    /// understood); `up` is the share of the nominal power that is not out.
    #[inline(always)]
    pub fn step(&mut self, wanted_mw: &Lanes, up: &Lanes, flows: &mut FuelCellFlows) -> Modes {
        let FuelCellFlows { electric_mw, hydrogen_mw, lost_mw } = flows;
        let mut idle_mw = Lanes::default();
        let modes = self.readiness.step(wanted_mw, up, electric_mw, &mut idle_mw);
        for lane in 0..LANES {
            hydrogen_mw[lane] = self.taken.hydrogen_mw(electric_mw[lane]);
            electric_mw[lane] -= idle_mw[lane];
            lost_mw[lane] = hydrogen_mw[lane] - electric_mw[lane];
        }
        modes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn membrane() -> FuelCell {
        let readiness = Readiness {
            ramp_limit_up_pu_per_h: Some(0.6),
            standby_mw: 0.05,
            cold_start_h: 0.5,
            cold_start_mwh: 0.1,
            cool_down_h: 3.0,
            ..Readiness::always(5.0, 0.1)
        };
        let part_load = FuelCellPartLoad::Loss { auxiliary_pu: 0.03, efficiency_at_no_load: 0.7, efficiency_nom: 0.5 };
        FuelCell { readiness, part_load }
    }

    #[test]
    fn little_hydrogen_lowers_the_window() {
        let cell = RunningFuelCell::new(&membrane(), 1.0);
        let (mut min, mut max) = (Lanes::splat(0.5), Lanes::splat(5.0));
        let mut hydrogen = Lanes::splat(10.0);
        (hydrogen[1], hydrogen[2]) = (4.0, 0.1);
        cell.limit_by_hydrogen(&hydrogen, &mut min, &mut max);
        // In shares: c = (0.7 * 2 - 1.03) / 4 = 0.0925; 4 MW is h = 0.8: p = 0.56 - 0.0592 - 0.03 = 0.4708.
        assert!((max[0] - 5.0).abs() < 1e-12 && (max[1] - 5.0 * 0.4708).abs() < 1e-12);
        assert!(max[2] <= 0.0 && min[2] <= 0.0);
    }

    #[test]
    fn standby_draws_from_the_bus_and_is_lost() {
        let mut cell = RunningFuelCell::new(&membrane(), 1.0);
        let mut flows = FuelCellFlows::default();
        let modes = cell.step(&Lanes::splat(0.01), &Lanes::splat(1.0), &mut flows);
        assert_eq!(modes.standby, u64::MAX);
        assert!((flows.electric_mw[0] + 0.05).abs() < 1e-15 && (flows.lost_mw[0] - 0.05).abs() < 1e-15);
        assert!(flows.hydrogen_mw[0] <= 0.0);
    }

    proptest! {
        #[test]
        fn every_step_closes_and_keeps_its_window(
            course in prop::collection::vec((-1.0..6.0_f64, 0_u8..8, 0.0..14.0_f64), 1..80),
        ) {
            let parameters = membrane();
            prop_assert_eq!(parameters.faults(), vec![]);
            let mut cell = RunningFuelCell::new(&parameters, 1.0);
            let (mut min, mut max, mut flows) = (Lanes::default(), Lanes::default(), FuelCellFlows::default());
            for (wanted, up, store) in course {
                let up = Lanes::splat(if up == 0 { 0.0 } else { 1.0 });
                cell.readiness.window(&up, &mut min, &mut max);
                cell.limit_by_hydrogen(&Lanes::splat(store), &mut min, &mut max);
                let modes = cell.step(&Lanes::splat(wanted.min(max[9])), &up, &mut flows);
                prop_assert!(flows.hydrogen_mw[9] <= store * (1.0 + 1e-11));
                let (p, h2, lost) = (flows.electric_mw[9], flows.hydrogen_mw[9], flows.lost_mw[9]);
                prop_assert!((h2 - p - lost).abs() <= 1e-13 && lost >= 0.0);
                if modes.on == u64::MAX {
                    prop_assert!(min[9] <= p && p <= max[9] && h2 > p);
                } else {
                    prop_assert!(modes.on == 0 && p <= 0.0 && h2 <= 0.0);
                }
            }
        }
    }
}
