//! The optimisation of the angles of a given number of layers, with progress.

use std::cell::Cell;

use super::descent::{Descent, Step};
use crate::error::Error;
use crate::qaoa::Angles;

/// What is minimised: one expectation for each set of angles of a batch.
pub type Objective<'a> = &'a dyn Fn(&[Angles]) -> Result<Vec<f64>, Error>;

/// When to stop, and the size of the problem's numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Most evaluations of the expectation; the batch under way is finished.
    pub evaluations: usize,
    /// Expected gain, in units of `coupling`, below which the angles count as optimal.
    pub tolerance: f64,
    /// What a spin's field measures, in the cost's unit ([`super::coupling_scale`]): gammas are
    /// searched in its inverse, expectations compared in it. Without a size for both, a cost in
    /// cents and the same cost in millions would not end at the same angles.
    pub coupling: f64,
    /// Of the points that [`super::climb()`] draws, so many are searched from: the lowest. With 0 none
    /// is drawn, for circuits that take long.
    pub starts: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { evaluations: 20_000, tolerance: 1e-9, coupling: 1.0, starts: 1 }
    }
}

/// Where an optimisation stands; told after every step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Layers of the circuit.
    pub layers: usize,
    /// Evaluations so far in this search.
    pub evaluations: usize,
    /// Lowest expectation so far.
    pub expectation: f64,
}

/// Why an optimisation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// No gain above the tolerance is in sight.
    Converged,
    /// The evaluations are used up.
    Evaluations,
    /// Whoever watched said so.
    Stopped,
}

/// The best angles that were found.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimised {
    /// The angles.
    pub angles: Angles,
    /// Their expectation.
    pub expectation: f64,
    /// Evaluations that it took.
    pub evaluations: usize,
    /// Why it ended there.
    pub end: End,
    /// What was told on the way.
    pub course: Vec<Progress>,
}

/// The angles of lowest expectation that a descent from `start` finds: a local minimum.
///
/// `watch` is told every step and ends the search with `false`. The same bits as long as the objective
/// has them.
///
/// # Errors
/// [`Error::Angles`] where the start has another number of gammas than betas or an angle that is not
/// finite, where the objective is not finite there or returns another number of values than angles,
/// or where an option is negative or not finite; what the objective returns.
pub fn optimise(
    objective: Objective,
    start: &Angles,
    options: Options,
    watch: &dyn Fn(Progress) -> bool,
) -> Result<Optimised, Error> {
    check(start, options)?;
    let layers = start.gamma.len();
    let evaluations = Cell::new(0);
    let angles = |point: &[f64]| Angles {
        gamma: point[..layers].iter().map(|gamma| gamma / options.coupling).collect(),
        beta: point[layers..].to_vec(),
    };
    let values = |points: &[Vec<f64>]| {
        let batch: Vec<Angles> = points.iter().map(|point| angles(point)).collect();
        evaluations.set(evaluations.get() + batch.len());
        let found = objective(&batch)?;
        if found.len() == batch.len() {
            return Ok(found.iter().map(|value| value / options.coupling).collect());
        }
        Err(Error::Angles { reason: format!("{} expectations of {} sets of angles", found.len(), batch.len()) })
    };
    let point = start.gamma.iter().map(|gamma| gamma * options.coupling).chain(start.beta.iter().copied()).collect();
    let mut descent = Descent::from(&values, point)?;
    let mut course = Vec::new();
    let end = loop {
        let progress =
            Progress { layers, evaluations: evaluations.get(), expectation: descent.value() * options.coupling };
        course.push(progress);
        if !watch(progress) {
            break End::Stopped;
        }
        if progress.evaluations >= options.evaluations {
            break End::Evaluations;
        }
        if descent.step(&values, options.tolerance)? == Step::None {
            break End::Converged;
        }
    };
    let expectation = descent.value() * options.coupling;
    Ok(Optimised { angles: angles(descent.point()), expectation, evaluations: evaluations.get(), end, course })
}

fn check(start: &Angles, options: Options) -> Result<(), Error> {
    let wrong = |reason: String| Err(Error::Angles { reason });
    if start.gamma.len() != start.beta.len() {
        return wrong(format!("{} gammas and {} betas", start.gamma.len(), start.beta.len()));
    }
    if !(options.tolerance >= 0.0 && options.coupling > 0.0 && options.coupling.is_finite()) {
        return wrong(format!("tolerance {}, coupling {}", options.tolerance, options.coupling));
    }
    match start.gamma.iter().chain(&start.beta).find(|angle| !angle.is_finite()) {
        Some(angle) => wrong(format!("an angle is {angle}")),
        None => Ok(()),
    }
}
