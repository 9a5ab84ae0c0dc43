//! `method = "exact"`: the published figures of RTS-79, what is left undefined, and what is refused.
//!
//! Not here: the convolution itself (`sim/adequacy`), and the simulation against it (`rts79`).

mod support;

use serde_json::json;
use support::{Bench, assert_near, assert_same, library, metric};

/// Hourly load, no maintenance, no derated states: LOLE 9.39418 h/y and EENS 1176 MWh/y are published
/// (R. N. Allan, R. Billinton, N. M. K. Abdel-Gawad, IEEE Trans. PWRS-1(4), 1986); the further digits,
/// and 1.915154 events/y, come from a separate convolution program.
#[test]
fn rts79_has_its_known_figures_and_no_error_bars() {
    let bench = Bench::new();
    let summary = bench.run(library("rts79.toml"), &["--method", "exact"]);
    assert_same("lole_h", metric(&summary, "lole_h").value, 9.394_175, 1e-6);
    assert_same("eue_mwh", metric(&summary, "eue_mwh").value, 1176.2985, 1e-6);
    assert_same("lolf", metric(&summary, "lolf").value, 1.915_154, 1e-6);
    assert_eq!(summary["replicas"], json!(null));
    assert_eq!(summary["method"], json!("exact"));
    assert_eq!(summary["horizon_h"], json!(8736.0));
    for (name, metric) in summary["metrics"].as_object().unwrap() {
        assert_eq!(metric["n"], json!(null), "{name}");
        if metric["value"].is_null() {
            assert_eq!((&metric["standard_error"], &metric["ci95"]), (&json!(null), &json!(null)), "{name}");
        } else {
            assert_eq!(metric["standard_error"], json!(0.0), "{name}");
            assert_eq!(metric["ci95"], json!([metric["value"], metric["value"]]), "{name}");
        }
    }
}

/// A convolution knows hours one by one: no days, no dispatch, no distribution over replicas.
#[test]
fn what_a_convolution_cannot_know_is_null() {
    let bench = Bench::new();
    let summary = bench.run(library("rts79.toml"), &["--method", "exact"]);
    for name in ["lold_d", "cost", "lost_load_cost", "cvar95_ue_mwh", "max_event_depth_mw", "energy_mwh.U12"] {
        let undefined = json!({"value": null, "standard_error": null, "ci95": null, "n": null});
        assert_eq!(summary["metrics"][name], undefined, "{name}");
    }
}

#[test]
fn months_and_hours_of_the_day_add_up_to_the_whole() {
    let bench = Bench::new();
    let summary = bench.run(library("rts79.toml"), &["--method", "exact"]);
    for whole in ["lole_h", "eue_mwh"] {
        for by in ["month", "hour"] {
            let prefix = format!("{whole}_by_{by}.");
            let metrics = summary["metrics"].as_object().unwrap();
            let parts: Vec<&String> = metrics.keys().filter(|name| name.starts_with(&prefix)).collect();
            assert_eq!(parts.len(), if by == "month" { 12 } else { 24 });
            let sum: f64 = parts.iter().map(|name| metric(&summary, name).value).sum();
            assert_same(&prefix, sum, metric(&summary, whole).value, 1e-12);
        }
    }
}

#[test]
fn storage_is_refused_with_the_reason_and_a_way_out() {
    let bench = Bench::new();
    let file = library("rts79_storage.toml");
    let answer = bench.ask(&["run", file.to_str().unwrap(), "--method", "exact"]);
    answer.assert_refused(2, &["`bess`", "depends on the hours before", "method = \"sequential\"", "e_nom_mwh to 0"]);
    assert!(bench.entries("runs").is_empty(), "a refused run leaves nothing behind");
}

/// A battery without energy or without power is none: the figures are those of the same system
/// without it, to the last bit, and the simulation's within three standard errors.
#[test]
fn a_battery_of_size_zero_is_no_storage() {
    let bench = Bench::new();
    bench.copy(&["rts79.toml", "rts79_storage.toml", "rts79_wind.csv", "rts79_solar.csv"]);
    let storage = std::fs::read_to_string(library("rts79_storage.toml")).unwrap();
    bench.write("without.toml", storage.split("[[battery]]").next().unwrap());
    let without = bench.run("without.toml", &["--method", "exact"]);
    for set in ["battery.bess.e_nom_mwh=0", "battery.bess.p_nom_mw=0"] {
        let empty = bench.run("rts79_storage.toml", &["--method", "exact", "--set", set]);
        for name in ["lole_h", "eue_mwh", "lolf"] {
            assert_eq!(metric(&empty, name), metric(&without, name), "{set}: {name}");
        }
    }
    let sampled = bench.run("rts79_storage.toml", &["--replicas", "8000", "--set", "battery.bess.e_nom_mwh=0"]);
    let expected = ["lole_h", "eue_mwh", "lolf"].map(|name| (name, metric(&without, name).value));
    assert_near(&sampled, &expected);
}

/// Three 10 MW units, up with 0.9 each: 30 MW with 0.729, 20 with 0.243, 10 with 0.027, 0 with 0.001.
/// Load less must-take is 20, 22, 20, 16 MW. LOLE = 0.028 + 0.271 + 0.028 + 0.028 = 0.355 h;
/// EUE = 0.290 + 0.832 + 0.290 + 0.178 = 1.59 MWh, where 0.832 = 0.243 x 2 + 0.027 x 12 + 0.001 x 22.
const TOY_A: &str = r#"
format = 1
[scenario]
name = "toy A"
start = "2024-01-01T00:00:00Z"
steps = 4
[[bus]]
name = "bus"
[[thermal]]
name = "unit"
count = 3
p_nom_mw = 10
outage = { failure_probability = 0.1, repair_probability = 0.9 }
[[solar]]
name = "sun"
p_nom_mw = 10
profile = { values_mw = [5, 6, 7, 8] }
[[load]]
name = "town"
profile = { values_mw = [25, 28, 27, 24] }
"#;

/// Both units up with 0.81, one alone with 0.09 each, none with 0.01. Load less must-take is 21, 21, 21,
/// 22, 24, 26 MW against 10 + 20 MW, then 15 + 25 MW.
/// LOLE = 3 x 0.19 + 0.10 + 0.10 + 0.19 = 0.96 h;
/// EUE = 3 x (0.09 x 1 + 0.09 x 11 + 0.01 x 21) + (0.09 x 7 + 0.01 x 22) + (0.09 x 9 + 0.01 x 24)
///     + (0.09 x 1 + 0.09 x 11 + 0.01 x 26) = 3.87 + 0.85 + 1.05 + 1.34 = 7.11 MWh.
const TOY_B: &str = r#"
format = 1
[scenario]
name = "toy B"
start = "2024-01-01T00:00:00Z"
steps = 6
[[bus]]
name = "bus"
[[thermal]]
name = "one"
p_nom_mw = 15
profile = { values_mw = [10, 10, 10, 15, 15, 15] }
outage = { failure_probability = 0.1, repair_probability = 0.9 }
[[thermal]]
name = "two"
p_nom_mw = 25
profile = { values_mw = [20, 20, 20, 25, 25, 25] }
outage = { failure_probability = 0.1, repair_probability = 0.9 }
[[solar]]
name = "sun"
p_nom_mw = 10
profile = { values_mw = [7, 8, 9, 9, 8, 7] }
[[load]]
name = "town"
profile = { values_mw = [28, 29, 30, 31, 32, 33] }
"#;

#[test]
fn toy_systems_meet_their_closed_forms_both_ways() {
    let bench = Bench::new();
    for (file, text, lole_h, eue_mwh) in [("a.toml", TOY_A, 0.355, 1.59), ("b.toml", TOY_B, 0.96, 7.11)] {
        bench.write(file, text);
        let exact = bench.run(file, &["--method", "exact"]);
        assert_same(file, metric(&exact, "lole_h").value, lole_h, 1e-9);
        assert_same(file, metric(&exact, "eue_mwh").value, eue_mwh, 1e-9);
        let sampled = bench.run(file, &["--replicas", "200000", "--seed", "7"]);
        assert_near(&sampled, &[("lole_h", lole_h), ("eue_mwh", eue_mwh)]);
    }
}
