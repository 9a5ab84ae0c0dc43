//! `quantum features`: what a fixed circuit makes of every window of a series.

use std::fmt::Write;

use energyopti_quantum::HONEST_CLAIM;
use energyopti_quantum::features::{Design, FeatureMap, Reservoir};
use energyopti_scenarios::batch;
use energyopti_scenarios::quantum::read_samples;
use serde_json::json;

use super::super::{print, print_json};
use crate::arguments::Format;
use crate::arguments::quantum::{FeatureCircuit, Features as Options};
use crate::failure::Failure;

pub fn execute(options: &Options) -> Result<(), Failure> {
    let series = read_samples(&options.series, options.column.as_deref())?;
    let window = options.window as usize;
    if series.len() < window {
        let message = format!("--window {window} is longer than the series of {} values", series.len());
        return Err(Failure::input(message));
    }
    let windows: Vec<&[f64]> = series.windows(window).collect();
    let design = Design {
        seed: options.seed,
        name: "features".to_owned(),
        qubits: options.qubits,
        depth: options.layers,
        bandwidth: options.bandwidth,
    };
    let labels = design.labels();
    let rows = batch::pool(options.threads)?.install(|| match options.circuit {
        FeatureCircuit::Map => FeatureMap::new(design, window)?.batch(&windows),
        FeatureCircuit::Reservoir => Reservoir::new(design)?.batch(&windows),
    })?;
    if options.format == Format::Json {
        return print_json(&json!({
            "first_row": window - 1,
            "labels": labels,
            "features": rows,
            "claim": HONEST_CLAIM,
        }));
    }
    // The row of a window is that of its last value: nothing later is in it.
    let mut text = format!("row,{}\n", labels.join(","));
    for (row, features) in (window - 1..).zip(rows) {
        let cells: Vec<String> = features.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "{row},{}", cells.join(","));
    }
    print(&text)
}
