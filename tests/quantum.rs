//! Simulated quantum circuits from the command line: published figures, what a scenario asks, sameness
//! of bits, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fmt::Write;

use serde_json::Value;
use support::{Bench, library, result_files};

/// The Max-Cut of a graph as a QUBO, cost = -cut, upper triangular, as CSV.
fn max_cut(vertices: usize, edges: &[(usize, usize)]) -> String {
    let mut matrix = vec![vec![0.0; vertices]; vertices];
    for &(a, b) in edges {
        matrix[a][a] -= 1.0;
        matrix[b][b] -= 1.0;
        matrix[a.min(b)][a.max(b)] += 2.0;
    }
    let row = |row: &Vec<f64>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    matrix.iter().map(row).collect::<Vec<_>>().join("\n")
}

fn ring(vertices: usize) -> Vec<(usize, usize)> {
    (0..vertices).map(|a| (a, (a + 1) % vertices)).collect()
}

fn cube() -> Vec<(usize, usize)> {
    (0..8_usize).flat_map(|a| [1, 2, 4].map(move |bit| (a, a ^ bit))).filter(|(a, b)| a < b).collect()
}

fn number(answer: &Value, key: &str) -> f64 {
    answer[key].as_f64().unwrap()
}

#[track_caller]
fn assert_near(found: f64, expected: f64, within: f64) {
    assert!((found - expected).abs() < within, "{found}, not {expected}");
}

/// J. Wang, S. Hadfield, Z. Jiang, E. Rieffel, PRA 97:022304: 1/2 + 1/(3 sqrt 3) per edge for degree 3
/// without triangles.
#[test]
fn max_cut_of_the_cube_is_that_of_the_literature() {
    let bench = Bench::new();
    bench.write("cube.csv", &max_cut(8, &cube()));
    let angles = ["--layers", "1", "--gamma", "-0.6155336", "--beta", "0.3926720"];
    let answer = bench.json(&[&["quantum", "qaoa", "--qubo", "cube.csv", "--format", "json"], &angles[..]].concat());
    assert_near(number(&answer, "expectation") / 12.0, -0.692_450_1, 1e-6);
    assert_near(number(&answer, "approximation_ratio"), 0.692_450_1, 1e-6);
    assert_eq!(answer["optimum"], -12.0);
    assert_eq!(answer["optimum_bits"], "01101001");
    assert_eq!((answer["qubits"].as_u64(), answer["gamma"][0].as_f64()), (Some(8), Some(-0.615_533_6)));
}

/// E. Farhi, J. Goldstone, S. Gutmann, arXiv:1411.4028: (2p+1)/(2p+2) on a ring.
#[test]
fn the_best_angles_of_a_ring_are_found() {
    let bench = Bench::new();
    bench.write("ring.csv", &max_cut(10, &ring(10)));
    let answer = bench.json(&["quantum", "qaoa", "--qubo", "ring.csv", "--layers", "3", "--format", "json"]);
    let reached: Vec<f64> = answer["course"].as_array().unwrap().iter().map(|p| number(p, "expectation")).collect();
    for (found, expected) in reached.iter().zip([7.5, 25.0 / 3.0, 8.75]) {
        assert_near(*found, -expected, 1e-5);
    }
}

/// Where the circuit that is written and the ansatz that is simulated differ, one of them is wrong.
#[test]
fn an_exported_ansatz_measures_what_the_kernel_says() {
    let bench = Bench::new();
    bench.write("q.json", "[[1, 1, -1], [0, -2, 2], [0, 0, 3]]");
    let options = ["--gamma", "0.3,-0.2", "--beta", "0.5,0.4", "--export", "q.qasm", "--format", "json"];
    let answer = bench.json(&[&["quantum", "qaoa", "--qubo", "q.json"], &options[..]].concat());
    // x - 2y + 3z + xy - xz + 2yz in spins, by x = (1 - Z)/2.
    let ising = "1.5 - 0.5 ZII + 0.25 IZI - 1.75 IIZ + 0.25 ZZI - 0.25 ZIZ + 0.5 IZZ";
    let measured = bench.json(&["quantum", "run", "q.qasm", "--observable", ising, "--format", "json"]);
    assert_near(number(&measured, "expectation"), number(&answer, "expectation"), 1e-12);
    assert_eq!((answer["optimum"].as_f64(), answer["optimum_bits"].as_str()), (Some(-2.0), Some("010")));
}

#[test]
fn the_leftmost_character_is_qubit_0_and_threads_change_no_shot() {
    let bench = Bench::new();
    let text = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[3] q;\nbit[3] c;\nx q[0];\nh q[2];\nc = measure q;\n";
    bench.write("c.qasm", text);
    let run = |threads: &str| {
        let options =
            ["--shots", "2000", "--seed", "7", "--observable", "ZII", "--threads", threads, "--format", "json"];
        bench.json(&[&["quantum", "run", "c.qasm"], &options[..]].concat())
    };
    let answer = run("1");
    let counts = answer["counts"].as_object().unwrap();
    assert_eq!(counts.keys().collect::<Vec<_>>(), ["100", "101"]);
    // Binomial: 1000 +- 22 each.
    assert_near(counts["100"].as_f64().unwrap(), 1000.0, 100.0);
    assert_near(number(&answer, "expectation"), -1.0, 1e-12);
    assert_eq!(answer, run("2"));
}

/// Twenty losses 1 ... 20: the worst 10 % are 19 and 20, so VaR = 18 (the least value with
/// P(X <= x) >= 0.9) and CVaR = 19.5. The grid has 32 points from 1 to 20.
#[test]
fn the_tail_of_twenty_losses_is_that_of_arithmetic() {
    let bench = Bench::new();
    let mut samples = String::from("loss\n");
    (1..=20).for_each(|loss| writeln!(samples, "{loss}").unwrap());
    bench.write("losses.csv", &samples);
    let options = ["--alpha", "0.9", "--qubits", "5", "--format", "json"];
    let answer = bench.json(&[&["quantum", "tail-risk", "--samples", "losses.csv"], &options[..]].concat());
    assert_near(number(&answer["var"], "exact_samples"), 18.0, 1e-12);
    assert_near(number(&answer["cvar"], "exact_samples"), 19.5, 1e-12);
    let cvar = &answer["cvar"];
    let [low, high] = ["low", "high"].map(|end| number(&cvar["interval"], end));
    assert!((low..=high).contains(&number(cvar, "exact_discretised")), "{cvar}");
    let error = number(cvar, "exact_discretised") - number(cvar, "exact_samples");
    assert_near(number(cvar, "discretisation_error"), error, 1e-12);
}

/// Every subset of twelve projects, priced here from the run's own samples: the answer must be the best.
#[test]
fn the_allocation_is_the_best_of_all_subsets() {
    let bench = Bench::new();
    let file = library("quantum_allocation.toml");
    let store = ["--out", "a", "--replicas", "128", "--format", "json"];
    let answer = bench.json(&[&["quantum", "allocate", file.to_str().unwrap()], &store[..]].concat());
    let classical = &answer["classical"];
    assert_eq!(classical["proven"], true);
    assert!(number(&classical["figures"], "cost") <= 80e6);
    assert!(number(classical, "relaxed_bound") <= number(&classical["figures"], "objective"));
    let quantum = &answer["quantum"];
    assert_near(number(&quantum["optimum"], "objective"), number(&classical["figures"], "objective"), 1e-6);
    // Layers can only help, and the angles say so.
    let reached: Vec<f64> =
        quantum["by_layers"].as_array().unwrap().iter().map(|row| number(row, "expectation")).collect();
    assert!(reached.is_sorted_by(|a, b| a >= b), "{reached:?}");
    assert!(number(&quantum["state"], "p_feasible") > 0.5, "{}", quantum["state"]);
    assert!(answer["claim"].as_str().unwrap().contains("no quantum advantage claimed"));
}

#[test]
fn a_run_with_circuits_has_the_same_bits_on_any_threads() {
    let bench = Bench::new();
    let tables = [
        ("quantum_allocation.toml", &["allocation.parquet", "qaoa_layers.parquet", "qaoa_costs.parquet"][..]),
        ("quantum_tail_risk.toml", &["tail_risk.parquet"]),
    ];
    for (name, tables) in tables {
        let files = ["1", "2", "8"].map(|threads| {
            let store = format!("{name}-{threads}");
            bench.run(library(name), &["--replicas", "128", "--threads", threads, "--chunk", "64", "--out", &store]);
            result_files(&bench, &store)
        });
        assert!(tables.iter().all(|table| files[0].contains_key(*table)), "{name}: {:?}", files[0].keys());
        assert!(files[0] == files[1] && files[0] == files[2], "{name}");
    }
}

#[test]
fn every_answer_for_people_carries_the_claim() {
    let bench = Bench::new();
    bench.write("ring.csv", &max_cut(4, &ring(4)));
    bench.write("c.qasm", "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit q;\nh q;\n");
    bench.write("s.csv", "1\n2\n3\n");
    let [allocation, tail] = ["quantum_allocation.toml", "quantum_tail_risk.toml"].map(library);
    for arguments in [
        &["quantum", "qaoa", "--qubo", "ring.csv"][..],
        &["quantum", "run", "c.qasm"],
        &["quantum", "tail-risk", "--samples", "s.csv", "--qubits", "3"],
        &["quantum", "features", "--series", "s.csv", "--window", "2"],
        &["quantum", "allocate", allocation.to_str().unwrap(), "--replicas", "64"],
        &["run", tail.to_str().unwrap(), "--replicas", "64"],
    ] {
        let answer = bench.command(arguments).output().unwrap();
        let said = [answer.stdout, answer.stderr].concat();
        let said = String::from_utf8_lossy(&said).replace('\n', " ");
        assert!(said.contains(energyopti_quantum::HONEST_CLAIM), "{arguments:?}: {said}");
    }
}

#[test]
fn features_of_a_window_know_nothing_later() {
    let bench = Bench::new();
    let options = ["--window", "3", "--qubits", "2", "--circuit", "reservoir", "--format", "json"];
    let features = |series: &str| {
        bench.write("s.json", series);
        bench.json(&[&["quantum", "features", "--series", "s.json"], &options[..]].concat())
    };
    let (short, long) = (features("[1, 2, 3, 4]"), features("[1, 2, 3, 4, 9]"));
    assert_eq!((short["first_row"].as_u64(), short["labels"].as_array().unwrap().len()), (Some(2), 3));
    let rows = |answer: &Value| answer["features"].as_array().unwrap().clone();
    assert_eq!(rows(&short)[..], rows(&long)[..2]);
    assert_eq!(rows(&long).len(), 3);
}

#[test]
fn wrong_input_is_refused_before_anything_is_allocated() {
    let bench = Bench::new();
    let refused = |arguments: &[&str], parts: &[&str]| {
        bench.ask(&[&["quantum"], arguments].concat()).assert_refused(2, parts);
    };
    bench.write("nan.csv", "1,nan\n0,x\n");
    refused(&["qaoa", "--qubo", "nan.csv"], &["nan.csv:1:3", "not finite", "nan.csv:2:3", "not a number"]);
    bench.write("ragged.csv", "1,2\n3,4\n5,6\n");
    refused(&["qaoa", "--qubo", "ragged.csv"], &["must be square"]);
    bench.write("big.csv", &max_cut(60, &ring(60)));
    refused(&["qaoa", "--qubo", "big.csv"], &["60 qubits need", "qubits would fit"]);
    bench.write("ring.csv", &max_cut(4, &ring(4)));
    refused(&["qaoa", "--qubo", "ring.csv", "--memory-limit", "100B"], &["4 qubits need", "2 qubits would fit"]);
    refused(&["qaoa", "--qubo", "ring.csv", "--layers", "2", "--gamma", "1", "--beta", "1"], &["--layers 2"]);
    refused(&["qaoa", "--qubo", "ring.csv", "--mixer", "xy-ring", "--ones", "5"], &["--ones 5", "4 variables"]);
    bench.write("bad.qasm", "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[2] q;\nhh q[0];\ncx q[0] q[1];\n");
    refused(&["run", "bad.qasm"], &["bad.qasm:4:1", "did you mean `h`?", "bad.qasm:5:9"]);
    bench.write("big.qasm", "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[1000000000] q;\n");
    refused(&["run", "big.qasm"], &["qubits would fit"]);
    bench.write("ok.qasm", "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[2] q;\nh q[0];\n");
    refused(&["run", "ok.qasm", "--observable", "ZQ"], &["Q"]);
    bench.write("empty.csv", "");
    refused(&["tail-risk", "--samples", "empty.csv"], &["holds no numbers"]);
    bench.write("s.csv", "1\n2\n");
    refused(&["tail-risk", "--samples", "s.csv", "--alpha", "1"], &["alpha"]);
}

#[test]
fn a_budget_that_no_allocation_meets_is_refused_with_the_reason() {
    let bench = Bench::new();
    let file = library("quantum_allocation.toml");
    let ask = |sets: &[&str]| {
        let options: Vec<&str> = sets.iter().flat_map(|set| ["--set", *set]).collect();
        bench.ask(&[&["quantum", "allocate", file.to_str().unwrap(), "--replicas", "64"], &options[..]].concat())
    };
    ask(&["quantum.allocation.cardinality=3", "quantum.allocation.budget_eur=20e6"])
        .assert_refused(2, &["budget_eur", "the 3 cheapest"]);
    ask(&["quantum.allocation.least_cost_eur=90e6"]).assert_refused(2, &["least_cost_eur", "budget"]);
    ask(&["quantum.allocation.mixer=xy_ring"]).assert_refused(2, &["cardinality"]);
    let tail = library("quantum_tail_risk.toml");
    let arguments = ["run", tail.to_str().unwrap(), "--set", "quantum.tail_risk.of=eue_mhw"];
    bench.ask(&arguments).assert_refused(2, &["quantum.tail_risk.of", "eue_mwh"]);
}
