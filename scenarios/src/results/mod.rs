//! The files of a run: what they hold, how they get to disk whole, and how they are read back
//! only after their hashes have been checked.
//!
//! A run is a folder `STORE/<id>/`:
//!
//! | file                 | holds                                                              |
//! |----------------------|--------------------------------------------------------------------|
//! | `manifest.json`      | scenario as run, seed, versions, hashes of all inputs and outputs  |
//! | `summary.json`       | every metric with its uncertainty                                  |
//! | `summary.parquet`    | the same as a table                                                |
//! | `timeseries.parquet` | the course of a typical future, where kept                         |
//! | `margin.parquet`     | how often which margin was seen                                    |
//! | `samples.parquet`    | one row per future, if asked for                                   |
//! | `duals.parquet`      | what bound in the first future, if asked for                       |
//! | `tail_risk.parquet`  | the distribution whose tail was asked for                          |
//! | `allocation.parquet` | what a `[quantum.allocation]` takes of each candidate              |
//! | `qaoa_layers.parquet`, `qaoa_costs.parquet` | how its circuit did by layers, and what its samples cost |
//! | `features.parquet`   | features of the windows of a series                                |
//! | `report.html`        | the same for people                                                |
//! | `inputs/<hash>.csv`  | copies of the scenario's input files                               |
//!
//! The folder of a batch of circuits holds `circuits.parquet` and `counts.parquet` beside its own
//! `summary.json`, that of a comparison `comparison.json` and `report.html`; both have a manifest whose
//! `method` says what they are.
//!
//! ```text
//! Draft::begin -> summary, timeline, samples, report, input -> commit      (writing)
//! find -> Run::open -> manifest, summary, timeline, input                  (reading)
//! ```
//!
//! Everything but the manifest's `execution` object is a function of the run's identity: no
//! time, no path, no machine. This room computes no statistics and draws nothing; the report is
//! text that [`crate::report`] made.

mod beside;
mod circuits;
mod compare;
mod compare_text;
mod difference;
mod draft;
mod error;
mod find;
mod identity;
mod manifest;
mod open;
mod parquet_file;
mod quantum;
mod samples;
mod seal;
mod summary;
mod sweep;
mod tables;

#[cfg(test)]
mod tests;

pub use beside::{write_duals, write_ledger};
pub use compare::{Comparison, InputDifference, MetricDifference, Side};
pub use compare_text::text_table;
pub use difference::input_differences;
pub use draft::{Draft, Output};
pub use error::StoreError;
pub use find::{existing, find};
pub use identity::{canonical_json, run_id, sha256_hex};
pub use manifest::{Execution, FORMAT, Manifest, RunRecord};
pub use open::Run;
pub(crate) use open::text_of;
pub(crate) use quantum::summary as quantum_summary;
pub use samples::{SampleWriter, Samples};
pub use summary::Summary;

/// Names of the files in a run's folder.
pub mod file {
    /// The manifest, written last.
    pub const MANIFEST: &str = "manifest.json";
    /// The metrics as JSON.
    pub const SUMMARY: &str = "summary.json";
    /// The metrics as a table.
    pub const SUMMARY_TABLE: &str = "summary.parquet";
    /// Statistics by step.
    pub const TIMESERIES: &str = "timeseries.parquet";
    /// Distribution of the margin.
    pub const MARGIN: &str = "margin.parquet";
    /// One row per replica.
    pub const SAMPLES: &str = "samples.parquet";
    /// What bound in the first future.
    pub const DUALS: &str = "duals.parquet";
    /// The distribution whose tail was asked for.
    pub const TAIL_RISK: &str = "tail_risk.parquet";
    /// What an allocation takes of each candidate.
    pub const ALLOCATION: &str = "allocation.parquet";
    /// How the circuit of an allocation did, by its number of layers.
    pub const QAOA_LAYERS: &str = "qaoa_layers.parquet";
    /// Distribution of what its samples cost.
    pub const QAOA_COSTS: &str = "qaoa_costs.parquet";
    /// Features of the windows of a series.
    pub const FEATURES: &str = "features.parquet";
    /// One row per circuit of a batch.
    pub const CIRCUITS: &str = "circuits.parquet";
    /// What was read how often, by circuit of a batch.
    pub const COUNTS: &str = "counts.parquet";
    /// What differs between two runs.
    pub const COMPARISON: &str = "comparison.json";
    /// The report for people.
    pub const REPORT: &str = "report.html";
    /// The folder of copied input files.
    pub const INPUTS: &str = "inputs";
}
