//! Comparing: what differs, and how it is told.

use energyopti_engine::Estimate;
use serde_json::{Value, json};

use super::super::*;
use super::ID;

#[test]
fn assets_are_matched_by_name_when_inputs_are_compared() {
    let battery = |e: f64| json!({ "name": "bess", "e_nom_mwh": e, "p_nom_mw": 100 });
    let solar = json!({ "name": "roof", "p_nom_mw": 6 });
    let a = json!({
        "battery": [battery(400.0)], "thermal": [{ "name": "u1" }, { "name": "u2" }],
        "scenario": { "steps": 24, "note": "x" }, "series": [1, 2, 3],
    });
    let b = json!({
        "battery": [battery(0.0)], "thermal": [{ "name": "u2" }], "solar": [solar],
        "scenario": { "steps": 48 }, "series": [1, 2, 4],
    });
    let found = input_differences(&a, &b);
    let paths: Vec<&str> = found.iter().map(|d| d.path.as_str()).collect();
    let expected = ["battery.bess.e_nom_mwh", "scenario.note", "scenario.steps", "series", "solar.roof", "thermal.u1"];
    assert_eq!(paths, expected);
    assert_eq!((&found[0].a, &found[0].b), (&Some(json!(400.0)), &Some(json!(0.0))));
    assert_eq!((&found[5].a, &found[5].b), (&Some(json!({ "name": "u1" })), &None));
    assert_eq!(input_differences(&a, &a), []);
}

fn comparison(scale: f64) -> Comparison {
    let estimate = |value: f64| Estimate {
        value: Some(value * scale),
        standard_error: Some(0.05 * scale),
        ci95: Some([(value - 0.1) * scale, (value + 0.1) * scale]),
        n: Some(10_000),
    };
    let metric = |name: &str| MetricDifference {
        name: name.to_owned(),
        a: estimate(9.394),
        b: estimate(5.21),
        difference: estimate(-4.184),
        variance_reduction: Some(12.34),
        distinguishable: true,
    };
    let side = |run: &str, name: &str| Side { run: run.to_owned(), scenario: name.to_owned() };
    let difference = |path: &str, a: Option<Value>, b: Option<Value>| InputDifference { path: path.to_owned(), a, b };
    Comparison {
        a: side(ID, "RTS-79"),
        b: side("fedcba9876543210", "RTS-79 with a name that goes on and on and on and on and on and on"),
        input_difference: vec![
            difference("battery.bess.e_nom_mwh", Some(json!(400)), Some(json!(0))),
            difference("solar.roof", None, Some(json!({ "name": "roof", "p_nom_mw": 6 }))),
            difference("load.system.profile", Some(json!([1, 2, 3, 4])), Some(json!("a".repeat(99)))),
            difference("thermal.a unit with a very long name.outage.mttf_h", None, Some(json!(1e-9))),
        ],
        metrics: ["lole_h", "eue_without_storage_mwh", "max_event_duration_h", "lole_h_by_hour.00"].map(metric).into(),
    }
}

#[test]
fn the_comparison_table_fits_80_columns_at_any_magnitude() {
    for scale in [1e-12, 1e-4, 0.01, 1.0, 1234.5, 1e5, 1e9, 1e300, f64::NAN, f64::INFINITY] {
        let table = text_table(&comparison(scale));
        for line in table.lines() {
            assert!(line.chars().count() <= 80, "{}: {line}", line.chars().count());
        }
    }
    insta::assert_snapshot!(text_table(&comparison(1.0)), @r#"
        A  0123456789abcdef  RTS-79
        B  fedcba9876543210  RTS-79 with a name that goes on and on and on and on and …

        What differs in the inputs
          battery.bess.e_nom_mwh: 400 -> 0
          solar.roof: only in B
          load.system.profile: [4 values] -> aaaaaaaaaaaaaaaaa…
          thermal.a unit with a very long n…: (none) -> 1e-9

        metric                         A        B    B - A 95 % interval       luck sure
        lole_h                     9.394    5.210    -4.18 [-4.28, -4.08]        12 yes
        eue_without_storage_mwh    9.394    5.210    -4.18 [-4.28, -4.08]        12 yes
        max_event_duration_h       9.394    5.210    -4.18 [-4.28, -4.08]        12 yes

        luck: how many times smaller the variance of B - A is because A and B
        meet the same luck; sure: whether the interval leaves out zero.
    "#);
}

#[test]
fn a_comparison_reads_back_from_its_json() {
    let text = comparison(1.0).to_json().unwrap();
    assert_eq!(serde_json::from_str::<Comparison>(&text).unwrap(), comparison(1.0));
}
