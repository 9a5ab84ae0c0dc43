//! `quantum allocate`: what a scenario's `[quantum.allocation]` takes, after its futures were run.

use std::fmt::Write;

use energyopti_scenarios::Variant;
use energyopti_scenarios::batch::{Outcome, title};
use energyopti_scenarios::results::Run;
use serde_json::{Value, json};

use super::super::{print, print_json, run};
use crate::arguments::Format;
use crate::arguments::quantum::Allocate as Options;
use crate::failure::Failure;
use crate::progress::cancellable;
use crate::scenario;

pub fn execute(options: &Options) -> Result<(), Failure> {
    let variants = scenario::variants(&options.file, &options.scenario)?;
    if let Some(without) = variants.iter().find(|variant| variant.scenario.quantum.allocation.is_none()) {
        let message = format!("{} has no [quantum.allocation]: nothing to choose from", title(without));
        return Err(Failure::input(message));
    }
    let control = cancellable()?;
    let mut answers = Vec::with_capacity(variants.len());
    for variant in &variants {
        let Outcome { run, .. } =
            run::one(variant, &options.keeping, &options.work, &control, variant.scenario.name())?;
        answers.push(answer(&run)?);
    }
    if options.work.format == Some(Format::Json) {
        return print_json(&machine_readable(&variants, answers));
    }
    let currency = variants.first().map_or("", |variant| variant.scenario.currency());
    let texts = variants.iter().zip(&answers).map(|(variant, answer)| text(variant, answer, currency));
    print(&texts.collect::<Vec<_>>().join("\n"))
}

/// The run's answer, with its folder.
fn answer(run: &Run) -> Result<Value, Failure> {
    let quantum = run.summary().quantum.as_ref();
    let found = quantum.and_then(|quantum| quantum.get("allocation")).cloned();
    let mut found = found.ok_or_else(|| anyhow::anyhow!("{} holds no allocation", run.folder().display()))?;
    found["run"] = json!(run.summary().run);
    found["report"] = json!(run.report().display().to_string());
    Ok(found)
}

/// One answer, or of a sweep a list of them behind their variants.
fn machine_readable(variants: &[Variant], mut answers: Vec<Value>) -> Value {
    if answers.len() == 1 {
        return answers.remove(0);
    }
    let labelled = variants.iter().zip(answers).map(|(variant, mut answer)| {
        answer["variant"] = json!(variant.id);
        answer
    });
    labelled.collect()
}

/// An amount: whole where it is large, with its decimals where it is small.
fn number(value: &Value) -> String {
    match value.as_f64() {
        Some(amount) if amount.abs() >= 1e4 => format!("{amount:.0}"),
        Some(amount) => format!("{amount:.6}"),
        None => "-".to_owned(),
    }
}

fn text(variant: &Variant, answer: &Value, currency: &str) -> String {
    let (classical, quantum) = (&answer["classical"], &answer["quantum"]);
    let mut text = format!("{}\n", title(variant));
    let best = &quantum["best_of_shots"];
    let _ = writeln!(text, "{:<32}{:>12}{:>12}", "units", "classical", "circuit");
    for (at, name) in answer["candidates"].as_array().into_iter().flatten().enumerate() {
        let units = |figures: &Value| figures["units"][at].as_u64().map_or_else(|| "-".to_owned(), |u| u.to_string());
        let name = name.as_str().unwrap_or_default();
        let _ = writeln!(text, "{name:<32}{:>12}{:>12}", units(&classical["figures"]), units(best));
    }
    for (word, key) in [("objective, minimised", "objective"), ("expected return", "expected_return"), ("cost", "cost")]
    {
        let label = format!("{word} ({currency})");
        let _ = writeln!(text, "{label:<32}{:>12}{:>12}", number(&classical["figures"][key]), number(&best[key]));
    }
    let risk = |figures: &Value| {
        let (tail, spread) = (&figures["risk"]["tail"], &figures["risk"]["spread"]);
        number(tail.get("conditional_value_at_risk").unwrap_or(&spread["standard_deviation"]))
    };
    let name =
        if classical["figures"]["risk"].get("tail").is_some() { "CVaR of the loss" } else { "standard deviation" };
    let label = format!("{name} ({currency})");
    let _ = writeln!(text, "{label:<32}{:>12}{:>12}", risk(&classical["figures"]), risk(best));
    let proven = if classical["proven"] == json!(true) { "proven the best" } else { "not proven the best" };
    let _ =
        writeln!(text, "classical: {proven}, bound {}, gap {}", number(&classical["bound"]), number(&classical["gap"]));
    let state = &quantum["state"];
    let share = |value: &Value| value.as_f64().map_or_else(|| "-".to_owned(), |value| format!("{value:.4}"));
    let _ = writeln!(
        text,
        "circuit: {} qubits, {} layers, gap {}, approximation ratio {}, P(feasible) {}, P(optimum) {}",
        quantum["qubits"],
        quantum["layers"],
        number(&quantum["gap"]),
        share(&state["approximation_ratio"]),
        share(&state["p_feasible"]),
        share(&state["p_optimum"])
    );
    let reduced = quantum["reduced"]["fixed"].as_array().map_or(0, Vec::len);
    if reduced > 0 {
        let _ = writeln!(text, "the circuit saw a reduced problem: {reduced} candidates were fixed beforehand");
    }
    let guess = &quantum["guessing"]["best"]["objective"];
    let _ = writeln!(text, "best of as many guesses: {}", number(guess));
    let _ = writeln!(text, "report  {}", answer["report"].as_str().unwrap_or_default());
    text + answer["claim"].as_str().unwrap_or_default()
}
