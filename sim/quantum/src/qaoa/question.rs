//! Mixers and angles, and whether they fit together.

use serde::Serialize;

use std::f64::consts::FRAC_2_PI;

use super::diagonal::Diagonal;
use super::start::{Start, check_angles};
use crate::circuit::MOST_RADIANS;
use crate::error::Error;

/// What moves amplitude between basis states: one layer is `exp(-i beta M) exp(-i gamma C)`.
#[derive(Clone, Debug, PartialEq)]
pub enum Mixer {
    /// `M = sum_i X_i`.
    X,
    /// The product of `exp(-i beta (XX + YY)/2)` over (0,1), (2,3), ...; (1,2), (3,4), ...; (0, n-1):
    /// order and angle are those of `QOKit`'s C simulator. Keeps the number of ones.
    XyRing,
    /// The same over all pairs (0,1), (0,2), ..., (1,2), ...
    XyComplete,
    /// `M = sum_i (-sin theta_i X_i - cos theta_i Z_i)`, whose ground state is the product of
    /// `RY(theta_i)|0>` ([`Start::Product`]). D. J. Egger, J. Mareček, S. Woerner, "Warm-starting
    /// quantum optimization", Quantum 5, 479 (2021). With `theta_i = pi/2` it is `-sum X`.
    Tilted(Vec<f64>),
}

/// The parameters of `p` layers, radians: `gamma` per unit of cost.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Angles {
    /// Of the cost function, one per layer.
    pub gamma: Vec<f64>,
    /// Of the mixer, one per layer.
    pub beta: Vec<f64>,
}

impl Angles {
    /// Number of layers.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.gamma.len()
    }

    /// `(gamma, beta)` layer by layer.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.gamma.iter().copied().zip(self.beta.iter().copied())
    }
}

/// An error of this room.
pub(super) fn refuse<T>(reason: String) -> Result<T, Error> {
    Err(Error::Qaoa { reason })
}

/// Whether all of them fit together.
pub(super) fn check(diagonal: &Diagonal, mixer: &Mixer, start: &Start, angles: &Angles) -> Result<(), Error> {
    let n = diagonal.qubits();
    start.check(n)?;
    if let Mixer::Tilted(tilts) = mixer {
        check_angles(tilts, n, "mixer")?;
    }
    if angles.gamma.len() != angles.beta.len() {
        return refuse(format!("{} gammas and {} betas", angles.gamma.len(), angles.beta.len()));
    }
    for (layer, (gamma, beta)) in (1..).zip(angles.pairs()) {
        if !gamma.is_finite() || !beta.is_finite() {
            return refuse(format!("layer {layer}: gamma is {gamma}, beta is {beta}"));
        }
        // Written so that a product beyond all doubles is refused, too.
        if !(gamma.abs() * diagonal.magnitude() * FRAC_2_PI <= MOST_RADIANS && beta.abs() <= MOST_RADIANS) {
            return refuse(format!("layer {layer}: gamma {gamma}, beta {beta} turn by more than {MOST_RADIANS} rad"));
        }
    }
    Ok(())
}
