//! The state after all layers.

use super::diagonal::Diagonal;
use super::layer::Layer;
use super::question::{Angles, Mixer, check, refuse};
use super::start::Start;
use super::{pairs, sweep};
use crate::error::Error;
use crate::real::Real;
use crate::state::State;

/// Puts the state into the start and applies every layer, `exp(-i beta M) exp(-i gamma C)`.
///
/// # Errors
/// [`Error::Qaoa`] where the parts do not fit together, or the state has another number of qubits.
pub fn evolve<R: Real>(
    state: &mut State<R>,
    diagonal: &Diagonal,
    mixer: &Mixer,
    start: &Start,
    angles: &Angles,
) -> Result<(), Error> {
    check(diagonal, mixer, start, angles)?;
    if state.qubits() != diagonal.qubits() {
        return refuse(format!("a state of {} qubits and a diagonal of {}", state.qubits(), diagonal.qubits()));
    }
    start.write(state);
    layers(state, diagonal, mixer, angles);
    Ok(())
}

/// Applies every layer to a state that is there.
pub(super) fn layers<R: Real>(state: &mut State<R>, diagonal: &Diagonal, mixer: &Mixer, angles: &Angles) {
    let n = diagonal.qubits();
    let layers: Vec<Layer<R>> = match mixer {
        Mixer::X => angles.pairs().map(|(gamma, beta)| Layer::x(n, gamma, beta)).collect(),
        Mixer::Tilted(tilts) => angles.pairs().map(|(gamma, beta)| Layer::tilted(tilts, gamma, beta)).collect(),
        Mixer::XyRing => return pair_layers(state, diagonal, &pairs::ring(n), angles),
        Mixer::XyComplete => return pair_layers(state, diagonal, &pairs::complete(n), angles),
    };
    sweep::apply(state, diagonal, &layers);
}

fn pair_layers<R: Real>(state: &mut State<R>, diagonal: &Diagonal, order: &[(u32, u32)], angles: &Angles) {
    for (gamma, beta) in angles.pairs() {
        sweep::phase(state, diagonal, gamma);
        order.iter().for_each(|&pair| pairs::turn(state, pair, beta));
    }
}
