//! Files of plain numbers: a matrix or a column, as CSV or JSON, every fault with its place.
//!
//! CSV here has a header or none, and any of the usual separators. Not here: what the numbers are for.

use std::ops::Range;
use std::path::Path;

use crate::document::files::{self, ReadFault};
use crate::document::{self, Kind, Node, SourceId, Span};
use crate::fault::{Faults, Findings, Found};

/// Most faults of one kind reported of one file.
const MOST: usize = 5;
/// Greatest number that is taken: its square is still one.
const GREATEST: f64 = 1e150;
/// Separators, of which the first that a file holds is its own; else blanks.
const SEPARATORS: [char; 3] = [',', ';', '\t'];

/// Rows of numbers, and where each row is written.
#[derive(Debug)]
pub(super) struct Numbers {
    /// Names of the columns, where the file has them.
    pub header: Option<Vec<String>>,
    pub rows: Vec<Vec<f64>>,
    pub spans: Vec<Span>,
}

/// A file under examination.
pub(super) struct Examined {
    pub findings: Findings,
    pub source: SourceId,
}

impl Examined {
    /// Takes in a file's text.
    pub fn open(path: &Path) -> Result<Self, Faults> {
        let mut findings = Findings::default();
        let label = path.display().to_string();
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let (text, fault) = match files::read_text(path) {
            Ok(text) => (text, None),
            // What Parquet files begin with; their hashes stand in the run's manifest.
            Err(ReadFault::NotText(bytes, _)) if bytes.starts_with(b"PAR1") => {
                (String::new(), Some(Err("is Parquet: name the folder of its run instead".to_owned())))
            }
            Err(ReadFault::NotText(bytes, at)) => (String::from_utf8_lossy(&bytes).into_owned(), Some(Ok(at))),
            Err(fault) => (String::new(), Some(Err(fault.rule()))),
        };
        let source = findings.sources.add(label, text, folder);
        match fault {
            None => return Ok(Self { findings, source }),
            Some(Ok(at)) => {
                let byte = Span::new(source, at..at + 1);
                findings.note(Found::new(byte, "", "must be UTF-8 text: this byte is not"));
            }
            Some(Err(rule)) => findings.note(Found::file(source, rule).maybe_help(files::near(path))),
        }
        Err(Self { findings, source }.faults())
    }

    pub fn text(&self) -> String {
        self.findings.sources.get(self.source).text.to_string()
    }

    pub fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range)
    }

    /// Notes a fault of the whole file.
    pub fn whole(&mut self, rule: impl Into<String>, help: Option<&str>) {
        self.findings.note(Found::file(self.source, rule).maybe_help(help.map(str::to_owned)));
    }

    /// What was noted.
    pub fn faults(self) -> Faults {
        self.findings.into_faults().err().unwrap_or(Faults(Vec::new()))
    }

    /// The answer, unless something was noted.
    pub fn finish<T>(self, answer: T) -> Result<T, Faults> {
        self.findings.into_faults().map(|()| answer)
    }
}

/// Reads rows of numbers: JSON where the text begins with a bracket, CSV otherwise.
pub(super) fn read(path: &Path) -> Result<(Examined, Numbers), Faults> {
    let mut examined = Examined::open(path)?;
    // By its content: a file of numbers that begins with a bracket is no CSV.
    let json = examined.text().trim_start_matches('\u{FEFF}').trim_start().starts_with(['[', '{']);
    let numbers = if json { json_rows(&mut examined) } else { csv_rows(&mut examined) };
    if numbers.rows.is_empty() && examined.findings.count() == 0 {
        examined.whole("holds no numbers", None);
    }
    if examined.findings.count() == 0 { Ok((examined, numbers)) } else { Err(examined.faults()) }
}

/// The places of a line's cells in the file, without blanks and quotes around them.
fn cells(line: &str, start: usize, separator: Option<char>) -> Vec<Range<usize>> {
    let whole = |part: &str| {
        let from = start + (part.as_ptr() as usize - line.as_ptr() as usize);
        let trimmed = part.trim_matches(|c: char| c.is_whitespace() || c == '"');
        let lead = part.len() - part.trim_start_matches(|c: char| c.is_whitespace() || c == '"').len();
        from + lead..from + lead + trimmed.len()
    };
    match separator {
        Some(separator) => line.split(separator).map(whole).collect(),
        None => line.split_whitespace().map(whole).collect(),
    }
}

fn csv_rows(examined: &mut Examined) -> Numbers {
    let text = examined.text();
    let text = text.as_str();
    let mark = text.len() - text.trim_start_matches('\u{FEFF}').len();
    let separator = SEPARATORS.into_iter().find(|&separator| text.contains(separator));
    let (mut header, mut rows, mut spans, mut start, mut wrong) = (None, Vec::new(), Vec::new(), 0, 0);
    for line in text.split_inclusive('\n') {
        let (begin, content) = (start.max(mark), line.trim_start_matches('\u{FEFF}').trim_end());
        start += line.len();
        if content.trim().is_empty() || content.trim_start().starts_with('#') {
            continue;
        }
        let places = cells(content, begin, separator);
        let values: Vec<Result<f64, &str>> = places.iter().map(|place| number(&text[place.clone()])).collect();
        let names = rows.is_empty() && header.is_none();
        let named = |place: &Range<usize>| text[place.clone()].parse::<f64>().is_err();
        if names && places.iter().all(named) && places.iter().any(|place| !place.is_empty()) {
            header = Some(places.into_iter().map(|place| text[place].to_owned()).collect());
            continue;
        }
        for (value, place) in values.iter().zip(&places) {
            if let Err(rule) = value {
                wrong += 1;
                if wrong <= MOST {
                    let found = Found::new(examined.span(place.clone()), &text[place.clone()], *rule);
                    examined.findings.note(found);
                }
            }
        }
        spans.push(examined.span(begin..begin + content.len()));
        rows.push(values.into_iter().map(|value| value.unwrap_or(0.0)).collect());
    }
    more(examined, wrong);
    Numbers { header, rows, spans }
}

fn number(cell: &str) -> Result<f64, &'static str> {
    match cell.parse::<f64>() {
        Err(_) if cell.is_empty() => Err("is empty: a number is missing here"),
        Err(_) => Err("is not a number"),
        Ok(value) => in_range(value),
    }
}

fn in_range(value: f64) -> Result<f64, &'static str> {
    if !value.is_finite() {
        Err("is not finite")
    } else if value.abs() > GREATEST {
        Err("is beyond 1e150")
    } else {
        Ok(value)
    }
}

fn more(examined: &mut Examined, wrong: usize) {
    if wrong > MOST {
        let found = Found::file(examined.source, format!("has {} more faults like these", wrong - MOST));
        examined.findings.note(found.last());
    }
}

/// A list of rows or of numbers, or a table that holds one as its only list.
fn json_rows(examined: &mut Examined) -> Numbers {
    let mut numbers = Numbers { header: None, rows: Vec::new(), spans: Vec::new() };
    let Some(root) = document::read_json(examined.source, &mut examined.findings) else { return numbers };
    let lists: Vec<&Node> = match &root.kind {
        Kind::Table(table) => table.entries.iter().map(|entry| &entry.value).filter(|v| v.list().is_some()).collect(),
        _ => vec![&root],
    };
    let (1, Some(items)) = (lists.len(), lists.first().and_then(|list| list.list())) else {
        let rule = "must be a list of numbers or of rows, or an object with one such list";
        examined.findings.note(Found::new(root.span, "", rule));
        return numbers;
    };
    let mut wrong = 0;
    for item in items {
        let row = match item.list() {
            Some(row) => row.iter().map(|cell| json_number(cell, examined, &mut wrong)).collect(),
            None => vec![json_number(item, examined, &mut wrong)],
        };
        numbers.rows.push(row);
        numbers.spans.push(item.span);
    }
    more(examined, wrong);
    numbers
}

fn json_number(node: &Node, examined: &mut Examined, wrong: &mut usize) -> f64 {
    let value = node.number().ok_or("is not a number").and_then(in_range);
    value.unwrap_or_else(|rule| {
        *wrong += 1;
        if *wrong <= MOST {
            examined.findings.note(Found::new(node.span, "", rule));
        }
        0.0
    })
}
