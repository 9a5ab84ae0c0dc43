//! Point kinetics with six delayed groups: power over a step of constant reactivity, exactly.
//!
//! One reactor, not in lanes; no feedback (that is [`super::feedback`]), no source, no space.
//! Any step length is stable: nothing is discretised in time.

use std::fmt;

use super::inhour;
use crate::assets::fault::{Fault, require};

/// Delayed neutron groups.
pub const GROUPS: usize = 6;

/// Constants of the point kinetics.
#[derive(Clone, Debug, PartialEq)]
pub struct PointKinetics {
    /// Delayed neutron shares of the groups, ratios.
    pub beta: [f64; GROUPS],
    /// Decay constants of the groups in 1/s, rising.
    pub decay_per_s: [f64; GROUPS],
    /// Prompt neutron generation time in s.
    pub generation_time_s: f64,
}

/// Power and delayed groups, each relative to its value in the reference equilibrium.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neutronics {
    /// Fission power, relative.
    pub power: f64,
    /// Group densities times `lambda_i Lambda / beta_i`: in equilibrium each equals the power.
    pub delayed: [f64; GROUPS],
}

impl Neutronics {
    /// All groups in equilibrium with `power`.
    #[must_use]
    pub const fn equilibrium(power: f64) -> Self {
        Self { power, delayed: [power; GROUPS] }
    }
}

/// The power leaves the range of numbers: far above prompt critical for too long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Runaway {
    /// Growth rate in 1/s of the leading mode.
    pub growth_per_s: f64,
    /// Decimal logarithm of the relative power that the step would reach.
    pub log10_power: f64,
}

impl fmt::Display for Runaway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "runaway: power grows by {:.4} per second to 1e{:.0}", self.growth_per_s, self.log10_power)
    }
}

impl std::error::Error for Runaway {}

impl PointKinetics {
    /// Thermal reactor I of the point kinetics literature (`Lambda` 2e-5 s, beta 0.7 %): Nobrega, A new
    /// solution of the point kinetics equations, 1971, as used by Kinard and Allen, Efficient
    /// numerical solution of the point kinetics equations in nuclear reactor dynamics, 2004.
    pub const THERMAL: Self = Self {
        beta: [0.000_266, 0.001_491, 0.001_316, 0.002_849, 0.000_896, 0.000_182],
        decay_per_s: [0.0127, 0.0317, 0.115, 0.311, 1.4, 3.87],
        generation_time_s: 2e-5,
    };

    /// Sum of the delayed shares.
    #[must_use]
    pub fn beta_total(&self) -> f64 {
        self.beta.iter().sum()
    }

    /// Growth rate in 1/s of prompt neutrons alone: `(rho - beta) / Lambda`.
    pub(super) fn prompt_per_s(&self, rho: f64) -> f64 {
        (rho - self.beta_total()) / self.generation_time_s
    }

    /// Every rule that the constants break.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let shares = self.beta.iter().all(|&beta| beta > 0.0 && beta < 1.0);
        require(&mut faults, shares, "beta", "every share must lie above 0 and below 1");
        require(&mut faults, self.beta_total() < 1.0, "beta", "the shares must sum to less than 1");
        let rising = self.decay_per_s.windows(2).all(|pair| pair[0] < pair[1]);
        let positive = self.decay_per_s.iter().all(|&lambda| lambda > 0.0 && lambda.is_finite());
        require(&mut faults, rising && positive, "decay_per_s", "must be above 0 and strictly rising");
        let time = self.generation_time_s > 0.0 && self.generation_time_s < 1.0;
        require(&mut faults, time, "generation_time_s", "must lie above 0 and below 1");
        faults
    }

    /// The state `step_s` seconds on at constant reactivity `rho` (a ratio), and the energy released
    /// in between in seconds of reference power.
    ///
    /// Exact up to rounding. Short steps sum the series of the shifted matrix, whose terms are all
    /// non-negative (Xue and Ye, Computing exponentials of essentially non-negative matrices entrywise to
    /// high relative accuracy, 2013), so nothing cancels; long steps use the roots of the
    /// inhour equation, where nothing grows but the true solution. Densities never fall below zero.
    ///
    /// # Errors
    /// [`Runaway`] where the power would leave the range of numbers.
    pub fn step(&self, state: &Neutronics, rho: f64, step_s: f64) -> Result<(Neutronics, f64), Runaway> {
        let prompt = self.prompt_per_s(rho);
        let shift = (-prompt).max(self.decay_per_s[GROUPS - 1]);
        let norm = prompt + shift + self.beta_total() / self.generation_time_s + self.decay_per_s[GROUPS - 1];
        let (next, energy) = if norm * step_s <= SERIES_REACH {
            self.series(state, prompt, shift, step_s)
        } else {
            self.spectral(state, rho, step_s)?
        };
        if next.power.is_finite() && next.delayed.iter().all(|d| d.is_finite()) && energy.is_finite() {
            Ok((next, energy))
        } else {
            Err(Runaway { growth_per_s: prompt, log10_power: f64::INFINITY })
        }
    }

    /// `exp(-shift t)` times the power series of the non-negative matrix `A + shift`.
    fn series(&self, state: &Neutronics, prompt: f64, shift: f64, step_s: f64) -> (Neutronics, f64) {
        let pull = self.beta.map(|beta| beta / self.generation_time_s);
        let (mut term, mut released) = (*state, 0.0);
        let (mut sum, mut energy) = (*state, 0.0);
        for k in 1..=SERIES_TERMS {
            let scale = step_s / f64::from(k);
            let mut next = Neutronics { power: (prompt + shift) * term.power, delayed: [0.0; GROUPS] };
            for i in 0..GROUPS {
                let lambda = self.decay_per_s[i];
                next.power += pull[i] * term.delayed[i];
                next.delayed[i] = scale * (lambda * term.power + (shift - lambda) * term.delayed[i]);
                sum.delayed[i] += next.delayed[i];
            }
            next.power *= scale;
            sum.power += next.power;
            released = scale * (term.power + shift * released);
            energy += released;
            term = next;
        }
        let fade = libm::exp(-shift * step_s);
        let state = Neutronics { power: sum.power * fade, delayed: sum.delayed.map(|d| d * fade) };
        (state, energy * fade)
    }

    /// Sum over the modes. In the scaled densities `y_i = sqrt(beta_i / (Lambda lambda_i)) delayed_i`
    /// the matrix is symmetric: the modes are orthogonal and the sum is well conditioned.
    fn spectral(&self, state: &Neutronics, rho: f64, step_s: f64) -> Result<(Neutronics, f64), Runaway> {
        let scale: [f64; GROUPS] =
            std::array::from_fn(|i| (self.beta[i] / (self.generation_time_s * self.decay_per_s[i])).sqrt());
        let (mut next, mut energy) = (Neutronics::equilibrium(0.0), 0.0);
        for (j, mode) in inhour::modes(self, rho).iter().enumerate() {
            let shape: [f64; GROUPS] = std::array::from_fn(|i| scale[i] * self.decay_per_s[i] / mode.gap_per_s[i]);
            let (mut along, mut square) = (state.power, 1.0);
            for i in 0..GROUPS {
                along += shape[i] * scale[i] * state.delayed[i];
                square += shape[i] * shape[i];
            }
            let exponent = mode.growth_per_s * step_s;
            let weight = along / square;
            if j == 0 {
                let log_power = exponent + libm::log(weight);
                if log_power > EXPONENT_LIMIT {
                    let log10_power = log_power * std::f64::consts::LOG10_E;
                    return Err(Runaway { growth_per_s: mode.growth_per_s, log10_power });
                }
            }
            // The exponential in two halves: the limit is on the power, which may start far below 1.
            let half = libm::exp(0.5 * exponent);
            let amplitude = weight * half * half;
            next.power += amplitude;
            for i in 0..GROUPS {
                next.delayed[i] += amplitude * shape[i] / scale[i];
            }
            energy += weight * grown(mode.growth_per_s, exponent, half, step_s);
        }
        // Rounding noise of a density that is zero to all digits must not turn its sign.
        Ok((Neutronics { power: next.power.max(0.0), delayed: next.delayed.map(|d| d.max(0.0)) }, energy.max(0.0)))
    }
}

/// Integral of `exp(growth t)` over the step.
fn grown(growth_per_s: f64, exponent: f64, half: f64, step_s: f64) -> f64 {
    if exponent == 0.0 {
        step_s
    } else if exponent > 1.0 {
        half * (half / growth_per_s) - 1.0 / growth_per_s
    } else {
        libm::expm1(exponent) / growth_per_s
    }
}

/// Norm times step up to which the series is used: its terms then fall below rounding within
/// [`SERIES_TERMS`].
const SERIES_REACH: f64 = 4.0;
/// `4^k / k!` is below 1e-18 of `exp(4)` from here on.
const SERIES_TERMS: u32 = 34;
/// Natural logarithm of the greatest power that is still a number, with room for the groups, whose
/// scaled densities stay below the power while it grows.
const EXPONENT_LIMIT: f64 = 700.0;
