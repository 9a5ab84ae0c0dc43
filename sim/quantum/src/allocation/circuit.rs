//! The circuit of an allocation: its diagonal, mixer, start, and the search for its angles.

use super::checked::Checked;
use super::landscape::Feasible;
use super::relaxed::Relaxed;
use super::settings::{Control, Mixing, Settings, Stage};
use crate::angles::{self, Optimised, Options};
use crate::error::Error;
use crate::qaoa::{Angles, Diagonal, Mixer, Start, Subspace, batch};
use crate::state::{Limit, ordered_sum};

/// Expected gain, in units of the scale, below which angles count as found.
const TOLERANCE: f64 = 1e-6;
/// Circuits up to here are also searched from drawn angles, which takes hundreds of evaluations.
const DRAWN_QUBITS: u32 = 16;

/// A circuit but for its angles.
pub(super) struct Circuit {
    pub diagonal: Diagonal,
    pub feasible: Feasible,
    pub mixer: Mixer,
    pub start: Start,
    pub scale: f64,
}

impl Circuit {
    pub fn new(
        checked: &Checked,
        relaxed: &Relaxed,
        mixing: Mixing,
        diagonal: Diagonal,
        feasible: Feasible,
    ) -> Result<Self, Error> {
        let fixed: u32 = checked.ranges.iter().map(|range| u32::from(range[0] > 0)).sum();
        let positions = checked.cardinality.map_or(0, |wanted| wanted.saturating_sub(fixed));
        let (mixer, start) = match mixing {
            Mixing::X => (Mixer::X, Start::Uniform),
            Mixing::XyRing => (Mixer::XyRing, Start::Weight(positions)),
            Mixing::XyComplete => (Mixer::XyComplete, Start::Weight(positions)),
            Mixing::Warm { epsilon } => {
                let clipped = |bit: &f64| 2.0 * libm::asin(libm::sqrt(bit.clamp(epsilon, 1.0 - epsilon)));
                let tilts: Vec<f64> = checked.encoding().spread(&relaxed.units).iter().map(clipped).collect();
                (Mixer::Tilted(tilts.clone()), Start::Product(tilts))
            }
        };
        let within = match start {
            Start::Weight(weight) => Subspace::Weight(weight),
            _ => Subspace::All,
        };
        let scale = scale(&diagonal, within)?;
        Ok(Self { diagonal, feasible, mixer, start, scale })
    }

    /// Best angles of 1, 2, ..., `layers` layers.
    pub fn search(&self, settings: &Settings, control: Control<'_>) -> Result<Vec<Optimised>, Error> {
        let extremes = self.diagonal.extremes(Subspace::All)?;
        let limit = Limit { bytes: settings.limit.bytes.saturating_sub(self.diagonal.bytes()) };
        let objective = |sets: &[Angles]| {
            let mut means = Vec::with_capacity(sets.len());
            // In parts, so that a caller who stops is heard soon.
            for part in sets.chunks(16) {
                control.heard()?;
                let found = batch(&self.diagonal, &self.mixer, &self.start, part, &extremes, limit)?;
                means.extend(found.into_iter().map(|found| found.expectation));
            }
            Ok(means)
        };
        let starts = usize::from(self.diagonal.qubits() <= DRAWN_QUBITS);
        let options = Options { evaluations: settings.evaluations, tolerance: TOLERANCE, coupling: self.scale, starts };
        let watch = |progress| control.tell(Stage::Angles(progress)).is_ok();
        let found = angles::climb(&objective, settings.layers, &|layers| self.table(layers), options, &watch)?;
        control.heard()?;
        Ok(found)
    }

    /// Angles of the infinite spin glass. A tilted mixer points the other way, which is the same as
    /// the other sign of gamma; exchanges are another matter.
    fn table(&self, layers: usize) -> Option<Angles> {
        let sign = match self.mixer {
            Mixer::X => 1.0,
            Mixer::Tilted(_) => -1.0,
            Mixer::XyRing | Mixer::XyComplete => return None,
        };
        let Angles { gamma, beta } = angles::spin_glass(layers);
        Some(Angles { gamma: gamma.into_iter().map(|gamma| sign * gamma / self.scale).collect(), beta })
    }
}

/// `sqrt(2 variance / qubits)` of the cost over a subspace; 1 where that is 0. The variance of a spin
/// glass of `n` spins with field 1 is `n / 2`.
fn scale(diagonal: &Diagonal, within: Subspace) -> Result<f64, Error> {
    let values = diagonal.values()?;
    let mean_of = |term: &(dyn Fn(f64) -> f64 + Sync)| {
        let holds = |at: usize| within.holds(at as u64);
        let count = ordered_sum(values.len(), |at| if holds(at) { 1.0 } else { 0.0 });
        ordered_sum(values.len(), |at| if holds(at) { term(values[at]) } else { 0.0 }) / count
    };
    let mean = mean_of(&|value| value);
    let variance = mean_of(&|value| (value - mean) * (value - mean));
    let scale = libm::sqrt(2.0 * variance / f64::from(diagonal.qubits().max(1)));
    Ok(if scale.is_normal() { scale } else { 1.0 })
}
