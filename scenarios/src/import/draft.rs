//! A scenario file while it is being made: blocks of keys, series beside them, and what was lost.
//!
//! Not here: where the values come from. The text that comes out is read back by the loader's own
//! schema in the tests.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use toml::Value;

/// Most subjects that a warning names.
const MOST_NAMED: usize = 5;
/// Longest name that a scenario takes, in characters, with room for a number behind it.
const LONGEST_NAME: usize = 90;

/// Files to write, and what of the source is not in them.
#[derive(Debug)]
pub struct Imported {
    /// The scenario first, then its series.
    pub files: Vec<NewFile>,
    /// What was left out or changed, one sentence each.
    pub warnings: Vec<String>,
}

/// A file to write.
#[derive(Debug)]
pub struct NewFile {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub text: String,
}

/// A scenario file in the making.
#[derive(Default)]
pub(super) struct Draft {
    notes: Vec<String>,
    blocks: Vec<Block>,
    losses: Vec<(&'static str, Vec<String>)>,
    names: BTreeSet<String>,
    columns: Vec<(String, Vec<f64>)>,
}

/// A table of the file.
pub(super) struct Block {
    heading: String,
    entries: Vec<(String, Value)>,
}

impl Block {
    /// A table that stands once: `[grid]`.
    pub fn once(name: &str) -> Self {
        Self { heading: format!("[{name}]"), entries: Vec::new() }
    }

    /// One of a list of tables: `[[bus]]`.
    pub fn one_of(name: &str) -> Self {
        Self { heading: format!("[[{name}]]"), entries: Vec::new() }
    }

    /// With a key.
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.entries.push((key.into(), value.into()));
        self
    }

    /// With a number, unless it is what the schema takes for granted.
    pub fn unless(self, key: &str, value: f64, usual: f64) -> Self {
        // Bits: a default is written as it is, not computed.
        if value.to_bits() == usual.to_bits() { self } else { self.with(key, value) }
    }
}

impl Draft {
    /// A line of the comment at the top.
    pub fn note(&mut self, line: impl Into<String>) {
        self.notes.push(line.into());
    }

    /// A table, behind those before it.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// Something of the source that is not carried over; the same rule is told once for all subjects.
    pub fn lose(&mut self, rule: &'static str, subject: impl Into<String>) {
        match self.losses.iter_mut().find(|(known, _)| *known == rule) {
            Some((_, subjects)) => subjects.push(subject.into()),
            None => self.losses.push((rule, vec![subject.into()])),
        }
    }

    /// A name that no other asset or bus has: `wanted`, or with a number behind it.
    pub fn name(&mut self, wanted: &str) -> String {
        let clean: String = wanted.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
        let clean = if clean.is_empty() { "unnamed".to_owned() } else { clean };
        let numbered = (2..).map(|n| format!("{clean} {n}"));
        let free = std::iter::once(clean.clone()).chain(numbered).find(|name| !self.names.contains(name));
        let name = free.unwrap_or(clean);
        self.names.insert(name.clone());
        name
    }

    /// A series beside the scenario; returns the name of its column.
    pub fn series(&mut self, wanted: &str, values: Vec<f64>) -> String {
        let taken = |name: &String| self.columns.iter().any(|(own, _)| own == name);
        let wanted: String =
            wanted.chars().map(|c| if c == ',' || c == '"' || c.is_control() { ' ' } else { c }).collect();
        let numbered = (2..).map(|n| format!("{wanted} {n}"));
        let free = std::iter::once(wanted.clone()).chain(numbered).find(|name| !taken(name));
        let name = free.unwrap_or(wanted);
        self.columns.push((name.clone(), values));
        name
    }

    /// The files, of which the scenario goes to `output`.
    pub fn files(self, output: &Path) -> Imported {
        let warnings = self.losses.iter().map(|(rule, subjects)| warning(rule, subjects)).collect::<Vec<_>>();
        let mut text = String::new();
        for line in self.notes.iter().chain(&warnings) {
            // A line break in a name would end the comment.
            let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            let _ = writeln!(text, "# {line}");
        }
        text.push_str("\nformat = 1\n");
        for block in &self.blocks {
            let _ = write!(text, "\n{}\n", block.heading);
            for (key, value) in &block.entries {
                let _ = writeln!(text, "{key} = {value}");
            }
        }
        let mut files = vec![NewFile { path: output.to_path_buf(), text }];
        if !self.columns.is_empty() {
            files.push(NewFile { path: beside(output), text: csv(&self.columns) });
        }
        Imported { files, warnings }
    }
}

/// The file of the series: `grid.toml` has `grid_series.csv` beside it.
fn beside(output: &Path) -> PathBuf {
    output.with_file_name(series_file(output))
}

/// Its name, as the scenario names it.
pub(super) fn series_file(output: &Path) -> String {
    let stem = output.file_stem().unwrap_or_default().to_string_lossy();
    format!("{stem}_series.csv")
}

fn csv(columns: &[(String, Vec<f64>)]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let mut text = names.join(",") + "\n";
    let rows = columns.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
    for row in 0..rows {
        for (position, (_, values)) in columns.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            let _ = write!(text, "{comma}{}", values[row]);
        }
        text.push('\n');
    }
    text
}

fn warning(rule: &str, subjects: &[String]) -> String {
    let named = subjects.iter().take(MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
    match subjects.len().checked_sub(MOST_NAMED) {
        Some(more @ 1..) => format!("{rule}: {named} and {more} more"),
        _ => format!("{rule}: {named}"),
    }
}
