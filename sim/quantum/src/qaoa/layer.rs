//! One layer as the kernel applies it: a diagonal factor, then a rotation of every qubit.

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};
use std::ops::Range;

use super::phase::Phase;
use super::tile::Columns;
use super::turn::{TiltedTurn, XTurn, turn_across, turn_all};
use crate::real::Real;

/// A phase and the mixer after it, of single qubits.
#[derive(Clone, Debug)]
pub(super) struct Layer<R> {
    pub phase: Phase,
    pub mixing: Mixing<R>,
}

/// The rotations of all qubits.
#[derive(Clone, Debug)]
pub(super) enum Mixing<R> {
    /// The same on each, `|sin| <= |cos|`.
    X(XTurn<R, false>),
    /// The same on each, `|sin| > |cos|`.
    XFlipped(XTurn<R, true>),
    /// By qubit.
    Tilted(Vec<TiltedTurn<R>>),
}

impl<R: Real> Layer<R> {
    /// `exp(-i beta sum X) exp(-i gamma C)`.
    ///
    /// `beta = beta' + k pi/2` with `|beta'| <= pi/4`, and `exp(-i k pi/2 X) = (-i X)^k`. What the
    /// rotations leave out, `cos(beta')^n (-i)^(n k)`, is one number; the phase before them takes it.
    pub fn x(qubits: u32, gamma: f64, beta: f64) -> Self {
        let quarters = libm::rint(beta * FRAC_2_PI);
        let rest = beta - quarters * FRAC_PI_2;
        let (sine, cosine) = (libm::sin(rest), libm::cos(rest));
        let tangent = R::of(sine / cosine);
        // In {0, 1, 2, 3}; the remainder of a division by 4 of a double that is an integer is exact.
        let k = (0..4).find(|&k| libm::remainder(quarters - f64::from(k), 4.0) == 0.0).unwrap_or(0);
        let phase = Phase::new(gamma, u64::from(3 * (qubits % 4) * k), libm::pow(cosine, f64::from(qubits)));
        let mixing = if k % 2 == 0 { Mixing::X(XTurn { tangent }) } else { Mixing::XFlipped(XTurn { tangent }) };
        Self { phase, mixing }
    }

    /// `exp(-i beta H) exp(-i gamma C)`, `H = sum_i (-sin theta_i X_i - cos theta_i Z_i)`:
    /// `exp(-i beta H_i) = cos beta + i sin beta (sin theta_i X + cos theta_i Z)`.
    pub fn tilted(tilts: &[f64], gamma: f64, beta: f64) -> Self {
        let (sine, cosine) = (libm::sin(beta), libm::cos(beta));
        let turn = |&tilt: &f64| TiltedTurn {
            d: [R::of(cosine), R::of(sine * libm::cos(tilt))],
            o: R::of(sine * libm::sin(tilt)),
        };
        Self { phase: Phase::new(gamma, 0, 1.0), mixing: Mixing::Tilted(tilts.iter().map(turn).collect()) }
    }
}

impl<R: Real> Mixing<R> {
    /// Rotates the qubits at some places of a tile, of which `qubits` says which they are.
    #[inline(always)]
    pub fn apply(&self, re: &mut [R], im: &mut [R], places: Range<usize>, qubits: &[u32]) {
        match self {
            Self::X(turn) => turn_all(re, im, places, |_| *turn),
            Self::XFlipped(turn) => turn_all(re, im, places, |_| *turn),
            Self::Tilted(turns) => turn_all(re, im, places, |place| turns[qubits[place] as usize]),
        }
    }

    /// The same for places that tell a tile's rows apart, within some of its columns.
    #[inline(always)]
    pub fn across(&self, re: &mut [R], im: &mut [R], columns: Columns, places: Range<usize>, qubits: &[u32]) {
        match self {
            Self::X(turn) => turn_across(re, im, columns, places, |_| *turn),
            Self::XFlipped(turn) => turn_across(re, im, columns, places, |_| *turn),
            Self::Tilted(turns) => turn_across(re, im, columns, places, |place| turns[qubits[place] as usize]),
        }
    }
}
