//! The same bits, however the work is cut: threads, chunks, order of the file, stop rules.
//!
//! Every run has a store of its own, so that no earlier run answers. Not here: runs that are killed
//! and resumed (`resume`), and what the engine does with a single group (`sim/engine`).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use energyopti_scenarios::results::Run;
use serde_json::Value;
use support::{Bench, assert_same_files, library, metric, result_files};

const STORAGE: [&str; 4] = ["rts79.toml", "rts79_storage.toml", "rts79_wind.csv", "rts79_solar.csv"];
/// 1500 futures are 23 whole groups of 64 and one of 28.
const REPLICAS: [&str; 2] = ["--replicas", "1500"];
const SAMPLES: [&str; 2] = ["--set", "outputs.keep=[\"samples\", \"timeline\"]"];

fn run(bench: &Bench, store: &str, file: &str, options: &[&str]) -> Value {
    bench.run(file, &[&["--out", store], options].concat())
}

#[test]
fn threads_and_chunks_do_not_change_a_byte() {
    let bench = Bench::new();
    bench.copy(&STORAGE);
    for (store, threads, chunk) in [
        ("one", "1", "4096"),
        ("two", "2", "4096"),
        ("eight", "8", "4096"),
        ("group", "2", "64"),
        ("odd", "1", "333"),
        ("all", "8", "1000000"),
    ] {
        let options = [&REPLICAS[..], &SAMPLES, &["--threads", threads, "--chunk", chunk]].concat();
        let summary = run(&bench, store, "rts79_storage.toml", &options);
        assert_eq!(summary["replicas"], 1500);
    }
    assert!(result_files(&bench, "one").contains_key("samples.parquet"));
    for store in ["two", "eight", "group", "odd", "all"] {
        assert_same_files(&bench, "one", store);
    }
}

/// Another seed gives other bytes, or the comparison above would prove nothing.
#[test]
fn another_seed_changes_the_bytes() {
    let bench = Bench::new();
    let storage = library("rts79_storage.toml");
    let storage = storage.to_str().unwrap();
    let one = run(&bench, "one", storage, &["--replicas", "1500", "--seed", "79"]);
    let other = run(&bench, "other", storage, &["--replicas", "1500", "--seed", "80"]);
    assert_ne!(bench.runs("one"), bench.runs("other"));
    assert_ne!(metric(&one, "lole_h"), metric(&other, "lole_h"));
    assert_ne!(metric(&one, "cost"), metric(&other, "cost"));
}

/// The file with its lists of tables last to first; a table inside one stays behind it.
fn reversed(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let (head, tables) = text.split_at(text.find("\n[[").unwrap());
    let mut tables: Vec<&str> = tables.split("\n[[").skip(1).collect();
    tables.reverse();
    tables.iter().fold(head.to_owned(), |text, table| format!("{text}\n[[{table}\n"))
}

#[test]
fn the_order_of_assets_in_the_file_does_not_change_a_byte() {
    let bench = Bench::new();
    bench.copy(&STORAGE);
    run(&bench, "as_written", "rts79_storage.toml", &REPLICAS);
    for file in ["rts79.toml", "rts79_storage.toml"] {
        let text = reversed(&library(file));
        assert_ne!(text, std::fs::read_to_string(library(file)).unwrap());
        bench.write(file, &text);
    }
    run(&bench, "reversed", "rts79_storage.toml", &REPLICAS);
    assert_same_files(&bench, "as_written", "reversed");
}

/// Lists and keys of a JSON document last to first, at every depth where order carries no meaning.
fn turned(value: &Value, named: bool) -> Value {
    match value {
        Value::Object(map) => map.iter().rev().map(|(key, value)| (key.clone(), turned(value, true))).collect(),
        Value::Array(list) if named && list.iter().all(|entry| entry.get("name").is_some()) => {
            list.iter().rev().map(|entry| turned(entry, true)).collect()
        }
        other => other.clone(),
    }
}

/// The scenario as the manifest keeps it is a scenario file, too: as JSON, and upside down.
#[test]
fn a_json_copy_upside_down_is_the_same_run() {
    let bench = Bench::new();
    bench.copy(&STORAGE);
    run(&bench, "toml", "rts79_storage.toml", &REPLICAS);
    let folder = bench.only_run("toml");
    let manifest: Value = serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let upside_down = turned(&manifest["scenario"], true);
    assert_ne!(upside_down.to_string(), manifest["scenario"].to_string());
    std::fs::create_dir(bench.path("inputs")).unwrap();
    for entry in std::fs::read_dir(folder.join("inputs")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), bench.path("inputs").join(entry.file_name())).unwrap();
    }
    bench.write("copy.json", &upside_down.to_string());
    run(&bench, "json", "copy.json", &[]);
    assert_same_files(&bench, "toml", "json");
}

/// Standard error over value of LOLE is about 1.65 / sqrt(n): 0.052 at 1024 futures, 0.036 at 2048.
#[test]
fn a_stop_rule_gives_the_same_bytes_and_the_prefix_it_stopped_at() {
    let bench = Bench::new();
    bench.copy(&STORAGE);
    let rule = "monte_carlo.stop_at={ relative_standard_error = 0.042, of = \"lole_h\" }";
    for (store, threads, chunk) in [("a", "1", "4096"), ("b", "2", "64"), ("c", "8", "1500"), ("d", "2", "100000")] {
        let options = ["--replicas", "50000", "--set", rule, "--threads", threads, "--chunk", chunk];
        let summary = run(&bench, store, "rts79.toml", &[&options[..], &SAMPLES].concat());
        assert_eq!(summary["replicas"], 2048, "{store}");
        assert_eq!(summary["metrics"]["lole_h"]["n"], 2048);
    }
    for store in ["b", "c", "d"] {
        assert_same_files(&bench, "a", store);
    }
    let prefix = run(&bench, "prefix", "rts79.toml", &["--replicas", "2048"]);
    let stopped = run(&bench, "a", "rts79.toml", &[&["--replicas", "50000", "--set", rule][..], &SAMPLES].concat());
    assert_eq!(prefix["metrics"], stopped["metrics"]);
}

#[test]
fn a_stop_rule_never_passes_the_number_of_replicas() {
    let bench = Bench::new();
    let rule = "monte_carlo.stop_at={ relative_standard_error = 0.0001, of = \"eue_mwh\" }";
    let summary = bench.run(library("rts79.toml"), &["--replicas", "1500", "--set", rule]);
    assert_eq!(summary["replicas"], 1500);
}

/// A rule so loose that any error satisfies it still waits for 100 futures with a shortfall, and is
/// judged at 1024 x 2^k futures only. At this peak one future in thirty or so is short.
#[test]
fn a_stop_rule_waits_for_a_hundred_futures_with_a_shortfall() {
    let bench = Bench::new();
    bench.copy(&STORAGE);
    let rule = "monte_carlo.stop_at={ relative_standard_error = 0.99, of = \"eue_mwh\" }";
    let options = ["--replicas", "100000", "--set", rule, "--set", "load.system.peak_mw=2300"];
    let summary = run(&bench, "rare", "rts79.toml", &[&options[..], &SAMPLES].concat());
    let hours = &samples(&bench, "rare")["lole_h"];
    let short = |futures: usize| hours[..futures].iter().filter(|hours| **hours > 0.0).count();
    let mut expected = 1024;
    while short(expected) < 100 {
        expected *= 2;
    }
    assert_eq!(summary["replicas"], expected);
    assert!(expected > 1024, "the rule would have been satisfied at once");
}

/// The samples of the only run in a store: a column per figure, a row per future.
fn samples(bench: &Bench, store: &str) -> BTreeMap<String, Vec<f64>> {
    let samples = Run::open(&bench.only_run(store)).unwrap().samples().unwrap().unwrap();
    samples.columns.into_iter().collect()
}

/// A unit of 0 MW with an outage of its own, first or last of all: nobody else's luck moves, so
/// every figure of every future is the same to the last bit.
#[test]
fn a_unit_of_zero_megawatts_changes_no_future() {
    let bench = Bench::new();
    bench.copy(&STORAGE);
    let options = [&REPLICAS[..], &SAMPLES].concat();
    run(&bench, "without", "rts79_storage.toml", &options);
    let without = samples(&bench, "without");
    for name in ["aaa", "zzz"] {
        let unit = format!("\n[[thermal]]\nname = \"{name}\"\nbus = \"rts\"\np_nom_mw = 0\n");
        let outage = "outage = { mttf_h = 100, mttr_h = 10 }\n";
        let text = std::fs::read_to_string(library("rts79_storage.toml")).unwrap();
        bench.write("larger.toml", &(text + &unit + outage));
        run(&bench, name, "larger.toml", &options);
        let mut with = samples(&bench, name);
        let own = with.remove(&format!("energy_mwh.{name}")).unwrap();
        assert!(own.len() == 1500 && own.iter().all(|energy| *energy == 0.0));
        assert!(with == without, "{name} changes a future");
    }
}
