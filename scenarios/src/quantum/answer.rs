//! From the futures of a run to the kernel's problems, and their answers.

use energyopti_engine::Control;
use energyopti_quantum::allocation::{Allocation, Stage};
use energyopti_quantum::features::Design;
use energyopti_quantum::risk::{TailOptions, TailRisk, TailRiskAnswer};
use energyopti_quantum::{Error, Limit, amplitude};

use super::allocate::allocate;
use super::features::{FeatureRows, features};
use super::question;
use crate::Variant;

/// Name of the stream that fixes the circuit of features.
const FEATURES: &str = "features";

/// Metrics by name, a value per future.
pub(crate) type Futures = Vec<(String, Vec<f64>)>;

/// What the questions of a scenario were answered.
#[derive(Debug, Default)]
pub struct Answers {
    /// What to take, and what a circuit would take.
    pub allocation: Option<Allocation>,
    /// The tail of a metric.
    pub tail_risk: Option<Tail>,
    /// Features of windows of a series.
    pub features: Option<FeatureRows>,
}

/// The tail of a metric.
#[derive(Debug)]
pub struct Tail {
    /// The metric.
    pub of: String,
    /// Its distribution over the futures, and on the points of the circuits.
    pub question: TailRisk,
    /// The figures.
    pub answer: TailRiskAnswer,
}

impl Answers {
    /// Whether nothing was asked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.allocation.is_none() && self.tail_risk.is_none() && self.features.is_none()
    }
}

/// Answers all questions of a variant. Its work goes to the current pool of threads.
///
/// # Errors
/// What the kernel says of a question; [`Error::Cancelled`] where asked.
pub(crate) fn answer(
    variant: &Variant,
    futures: &Futures,
    control: &Control,
    watch: &(dyn Fn(&str) + Sync),
) -> Result<Answers, Error> {
    let questions = &variant.questions;
    let seed = variant.model.seed;
    let told = |stage: Stage| watch(&words(stage));
    let chosen = questions.allocation.as_ref().map(|question| allocate(question, futures, seed, (control, &told)));
    let tail = questions.tail_risk.as_ref().map(|question| tail(question, futures, seed, control));
    let features = questions.features.as_ref().map(|question| {
        let question::Features { series, window, circuit, qubits, layers, bandwidth } = question;
        let name = FEATURES.to_owned();
        let design = Design { seed, name, qubits: *qubits, depth: *layers, bandwidth: *bandwidth };
        features(series, *window, *circuit, design)
    });
    Ok(Answers { allocation: chosen.transpose()?, tail_risk: tail.transpose()?, features: features.transpose()? })
}

/// A stage of an allocation, for people.
fn words(stage: Stage) -> String {
    match stage {
        Stage::Relaxing => "allocation: relaxed".to_owned(),
        Stage::Enumerating { variables } => format!("allocation: all of 2^{variables}"),
        Stage::Searching { nodes, .. } => format!("allocation: branch and bound, {nodes} nodes"),
        Stage::Angles(progress) => format!("allocation: layer {}, {} circuits", progress.layers, progress.evaluations),
        Stage::Sampling => "allocation: samples".to_owned(),
    }
}

fn tail(question: &question::TailRisk, futures: &Futures, seed: u64, control: &Control) -> Result<Tail, Error> {
    let samples = futures.iter().find(|(name, _)| *name == question.of).map_or(&[][..], |(_, values)| values);
    let asked = TailRisk::new(samples, question.alpha, question.qubits)?;
    let options = TailOptions { epsilon: question.epsilon, seed, limit: Limit::NONE, ..TailOptions::default() };
    let follow = amplitude::Control { progress: &|_| {}, cancelled: &control.cancelled };
    let answer = asked.estimate(&options, &follow)?;
    Ok(Tail { of: question.of.clone(), question: asked, answer })
}
