//! Every file of the scenario library: it says why one would run it, it is valid, and a few of its
//! futures give the figures that are kept beside this test.
//!
//! The kept figures say that results changed, not that they are right: that is for `rts79`, `truth`
//! and `exact`. Whoever changes them on purpose accepts the new ones (`cargo insta review`) and says
//! in the changelog by how much results moved.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fmt::Write;

use serde_json::Value;
use support::{Bench, library, scenarios};

/// Nine significant digits: the same on every machine, where the last bits of a printed number may
/// be a matter of its library.
fn nine_digits(value: &Value) -> String {
    value.as_f64().map_or_else(|| "-".to_owned(), |number| format!("{number:.8e}"))
}

/// All metrics but those by month and hour of day.
fn table(summary: &Value) -> String {
    let mut text = String::new();
    writeln!(text, "{} futures of {} h, seed {}", summary["replicas"], summary["horizon_h"], summary["seed"]).unwrap();
    for (name, metric) in summary["metrics"].as_object().unwrap().iter().filter(|(name, _)| !name.contains("_by_")) {
        let (value, error) = (nine_digits(&metric["value"]), nine_digits(&metric["standard_error"]));
        writeln!(text, "{name:<32} {value:>16} {error:>16}").unwrap();
    }
    text
}

#[test]
fn every_scenario_of_the_library_gives_the_kept_figures() {
    let bench = Bench::new();
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("library");
    settings.bind(|| {
        for name in scenarios() {
            // Four groups of 64 futures; a loss of load must be among them.
            let summary = bench.run(library(&name), &["--replicas", "256", "--seed", "7"]);
            assert!(summary["metrics"]["eue_mwh"]["value"].as_f64().unwrap() > 0.0, "{name} is never short");
            insta::assert_snapshot!(name.trim_end_matches(".toml"), table(&summary));
        }
    });
}

#[test]
fn every_scenario_of_the_library_says_why_one_would_run_it() {
    for name in scenarios() {
        let text = std::fs::read_to_string(library(&name)).unwrap();
        let opening: String = text.lines().take_while(|line| line.starts_with('#')).collect();
        assert!(opening.contains("un it to "), "{name} does not open with why one would run it");
        assert!(opening.contains(&format!("energyopti run {name}")) || opening.contains(&name), "{name}: no command");
    }
}

#[test]
fn every_scenario_of_the_library_is_valid() {
    let bench = Bench::new();
    for name in scenarios() {
        let path = library(&name);
        let answer = bench.ask(&["validate", path.to_str().unwrap()]);
        assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""), "{name}");
        assert!(answer.stdout.contains(": valid\n"), "{}", answer.stdout);
    }
}

/// The commands in a file's opening comment, typed in its folder (with few futures).
#[test]
fn the_commands_that_a_scenario_opens_with_work() {
    let mut count = 0;
    for name in scenarios() {
        let bench = Bench::new();
        for entry in std::fs::read_dir(library("")).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                std::fs::copy(entry.path(), bench.path(entry.file_name().to_str().unwrap())).unwrap();
            }
        }
        let text = std::fs::read_to_string(library(&name)).unwrap();
        for command in text.lines().filter_map(|line| line.strip_prefix("#     energyopti ")) {
            let typed: Vec<&str> = command.split_whitespace().chain(["--replicas", "64"]).collect();
            let answer = bench.ask(&typed);
            assert_eq!(answer.code, Some(0), "{command}: {}", answer.stderr);
            count += 1;
        }
    }
    assert!(count >= 5, "{count} commands");
}
