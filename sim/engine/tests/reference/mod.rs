//! Reading the shared reference data.
#![allow(dead_code, clippy::print_stderr)]

use std::path::{Path, PathBuf};

/// Rows of a reference file without its heading; `None`, with a word said, where the data is missing.
pub fn table(name: &str) -> Option<Vec<Vec<String>>> {
    let root = std::env::var_os("ENERGYOPTI_SHARED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(root.join(name)) else {
        eprintln!("skipped: no {name} under {}", root.display());
        return None;
    };
    Some(text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect())
}

/// A number of the table.
pub fn number(text: &str) -> f64 {
    text.parse().expect("the reference tables hold numbers")
}

/// Relative difference to the reference.
pub fn relative(value: f64, reference: f64) -> f64 {
    (value - reference).abs() / reference.abs()
}
