//! `quantum run`: an `OpenQASM` circuit, to counts and an expectation value.

use std::fmt::Write;

use energyopti_engine::StreamKey;
use energyopti_quantum::circuit::Circuit;
use energyopti_quantum::{HONEST_CLAIM, Program, qasm};
use energyopti_scenarios::quantum::{CircuitAnswer, CircuitQuestion, operations_per_second, read_circuit};
use serde_json::json;

use super::super::{print, print_json};
use super::machine;
use crate::arguments::Format;
use crate::arguments::quantum::{Circuit as Options, Precision};
use crate::failure::Failure;

pub fn execute(options: &Options) -> Result<(), Failure> {
    let circuit = read_circuit(&options.circuit)?;
    let circuit = circuit.bind(&values(&circuit, options)?)?;
    let bytes = if options.machine.precision == Precision::F32 { 8 } else { 16 };
    options.machine.limit().check(circuit.qubits(), bytes, 0)?;
    if let Some(file) = &options.machine.export {
        machine::write(file, &qasm::export(&circuit)?)?;
    }
    if options.machine.plan {
        let rate = options.machine.pool()?.install(operations_per_second)?;
        let prediction = Program::compile(&circuit)?.prediction(bytes);
        return machine::Plan::of_circuit(circuit.qubits(), &prediction, rate).print(&options.machine.work);
    }
    let (shots, width) = (options.shots, machine::width(options.machine.precision));
    let question = CircuitQuestion::new(circuit, options.observable.as_deref(), shots, width)?;
    let key = StreamKey::new(options.seed, "circuit", "shots", 0);
    let pool = options.machine.pool()?;
    let answer = pool.install(|| question.answer(&[], key, options.machine.limit()))?;
    let answer = Answer { question: &question, options, answer };
    if options.machine.work.format == Some(Format::Json) { print_json(&answer.json()) } else { print(&answer.text()) }
}

/// What is found, with what was asked.
struct Answer<'a> {
    question: &'a CircuitQuestion,
    options: &'a Options,
    answer: CircuitAnswer,
}

/// A value for each of the circuit's parameters, all of which must be typed.
fn values(circuit: &Circuit, options: &Options) -> Result<Vec<f64>, Failure> {
    let mut typed = std::collections::BTreeMap::new();
    for set in &options.sets {
        let pair = set.split_once('=').and_then(|(name, value)| Some((name.trim(), value.trim().parse::<f64>().ok()?)));
        let Some((name, value)) = pair.filter(|(_, value)| value.is_finite()) else {
            return Err(Failure::input(format!("--set {set}: expected NAME=VALUE with a number")));
        };
        if typed.insert(name, value).is_some() {
            return Err(Failure::input(format!("--set {name}: given twice")));
        }
    }
    let known = circuit.parameters();
    let names = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    if let Some(unknown) = typed.keys().find(|name| !known.iter().any(|known| known == *name)) {
        let message = format!("--set {unknown}: the circuit has no such input; its inputs: {names}");
        return Err(Failure::input(message));
    }
    let missing: Vec<&str> = known.iter().map(String::as_str).filter(|name| !typed.contains_key(name)).collect();
    if !missing.is_empty() {
        let message =
            format!("the circuit's inputs {} have no value; give each with --set NAME=VALUE", missing.join(", "));
        return Err(Failure::input(message));
    }
    Ok(known.iter().filter_map(|name| typed.get(name.as_str())).copied().collect())
}

impl Answer<'_> {
    fn json(&self) -> serde_json::Value {
        let mut answer = json!({"qubits": self.question.circuit().qubits()});
        if let Some(counts) = &self.answer.counts {
            answer["shots"] = json!(self.question.shots());
            answer["seed"] = json!(self.options.seed);
            answer["counts"] = json!(counts);
        }
        if let Some(expectation) = self.answer.expectation {
            answer["observable"] = json!(self.options.observable);
            answer["expectation"] = json!(expectation);
        }
        answer["claim"] = json!(HONEST_CLAIM);
        answer
    }

    fn text(&self) -> String {
        let mut text = format!("{} qubits\n", self.question.circuit().qubits());
        if let Some((expectation, observable)) = self.answer.expectation.zip(self.options.observable.as_ref()) {
            let _ = writeln!(text, "<{observable}> = {expectation}");
        }
        if let Some((rows, shots)) = self.answer.counts.as_ref().zip(self.question.shots()) {
            let _ = writeln!(text, "{shots} shots, seed {}", self.options.seed);
            // Of equal counts the first string comes first.
            let mut rows: Vec<_> = rows.iter().collect();
            rows.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
            for (bits, count) in rows.iter().take(MOST_ROWS) {
                #[expect(clippy::cast_precision_loss, reason = "a share in percent")]
                let percent = 100.0 * **count as f64 / shots as f64;
                let _ = writeln!(text, "  {bits}  {count:>10}  {percent:>7.3} %");
            }
            if rows.len() > MOST_ROWS {
                let _ = writeln!(text, "  ... and {} more, which --format json lists", rows.len() - MOST_ROWS);
            }
        }
        text + HONEST_CLAIM
    }
}

/// Most rows of counts that are printed for people.
const MOST_ROWS: usize = 20;
