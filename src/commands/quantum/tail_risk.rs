//! `quantum tail-risk`: VaR and CVaR of samples, by amplitude estimation and classically.

use std::fmt::Write;
use std::sync::atomic::AtomicBool;

use energyopti_quantum::amplitude::{Control, Interval};
use energyopti_quantum::risk::{RiskMeasure, TailOptions, TailRisk, TailRiskAnswer};
use energyopti_quantum::{HONEST_CLAIM, Limit};
use energyopti_scenarios::quantum::read_samples;
use energyopti_scenarios::results::Run;

use super::super::{print, print_json};
use crate::arguments::Format;
use crate::arguments::quantum::TailRisk as Options;
use crate::failure::Failure;

pub fn execute(options: &Options) -> Result<(), Failure> {
    let question = TailRisk::new(&samples(options)?, options.alpha, options.qubits)?;
    let asked =
        TailOptions { epsilon: options.epsilon, seed: options.seed, limit: Limit::NONE, ..TailOptions::default() };
    let never = AtomicBool::new(false);
    let answer = question.estimate(&asked, &Control { progress: &|_| {}, cancelled: &never })?;
    if options.format == Format::Json { print_json(&answer) } else { print(&summary(&answer)) }
}

/// The samples of a run, or of a file.
fn samples(options: &Options) -> Result<Vec<f64>, Failure> {
    if !options.samples.is_dir() {
        return Ok(read_samples(&options.samples, options.column.as_deref())?);
    }
    let place = options.samples.display();
    let Some(samples) = Run::open(&options.samples)?.samples()? else {
        let message = format!("{place} kept no samples; run it with --set 'outputs.keep=[\"samples\"]'");
        return Err(Failure::input(message));
    };
    let names: Vec<&str> = samples.columns.iter().map(|(name, _)| name.as_str()).collect();
    let wanted = options.column.as_deref().unwrap_or_default();
    let found = samples.columns.iter().find(|(name, _)| name == wanted);
    let message = || format!("{place}: name one column with --column: {}", names.join(", "));
    found.map(|(_, values)| values.clone()).ok_or_else(|| Failure::input(message()))
}

fn summary(answer: &TailRiskAnswer) -> String {
    let mut text = format!("{} samples on 2^{} points, alpha {}\n", answer.samples, answer.qubits, answer.alpha);
    let _ = writeln!(text, "{:<34}{:>16}{:>16}", "", "VaR", "CVaR");
    let mut row = |name: &str, pick: &dyn Fn(&RiskMeasure) -> String| {
        let _ = writeln!(text, "{name:<34}{:>16}{:>16}", pick(&answer.var), pick(&answer.cvar));
    };
    let number = |value: f64| format!("{value:.6}");
    let ends = |interval: Interval| format!("[{:.4}, {:.4}]", interval.low, interval.high);
    row("exact, of the samples", &|m| number(m.exact_samples));
    row("exact, of the points", &|m| number(m.exact_discretised));
    row("discretisation error", &|m| number(m.discretisation_error));
    row("amplitude estimation", &|m| number(m.quantum));
    row("Monte Carlo, as many samples", &|m| number(m.classical_monte_carlo.estimate));
    let percent = 100.0 * answer.confidence;
    for (name, measure) in [("VaR", &answer.var), ("CVaR", &answer.cvar)] {
        let (quantum, classical) = (ends(measure.interval), ends(measure.classical_monte_carlo.interval));
        let _ = writeln!(
            text,
            "{percent} % interval of {name}: amplitude estimation {quantum} (of the points), Monte Carlo {classical}"
        );
    }
    let _ =
        writeln!(text, "{} oracle calls in {} estimates, seed {}", answer.oracle_calls, answer.estimates, answer.seed);
    text + HONEST_CLAIM
}
