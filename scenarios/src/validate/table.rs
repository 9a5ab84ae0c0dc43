//! Tables against the schema: unknown keys, missing keys, defaults.

use serde_json::{Map, Value};

use super::{Walk, units};
use crate::document::{Entry, Kind, Node, Span, Table, path};
use crate::fault::Found;
use crate::schema::nearest;

impl Walk<'_> {
    /// Holds a value against an `object` schema.
    pub(super) fn table(&mut self, node: &mut Node, schema: &Value, path: &str) {
        let span = node.span;
        let Some(properties) = schema["properties"].as_object() else {
            if node.table().is_none() {
                self.wrong_type(node, "a table", path);
            }
            return;
        };
        let Kind::Table(table) = &mut node.kind else {
            return self.wrong_type(node, "a table", path);
        };
        let missing_before: Vec<&str> = properties.keys().map(String::as_str).filter(|key| !table.has(key)).collect();
        let mut reported = Vec::new();
        for entry in &mut table.entries {
            match properties.get(&entry.key) {
                Some(schema) => self.value(&mut entry.value, schema, &path::join(path, &self.spell(&entry.key))),
                None => reported.extend(self.unknown_key(entry, properties, &missing_before, path)),
            }
        }
        for key in reported {
            if !table.has(&key) {
                table.entries.push(Entry::new(key, span, Node::new(Kind::Faulty, span)));
            }
        }
        self.require(table, schema, span, path);
        fill(table, properties, span);
    }

    /// Reports a key that the schema does not know; returns the key it most likely stands for.
    fn unknown_key(
        &mut self,
        entry: &mut Entry,
        properties: &Map<String, Value>,
        missing: &[&str],
        path: &str,
    ) -> Option<String> {
        let here = path::join(path, &entry.key);
        let all = properties.keys().map(String::as_str);
        let wrong_unit = units::of_key(&entry.key, all.clone());
        let (meant, found) = if let Some(slip) = wrong_unit {
            let key = self.spell(slip.key);
            let found = Found::new(entry.key_span, here, slip.rule(&key));
            (Some(slip.key.to_owned()), found.help(slip.advice(&key, entry.value.number())))
        } else {
            let free = nearest::nearest(&entry.key, missing.iter().copied());
            let meant = free.or_else(|| nearest::nearest(&entry.key, all.clone())).map(str::to_owned);
            let spelled: Vec<String> = all.map(|k| self.spell(k)).collect();
            let help = match &meant {
                Some(key) => Some(format!("did you mean `{}`?", self.spell(key))),
                None => nearest::help(&entry.key, spelled.iter().map(String::as_str)),
            };
            (meant, Found::new(entry.key_span, here, "is not a known key").maybe_help(help))
        };
        self.findings.note(found);
        entry.value.kind = Kind::Faulty;
        meant
    }

    fn require(&mut self, table: &Table, schema: &Value, span: Span, path: &str) {
        let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
        for key in required.filter(|key| !table.has(key)) {
            let about = schema["properties"][key]["description"].as_str().unwrap_or_default();
            let key = self.spell(key);
            let found = Found::new(span, path::join(path, &key), "is missing");
            self.findings.note(found.maybe_help(required_help(&key, about)));
        }
    }
}

fn required_help(key: &str, about: &str) -> Option<String> {
    match key {
        "format" => Some("write `format = 1` at the top".to_owned()),
        "scenario" => Some("write a [scenario] table with name, start and steps".to_owned()),
        "bus" => Some("write a [[bus]] with a name".to_owned()),
        "load" => Some("write a [[load]]: a scenario without one has nothing to serve".to_owned()),
        _ => first_sentence(about).map(|sentence| format!("needed: {sentence}")),
    }
}

/// The first sentence of a description, to go on from a colon.
fn first_sentence(about: &str) -> Option<String> {
    let sentence = about.split('.').next().unwrap_or_default().replace('\n', " ");
    let mut letters = sentence.chars();
    let first = letters.next()?;
    Some(first.to_lowercase().chain(letters).collect())
}

/// Puts the defaults of absent keys in.
fn fill(table: &mut Table, properties: &Map<String, Value>, span: Span) {
    for (key, schema) in properties {
        if let Some(default) = schema.get("default")
            && !table.has(key)
        {
            table.entries.push(Entry::new(key.clone(), span, Node::from_json(default, span)));
        }
    }
}
