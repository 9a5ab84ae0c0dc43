//! Faults: what is wrong with an input, where, and what to write instead.
//!
//! A fault is data first ([`Fault`], for interfaces) and a message second ([`Faults`]' `Display`,
//! with an excerpt of the source). Finding faults is the business of the other rooms; they hand
//! them to [`Findings`].

mod excerpt;
mod findings;

use std::fmt::{self, Write};

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity, SourceCode};
use serde::Serialize;

pub use excerpt::Excerpt;
pub(crate) use findings::{Findings, Found, shorten};

/// One thing that is wrong with an input.
#[derive(Clone, Debug, Serialize)]
pub struct Fault {
    /// The file as it was named, or `--set`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Dotted path of the key, such as `battery.bess.e_nom_mwh`; empty for a fault of the file.
    pub key: String,
    /// The value as written, shortened.
    pub value: String,
    /// What does not hold, as the end of a sentence that begins with the key.
    pub rule: String,
    /// What to write instead, or where to look.
    pub suggestion: Option<String>,
    /// The line at fault, where there is one.
    pub excerpt: Option<Excerpt>,
    /// A second place that belongs to it, such as the first use of a name.
    pub other: Option<Place>,
}

/// A second place that belongs to a fault.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// The file as it was named, or `--set`.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What it has to do with the fault.
    pub note: String,
    /// Its lines, where the fault's own excerpt does not show them.
    #[serde(skip)]
    excerpt: Option<Excerpt>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = match (&self.excerpt, self.key.as_str()) {
            (None, _) => &self.file,
            (Some(_), "") => return f.write_str(&self.rule),
            (Some(_), _) => &self.key,
        };
        write!(f, "{subject} {}", self.rule)
    }
}

impl std::error::Error for Fault {}

impl Diagnostic for Fault {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.suggestion.as_ref().map(|text| Box::new(text) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|e| e as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.excerpt.as_ref().map(|e| Box::new(e.labels()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.note)
    }
}

impl std::error::Error for Place {}

impl Diagnostic for Place {
    fn severity(&self) -> Option<Severity> {
        Some(Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|e| e as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.excerpt.as_ref().map(|e| Box::new(e.labels()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}

/// Everything that is wrong with an input, sorted by file and place. Never empty when returned as
/// an error.
#[derive(Clone, Debug, Serialize, thiserror::Error)]
#[serde(transparent)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// The message of all faults, `width` columns wide, with or without colour.
    #[must_use]
    pub fn render(&self, width: usize, colour: bool) -> String {
        let theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::none() };
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(width.max(40))
            .with_links(false)
            .without_syntax_highlighting();
        let mut text = String::new();
        for fault in &self.0 {
            let elsewhere = fault.other.iter().filter(|place| place.excerpt.is_some());
            let shown = handler.render_report(&mut text, fault).is_ok()
                && elsewhere.into_iter().all(|place| handler.render_report(&mut text, place).is_ok());
            if !shown {
                let _ = writeln!(text, "{}:{}:{}: {fault}", fault.file, fault.line, fault.column);
            }
            text.push('\n');
        }
        let noun = if self.0.len() == 1 { "fault" } else { "faults" };
        let _ = write!(text, "{} {noun}", self.0.len());
        text
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(100, false))
    }
}

#[cfg(test)]
mod tests;
