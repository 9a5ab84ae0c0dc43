//! The canonical form of a scenario: every default explicit, every list sorted, nothing in it that
//! cannot change a result.
//!
//! It is itself a scenario document: loaded from a folder that holds `inputs/`, it gives the same
//! model and the same canonical form. Not here: hashing it.

use serde_json::Value;

use crate::check::{parse_instant, parse_step, step_text};
use crate::schema::{
    BatterySpec, LoadSpec, ProfileSpec, Scenario, Share, SolarSpec, ThermalSpec, Unit, WindSpec, money,
};

impl Scenario {
    /// The canonical form: no `execution`, `extends` or `sweep`; money keys carry the currency.
    #[must_use]
    pub fn canonical(&self) -> Value {
        let mut json = serde_json::to_value(self).unwrap_or_default();
        if let Some(map) = json.as_object_mut() {
            for key in ["execution", "extends", "sweep"] {
                map.remove(key);
            }
            for kind in crate::schema::LISTS {
                if map.get(kind).is_some_and(|list| list.as_array().is_some_and(Vec::is_empty)) {
                    map.remove(kind);
                }
            }
        }
        spell(&mut json, self.currency());
        sorted(json)
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
        let bus = self.bus.first().map(|b| b.name.clone()).unwrap_or_default();
        explicit(&mut self.thermal, &bus);
        explicit(&mut self.solar, &bus);
        explicit(&mut self.wind, &bus);
        explicit(&mut self.load, &bus);
        explicit(&mut self.battery, &bus);
        self
    }
}

/// What every kind of asset spells out.
trait Asset {
    /// Its name.
    fn name(&self) -> &str;
    /// Its bus and its stream.
    fn links(&mut self) -> (&mut Option<String>, &mut Option<String>);
    /// Defaults that are the kind's own.
    fn spell_out(&mut self) {}
}

macro_rules! asset {
    ($spec:ty $(, $own:expr)?) => {
        impl Asset for $spec {
            fn name(&self) -> &str {
                &self.name
            }
            fn links(&mut self) -> (&mut Option<String>, &mut Option<String>) {
                (&mut self.bus, &mut self.stream)
            }
            $(fn spell_out(&mut self) {
                let own: fn(&mut $spec) = $own;
                own(self);
            })?
        }
    };
}

asset!(ThermalSpec, |unit| {
    if let Some(profile) = &mut unit.profile {
        explicit_unit(profile, Unit::Mw);
    }
    if let Some(Share::Profile(profile)) = &mut unit.p_max_pu {
        explicit_unit(profile, Unit::Pu);
    }
});
asset!(SolarSpec, |plant| explicit_unit(&mut plant.profile, Unit::Mw));
asset!(WindSpec, |plant| explicit_unit(&mut plant.profile, Unit::Mw));
asset!(LoadSpec, |load| {
    if let Some(profile) = &mut load.profile {
        explicit_unit(profile, Unit::Mw);
    }
    if load.tiers.is_none() {
        load.voll_per_mwh.get_or_insert(0.0);
    }
});
asset!(BatterySpec, |battery| {
    battery.e_initial_pu.get_or_insert(battery.e_min_pu);
});

fn explicit<T: Asset>(assets: &mut [T], only_bus: &str) {
    for asset in assets.iter_mut() {
        let name = asset.name().to_owned();
        let (bus, stream) = asset.links();
        bus.get_or_insert_with(|| only_bus.to_owned());
        stream.get_or_insert(name);
        asset.spell_out();
    }
    assets.sort_by(|a, b| a.name().cmp(b.name()));
}

fn explicit_unit(profile: &mut ProfileSpec, default: Unit) {
    if profile.file.is_some() {
        profile.unit.get_or_insert(default);
    }
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
