//! Comparisons on common luck, and the control variate: narrower intervals around the same answers.
//!
//! Not here: capacity credit, which stands on both (`capacity_credit`).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::{Value, json};
use support::{Bench, Metric, metric, usually_or_nightly};

/// RTS-79 with a battery of 100 MW / 400 MWh and nothing else.
const WITH_BATTERY: &str = r#"
format = 1
extends = "rts79.toml"
[scenario]
name = "RTS-79 with a battery"
[[battery]]
name = "bess"
bus = "rts"
p_nom_mw = 100
e_nom_mwh = 400
efficiency_store = 0.95
efficiency_dispatch = 0.95
"#;

fn bench() -> Bench {
    let bench = Bench::new();
    bench.copy(&["rts79.toml"]);
    bench.write("battery.toml", WITH_BATTERY);
    bench
}

/// The difference of one metric, from a comparison.
#[track_caller]
fn difference<'a>(comparison: &'a Value, name: &str) -> &'a Value {
    let metrics = comparison["metrics"].as_array().unwrap();
    metrics.iter().find(|metric| metric["name"] == name).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// Two estimates that share no luck: their difference, and its standard error.
fn apart(a: Metric, b: Metric) -> Metric {
    Metric { value: b.value - a.value, error: a.error.hypot(b.error) }
}

/// An interval three times narrower is a variance nine times smaller. Held against what the program
/// says of itself, and against two runs with seeds of their own.
#[test]
fn common_luck_makes_the_interval_of_the_difference_three_times_narrower() {
    let bench = bench();
    let replicas = usually_or_nightly(6000, 50_000).to_string();
    let options = ["--replicas", &replicas, "--format", "json"];
    let comparison = bench.json(&[&["compare", "rts79.toml", "battery.toml"], &options[..]].concat());
    let lole = difference(&comparison, "lole_h");
    assert!(number(&lole["variance_reduction"]) >= 9.0, "{lole}");
    assert_eq!(lole["distinguishable"], true);
    let [low, high] = [0, 1].map(|end| number(&lole["difference"]["ci95"][end]));

    let one = bench.run("rts79.toml", &["--replicas", &replicas, "--seed", "1"]);
    let other = bench.run("battery.toml", &["--replicas", &replicas, "--seed", "2"]);
    let apart = apart(metric(&one, "lole_h"), metric(&other, "lole_h"));
    // 1.96 standard errors on either side.
    assert!(3.0 * (high - low) <= 2.0 * 1.96 * apart.error, "{lole} {apart:?}");
    let value = number(&lole["difference"]["value"]);
    assert!((value - apart.value).abs() <= 3.0 * apart.error, "{value} {apart:?}");
    assert!(value < 0.0, "a battery cannot make hours short");
}

/// What the comparison says of each side is what the run of that side says.
#[test]
fn both_sides_of_a_comparison_are_the_runs_figures() {
    let bench = bench();
    let options = ["--replicas", "1000", "--format", "json"];
    let comparison = bench.json(&[&["compare", "rts79.toml", "battery.toml"], &options[..]].concat());
    for (side, file) in [("a", "rts79.toml"), ("b", "battery.toml")] {
        let run = bench.run(file, &["--replicas", "1000"]);
        assert_eq!(comparison[side]["run"], run["run"]);
        for name in ["lole_h", "eue_mwh", "lolf", "neue_ppm", "event_duration_h", "cvar95_ue_mwh", "cost"] {
            let (found, expected) = (&difference(&comparison, name)[side], metric(&run, name));
            let close = |found: &Value, expected: f64| (number(found) - expected).abs() <= 1e-6 * expected.abs();
            assert!(close(&found["value"], expected.value), "{name}: {found} {expected:?}");
            // The run keeps its tail in a histogram, the comparison every replica.
            let error_is_close = (number(&found["standard_error"]) / expected.error - 1.0).abs() < 0.01;
            assert!(error_is_close, "{name}: {found} {expected:?}");
        }
    }
}

#[test]
fn comparing_runs_gives_what_comparing_their_files_gives() {
    let bench = bench();
    let of = |file: &str| bench.run(file, &["--replicas", "500", "--seed", "3"])["run"].as_str().unwrap().to_owned();
    let (a, b) = (of("rts79.toml"), of("battery.toml"));
    for format in ["json", "text"] {
        let options = ["--replicas", "500", "--seed", "3", "--format", format];
        let files = bench.ask(&[&["compare", "rts79.toml", "battery.toml"], &options[..]].concat());
        let runs = bench.ask(&["compare", &a, &b, "--format", format]);
        assert_eq!((files.code, runs.code), (Some(0), Some(0)), "{} {}", files.stderr, runs.stderr);
        assert_eq!(files.stdout, runs.stdout);
    }
}

#[test]
fn a_scenario_does_not_differ_from_itself() {
    let bench = bench();
    let options = ["--replicas", "500", "--format", "json"];
    let comparison = bench.json(&[&["compare", "battery.toml", "battery.toml"], &options[..]].concat());
    assert_eq!(comparison["input_difference"], json!([]));
    for metric in comparison["metrics"].as_array().unwrap() {
        assert_eq!(metric["distinguishable"], false, "{metric}");
        let difference = &metric["difference"]["value"];
        assert!(difference.is_null() || *difference == json!(0.0), "{metric}");
        assert_eq!(metric["a"], metric["b"]);
    }
    let lole = difference(&comparison, "lole_h");
    assert_eq!(lole["difference"]["ci95"], json!([0.0, 0.0]));
}

#[test]
fn the_input_difference_names_what_differs_and_nothing_else() {
    let bench = bench();
    let changed = WITH_BATTERY.replace("e_nom_mwh = 400", "e_nom_mwh = 600");
    bench.write("larger.toml", &changed);
    let paths = |a: &str, b: &str| -> Vec<(String, Value, Value)> {
        let comparison = bench.json(&["compare", a, b, "--replicas", "64", "--format", "json"]);
        let differences = comparison["input_difference"].as_array().unwrap().iter();
        differences.map(|d| (d["path"].as_str().unwrap().to_owned(), d["a"].clone(), d["b"].clone())).collect()
    };
    let sizes = paths("battery.toml", "larger.toml");
    assert_eq!(sizes, [("battery.bess.e_nom_mwh".to_owned(), json!(400.0), json!(600.0))]);
    let whole = paths("rts79.toml", "battery.toml");
    let names: Vec<&str> = whole.iter().map(|(path, _, _)| path.as_str()).collect();
    assert_eq!(names, ["battery.bess", "scenario.name"]);
    assert!(whole[0].1.is_null());
    assert_eq!(whole[0].2["e_nom_mwh"], json!(400.0));
}

/// The same futures with and without the control variate: their squared standard errors compare.
/// The expectation without storage is exact, so the estimate must stay where it was.
#[test]
fn the_control_variate_narrows_the_answer_and_does_not_move_it() {
    let bench = bench();
    let replicas = usually_or_nightly(8000, 50_000).to_string();
    let reduced = "monte_carlo.variance_reduction=\"control_variate\"";
    let plain = bench.run("battery.toml", &["--replicas", &replicas, "--seed", "4"]);
    let narrow = bench.run("battery.toml", &["--replicas", &replicas, "--seed", "4", "--set", reduced]);
    let long = usually_or_nightly(40_000, 400_000).to_string();
    let long = bench.run("battery.toml", &["--replicas", &long, "--seed", "5"]);
    for (name, factor) in [("lole_h", 8.0), ("eue_mwh", 20.0)] {
        let (plain, narrow, long) = (metric(&plain, name), metric(&narrow, name), metric(&long, name));
        let found = (plain.error / narrow.error).powi(2);
        assert!(found >= factor, "{name}: variance down by {found}");
        let apart = apart(narrow, long);
        assert!(apart.value.abs() <= 3.0 * apart.error, "{name}: {narrow:?} against {long:?}");
        let moved = (narrow.value - plain.value).abs();
        assert!(moved <= 3.0 * plain.error, "{name}: {narrow:?} against {plain:?}");
    }
    // What has no control is what it was.
    assert_eq!(metric(&narrow, "lolf"), metric(&plain, "lolf"));
    assert_eq!(metric(&narrow, "cost"), metric(&plain, "cost"));
}

#[test]
fn a_control_variate_without_storage_is_refused() {
    let bench = bench();
    let reduced = "monte_carlo.variance_reduction=\"control_variate\"";
    let answer = bench.ask(&["run", "rts79.toml", "--set", reduced]);
    answer.assert_refused(2, &["control_variate", "no battery", "method = \"exact\""]);
}
