//! The state before the first layer.

use rayon::prelude::*;

use super::question::refuse;
use crate::error::Error;
use crate::real::Real;
use crate::state::State;

/// Amplitudes that are written at a time.
const PIECE: usize = 1 << 12;

/// The state before the first layer.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// Every basis state alike: the ground state of `-sum X`.
    Uniform,
    /// Every basis state with so many ones alike (a Dicke state).
    Weight(u32),
    /// `RY(theta_i)|0>` on each qubit, `cos(theta_i/2)|0> + sin(theta_i/2)|1>`: a warm start, whose
    /// qubit is 1 with probability `sin(theta_i/2)^2`.
    Product(Vec<f64>),
    /// One basis state.
    Bits(u64),
}

impl Start {
    /// Whether a state of `n` qubits can start like this.
    pub(super) fn check(&self, n: u32) -> Result<(), Error> {
        match self {
            Self::Weight(weight) if *weight > n => refuse(format!("a start with {weight} ones in {n} qubits")),
            Self::Product(angles) => check_angles(angles, n, "start"),
            Self::Bits(index) if n < 64 && index >> n != 0 => refuse(format!("a start with a one beyond {n} qubits")),
            Self::Uniform | Self::Weight(_) | Self::Bits(_) => Ok(()),
        }
    }

    /// Writes it.
    pub(super) fn write<R: Real>(&self, state: &mut State<R>) {
        match self {
            Self::Uniform => state.set_uniform(),
            Self::Weight(weight) => {
                let amplitude = R::of(1.0 / libm::sqrt(combinations(state.qubits(), *weight)));
                write(state, |index| if index.count_ones() == *weight { amplitude } else { R::ZERO });
            }
            Self::Product(angles) => {
                let factors: Vec<[f64; 2]> =
                    angles.iter().map(|angle| [libm::cos(angle / 2.0), libm::sin(angle / 2.0)]).collect();
                let product = |index: usize| factors.iter().enumerate().map(|(q, f)| f[index >> q & 1]).product();
                write(state, |index| R::of(product(index)));
            }
            Self::Bits(index) => state.set_basis(usize::try_from(*index).unwrap_or_default()),
        }
    }
}

/// One finite angle per qubit.
pub(super) fn check_angles(angles: &[f64], n: u32, of: &str) -> Result<(), Error> {
    if angles.len() != n as usize {
        return refuse(format!("{} angles of the {of} for {n} qubits", angles.len()));
    }
    match angles.iter().position(|angle| !angle.is_finite()) {
        Some(at) => refuse(format!("angle {at} of the {of} is {}", angles[at])),
        None => Ok(()),
    }
}

/// Real amplitudes by index.
fn write<R: Real>(state: &mut State<R>, amplitude: impl Fn(usize) -> R + Sync) {
    let (re, im) = state.parts_mut();
    im.fill(R::ZERO);
    re.par_chunks_mut(PIECE).enumerate().for_each(|(at, piece)| {
        for (re, index) in piece.iter_mut().zip(at * PIECE..) {
            *re = amplitude(index);
        }
    });
}

/// `n` over `k`, exact below `2^53`.
fn combinations(n: u32, k: u32) -> f64 {
    let product = (1..=u128::from(k)).fold(1, |product, i| product * (u128::from(n) - u128::from(k) + i) / i);
    #[expect(clippy::cast_precision_loss, reason = "rounded once")]
    let rounded = product as f64;
    rounded
}
