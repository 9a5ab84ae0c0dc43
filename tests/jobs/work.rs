//! What is computed: a scenario, its number of futures and its seed, as `run` and `submit` take them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::Bench;

/// One command line, but for its first word.
#[derive(Clone)]
pub struct Work {
    arguments: Vec<String>,
}

impl Work {
    /// Files that the works below read.
    pub const FILES: [&str; 4] = ["rts79.toml", "rts79_storage.toml", "rts79_wind.csv", "rts79_solar.csv"];

    pub fn new(arguments: &[&str]) -> Self {
        Self { arguments: arguments.iter().map(|&word| word.to_owned()).collect() }
    }

    /// A published system with storage for some years; each seed is another run.
    pub fn years(replicas: u64, seed: u64) -> Self {
        Self::new(&["rts79_storage.toml", "--replicas", &replicas.to_string(), "--seed", &seed.to_string()])
    }

    /// Forty shards of 64 futures, each a matter of some hundredths of a second.
    pub fn forty_shards(seed: u64) -> Self {
        Self::years(40 * 64, seed)
    }

    /// Up to eighty such shards, fewer than half of which are enough.
    pub fn stopping(seed: u64) -> Self {
        let mut work = Self::years(80 * 64, seed);
        let rule = "monte_carlo.stop_at={ relative_standard_error = 0.09, of = \"lole_h\" }";
        work.arguments.extend(["--set", rule].map(str::to_owned));
        work
    }

    /// A word and the arguments, for instance `submit`.
    pub fn command<'a>(&'a self, word: &'a str) -> Vec<&'a str> {
        [word].into_iter().chain(self.arguments.iter().map(String::as_str)).collect()
    }

    /// The ids of its runs, one of them unless it is a sweep.
    pub fn runs(&self, bench: &Bench) -> Vec<String> {
        let validated = bench.json(&[&self.command("validate")[..], &["--format", "json"]].concat());
        let variants = validated["variants"].as_array().unwrap().iter();
        variants.map(|variant| variant["run"].as_str().unwrap().to_owned()).collect()
    }
}

/// Every file below a folder.
pub fn below(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { below(&path) } else { BTreeSet::from([path]) }).collect()
}

/// All files of a run by name; of the manifest what does not tell how it was computed.
pub fn files(run: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |path: &Path| path.strip_prefix(run).unwrap().to_str().unwrap().to_owned();
    let mut files: BTreeMap<_, _> = below(run).into_iter().map(|path| (name(&path), fs::read(path).unwrap())).collect();
    let manifest = files.get_mut("manifest.json").unwrap();
    let mut value: Value = serde_json::from_slice(manifest).unwrap();
    // The manifest's hash is that of all of it.
    for key in ["execution", "sha256"] {
        value.as_object_mut().unwrap().remove(key).unwrap();
    }
    *manifest = value.to_string().into_bytes();
    files
}

/// Asserts that the store holds all runs of a work, byte for byte as a `run` that nobody disturbs.
#[track_caller]
pub fn assert_undisturbed(bench: &Bench, store: &str, work: &Work) {
    let answer = bench.ask(&[&work.command("run")[..], &["--out", "undisturbed"]].concat());
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    for run in work.runs(bench) {
        let (found, expected) = (files(&bench.path(store).join(&run)), files(&bench.path("undisturbed").join(&run)));
        assert!(found.keys().eq(expected.keys()), "{:?} {:?}", found.keys(), expected.keys());
        for (name, bytes) in &expected {
            assert!(found[name] == *bytes, "{name} of {run} differs from that of an undisturbed run");
        }
    }
}
