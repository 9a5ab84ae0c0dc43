//! `extends`: a scenario laid over another one.
//!
//! Tables merge key by key, lists of named tables merge by name, anything else is replaced by the
//! upper scenario; a choice that the upper one makes drops the lower one's other choice. Not here:
//! reading files.

use super::node::{Entry, Kind, Node, Table};

/// Keys that are alternatives: where the upper scenario writes the first, the others go.
const RIVALS: [(&str, &[&str]); 12] = [
    ("p_mw", &["profile", "factors", "peak_mw"]),
    ("profile", &["p_mw", "factors"]),
    ("factors", &["p_mw", "profile"]),
    ("mttf_h", &["failure_probability", "repair_probability"]),
    ("mttr_h", &["failure_probability", "repair_probability"]),
    ("failure_probability", &["mttf_h", "mttr_h"]),
    ("repair_probability", &["mttf_h", "mttr_h"]),
    ("file", &["values_mw", "values_pu"]),
    ("values_mw", &["values_pu", "file", "column", "columns", "unit"]),
    ("values_pu", &["values_mw", "file", "column", "columns", "unit"]),
    ("column", &["columns"]),
    ("columns", &["column"]),
];

/// Lays `upper` over `lower`.
pub(crate) fn merge(lower: &mut Node, upper: Node) {
    match (&mut lower.kind, upper.kind) {
        (Kind::Table(below), Kind::Table(above)) => {
            drop_rivals(below, &above);
            for entry in above.entries {
                let Entry { key, key_span, value } = entry;
                match below.get_mut(&key) {
                    Some(old) => merge(old, value),
                    None => below.put(Entry::new(key, key_span, value)),
                }
            }
            lower.span = upper.span;
        }
        (Kind::List(below), Kind::List(above)) if all_named(below) && all_named(&above) => {
            for item in above {
                let name = name(&item).map(str::to_owned);
                match below.iter_mut().find(|old| self::name(old) == name.as_deref()) {
                    Some(old) => merge(old, item),
                    None => below.push(item),
                }
            }
        }
        (_, kind) => *lower = Node::new(kind, upper.span),
    }
}

fn all_named(items: &[Node]) -> bool {
    !items.is_empty() && items.iter().all(|item| name(item).is_some())
}

fn name(item: &Node) -> Option<&str> {
    item.table()?.get("name")?.text()
}

fn drop_rivals(below: &mut Table, above: &Table) {
    for (key, rivals) in RIVALS {
        if above.has(key) {
            below.entries.retain(|e| !rivals.contains(&e.key.as_str()));
        }
    }
}
