//! JSON text to a tree. Strict: no comments, no trailing commas, no key twice.
//!
//! Not here: what keys mean. The parser bounds nesting itself.

use jsonc_parser::ast::{ObjectProp, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::node::{Entry, Kind, Node, Table};
use super::source::{SourceId, Span};
use crate::fault::{Findings, Found};

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
};

/// Reads a whole document; `None` where its syntax is broken (which is then reported).
pub(crate) fn read(source: SourceId, findings: &mut Findings) -> Option<Node> {
    let text = findings.sources.get(source).text.clone();
    let before = findings.count();
    match parse_to_ast(&text, &CollectOptions::default(), &STRICT) {
        Ok(parsed) => {
            let Some(value) = parsed.value else {
                findings.note(Found::file(source, "is empty: expected a JSON object"));
                return None;
            };
            let node = node(value, source, findings);
            (findings.count() == before).then_some(node)
        }
        Err(error) => {
            let range = error.range();
            let message = error.kind().to_string();
            let rule = format!("not JSON: {}", message.to_lowercase());
            findings.note(Found::new(Span::new(source, range.start..range.end), "", rule));
            None
        }
    }
}

fn node(value: Value<'_>, source: SourceId, findings: &mut Findings) -> Node {
    let range = value.range();
    let kind = match value {
        Value::StringLit(text) => Kind::Text(text.value.into_owned()),
        Value::NumberLit(number) => number_kind(number.value),
        Value::BooleanLit(flag) => Kind::Flag(flag.value),
        Value::NullKeyword(_) => Kind::Null,
        Value::Array(array) => {
            Kind::List(array.elements.into_iter().map(|item| node(item, source, findings)).collect())
        }
        Value::Object(object) => {
            let mut table = Table::default();
            for property in object.properties {
                put(&mut table, property, source, findings);
            }
            Kind::Table(table)
        }
    };
    Node::new(kind, Span::new(source, range.start..range.end))
}

fn put(table: &mut Table, property: ObjectProp<'_>, source: SourceId, findings: &mut Findings) {
    let range = property.name.range();
    let span = Span::new(source, range.start..range.end);
    let key = property.name.into_string();
    if let Some(first) = table.entry(&key) {
        findings.note(Found::new(span, "", format!("key `{key}` is given twice")).also(first.key_span, "first here"));
    }
    let value = node(property.value, source, findings);
    table.put(Entry::new(key, span, value));
}

fn number_kind(text: &str) -> Kind {
    match text.parse::<i128>() {
        Ok(value) => Kind::Whole(value),
        Err(_) => Kind::Real(text.parse().unwrap_or(f64::NAN)),
    }
}
