//! Sweeps through the program: variants, their ids, one of them alone.
//!
//! Not here: grids, lists and zips one by one (`scenarios`).

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use serde_json::Value;
use support::{Bench, metric};

const SWEEP: &str = r#"
format = 1
extends = "town.toml"
[monte_carlo]
replicas = 300
[[sweep]]
set = { "battery.bess.e_nom_mwh" = [0, 20] }
[[sweep]]
mode = "list"
cases = [
    { name = "mild", set = { "thermal.gas.p_nom_mw" = 25 } },
    { name = "harsh", set = { "thermal.gas.p_nom_mw" = 15, "thermal.gas.outage.mttr_h" = 100 } },
]
"#;

fn bench() -> Bench {
    let bench = Bench::new();
    assert_eq!(bench.ask(&["init", "town.toml"]).code, Some(0));
    bench.write("sweep.toml", SWEEP);
    bench
}

fn variants(bench: &Bench, file: &str) -> Vec<(String, String)> {
    let validated = bench.json(&["validate", file, "--format", "json"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    validated["variants"].as_array().unwrap().iter().map(|v| (text(&v["variant"]), text(&v["run"]))).collect()
}

#[test]
fn every_variant_is_a_run_and_they_come_in_the_order_of_their_ids() {
    let bench = bench();
    let variants = variants(&bench, "sweep.toml");
    assert_eq!(variants.len(), 4);
    assert!(variants.is_sorted());
    let summaries = bench.json(&["run", "sweep.toml", "--format", "json"]);
    let summaries = summaries.as_array().unwrap();
    let runs: Vec<&str> = summaries.iter().map(|summary| summary["run"].as_str().unwrap()).collect();
    assert!(runs.iter().eq(variants.iter().map(|(_, run)| run)));
    let mut sorted: Vec<String> = runs.iter().map(|run| (*run).to_owned()).collect();
    sorted.sort();
    assert_eq!(bench.runs("runs"), sorted);
    for (summary, (id, _)) in summaries.iter().zip(&variants) {
        assert_eq!((&summary["variant"], &summary["scenario"]), (&id.as_str().into(), &"A small town".into()));
    }
    let table = bench.ask(&["run", "sweep.toml"]).stdout;
    for (id, run) in &variants {
        assert!(table.contains(id) && table.contains(run), "{table}");
    }
}

/// The order in the file carries no meaning, so it changes neither ids nor runs.
#[test]
fn ids_do_not_depend_on_the_order_of_the_file() {
    let bench = bench();
    let swapped = SWEEP.replace("[0, 20]", "[20, 0]");
    let (mild, harsh) = (SWEEP.find("    { name = \"mild").unwrap(), SWEEP.find("    { name = \"harsh").unwrap());
    let swapped = swapped.replace(&SWEEP[mild..harsh], "").replace("\n]\n", &format!("\n{}]\n", &SWEEP[mild..harsh]));
    assert_ne!(swapped, SWEEP);
    bench.write("swapped.toml", &swapped);
    assert_eq!(variants(&bench, "swapped.toml"), variants(&bench, "sweep.toml"));
}

#[test]
fn one_variant_alone_is_what_it_is_in_the_sweep() {
    let bench = bench();
    let mut all = bench.json(&["run", "sweep.toml", "--format", "json"]);
    all.as_array_mut().unwrap().iter_mut().for_each(|summary| drop(summary.as_object_mut().unwrap().remove("variant")));
    let variants = variants(&bench, "sweep.toml");
    let (id, run) = variants.last().unwrap();
    let alone = bench.json(&["run", "sweep.toml", "--variant", id, "--format", "json", "--out", "alone"]);
    assert_eq!((alone["run"].as_str().unwrap(), &alone), (run.as_str(), all.as_array().unwrap().last().unwrap()));
    assert_eq!(bench.runs("alone"), [run.as_str()]);

    let answer = bench.ask(&["run", "sweep.toml", "--variant", "none"]);
    answer.assert_refused(2, &["no variant `none`", id]);
    for (other, _) in &variants {
        assert!(answer.stderr.contains(other), "{}", answer.stderr);
    }
}

/// Everything in a run but the manifest's `execution` is a function of the run's id, so it cannot
/// matter whether a sweep or `--set` asked for it.
#[test]
fn a_variant_and_the_same_scenario_by_settings_are_one_run_with_one_summary() {
    let bench = bench();
    bench.write(
        "battery.toml",
        "format = 1\nextends = \"town.toml\"\n[[sweep]]\nset = { \"battery.bess.e_nom_mwh\" = [0] }\n",
    );
    let swept = bench.run("battery.toml", &["--replicas", "64", "--out", "swept"]);
    let set = ["--set", "battery.bess.e_nom_mwh=0", "--replicas", "64", "--out", "set"];
    let set = bench.run("town.toml", &set);
    if swept["run"] == set["run"] {
        assert_eq!(swept["scenario"], set["scenario"]);
        assert!(swept == set, "one id, two summaries");
    } else {
        assert_ne!(swept["scenario"], set["scenario"]);
    }
}

/// All variants share their luck: a larger battery never makes things worse, and a weaker fleet with
/// longer repairs never better, in 300 futures or in any.
#[test]
fn variants_share_their_luck() {
    let bench = bench();
    let all = bench.json(&["run", "sweep.toml", "--format", "json"]);
    let eue = |battery: &str, case: &str| {
        let mut fits = all.as_array().unwrap().iter().filter(|summary| {
            let name = summary["variant"].as_str().unwrap();
            name.contains(case) && name.contains(battery)
        });
        let found = metric(fits.next().unwrap(), "eue_mwh").value;
        assert!(fits.next().is_none());
        found
    };
    assert!(eue("=20", "mild") < eue("=0", "mild") || eue("=0", "mild") == 0.0);
    assert!(eue("=20", "harsh") < eue("=0", "harsh"));
    assert!(eue("=0", "mild") < eue("=0", "harsh"));
}

#[test]
fn what_takes_one_scenario_asks_for_one() {
    let bench = bench();
    for command in [
        &["compare", "sweep.toml", "town.toml"][..],
        &["capacity-credit", "sweep.toml", "--asset", "bess", "--method", "elcc"],
    ] {
        bench.ask(command).assert_refused(2, &["sweep.toml has 4 variants"]);
    }
}
