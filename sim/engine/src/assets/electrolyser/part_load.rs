//! How much hydrogen an electrolyser makes at part load.
//!
//! Either by a table or by a loss model with three numbers. Both rise with the power, so each has
//! an inverse. Not here: temperature, pressure, ageing.

use crate::assets::fault::{Fault, increasing, share};
use crate::assets::piecewise::Piecewise;
use crate::lanes::{LANES, Lanes};

/// Hydrogen (LHV) by electric input.
#[derive(Clone, Debug, PartialEq)]
pub enum PartLoad {
    /// Efficiency at given loads. Between them the hydrogen, not the efficiency, is linear: so the
    /// curve can be stated in a linear programme as it is.
    Table {
        /// Electric input as share of nominal power, increasing, from the least power to 1.
        p_pu: Vec<f64>,
        /// Hydrogen (LHV) per electricity at each load.
        efficiency: Vec<f64>,
    },
    /// `p = auxiliary + h / efficiency_at_no_load + c h^2` in shares of nominal power, with `c` such
    /// that `h(1) = efficiency_nom`. Auxiliaries are constant; hydrogen is proportional to the
    /// current (Faraday), and the stack's voltage rises linearly with the current, so its power has
    /// a linear and a quadratic part (the ohmic part of the curve in O. Ulleberg, "Modeling of
    /// advanced alkaline electrolyzers: a system simulation approach", Int. J. Hydrogen Energy 28,
    /// 2003). It has the known shape: best efficiency at part load, a steep fall below.
    Loss {
        /// Share of nominal power for pumps, control, drying.
        auxiliary_pu: f64,
        /// Of the stack alone, at vanishing current, LHV: about 0.8 to 0.85.
        efficiency_at_no_load: f64,
        /// Of the whole at nominal power, LHV.
        efficiency_nom: f64,
    },
}

impl PartLoad {
    /// All rules that it breaks with this least power and heat input (per hydrogen).
    #[must_use]
    pub fn faults(&self, p_min_pu: f64, heat_per_hydrogen: f64) -> Vec<Fault> {
        // More hydrogen than electricity and heat together would be energy from nothing.
        let bound = 1.0 / (1.0 - heat_per_hydrogen);
        let checks = match self {
            Self::Table { p_pu, efficiency } => {
                let sized = (2..=1000).contains(&p_pu.len()) && p_pu.len() == efficiency.len();
                let made: Vec<_> = p_pu.iter().zip(efficiency).map(|(p, e)| p * e).collect();
                let spans = p_pu.first().is_some_and(|p| *p >= 0.0 && *p <= p_min_pu + 1e-9)
                    && p_pu.last().is_some_and(|p| (p - 1.0).abs() < 1e-9);
                [
                    Fault::unless(sized, "p_pu", "must have 2 to 1000 loads and as many efficiencies"),
                    Fault::unless(increasing(p_pu, 1e-3), "p_pu", "must increase by at least 0.001 each time"),
                    Fault::unless(spans, "p_pu", "must begin at p_min_pu or below and end at 1"),
                    Fault::unless(
                        efficiency.iter().all(|e| *e >= 0.0 && *e <= bound),
                        "efficiency",
                        "must be at least 0 and must not give more hydrogen than electricity and heat together",
                    ),
                    Fault::unless(increasing(&made, 1e-6), "efficiency", "must let hydrogen rise with every load"),
                ]
            }
            Self::Loss { auxiliary_pu, efficiency_at_no_load, efficiency_nom } => [
                Fault::unless(share(*auxiliary_pu), "auxiliary_pu", "must lie between 0 and 1"),
                Fault::unless(
                    *efficiency_at_no_load > 0.0 && *efficiency_at_no_load <= bound,
                    "efficiency_at_no_load",
                    "must be above 0 and must not give more hydrogen than electricity and heat together",
                ),
                Fault::unless(
                    *efficiency_nom > 0.0 && efficiency_nom / efficiency_at_no_load + auxiliary_pu <= 1.0,
                    "efficiency_nom",
                    "must be above 0 and at most (1 - auxiliary_pu) times efficiency_at_no_load",
                ),
                Fault::unless(
                    *auxiliary_pu < p_min_pu || *auxiliary_pu <= 0.0,
                    "auxiliary_pu",
                    "must lie below p_min_pu: a running electrolyser makes hydrogen",
                ),
                None,
            ],
        };
        checks.into_iter().flatten().collect()
    }

    /// The curve of a plant of `p_nom_mw` made ready; the parameters must be faultless.
    #[must_use]
    pub fn prepared(&self, p_nom_mw: f64) -> Yield {
        match self {
            Self::Table { p_pu, efficiency } => {
                let power: Vec<_> = p_pu.iter().map(|p| p * p_nom_mw).collect();
                let made: Vec<_> = power.iter().zip(efficiency).map(|(p, e)| p * e).collect();
                Yield::Table { made: Piecewise::new(&power, &made), needed: Piecewise::new(&made, &power) }
            }
            Self::Loss { auxiliary_pu, efficiency_at_no_load, efficiency_nom } => {
                let h = *efficiency_nom;
                Yield::Loss {
                    auxiliary_mw: auxiliary_pu * p_nom_mw,
                    linear: 1.0 / efficiency_at_no_load,
                    quadratic_per_mw: (1.0 - auxiliary_pu - h / efficiency_at_no_load) / (h * h) / p_nom_mw,
                }
            }
        }
    }
}

/// A curve made ready, in MW.
#[derive(Clone, Debug, PartialEq)]
pub enum Yield {
    /// See [`PartLoad::Table`].
    Table {
        /// Hydrogen by power.
        made: Piecewise,
        /// Power by hydrogen.
        needed: Piecewise,
    },
    /// See [`PartLoad::Loss`].
    Loss {
        /// MW.
        auxiliary_mw: f64,
        /// MW per MW.
        linear: f64,
        /// 1/MW.
        quadratic_per_mw: f64,
    },
}

impl Yield {
    /// Hydrogen in MW at the running power `p_mw`; 0 at 0.
    #[inline(always)]
    #[must_use]
    pub fn hydrogen_mw(&self, p_mw: f64) -> f64 {
        let made = match self {
            Self::Table { made, .. } => made.at(p_mw),
            Self::Loss { auxiliary_mw, linear, quadratic_per_mw } => {
                let net = p_mw - auxiliary_mw;
                let net = if net > 0.0 { net } else { 0.0 };
                // The root written so that it stays exact where the quadratic part vanishes.
                2.0 * net / (linear + (linear * linear + 4.0 * quadratic_per_mw * net).sqrt())
            }
        };
        if p_mw > 0.0 { made } else { 0.0 }
    }

    /// Power in MW that makes `hydrogen_mw`; held at the ends of a table.
    #[inline(always)]
    #[must_use]
    pub fn power_mw(&self, hydrogen_mw: f64) -> f64 {
        match self {
            Self::Table { needed, .. } => needed.at(hydrogen_mw),
            Self::Loss { auxiliary_mw, linear, quadratic_per_mw } => {
                auxiliary_mw + (linear + quadratic_per_mw * hydrogen_mw) * hydrogen_mw
            }
        }
    }

    /// `hydrogen_mw` in every lane.
    #[inline(always)]
    pub fn row(&self, p_mw: &Lanes, hydrogen_mw: &mut Lanes) {
        for lane in 0..LANES {
            hydrogen_mw[lane] = self.hydrogen_mw(p_mw[lane]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_loss_model_meets_its_nominal_efficiency_and_is_best_at_part_load() {
        let part_load = PartLoad::Loss { auxiliary_pu: 0.03, efficiency_at_no_load: 0.82, efficiency_nom: 0.62 };
        assert_eq!(part_load.faults(0.1, 0.0), []);
        let made = part_load.prepared(20.0);
        assert!((made.hydrogen_mw(20.0) - 12.4).abs() < 1e-12);
        let efficiency = |p: f64| made.hydrogen_mw(p) / p;
        // Best where auxiliaries and ohmic part are equal, h* = sqrt(aux / c): c = (0.97 - 0.756098) / 0.3844
        // = 0.556458, h* = 0.232189, p* = 0.03 + 0.283157 + 0.03 = 0.343157 -> 0.676626.
        assert!((efficiency(20.0 * 0.343_157) - 0.676_626).abs() < 1e-6);
        assert!(efficiency(2.0) < efficiency(6.9) && efficiency(20.0) < efficiency(6.9));
    }

    #[test]
    fn impossible_curves_are_faults() {
        let table = PartLoad::Table { p_pu: vec![0.2, 0.6, 0.9], efficiency: vec![0.7, 0.2, 1.1] };
        assert_eq!(table.faults(0.1, 0.0).len(), 3);
        let loss = PartLoad::Loss { auxiliary_pu: 0.1, efficiency_at_no_load: 0.7, efficiency_nom: 0.69 };
        assert_eq!(loss.faults(0.05, 0.0).len(), 2);
    }

    proptest! {
        #[test]
        fn hydrogen_rises_with_power_and_the_inverse_finds_it(p in 0.1..1.0_f64, q in 0.1..1.0_f64) {
            let table = PartLoad::Table { p_pu: vec![0.1, 0.3, 0.7, 1.0], efficiency: vec![0.5, 0.68, 0.66, 0.62] };
            let loss = PartLoad::Loss { auxiliary_pu: 0.03, efficiency_at_no_load: 0.82, efficiency_nom: 0.62 };
            for part_load in [table, loss] {
                prop_assert_eq!(part_load.faults(0.1, 0.0), vec![]);
                let made = part_load.prepared(20.0);
                let (p, q) = (20.0 * p.min(q), 20.0 * p.max(q));
                prop_assert!(made.hydrogen_mw(p) <= made.hydrogen_mw(q));
                prop_assert!((made.power_mw(made.hydrogen_mw(p)) - p).abs() <= 1e-11);
            }
        }
    }
}
