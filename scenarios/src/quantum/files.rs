//! The files of the research commands: a QUBO, samples, a circuit.

use std::path::Path;

use energyopti_quantum::circuit::Circuit;
use energyopti_quantum::{Error, qasm};

use super::numbers::{self, Examined, Numbers};
use crate::fault::{Faults, Found};
use crate::schema::nearest;

/// Reads a square matrix, row by row: CSV (with or without a header, any usual separator) or JSON
/// (`[[...], ...]`, or an object with one such list).
///
/// # Errors
/// Every fault, with its place: what is not a finite number, and rows that do not make a square.
pub fn read_matrix(path: &Path) -> Result<Vec<Vec<f64>>, Faults> {
    let (mut examined, Numbers { rows, spans, .. }) = numbers::read(path)?;
    let count = rows.len();
    for (at, (row, span)) in rows.iter().zip(spans).enumerate().filter(|(_, (row, _))| row.len() != count) {
        let rule = format!("has {} numbers, and the matrix has {count} rows: it must be square", row.len());
        examined.findings.note(Found::new(span, format!("row {}", at + 1), rule));
    }
    examined.finish(rows)
}

/// Reads samples: CSV or JSON of one column, or the column that is named.
///
/// # Errors
/// Every fault, with its place.
pub fn read_samples(path: &Path, column: Option<&str>) -> Result<Vec<f64>, Faults> {
    let (mut examined, Numbers { header, rows, spans }) = numbers::read(path)?;
    let names = header.unwrap_or_default();
    let at = match column {
        Some(wanted) => names.iter().position(|name| name == wanted),
        // A line of numbers is as good as a column of them.
        None if rows.len() == 1 => return examined.finish(rows.into_iter().flatten().collect()),
        None => rows.iter().all(|row| row.len() == 1).then_some(0),
    };
    let Some(at) = at else {
        match column {
            Some(wanted) => {
                let help = nearest::help(wanted, names.iter().map(String::as_str));
                examined.whole(format!("has no column `{wanted}`"), help.as_deref());
            }
            None => examined.whole("has several columns", Some(&choice(&names))),
        }
        return Err(examined.faults());
    };
    for (row, span) in rows.iter().zip(spans).filter(|(row, _)| row.len() <= at) {
        examined.findings.note(Found::new(span, "", format!("has {} cells, not {}", row.len(), at + 1)));
    }
    let values = rows.iter().filter_map(|row| row.get(at)).copied().collect();
    examined.finish(values)
}

/// Reads an `OpenQASM` circuit.
///
/// # Errors
/// Every fault, with its place.
pub fn read_circuit(path: &Path) -> Result<Circuit, Faults> {
    let mut examined = Examined::open(path)?;
    let text = examined.text();
    match qasm::parse(&text) {
        Ok(circuit) => Ok(circuit),
        Err(Error::Qasm { faults }) => {
            let starts: Vec<usize> = [0].into_iter().chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
            for fault in faults {
                let line = starts.get(fault.line.saturating_sub(1)).copied().unwrap_or(text.len());
                let before =
                    text[line..].chars().take(fault.column.saturating_sub(1)).map(char::len_utf8).sum::<usize>();
                let start = line + before;
                let end = (start + fault.text.len()).min(text.len()).max(start);
                let nearest = fault.nearest.map(|name| format!("did you mean `{name}`?"));
                examined
                    .findings
                    .note(Found::new(examined.span(start..end), fault.text, fault.rule).maybe_help(nearest));
            }
            Err(examined.faults())
        }
        Err(other) => {
            examined.whole(other.to_string(), None);
            Err(examined.faults())
        }
    }
}

/// Reads values of a circuit's inputs, a row per run: CSV or JSON with a column for each input, called by
/// its name; without names in the circuit's order. Each row has the circuit's order.
///
/// # Errors
/// Every fault, with its place.
pub fn read_bindings(path: &Path, circuit: &Circuit) -> Result<Vec<Vec<f64>>, Faults> {
    let (mut examined, Numbers { header, rows, spans }) = numbers::read(path)?;
    let inputs = circuit.parameters();
    let names = header.unwrap_or_else(|| inputs.to_vec());
    for name in names.iter().filter(|name| !inputs.contains(name)) {
        let help = nearest::help(name, inputs.iter().map(String::as_str));
        examined.whole(format!("has a column `{name}`, and the circuit has no such input"), help.as_deref());
    }
    let places = inputs.iter().map(|input| {
        let place = names.iter().position(|name| name == input);
        if place.is_none() {
            examined.whole(format!("has no column `{input}`, an input of the circuit"), None);
        }
        place.unwrap_or(0)
    });
    let places: Vec<usize> = places.collect();
    for (row, span) in rows.iter().zip(spans).filter(|(row, _)| row.len() != names.len()) {
        let rule = format!("has {} cells, not {}", row.len(), names.len());
        examined.findings.note(Found::new(span, "", rule));
    }
    let ordered = |row: &Vec<f64>| places.iter().filter_map(|at| row.get(*at)).copied().collect();
    let ordered = rows.iter().map(ordered).collect();
    examined.finish(ordered)
}

fn choice(names: &[String]) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if names.is_empty() {
        "give the columns a header and name one with --column".to_owned()
    } else {
        format!("name one with --column: {}", nearest::quoted(&names, "or"))
    }
}
