//! Heat rates: the fuel that a thermal unit burns at a power.
//!
//! Fuel and power are in MW, fuel on the lower heating value; a heat rate is MWh of fuel per MWh of
//! electricity. Curves are convex: the next MWh never costs less fuel than the one before, so that
//! equal units share a load best by sharing it equally. Not here: start-up fuel, several fuels.

use crate::assets::fault::{Fault, increasing, not_negative, positive};
use crate::assets::piecewise::Piecewise;
use crate::lanes::{LANES, Lanes};

/// Btu per kWh: divides a heat rate in Btu/kWh to one in MWh per MWh (International Table Btu).
const BTU_PER_KWH: f64 = 3_412.141_633;

/// A heat rate in MWh of fuel per MWh from one in Btu per kWh.
#[must_use]
pub fn from_btu_per_kwh(btu_per_kwh: f64) -> f64 {
    btu_per_kwh / BTU_PER_KWH
}

/// Input-output curve of one unit (A. Wood, B. Wollenberg, "Power Generation, Operation and
/// Control", 2nd ed. 1996, section 2.1).
#[derive(Clone, Debug, PartialEq)]
pub enum HeatRate {
    /// `fuel = no_load + linear p + quadratic p^2`.
    Quadratic {
        /// Fuel of a unit that runs without load, MW.
        no_load_mw: f64,
        /// MWh of fuel per MWh.
        linear: f64,
        /// MWh of fuel per MWh and MW.
        quadratic_per_mw: f64,
    },
    /// Average heat rate at the first power, then one incremental heat rate from each power to the
    /// next (the form of the RTS-GMLC generator table).
    Incremental {
        /// Powers in MW, increasing; the first is the minimum load.
        p_mw: Vec<f64>,
        /// Fuel per electricity at the first power.
        average_at_first: f64,
        /// Fuel per electricity from each power to the next: one fewer than powers.
        incremental: Vec<f64>,
    },
}

impl HeatRate {
    /// All rules that the curve of a unit of `p_nom_mw` breaks.
    #[must_use]
    pub fn faults(&self, p_nom_mw: f64) -> Vec<Fault> {
        let power = Fault::unless(positive(p_nom_mw), "p_nom_mw", "must be above 0");
        let own = match self {
            Self::Quadratic { no_load_mw, linear, quadratic_per_mw } => {
                let full = no_load_mw + linear * p_nom_mw + quadratic_per_mw * p_nom_mw * p_nom_mw;
                [
                    Fault::unless(not_negative(*no_load_mw), "no_load_mw", "must be at least 0"),
                    Fault::unless(not_negative(*linear), "linear", "must be at least 0"),
                    Fault::unless(not_negative(*quadratic_per_mw), "quadratic_per_mw", "must be at least 0"),
                    Fault::unless(full >= p_nom_mw, "linear", "must not give more electricity than fuel at full load"),
                    None,
                ]
            }
            Self::Incremental { p_mw, average_at_first, incremental } => {
                let last = p_mw.last().copied().unwrap_or(0.0);
                let sized = (2..=1000).contains(&p_mw.len()) && p_mw.len() == incremental.len() + 1;
                [
                    Fault::unless(sized, "p_mw", "must have 2 to 1000 powers, one more than incremental heat rates"),
                    Fault::unless(
                        p_mw.first().is_some_and(|p| *p > 0.0) && increasing(p_mw, 1e-3 * p_nom_mw),
                        "p_mw",
                        "must be above 0 and increase by at least a thousandth of p_nom_mw each time",
                    ),
                    Fault::unless((last / p_nom_mw - 1.0).abs() < 1e-6, "p_mw", "must end at p_nom_mw"),
                    Fault::unless(
                        *average_at_first >= 1.0 && average_at_first.is_finite(),
                        "average_at_first",
                        "must be at least 1 (more fuel than electricity)",
                    ),
                    Fault::unless(
                        incremental.iter().all(|h| positive(*h)) && incremental.windows(2).all(|h| h[0] <= h[1]),
                        "incremental",
                        "must be above 0 and must not fall from one power to the next",
                    ),
                ]
            }
        };
        power.into_iter().chain(own.into_iter().flatten()).collect()
    }

    /// The curve made ready for reading; the parameters must be faultless.
    #[must_use]
    pub fn prepared(&self) -> FuelCurve {
        match self {
            Self::Quadratic { no_load_mw, linear, quadratic_per_mw } => {
                FuelCurve::Quadratic { no_load_mw: *no_load_mw, linear: *linear, quadratic_per_mw: *quadratic_per_mw }
            }
            Self::Incremental { p_mw, average_at_first, incremental } => {
                let mut fuel = vec![average_at_first * p_mw[0]];
                for (block, rate) in p_mw.windows(2).zip(incremental) {
                    fuel.push(fuel[fuel.len() - 1] + rate * (block[1] - block[0]));
                }
                FuelCurve::Table(Piecewise::new(p_mw, &fuel))
            }
        }
    }
}

/// A curve made ready: fuel of one running unit by its power.
#[derive(Clone, Debug, PartialEq)]
pub enum FuelCurve {
    /// See [`HeatRate::Quadratic`].
    Quadratic {
        /// MW.
        no_load_mw: f64,
        /// MWh per MWh.
        linear: f64,
        /// MWh per MWh and MW.
        quadratic_per_mw: f64,
    },
    /// Fuel in MW at each power, linear between; below the first power its fuel is held.
    Table(Piecewise),
}

impl FuelCurve {
    /// Fuel of one running unit at `p_mw`, MW.
    #[inline(always)]
    #[must_use]
    pub fn fuel_mw(&self, p_mw: f64) -> f64 {
        match self {
            Self::Quadratic { no_load_mw, linear, quadratic_per_mw } => {
                no_load_mw + (linear + quadratic_per_mw * p_mw) * p_mw
            }
            Self::Table(table) => table.at(p_mw),
        }
    }

    /// Fuel for the next MWh at `p_mw`, MWh per MWh; on a knot of a table that of the block above.
    #[must_use]
    pub fn marginal(&self, p_mw: f64) -> f64 {
        match self {
            Self::Quadratic { linear, quadratic_per_mw, .. } => linear + 2.0 * quadratic_per_mw * p_mw,
            Self::Table(table) => table.slope_at(p_mw),
        }
    }

    /// Fuel per electricity at `p_mw` (above 0), MWh per MWh.
    #[must_use]
    pub fn average(&self, p_mw: f64) -> f64 {
        self.fuel_mw(p_mw) / p_mw
    }

    /// Electricity per fuel at `p_mw`, 0-1; 0 without load.
    #[must_use]
    pub fn efficiency(&self, p_mw: f64) -> f64 {
        p_mw / self.fuel_mw(p_mw).max(f64::MIN_POSITIVE)
    }

    /// Fuel of `on` equal running units that give `p_mw` together, sharing it equally, in every
    /// lane: `on * fuel(p / on)`, 0 where none runs.
    #[inline(always)]
    pub fn row(&self, on: &Lanes, p_mw: &Lanes, fuel_mw: &mut Lanes) {
        match self {
            // The sum over equal units needs no reading: n (a + b p/n + c (p/n)^2).
            Self::Quadratic { no_load_mw, linear, quadratic_per_mw } => {
                for lane in 0..LANES {
                    let units = if on[lane] > 1.0 { on[lane] } else { 1.0 };
                    let fuel = no_load_mw * units + (linear + quadratic_per_mw * p_mw[lane] / units) * p_mw[lane];
                    fuel_mw[lane] = if on[lane] > 0.0 { fuel } else { 0.0 };
                }
            }
            Self::Table(table) => {
                for lane in 0..LANES {
                    let units = if on[lane] > 1.0 { on[lane] } else { 1.0 };
                    let fuel = on[lane] * table.at(p_mw[lane] / units);
                    fuel_mw[lane] = if on[lane] > 0.0 { fuel } else { 0.0 };
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table() -> HeatRate {
        HeatRate::Incremental {
            p_mw: vec![40.0, 60.0, 80.0, 100.0],
            average_at_first: 3.0,
            incremental: vec![2.0, 2.25, 2.5],
        }
    }

    fn quadratic() -> HeatRate {
        HeatRate::Quadratic { no_load_mw: 30.0, linear: 1.8, quadratic_per_mw: 0.002 }
    }

    #[test]
    fn fuel_agrees_with_hand_arithmetic() {
        // 30 + 180 + 20 = 230 MW at 100 MW: 2.3 on average, 2.2 on the margin, efficiency 43.5 %.
        let curve = quadratic().prepared();
        assert!((curve.fuel_mw(100.0) - 230.0).abs() < 1e-12);
        assert!((curve.average(100.0) - 2.3).abs() < 1e-12 && (curve.marginal(100.0) - 2.2).abs() < 1e-12);
        assert!((curve.efficiency(100.0) - 1.0 / 2.3).abs() < 1e-12);
        // 120 + 40 + 10 * 2.25 = 182.5 MW at 70 MW; 120 + 40 + 45 + 50 = 255 at full load.
        let curve = table().prepared();
        assert!((curve.fuel_mw(70.0) - 182.5).abs() < 1e-12 && (curve.fuel_mw(100.0) - 255.0).abs() < 1e-12);
        assert!((curve.marginal(60.0) - 2.25).abs() < 1e-12 && (curve.marginal(100.0) - 2.5).abs() < 1e-12);
    }

    #[test]
    fn a_btu_is_what_the_handbook_says() {
        // 10 000 Btu/kWh is 34.12 % efficient.
        assert!((1.0 / from_btu_per_kwh(10_000.0) - 0.341_214_163_3).abs() < 1e-10);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let bad =
            HeatRate::Incremental { p_mw: vec![40.0, 30.0, 80.0], average_at_first: 0.9, incremental: vec![2.5, 2.0] };
        let keys: Vec<_> = bad.faults(100.0).into_iter().map(|f| f.key).collect();
        assert_eq!(keys, ["p_mw", "p_mw", "average_at_first", "incremental"]);
        let free = HeatRate::Quadratic { no_load_mw: -1.0, linear: 0.5, quadratic_per_mw: 0.0 };
        assert_eq!(free.faults(100.0).len(), 2);
        assert_eq!((table().faults(100.0), quadratic().faults(100.0)), (vec![], vec![]));
    }

    proptest! {
        #[test]
        fn a_row_of_units_burns_what_its_units_burn(on in 0_u32..9, p in 0.0..100.0_f64) {
            for curve in [quadratic().prepared(), table().prepared()] {
                let mut fuel = Lanes::default();
                curve.row(&Lanes::splat(f64::from(on)), &Lanes::splat(p * f64::from(on)), &mut fuel);
                prop_assert!((fuel[0] - f64::from(on) * curve.fuel_mw(p)).abs() <= 1e-9);
            }
        }

        #[test]
        fn more_power_never_burns_less_and_its_margin_never_falls(p in 0.0..100.0_f64, q in 0.0..100.0_f64) {
            let (p, q) = (p.min(q), p.max(q));
            for curve in [quadratic().prepared(), table().prepared()] {
                prop_assert!(curve.fuel_mw(p) <= curve.fuel_mw(q) + 1e-12);
                prop_assert!(p < 40.0 || curve.marginal(p) <= curve.marginal(q) + 1e-12);
            }
        }
    }
}
