//! What a run leaves behind, and that it is believed only while it is whole.
//!
//! Not here: runs that are cut short (`resume`).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;
use support::{Bench, result_files};

/// A day with a battery, and all that can be kept.
fn bench() -> Bench {
    let bench = Bench::new();
    assert_eq!(bench.ask(&["init", "town.toml"]).code, Some(0));
    bench
}

const KEEP: [&str; 4] = ["--replicas", "300", "--set", "outputs.keep=[\"samples\", \"timeline\"]"];

fn run(bench: &Bench, options: &[&str]) -> Value {
    bench.run("town.toml", &[&KEEP[..], options].concat())
}

fn manifest(bench: &Bench) -> Value {
    serde_json::from_slice(&std::fs::read(bench.only_run("runs").join("manifest.json")).unwrap()).unwrap()
}

#[test]
fn a_run_leaves_every_file_of_the_design_and_a_manifest_that_names_them() {
    let bench = bench();
    let summary = run(&bench, &[]);
    assert_eq!(bench.entries("runs"), [summary["run"].as_str().unwrap()]);
    let files: Vec<String> = result_files(&bench, "runs").into_keys().collect();
    for file in ["report.html", "samples.parquet", "summary.json", "summary.parquet", "timeseries.parquet"] {
        assert!(files.iter().any(|name| name == file), "{file} is not in {files:?}");
    }
    let manifest = manifest(&bench);
    let outputs: Vec<&String> = manifest["outputs"].as_object().unwrap().keys().collect();
    assert_eq!(outputs, files.iter().collect::<Vec<_>>());
    assert_eq!((&manifest["run"], &manifest["seed"]), (&summary["run"], &summary["seed"]));
}

/// Results and report hold no time, path or machine: those stand in the manifest's `execution`.
#[test]
fn nothing_but_the_manifests_execution_tells_when_or_where() {
    let bench = bench();
    run(&bench, &[]);
    let folder = bench.path("");
    let folder = folder.to_str().unwrap().trim_end_matches('/');
    let started = manifest(&bench)["execution"]["started"].as_str().unwrap().to_owned();
    assert!(started.ends_with('Z') && started.len() == 20, "{started}");
    for (name, bytes) in result_files(&bench, "runs") {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(folder) && !text.contains(&started), "{name}");
    }
    let mut manifest = manifest(&bench);
    manifest.as_object_mut().unwrap().remove("execution");
    assert!(!manifest.to_string().contains(folder), "{manifest}");
}

#[test]
fn the_same_run_is_answered_from_the_store_and_computed_anew_only_when_asked() {
    let bench = bench();
    run(&bench, &[]);
    let (first, bytes) = (manifest(&bench), result_files(&bench, "runs"));
    let modified =
        |bench: &Bench| std::fs::metadata(bench.only_run("runs").join("summary.json")).unwrap().modified().unwrap();
    let written = modified(&bench);

    run(&bench, &["--threads", "1", "--chunk", "64"]);
    assert_eq!((manifest(&bench), modified(&bench)), (first.clone(), written), "answered from the store");

    run(&bench, &["--threads", "1", "--chunk", "64", "--fresh"]);
    assert!(modified(&bench) > written, "computed anew");
    assert_eq!(manifest(&bench)["execution"]["chunk"], 64);
    assert_eq!(manifest(&bench)["outputs"], first["outputs"]);
    assert!(result_files(&bench, "runs") == bytes, "to the same bytes");

    run(&bench, &["--out", "elsewhere"]);
    assert_eq!(bench.runs("elsewhere"), bench.runs("runs"), "another store does not answer");
}

fn damaged(bench: &Bench, file: &str, at: usize) -> (PathBuf, Vec<u8>) {
    let path = bench.only_run("runs").join(file);
    let whole = std::fs::read(&path).unwrap();
    let mut bytes = whole.clone();
    bytes[at % whole.len()] ^= 0x10;
    std::fs::write(&path, bytes).unwrap();
    (path, whole)
}

/// One flipped bit in any file of a run: nobody who reads the run believes it, and the message names
/// the file. Once the file is what it was, all is well.
#[test]
fn a_flipped_bit_in_any_file_is_found_and_the_file_named() {
    let bench = bench();
    let id = run(&bench, &[])["run"].as_str().unwrap().to_owned();
    let files: BTreeMap<String, usize> = [("manifest.json", 200), ("report.html", 5000), ("summary.json", 60)]
        .into_iter()
        .chain([("samples.parquet", 900), ("summary.parquet", 50), ("timeseries.parquet", 70)])
        .map(|(name, at)| (name.to_owned(), at))
        .collect();
    for (file, at) in files {
        let (path, whole) = damaged(&bench, &file, at);
        let again = [&["run", "town.toml"], &KEEP[..]].concat();
        let commands: [&[&str]; 4] =
            [&again, &["report", &id], &["replay", &id, "--replica", "0"], &["compare", &id, &id]];
        for command in commands {
            bench.ask(command).assert_refused(1, &[&file]);
        }
        std::fs::write(path, whole).unwrap();
        assert_eq!(bench.ask(&["report", &id]).code, Some(0));
    }
}

#[test]
fn a_damaged_run_is_put_right_by_computing_it_anew() {
    let bench = bench();
    run(&bench, &[]);
    let whole = result_files(&bench, "runs");
    damaged(&bench, "summary.json", 60);
    assert!(result_files(&bench, "runs") != whole);
    run(&bench, &["--fresh"]);
    assert!(result_files(&bench, "runs") == whole);
    std::fs::remove_file(bench.only_run("runs").join("timeseries.parquet")).unwrap();
    bench.ask(&[&["run", "town.toml"], &KEEP[..]].concat()).assert_refused(1, &["timeseries.parquet"]);
}

#[test]
fn a_run_is_found_by_its_id_the_beginning_of_it_or_its_folder() {
    let bench = bench();
    let id = run(&bench, &[])["run"].as_str().unwrap().to_owned();
    let folder = format!("runs/{id}");
    for wanted in [&id, &id[..4], &folder] {
        let report = bench.json(&["report", wanted, "--format", "json"]);
        assert_eq!(report["run"], id.as_str());
        assert!(bench.path(report["report"].as_str().unwrap()).is_file());
    }
    let answer = bench.ask(&["report", &id]);
    let table = bench.ask(&[&["run", "town.toml"], &KEEP[..]].concat()).stdout;
    assert!(table.starts_with(&answer.stdout), "the report repeats the table of the run");
    bench.json(&["report", &id, "--output", "copy.html", "--format", "json"]);
    let html = std::fs::read_to_string(bench.path("copy.html")).unwrap();
    assert!(html.contains("<svg") && html.contains("A small town"));
    assert!(!html.contains("http://") || !html.contains("<script src"), "the report stands alone");
}

#[test]
fn an_unknown_run_is_bad_input_and_the_nearest_are_named() {
    let bench = bench();
    let id = run(&bench, &[])["run"].as_str().unwrap().to_owned();
    let other = run(&bench, &["--seed", "2"])["run"].as_str().unwrap().to_owned();
    for command in [&["report", "0000"][..], &["replay", "0000", "--replica", "1"], &["compare", "0000", &id]] {
        bench.ask(command).assert_refused(2, &["no run `0000`", &id, &other, "A small town"]);
    }
    bench.ask(&["report", ""]).assert_refused(2, &["no run ``"]);
    bench.ask(&["report", &id, "--out", "nowhere"]).assert_refused(2, &["no run", "nowhere"]);
    bench.ask(&["compare", &id, &other, "--seed", "3"]).assert_refused(2, &["--seed", "scenario files"]);
}
