//! Thermal balance of the plant: heat of the core into electricity, heat sold, and heat rejected.
//!
//! Steady within a step; no storage in the steam side, no start-up steam, efficiency the same at every power.

use crate::assets::fault::{Fault, require};
use crate::lanes::{LANES, Lanes};

/// Plant data of the balance.
#[derive(Clone, Debug, PartialEq)]
pub struct PlantBalance {
    /// Rated electric power in MW without heat extraction.
    pub p_nom: f64,
    /// Electric power over thermal power, a ratio. PWRs: 0.33 typical.
    pub efficiency: f64,
    /// Electric MW lost per MW of heat extracted. Typical 0.15 to 0.25 for turbine extraction at district
    /// heat temperatures; equal to the efficiency it means heat taken ahead of the turbine.
    pub power_loss_factor: f64,
    /// Greatest heat extraction in MW.
    pub heat_max_mw: f64,
}

/// Where the core's heat goes, in MW; the electric, extracted and rejected powers sum to the thermal.
#[derive(Clone, Debug)]
pub struct HeatFlows {
    /// Heat of the core: fission and decay heat at power, decay heat alone when shut down.
    pub thermal_mw: Lanes,
    /// Electric power.
    pub electric_mw: Lanes,
    /// Heat extracted: the wish, as far as the core and the turbine can give it.
    pub heat_mw: Lanes,
    /// Heat rejected to the condenser or, when shut down, to the residual heat removal.
    pub rejected_mw: Lanes,
}

impl PlantBalance {
    /// Every rule that the parameters break.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut rule = |holds, key, text| require(&mut faults, holds, key, text);
        rule(self.p_nom > 0.0 && self.p_nom.is_finite(), "p_nom", "must lie above 0");
        rule(self.efficiency > 0.0 && self.efficiency <= 1.0, "efficiency", "must lie above 0 and not above 1");
        let loss = (0.0..=1.0).contains(&self.power_loss_factor);
        rule(loss, "power_loss_factor", "must lie between 0 and 1");
        rule(self.heat_max_mw >= 0.0, "heat_max_mw", "must not lie below 0");
        let most = self.heat_max_mw <= self.heat_ceiling_mw() * (1.0 + 1e-12);
        rule(most, "heat_max_mw", "must not take more heat than full power leaves for it");
        faults
    }

    /// Thermal power at rated power in MW.
    #[must_use]
    pub fn thermal_full_mw(&self) -> f64 {
        self.p_nom / self.efficiency
    }

    /// Most heat that full power can give: until no electric power or no rejected heat is left.
    fn heat_ceiling_mw(&self) -> f64 {
        self.heat_share() * self.thermal_full_mw()
    }

    /// Share of the thermal power that may be extracted: `electric = efficiency Q - loss H >= 0` and
    /// `rejected = Q - electric - H >= 0`.
    #[must_use]
    pub fn heat_share(&self) -> f64 {
        let by_turbine = self.efficiency / self.power_loss_factor;
        let by_condenser = (1.0 - self.efficiency) / (1.0 - self.power_loss_factor);
        by_turbine.min(by_condenser)
    }

    /// The balance at fission power `power_pu`, mean `decay_heat_pu` (both relative to full thermal power) and a
    /// wish for `heat_mw` of heat.
    ///
    /// `power_pu` is the thermal power of the core at power, decay heat included; only where it is 0 does
    /// the decay heat count of its own. Decay heat is neither turned into electricity nor sold.
    #[inline(always)]
    #[must_use]
    pub fn flows(&self, power_pu: &Lanes, decay_heat_pu: &Lanes, heat_mw: &Lanes) -> HeatFlows {
        let nought = Lanes::splat(0.0);
        let mut flows = HeatFlows { thermal_mw: nought, electric_mw: nought, heat_mw: nought, rejected_mw: nought };
        let (full, share) = (self.thermal_full_mw(), self.heat_share());
        for lane in 0..LANES {
            let steam = full * power_pu[lane];
            let thermal = if power_pu[lane] > 0.0 { steam } else { full * decay_heat_pu[lane] };
            let most = if share * steam < self.heat_max_mw { share * steam } else { self.heat_max_mw };
            let wish = if heat_mw[lane] > 0.0 { heat_mw[lane] } else { 0.0 };
            let heat = if wish < most { wish } else { most };
            let electric = self.efficiency * steam - self.power_loss_factor * heat;
            flows.thermal_mw[lane] = thermal;
            flows.heat_mw[lane] = heat;
            flows.electric_mw[lane] = electric;
            flows.rejected_mw[lane] = thermal - electric - heat;
        }
        flows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLANT: PlantBalance =
        PlantBalance { p_nom: 1000.0, efficiency: 0.33, power_loss_factor: 0.2, heat_max_mw: 800.0 };

    #[test]
    fn the_balance_closes_and_nothing_is_negative() {
        for loss in [0.15, 0.2, 0.25, 0.33, 0.6] {
            let plant = PlantBalance { power_loss_factor: loss, heat_max_mw: 1650.0, ..PLANT };
            assert!(plant.faults().is_empty());
            for power in [0.0, 0.2, 0.7, 1.0] {
                for heat in [-5.0, 0.0, 300.0, 5000.0] {
                    let flows = plant.flows(&Lanes::splat(power), &Lanes::splat(0.01), &Lanes::splat(heat));
                    let parts = flows.electric_mw[3] + flows.heat_mw[3] + flows.rejected_mw[3];
                    assert!((parts - flows.thermal_mw[3]).abs() < 1e-9);
                    assert!(flows.electric_mw[3] > -1e-9 && flows.rejected_mw[3] > -1e-9 && flows.heat_mw[3] >= 0.0);
                }
            }
        }
    }

    #[test]
    fn a_loss_factor_equal_to_the_efficiency_is_heat_ahead_of_the_turbine() {
        let plant = PlantBalance { power_loss_factor: 0.33, ..PLANT };
        let flows = plant.flows(&Lanes::splat(1.0), &Lanes::splat(0.06), &Lanes::splat(500.0));
        assert!((flows.electric_mw[0] - 0.33 * (1000.0 / 0.33 - 500.0)).abs() < 1e-9);
    }

    #[test]
    fn a_shut_down_core_rejects_its_decay_heat() {
        let flows = PLANT.flows(&Lanes::splat(0.0), &Lanes::splat(0.01), &Lanes::splat(500.0));
        assert_eq!((flows.electric_mw[0], flows.heat_mw[0]), (0.0, 0.0));
        assert!((flows.rejected_mw[0] - 10.0 / 0.33).abs() < 1e-9);
    }

    #[test]
    fn faults_name_every_broken_rule() {
        let broken = PlantBalance { p_nom: 0.0, efficiency: 1.2, power_loss_factor: -0.1, heat_max_mw: -1.0 };
        let keys: Vec<_> = broken.faults().iter().map(|fault| fault.key).collect();
        assert_eq!(keys, ["p_nom", "efficiency", "power_loss_factor", "heat_max_mw"]);
        let greedy = PlantBalance { heat_max_mw: 3000.0, ..PLANT };
        assert_eq!(greedy.faults()[0].rule, "must not take more heat than full power leaves for it");
    }
}
