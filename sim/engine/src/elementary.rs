//! Logarithm, exponential, sine and cosine for lanes: without branches and without tables, so that
//! a loop around them vectorises.
//!
//! Products and sums in a fixed order, so the bits are the same on every processor. Only the
//! domains that the assets and processes need; `libm` covers the rest of the line.

use std::f64::consts::{FRAC_PI_2, LOG2_E};

/// ln 2 in two parts; a whole number below 2^20 times the first is exact (W. J. Cody and W. Waite,
/// "Software manual for the elementary functions", 1980).
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// 2^52: added to a whole number below it, the number stands in the low bits.
const TO_BITS: f64 = 4_503_599_627_370_496.0;
const TO_BITS_WORD: u64 = 0x4330_0000_0000_0000;
/// 1.5 * 2^52: added and taken away, it rounds to a whole number, negative ones too.
const TO_INTEGER: f64 = 6_755_399_441_055_744.0;
pub(crate) const ONE_WORD: u64 = 0x3FF0_0000_0000_0000;

/// `c[0] + x (c[1] + x (c[2] + ...))`.
#[inline(always)]
fn horner<const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let mut sum = coefficients[N - 1];
    for place in 1..N {
        sum = coefficients[N - 1 - place] + x * sum;
    }
    sum
}

/// ln x for positive, finite, normal `x`; error below 1 unit in the last place of a result that is
/// not near 0, and below 3e-16 relative everywhere.
///
/// `x = 2^e m` with m in [sqrt(1/2), sqrt(2)); `ln m = 2 atanh(s)`, `s = f / (2 + f)`, `f = m - 1`,
/// by its power series up to s^21 (the next term is below 1e-18).
#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    const ROOT_HALF: u64 = 0x3FE6_A09E_667F_3BCD;
    const MANTISSA: u64 = 0x000F_FFFF_FFFF_FFFF;
    let shifted = x.to_bits().wrapping_add(ONE_WORD - ROOT_HALF);
    let exponent = f64::from_bits((shifted >> 52) | TO_BITS_WORD) - (TO_BITS + 1023.0);
    let f = f64::from_bits((shifted & MANTISSA).wrapping_add(ROOT_HALF)) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let series = [
        2.0 / 3.0,
        2.0 / 5.0,
        2.0 / 7.0,
        2.0 / 9.0,
        2.0 / 11.0,
        2.0 / 13.0,
        2.0 / 15.0,
        2.0 / 17.0,
        2.0 / 19.0,
        2.0 / 21.0,
    ];
    // 2 s = f - s f, and f is exact: the large part carries no rounding.
    let rest = s * (f - z * horner(z, series));
    exponent * LN_2_HIGH - ((rest - exponent * LN_2_LOW) - f)
}

/// e^x; `x` is cut to -700..700 first. Relative error below 4e-16.
///
/// `x = n ln 2 + r` with |r| at most half of ln 2; `e^r` by its power series up to r^13.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let x = if x > -700.0 { x } else { -700.0 };
    let x = if x < 700.0 { x } else { 700.0 };
    let n = (x * LOG2_E + TO_INTEGER) - TO_INTEGER;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let series = [
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5_040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        1.0 / 479_001_600.0,
        1.0 / 6_227_020_800.0,
    ];
    let power = f64::from_bits((n + (TO_BITS + 1023.0)).to_bits() << 52);
    (1.0 + (r + r * r * horner(r, series))) * power
}

/// Sine and cosine of `quarters` times a right angle, for `quarters` within -1/2..1/2. Absolute
/// error below 2.3e-16; power series up to x^15 and x^16.
#[inline(always)]
pub(crate) fn sin_cos(quarters: f64) -> (f64, f64) {
    let x = quarters * FRAC_PI_2;
    let z = x * x;
    let odd = [
        -1.0 / 6.0,
        1.0 / 120.0,
        -1.0 / 5_040.0,
        1.0 / 362_880.0,
        -1.0 / 39_916_800.0,
        1.0 / 6_227_020_800.0,
        -1.0 / 1_307_674_368_000.0,
    ];
    let even = [
        -1.0 / 2.0,
        1.0 / 24.0,
        -1.0 / 720.0,
        1.0 / 40_320.0,
        -1.0 / 3_628_800.0,
        1.0 / 479_001_600.0,
        -1.0 / 87_178_291_200.0,
        1.0 / 20_922_789_888_000.0,
    ];
    (x + x * z * horner(z, odd), 1.0 + z * horner(z, even))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Greatest of `error` over `n + 1` points from `low` to `high`.
    fn worst(low: f64, high: f64, n: u32, error: impl Fn(f64) -> f64) -> f64 {
        (0..=n).map(|i| error(low + (high - low) * f64::from(i) / f64::from(n))).fold(0.0, f64::max)
    }

    #[test]
    fn the_logarithm_agrees_with_libm() {
        let relative = |x: f64| (ln(x) / libm::log(x) - 1.0).abs();
        let near_one = worst(0.5, 0.999_999, 200_000, relative);
        let small = worst(1.0, 53.0, 200_000, |e| relative(libm::exp2(-e)));
        assert!(near_one < 3e-16 && small < 3e-16, "{near_one:e} {small:e}");
        assert!(relative(1.0 - f64::EPSILON / 2.0) < 3e-16);
        assert!(ln(1.0).abs() < f64::MIN_POSITIVE);
    }

    #[test]
    fn the_exponential_agrees_with_libm() {
        let relative = |x: f64| (exp(x) / libm::exp(x) - 1.0).abs();
        let (near, far) = (worst(-5.0, 5.0, 200_000, relative), worst(-699.0, 699.0, 200_000, relative));
        assert!(near < 4e-16 && far < 4e-16, "{near:e} {far:e}");
        assert!((exp(0.0) - 1.0).abs() < f64::EPSILON);
        assert!(exp(1e9).is_finite() && exp(-1e9) > 0.0);
    }

    #[test]
    fn sine_and_cosine_agree_with_libm() {
        let sine = worst(-0.5, 0.5, 200_000, |q| (sin_cos(q).0 - libm::sin(q * FRAC_PI_2)).abs());
        let cosine = worst(-0.5, 0.5, 200_000, |q| (sin_cos(q).1 - libm::cos(q * FRAC_PI_2)).abs());
        assert!(sine < 2.3e-16 && cosine < 2.3e-16, "{sine:e} {cosine:e}");
    }
}
