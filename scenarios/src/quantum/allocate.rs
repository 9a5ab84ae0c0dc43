//! From a scenario's `[quantum.allocation]` and its futures to the kernel's problem.

use energyopti_engine::Control;
use energyopti_quantum::allocation::{
    self, Allocation, Budget, Candidate, ENUMERATED, Mixing, Problem, Risk as KernelRisk, Settings, Stage,
};
use energyopti_quantum::{Error, Limit};

use super::answer::Futures;
use super::question::{self, Returns, Risk};
use crate::schema::MixerSpec;

/// How far from certain a warm start leaves each bit, after its authors.
const WARM: f64 = 0.25;

/// Circuits up to here are evaluated as often as wanted; beyond, each qubit doubles their time and halves
/// how often they are, so that a search takes seconds to minutes.
const SMALL_QUBITS: u32 = 16;
/// Fewest evaluations of a search for angles.
const LEAST_EVALUATIONS: usize = 40;

/// Chooses, classically and by a circuit.
pub(super) fn allocate(
    question: &question::Allocation,
    futures: &Futures,
    seed: u64,
    (control, told): (&Control, &(dyn Fn(Stage) + Sync)),
) -> Result<Allocation, Error> {
    let problem = problem(question, futures);
    let mixing = mixing(question);
    let settings = Settings {
        layers: question.layers as usize,
        mixing,
        shots: question.shots,
        seed,
        evaluations: evaluations(variables(question)),
        limit: Limit::NONE,
        ..Settings::default()
    };
    let control = allocation::Control { cancelled: &control.cancelled, progress: told };
    allocation::allocate(&problem, &settings, control)
}

/// Most evaluations of each search for angles.
pub(super) fn evaluations(qubits: u32) -> usize {
    (Settings::default().evaluations >> qubits.saturating_sub(SMALL_QUBITS)).max(LEAST_EVALUATIONS)
}

/// Binary variables of the question; at most what a circuit sees of it.
pub(super) fn variables(question: &question::Allocation) -> u32 {
    let bits: u32 = question.candidates.iter().map(|candidate| u32::BITS - candidate.max_units.leading_zeros()).sum();
    let reduced = Settings::default().reduced_qubits;
    u32::try_from(if bits as usize > ENUMERATED { reduced } else { bits as usize }).unwrap_or(u32::MAX)
}

fn mixing(question: &question::Allocation) -> Mixing {
    match question.mixer {
        MixerSpec::X if question.warm_start => Mixing::Warm { epsilon: WARM },
        MixerSpec::X => Mixing::X,
        MixerSpec::XyRing => Mixing::XyRing,
        MixerSpec::XyComplete => Mixing::XyComplete,
    }
}

fn problem(question: &question::Allocation, futures: &Futures) -> Problem {
    let returns: Option<Vec<Vec<f64>>> =
        question.candidates.iter().map(|candidate| by_future(&candidate.returns, question.futures, futures)).collect();
    let (means, risk) = match (question.risk, returns) {
        (Risk::Cvar { aversion, alpha }, Some(returns)) => {
            let scenarios = transposed(&returns);
            (None, KernelRisk::Cvar { scenarios, alpha, risk_aversion: aversion })
        }
        (Risk::Variance { aversion }, Some(returns)) => {
            let means: Vec<f64> = returns.iter().map(|values| mean(values)).collect();
            let covariance = covariance(&returns, &means);
            (Some(means), KernelRisk::MeanVariance { covariance, risk_aversion: aversion })
        }
        (Risk::Variance { aversion } | Risk::Cvar { aversion, .. }, None) => {
            let (means, covariance) = stated(question);
            (Some(means), KernelRisk::MeanVariance { covariance, risk_aversion: aversion })
        }
    };
    let candidate = |(at, candidate): (usize, &question::Candidate)| Candidate {
        name: candidate.name.clone(),
        cost: candidate.cost,
        expected_return: means.as_ref().map(|means| means[at]),
        min_units: 0,
        max_units: candidate.max_units,
    };
    Problem {
        candidates: question.candidates.iter().enumerate().map(candidate).collect(),
        risk,
        budget: Some(Budget {
            least: (question.least_cost > 0.0).then_some(question.least_cost),
            greatest: question.budget,
        }),
        cardinality: question.cardinality,
    }
}

/// Return of a unit in each of the first `most` futures; `None` where it is stated by mean and deviation.
fn by_future(returns: &Returns, most: usize, futures: &Futures) -> Option<Vec<f64>> {
    match returns {
        Returns::Metric { name, times, plus } => {
            let values = futures.iter().find(|(known, _)| known == name).map_or(&[][..], |(_, values)| values);
            Some(values.iter().take(most).map(|value| times * value + plus).collect())
        }
        Returns::Futures(values) => Some(values.iter().take(most).copied().collect()),
        Returns::Stated { .. } => None,
    }
}

/// By future and candidate.
fn transposed(returns: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let futures = returns.iter().map(Vec::len).min().unwrap_or(0);
    (0..futures).map(|future| returns.iter().map(|values| values[future]).collect()).collect()
}

#[expect(clippy::cast_precision_loss, reason = "far fewer futures than 2^53")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Sample covariance, with `n - 1` below.
#[expect(clippy::cast_precision_loss, reason = "far fewer futures than 2^53")]
fn covariance(returns: &[Vec<f64>], means: &[f64]) -> Vec<Vec<f64>> {
    let between = |a: usize, b: usize| {
        let products = returns[a].iter().zip(&returns[b]).map(|(x, y)| (x - means[a]) * (y - means[b]));
        products.sum::<f64>() / (returns[a].len() as f64 - 1.0)
    };
    (0..returns.len()).map(|a| (0..returns.len()).map(|b| between(a.min(b), a.max(b))).collect()).collect()
}

/// Means and covariances of returns that are stated.
fn stated(question: &question::Allocation) -> (Vec<f64>, Vec<Vec<f64>>) {
    let parts = question.candidates.iter().map(|candidate| match candidate.returns {
        Returns::Stated { mean, standard_deviation } => (mean, standard_deviation),
        // Checked: returns are stated in one way.
        Returns::Metric { .. } | Returns::Futures(_) => (0.0, 0.0),
    });
    let (means, deviations): (Vec<f64>, Vec<f64>) = parts.unzip();
    let correlation = |a: usize, b: usize| match &question.correlation {
        Some(matrix) => matrix[a.min(b)][a.max(b)],
        None => f64::from(u8::from(a == b)),
    };
    let count = means.len();
    let row = |a: usize| (0..count).map(|b| correlation(a, b) * deviations[a] * deviations[b]).collect();
    (means, (0..count).map(row).collect())
}
