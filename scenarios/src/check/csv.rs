//! CSV files: a header line, then one row per step.
//!
//! Every fault points into the file. Not here: what the numbers are for.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};

use super::{Checked, Reported};
use crate::document::{SourceId, Span};
use crate::fault::{Findings, Found};
use crate::input::sha256;
use crate::schema::nearest;

/// Most faults of one kind reported of one file.
pub(super) const MOST: usize = 5;
/// Greatest number taken for a power in MW.
const GREATEST: f64 = 1e9;

/// A readable file.
#[derive(Debug)]
pub(crate) struct CsvFile {
    /// Where it lies.
    pub path: PathBuf,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
    source: SourceId,
    header: Vec<String>,
    rows: Vec<StringRecord>,
}

/// Reads a file; notes what makes it unreadable or ragged.
pub(super) fn read(path: &Path, label: String, bytes: &Arc<[u8]>, findings: &mut Findings) -> Checked<CsvFile> {
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let text = String::from_utf8_lossy(bytes);
    let source = findings.sources.add(label, text.as_ref(), folder);
    if let Err(e) = std::str::from_utf8(bytes) {
        let at = e.valid_up_to();
        return Err(note(
            findings,
            Found::new(Span::new(source, at..at + 1), "", "a file must be UTF-8 text: this byte is not"),
        ));
    }
    let mut reader = ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
    let rows: Result<Vec<StringRecord>, _> = reader.records().collect();
    let mut rows = rows.map_err(|e| note(findings, Found::file(source, format!("is not CSV: {e}"))))?;
    if rows.is_empty() {
        return Err(note(findings, Found::file(source, "is empty: expected a header line and one row per step")));
    }
    let first = rows.remove(0);
    let header = first.iter().map(|name| name.trim().trim_start_matches('\u{FEFF}').to_owned()).collect();
    let file = CsvFile { path: path.to_path_buf(), sha256: sha256(bytes), bytes: bytes.clone(), source, header, rows };
    file.check_header(&first, &text, findings)?;
    file.check_rows(&text, findings)?;
    Ok(file)
}

fn note(findings: &mut Findings, fault: Found) -> Reported {
    findings.note(fault);
    Reported
}

impl CsvFile {
    fn check_header(&self, first: &StringRecord, text: &str, findings: &mut Findings) -> Checked<()> {
        let before = findings.count();
        let line = line_span(self.source, text, first);
        if let [only] = self.header.as_slice()
            && let Some(separator) = [';', '\t', '|'].into_iter().find(|c| only.contains(*c))
        {
            let shown = if separator == '\t' { "tabs".to_owned() } else { format!("`{separator}`") };
            let found = Found::new(line, "", format!("fields must be separated by commas, not {shown}"));
            return Err(note(findings, found.help("and numbers written with a decimal point")));
        }
        for (i, name) in self.header.iter().enumerate() {
            if name.is_empty() {
                findings.note(Found::new(
                    field_span(self.source, text, first, i),
                    "",
                    format!("column {} has no name", i + 1),
                ));
            } else if let Some(other) = self.header[..i].iter().position(|n| n == name) {
                let found =
                    Found::new(field_span(self.source, text, first, i), "", format!("column `{name}` stands twice"));
                findings.note(found.also(field_span(self.source, text, first, other), "first here"));
            }
        }
        if findings.count() == before { Ok(()) } else { Err(Reported) }
    }

    fn check_rows(&self, text: &str, findings: &mut Findings) -> Checked<()> {
        let width = self.header.len();
        let ragged: Vec<&StringRecord> = self.rows.iter().filter(|row| row.len() != width).collect();
        for row in ragged.iter().take(MOST) {
            let count = row.len();
            let noun = if count == 1 { "field" } else { "fields" };
            let rule = format!("the row has {count} {noun}, but the header names {width}");
            let comma = count > width && row.iter().skip(1).all(|field| field.trim().parse::<u64>().is_ok());
            let help = comma.then(|| "a decimal comma? write 1.5, not 1,5".to_owned());
            findings.note(Found::new(line_span(self.source, text, row), "", rule).maybe_help(help));
        }
        if ragged.is_empty() { Ok(()) } else { Err(self.more(ragged.len(), findings)) }
    }

    /// The index of a column; notes a missing one at `at`, where the scenario names it.
    pub fn find(&self, name: &str, at: Span, key: &str, findings: &mut Findings) -> Checked<usize> {
        self.header.iter().position(|n| n == name.trim()).ok_or_else(|| {
            let label = findings.sources.get(self.source).label.clone();
            let found = Found::new(at, key, format!("names a column that {label} does not have: `{name}`"));
            let numbers = name.parse::<f64>().is_err() && self.header.iter().all(|name| name.parse::<f64>().is_ok());
            let help = if numbers {
                Some("its first line holds numbers; it must name the columns".to_owned())
            } else {
                nearest::help(name, self.header.iter().map(String::as_str))
            };
            note(findings, found.maybe_help(help))
        })
    }

    /// The numbers of a column: finite, not negative.
    pub fn numbers(&self, column: usize, findings: &mut Findings) -> Checked<Arc<[f64]>> {
        self.read_by(column, number, findings)
    }

    /// The numbers of a column, each between `least` and `most`.
    pub fn numbers_within(
        &self,
        column: usize,
        (least, most): (f64, f64),
        findings: &mut Findings,
    ) -> Checked<Arc<[f64]>> {
        let read = |cell: &str| match cell.trim().parse::<f64>() {
            Ok(value) if (least..=most).contains(&value) => Ok(value),
            Ok(_) => Err(format!("must lie between {least} and {most}")),
            Err(_) if cell.trim().is_empty() => Err("has an empty cell".to_owned()),
            Err(_) => Err("must hold numbers only".to_owned()),
        };
        self.read_by(column, read, findings)
    }

    fn read_by(
        &self,
        column: usize,
        read: impl Fn(&str) -> Result<f64, String>,
        findings: &mut Findings,
    ) -> Checked<Arc<[f64]>> {
        let mut values = Vec::with_capacity(self.rows.len());
        let mut wrong = 0;
        for (i, row) in self.rows.iter().enumerate() {
            match read(row.get(column).unwrap_or_default()) {
                Ok(value) => values.push(value),
                Err(rule) => {
                    wrong += 1;
                    if wrong <= MOST {
                        findings.note(Found::new(self.cell(i, column, findings), self.key(column), rule));
                    }
                }
            }
        }
        if wrong == 0 { Ok(values.into()) } else { Err(self.more(wrong, findings)) }
    }

    /// Where a cell stands; rows count from 0 after the header.
    pub fn cell(&self, row: usize, column: usize, findings: &Findings) -> Span {
        let text = &findings.sources.get(self.source).text;
        self.rows.get(row).map_or(Span::new(self.source, 0..0), |r| field_span(self.source, text, r, column))
    }

    /// What messages call a column.
    pub fn key(&self, column: usize) -> String {
        format!("column `{}`", self.header[column])
    }

    /// The index of a column, where there is one.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|n| n == name)
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The names of all columns, for a sentence.
    pub fn columns(&self) -> String {
        nearest::quoted(&self.header.iter().map(String::as_str).collect::<Vec<_>>(), "and")
    }

    fn more(&self, count: usize, findings: &mut Findings) -> Reported {
        if count > MOST {
            findings.note(Found::file(self.source, format!("has {} more faults like these", count - MOST)).last());
        }
        Reported
    }
}

fn number(cell: &str) -> Result<f64, String> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Err("has an empty cell".to_owned());
    }
    match cell.parse::<f64>() {
        Err(_) => Err("must hold numbers only".to_owned()),
        Ok(value) if !value.is_finite() => Err("must hold finite numbers only".to_owned()),
        Ok(value) if value < 0.0 => Err("must not be negative".to_owned()),
        Ok(value) if value > GREATEST => Err(format!("must be at most {GREATEST:e}")),
        Ok(value) => Ok(value),
    }
}

/// The bytes of a record's line, without what ends it.
pub(super) fn line_span(source: SourceId, text: &str, record: &StringRecord) -> Span {
    let start = start(text, record);
    let length = text.as_bytes()[start..].iter().position(|b| matches!(b, b'\n' | b'\r'));
    Span::new(source, start..length.map_or(text.len(), |l| start + l))
}

/// The bytes of a field. Commas in quotes do not separate.
pub(super) fn field_span(source: SourceId, text: &str, record: &StringRecord, index: usize) -> Span {
    let start = start(text, record);
    let (mut field, mut begin, mut quoted) = (0, start, false);
    for (i, byte) in text.as_bytes()[start..].iter().enumerate() {
        let at = start + i;
        match byte {
            b'"' => quoted = !quoted,
            b',' | b'\n' | b'\r' if !quoted => {
                if field == index || *byte != b',' {
                    return Span::new(source, begin..at);
                }
                field += 1;
                begin = at + 1;
            }
            _ => {}
        }
    }
    Span::new(source, begin..text.len())
}

/// Where a record begins: the reader may count line ends before it as part of it.
fn start(text: &str, record: &StringRecord) -> usize {
    let at = record.position().and_then(|p| usize::try_from(p.byte()).ok()).unwrap_or(0).min(text.len());
    let skipped = text.as_bytes()[at..].iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
    at + skipped
}
