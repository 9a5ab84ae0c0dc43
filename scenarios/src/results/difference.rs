//! What differs between two canonical scenarios. Entries of a list that have names (the assets)
//! are matched by name, so an inserted asset is one difference and not a shift of all that
//! follow.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

use super::InputDifference;

/// Everything that differs from `a` to `b`, sorted by path. Keys and asset names are joined by
/// dots: `battery.bess.e_nom_mwh`. An asset or key that only one side has is one difference with
/// `None` on the other side; a list of plain values is compared as a whole.
#[must_use]
pub fn input_differences(a: &Value, b: &Value) -> Vec<InputDifference> {
    let mut found = Vec::new();
    compare("", Some(a), Some(b), &mut found);
    found
}

fn compare(path: &str, a: Option<&Value>, b: Option<&Value>, found: &mut Vec<InputDifference>) {
    if a == b {
        return;
    }
    // A table that only one side has is a list of assets that only one side has.
    let none = Value::Array(Vec::new());
    let (a, b) = match (a, b) {
        (Some(list), None) if is_named(list) => (Some(list), Some(&none)),
        (None, Some(list)) if is_named(list) => (Some(&none), Some(list)),
        both => both,
    };
    match (a, b) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => {
            by_key(path, |key| a.get(key), |key| b.get(key), keys(a, b), found);
        }
        (Some(Value::Array(a)), Some(Value::Array(b))) => match (named(a), named(b)) {
            (Some(a), Some(b)) => {
                by_key(path, |key| get(&a, key), |key| get(&b, key), names(&a, &b), found);
            }
            _ => lists(path, a, b, found),
        },
        _ => found.push(InputDifference { path: path.into(), a: a.cloned(), b: b.cloned() }),
    }
}

/// Compares what two maps, or two lists of named entries, hold under each of `keys`.
fn by_key<'a>(
    path: &str,
    a: impl Fn(&str) -> Option<&'a Value>,
    b: impl Fn(&str) -> Option<&'a Value>,
    keys: BTreeSet<&str>,
    found: &mut Vec<InputDifference>,
) {
    for key in keys {
        compare(&join(path, key), a(key), b(key), found);
    }
}

/// Lists without names: entry by entry if they are tables of the same number, else as a whole.
fn lists(path: &str, a: &[Value], b: &[Value], found: &mut Vec<InputDifference>) {
    let tables = a.len() == b.len() && a.iter().chain(b).all(Value::is_object);
    if tables {
        for (index, (a, b)) in a.iter().zip(b).enumerate() {
            compare(&format!("{path}[{index}]"), Some(a), Some(b), found);
        }
    } else {
        let (a, b) = (Value::from(a.to_vec()), Value::from(b.to_vec()));
        found.push(InputDifference { path: path.into(), a: Some(a), b: Some(b) });
    }
}

/// The entries with their names, if every entry has one and no two are the same. An empty list
/// has no entry without a name.
fn named(list: &[Value]) -> Option<Vec<(&str, &Value)>> {
    let entries: Option<Vec<(&str, &Value)>> =
        list.iter().map(|entry| Some((entry.get("name")?.as_str()?, entry))).collect();
    entries.filter(|e| e.iter().map(|(name, _)| name).collect::<BTreeSet<_>>().len() == e.len())
}

fn is_named(value: &Value) -> bool {
    value.as_array().is_some_and(|list| !list.is_empty() && named(list).is_some())
}

fn get<'a>(entries: &[(&str, &'a Value)], name: &str) -> Option<&'a Value> {
    entries.iter().find(|(key, _)| *key == name).map(|(_, entry)| *entry)
}

fn names<'a>(a: &[(&'a str, &Value)], b: &[(&'a str, &Value)]) -> BTreeSet<&'a str> {
    a.iter().chain(b).map(|(name, _)| *name).collect()
}

fn keys<'a>(a: &'a Map<String, Value>, b: &'a Map<String, Value>) -> BTreeSet<&'a str> {
    a.keys().chain(b.keys()).map(String::as_str).collect()
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}
