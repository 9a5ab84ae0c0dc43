//! Reactivity balance of the core in pcm: what rods and boron still hold, and so what power is possible.
//!
//! Zero margin is the end of the cycle: full power, equilibrium xenon, no boron, rods out. Not here:
//! speed of dilution and boration, axial shape, shutdown margin. Form of the balance: Lamarsh and
//! Baratta, Introduction to Nuclear Engineering, 3rd edition 2001, sections 7.4 and 7.5.

use super::xenon::XenonModel;
use crate::assets::fault::{Fault, require};
use crate::lanes::{LANES, Lanes};

/// Terms of the reactivity balance.
#[derive(Clone, Debug, PartialEq)]
pub struct ReactivityBalance {
    /// Excess reactivity at full power and equilibrium xenon at the beginning of the cycle, in pcm.
    pub excess_begin_pcm: f64,
    /// Length of the cycle in effective full power days: excess falls straight to 0 there.
    pub cycle_efpd: f64,
    /// Doppler coefficient in pcm per K of fuel temperature.
    pub doppler_pcm_per_k: f64,
    /// Rise of the mean fuel temperature from zero to full power, in K.
    pub fuel_rise_k: f64,
    /// Moderator coefficient in pcm per K at the beginning of the cycle.
    pub moderator_begin_pcm_per_k: f64,
    /// Moderator coefficient in pcm per K at the end of the cycle, without boron.
    pub moderator_end_pcm_per_k: f64,
    /// Rise of the mean coolant temperature from zero to full power, in K.
    pub coolant_rise_k: f64,
    /// Worth of equilibrium xenon at full power in pcm, below 0.
    pub xenon_worth_pcm: f64,
}

/// Power that no unit goes below and still counts as critical: hot zero power.
const ZERO_POWER: f64 = 0.0;

impl ReactivityBalance {
    /// A large PWR on an 18-month cycle. Typical values, of no particular plant: excess of some 1200 ppm
    /// boron at 8 pcm/ppm; Doppler within the -2 to -5 pcm/K and moderator within the 0 to -80 pcm/K that
    /// textbooks give for PWRs (total then 13 to 20 pcm per % power); equilibrium xenon about -2700 pcm.
    pub const PWR: Self = Self {
        excess_begin_pcm: 9600.0,
        cycle_efpd: 480.0,
        doppler_pcm_per_k: -2.8,
        fuel_rise_k: 350.0,
        moderator_begin_pcm_per_k: -20.0,
        moderator_end_pcm_per_k: -60.0,
        coolant_rise_k: 17.0,
        xenon_worth_pcm: -2700.0,
    };

    /// A small integral PWR on a 24-month cycle. Typical values of the class, assumed, of no design: lower
    /// power density, so cooler fuel and less xenon; burnable absorbers leave less excess.
    pub const SMR: Self = Self {
        excess_begin_pcm: 7000.0,
        cycle_efpd: 690.0,
        doppler_pcm_per_k: -2.5,
        fuel_rise_k: 220.0,
        moderator_begin_pcm_per_k: -20.0,
        moderator_end_pcm_per_k: -55.0,
        coolant_rise_k: 20.0,
        xenon_worth_pcm: -2300.0,
    };

    /// Every rule that the parameters break.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut rule = |holds, key, text| require(&mut faults, holds, key, text);
        let positive = |value: f64| value > 0.0 && value.is_finite();
        let negative = |value: f64| value < 0.0 && value.is_finite();
        rule(positive(self.excess_begin_pcm), "excess_begin_pcm", "must lie above 0");
        rule(positive(self.cycle_efpd), "cycle_efpd", "must lie above 0");
        rule(negative(self.doppler_pcm_per_k), "doppler_pcm_per_k", "must lie below 0");
        rule(positive(self.fuel_rise_k), "fuel_rise_k", "must lie above 0");
        let moderator = "must not lie above 0";
        rule(self.moderator_begin_pcm_per_k <= 0.0, "moderator_begin_pcm_per_k", moderator);
        rule(self.moderator_end_pcm_per_k <= 0.0, "moderator_end_pcm_per_k", moderator);
        rule(self.coolant_rise_k >= 0.0 && self.coolant_rise_k.is_finite(), "coolant_rise_k", "must not lie below 0");
        rule(negative(self.xenon_worth_pcm), "xenon_worth_pcm", "must lie below 0");
        faults
    }

    /// Excess reactivity at `burnup_efpd` in pcm; below 0 after the end of the cycle.
    #[inline(always)]
    #[must_use]
    pub fn excess_pcm(&self, burnup_efpd: f64) -> f64 {
        self.excess_begin_pcm * (1.0 - burnup_efpd / self.cycle_efpd)
    }

    /// Reactivity lost from zero to full power in pcm, above 0: Doppler and moderator, the latter growing
    /// with burnup as boron goes.
    #[inline(always)]
    #[must_use]
    pub fn power_defect_pcm(&self, burnup_efpd: f64) -> f64 {
        let share = (burnup_efpd / self.cycle_efpd).clamp(0.0, 1.0);
        let moderator =
            self.moderator_begin_pcm_per_k + share * (self.moderator_end_pcm_per_k - self.moderator_begin_pcm_per_k);
        -self.doppler_pcm_per_k * self.fuel_rise_k - moderator * self.coolant_rise_k
    }

    /// What rods and boron hold at `power_pu` and relative `xenon`, in pcm; below 0: not critical.
    #[inline(always)]
    #[must_use]
    pub fn margin_pcm(&self, power_pu: f64, xenon: f64, burnup_efpd: f64) -> f64 {
        self.excess_pcm(burnup_efpd)
            + self.power_defect_pcm(burnup_efpd) * (1.0 - power_pu)
            + self.xenon_worth_pcm * (xenon - 1.0)
    }

    /// Greatest power in 0 to 1 at which the margin is not negative; below 0 (the missing share of the
    /// power defect) where even zero power is not critical: the unit is precluded.
    #[inline(always)]
    #[must_use]
    pub fn allowed_power(&self, xenon: f64, burnup_efpd: f64) -> f64 {
        let defect = self.power_defect_pcm(burnup_efpd);
        let allowed = self.margin_pcm(ZERO_POWER, xenon, burnup_efpd) / defect;
        if allowed < 1.0 { allowed } else { 1.0 }
    }

    /// [`Self::allowed_power`] of every future.
    #[inline(always)]
    #[must_use]
    pub fn allowed_powers(&self, xenon: &Lanes, burnup_efpd: &Lanes) -> Lanes {
        let mut allowed = Lanes::splat(0.0);
        for lane in 0..LANES {
            allowed[lane] = self.allowed_power(xenon[lane], burnup_efpd[lane]);
        }
        allowed
    }

    /// Relative xenon up to which `power_pu` has no negative margin.
    #[must_use]
    pub fn xenon_limit(&self, power_pu: f64, burnup_efpd: f64) -> f64 {
        1.0 - self.margin_pcm(power_pu, 1.0, burnup_efpd) / self.xenon_worth_pcm
    }

    /// Hours at constant `hold_pu` until xenon leaves a margin for `wanted_pu`: 0 if it does now, `None` if
    /// never at that power. With `hold_pu` 0: when a restart is possible.
    #[must_use]
    pub fn hours_until_margin(
        &self,
        model: &XenonModel,
        [iodine, xenon]: [f64; 2],
        hold_pu: f64,
        wanted_pu: f64,
        burnup_efpd: f64,
    ) -> Option<f64> {
        model.hours_until_below(iodine, xenon, hold_pu, self.xenon_limit(wanted_pu, burnup_efpd))
    }

    /// Effective full power days after the end of the cycle at which `power_pu` is the most that the core
    /// still gives with xenon at `xenon` (its equilibrium at that power): the stretch-out.
    #[must_use]
    pub fn stretch_out_efpd(&self, power_pu: f64, xenon: f64) -> f64 {
        let freed = self.margin_pcm(power_pu, xenon, self.cycle_efpd);
        freed * self.cycle_efpd / self.excess_begin_pcm
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "exact on purpose")]
mod tests {
    use super::*;

    #[test]
    fn the_cycle_ends_at_full_power_with_equilibrium_xenon() {
        for core in [ReactivityBalance::PWR, ReactivityBalance::SMR] {
            assert!(core.faults().is_empty());
            assert_eq!(core.margin_pcm(1.0, 1.0, core.cycle_efpd), 0.0);
            assert_eq!(core.margin_pcm(1.0, 1.0, 0.0), core.excess_begin_pcm);
            assert!((core.allowed_power(1.0, core.cycle_efpd) - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn allowed_power_is_where_the_margin_ends() {
        let core = ReactivityBalance::PWR;
        for (xenon, burnup) in [(1.3, 480.0), (1.5, 470.0), (1.1, 500.0), (2.0, 400.0)] {
            let power = core.allowed_power(xenon, burnup);
            assert!(power < 1.0 && core.margin_pcm(power, xenon, burnup).abs() < 1e-9 || power == 1.0);
            assert!((core.xenon_limit(power.min(1.0), burnup) - xenon).abs() < 1e-12 || power == 1.0);
        }
    }

    #[test]
    fn the_xenon_peak_precludes_a_restart_only_near_the_end_of_the_cycle() {
        let core = ReactivityBalance::PWR;
        let model = XenonModel::PWR;
        let (_, peak) = model.predict(1.0, 1.0, 0.0, 8.38);
        assert!(core.allowed_power(peak, 0.0) == 1.0);
        assert!(core.allowed_power(peak, 479.0) < 0.0);
        let hours = core.hours_until_margin(&model, [1.0, 1.0], 0.0, 0.0, 479.0);
        assert_eq!(hours, Some(0.0), "right after the shutdown the power defect still pays for the xenon");
        let (iodine, xenon) = model.predict(1.0, 1.0, 0.0, 8.38);
        let wait = core.hours_until_margin(&model, [iodine, xenon], 0.0, 0.0, 479.0).unwrap();
        let (_, then) = model.predict(iodine, xenon, 0.0, wait);
        assert!(core.margin_pcm(0.0, then, 479.0).abs() < 1e-9);
    }

    #[test]
    fn the_stretch_out_falls_by_about_one_percent_of_power_per_day() {
        // Coast-down of large PWRs: about 1 % of power per effective day.
        let core = ReactivityBalance::PWR;
        let (_, xenon) = XenonModel::PWR.equilibrium(0.9);
        let days = core.stretch_out_efpd(0.9, xenon);
        assert!(days > 8.0 && days < 16.0, "{days}");
        assert!((core.allowed_power(xenon, core.cycle_efpd + days) - 0.9).abs() < 1e-12);
    }

    #[test]
    fn faults_name_every_broken_rule() {
        let broken = ReactivityBalance { cycle_efpd: 0.0, xenon_worth_pcm: 2700.0, ..ReactivityBalance::PWR };
        let keys: Vec<_> = broken.faults().iter().map(|fault| fault.key).collect();
        assert_eq!(keys, ["cycle_efpd", "xenon_worth_pcm"]);
    }
}
