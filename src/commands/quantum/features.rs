//! `quantum features`: what a fixed circuit makes of every window of a series.

use std::fmt::Write;

use energyopti_quantum::HONEST_CLAIM;
use energyopti_quantum::features::Design;
use energyopti_scenarios::batch;
use energyopti_scenarios::quantum::{FeatureRows, features, read_samples};
use energyopti_scenarios::schema::FeatureCircuitSpec;
use serde_json::json;

use super::super::{print, print_json};
use crate::arguments::Format;
use crate::arguments::quantum::{FeatureCircuit, Features as Options};
use crate::failure::Failure;

#[expect(clippy::print_stderr, reason = "the table is for programs, the claim for who reads it")]
pub fn execute(options: &Options) -> Result<(), Failure> {
    let series = read_samples(&options.series, options.column.as_deref())?;
    let window = options.window as usize;
    if series.len() < window {
        let message = format!("--window {window} is longer than the series of {} values", series.len());
        return Err(Failure::input(message));
    }
    let design = Design {
        seed: options.seed,
        name: "features".to_owned(),
        qubits: options.qubits,
        depth: options.layers,
        bandwidth: options.bandwidth,
    };
    let circuit = match options.circuit {
        FeatureCircuit::Map => FeatureCircuitSpec::Map,
        FeatureCircuit::Reservoir => FeatureCircuitSpec::Reservoir,
    };
    let found = batch::pool(options.work.threads)?.install(|| features(&series, window, circuit, design))?;
    let FeatureRows { labels, first_row, rows } = found;
    if options.work.format == Some(Format::Json) {
        let answer = json!({"first_row": first_row, "labels": labels, "features": rows, "claim": HONEST_CLAIM});
        return print_json(&answer);
    }
    eprintln!("{HONEST_CLAIM}");
    // The row of a window is that of its last value: nothing later is in it.
    let mut text = format!("row,{}\n", labels.join(","));
    for (row, features) in (first_row..).zip(rows) {
        let cells: Vec<String> = features.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "{row},{}", cells.join(","));
    }
    print(&text)
}
