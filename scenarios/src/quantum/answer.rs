//! From the futures of a run to the kernel's problems, and their answers.

use energyopti_engine::Control;
use energyopti_quantum::risk::{TailOptions, TailRisk, TailRiskAnswer};
use energyopti_quantum::{Error, Limit, amplitude};

use super::question;
use crate::Variant;

/// Metrics by name, a value per future.
pub(crate) type Futures = Vec<(String, Vec<f64>)>;

/// What the questions of a scenario were answered.
#[derive(Debug, Default)]
pub struct Answers {
    /// The tail of a metric.
    pub tail_risk: Option<Tail>,
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
        self.tail_risk.is_none()
    }
}

/// Answers all questions of a variant. Its work goes to the current pool of threads.
///
/// # Errors
/// What the kernel says of a question; [`Error::Cancelled`] where asked.
pub(crate) fn answer(variant: &Variant, futures: &Futures, control: &Control) -> Result<Answers, Error> {
    let questions = &variant.questions;
    let seed = variant.model.seed;
    let tail_risk = questions.tail_risk.as_ref().map(|question| tail(question, futures, seed, control)).transpose()?;
    Ok(Answers { tail_risk })
}

fn tail(question: &question::TailRisk, futures: &Futures, seed: u64, control: &Control) -> Result<Tail, Error> {
    let samples = futures.iter().find(|(name, _)| *name == question.of).map_or(&[][..], |(_, values)| values);
    let asked = TailRisk::new(samples, question.alpha, question.qubits)?;
    let options = TailOptions { epsilon: question.epsilon, seed, limit: Limit::NONE, ..TailOptions::default() };
    let follow = amplitude::Control { progress: &|_| {}, cancelled: &control.cancelled };
    let answer = asked.estimate(&options, &follow)?;
    Ok(Tail { of: question.of.clone(), question: asked, answer })
}
