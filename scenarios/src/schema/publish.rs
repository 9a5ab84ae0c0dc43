//! The JSON Schema, generated from the types: as the validator walks it, and as editors read it.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use super::{Scenario, money};

/// The schema inside: money keys carry `¤`, and nothing may be null.
pub(crate) fn internal() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let mut schema = schemars::schema_for!(Scenario).to_value();
        drop_null(&mut schema);
        schema
    })
}

/// The JSON Schema of a scenario file, for editors. Money keys are listed in euro; the pattern
/// beside them allows any currency.
#[must_use]
pub fn schema() -> Value {
    let mut schema = internal().clone();
    spell_money(&mut schema);
    schema
}

/// An optional key may be left out; it is never null.
fn drop_null(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(drop_null),
        Value::Object(map) => {
            if let Some(Value::Array(types)) = map.get_mut("type") {
                types.retain(|t| t != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    map.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = map.get_mut("anyOf") {
                choices.retain(|choice| *choice != json!({"type": "null"}));
                if let [Value::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    map.remove("anyOf");
                    map.extend(only);
                }
            }
            map.values_mut().for_each(drop_null);
        }
        _ => {}
    }
}

fn spell_money(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(spell_money),
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get_mut("properties") {
                let patterns = spell_properties(properties);
                if let Some(Value::Array(required)) = map.get_mut("required") {
                    // Which currency it is required in only the scenario knows.
                    required.retain(|key| key.as_str().is_none_or(|key| !key.contains(money::SIGN)));
                }
                if !patterns.is_empty() {
                    map.insert("patternProperties".to_owned(), Value::Object(patterns));
                }
            }
            map.values_mut().for_each(spell_money);
        }
        _ => {}
    }
}

/// Renames the money keys of one table to euro; returns the patterns that allow other currencies.
fn spell_properties(properties: &mut Map<String, Value>) -> Map<String, Value> {
    let mut patterns = Map::new();
    let spelled = std::mem::take(properties).into_iter().map(|(key, value)| {
        if key.contains(money::SIGN) {
            patterns.insert(format!("^{}$", key.replace(money::SIGN, "[a-z]{3}")), value.clone());
        }
        (money::spell(&key, "EUR"), value)
    });
    *properties = spelled.collect();
    patterns
}
