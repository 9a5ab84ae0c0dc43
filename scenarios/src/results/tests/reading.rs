//! Reading: a run is found, and reads back as it was written.

use serde_json::Value;

use super::super::*;
use super::{ID, scenario, summary, timeline, write};

#[test]
fn a_run_reads_back_as_it_was_written() {
    let store = tempfile::tempdir().unwrap();
    let run = Run::open(&write(store.path(), ID)).unwrap();
    assert_eq!(run.summary(), &summary());
    assert_eq!(run.manifest().scenario, scenario());
    assert_eq!(run.timeline().unwrap().unwrap(), timeline());
    assert_eq!(run.input("port_load.csv").unwrap(), b"mw\n1.0\n");
    let samples = run.samples().unwrap().unwrap();
    assert_eq!(samples.replicas, [0, 1]);
    assert_eq!(samples.columns[0], ("lole_h".to_owned(), vec![0.0, 1.0]));
    assert!(samples.columns[1].1[1].is_nan());
    let wrong = run.input("other.csv").unwrap_err().to_string();
    assert!(wrong.contains("other.csv") && wrong.contains("port_load.csv"), "{wrong}");
}

#[test]
fn a_run_is_found_by_path_id_or_unique_prefix() {
    let store = tempfile::tempdir().unwrap();
    let run = write(store.path(), ID);
    write(store.path(), "0123ffffffffffff");
    let find = |wanted: &str| find(store.path(), wanted);
    assert_eq!(find(ID).unwrap(), run);
    assert_eq!(find("01234").unwrap(), run);
    assert_eq!(find(run.to_str().unwrap()).unwrap(), run);
    assert_eq!(find(run.join("report.html").to_str().unwrap()).unwrap(), run);
    let error = find("0123").unwrap_err().to_string();
    assert!(error.contains("2 runs") && error.contains(ID), "{error}");
    let error = find("0123456789abcdee").unwrap_err();
    assert!(error.to_string().contains("0123456789abcdef  Harbour"), "{error}");
    let StoreError::NotFound { nearest, .. } = error else { panic!("{error}") };
    assert!(nearest[0].starts_with(ID));
    assert!(find("").is_err());
}

#[test]
fn a_run_id_ignores_the_order_of_keys_and_nothing_else() {
    let one: Value = serde_json::from_str(r#"{"b": {"y": 1, "x": [1, 2]}, "a": 0.5}"#).unwrap();
    let two: Value = serde_json::from_str(r#"{"a": 0.5, "b": {"x": [1, 2], "y": 1}}"#).unwrap();
    let other: Value = serde_json::from_str(r#"{"a": 0.5, "b": {"x": [2, 1], "y": 1}}"#).unwrap();
    assert_eq!(run_id(&one, "0.1.0"), run_id(&two, "0.1.0"));
    assert_ne!(run_id(&one, "0.1.0"), run_id(&other, "0.1.0"));
    assert_ne!(run_id(&one, "0.1.0"), run_id(&one, "0.1.1"));
    assert_eq!(canonical_json(&one), r#"{"a":0.5,"b":{"x":[1,2],"y":1}}"#);
    // printf '{"a":0.5,"b":{"x":[1,2],"y":1}}\n0.1.0' | sha256sum
    assert_eq!(run_id(&one, "0.1.0"), "51c491791fbfd1c3");
}

#[test]
fn floats_come_back_bit_for_bit() {
    // A parser that rounds the last digit would replay another scenario than the one that was run:
    // serde_json needs its feature `float_roundtrip`.
    let store = tempfile::tempdir().unwrap();
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    let numbers: Vec<f64> = (0..2000)
        .map(|_| {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            f64::from_bits(bits >> 12 | 0x3ff0_0000_0000_0000) * 1e-7
        })
        .collect();
    let mut draft = Draft::begin(store.path(), ID).unwrap();
    draft.summary(&summary()).unwrap();
    let written = serde_json::json!({ "series": numbers });
    let run = draft.commit(super::record(written.clone())).unwrap();
    assert!(Run::open(&run).unwrap().manifest().scenario == written);
}
