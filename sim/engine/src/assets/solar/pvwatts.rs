//! From light on the plane to power at the bus: `PVWatts`.
//!
//! A. P. Dobos, "`PVWatts` Version 5 Manual", NREL/TP-6A20-62641 (2014). Not here: single-diode curves,
//! reflection at the glass, outages.

use super::range::{between, positive};
use crate::assets::fault::Fault;

/// Irradiance of standard test conditions in W/m2.
const STC_W_M2: f64 = 1_000.0;

/// Cell temperature of standard test conditions in degrees Celsius.
const STC_C: f64 = 25.0;

/// Efficiency at full load of the inverter that the curve was taken from.
const ETA_REF: f64 = 0.9637;

/// From twice the inverter's rating on it is clipped whatever the curve says; its square must not run on.
const FULL_LOAD: f64 = 2.0;

/// Modules, losses and inverter of one plant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pvwatts {
    /// DC power of the modules at 1000 W/m2 and 25 degrees Celsius, in MW.
    pub pdc0_mw: f64,
    /// Change of the DC power per degree of the cell, relative; negative, -0.002 to -0.005.
    pub gamma_pdc_per_c: f64,
    /// DC losses (soiling, mismatch, wiring, ...) as a share.
    pub losses_pu: f64,
    /// Power of the modules over AC power of the inverter.
    pub dc_ac_ratio: f64,
    /// Nominal efficiency of the inverter.
    pub inverter_efficiency_pu: f64,
}

impl Pvwatts {
    /// `PVWatts`' own defaults for a plant of `pdc0_mw`: crystalline silicon, 14 % losses, 1.2 times as
    /// many modules as inverter, 96 %.
    #[must_use]
    pub fn standard(pdc0_mw: f64) -> Self {
        Self { pdc0_mw, gamma_pdc_per_c: -0.0035, losses_pu: 0.14, dc_ac_ratio: 1.2, inverter_efficiency_pu: 0.96 }
    }

    /// AC rating in MW: more never leaves the plant.
    #[must_use]
    pub fn p_nom_mw(&self) -> f64 {
        self.pdc0_mw / self.dc_ac_ratio
    }

    /// Every parameter out of its range.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        positive(&mut faults, "pdc0_mw", self.pdc0_mw);
        between(&mut faults, "gamma_pdc_per_c", self.gamma_pdc_per_c, -0.02, 0.0);
        between(&mut faults, "losses_pu", self.losses_pu, 0.0, 1.0);
        between(&mut faults, "dc_ac_ratio", self.dc_ac_ratio, 0.1, 10.0);
        between(&mut faults, "inverter_efficiency_pu", self.inverter_efficiency_pu, 0.5, 1.0);
        faults
    }

    /// The constants of the formulas below.
    #[must_use]
    pub fn prepare(&self) -> Conversion {
        let p_nom_mw = self.p_nom_mw();
        let inverter_dc_mw = p_nom_mw / self.inverter_efficiency_pu;
        Conversion {
            dc_mw_per_w_m2: self.pdc0_mw / STC_W_M2 * (1.0 - self.losses_pu),
            gamma_pdc_per_c: self.gamma_pdc_per_c,
            load_per_mw: 1.0 / inverter_dc_mw,
            ac_gain_mw: p_nom_mw / ETA_REF,
            p_nom_mw,
        }
    }
}

/// [`Pvwatts`] made ready for use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conversion {
    dc_mw_per_w_m2: f64,
    gamma_pdc_per_c: f64,
    load_per_mw: f64,
    ac_gain_mw: f64,
    p_nom_mw: f64,
}

impl Conversion {
    /// DC power in MW per W/m2 on the plane, after losses, of cells at `temp_cell_c`.
    #[inline(always)]
    #[must_use]
    pub fn dc_mw_per_w_m2(&self, temp_cell_c: f64) -> f64 {
        self.dc_mw_per_w_m2 * (1.0 + self.gamma_pdc_per_c * (temp_cell_c - STC_C))
    }

    /// Change of [`Self::dc_mw_per_w_m2`] per degree of the cell, in MW per W/m2 and degree Celsius.
    #[inline(always)]
    #[must_use]
    pub fn dc_slope_per_c(&self) -> f64 {
        self.dc_mw_per_w_m2 * self.gamma_pdc_per_c
    }

    /// DC power in MW after losses, at least 0: manual eq. 4 without its second piece for low light.
    #[inline(always)]
    #[must_use]
    pub fn dc_mw(&self, poa: f64, temp_cell_c: f64) -> f64 {
        let power = poa * self.dc_mw_per_w_m2(temp_cell_c);
        if power > 0.0 { power } else { 0.0 }
    }

    /// AC power in MW, between 0 and the rating, of `dc_mw` at the inverter's terminals.
    ///
    /// The manual's efficiency `-0.0162 z - 0.0059 / z + 0.9858` at load `z` times the power itself: no
    /// division, and what the inverter draws for itself at night is not asked from the bus.
    #[inline(always)]
    #[must_use]
    pub fn ac_mw(&self, dc_mw: f64) -> f64 {
        let load = dc_mw * self.load_per_mw;
        let load = if load < FULL_LOAD { load } else { FULL_LOAD };
        let power = self.ac_gain_mw * (load * (0.9858 - 0.0162 * load) - 0.0059);
        let clipped = if power < self.p_nom_mw { power } else { self.p_nom_mw };
        if clipped > 0.0 { clipped } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn standard_conditions_give_the_rated_direct_current() {
        let conversion = Pvwatts { losses_pu: 0.0, ..Pvwatts::standard(50.0) }.prepare();
        assert!((conversion.dc_mw(1_000.0, 25.0) - 50.0).abs() < 1e-12);
        // By hand: 20 degrees above take 7 %.
        assert!((conversion.dc_mw(1_000.0, 45.0) - 46.5).abs() < 1e-12);
        assert!(conversion.dc_mw(0.0, -20.0) == 0.0 && conversion.dc_mw(1e9, 1e9) == 0.0);
    }

    #[test]
    fn the_inverter_follows_its_curve_clips_and_never_draws() {
        // 96 MW AC are 100 MW at the terminals; pvlib 0.16, inverter.pvwatts(pdc, 100).
        let conversion =
            Pvwatts { pdc0_mw: 96.0, dc_ac_ratio: 1.0, inverter_efficiency_pu: 0.96, ..Pvwatts::standard(96.0) }
                .prepare();
        for (dc_mw, ac_mw) in [
            (1.0, 0.394_119_000),
            (5.0, 4.318_306_527),
            (30.0, 28.727_479_506),
            (70.0, 67.362_573_415),
            (99.0, 95.050_099_076),
        ] {
            assert!((conversion.ac_mw(dc_mw) - ac_mw).abs() < 1e-8, "{dc_mw}");
        }
        for dc_mw in [101.0, 200.0, 5_900.0, 1e12, f64::INFINITY] {
            assert!((conversion.ac_mw(dc_mw) - 96.0).abs() < 1e-12, "{dc_mw}");
        }
        assert!(conversion.ac_mw(0.0) == 0.0 && conversion.ac_mw(0.59) == 0.0);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let broken = Pvwatts {
            pdc0_mw: 0.0,
            gamma_pdc_per_c: 0.01,
            losses_pu: 14.0,
            dc_ac_ratio: f64::NAN,
            inverter_efficiency_pu: 96.0,
        };
        assert_eq!(broken.faults().len(), 5);
        assert_eq!(Pvwatts::standard(1.0).faults(), []);
    }
}
