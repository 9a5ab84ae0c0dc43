//! Power converter of a battery: losses at part load, in both directions.
//!
//! Loss as a quadratic of the power put out, all per unit of the nominal: `no_load + linear p +
//! quadratic p^2` (H. Schmidt, D. U. Sauer, "Wechselrichter-Wirkungsgrade", Sonnenenergie 4, 1996;
//! G. Notton, V. Lazarov, L. Stoyanov, "Optimal sizing of a grid-connected PV system for various PV
//! module technologies and inclinations, inverter efficiency characteristics and locations",
//! Renewable Energy 35, 2010). The same curve serves charging, with the direct-current side as
//! output. Not here: limits, reactive power, dependence on voltage.

use crate::assets::fault::{Fault, require};

/// Loss curve, per unit of the nominal output power. All zero is a converter without loss.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Converter {
    /// Loss while on, whatever the power.
    pub no_load_pu: f64,
    /// Loss per power (voltage drops of the semiconductors).
    pub linear_pu: f64,
    /// Loss per squared power (resistances).
    pub quadratic_pu: f64,
}

impl Converter {
    /// The curve without linear part through the efficiencies at a tenth and at the whole of the
    /// nominal power (Notton et al. 2010): `no_load = (10 / eta_10 - 1 / eta_100 - 9) / 99`,
    /// `quadratic = 1 / eta_100 - no_load - 1`.
    #[must_use]
    pub fn from_efficiencies(at_10_percent: f64, at_100_percent: f64) -> Self {
        let no_load_pu = (10.0 / at_10_percent - 1.0 / at_100_percent - 9.0) / 99.0;
        Self { no_load_pu, linear_pu: 0.0, quadratic_pu: 1.0 / at_100_percent - no_load_pu - 1.0 }
    }

    /// The curve of constant efficiency, 0-1.
    #[must_use]
    pub fn constant(efficiency: f64) -> Self {
        Self { linear_pu: 1.0 / efficiency - 1.0, ..Self::default() }
    }

    /// Every parameter outside its range.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let rule = "must lie between 0 and 1, 1 excluded: an efficiency may not be above 1";
        let keys = [
            ("converter_no_load_pu", self.no_load_pu),
            ("converter_linear_pu", self.linear_pu),
            ("converter_quadratic_pu", self.quadratic_pu),
        ];
        for (key, value) in keys {
            require(&mut faults, (0.0..1.0).contains(&value), key, rule);
        }
        faults
    }

    /// Loss at the output power `p` >= 0, both per unit.
    #[must_use]
    #[inline(always)]
    pub fn loss(&self, p: f64) -> f64 {
        self.no_load_pu + p * (self.linear_pu + p * self.quadratic_pu)
    }

    /// Power taken in for the output power `p` >= 0, both per unit.
    #[must_use]
    #[inline(always)]
    pub fn input(&self, p: f64) -> f64 {
        p + self.loss(p)
    }

    /// Power put out from the input power `p` >= 0, both per unit: the inverse of
    /// [`input`](Self::input), and 0 where `p` does not cover the loss without load.
    ///
    /// The root of `quadratic x^2 + (1 + linear) x = p - no_load`, written with the root in the
    /// denominator: exact to rounding for a quadratic part of any size, 0 included.
    #[must_use]
    #[inline(always)]
    pub fn output(&self, p: f64) -> f64 {
        let left = p - self.no_load_pu;
        let left = if left > 0.0 { left } else { 0.0 };
        let slope = 1.0 + self.linear_pu;
        2.0 * left / (slope + (slope * slope + 4.0 * self.quadratic_pu * left).sqrt())
    }

    /// Output per input at the output power `p` > 0 per unit.
    #[must_use]
    #[inline(always)]
    pub fn efficiency(&self, p: f64) -> f64 {
        p / self.input(p)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_curve_passes_through_the_efficiencies_it_was_made_of() {
        let curve = Converter::from_efficiencies(0.92, 0.96);
        // By hand: (10/0.92 - 1/0.96 - 9) / 99 = 0.0083626..., 1/0.96 - 1 - that = 0.033304...
        assert!((curve.no_load_pu - 0.008_362_6).abs() < 1e-6, "{curve:?}");
        assert!((curve.quadratic_pu - 0.033_304).abs() < 1e-6, "{curve:?}");
        assert!((curve.efficiency(0.1) - 0.92).abs() < 1e-14);
        assert!((curve.efficiency(1.0) - 0.96).abs() < 1e-14);
        assert!(curve.efficiency(0.5) > 0.96);
        assert!(curve.faults().is_empty());
    }

    #[test]
    fn a_constant_efficiency_is_one() {
        let curve = Converter::constant(0.95);
        assert!((curve.output(0.3) - 0.285).abs() < 1e-15);
        assert!((curve.input(0.285) - 0.3).abs() < 1e-15);
    }

    #[test]
    fn less_than_the_no_load_loss_puts_out_nothing() {
        let curve = Converter { no_load_pu: 0.01, linear_pu: 0.01, quadratic_pu: 0.02 };
        assert!(curve.output(0.01).abs() == 0.0 && curve.output(0.0).abs() == 0.0 && curve.output(0.011) > 0.0);
    }

    #[test]
    fn every_fault_is_named() {
        let curve = Converter { no_load_pu: -0.1, linear_pu: 1.0, quadratic_pu: f64::NAN };
        let keys: Vec<_> = curve.faults().iter().map(|fault| fault.key).collect();
        assert_eq!(keys, ["converter_no_load_pu", "converter_linear_pu", "converter_quadratic_pu"]);
    }

    proptest! {
        #[test]
        fn output_is_the_inverse_of_input(
            no_load_pu in 0.0..0.1, linear_pu in 0.0..0.2, quadratic_pu in prop_oneof![Just(0.0), 0.0..0.3], p in 0.0..2.0,
        ) {
            let curve = Converter { no_load_pu, linear_pu, quadratic_pu };
            prop_assert!((curve.output(curve.input(p)) - p).abs() < 1e-14);
            prop_assert!(curve.output(p) <= p);
        }
    }
}
