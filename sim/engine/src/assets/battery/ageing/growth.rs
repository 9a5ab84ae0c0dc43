//! How a loss grows from day to day when its rate changes: the laws in differential form.
//!
//! A law `y = f(k, x)` measured at constant stress is stepped by its slope at the present `y`, that
//! is from the point of the day's curve where this `y` lies, not from the days passed (P. Gasper et
//! al., "Machine-learning assisted identification of accurate battery lifetime models with
//! uncertainty", J. Electrochem. Soc. 169, 080518, 2022; BLAST-Lite, NREL). The step is explicit,
//! as there, with one bound of our own: [`MOST_OF_EXACT`].

use crate::elementary::{exp, ln};
use crate::lanes::{LANES, Lanes, set_lanes};

/// Most that a step may grow, as a multiple of the exact step along the day's curve.
///
/// The explicit step of a root-like law overshoots where the rate jumps: from a day near nothing (an
/// empty battery at rest) to one of use its tangent is almost upright, and a tenth of the capacity
/// would be gone overnight. At a steady rate the second day's step is 1.21 times the exact one for a
/// square root, and later ones less: there the bound never binds, and the source's numbers stand.
const MOST_OF_EXACT: f64 = 3.0;

/// Steps `y = k x^p` by `dx`: `dy = k p (y / k)^((p - 1) / p) dx`, and `k dx^p` from nothing.
/// `ln_k` is the logarithm of `k / share`.
#[inline(always)]
pub(super) fn power(y: &mut Lanes, dx: &Lanes, ln_k: &Lanes, share: f64, p: f64) {
    let (ln_share, ln_p, bend) = (libm::log(share), libm::log(p), (p - 1.0) / p);
    let mut unborn = 0;
    for lane in 0..LANES {
        let begun = y[lane] > 0.0;
        let ln_y = ln(if begun { y[lane] } else { 1.0 });
        let ln_k = ln_k[lane] + ln_share;
        let dy = exp(ln_k + ln_p + bend * (ln_y - ln_k)) * dx[lane];
        let x = exp((ln_y - ln_k) / p) + dx[lane];
        let most = MOST_OF_EXACT * (exp(ln_k + p * ln(if x > 1e-300 { x } else { 1e-300 })) - y[lane]);
        let dy = if dy < most || p > 1.0 { dy } else { most };
        y[lane] += if begun { dy } else { 0.0 };
        unborn |= u64::from(!begun & (dx[lane] > 0.0)) << lane;
    }
    if unborn != 0 {
        begin(y, dx, ln_k, ln_share, p, unborn);
    }
}

/// The first step of a power law, in the lanes of `mask`.
#[cold]
fn begin(y: &mut Lanes, dx: &Lanes, ln_k: &Lanes, ln_share: f64, p: f64, mask: u64) {
    for lane in set_lanes(mask) {
        y[lane] = libm::exp(ln_k[lane] + ln_share + p * libm::log(dx[lane]));
    }
}

/// Slope of `y = k x^p` at the present `y`, per unit of `x`. Below `x = 1`, where the slope of a
/// root has no bound, that at 1.
#[inline(always)]
pub(super) fn power_slope(y: f64, ln_k: f64, p: f64) -> f64 {
    let beyond = ln(if y > 1e-300 { y } else { 1e-300 }) - ln_k;
    let beyond = if beyond > 0.0 { beyond } else { 0.0 };
    p * exp(ln_k + (p - 1.0) / p * beyond)
}

/// Slope of the sigmoid `y = 2 (1/2 - 1 / (1 + exp((k x)^p)))` at the present `y`, 0 < y < 1.
///
/// With `z = (k x)^p = ln((1 + y) / (1 - y))` it is `k p / 2 (1 - y^2) z^((p - 1) / p)`: the same as
/// BLAST-Lite's `2 p e^z z / (x (e^z + 1)^2)`, written without its cancellation at small `y`.
#[inline(always)]
pub(super) fn sigmoid_slope(y: f64, k: f64, p: f64) -> f64 {
    // ln((1 + y) / (1 - y)) = 2 artanh(y): the series where the quotient rounds to 1.
    let direct = ln((1.0 + y) / (1.0 - y));
    let z = if y < 1e-3 { 2.0 * y * (1.0 + y * y / 3.0) } else { direct };
    k * p / 2.0 * (1.0 - y * y) * exp((p - 1.0) / p * ln(z))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_step_lies_on_the_curve_and_small_steps_stay_near_it() {
        let (mut y, ln_k) = (Lanes::splat(0.0), Lanes::splat(libm::log(0.01)));
        power(&mut y, &Lanes::splat(1.0), &ln_k, 1.0, 0.5);
        assert!((y[5] - 0.01).abs() < 1e-17);
        for _ in 0..99_900 {
            power(&mut y, &Lanes::splat(0.01), &ln_k, 1.0, 0.5);
        }
        // 0.01 sqrt(1000) = 0.316227766
        assert!((y[5] / 0.316_227_766 - 1.0).abs() < 1e-4, "{}", y[5]);
    }

    /// A day of use after a day near nothing adds no more than three such days to new cells.
    #[test]
    fn a_rate_that_jumps_does_not_overshoot() {
        let mut y = Lanes::splat(0.0);
        power(&mut y, &Lanes::splat(1.0), &Lanes::splat(libm::log(1e-7)), 1.0, 0.5);
        power(&mut y, &Lanes::splat(1.0), &Lanes::splat(libm::log(1e-3)), 1.0, 0.5);
        assert!(y[0] > 1e-3 && y[0] < 3.01e-3, "{}", y[0]);
    }

    #[test]
    fn nothing_grows_where_nothing_happens() {
        let mut y = Lanes::splat(0.0);
        y[1] = 0.02;
        let before = y;
        power(&mut y, &Lanes::splat(0.0), &Lanes::splat(-3.0), 2.0, 0.8);
        assert_eq!(y, before);
    }

    #[test]
    fn slopes_are_those_of_the_curves() {
        let power_at = |x: f64| 0.003 * libm::pow(x, 0.8);
        let slope = (power_at(50.001) - power_at(49.999)) / 0.002;
        assert!((power_slope(power_at(50.0), libm::log(0.003), 0.8) / slope - 1.0).abs() < 1e-8);
        let sigmoid_at = |x: f64| 1.0 - 2.0 / (1.0 + libm::exp(libm::pow(x / 5000.0, 10.0)));
        for x in [3000.0, 5000.0, 5500.0] {
            let slope = (sigmoid_at(x + 0.1) - sigmoid_at(x - 0.1)) / 0.2;
            let got = sigmoid_slope(sigmoid_at(x), 1.0 / 5000.0, 10.0);
            assert!((got / slope - 1.0).abs() < 1e-6, "{x}: {got} {slope}");
        }
    }
}
