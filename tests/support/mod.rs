//! What the whole-program tests share: the program in a folder of its own, and its answers.
//!
//! Not here: what an answer should be.
#![allow(dead_code, reason = "each test binary uses a part")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A folder for one test: scenario files and, in `runs`, what the program leaves behind.
pub struct Bench {
    folder: TempDir,
}

/// What came of a command.
pub struct Answer {
    /// Exit code; `None` where a signal ended it.
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// One metric of a `summary.json`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    pub value: f64,
    pub error: f64,
}

/// Counts of a test: the usual one, or the long one where `ENERGYOPTI_CASES` asks for 10 000 cases
/// or more, as the nightly setting does.
pub fn usually_or_nightly(usual: u64, nightly: u64) -> u64 {
    let cases = std::env::var("ENERGYOPTI_CASES").ok().and_then(|n| n.parse::<u64>().ok()).unwrap_or(0);
    if cases >= 10_000 { nightly } else { usual }
}

/// A file of the scenario library.
pub fn library(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

/// Every file of the scenario library, sorted.
pub fn scenarios() -> Vec<String> {
    let entries =
        std::fs::read_dir(library("")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> =
        entries.filter(|name| name != "Cargo.toml" && name.split('.').next_back() == Some("toml")).collect();
    names.sort();
    assert!(names.len() >= 3, "{names:?}");
    names
}

impl Bench {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    /// Copies files of the scenario library.
    pub fn copy(&self, names: &[&str]) {
        for name in names {
            std::fs::copy(library(name), self.path(name)).unwrap();
        }
    }

    /// The program, in the folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_energyopti"));
        command.current_dir(self.folder.path()).args(arguments);
        command
    }

    /// What the program answers.
    pub fn ask(&self, arguments: &[&str]) -> Answer {
        Answer::of(self.command(arguments).output().unwrap())
    }

    /// The JSON that the program answers, its exit code 0.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let answer = self.ask(arguments);
        assert_eq!(answer.code, Some(0), "{arguments:?}: {}", answer.stderr);
        serde_json::from_str(&answer.stdout).unwrap()
    }

    /// The summary of a run of `file` (in the folder, or a full path).
    pub fn run(&self, file: impl AsRef<Path>, options: &[&str]) -> Value {
        let file = file.as_ref().to_str().unwrap();
        self.json(&[&["run", file, "--format", "json"], options].concat())
    }

    /// The folder of the only run in a store.
    pub fn only_run(&self, store: &str) -> PathBuf {
        let runs = self.runs(store);
        assert_eq!(runs.len(), 1, "{runs:?}");
        self.path(store).join(&runs[0])
    }

    /// The ids of the whole runs in a store.
    pub fn runs(&self, store: &str) -> Vec<String> {
        let all = self.entries(store).into_iter();
        let mut runs: Vec<String> = all.filter(|name| !name.starts_with('.') && !name.contains(".replay-")).collect();
        runs.sort();
        runs
    }

    /// Every name in a store; none where there is no such folder.
    pub fn entries(&self, store: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(store)).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Answer {
    pub fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code, that nothing was printed as a result, and that the message holds
    /// every one of `parts`.
    #[track_caller]
    pub fn assert_refused(&self, code: i32, parts: &[&str]) {
        assert_eq!((self.code, self.stdout.as_str()), (Some(code), ""), "{}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        for part in parts {
            assert!(self.stderr.contains(part), "no `{part}` in: {}", self.stderr);
        }
    }
}

/// All files of the only run in a store but its manifest, which tells how it was computed.
pub fn result_files(bench: &Bench, store: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(bench.only_run(store)).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file() && !path.ends_with("manifest.json"));
    files.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap())).collect()
}

/// Asserts that two stores hold the same run with the same bytes.
#[track_caller]
pub fn assert_same_files(bench: &Bench, one: &str, other: &str) {
    assert_eq!(bench.runs(one), bench.runs(other), "{one} and {other} hold different runs");
    let (one_files, other_files) = (result_files(bench, one), result_files(bench, other));
    assert!(one_files.contains_key("summary.json"));
    assert!(one_files.keys().eq(other_files.keys()), "{:?} {:?}", one_files.keys(), other_files.keys());
    for (name, bytes) in &one_files {
        assert!(*bytes == other_files[name], "{name} differs between {one} and {other}");
    }
}

/// A metric that is defined.
#[track_caller]
pub fn metric(summary: &Value, name: &str) -> Metric {
    let metric = &summary["metrics"][name];
    let number = |key: &str| metric[key].as_f64().unwrap_or_else(|| panic!("{name}.{key} is {}", metric[key]));
    Metric { value: number("value"), error: number("standard_error") }
}

/// How many standard errors an estimate lies above `exact`.
#[track_caller]
pub fn z_score(summary: &Value, name: &str, exact: f64) -> f64 {
    let Metric { value, error } = metric(summary, name);
    assert!(error > 0.0, "{name} has no standard error");
    (value - exact) / error
}

/// Asserts that estimates lie within three standard errors of what they estimate.
#[track_caller]
pub fn assert_near(summary: &Value, expected: &[(&str, f64)]) {
    for (name, exact) in expected {
        let z = z_score(summary, name, *exact);
        assert!(z.abs() <= 3.0, "{name} is {:?}, {z:.2} standard errors from {exact}", metric(summary, name));
    }
}

/// Asserts that two figures are the same but for rounding.
#[track_caller]
pub fn assert_same(what: &str, found: f64, expected: f64, relative: f64) {
    assert!((found - expected).abs() <= relative * expected.abs(), "{what}: {found}, expected {expected}");
}
