//! The list on which every room writes the faults it finds.
//!
//! Not here: how a fault is shown.

use crate::document::{SourceId, Sources, Span};

use super::{Excerpt, Fault, Faults, Place};

/// Longest value quoted in a fault, in characters.
const LONGEST_VALUE: usize = 60;

/// A fault as it is found: places are spans, not yet lines.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Found {
    at: Span,
    key: String,
    rule: String,
    help: Option<String>,
    other: Option<(Span, String)>,
    whole_file: bool,
}

impl Found {
    /// `key` at `at` breaks `rule` (the end of a sentence that begins with the key).
    pub fn new(at: Span, key: impl Into<String>, rule: impl Into<String>) -> Self {
        Self { at, key: key.into(), rule: rule.into(), help: None, other: None, whole_file: false }
    }

    /// A fault of a whole source, which has no place in it.
    pub fn file(source: SourceId, rule: impl Into<String>) -> Self {
        Self { whole_file: true, ..Self::new(Span::new(source, 0..0), "", rule) }
    }

    /// Sorted behind all other faults of its source.
    pub fn last(mut self) -> Self {
        (self.at.start, self.at.end) = (usize::MAX, usize::MAX);
        self
    }

    /// With what to write instead.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// With what to write instead, if anything is known.
    pub fn maybe_help(mut self, text: Option<String>) -> Self {
        self.help = text.or(self.help);
        self
    }

    /// With a second place that belongs to it.
    pub fn also(mut self, at: Span, label: impl Into<String>) -> Self {
        self.other = Some((at, label.into()));
        self
    }
}

/// All sources and the faults found in them so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// What was read.
    pub sources: Sources,
    found: Vec<Found>,
}

impl Findings {
    /// Notes a fault, unless the very same was noted before (variants share most of their text).
    pub fn note(&mut self, fault: Found) {
        if !self.found.contains(&fault) {
            self.found.push(fault);
        }
    }

    /// How many faults there are.
    pub fn count(&self) -> usize {
        self.found.len()
    }

    /// All faults as data, or nothing where there are none.
    pub fn into_faults(mut self) -> Result<(), Faults> {
        if self.found.is_empty() {
            return Ok(());
        }
        self.found.sort_by_key(|f| f.at);
        Err(Faults(self.found.iter().map(|f| self.fault(f)).collect()))
    }

    fn fault(&self, found: &Found) -> Fault {
        let source = self.sources.get(found.at.source);
        let (line, column) = if found.whole_file { (1, 1) } else { source.place(found.at.start) };
        let mut marks = vec![(found.at, None)];
        let near = found.other.iter().filter(|(at, _)| at.source == found.at.source);
        marks.extend(near.map(|(at, note)| (*at, Some(note.clone()))));
        Fault {
            file: source.label.clone(),
            line,
            column,
            key: shorten(&found.key, 2 * LONGEST_VALUE),
            value: if found.whole_file { String::new() } else { shorten(self.sources.slice(found.at), LONGEST_VALUE) },
            rule: found.rule.clone(),
            suggestion: found.help.clone(),
            excerpt: (!found.whole_file).then(|| Excerpt::new(source, &marks)),
            other: found.other.as_ref().map(|(at, note)| self.place(*at, note, marks.len() == 1)),
        }
    }

    fn place(&self, at: Span, note: &str, shown: bool) -> Place {
        let source = self.sources.get(at.source);
        let (line, column) = source.place(at.start);
        let excerpt = shown.then(|| Excerpt::new(source, &[(at, None)]));
        Place { file: source.label.clone(), line, column, note: note.to_owned(), excerpt }
    }
}

/// The text on one line, at most `longest` characters long.
pub(crate) fn shorten(text: &str, longest: usize) -> String {
    let line = text.lines().next().unwrap_or_default();
    let clean: String = line.chars().filter(|c| !c.is_control()).take(longest + 1).collect();
    if clean.chars().count() <= longest && line.len() == text.trim_end().len() {
        return clean;
    }
    let kept: String = clean.chars().take(longest.saturating_sub(3)).collect();
    format!("{}...", kept.trim_end())
}
