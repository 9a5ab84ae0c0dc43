//! How much hydrogen a fuel cell takes at part load.
//!
//! Either by a table or by a loss model with three numbers. Not here: temperature, ageing.

use crate::assets::fault::{Fault, increasing, share};
use crate::assets::piecewise::Piecewise;

/// Hydrogen (LHV) by electric output.
#[derive(Clone, Debug, PartialEq)]
pub enum FuelCellPartLoad {
    /// Efficiency at given loads. Between them the hydrogen, not the efficiency, is linear.
    Table {
        /// Electric output as share of nominal power, above 0, increasing, from the least power to 1.
        p_pu: Vec<f64>,
        /// Electricity per hydrogen (LHV) at each load.
        efficiency: Vec<f64>,
    },
    /// `p = efficiency_at_no_load h - c h^2 - auxiliary` in shares of nominal power, with `c` such
    /// that the whole has `efficiency_nom` at full load: hydrogen is proportional to the current,
    /// the voltage falls linearly with it (the ohmic part of a polarisation curve; J. Larminie,
    /// A. Dicks, "Fuel Cell Systems Explained", 2nd ed. 2003, ch. 3), auxiliaries are constant.
    Loss {
        /// Share of nominal power for air compressor, pumps, control.
        auxiliary_pu: f64,
        /// Of the stack alone, at vanishing current, LHV: about 0.7.
        efficiency_at_no_load: f64,
        /// Of the whole at nominal power, LHV: about 0.5.
        efficiency_nom: f64,
    },
}

impl FuelCellPartLoad {
    /// All rules that it breaks with this least power.
    #[must_use]
    pub fn faults(&self, p_min_pu: f64) -> Vec<Fault> {
        let checks = match self {
            Self::Table { p_pu, efficiency } => {
                let sized = (2..=1000).contains(&p_pu.len()) && p_pu.len() == efficiency.len();
                let taken: Vec<_> = p_pu.iter().zip(efficiency).map(|(p, e)| p / e).collect();
                let spans = p_pu.first().is_some_and(|p| *p > 0.0 && *p <= p_min_pu + 1e-9)
                    && p_pu.last().is_some_and(|p| (p - 1.0).abs() < 1e-9);
                let real = efficiency.iter().all(|e| *e > 0.0 && *e <= 1.0);
                [
                    Fault::unless(sized, "p_pu", "must have 2 to 1000 loads and as many efficiencies"),
                    Fault::unless(increasing(p_pu, 1e-3), "p_pu", "must increase by at least 0.001 each time"),
                    Fault::unless(spans, "p_pu", "must begin above 0, at p_min_pu or below, and end at 1"),
                    Fault::unless(real, "efficiency", "must be above 0 and at most 1"),
                    Fault::unless(increasing(&taken, 1e-6), "efficiency", "must let hydrogen rise with every load"),
                ]
            }
            Self::Loss { auxiliary_pu, efficiency_at_no_load: e0, efficiency_nom } => {
                let ohmic = ohmic(*auxiliary_pu, *e0, *efficiency_nom);
                [
                    Fault::unless(share(*auxiliary_pu), "auxiliary_pu", "must lie between 0 and 1"),
                    Fault::unless(*e0 > 0.0 && *e0 <= 1.0, "efficiency_at_no_load", "must be above 0 and at most 1"),
                    Fault::unless(
                        *efficiency_nom > 0.0 && ohmic >= 0.0,
                        "efficiency_nom",
                        "must be above 0 and at most efficiency_at_no_load divided by (1 + auxiliary_pu)",
                    ),
                    // Full load must lie on the rising side of the power curve: p' = e0 - 2 c h > 0.
                    Fault::unless(
                        e0 - 2.0 * ohmic / efficiency_nom > 0.0,
                        "efficiency_nom",
                        "must exceed half of efficiency_at_no_load, and by more the greater the auxiliaries",
                    ),
                    None,
                ]
            }
        };
        checks.into_iter().flatten().collect()
    }

    /// The curve of a plant of `p_nom_mw` made ready; the parameters must be faultless.
    #[must_use]
    pub fn prepared(&self, p_nom_mw: f64) -> Consumption {
        match self {
            Self::Table { p_pu, efficiency } => {
                let power: Vec<_> = p_pu.iter().map(|p| p * p_nom_mw).collect();
                let taken: Vec<_> = power.iter().zip(efficiency).map(|(p, e)| p / e).collect();
                Consumption::Table { taken: Piecewise::new(&power, &taken), given: Piecewise::new(&taken, &power) }
            }
            Self::Loss { auxiliary_pu, efficiency_at_no_load, efficiency_nom } => Consumption::Loss {
                auxiliary_mw: auxiliary_pu * p_nom_mw,
                linear: *efficiency_at_no_load,
                quadratic_per_mw: ohmic(*auxiliary_pu, *efficiency_at_no_load, *efficiency_nom) / p_nom_mw,
            },
        }
    }
}

/// The quadratic part `c` in shares: from `1 = e0 h - c h^2 - auxiliary` at `h = 1 / efficiency`.
fn ohmic(auxiliary_pu: f64, efficiency_at_no_load: f64, efficiency_nom: f64) -> f64 {
    (efficiency_at_no_load / efficiency_nom - 1.0 - auxiliary_pu) * efficiency_nom * efficiency_nom
}

/// A curve made ready, in MW.
#[derive(Clone, Debug, PartialEq)]
pub enum Consumption {
    /// See [`FuelCellPartLoad::Table`].
    Table {
        /// Hydrogen by power.
        taken: Piecewise,
        /// Power by hydrogen.
        given: Piecewise,
    },
    /// See [`FuelCellPartLoad::Loss`].
    Loss {
        /// MW.
        auxiliary_mw: f64,
        /// MW per MW.
        linear: f64,
        /// 1/MW.
        quadratic_per_mw: f64,
    },
}

impl Consumption {
    /// Hydrogen in MW at the running power `p_mw`, up to the nominal; 0 at 0.
    #[inline(always)]
    #[must_use]
    pub fn hydrogen_mw(&self, p_mw: f64) -> f64 {
        let taken = match self {
            Self::Table { taken, .. } => taken.at(p_mw),
            Self::Loss { auxiliary_mw, linear, quadratic_per_mw } => {
                let gross = p_mw + auxiliary_mw;
                // The smaller root, written so that it stays exact where the quadratic part vanishes.
                2.0 * gross / (linear + (linear * linear - 4.0 * quadratic_per_mw * gross).sqrt())
            }
        };
        if p_mw > 0.0 { taken } else { 0.0 }
    }

    /// Power in MW that `hydrogen_mw` gives, up to the power curve's peak; held at the ends of a
    /// table.
    #[inline(always)]
    #[must_use]
    pub fn power_mw(&self, hydrogen_mw: f64) -> f64 {
        match self {
            Self::Table { given, .. } => given.at(hydrogen_mw),
            Self::Loss { auxiliary_mw, linear, quadratic_per_mw } => {
                // More hydrogen than at the peak gives the peak, not less.
                let peak = linear / (2.0 * quadratic_per_mw);
                let h = if hydrogen_mw < peak { hydrogen_mw } else { peak };
                let h = if *quadratic_per_mw > 0.0 { h } else { hydrogen_mw };
                (linear - quadratic_per_mw * h) * h - auxiliary_mw
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn loss() -> FuelCellPartLoad {
        FuelCellPartLoad::Loss { auxiliary_pu: 0.03, efficiency_at_no_load: 0.7, efficiency_nom: 0.5 }
    }

    #[test]
    fn the_loss_model_meets_its_nominal_efficiency_and_is_best_at_part_load() {
        let taken = loss().prepared(5.0);
        assert!((taken.hydrogen_mw(5.0) - 10.0).abs() < 1e-12);
        // In shares h = 0.8 gives 0.7 * 0.8 - 0.0925 * 0.64 - 0.03 = 0.4708: efficiency 0.5885.
        assert!((taken.hydrogen_mw(5.0 * 0.4708) - 4.0).abs() < 1e-12);
        let efficiency = |p: f64| p / taken.hydrogen_mw(p);
        assert!(efficiency(2.0) > efficiency(5.0) && efficiency(0.1) < efficiency(2.0));
    }

    #[test]
    fn more_hydrogen_than_the_peak_needs_gives_the_peak() {
        // Peak at h = 0.7 / 0.185 = 3.783784 (18.9 MW): 0.7^2 / (4 * 0.0925) - 0.03 = 1.294324 (6.47162 MW).
        let taken = loss().prepared(5.0);
        assert!((taken.power_mw(1000.0) - 6.471_622).abs() < 1e-6);
    }

    #[test]
    fn impossible_curves_are_faults() {
        let table = FuelCellPartLoad::Table { p_pu: vec![0.2, 0.6, 0.9], efficiency: vec![0.2, 0.7, 1.1] };
        assert_eq!(table.faults(0.1).len(), 3);
        let bad = |e0, e| FuelCellPartLoad::Loss { auxiliary_pu: 0.1, efficiency_at_no_load: e0, efficiency_nom: e };
        assert_eq!(bad(0.7, 0.69).faults(0.1).len(), 1);
        assert_eq!(bad(0.7, 0.3).faults(0.1).len(), 1);
        assert_eq!(loss().faults(0.1), []);
    }

    proptest! {
        #[test]
        fn hydrogen_rises_with_power_and_the_inverse_finds_it(p in 0.1..1.0_f64, q in 0.1..1.0_f64) {
            let table = FuelCellPartLoad::Table { p_pu: vec![0.1, 0.4, 1.0], efficiency: vec![0.45, 0.58, 0.5] };
            for part_load in [table, loss()] {
                prop_assert_eq!(part_load.faults(0.1), vec![]);
                let taken = part_load.prepared(5.0);
                let (p, q) = (5.0 * p.min(q), 5.0 * p.max(q));
                prop_assert!(taken.hydrogen_mw(p) <= taken.hydrogen_mw(q));
                prop_assert!((taken.power_mw(taken.hydrogen_mw(p)) - p).abs() <= 1e-11);
            }
        }
    }
}
