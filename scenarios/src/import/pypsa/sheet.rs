//! One CSV file of a PyPSA folder: rows under named columns, and faults with file and line.
//!
//! PyPSA leaves out columns that hold its defaults, and writes no value as an empty cell.

use std::cell::RefCell;
use std::path::Path;

use crate::document::{SourceId, Span};
use crate::fault::{Findings, Found};

/// A CSV file, read.
pub(super) struct Sheet {
    /// Its name in the folder: `lines.csv`.
    pub file: String,
    header: Vec<String>,
    rows: Vec<(usize, Span, Vec<String>)>,
}

/// A row of a sheet.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    sheet: &'a Sheet,
    index: usize,
}

/// Reads a file of the folder; `None` where there is none, or where it cannot be read as CSV.
pub(super) fn read(folder: &Path, file: &str, findings: &RefCell<Findings>) -> Option<Sheet> {
    let path = folder.join(file);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => {
            let source = findings.borrow_mut().sources.add(path.display().to_string(), "", folder.to_path_buf());
            findings.borrow_mut().note(Found::file(source, format!("cannot be read: {error}")));
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let source = findings.borrow_mut().sources.add(path.display().to_string(), text.as_str(), folder.to_path_buf());
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let (line, span) = place(source, &text, &record);
                lines.push((line, span, record.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>()));
            }
            Err(error) => {
                findings.borrow_mut().note(Found::file(source, format!("is not CSV: {error}")));
                return None;
            }
        }
    }
    if lines.is_empty() {
        findings.borrow_mut().note(Found::file(source, "is empty: expected a line of column names"));
        return None;
    }
    let (_, _, header) = lines.remove(0);
    for (_, span, cells) in lines.iter().filter(|(_, _, cells)| cells.len() != header.len()) {
        let rule = format!("the row has {} cells, the header {}", cells.len(), header.len());
        findings.borrow_mut().note(Found::new(*span, "", rule));
    }
    lines.retain(|(_, _, cells)| cells.len() == header.len());
    Some(Sheet { file: file.to_owned(), header, rows: lines })
}

fn place(source: SourceId, text: &str, record: &csv::StringRecord) -> (usize, Span) {
    let start = record.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX)).min(text.len());
    let start = text.floor_char_boundary(start);
    let length = text[start..].find(['\r', '\n']).unwrap_or(text.len() - start);
    let line = 1 + text[..start].matches('\n').count();
    (line, Span::new(source, start..start + length))
}

impl Sheet {
    /// Its rows.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.rows.len()).map(|index| Row { sheet: self, index })
    }

    /// Its columns.
    pub fn columns(&self) -> &[String] {
        &self.header
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }
}

impl<'a> Row<'a> {
    /// `lines.csv line 2`, for warnings.
    pub fn place(self) -> String {
        format!("{} line {}", self.sheet.file, self.sheet.rows[self.index].0)
    }

    /// The cell of a column; empty where there is no such column.
    pub fn text(self, column: &str) -> &'a str {
        let position = self.sheet.header.iter().position(|own| own == column);
        position.map_or("", |position| self.at(position))
    }

    /// The cell at a position.
    pub fn at(self, position: usize) -> &'a str {
        &self.sheet.rows[self.index].2[position]
    }

    /// What the row describes: the cell under `name`, or the first.
    pub fn name(self) -> &'a str {
        if self.sheet.header.iter().any(|own| own == "name") { self.text("name") } else { self.at(0) }
    }

    /// A number, or `usual` where none is given.
    pub fn number(self, column: &str, usual: f64, findings: &RefCell<Findings>) -> f64 {
        self.parsed(column, self.text(column), usual, findings)
    }

    /// The number at a position, or `usual` where none is given.
    pub fn number_at(self, position: usize, usual: f64, findings: &RefCell<Findings>) -> f64 {
        self.parsed(&self.sheet.header[position], self.at(position), usual, findings)
    }

    fn parsed(self, column: &str, text: &str, usual: f64, findings: &RefCell<Findings>) -> f64 {
        match text.parse::<f64>() {
            Ok(number) if !number.is_nan() => number,
            _ if text.is_empty() || text.eq_ignore_ascii_case("nan") => usual,
            _ => {
                self.fault(column, format!("is no number: `{text}`"), findings);
                usual
            }
        }
    }

    /// A finite number in a range, or `usual`.
    pub fn between(self, column: &str, usual: f64, least: f64, most: f64, findings: &RefCell<Findings>) -> f64 {
        let number = self.number(column, usual, findings);
        if (least..=most).contains(&number) {
            return number;
        }
        self.fault(column, format!("must be from {least} to {most}, not {number}"), findings);
        usual
    }

    /// Whether the row is switched off.
    pub fn inactive(self) -> bool {
        matches!(self.text("active"), "False" | "false" | "FALSE" | "0")
    }

    /// Notes a fault of a cell.
    pub fn fault(self, column: &str, rule: impl Into<String>, findings: &RefCell<Findings>) {
        let kind = self.sheet.file.trim_end_matches(".csv");
        let key = format!("{kind}.{}.{column}", self.name());
        findings.borrow_mut().note(Found::new(self.sheet.rows[self.index].1, key, rule));
    }
}
