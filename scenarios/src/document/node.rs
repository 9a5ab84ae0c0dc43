//! The tree that TOML and JSON are both read into: every key and value knows its place.
//!
//! Not here: what keys mean. A value that was reported once becomes [`Kind::Faulty`]: later checks
//! see that the key is there, read nothing from it, and so report no consequence of it.

use super::source::Span;

/// A value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// What it holds.
    pub kind: Kind,
    /// Where it is written.
    pub span: Span,
}

/// What a value holds.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// JSON's null.
    Null,
    /// True or false.
    Flag(bool),
    /// A whole number.
    Whole(i128),
    /// Any other number, infinities and NaN included.
    Real(f64),
    /// Text; a TOML date is read as its text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A table.
    Table(Table),
    /// A value already reported as a fault.
    Faulty,
}

impl Node {
    /// The value at `span`.
    pub fn new(kind: Kind, span: Span) -> Self {
        Self { kind, span }
    }

    /// The table, if it is one.
    pub fn table(&self) -> Option<&Table> {
        if let Kind::Table(table) = &self.kind { Some(table) } else { None }
    }

    /// The table, if it is one.
    pub fn table_mut(&mut self) -> Option<&mut Table> {
        if let Kind::Table(table) = &mut self.kind { Some(table) } else { None }
    }

    /// The list, if it is one.
    pub fn list(&self) -> Option<&[Node]> {
        if let Kind::List(items) = &self.kind { Some(items) } else { None }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self.kind {
            Kind::Real(value) => Some(value),
            #[expect(clippy::cast_precision_loss, reason = "the nearest f64 is what is meant")]
            Kind::Whole(value) => Some(value as f64),
            _ => None,
        }
    }

    /// Whether it, or anything in it, was reported.
    pub fn faulty(&self) -> bool {
        match &self.kind {
            Kind::Faulty => true,
            Kind::List(items) => items.iter().any(Node::faulty),
            Kind::Table(table) => table.entries.iter().any(|e| e.value.faulty()),
            _ => false,
        }
    }

    /// How many values it is made of, itself included.
    pub fn size(&self) -> usize {
        1 + match &self.kind {
            Kind::List(items) => items.iter().map(Node::size).sum(),
            Kind::Table(table) => table.entries.iter().map(|e| e.value.size()).sum(),
            _ => 0,
        }
    }

    /// The same as JSON. A faulty value becomes null, which no typed reader accepts.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.kind {
            Kind::Null | Kind::Faulty => Value::Null,
            Kind::Flag(flag) => Value::Bool(*flag),
            Kind::Whole(value) => match (u64::try_from(*value), i64::try_from(*value)) {
                (Ok(value), _) => value.into(),
                (_, Ok(value)) => value.into(),
                #[expect(clippy::cast_precision_loss, reason = "beyond every whole-number key's range")]
                _ => (*value as f64).into(),
            },
            Kind::Real(value) => (*value).into(),
            Kind::Text(text) => text.as_str().into(),
            Kind::List(items) => items.iter().map(Node::to_json).collect(),
            Kind::Table(table) => {
                Value::Object(table.entries.iter().map(|e| (e.key.clone(), e.value.to_json())).collect())
            }
        }
    }

    /// A tree from JSON, every part of it placed at `span`.
    pub fn from_json(json: &serde_json::Value, span: Span) -> Self {
        use serde_json::Value;
        let kind = match json {
            Value::Null => Kind::Null,
            Value::Bool(flag) => Kind::Flag(*flag),
            Value::Number(number) => match number.as_i128() {
                Some(value) => Kind::Whole(value),
                None => Kind::Real(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => Kind::Text(text.clone()),
            Value::Array(items) => Kind::List(items.iter().map(|v| Self::from_json(v, span)).collect()),
            Value::Object(map) => {
                let entry = |(key, value): (&String, _)| Entry::new(key.clone(), span, Self::from_json(value, span));
                Kind::Table(Table { entries: map.iter().map(entry).collect() })
            }
        };
        Self { kind, span }
    }
}

/// Keys and their values, in the order they are written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// The entries; keys are unique.
    pub entries: Vec<Entry>,
}

/// One `key = value`.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The key as the schema spells it.
    pub key: String,
    /// Where the key is written.
    pub key_span: Span,
    /// Its value.
    pub value: Node,
}

impl Entry {
    /// `key = value`.
    pub fn new(key: String, key_span: Span, value: Node) -> Self {
        Self { key, key_span, value }
    }
}

impl Table {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.value)
    }

    /// The value of `key`.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        self.entries.iter_mut().find(|e| e.key == key).map(|e| &mut e.value)
    }

    /// The whole entry of `key`.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.key == key)
    }

    /// Whether `key` is there, faulty or not.
    pub fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }

    /// Puts an entry in place of the one with its key, or at the end.
    pub fn put(&mut self, entry: Entry) {
        match self.entries.iter_mut().find(|e| e.key == entry.key) {
            Some(old) => *old = entry,
            None => self.entries.push(entry),
        }
    }

    /// Takes the entry of `key` out.
    pub fn take(&mut self, key: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|e| e.key == key)?;
        Some(self.entries.remove(at))
    }
}
