//! What quantum circuits were asked, in a few lines of the table that `run` prints.

use energyopti_quantum::HONEST_CLAIM;
use serde_json::Value;

use crate::report::number::{fit, significant};
use crate::results::Summary;

/// The lines, none where nothing was asked; each holds at most 80 characters.
pub(in crate::report) fn lines(summary: &Summary) -> Vec<String> {
    let Some(quantum) = &summary.quantum else { return Vec::new() };
    let found = |key: &str| quantum.get(key);
    let mut lines = vec![String::new()];
    lines.extend(found("allocation").into_iter().flat_map(|answer| allocation(answer, &summary.currency)));
    lines.extend(found("tail_risk").into_iter().flat_map(tail));
    if let Some(windows) = found("features").and_then(|features| features.get("windows")) {
        lines.push(format!("features of {windows} windows"));
    }
    // The claim is longer than a line.
    lines.extend(HONEST_CLAIM.split_inclusive("; ").map(|part| part.trim_end().to_owned()));
    lines
}

fn allocation(answer: &Value, currency: &str) -> Vec<String> {
    let (classical, quantum) = (&answer["classical"], &answer["quantum"]);
    let units = answer["units"].as_object().into_iter().flatten();
    let taken = units.filter_map(|(name, units)| match units.as_u64()? {
        0 => None,
        1 => Some(name.clone()),
        more => Some(format!("{more} {name}")),
    });
    let taken: Vec<String> = taken.collect();
    let taken = if taken.is_empty() { "nothing".to_owned() } else { taken.join(", ") };
    let proven = if classical["proven"] == Value::Bool(true) { "the best" } else { "not proven the best" };
    let objective = |figures: &Value| text(&figures["objective"]);
    vec![
        fit(&format!("take {taken}"), 80),
        format!("objective {} {currency}, {proven}", objective(&classical["figures"])),
        format!(
            "best of {} shots of {} qubits {}, of as many guesses {}",
            quantum["shots"],
            quantum["qubits"],
            objective(&quantum["best_of_shots"]),
            objective(&quantum["guessing"]["best"])
        ),
    ]
}

fn tail(answer: &Value) -> Vec<String> {
    let of = answer["of"].as_str().unwrap_or_default();
    let line = |name: &str, measure: &Value| {
        format!(
            "{name} of {} at {}: {}, by {} qubits {} [{}, {}]",
            fit(of, 24),
            answer["alpha"],
            text(&measure["exact_samples"]),
            answer["qubits"],
            text(&measure["quantum"]),
            text(&measure["interval"]["low"]),
            text(&measure["interval"]["high"])
        )
    };
    vec![line("VaR", &answer["var"]), line("CVaR", &answer["cvar"])]
}

/// Five digits, or a dash where there is no number.
fn text(value: &Value) -> String {
    value.as_f64().map_or_else(|| "-".to_owned(), |value| significant(value, 5))
}
