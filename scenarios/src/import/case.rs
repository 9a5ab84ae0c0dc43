//! Reading a MATPOWER case file, with its faults in the style of a scenario's.
//!
//! Not here: the format, which `energyopti_grid::matpower` knows, and what becomes of the case.

use std::path::Path;

use energyopti_grid::matpower::{self, Parsed};

use crate::document::{SourceId, Span};
use crate::fault::{Faults, Findings, Found};

/// Reads a MATPOWER case file.
///
/// # Errors
/// Every fault of it, with its line.
pub fn read_case(file: &Path) -> Result<Parsed, Faults> {
    let mut findings = Findings::default();
    let label = file.display().to_string();
    let folder = file.parent().unwrap_or(Path::new("")).to_path_buf();
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => {
            let source = findings.sources.add(label, "", folder);
            return Err(only(findings, Found::file(source, format!("cannot be read: {error}"))));
        }
    };
    // Old cases name authors in other encodings, in comments; numbers are the same in all of them.
    let text = String::from_utf8_lossy(&bytes).into_owned();
    matpower::parse(&text).map_err(|faults| {
        let lines = Lines::of(&text);
        let source = findings.sources.add(label, text, folder);
        told(findings, source, &lines, &faults)
    })
}

/// Faults of a case as those of a file.
fn told(mut findings: Findings, source: SourceId, lines: &Lines, faults: &matpower::Faults) -> Faults {
    for fault in &faults.faults {
        let key = [fault.key.as_str(), fault.value.as_str()].join(if fault.key.is_empty() { "" } else { " = " });
        let key = key.trim_end_matches(" = ");
        let found = Found::new(lines.span(source, fault.line), key, fault.rule.clone());
        findings.note(found.maybe_help(fault.suggestion.clone()));
    }
    if faults.more > 0 {
        findings.note(Found::file(source, format!("has {} more faults", faults.more)).last());
    }
    faults_of(findings)
}

fn only(mut findings: Findings, found: Found) -> Faults {
    findings.note(found);
    faults_of(findings)
}

fn faults_of(findings: Findings) -> Faults {
    findings.into_faults().expect_err("a fault has just been noted")
}

/// Where the lines of a text are, without the blanks around them.
struct Lines(Vec<(usize, usize)>);

impl Lines {
    fn of(text: &str) -> Self {
        let mut start = 0;
        let place = |line: &str| {
            let first = start + line.len() - line.trim_start().len();
            start += line.len();
            (first, first + line.trim().len())
        };
        Self(text.split_inclusive('\n').map(place).collect())
    }

    fn span(&self, source: SourceId, line: usize) -> Span {
        let (start, end) = self.0.get(line.saturating_sub(1)).or(self.0.last()).copied().unwrap_or_default();
        Span::new(source, start..end)
    }
}
