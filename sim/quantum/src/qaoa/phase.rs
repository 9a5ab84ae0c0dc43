//! `exp(-i gamma c)` over a block of costs, with a sine and a cosine of our own: plain arithmetic
//! without branches, so that it fills vector registers of any width with the same bits.

use std::f64::consts::FRAC_PI_2;

use crate::real::Real;

/// `2/pi` as the sum of two doubles.
const QUARTERS: [f64; 2] = [std::f64::consts::FRAC_2_PI, -3.935_735_335_036_497e-17];

/// Added and taken away again, it rounds to the nearest integer, which then stands in the low bits.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// Coefficients of `(sin x - x)/x^3` and `(cos x - 1 + x^2/2)/x^4` in powers of `x^2`, highest first,
/// for `|x| <= pi/4`. S. L. Moshier, Cephes, `sin.c`.
const SINE: [f64; 6] = [
    1.589_623_015_765_465_6e-10,
    -2.505_074_776_285_780_7e-8,
    2.755_731_362_138_572_2e-6,
    -0.000_198_412_698_295_895_4,
    0.008_333_333_333_322_118,
    -0.166_666_666_666_666_3,
];
const COSINE: [f64; 6] = [
    -1.135_853_652_138_768_2e-11,
    2.087_570_084_197_473e-9,
    -2.755_731_417_929_674e-7,
    2.480_158_728_885_170_4e-5,
    -0.001_388_888_888_887_305_6,
    0.041_666_666_666_666_595,
];

/// A diagonal factor `scale i^turns exp(-i gamma c)`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phase {
    /// Quarter turns per unit of cost, as the sum of two doubles.
    quarters: [f64; 2],
    turns: u64,
    scale: f64,
}

impl Phase {
    /// `scale i^turns exp(-i gamma c)`.
    pub fn new(gamma: f64, turns: u64, scale: f64) -> Self {
        let high = -gamma * QUARTERS[0];
        let low = (-gamma).fused(QUARTERS[0], -high) - gamma * QUARTERS[1];
        Self { quarters: [high, low], turns, scale }
    }

    /// Real and imaginary part for one cost.
    ///
    /// The angle is reduced in quarter turns: `c * (high + low)` less its nearest integer, of which
    /// the fused products keep every digit, so that no large angle is ever rounded.
    #[inline(always)]
    fn of(self, cost: f64) -> (f64, f64) {
        let [high, low] = self.quarters;
        let near = cost * high;
        let shifted = near + ROUND;
        let beyond = cost.fused(low, cost.fused(high, -near));
        let x = ((near - (shifted - ROUND)) + beyond) * FRAC_PI_2;
        let square = x * x;
        let sine = (x * square).fused(polynomial(SINE, square), x);
        let cosine = (square * square).fused(polynomial(COSINE, square), square.fused(-0.5, 1.0));
        let quadrant = shifted.to_bits().wrapping_add(self.turns);
        let (re, im) = if quadrant & 1 == 0 { (cosine, sine) } else { (sine, cosine) };
        let signed = |value: f64, quadrant: u64| f64::from_bits(value.to_bits() ^ (quadrant & 2) << 62);
        (signed(re, quadrant.wrapping_add(1)) * self.scale, signed(im, quadrant) * self.scale)
    }

    /// Multiplies amplitudes by their factors.
    #[inline(always)]
    pub fn apply<R: Real>(self, costs: &[f64], re: &mut [R], im: &mut [R]) {
        for ((cost, re), im) in costs.iter().zip(re).zip(im) {
            let (cosine, sine) = self.of(*cost);
            let (cosine, sine) = (R::of(cosine), R::of(sine));
            let turned = re.fused(cosine, -*im * sine);
            *im = re.fused(sine, *im * cosine);
            *re = turned;
        }
    }
}

/// Horner's rule.
#[inline(always)]
fn polynomial(coefficients: [f64; 6], x: f64) -> f64 {
    let [first, rest @ ..] = coefficients;
    rest.into_iter().fold(first, |value, coefficient| value.fused(x, coefficient))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `x - y` in units of the last place of a number near 1.
    fn error(found: (f64, f64), angle: f64) -> f64 {
        (found.0 - libm::cos(angle)).abs().max((found.1 - libm::sin(angle)).abs()) / f64::EPSILON
    }

    #[test]
    fn it_is_the_library_cosine_and_sine_within_an_ulp_of_one() {
        for step in -40_000..40_000 {
            let angle = f64::from(step) * 1.3e-3;
            assert!(error(Phase::new(-1.0, 0, 1.0).of(angle), angle) <= 1.0, "{angle}");
        }
    }

    #[test]
    fn large_angles_keep_their_digits() {
        for step in 1..10_000 {
            let angle = f64::from(step) * 977.125;
            assert!(error(Phase::new(-1.0, 0, 1.0).of(angle), angle) <= 1.0, "{angle}");
            // 0.75 times an integer below 2^40 is a double: both ways to the same angle are exact.
            let far = f64::from(step) * 12_345_678.0;
            assert!(error(Phase::new(-0.75, 0, 1.0).of(far), 0.75 * far) <= 1.0, "{far}");
        }
    }

    #[test]
    fn quarter_turns_and_the_scale_are_factors() {
        let (re, im) = Phase::new(-1.0, 0, 1.0).of(0.3);
        for (turns, expected) in [(0, (re, im)), (1, (-im, re)), (2, (-re, -im)), (3, (im, -re))] {
            assert_eq!(Phase::new(-1.0, turns, 2.0).of(0.3), (2.0 * expected.0, 2.0 * expected.1));
        }
    }
}
