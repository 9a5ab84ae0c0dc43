//! Reads the reference vectors of pvlib, where they are there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One line of the reference: numbers by column, and the instant.
pub(super) struct Row {
    columns: BTreeMap<String, f64>,
    /// Seconds since 1970-01-01T00:00:00Z.
    pub unix_seconds: f64,
}

impl Row {
    /// The number in `column`; NaN where the cell is empty.
    pub(super) fn get(&self, column: &str) -> f64 {
        self.columns[column]
    }
}

fn folder() -> PathBuf {
    std::env::var_os("ENERGYOPTI_SHARED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from)
}

/// All rows of `renewables/pv_vectors.csv`; none, said aloud, where the file is missing.
pub(super) fn rows() -> Vec<Row> {
    let path = folder().join("renewables/pv_vectors.csv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        #[expect(clippy::print_stderr, reason = "a test that skips says so")]
        {
            eprintln!("skipped: no {}", path.display());
        }
        return Vec::new();
    };
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows: Vec<Row> = lines.map(|line| row(&header, line)).collect();
    assert!(rows.len() >= 400, "{} rows", rows.len());
    rows
}

fn row(header: &[&str], line: &str) -> Row {
    let cells: Vec<&str> = line.split(',').collect();
    assert_eq!(cells.len(), header.len(), "{line}");
    let mut columns = BTreeMap::new();
    let mut unix_seconds = f64::NAN;
    for (name, cell) in header.iter().zip(cells) {
        match *name {
            "site" => {}
            "time_utc" => unix_seconds = seconds(cell),
            _ => {
                columns.insert((*name).to_owned(), if cell.is_empty() { f64::NAN } else { cell.parse().unwrap() });
            }
        }
    }
    Row { columns, unix_seconds }
}

/// Seconds since 1970 of `2020-03-20T00:30:00Z`: days counted one by one, unlike the code under test.
fn seconds(text: &str) -> f64 {
    let part = |from: usize, to: usize| text[from..to].parse::<u32>().unwrap();
    let leap = |year: u32| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let years: u32 = (1970..part(0, 4)).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let lengths = [31, if leap(part(0, 4)) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let months: u32 = (1..part(5, 7)).map(|month| lengths[month as usize - 1]).sum();
    let hours = (years + months + part(8, 10) - 1) * 24 + part(11, 13);
    f64::from(hours * 60 + part(14, 16)) * 60.0 + f64::from(part(17, 19))
}
