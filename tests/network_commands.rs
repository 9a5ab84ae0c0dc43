//! The commands that solve a network of their own: `powerflow`, `opf` and `import`.
//!
//! Not here: whether the kernels are right, which `sim/grid` tests.

mod support;

use serde_json::json;
use support::Bench;

/// Three buses, a cheap and a dear generator, a line that binds.
const CASE: &str = "function mpc = three
mpc.version = '2'; mpc.baseMVA = 100;
mpc.bus = [1 3 0 0 0 0 1 1 0 230 1 1.1 .9; 2 1 90 30 0 0 1 1 0 230 1 1.1 .9; 7 2 0 0 0 0 1 1 0 230 1 1.1 .9];
mpc.gen = [1 50 0 99 -99 1 100 1 200 0; 7 40 0 99 -99 1 100 1 200 0];
mpc.gencost = [2 0 0 2 10 0; 2 0 0 2 40 0];
mpc.branch = [1 2 0.01 .1 .02 50 0 0 0 0 1 -360 360; 2 7 0.01 .1 0 0 0 0 0 0 1 -360 360; 1 7 0.01 .1 0 0 0 0 0 0 1 -360 360];
";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("three.m", CASE);
    bench.write("starved.m", &CASE.replace("200 0", "20 0"));
    bench.write("heavy.m", &CASE.replace("90 30", "9000 30"));
    bench.write("damaged.m", &CASE.replace("1 2 0.01", "1 5 0.01"));
    bench
}

#[test]
fn a_power_flow_answers_in_the_shape_that_scripts_read() {
    let answer = bench().json(&["powerflow", "three.m", "--format", "json"]);
    assert_eq!((&answer["converged"], answer["iterations"].is_u64()), (&json!(true), true));
    assert_eq!(answer["buses"][2]["bus"], json!(7));
    assert_eq!(answer["buses"][0]["va_deg"], json!(0.0));
    let losses = answer["losses_mw"].as_f64().unwrap();
    let generation: f64 =
        answer["generators"].as_array().unwrap().iter().map(|row| row["p_mw"].as_f64().unwrap()).sum();
    assert!(losses > 0.0 && (generation - 90.0 - losses).abs() < 1e-6, "{generation} {losses}");
    assert!(answer["branches"][0]["loading_pu"].as_f64().unwrap() > 0.0);
    assert_eq!(answer["branches"][1]["loading_pu"], json!(null), "a branch without limit has no loading");
}

#[test]
fn linear_flows_and_the_loss_of_each_branch_are_told() {
    let bench = bench();
    let answer = bench.json(&["powerflow", "three.m", "--dc", "--model", "dcp", "--n-1", "--format", "json"]);
    // Equal branches, 50 MW into bus 1, 40 into bus 7, 90 out of bus 2: 140 / 3 and 130 / 3 MW.
    let flow = |row: usize| answer["branches"][row]["p_from_mw"].as_f64().unwrap();
    assert!((flow(0) - 140.0 / 3.0).abs() < 1e-9 && (flow(1) + 130.0 / 3.0).abs() < 1e-9);
    // Without branch 2 all goes over branch 1, which carries 50 MW.
    let outage = &answer["n_1"][1];
    assert_eq!((&outage["branch"], &outage["overloads"][0]["branch"]), (&json!(2), &json!(1)));
    assert!((outage["overloads"][0]["flow_mw"].as_f64().unwrap() - 90.0).abs() < 1e-9);
    let text = bench.ask(&["powerflow", "three.m", "--dc", "--n-1"]).stdout;
    assert!(
        text.contains("DC power flow, branch model matpower") && text.contains("N-1 by linear flows: 3 losses"),
        "{text}"
    );
}

#[test]
fn an_optimal_dispatch_has_a_price_at_each_bus() {
    let bench = bench();
    let answer = bench.json(&["opf", "three.m", "--model", "reactance", "--format", "json"]);
    assert_eq!(answer["status"], "optimal");
    // Of x MW at bus 1 and 90 - x at bus 7, branch 1 carries 30 + x / 3: x is 60 at its 50 MW, and
    // the hour costs 10 x 60 + 40 x 30.
    assert!((answer["objective"].as_f64().unwrap() - 1800.0).abs() < 1e-6);
    let price = |row: usize| answer["buses"][row]["lmp_per_mwh"].as_f64().unwrap();
    // Where a generator is between its limits its cost is the price; one more MW at bus 2 moves 1 MW
    // less at bus 1 and 2 more at bus 7: 70.
    assert!((price(0) - 10.0).abs() < 1e-6 && (price(2) - 40.0).abs() < 1e-6 && (price(1) - 70.0).abs() < 1e-6);
    let text = bench.ask(&["opf", "three.m", "--model", "reactance"]).stdout;
    assert!(text.contains("cost 1800.000000 per hour") && text.contains("branch 1 (1 to 2)"), "{text}");
}

#[test]
fn no_solution_is_exit_code_3_with_its_reason() {
    let bench = bench();
    let answer = bench.ask(&["opf", "starved.m", "--model", "dcp", "--format", "json"]);
    assert_eq!(answer.code, Some(3));
    assert!(answer.stderr.contains("infeasible") && answer.stderr.contains("50.000000 MW"), "{}", answer.stderr);
    let printed: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!((&printed["status"], printed["buses"].as_array().unwrap().len()), (&json!("infeasible"), 0));
    assert!(printed["relaxations"][0][0]["mw"].as_f64().unwrap() > 0.0);
    let answer = bench.ask(&["powerflow", "heavy.m", "--format", "json"]);
    assert_eq!(answer.code, Some(3));
    let printed: serde_json::Value = serde_json::from_str(&answer.stdout).unwrap();
    assert_eq!(printed["converged"], json!(false));
    assert!(printed["reason"].as_str().unwrap().contains("mismatch") && answer.stderr.contains("not converged"));
}

#[test]
fn a_bad_case_is_exit_code_2_with_its_line() {
    let bench = bench();
    for command in [
        &["powerflow", "damaged.m"][..],
        &["opf", "damaged.m", "--model", "dcp"],
        &["import", "damaged.m", "-o", "x.toml"],
    ] {
        bench
            .ask(command)
            .assert_refused(2, &["mpc.branch row 1, tbus = 5 is the number of no bus", "damaged.m:6:", "1 fault"]);
    }
    bench.ask(&["powerflow", "none.m"]).assert_refused(2, &["none.m cannot be read"]);
    bench.ask(&["powerflow", "three.m", "--model", "dcp"]).assert_refused(2, &["it goes with --dc or --n-1"]);
    bench.ask(&["opf", "three.m"]).assert_refused(2, &["--model"]);
}

#[test]
fn an_imported_case_runs_and_is_never_overwritten() {
    let bench = bench();
    let written = bench.ask(&["import", "three.m", "-o", "three.toml"]);
    assert_eq!(
        (written.code, written.stdout.as_str()),
        (Some(0), "wrote three.toml; now: energyopti run three.toml\n")
    );
    // The hour of the optimal dispatch, 24 times.
    let cost = bench.run("three.toml", &[])["metrics"]["cost"]["value"].as_f64().unwrap();
    assert!((cost - 24.0 * 1800.0).abs() < 1e-3, "{cost}");
    bench
        .ask(&["import", "three.m", "-o", "three.toml"])
        .assert_refused(2, &["three.toml is there already", "--force"]);
    assert_eq!(bench.ask(&["import", "three.m", "-o", "three.toml", "--force"]).code, Some(0));
    bench.ask(&["import", "three.m", "-o", "three.m", "--force"]).assert_refused(2, &["is what is imported"]);
}

#[test]
fn an_imported_pypsa_folder_runs() {
    let bench = bench();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/tests/import/pypsa");
    let written = bench.ask(&["import", folder, "-o", "country.toml"]);
    assert_eq!(written.code, Some(0), "{}", written.stderr);
    assert!(written.stderr.contains("warning: a store is left out: stores.csv line 2 tank"), "{}", written.stderr);
    let metrics = &bench.run("country.toml", &[])["metrics"];
    // Half hours of 50, 60, 70, 40 MW in the city, 12.5 at the farm and 10 that may be shed: 110 + 25 + 20.
    let load = metrics["load_mwh"]["value"].as_f64().unwrap();
    assert!((load - 155.0).abs() < 1e-9, "{load}");
    assert_eq!(metrics["eue_mwh"]["value"], json!(0.0));
}
