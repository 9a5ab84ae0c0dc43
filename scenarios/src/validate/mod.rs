//! The walk that holds a tree against the schema and reports every fault of structure.
//!
//! It marks what it reports as faulty, so that nothing later reports a consequence; it fills in
//! defaults, so that everything later finds them. Not here: what one key demands of another
//! (`check`).

mod number;
mod units;

use serde_json::{Map, Value};

use crate::document::{Entry, Kind, Node, Span, Table, path};
use crate::fault::{Findings, Found};
use crate::schema::{self, money, nearest};

/// Most faults reported of one list.
const MOST_PER_LIST: usize = 5;

/// Holds a whole scenario against the schema.
pub(crate) fn validate(root: &mut Node, currency: &str, findings: &mut Findings) {
    let mut walk = Walk { root: schema::internal(), currency, findings };
    walk.value(root, schema::internal(), "");
}

/// Holds the `sweep` list alone against its part of the schema.
pub(crate) fn validate_sweep(sweep: &mut Node, findings: &mut Findings) {
    let mut walk = Walk { root: schema::internal(), currency: "EUR", findings };
    walk.value(sweep, &schema::internal()["properties"]["sweep"], "sweep");
}

struct Walk<'a> {
    root: &'static Value,
    currency: &'a str,
    findings: &'a mut Findings,
}

impl Walk<'_> {
    fn value(&mut self, node: &mut Node, schema: &Value, path: &str) {
        let schema = self.resolve(schema);
        if matches!(node.kind, Kind::Faulty) {
            return;
        }
        if let Some(choices) = schema["anyOf"].as_array() {
            return self.either(node, choices, path);
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            let names: Vec<&str> = choices.iter().filter_map(|c| c["const"].as_str()).collect();
            return self.choice(node, &names, path);
        }
        match schema["type"].as_str() {
            Some("object") => self.table(node, schema, path),
            Some("array") => self.list(node, schema, path),
            Some("number" | "integer") => number::check(self, node, schema, path),
            Some("boolean") if !matches!(node.kind, Kind::Flag(_)) => self.wrong_type(node, "true or false", path),
            Some("string") if node.text().is_none() => self.wrong_type(node, "text in quotes", path),
            _ => {}
        }
    }

    fn resolve<'s>(&self, schema: &'s Value) -> &'s Value {
        let target = schema["$ref"].as_str().and_then(|at| at.strip_prefix('#'));
        target.and_then(|at| self.root.pointer(at)).unwrap_or(schema)
    }

    /// Takes the choice whose type is the value's.
    fn either(&mut self, node: &mut Node, choices: &[Value], path: &str) {
        let kind = match node.kind {
            Kind::Table(_) => "object",
            Kind::List(_) => "array",
            _ => "number",
        };
        let fits = choices.iter().map(|c| self.resolve(c)).find(|c| c["type"] == kind).cloned();
        match fits {
            Some(fits) => self.value(node, &fits, path),
            None => self.wrong_type(node, "a number or a table", path),
        }
    }

    fn choice(&mut self, node: &mut Node, names: &[&str], path: &str) {
        match node.text() {
            Some(text) if names.contains(&text) => {}
            Some(text) => {
                let help = nearest::help(text, names.iter().copied());
                let rule = format!("must be one of {}", nearest::quoted(names).replace(" and ", " or "));
                self.note_value(node, path, rule, help);
            }
            None => {
                let rule = format!("must be one of {}", nearest::quoted(names).replace(" and ", " or "));
                self.note_value(node, path, rule, None);
            }
        }
    }

    fn list(&mut self, node: &mut Node, schema: &Value, path: &str) {
        let Kind::List(items) = &mut node.kind else {
            let help = matches!(node.kind, Kind::Table(_))
                .then(|| if path.contains('.') { "put it in brackets: [{ ... }]".to_owned() } else { format!("write [[{path}]]") });
            let rule = format!("must be a list, not {}", name_of(&node.kind));
            return self.note_value(node, path, rule, help);
        };
        let before = self.findings.count();
        let mut unsaid = 0;
        for (i, item) in items.iter_mut().enumerate() {
            let simple = !matches!(item.kind, Kind::Table(_) | Kind::List(_));
            if simple && self.findings.count() >= before + MOST_PER_LIST {
                unsaid += 1;
                continue;
            }
            let name = item.table().and_then(|t| t.get("name")).and_then(Node::text).filter(|n| !n.is_empty());
            let here = match name {
                Some(name) if schema::LISTS.contains(&path) => path::join(path, name),
                _ => format!("{path}[{i}]"),
            };
            self.value(item, &schema["items"], &here);
        }
        if unsaid > 0 {
            let rule = format!("has {unsaid} more values after the {MOST_PER_LIST} faults shown, not looked at");
            self.findings.note(Found::new(node.span, path, rule));
        }
        self.length(node, schema, path);
    }

    fn length(&mut self, node: &mut Node, schema: &Value, path: &str) {
        let count = node.list().map_or(0, <[Node]>::len) as u64;
        let (least, most) = (schema["minItems"].as_u64(), schema["maxItems"].as_u64());
        let rule = match (least, most) {
            (Some(least), Some(most)) if least == most && count != least => {
                format!("must hold {least} values, not {count}")
            }
            (Some(least), _) if count < least => format!("must hold at least {least} entry, not {count}"),
            _ => return,
        };
        self.note_value(node, path, rule, None);
    }

    fn table(&mut self, node: &mut Node, schema: &Value, path: &str) {
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
        let missing_before: Vec<&str> =
            properties.keys().map(String::as_str).filter(|key| !table.has(key)).collect();
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
            let found = Found::new(entry.key_span, here, format!("is in the wrong unit: the key is `{key}`"));
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

    fn wrong_type(&mut self, node: &mut Node, wanted: &str, path: &str) {
        let rule = format!("must be {wanted}, not {}", name_of(&node.kind));
        self.note_value(node, path, rule, None);
    }

    /// Reports a value and marks it as faulty.
    fn note_value(&mut self, node: &mut Node, path: &str, rule: String, help: Option<String>) {
        self.findings.note(Found::new(node.span, path, rule).maybe_help(help));
        node.kind = Kind::Faulty;
    }

    fn spell(&self, key: &str) -> String {
        money::spell(key, self.currency)
    }
}

fn required_help(key: &str, about: &str) -> Option<String> {
    match key {
        "format" => Some("write `format = 1` at the top".to_owned()),
        "scenario" => Some("write a [scenario] table with name, start and steps".to_owned()),
        "bus" => Some("write a [[bus]] with a name".to_owned()),
        "load" => Some("write a [[load]]: a scenario without one has nothing to serve".to_owned()),
        _ => about.split_inclusive('.').next().map(|s| s.trim_end_matches('.').replace('\n', " ")).filter(|s| !s.is_empty()),
    }
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

/// What a value is, for a sentence.
fn name_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Null => "null (leave the key out instead)",
        Kind::Flag(_) => "true or false",
        Kind::Whole(_) | Kind::Real(_) => "a number",
        Kind::Text(_) => "text",
        Kind::List(_) => "a list",
        Kind::Table(_) => "a table",
        Kind::Faulty => "a faulty value",
    }
}
