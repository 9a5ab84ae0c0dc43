//! TOML text to a tree.
//!
//! Not here: what keys mean. The parser bounds nesting itself.

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::node::{Entry, Kind, Node, Table};
use super::source::{SourceId, Span};
use crate::fault::{Findings, Found};

/// Most syntax faults reported of one file.
const MOST: usize = 5;

/// Reads a whole document; `None` where its syntax is broken (which is then reported).
pub(crate) fn read(source: SourceId, findings: &mut Findings) -> Option<Node> {
    let text = findings.sources.get(source).text.clone();
    let (document, errors) = DeTable::parse_recoverable(&text);
    if errors.is_empty() {
        let table = table(document.get_ref(), source, 0);
        return Some(Node::new(Kind::Table(table), Span::new(source, 0..0)));
    }
    report(&errors, source, &text, findings);
    None
}

/// Reads one value which begins at byte `offset` of `source`; `None` where it is not TOML.
pub(crate) fn read_value(text: &str, source: SourceId, offset: usize) -> Option<Node> {
    DeValue::parse(text).ok().map(|value| node(&value, source, offset))
}

/// One fault per line, the first few. An unclosed bracket makes every later line look wrong, and a
/// table that stands twice every key in it, so only the first complaint of these is kept.
fn report(errors: &[Error], source: SourceId, text: &str, findings: &mut Findings) {
    let mut errors: Vec<_> = errors.iter().map(|e| (e.span().unwrap_or(0..0), e.message())).collect();
    errors.sort_by_key(|(span, _)| span.start);
    let mut last_line = None;
    let (mut array_seen, mut table_twice) = (false, false);
    let mut kept = 0;
    for (span, message) in errors {
        let line = text[..text.floor_char_boundary(span.start)].matches('\n').count();
        let in_array = message.contains("array");
        let twice = message == "duplicate key";
        if kept == MOST || last_line == Some(line) || (in_array && array_seen) || (twice && table_twice) {
            continue;
        }
        (last_line, array_seen, kept) = (Some(line), array_seen || in_array, kept + 1);
        table_twice |= twice && text.lines().nth(line).is_some_and(|l| l.trim_start().starts_with('['));
        let rule = format!("not TOML: {}", plainly(message, text.get(span.clone()).unwrap_or_default()));
        findings.note(Found::new(Span::new(source, span), "", rule));
    }
}

/// The parser's message, where it takes the wrong thing for granted.
fn plainly<'m>(message: &'m str, at_fault: &str) -> &'m str {
    match message {
        m if m.starts_with("string values must be quoted") && at_fault.is_empty() => "a value is missing",
        m if m.starts_with("string values must be quoted") || m.starts_with("invalid boolean") => {
            "neither a number nor text in quotes"
        }
        m if m.starts_with("invalid basic string") => "the text does not end: expected `\"`",
        m if m.starts_with("cannot recurse") || m.starts_with("recursion") => "brackets are nested too deeply",
        m => m,
    }
}

fn table(table: &DeTable<'_>, source: SourceId, offset: usize) -> Table {
    let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &Spanned<std::borrow::Cow<'_, str>> = key;
        Entry::new(key.get_ref().to_string(), shifted(source, key.span(), offset), node(value, source, offset))
    };
    Table { entries: table.iter().map(entry).collect() }
}

fn node(value: &Spanned<DeValue<'_>>, source: SourceId, offset: usize) -> Node {
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Integer(number) => match i128::from_str_radix(number.as_str(), number.radix()) {
            Ok(value) => Kind::Whole(value),
            Err(_) => Kind::Real(f64::INFINITY),
        },
        DeValue::Float(number) => Kind::Real(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Kind::Flag(*flag),
        DeValue::Datetime(time) => Kind::Text(time.to_string()),
        DeValue::Array(items) => Kind::List(items.iter().map(|item| node(item, source, offset)).collect()),
        DeValue::Table(inner) => Kind::Table(table(inner, source, offset)),
    };
    Node::new(kind, shifted(source, value.span(), offset))
}

fn shifted(source: SourceId, span: std::ops::Range<usize>, offset: usize) -> Span {
    Span::new(source, span.start + offset..span.end + offset)
}
