//! The house rules that a machine can check: sizes, headers, names, the arrows between rooms, and
//! that ARCHITECTURE.md knows every folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms in which Rust lives.
const ROOMS: [&str; 6] = ["src", "sim", "scenarios", "scheduler", "tests", "benches"];
const MOST_LINES: usize = 400;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Everything below `folder` but build output and hidden files, folders included.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap().to_string_lossy();
        if name.starts_with('.') || name == "target" || name == "runs" {
            continue;
        }
        found.push(path.clone());
        if path.is_dir() {
            walk(&path, found);
        }
    }
}

fn files(extension: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    ROOMS.iter().for_each(|room| walk(&root().join(room), &mut found));
    found.retain(|path| path.extension().is_some_and(|e| e == extension));
    assert!(!found.is_empty(), "no .{extension} files: this test looks in the wrong place");
    found.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Asserts that nothing was found, naming all of it.
fn none(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n  {}", found.join("\n  "));
}

#[test]
fn files_stay_small() {
    let long = files("rs").into_iter().filter(|(_, text)| text.lines().count() > MOST_LINES);
    let long: Vec<_> = long.map(|(path, text)| format!("{}: {} lines", short(&path), text.lines().count())).collect();
    none(&long, "a file has at most 400 lines");
}

#[test]
fn every_file_opens_with_what_it_is() {
    let bare: Vec<_> =
        files("rs").iter().filter(|(_, text)| !text.starts_with("//!")).map(|(path, _)| short(path)).collect();
    none(&bare, "a file opens with `//!`");
}

#[test]
fn no_room_is_called_a_drawer() {
    let drawers: BTreeSet<_> = ["util", "utils", "helper", "helpers", "manager", "misc", "common"].into();
    let found: Vec<_> = files("rs")
        .iter()
        .filter(|(path, _)| path.iter().any(|part| drawers.contains(part.to_string_lossy().trim_end_matches(".rs"))))
        .map(|(path, _)| short(path))
        .collect();
    none(&found, "a name says what is inside");
}

/// The crates of this workspace that a manifest depends on, tests' dependencies left out.
fn depends_on(manifest: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(manifest)).unwrap();
    let start = text.find("[dependencies]").unwrap_or(text.len());
    let section = text[start..].split("\n[").next().unwrap_or("");
    section.lines().filter_map(|line| line.split(['.', ' ', '=']).next()).map(str::to_owned).collect()
}

#[test]
fn arrows_between_rooms_point_one_way() {
    let forbidden = [
        ("sim/adequacy/Cargo.toml", &["energyopti", "energyopti-engine", "energyopti-scenarios", "bevy_ecs"][..]),
        (
            "sim/lp/Cargo.toml",
            &["energyopti", "energyopti-engine", "energyopti-scenarios", "energyopti-grid", "bevy_ecs"],
        ),
        ("sim/grid/Cargo.toml", &["energyopti", "energyopti-engine", "energyopti-scenarios", "bevy_ecs", "serde_json"]),
        ("sim/market/Cargo.toml", &["energyopti", "energyopti-engine", "energyopti-scenarios", "bevy_ecs"]),
        ("sim/streams/Cargo.toml", &["energyopti", "energyopti-engine", "energyopti-quantum", "bevy_ecs"]),
        (
            "sim/quantum/Cargo.toml",
            &["energyopti", "energyopti-engine", "energyopti-scenarios", "bevy_ecs", "serde_json"],
        ),
        (
            "sim/engine/Cargo.toml",
            &["energyopti", "energyopti-scenarios", "energyopti-adequacy", "energyopti-quantum", "tokio"],
        ),
        ("scenarios/Cargo.toml", &["energyopti", "clap", "indicatif", "anyhow", "tokio", "sqlx", "bevy_ecs"]),
        (
            "scheduler/Cargo.toml",
            &["energyopti", "energyopti-engine", "clap", "indicatif", "anyhow", "bevy_ecs", "parquet"],
        ),
        ("Cargo.toml", &["bevy_ecs", "parquet", "toml", "sqlx", "apalis", "object_store", "tokio-cron-scheduler"]),
    ];
    let mut found = Vec::new();
    for (manifest, never) in forbidden {
        let dependencies = depends_on(manifest);
        assert!(!dependencies.is_empty(), "{manifest} was not read");
        found.extend(never.iter().filter(|n| dependencies.contains(**n)).map(|n| format!("{manifest} -> {n}")));
    }
    none(&found, "arrows point one way: kernels <- engine <- scenarios <- scheduler <- src");
}

#[test]
fn the_simulator_reads_no_files_and_no_clock() {
    let banned = ["std::fs", "std::time", "std::net", "std::env", "HashMap", "HashSet", "println!", "async fn"];
    let mut found = Vec::new();
    for (path, text) in files("rs") {
        let place = short(&path);
        // Tests may read reference data.
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        if place.starts_with("sim/") && place.contains("/src/") && !place.contains("/tests/") {
            found.extend(banned.iter().filter(|b| text.contains(**b)).map(|b| format!("{place}: {b}")));
        }
    }
    none(&found, "sim is pure");
}

#[test]
fn no_unfinished_work_is_marked_or_hidden() {
    // Put together here, so that no search for them finds this file.
    let macros = ["to\u{64}o", "un\u{69}mplemented", "d\u{62}g"].map(|name| format!("{name}!("));
    let words = ["#[\u{69}gnore", "FIX\u{4d}E", "XX\u{58}"].map(str::to_owned);
    let marks = [macros, words].concat();
    let mut found = Vec::new();
    for (path, text) in files("rs").iter().filter(|(path, _)| !path.ends_with("tests/tidy.rs")) {
        found.extend(marks.iter().filter(|m| text.contains(m.as_str())).map(|m| format!("{}: {m}", short(path))));
    }
    none(&found, "what is not there is absent");
}

#[test]
fn the_architecture_page_names_every_folder() {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut folders = Vec::new();
    ROOMS.iter().for_each(|room| {
        folders.push(root().join(room));
        walk(&root().join(room), &mut folders);
    });
    let mut missing = Vec::new();
    for folder in folders.iter().filter(|path| path.is_dir()) {
        let name = short(folder);
        // Snapshots and data stand under the folder that they belong to.
        let inner = ["/snapshots", "/broken", "/inputs", "/data"].iter().any(|part| name.contains(part));
        if !inner && !page.contains(&format!("`{name}/`")) {
            missing.push(name);
        }
    }
    none(&missing, "ARCHITECTURE.md names every folder as `path/`");
}
