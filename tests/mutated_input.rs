//! Scenario texts are damaged at random: whatever comes of it, nothing panics, and what is accepted
//! holds finite numbers only and loads back from its canonical form to itself.
//!
//! `ENERGYOPTI_CASES` sets the number of damaged texts (300 by default).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::OnceLock;

use energyopti_engine::{Model, Series};
use energyopti_scenarios::{Variant, load_text, template};
use proptest::prelude::*;
use serde_json::Value;

/// A small scenario with every table and nearly every key.
const RICH: &str = include_str!("mutated/rich.toml");

const NUMBERS: [&str; 14] = [
    "nan",
    "inf",
    "-inf",
    "-1",
    "0",
    "1e308",
    "1e-308",
    "-0.0",
    "\"x\"",
    "\"20 MW\"",
    "[]",
    "{}",
    "true",
    "99999999999999999999",
];

/// One act of damage. Places are taken modulo the length of what is there.
#[derive(Clone, Debug)]
enum Damage {
    FlipByte(usize, u8),
    Delete(usize, usize),
    RepeatLine(usize),
    DropLine(usize),
    SwapLines(usize, usize),
    SwapKeys(usize, usize),
    ReplaceNumber(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = || any::<prop::sample::Index>().prop_map(|i| i.index(1 << 20));
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(i, b)| Damage::FlipByte(i, b)),
        (at(), 1..40_usize).prop_map(|(i, n)| Damage::Delete(i, n)),
        at().prop_map(Damage::RepeatLine),
        at().prop_map(Damage::DropLine),
        (at(), at()).prop_map(|(i, j)| Damage::SwapLines(i, j)),
        (at(), at()).prop_map(|(i, j)| Damage::SwapKeys(i, j)),
        (at(), 0..NUMBERS.len()).prop_map(|(i, n)| Damage::ReplaceNumber(i, n)),
        (at(), 0..NUMBERS.len()).prop_map(|(i, n)| Damage::ReplaceNumber(i, n)),
    ]
}

fn damaged(text: &str, damage: &Damage) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut lines: Vec<&str> = text.lines().collect();
    if bytes.is_empty() || lines.is_empty() {
        return text.to_owned();
    }
    let count = lines.len();
    let line = |i: usize| i % count;
    match *damage {
        Damage::FlipByte(i, with) => {
            let at = i % bytes.len();
            bytes[at] ^= with;
            return String::from_utf8_lossy(&bytes).into_owned();
        }
        Damage::Delete(i, count) => {
            let at = i % bytes.len();
            bytes.drain(at..(at + count).min(bytes.len()));
            return String::from_utf8_lossy(&bytes).into_owned();
        }
        Damage::ReplaceNumber(i, with) => return with_number(text, i, NUMBERS[with]),
        Damage::RepeatLine(i) => lines.insert(line(i), lines[line(i)]),
        Damage::DropLine(i) => drop(lines.remove(line(i))),
        Damage::SwapLines(i, j) => lines.swap(line(i), line(j)),
        Damage::SwapKeys(i, j) => {
            let (first, second) = (line(i), line(j));
            let swapped = |own: &str, other: &str| match (own.split_once('='), other.split_once('=')) {
                (Some((_, value)), Some((key, _))) => format!("{key}={value}"),
                _ => own.to_owned(),
            };
            let mut all: Vec<String> = lines.iter().map(|l| (*l).to_owned()).collect();
            all[first] = swapped(lines[first], lines[second]);
            all[second] = swapped(lines[second], lines[first]);
            return all.join("\n");
        }
    }
    lines.join("\n")
}

/// The text with its `i`th number replaced.
fn with_number(text: &str, i: usize, with: &str) -> String {
    let mut places = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        let digit = c.is_ascii_digit() || (start.is_some() && matches!(c, '.' | '_' | 'e'));
        match (digit, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                places.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    let Some(place) = places.get(i % places.len().max(1)) else { return text.to_owned() };
    format!("{}{with}{}", &text[..place.start], &text[place.end..])
}

fn finite(json: &Value) -> bool {
    match json {
        Value::Null => false,
        Value::Number(number) => number.as_f64().is_some_and(f64::is_finite),
        Value::Array(items) => items.iter().all(finite),
        Value::Object(map) => map.values().all(finite),
        _ => true,
    }
}

fn series_is_sound(series: &Series, steps: usize, years: usize) -> bool {
    series.steps().is_none_or(|n| n == steps)
        && (series.years() == 1 || series.years() == years)
        && (0..steps).all(|t| (0..series.years()).all(|y| series.at(t, y).is_finite() && series.at(t, y) >= 0.0))
}

fn model_is_sound(model: &Model) -> bool {
    let (steps, years) = (model.clock.steps(), model.weather_years());
    let thermal = model.assets.thermal.iter().map(|a| (&a.common, Some(a.p_max_mw.clone())));
    let solar = model.assets.solar.iter().map(|a| (&a.common, a.p_max_mw(&model.clock)));
    let wind = model.assets.wind.iter().map(|a| (&a.common, a.p_max_mw(&model.clock)));
    let load = model.assets.load.iter().map(|a| (&a.common, Some(a.p_mw.clone())));
    let mut assets = thermal.chain(solar).chain(wind).chain(load);
    let outage_is_sound = |outage: &energyopti_engine::Outage| {
        outage.failure() <= 1.0 + 1e-9
            && outage.states.iter().all(|s| (0.0..=1.0).contains(&s.failure) && s.repair > 0.0 && s.repair <= 1.0)
    };
    let batteries_are_sound = model.assets.battery.iter().all(|b| {
        let numbers = [b.p_nom_mw, b.e_nom_mwh, b.marginal_cost_per_mwh, b.standing_loss_per_h];
        let window = 0.0 <= b.e_min_pu && b.e_min_pu <= b.e_initial_pu && b.e_initial_pu <= b.e_max_pu;
        let lossy = |efficiency: f64| efficiency > 0.0 && efficiency <= 1.0;
        numbers.iter().all(|n| n.is_finite()) && window && lossy(b.efficiency_store) && lossy(b.efficiency_dispatch)
    });
    model.clock.step_h > 0.0
        && steps > 0
        && batteries_are_sound
        && assets.all(|(common, series)| {
            common.bus < model.buses.len()
                && common.count > 0
                && common.outage.as_ref().is_none_or(outage_is_sound)
                && series.is_none_or(|series| series_is_sound(&series, steps, years))
        })
}

fn check(variant: &Variant) -> Result<(), TestCaseError> {
    let canonical = variant.scenario.canonical();
    prop_assert!(finite(&canonical), "{canonical}");
    prop_assert!(model_is_sound(&variant.model), "{:?}", variant.scenario);
    if variant.inputs.is_empty() {
        let again = load_text(&canonical.to_string(), Path::new("scenarios"), "again.json", &[]);
        let again = again.map_err(|faults| TestCaseError::fail(faults.to_string()))?;
        prop_assert_eq!(again[0].scenario.canonical(), canonical);
    }
    Ok(())
}

fn cases() -> u32 {
    std::env::var("ENERGYOPTI_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(300)
}

#[test]
fn the_undamaged_scenarios_are_accepted() {
    for (text, name) in originals() {
        let variants = load_text(text, Path::new("scenarios"), name, &[]).unwrap_or_else(|faults| panic!("{faults}"));
        for variant in &variants {
            check(variant).unwrap();
        }
    }
}

fn originals() -> &'static [(String, &'static str)] {
    static ORIGINALS: OnceLock<Vec<(String, &'static str)>> = OnceLock::new();
    ORIGINALS.get_or_init(read_originals)
}

fn read_originals() -> Vec<(String, &'static str)> {
    let library = |name: &str| std::fs::read_to_string(Path::new("scenarios").join(name)).unwrap();
    let rich = load_text(RICH, Path::new("scenarios"), "rich.toml", &[]).unwrap_or_else(|faults| panic!("{faults}"));
    vec![
        (RICH.to_owned(), "rich.toml"),
        (RICH.to_owned(), "rich.toml"),
        (template().to_owned(), "template.toml"),
        (library("rts79.toml"), "rts79.toml"),
        (library("rts79_storage.toml"), "rts79_storage.toml"),
        (library("harbour_microgrid.toml"), "harbour_microgrid.toml"),
        (library("smr_hybrid.toml"), "smr_hybrid.toml"),
        (library("island_renewables.toml"), "island_renewables.toml"),
        (library("gas_crisis.toml"), "gas_crisis.toml"),
        (serde_json::to_string_pretty(&rich[0].scenario.canonical()).unwrap(), "rich.json"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_scenario_is_refused_or_sound(
        which in 0..10_usize,
        acts in prop::collection::vec(damage(), 1..5),
        set in prop::option::of("(load|battery|scenario|thermal)\\.[a-z\"]{1,8}(\\.[a-z_]{1,9})?=.{0,12}"),
    ) {
        let (text, name) = &originals()[which];
        let text = acts.iter().fold(text.clone(), |text, act| damaged(&text, act));
        let sets: Vec<String> = set.into_iter().collect();
        match load_text(&text, Path::new("scenarios"), name, &sets) {
            Err(faults) => {
                prop_assert!(!faults.0.is_empty());
                prop_assert!(faults.0.iter().all(|f| !f.rule.contains("no rule says why")), "{faults}\n{text}");
                prop_assert!(faults.to_string().contains("fault"));
            }
            Ok(variants) => {
                for variant in &variants {
                    check(variant)?;
                }
            }
        }
    }
}
