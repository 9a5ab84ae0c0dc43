//! Batches of circuits in any number of shards.

use std::fs;

use energyopti_engine::StreamKey;
use energyopti_quantum::qaoa::Width;
use energyopti_quantum::{HONEST_CLAIM, Limit, qasm};
use energyopti_scenarios::jobs::{CircuitBatch, JobError, circuits};
use energyopti_scenarios::quantum::CircuitQuestion;
use serde_json::Value;

use super::bench::{Bench, compute, merge, without_execution};

const ANSATZ: &str = "OPENQASM 3.0; include \"stdgates.inc\"; input float a; input float b; \
                      qubit[3] q; rx(a) q[0]; ry(b) q[1]; cx q[0], q[2];";

fn batch() -> CircuitBatch {
    CircuitBatch {
        title: "two angles".to_owned(),
        qasm: ANSATZ.to_owned(),
        bindings: (0..40).map(|k| vec![0.1 * f64::from(k), 1.0 / (1.0 + f64::from(k))]).collect(),
        shots: Some(100),
        seed: 5,
        observable: Some("ZII + 0.5 IZI".to_owned()),
        width: Width::Double,
    }
}

#[test]
fn shards_and_threads_do_not_change_a_batch() {
    let single = CircuitBatch { width: Width::Single, ..batch() };
    let only_shots = CircuitBatch { observable: None, shots: None, ..batch() };
    let only_mean = CircuitBatch { shots: None, ..batch() };
    let collapsing =
        CircuitBatch { qasm: format!("{ANSATZ} bit[1] c; c[0] = measure q[0]; h q[0];"), observable: None, ..batch() };
    for batch in [batch(), single, only_shots, only_mean, collapsing] {
        let bench = Bench::new();
        let submission = circuits(&batch).unwrap();
        let whole = without_execution(&bench.in_shards(&submission, 1));
        for shards in [2, 7, 40] {
            assert_eq!(without_execution(&bench.in_shards(&submission, shards)), whole);
        }
    }
}

/// Rx(a) turns Z to cos a, Ry(b) to cos b.
#[test]
fn the_summary_names_the_ends_of_the_expectations_and_makes_no_claim() {
    let bench = Bench::new();
    let folder = bench.in_shards(&circuits(&batch()).unwrap(), 3);
    let summary: Value = serde_json::from_slice(&fs::read(folder.join("summary.json")).unwrap()).unwrap();
    let exact = |k: f64| (0.1 * k).cos() + 0.5 * (1.0 / (1.0 + k)).cos();
    let least = (0..40).min_by(|a, b| exact(f64::from(*a)).total_cmp(&exact(f64::from(*b)))).unwrap();
    assert_eq!(summary["expectation"]["least"]["row"], least);
    let value = summary["expectation"]["least"]["value"].as_f64().unwrap();
    assert!((value - exact(f64::from(least))).abs() < 1e-12);
    assert_eq!((&summary["claim"], &summary["circuits"]), (&HONEST_CLAIM.into(), &40.into()));
    for file in ["circuits.parquet", "counts.parquet"] {
        assert!(fs::read(folder.join(file)).unwrap().starts_with(b"PAR1"));
    }
}

#[test]
fn a_row_answers_as_the_same_circuit_alone() {
    let bench = Bench::new();
    let job = bench.open(&circuits(&batch()).unwrap()).unwrap();
    let row_7 = compute(&*job, std::slice::from_ref(&(7..8))).remove(0);
    let question = |circuit| CircuitQuestion::new(circuit, Some("ZII + 0.5 IZI"), Some(100), Width::Double).unwrap();
    let alone = question(qasm::parse(ANSATZ).unwrap());
    let answer = alone.answer(&batch().bindings[7], StreamKey::new(5, "circuit", "shots", 7), Limit::NONE).unwrap();
    let partial = job.partial(&mut std::iter::once(Ok(row_7))).unwrap();
    assert_eq!(partial["expectation"]["least"]["value"], answer.expectation.unwrap());
    assert_eq!(partial["circuits"], 1);
}

#[test]
fn damage_and_missing_shards_are_seen() {
    let bench = Bench::new();
    let job = bench.open(&circuits(&batch()).unwrap()).unwrap();
    let shards = compute(&*job, &job.cut(Some(4)));
    let mut broken = shards.clone();
    broken[2][50] ^= 1;
    assert_eq!(merge(&*job, broken, &bench.path("store")), Err(JobError::Damaged { shard: 2 }));
    let error = merge(&*job, shards[..3].to_vec(), &bench.path("store")).unwrap_err();
    assert!(error.to_string().contains("30 of 40"), "{error}");
    assert_eq!(fs::read_dir(bench.path("store")).unwrap().count(), 0);
}

#[test]
fn what_is_no_batch_is_refused_at_once() {
    let refused = |batch: CircuitBatch, hint: &str| {
        let error = circuits(&batch).unwrap_err();
        assert!(matches!(&error, JobError::Input(reason) if reason.contains(hint)), "{error}");
    };
    refused(CircuitBatch { qasm: "qubit q; hh q;".to_owned(), ..batch() }, "hh");
    refused(CircuitBatch { bindings: vec![], ..batch() }, "1 to");
    refused(CircuitBatch { bindings: vec![vec![1.0, 2.0], vec![1.0]], ..batch() }, "row 1");
    refused(CircuitBatch { observable: Some("ZZ".to_owned()), ..batch() }, "2 Pauli matrices for 3 qubits");
    refused(CircuitBatch { bindings: vec![vec![f64::NAN, 0.0]], ..batch() }, "row 0");
    let large = "OPENQASM 3.0; qubit[60] q;".to_owned();
    refused(CircuitBatch { qasm: large, bindings: vec![vec![]], observable: None, ..batch() }, "60 qubits");
}
