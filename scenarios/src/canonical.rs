//! The canonical form of a scenario: every default explicit, every list sorted, nothing in it that
//! cannot change a result.
//!
//! It is itself a scenario document: loaded from a folder that holds `inputs/`, it gives the same
//! model and the same canonical form. Not here: hashing it.

use serde_json::Value;

use crate::check::{parse_instant, parse_step, step_text};
use crate::kinds::{SpellOut, with_kinds};
use crate::schema::{Carrier, Scenario, money};

/// Lists of what stands at no bus, or between two.
const AT_NO_BUS: [&str; 6] = ["bus", "fuel", "process", "risk", "line", "link"];

impl Scenario {
    /// The canonical form: no `execution`, `extends` or `sweep`; money keys carry the currency.
    #[must_use]
    pub fn canonical(&self) -> Value {
        let mut json = serde_json::to_value(self).unwrap_or_default();
        if let Some(map) = json.as_object_mut() {
            for key in ["execution", "extends", "sweep"] {
                map.remove(key);
            }
            for kind in crate::schema::LISTS.iter().copied() {
                if !AT_NO_BUS.contains(&kind) {
                    self.place(map.get_mut(kind));
                }
                if map.get(kind).is_some_and(|list| list.as_array().is_some_and(Vec::is_empty)) {
                    map.remove(kind);
                }
            }
        }
        spell(&mut json, self.currency());
        sorted(json)
    }

    /// Names the bus of every asset of a list: one may leave it out where only one carries electricity.
    fn place(&self, assets: Option<&mut Value>) {
        let electric = self.bus.iter().find(|b| b.carrier == Carrier::Electricity).or(self.bus.first());
        let Some(bus) = electric.map(|bus| bus.name.as_str()) else { return };
        for asset in assets.and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
            asset.entry("bus").or_insert_with(|| bus.into());
        }
    }

    /// Makes every default explicit and sorts every list of names.
    pub(crate) fn explicit(mut self) -> Self {
        self.extends = None;
        self.sweep.clear();
        if let Ok(start) = parse_instant(&self.scenario.start) {
            self.scenario.start = start.to_string();
        }
        if let Ok(step_s) = parse_step(&self.scenario.step) {
            self.scenario.step = step_text(step_s);
        }
        self.bus.sort_by(|a, b| a.name.cmp(&b.name));
        self.outputs.keep.sort_unstable();
        self.outputs.keep.dedup();
        if let Some(allocation) = &mut self.quantum.allocation {
            allocation.sort();
        }
        self.explicit_assets();
        self.fuel.sort_by(|a, b| a.name.cmp(&b.name));
        self.process.sort_by(|a, b| a.name.cmp(&b.name));
        self.risk.sort_by(|a, b| a.name.cmp(&b.name));
        for (name, stream) in self
            .process
            .iter_mut()
            .map(|p| (&p.name, &mut p.stream))
            .chain(self.risk.iter_mut().map(|r| (&r.name, &mut r.stream)))
        {
            stream.get_or_insert_with(|| name.clone());
        }
        self
    }
}

/// What every kind of asset has.
trait Named: SpellOut {
    /// Its name.
    fn name(&self) -> &str;
    /// What keys its random draws.
    fn stream(&mut self) -> &mut Option<String>;
}

/// Makes the canonical form of all assets from their kinds.
macro_rules! explicit_all {
    ($($(#[$about:meta])* $table:ident: $spec:ident,)*) => {
        $(impl Named for crate::kinds::$spec {
            fn name(&self) -> &str {
                &self.name
            }
            fn stream(&mut self) -> &mut Option<String> {
                &mut self.stream
            }
        })*

        impl Scenario {
            fn explicit_assets(&mut self) {
                $(explicit(&mut self.$table);)*
            }
        }
    };
}
with_kinds!(explicit_all);

fn explicit<T: Named>(assets: &mut [T]) {
    for asset in assets.iter_mut() {
        let name = asset.name().to_owned();
        asset.stream().get_or_insert(name);
        asset.spell_out();
    }
    assets.sort_by(|a, b| a.name().cmp(b.name()));
}

/// Money keys with the scenario's currency.
fn spell(json: &mut Value, currency: &str) {
    match json {
        Value::Array(items) => items.iter_mut().for_each(|item| spell(item, currency)),
        Value::Object(map) => {
            let entries = std::mem::take(map).into_iter().map(|(key, mut value)| {
                spell(&mut value, currency);
                (money::spell(&key, currency), value)
            });
            *map = entries.collect();
        }
        _ => {}
    }
}

/// Keys in alphabetical order, at every depth: the form must not depend on a map's kind.
fn sorted(json: Value) -> Value {
    match json {
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().map(|(k, v)| (k, sorted(v))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        other => other,
    }
}
