//! What is typed and what is answered: exit codes, the two streams, the shape of the JSON, the width
//! of the table, and that every option is a key of the scenario file, too.
//!
//! Not here: the messages for broken scenarios (`broken_input`), what is in a store (`store`), sweeps
//! (`sweep`), traces (`replay`).

mod support;

use std::io::Read;
use std::process::Stdio;

use serde_json::{Value, json};
use support::{Bench, library};

/// A bench with the scenario that `init` writes: a day, five assets, ten thousand futures at once.
fn town() -> Bench {
    let bench = Bench::new();
    let answer = bench.ask(&["init", "town.toml"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""));
    bench
}

#[test]
fn a_result_is_0_bad_input_2_and_anything_else_1() {
    let bench = town();
    bench.write("file", "");
    bench.write("broken.toml", "format = 1\n[scenario]\nname = 7\n");
    for (code, arguments) in [
        (0, &["run", "town.toml"][..]),
        (0, &["--help"]),
        (0, &["--version"]),
        (2, &[]),
        (2, &["walk"]),
        (2, &["run"]),
        (2, &["run", "village.toml"]),
        (2, &["run", "broken.toml"]),
        (2, &["run", "town.toml", "--threads", "0"]),
        (2, &["run", "town.toml", "--replicas", "0"]),
        (2, &["run", "town.toml", "--replicas", "many"]),
        (2, &["run", "town.toml", "--chunk", "0"]),
        (2, &["run", "town.toml", "--method", "guess"]),
        (2, &["run", "town.toml", "--format", "xml"]),
        (2, &["run", "town.toml", "--set", "battery.bess.e_nom_mwh=-1"]),
        (2, &["run", "town.toml", "--set", "battery.cess.e_nom_mwh=1"]),
        (2, &["run", "town.toml", "--variant", "other"]),
        (2, &["compare", "town.toml", "0123"]),
        (1, &["run", "town.toml", "--seed", "2", "--out", "file"]),
        (1, &["init", "no/such/folder/town.toml"]),
    ] {
        let answer = bench.ask(arguments);
        assert_eq!(answer.code, Some(code), "{arguments:?}: {}", answer.stderr);
        assert_eq!(answer.stdout.is_empty(), code != 0, "{arguments:?}");
        assert_eq!(answer.stderr.is_empty(), code == 0, "{arguments:?}: {}", answer.stderr);
        assert!(!answer.stderr.contains("panicked"), "{arguments:?}: {}", answer.stderr);
    }
}

#[test]
fn json_is_the_summary_as_it_stands_in_the_store_and_nothing_else() {
    let bench = town();
    for _ in ["computed", "from the store"] {
        let answer = bench.ask(&["run", "town.toml", "--format", "json"]);
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""), "silent when piped");
        let kept = std::fs::read_to_string(bench.only_run("runs").join("summary.json")).unwrap();
        assert_eq!(answer.stdout, kept);
    }
}

#[test]
fn metrics_are_flat_and_each_has_its_uncertainty() {
    let summary = town().run("town.toml", &["--replicas", "640", "--seed", "9"]);
    let keys: Vec<&String> = summary.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["run", "scenario", "seed", "replicas", "horizon_h", "currency", "method", "metrics"]);
    assert_eq!(summary["scenario"], "A small town");
    assert_eq!((&summary["seed"], &summary["replicas"]), (&json!(9), &json!(640)));
    assert_eq!((&summary["horizon_h"], &summary["currency"]), (&json!(24.0), &json!("EUR")));
    for (name, metric) in summary["metrics"].as_object().unwrap() {
        let keys: Vec<&String> = metric.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["value", "standard_error", "ci95", "n"], "{name}");
        assert_eq!(metric["n"], 640, "{name}");
        let Some(value) = metric["value"].as_f64() else { continue };
        let [low, high] = [0, 1].map(|end| metric["ci95"][end].as_f64().unwrap());
        assert!(low <= value && value <= high, "{name}: {metric}");
        assert!(metric["standard_error"].as_f64().unwrap() >= 0.0, "{name}: {metric}");
    }
    let names = "lole_h lold_d lolf eue_mwh neue_ppm event_duration_h event_depth_mw max_event_duration_h \
                 max_event_depth_mw cvar95_ue_mwh cost lost_load_cost lole_h.town eue_mwh.town lolf.town \
                 energy_mwh.gas energy_mwh.bess energy_mwh.homes curtailment_mwh.roof capacity_factor.gas \
                 cycles.bess lole_h_by_month.01 lole_h_by_hour.23 eue_mwh_by_hour.00";
    for name in names.split_whitespace() {
        assert!(summary["metrics"][name].is_object(), "no metric `{name}`");
    }
}

/// One bus is the system, to the last bit.
#[test]
fn the_only_bus_has_the_systems_figures() {
    let summary = town().run("town.toml", &[]);
    for name in ["lole_h", "lold_d", "lolf", "eue_mwh", "neue_ppm"] {
        assert_eq!(summary["metrics"][name], summary["metrics"][format!("{name}.town")], "{name}");
    }
}

/// Nothing short in 600 futures of 24 h: with 95 % confidence at most 3 in 600 are, for at most 24 h
/// each, so the interval ends at 0.12 h (the rule of three); never at 0.
#[test]
fn a_shortfall_never_seen_is_not_impossible() {
    let summary = town().run("town.toml", &["--replicas", "600", "--set", "thermal.gas.p_nom_mw=1000"]);
    let lole = &summary["metrics"]["lole_h"];
    assert_eq!(lole["value"], 0.0);
    let [low, high] = [0, 1].map(|end| lole["ci95"][end].as_f64().unwrap());
    assert!(low.abs() < 1e-15 && (high - 0.12).abs() < 1e-12, "{lole}");
    for name in ["lold_d", "lolf", "eue_mwh", "neue_ppm", "cvar95_ue_mwh", "max_event_depth_mw", "lost_load_cost"] {
        let metric = &summary["metrics"][name];
        assert_eq!(metric["value"], 0.0, "{name}");
        assert!(metric["ci95"][1].as_f64().unwrap() > 0.0, "{name}: {metric}");
    }
    for name in ["event_duration_h", "event_depth_mw"] {
        assert_eq!(summary["metrics"][name]["value"], Value::Null, "no event, so no length and no depth");
    }
}

#[test]
fn every_table_fits_eighty_columns() {
    let bench = town();
    bench.write(
        "sweep.toml",
        "format = 1\nextends = \"town.toml\"\n[[sweep]]\nset.\"battery.bess.e_nom_mwh\" = [0, 20]\n",
    );
    let storage = library("rts79_storage.toml");
    let (storage, rts) = (storage.to_str().unwrap(), library("rts79.toml"));
    for arguments in [
        &["run", "town.toml", "--out", "r"][..],
        &["run", storage, "--replicas", "64", "--out", "r"],
        &["run", rts.to_str().unwrap(), "--method", "exact", "--out", "r"],
        &["run", "sweep.toml", "--out", "r"],
        &["run", "town.toml", "--set", "thermal.gas.p_nom_mw=1000"],
        &["compare", rts.to_str().unwrap(), storage, "--replicas", "64"],
        &["validate", "town.toml"],
    ] {
        let answer = bench.ask(arguments);
        assert_eq!(answer.code, Some(0), "{}", answer.stderr);
        for line in answer.stdout.lines() {
            assert!(line.chars().count() <= 80, "{arguments:?}: {line}");
        }
    }
}

/// The summary's bytes do not depend on how an option is given, and the manifest tells that each was
/// heard. An option beats the key.
#[test]
fn every_option_of_run_is_a_key_of_the_scenario_file() {
    let bench = town();
    let keys = "[execution]\nthreads = 3\nchunk = 128\nout = \"kept\"\nformat = \"json\"\n[monte_carlo]\nreplicas = 640\n\
                seed = 5\nmethod = \"sequential\"\n";
    bench.write("keys.toml", &format!("format = 1\nextends = \"town.toml\"\n{keys}"));
    let by_keys = bench.json(&["run", "keys.toml"]);
    assert_eq!((&by_keys["replicas"], &by_keys["seed"]), (&json!(640), &json!(5)));
    let execution = |store: &str| {
        let text = std::fs::read_to_string(bench.only_run(store).join("manifest.json")).unwrap();
        let manifest: Value = serde_json::from_str(&text).unwrap();
        (manifest["execution"]["threads"].clone(), manifest["execution"]["chunk"].clone())
    };
    assert_eq!(execution("kept"), (json!(3), json!(128)));

    let monte_carlo = ["--replicas", "640", "--seed", "5", "--method", "sequential"];
    let options = [&["--out", "given", "--threads", "1", "--chunk", "64"], &monte_carlo[..]].concat();
    assert_eq!(bench.run("town.toml", &options), by_keys);
    assert_eq!(execution("given"), (json!(1), json!(64)));

    let over =
        ["--out", "over", "--threads", "2", "--chunk", "192", "--format", "text", "--replicas", "65", "--seed", "6"];
    let answer = bench.ask(&[&["run", "keys.toml"], &over[..]].concat());
    assert!(answer.stdout.contains("65 futures of 24 h, seed 6"), "{}", answer.stdout);
    assert_eq!(execution("over"), (json!(2), json!(192)));
}

#[test]
fn a_method_given_as_an_option_beats_the_key() {
    let bench = town();
    let set = "battery.bess.e_nom_mwh=0";
    bench.write("exact.toml", "format = 1\nextends = \"town.toml\"\n[monte_carlo]\nmethod = \"exact\"\n");
    let exact = bench.run("exact.toml", &["--set", set]);
    let sampled = bench.run("exact.toml", &["--set", set, "--method", "sequential"]);
    assert_eq!((&exact["method"], &exact["replicas"]), (&json!("exact"), &Value::Null));
    assert_eq!((&sampled["method"], &sampled["replicas"]), (&json!("sequential"), &json!(10_000)));
    let template = bench.run("town.toml", &["--set", set, "--method", "exact"]);
    assert_eq!(template["metrics"], exact["metrics"]);
}

/// Whoever stops reading ends the program quietly: no panic, no message.
#[test]
fn a_closed_pipe_is_a_quiet_end() {
    let bench = town();
    for arguments in [&["run", "town.toml"][..], &["schema"], &["run", "town.toml", "--format", "json"], &["init"]] {
        let mut child = bench.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_ne!(child.wait().unwrap().code(), Some(101), "{arguments:?}");
        assert_eq!(stderr, "", "{arguments:?}");
    }
}
