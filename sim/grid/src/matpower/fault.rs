//! What is wrong with a case file, or worth knowing about it: data first, a sentence second.

use std::fmt;

use serde::Serialize;

/// Most faults that are kept in full; a damaged table repeats one cause on every row.
const MOST: usize = 100;

/// One thing that is wrong with a case file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// The quantity as the file calls it: `mpc.branch row 3, rateA`; empty for a statement.
    pub key: String,
    /// The value as read.
    pub value: String,
    /// What does not hold, as the end of a sentence that begins with key and value.
    pub rule: String,
    /// What to write instead.
    pub suggestion: Option<String>,
}

impl Fault {
    pub(super) fn new(line: usize, key: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { line, key: key.into(), value: String::new(), rule: rule.into(), suggestion: None }
    }

    pub(super) fn value(mut self, value: impl fmt::Display) -> Self {
        self.value = shown(&value.to_string());
        self
    }

    pub(super) fn help(mut self, text: impl Into<String>) -> Self {
        self.suggestion = Some(text.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let equals = if self.key.is_empty() || self.value.is_empty() { "" } else { " = " };
        let quote = if self.key.is_empty() && !self.value.is_empty() { "`" } else { "" };
        write!(f, "line {}: {}{equals}{quote}{}{quote} {}", self.line, self.key, self.value, self.rule)?;
        self.suggestion.iter().try_for_each(|help| write!(f, "\n  help: {help}"))
    }
}

/// Everything that is wrong with a case file, by line. Never empty when returned as an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, thiserror::Error)]
pub struct Faults {
    /// The first of them, at most 100.
    pub faults: Vec<Fault>,
    /// How many more there are.
    pub more: usize,
}

impl Faults {
    pub(super) fn note(&mut self, fault: Fault) {
        if self.faults.len() < MOST { self.faults.push(fault) } else { self.more += 1 }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn or<T>(mut self, value: T) -> Result<T, Self> {
        if self.faults.is_empty() {
            return Ok(value);
        }
        self.faults.sort_by_key(|fault| fault.line);
        Err(self)
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.faults {
            writeln!(f, "{fault}")?;
        }
        if self.more > 0 {
            writeln!(f, "... and {} more", self.more)?;
        }
        let count = self.faults.len() + self.more;
        write!(f, "{count} {}", if count == 1 { "fault" } else { "faults" })
    }
}

/// Something of a case file that is left out or taken in a way its author may not expect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Line, from 1.
    pub line: usize,
    /// A sentence.
    pub message: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// At most 60 characters of one line, none of which moves a terminal's cursor.
pub(super) fn shown(text: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let line: String = text.chars().map(clean).take(61).collect();
    if line.chars().count() <= 60 {
        return line;
    }
    let kept: String = line.chars().take(57).collect();
    kept + "..."
}
