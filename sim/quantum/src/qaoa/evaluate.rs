//! The figures of a state: mean cost, and the probability of what is wanted.

use rayon::prelude::*;

use super::diagonal::Diagonal;
use super::evolve::evolve;
use super::extremes::Extremes;
use super::question::{Angles, Mixer, refuse};
use super::start::Start;
use crate::error::Error;
use crate::real::Real;
use crate::state::{Limit, State};

/// Most qubits for which parameter sets, not amplitudes, are what is spread over threads.
const SET_QUBITS: u32 = 18;

/// The figures of one state.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// `sum |a_x|^2 cost(x)` over all solutions.
    pub expectation: f64,
    /// Probability of an optimum: of the extremes' subspace, within their tolerance.
    pub p_optimum: f64,
    /// Probability of the subspace.
    pub p_within: f64,
    /// `sum |a_x|^2 cost(x)` over the subspace; over `p_within` it is the mean cost there.
    pub sum_within: f64,
}

impl Evaluation {
    /// Mean cost of a sample that is in the subspace; `None` where it never is.
    #[must_use]
    pub fn expectation_within(&self) -> Option<f64> {
        (self.p_within > 0.0).then(|| self.sum_within / self.p_within)
    }

    fn plus(self, other: Self) -> Self {
        Self {
            expectation: self.expectation + other.expectation,
            p_optimum: self.p_optimum + other.p_optimum,
            p_within: self.p_within + other.p_within,
            sum_within: self.sum_within + other.sum_within,
        }
    }
}

/// Evolves the state and measures it.
///
/// # Errors
/// As [`evolve`].
pub fn evaluate<R: Real>(
    state: &mut State<R>,
    diagonal: &Diagonal,
    mixer: &Mixer,
    start: &Start,
    angles: &Angles,
    extremes: &Extremes,
) -> Result<Evaluation, Error> {
    evolve(state, diagonal, mixer, start, angles)?;
    measure(state, diagonal, extremes)
}

/// The figures of a state as it is; the sums go block by block in a fixed order.
///
/// # Errors
/// [`Error::Qaoa`] where it has another number of qubits than the diagonal.
pub fn measure<R: Real>(state: &State<R>, diagonal: &Diagonal, extremes: &Extremes) -> Result<Evaluation, Error> {
    if state.qubits() != diagonal.qubits() {
        return refuse(format!("a state of {} qubits and a diagonal of {}", state.qubits(), diagonal.qubits()));
    }
    let window = diagonal.run_window();
    let size = window.size();
    let (re, im) = state.parts();
    let block = |costs: &mut Vec<f64>, (at, (re, im)): (usize, (&[R], &[R]))| {
        diagonal.block(&window, at * size, costs);
        let mut found = Evaluation::default();
        for (((&cost, re), im), index) in costs.iter().zip(re).zip(im).zip((at * size) as u64..) {
            let p = re.wide() * re.wide() + im.wide() * im.wide();
            found.expectation += p * cost;
            if extremes.within.holds(index) {
                found.p_within += p;
                found.sum_within += p * cost;
                found.p_optimum += if extremes.is_optimum(index, cost) { p } else { 0.0 };
            }
        }
        found
    };
    let blocks = re.par_chunks_exact(size).zip(im.par_chunks_exact(size)).enumerate();
    let found: Vec<Evaluation> = blocks.map_init(|| vec![0.0; size], block).collect();
    Ok(found.into_iter().fold(Evaluation::default(), Evaluation::plus))
}

/// One diagonal, many parameter sets, in doubles: spread over sets up to 18 qubits, each thread with
/// a state of its own; over amplitudes above. The figures do not depend on the number of threads.
///
/// # Errors
/// [`Error::TooLarge`] where the limit does not allow the states, before anything is allocated;
/// otherwise as [`evolve`].
pub fn batch(
    diagonal: &Diagonal,
    mixer: &Mixer,
    start: &Start,
    sets: &[Angles],
    extremes: &Extremes,
    limit: Limit,
) -> Result<Vec<Evaluation>, Error> {
    let one = |state: &mut State<f64>, angles: &Angles| evaluate(state, diagonal, mixer, start, angles, extremes);
    if diagonal.qubits() > SET_QUBITS {
        let mut state = State::new(diagonal.qubits(), limit)?;
        return sets.iter().map(|angles| one(&mut state, angles)).collect();
    }
    // One state per part: contiguous parts of the sets, as many as there are threads.
    let part = sets.len().div_ceil(rayon::current_num_threads()).max(1);
    let states = sets.len().div_ceil(part) as u64;
    limit.check(diagonal.qubits(), 2 * size_of::<f64>() as u64 * states, 0)?;
    let parts: Result<Vec<Vec<Evaluation>>, Error> = (sets.par_chunks(part))
        .map(|sets| {
            let mut state = State::new(diagonal.qubits(), limit)?;
            sets.iter().map(|angles| one(&mut state, angles)).collect()
        })
        .collect();
    Ok(parts?.concat())
}
