//! What a discharge costs in wear: the price of the capacity that one more MWh uses up.
//!
//! Between its first day and its end of life a battery loses `1 - end_of_life_pu` of its capacity,
//! and the price of new cells is spread over that loss. The marginal cost at the present state is
//! the slope of the cycle law in those terms (B. Xu et al., "Factoring the cycle aging cost of
//! batteries participating in electricity markets", IEEE Trans. Power Syst. 33(2), 2018, who spread
//! it so over the depth of cycles):
//!
//! `cost [EUR/MWh] = replacement [EUR/MWh of e_nom] * fade_per_cycle / (1 - end_of_life_pu)`
//!
//! as a full cycle of a battery of 1 MWh discharges 1 MWh, charging back included. The energy is
//! that taken from the store; at the bus it is less, so divide by the efficiency of dispatch.
//! Not here: calendar ageing, which no decision to discharge changes at once, and interest.

use crate::assets::fault::{Fault, require};
use crate::lanes::{LANES, Lanes};

/// Price and length of a battery's life.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wear {
    /// Price of new cells, installed, less what the old ones bring, EUR per MWh of `e_nom_mwh`.
    pub replacement_cost_eur_per_mwh: f64,
    /// Share of the nominal capacity at which they are replaced.
    pub end_of_life_pu: f64,
}

impl Wear {
    /// Every parameter outside its range.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let price = self.replacement_cost_eur_per_mwh >= 0.0 && self.replacement_cost_eur_per_mwh.is_finite();
        require(&mut faults, price, "replacement_cost_eur_per_mwh", "must not be negative");
        let end = self.end_of_life_pu > 0.0 && self.end_of_life_pu < 1.0;
        require(&mut faults, end, "end_of_life_pu", "must lie between 0 and 1, both excluded");
        faults
    }

    /// Marginal cost of taking energy from the store, EUR/MWh, where one more equivalent full cycle
    /// costs the share `fade_per_cycle` of the nominal capacity
    /// ([`super::ageing::Ageing::fade_per_cycle`]).
    #[must_use]
    #[inline(always)]
    pub fn marginal_eur_per_mwh(&self, fade_per_cycle: f64) -> f64 {
        self.replacement_cost_eur_per_mwh / (1.0 - self.end_of_life_pu) * fade_per_cycle
    }

    /// The same for a row of lanes, in place: shares in, EUR/MWh out.
    #[inline(always)]
    pub fn marginal_row(&self, row: &mut Lanes) {
        for lane in 0..LANES {
            row[lane] = self.marginal_eur_per_mwh(row[lane]);
        }
    }

    /// Share of its life used up at `capacity_pu`, 0-1: what of the replacement is written off.
    #[must_use]
    #[inline(always)]
    pub fn used_pu(&self, capacity_pu: f64) -> f64 {
        let used = (1.0 - capacity_pu) / (1.0 - self.end_of_life_pu);
        let used = if used > 0.0 { used } else { 0.0 };
        if used < 1.0 { used } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_battery_of_4000_even_cycles_costs_its_price_over_them() {
        let wear = Wear { replacement_cost_eur_per_mwh: 200_000.0, end_of_life_pu: 0.8 };
        // 20 % over 4000 cycles: 200 000 / 4000 = 50 EUR/MWh.
        assert!((wear.marginal_eur_per_mwh(0.2 / 4000.0) - 50.0).abs() < 1e-9);
        let mut row = Lanes::splat(0.2 / 8000.0);
        wear.marginal_row(&mut row);
        assert!((row[63] - 25.0).abs() < 1e-9);
        assert!((wear.used_pu(0.9) - 0.5).abs() < 1e-15);
        assert!(wear.faults().is_empty());
    }

    #[test]
    fn every_fault_is_named() {
        let wear = Wear { replacement_cost_eur_per_mwh: -1.0, end_of_life_pu: 1.0 };
        let keys: Vec<_> = wear.faults().iter().map(|fault| fault.key).collect();
        assert_eq!(keys, ["replacement_cost_eur_per_mwh", "end_of_life_pu"]);
    }
}
