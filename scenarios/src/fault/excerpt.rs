//! The few lines of a source that a fault shows, made safe for a terminal.
//!
//! Tabs become spaces, control and direction characters become `?`, long lines are cut around the
//! place at fault. Not here: frames and arrows, which `miette` draws.

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use serde::{Serialize, Serializer};

use crate::document::{Source, Span};

/// Longest line shown, in characters.
const WIDEST: usize = 88;
/// Characters kept before the place at fault when a line is cut.
const LEAD: usize = 30;

/// Lines of a source around one or two places.
#[derive(Clone, Debug)]
pub struct Excerpt {
    name: String,
    chunks: Vec<Chunk>,
    marks: Vec<Mark>,
    text: String,
    line: String,
}

/// Neighbouring lines that are shown together: bytes `start..end` of the excerpt's text.
#[derive(Clone, Debug)]
struct Chunk {
    first: usize,
    last: usize,
    start: usize,
    end: usize,
}

/// A place to underline.
#[derive(Clone, Debug, Default)]
struct Mark {
    /// In the source, from 1.
    line: usize,
    /// In the source, from 1.
    column: usize,
    /// In the excerpt's text, in bytes.
    offset: usize,
    length: usize,
    label: Option<String>,
}

impl Excerpt {
    /// The lines around `places` (all in `source`); the first is the place at fault.
    pub(crate) fn new(source: &Source, places: &[(Span, Option<String>)]) -> Self {
        let lines: Vec<&str> = source.text.split('\n').collect();
        let mut marks: Vec<Mark> = places.iter().map(|(span, label)| mark(source, *span, label.clone())).collect();
        let mut excerpt = Self {
            name: source.label.clone(),
            chunks: chunks(&marks, lines.len()),
            marks: Vec::new(),
            text: String::new(),
            line: super::shorten(lines.get(marks[0].line - 1).unwrap_or(&""), 160),
        };
        for chunk in &mut excerpt.chunks {
            chunk.start = excerpt.text.len();
            for number in chunk.first..=chunk.last {
                let offset = excerpt.text.len();
                let mut on_line: Vec<&mut Mark> = marks.iter_mut().filter(|m| m.line == number).collect();
                excerpt.text.push_str(&shown(lines.get(number - 1).unwrap_or(&""), offset, &mut on_line));
                excerpt.text.push('\n');
            }
            chunk.end = excerpt.text.len();
        }
        excerpt.marks = marks;
        excerpt
    }

    pub(super) fn labels(&self) -> impl Iterator<Item = LabeledSpan> + '_ {
        self.marks.iter().enumerate().map(|(i, mark)| {
            let span = SourceSpan::new(mark.offset.into(), mark.length);
            match i {
                0 => LabeledSpan::new_primary_with_span(mark.label.clone(), span),
                _ => LabeledSpan::new_with_span(mark.label.clone(), span),
            }
        })
    }
}

/// The line at fault as data.
impl Serialize for Excerpt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.line)
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let within = |c: &&Chunk| c.start <= span.offset() && span.offset() + span.len() <= c.end;
        let chunk = self.chunks.iter().find(within).ok_or(MietteError::OutOfBounds)?;
        let data = &self.text.as_bytes()[chunk.start..chunk.end];
        let mark = self.marks.iter().find(|m| m.offset == span.offset());
        let (line, column) = match mark {
            Some(mark) if before == 0 => (mark.line - 1, mark.column - 1),
            _ => (chunk.first - 1, 0),
        };
        let covered = SourceSpan::new(chunk.start.into(), data.len());
        let count = chunk.last - chunk.first + 1;
        Ok(Box::new(MietteSpanContents::new_named(self.name.clone(), data, covered, line, column, count)))
    }
}

/// Line, column and length in characters of a place; `offset` holds its first character's index.
fn mark(source: &Source, span: Span, label: Option<String>) -> Mark {
    let (line, column) = source.place(span.start);
    let start = source.floor(span.start);
    let stretch = &source.text[start..source.floor(span.end).max(start)];
    let length = stretch.lines().next().unwrap_or_default().chars().count();
    Mark { line, column, offset: column - 1, length, label }
}

/// One line of context around each mark, touching ones joined.
fn chunks(marks: &[Mark], lines: usize) -> Vec<Chunk> {
    let mut wanted: Vec<(usize, usize)> =
        marks.iter().map(|m| (m.line.saturating_sub(1).max(1), (m.line + 1).min(lines.max(m.line)))).collect();
    wanted.sort_unstable();
    let mut chunks: Vec<Chunk> = Vec::new();
    for (first, last) in wanted {
        match chunks.last_mut() {
            Some(chunk) if first <= chunk.last + 1 => chunk.last = chunk.last.max(last),
            _ => chunks.push(Chunk { first, last, start: 0, end: 0 }),
        }
    }
    chunks
}

/// The line as shown; moves the marks on it from characters of the line to bytes of the text.
fn shown(line: &str, offset: usize, marks: &mut [&mut Mark]) -> String {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let length = line.chars().count();
    let first = marks.iter().map(|m| m.offset).min().unwrap_or(0);
    let from = if length > WIDEST { first.min(length).saturating_sub(LEAD) } else { 0 };
    let upto = length.min(from + WIDEST);
    let mut text = String::from(if from > 0 { "..." } else { "" });
    let mut starts = Vec::with_capacity(upto - from + 1);
    for c in line.chars().skip(from).take(upto - from) {
        starts.push(text.len());
        match c {
            '\t' => text.push_str("    "),
            c if unsafe_to_show(c) => text.push('?'),
            c => text.push(c),
        }
    }
    starts.push(text.len());
    for mark in marks {
        let at = |i: usize| starts[i.saturating_sub(from).min(starts.len() - 1)];
        let (start, end) = (at(mark.offset), at(mark.offset + mark.length));
        (mark.offset, mark.length) = (offset + start, end - start);
    }
    if upto < length {
        text.push_str("...");
    }
    text
}

/// Control characters, and those that change the direction of text or have no width.
fn unsafe_to_show(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}
