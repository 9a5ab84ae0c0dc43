//! The shape of the files that other programs read.

use serde_json::{Value, json};
use std::fs;

use super::super::parquet_file::Table;
use super::super::*;
use super::{ID, record, scenario, summary, write};

#[test]
fn summary_json_has_its_fixed_shape() {
    insta::assert_snapshot!(summary().to_json().unwrap(), @r#"
        {
          "run": "0123456789abcdef",
          "scenario": "Harbour",
          "seed": 79,
          "replicas": 10000,
          "horizon_h": 8736.0,
          "currency": "USD",
          "method": "sequential",
          "metrics": {
            "lole_h": {
              "value": 9.394175123456789,
              "standard_error": 0.1,
              "ci95": [
                9.198,
                9.59
              ],
              "n": 10000
            },
            "eue_mwh": {
              "value": 0.30000000000000004,
              "standard_error": 0.0,
              "ci95": [
                0.30000000000000004,
                0.30000000000000004
              ],
              "n": null
            },
            "event_duration_h": {
              "value": null,
              "standard_error": null,
              "ci95": null,
              "n": 10000
            }
          }
        }
    "#);
}

#[test]
fn the_summary_table_reads_back_with_its_nulls_and_metadata() {
    let store = tempfile::tempdir().unwrap();
    let run = write(store.path(), ID);
    let table = Table::open(fs::File::open(run.join(file::SUMMARY_TABLE)).unwrap()).unwrap();
    let names = ["metric", "value", "standard_error", "ci95_low", "ci95_high", "n"];
    assert_eq!(table.columns(), names);
    let rows: Vec<Value> = table.rows().unwrap().map(|row| cells(&row.unwrap())).collect();
    let expected = [
        json!(["lole_h", 9.394_175_123_456_789, 0.1, 9.198, 9.590, 10_000]),
        json!(["eue_mwh", 0.1 + 0.2, 0.0, 0.1 + 0.2, 0.1 + 0.2, null]),
        json!(["event_duration_h", null, null, null, null, 10_000]),
    ];
    assert_eq!(rows, expected);
    assert_eq!(table.metadata("horizon_h"), Some("8736"));
    assert_eq!(table.metadata("run"), Some(ID));
    assert_eq!(table.metadata("scenario"), Some("Harbour"));
}

#[test]
fn the_margin_table_reads_back_bin_by_bin() {
    let store = tempfile::tempdir().unwrap();
    let run = write(store.path(), ID);
    let table = Table::open(fs::File::open(run.join(file::MARGIN)).unwrap()).unwrap();
    assert_eq!(table.columns(), ["low_mw", "high_mw", "count"]);
    let rows: Vec<Value> = table.rows().unwrap().map(|row| cells(&row.unwrap())).collect();
    assert_eq!(rows, [json!([-1.5, 0.0, 2]), json!([0.0, 1.5, 40])]);
}

fn cells(row: &parquet::record::Row) -> Value {
    use parquet::record::Field;
    let cell = |field: &Field| match field {
        Field::Str(text) => json!(text),
        Field::Double(x) => json!(x),
        Field::Long(n) => json!(n),
        Field::Null => Value::Null,
        other => panic!("{other:?}"),
    };
    row.get_column_iter().map(|(_, field)| cell(field)).collect()
}

#[test]
fn samples_do_not_depend_on_the_sizes_of_their_blocks() {
    let rows = 65_536 + 1000;
    let column: Vec<f64> = (0..rows).map(|i| f64::from(i) * 0.5).collect();
    let written = |block: usize| {
        let store = tempfile::tempdir().unwrap();
        let mut draft = Draft::begin(store.path(), ID).unwrap();
        draft.summary(&summary()).unwrap();
        let mut samples = draft.samples(&["lole_h"]).unwrap();
        for piece in column.chunks(block) {
            samples.push(&[piece]).unwrap();
        }
        draft.finish_samples(samples).unwrap();
        let run = Run::open(&draft.commit(record(scenario())).unwrap()).unwrap();
        let read = run.samples().unwrap().unwrap();
        assert_eq!(read.columns[0].1, column);
        assert_eq!(read.replicas.last(), Some(&i64::from(rows - 1)));
        run.read(file::SAMPLES).unwrap()
    };
    assert!(written(64) == written(100_000));
}

#[test]
fn a_block_of_the_wrong_shape_is_refused() {
    let store = tempfile::tempdir().unwrap();
    let mut draft = Draft::begin(store.path(), ID).unwrap();
    let mut samples = draft.samples(&["a_h", "b_h"]).unwrap();
    for block in [vec![vec![1.0]], vec![vec![1.0], vec![]]] {
        assert!(matches!(samples.push(&block), Err(StoreError::SampleShape { columns: 2, .. })));
    }
}
