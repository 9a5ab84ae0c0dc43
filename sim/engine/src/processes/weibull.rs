//! From standard normal to Weibull numbers, by a table: wind speeds keep their memory and get
//! their marginal law.
//!
//! `v = scale * (-ln(1 - Phi(z)))^(1 / shape)` is monotone, so ranks and quantiles carry over
//! (memory-less transformation of a Gaussian process, as in B. G. Brown, R. W. Katz and
//! A. H. Murphy, "Time series models to simulate and forecast wind speed and wind power", 1984).

use super::Rules;
use super::normal::probability_below;

/// The table ends at this many standard deviations on either side; beyond (6e-16) it is flat.
const REACH: f64 = 8.0;
/// Intervals; a power of 2, so that a mask keeps the index within.
const INTERVALS: usize = 1024;
const PER_DEVIATION: f64 = 64.0;

/// The transform, linear between 1025 points. Its error is below 1e-5 of the scale for shapes of
/// 1.5 to 4 and below 4e-5 at shape 1; at shape 0.5 it is 7e-3 of the scale where the value is a thousand
/// times the scale (tested).
#[derive(Clone, Debug)]
pub(super) struct WeibullTable {
    values: Box<[f64; INTERVALS + 1]>,
}

impl WeibullTable {
    /// For a shape and a scale in the value's unit (m/s), both above 0.
    pub fn new(shape: f64, scale: f64) -> Self {
        let mut values = Box::new([0.0; INTERVALS + 1]);
        let mut z = -REACH;
        for value in values.iter_mut() {
            *value = exact(z, shape, scale);
            z += 1.0 / PER_DEVIATION;
        }
        Self { values }
    }

    /// The Weibull number of the same rank as the standard normal `z`.
    #[inline(always)]
    pub fn at(&self, z: f64) -> f64 {
        /// 1.5 * 2^52: added to a small number, negative or not, it leaves the nearest integer in
        /// the low bits.
        const TO_INTEGER: f64 = 6_755_399_441_055_744.0;
        const LAST: f64 = 2.0 * REACH * PER_DEVIATION - 1e-9;
        let place = (z + REACH) * PER_DEVIATION;
        let place = if place > 0.0 { place } else { 0.0 };
        let place = if place < LAST { place } else { LAST };
        // To the nearest of half a place less: the point below. On a point either neighbour is
        // right, since the pieces meet there.
        let below = (place - 0.5) + TO_INTEGER;
        #[expect(clippy::cast_possible_truncation, reason = "the low bits hold the index")]
        let index = below.to_bits() as usize & (INTERVALS - 1);
        let (low, high) = (self.values[index], self.values[index + 1]);
        low + (place - (below - TO_INTEGER)) * (high - low)
    }

    /// The greatest value that the table gives.
    pub fn most(&self) -> f64 {
        self.values[INTERVALS]
    }
}

/// The transform itself.
fn exact(z: f64, shape: f64, scale: f64) -> f64 {
    let hazard = if z < 0.0 { -libm::log1p(-probability_below(z)) } else { -libm::log(probability_below(-z)) };
    scale * libm::pow(hazard, 1.0 / shape)
}

/// The rules of a Weibull law.
pub(super) fn check(rules: &mut Rules, shape: f64, scale: f64) {
    rules.between("shape", shape, 0.5, 10.0);
    rules.above_zero("scale", scale);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worst(shape: f64) -> f64 {
        let table = WeibullTable::new(shape, 1.0);
        let points = (-640_000..=640_000).map(|i| f64::from(i) / 8.0e4);
        points.map(|z| (table.at(z) - exact(z, shape, 1.0)).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn the_table_keeps_its_stated_error() {
        for (shape, most) in [(1.0, 4e-5), (1.5, 1e-5), (2.0, 1e-5), (10.0, 1e-5), (0.5, 7e-3)] {
            let error = worst(shape);
            assert!(error < most, "shape {shape}: {error:e}");
        }
    }

    /// Median = scale (ln 2)^(1/shape); 90 % point = scale (ln 10)^(1/shape).
    #[test]
    fn quantiles_are_those_of_the_weibull_law() {
        let table = WeibullTable::new(2.0, 8.0);
        assert!((table.at(0.0) - 8.0 * f64::sqrt(std::f64::consts::LN_2)).abs() < 1e-4);
        assert!((table.at(1.281_551_565_544_6) - 8.0 * f64::sqrt(std::f64::consts::LN_10)).abs() < 2e-4);
    }

    #[test]
    fn beyond_its_ends_the_table_is_flat() {
        let table = WeibullTable::new(2.0, 8.0);
        assert!((table.at(50.0) - table.most()).abs() < 1e-6);
        assert!(table.at(-50.0) >= 0.0 && table.at(-50.0) < 1e-6);
    }
}
