//! Sums that merge exactly: the same bits in any grouping.
//!
//! A value is rounded once to a fixed-point integer, on a scale that its greatest possible value
//! fixes; from then on there is only integer addition, which does not care about order.

use serde::{Deserialize, Serialize};

/// The fixed-point scale of one quantity.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Scale {
    factor: f64,
}

impl Scale {
    /// A scale for values of magnitude up to `bound`: 47 bits for the value, so that the squares
    /// of 2^32 replicas fit 127 bits; at most 40 of them behind the point.
    pub fn for_bound(bound: f64) -> Self {
        let (_, exponent) = libm::frexp(bound.abs().max(1e-9));
        Self { factor: libm::ldexp(1.0, (47 - exponent).min(40)) }
    }

    /// The value as an integer; what is beyond the bound saturates far outside it.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    pub fn fix(self, value: f64) -> i64 {
        (value * self.factor).round_ties_even() as i64
    }

    #[expect(clippy::cast_precision_loss, reason = "the last step of an estimate")]
    fn float(self, fixed: i128) -> f64 {
        fixed as f64 / self.factor
    }
}

/// Count-free sums of a quantity: its mean and variance follow with the number of replicas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Moments {
    pub sum: i128,
    pub squares: i128,
}

impl Moments {
    #[inline]
    pub fn add(&mut self, fixed: i64) {
        self.sum += i128::from(fixed);
        self.squares += i128::from(fixed) * i128::from(fixed);
    }

    pub fn merge(&mut self, other: &Self) {
        self.sum += other.sum;
        self.squares += other.squares;
    }

    #[expect(clippy::cast_precision_loss, reason = "replicas are far below 2^52")]
    pub fn mean(&self, scale: Scale, n: u64) -> f64 {
        scale.float(self.sum) / n as f64
    }

    /// Sample variance (n - 1); 0 for fewer than two.
    pub fn variance(&self, scale: Scale, n: u64) -> f64 {
        covariance(self, scale, self, scale, self.squares, n)
    }
}

/// Sample covariance from two sums and the sum of products.
#[expect(clippy::cast_precision_loss, reason = "the last step of an estimate")]
pub(crate) fn covariance(x: &Moments, sx: Scale, y: &Moments, sy: Scale, products: i128, n: u64) -> f64 {
    if n < 2 {
        return 0.0;
    }
    // About whole-numbered means, so that large equal parts cancel in integers and not in floats.
    let count = i128::from(n);
    let (mean_x, mean_y) = (x.sum / count, y.sum / count);
    let (rest_x, rest_y) = (x.sum - count * mean_x, y.sum - count * mean_y);
    let about = products - mean_x * y.sum - mean_y * rest_x;
    let centred = about as f64 - rest_x as f64 * (rest_y as f64 / n as f64);
    centred / (n - 1) as f64 / sx.factor / sy.factor
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moments_of_one_two_three_four() {
        let scale = Scale::for_bound(10.0);
        let mut moments = Moments::default();
        for value in [1.0, 2.0, 3.0, 4.0] {
            moments.add(scale.fix(value));
        }
        assert!((moments.mean(scale, 4) - 2.5).abs() < 1e-12);
        assert!((moments.variance(scale, 4) - 5.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn the_squares_of_four_billion_replicas_at_the_bound_fit() {
        for bound in [1e-6, 1.0, 8736.0, 1.5e7, 3e12] {
            let fixed = i128::from(Scale::for_bound(bound).fix(bound));
            assert!((fixed * fixed).checked_mul(1 << 32).is_some(), "bound {bound}");
        }
    }
}
