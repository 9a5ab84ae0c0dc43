//! Runs written to disk and read back, and what happens when they are damaged on the way. Here is
//! the run that all of these tests write.

mod comparing;
mod damage;
mod reading;
mod tables;
mod writing;

use energyopti_engine::{Estimate, Histogram, Timeline, TimelineRow};
use serde_json::{Value, json};
use std::path::Path;

use super::*;

const ID: &str = "0123456789abcdef";

fn summary() -> Summary {
    let sampled = Estimate {
        value: Some(9.394_175_123_456_789),
        standard_error: Some(0.1),
        ci95: Some([9.198, 9.590]),
        n: Some(10_000),
    };
    Summary {
        run: ID.to_owned(),
        scenario: "Harbour".to_owned(),
        seed: 79,
        replicas: Some(10_000),
        horizon_h: 8736.0,
        currency: "USD".to_owned(),
        method: "sequential".to_owned(),
        metrics: vec![
            ("lole_h".to_owned(), sampled),
            ("eue_mwh".to_owned(), Estimate::exact(0.1 + 0.2)),
            ("event_duration_h".to_owned(), Estimate::undefined(Some(10_000))),
        ],
        quantum: None,
    }
}

fn timeline() -> Timeline {
    let row = |step: u64, margin: f64| TimelineRow {
        step,
        load_mean_mw: 1.5,
        unserved_mean_mw: 0.25,
        stored_mean_mwh: 4.0,
        margin_mean_mw: margin,
        margin_quantiles_mw: [margin - 1.0, margin, margin + 1.0],
    };
    Timeline { steps_per_row: 2, resolution_mw: 0.1, quantile_replicas: 1024, rows: vec![row(0, 3.3), row(2, -0.1)] }
}

fn record(scenario: Value) -> RunRecord {
    RunRecord {
        scenario,
        seed: 79,
        replicas: Some(10_000),
        method: "sequential".to_owned(),
        engine: "0.1.0".to_owned(),
        execution: Execution { started: "2025-01-01T00:00:00Z".to_owned(), seconds: 1.5, threads: 2, chunk: 1024 },
    }
}

fn scenario() -> Value {
    json!({ "scenario": { "name": "Harbour" }, "load": [{ "name": "port", "peak_mw": 0.1 }] })
}

/// Writes a run with every kind of file.
fn write(store: &Path, id: &str) -> std::path::PathBuf {
    let mut draft = Draft::begin(store, id).unwrap();
    draft.summary(&summary()).unwrap();
    draft.timeline(&timeline(), 1.0).unwrap();
    draft.margin(&Histogram { edges: vec![-1.5, 0.0, 1.5], counts: vec![2, 40] }).unwrap();
    draft.report("<!DOCTYPE html>\n<title>Harbour</title>\n").unwrap();
    draft.input("port_load.csv", b"mw\n1.0\n").unwrap();
    let mut samples = draft.samples(&["lole_h", "eue_mwh"]).unwrap();
    samples.push(&[vec![0.0, 1.0], vec![0.0, f64::NAN]]).unwrap();
    draft.finish_samples(samples).unwrap();
    draft.commit(record(scenario())).unwrap()
}

/// All files of a run, by name.
fn files(run: &Path) -> Vec<String> {
    let mut names: Vec<String> = Run::open(run).unwrap().manifest().outputs.keys().cloned().collect();
    names.push(file::MANIFEST.to_owned());
    names
}
