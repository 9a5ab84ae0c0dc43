//! The walk that holds a tree against the schema and reports every fault of structure.
//!
//! It marks what it reports as faulty, so that nothing later reports a consequence; it fills in
//! defaults, so that everything later finds them. Not here: what one key demands of another
//! (`check`).

mod number;
mod table;
mod units;

use serde_json::Value;

use crate::document::{Kind, Node, Span, path};
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
            Kind::Whole(_) | Kind::Real(_) => "number",
            _ => "none of these",
        };
        let fits = choices.iter().map(|c| self.resolve(c)).find(|c| c["type"] == kind).cloned();
        if let Some(fits) = fits {
            return self.value(node, &fits, path);
        }
        let words = choices.iter().map(|c| match self.resolve(c)["type"].as_str() {
            Some("object") => "a table",
            Some("array") => "a list",
            _ => "a number",
        });
        self.wrong_type(node, &words.collect::<Vec<_>>().join(" or "), path);
    }

    fn choice(&mut self, node: &mut Node, names: &[&str], path: &str) {
        match node.text() {
            Some(text) if names.contains(&text) => {}
            Some(text) => {
                let help = nearest::nearest(text, names.iter().copied()).map(|name| format!("did you mean `{name}`?"));
                let rule = format!("must be {}", nearest::quoted(names, "or"));
                self.note_value(node, path, rule, help);
            }
            None => {
                let rule = format!("must be {}", nearest::quoted(names, "or"));
                self.note_value(node, path, rule, None);
            }
        }
    }

    fn list(&mut self, node: &mut Node, schema: &Value, path: &str) {
        let Kind::List(items) = &mut node.kind else {
            let help = matches!(node.kind, Kind::Table(_)).then(|| {
                if path.contains('.') {
                    "put it in brackets: [{ ... }]".to_owned()
                } else {
                    format!("write [[{path}]]")
                }
            });
            let rule = format!("must be a list, not {}", name_of(&node.kind));
            return self.note_value(node, path, rule, help);
        };
        let mut wrong = 0;
        let mut unsaid: Option<(Span, usize)> = None;
        for (i, item) in items.iter_mut().enumerate() {
            let simple = !matches!(item.kind, Kind::Table(_) | Kind::List(_));
            if simple && wrong == MOST_PER_LIST {
                unsaid.get_or_insert((item.span, 0)).1 += 1;
                continue;
            }
            let name = item.table().and_then(|t| t.get("name")).and_then(Node::text).filter(|n| !n.is_empty());
            let here = match name {
                Some(name) if schema::LISTS.contains(&path) => path::join(path, name),
                _ => format!("{path}[{i}]"),
            };
            self.value(item, &schema["items"], &here);
            wrong += usize::from(simple && matches!(item.kind, Kind::Faulty));
        }
        if let Some((first, count)) = unsaid {
            let rule = format!("has {count} more values from here on, which were not looked at");
            self.findings.note(Found::new(first, path, rule));
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
