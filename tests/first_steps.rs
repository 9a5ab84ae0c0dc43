//! The commands of the first minute: `init`, `validate`, `schema`.
//!
//! Not here: what `validate` says of a broken file (`broken_input`).

mod support;

use serde_json::{Value, json};
use support::{Bench, library};

#[test]
fn the_template_runs_as_it_is_and_is_never_overwritten() {
    let bench = Bench::new();
    let written = bench.ask(&["init", "grid.toml"]);
    assert_eq!((written.code, written.stdout.as_str()), (Some(0), "wrote grid.toml; now: energyopti run grid.toml\n"));
    let text = std::fs::read_to_string(bench.path("grid.toml")).unwrap();
    assert_eq!(bench.ask(&["init"]).stdout, text, "without a file it is printed");
    assert_eq!(bench.run("grid.toml", &[])["replicas"], 10_000);

    bench.write("grid.toml", "mine");
    bench.ask(&["init", "grid.toml"]).assert_refused(2, &["grid.toml is there already"]);
    assert_eq!(std::fs::read_to_string(bench.path("grid.toml")).unwrap(), "mine");
}

/// What the template offers in comments works, too.
#[test]
fn the_templates_comments_are_scenario_text() {
    let bench = Bench::new();
    let text = bench.ask(&["init"]).stdout;
    let start = text.find("# [[sweep]]").unwrap();
    let sweep: Vec<&str> = text[start..].lines().map(|line| line.trim_start_matches("# ")).collect();
    let text = text[..start].replace("# stop_at", "stop_at") + &sweep.join("\n");
    bench.write("grid.toml", &text);
    let validated = bench.json(&["validate", "grid.toml", "--format", "json"]);
    assert_eq!(validated["variants"].as_array().unwrap().len(), 3);
    assert!(text.contains("\nstop_at = "));
}

#[test]
fn validate_tells_what_a_run_would_take() {
    let bench = Bench::new();
    let file = library("rts79_storage.toml");
    let file = file.to_str().unwrap();
    let answer = bench.ask(&["validate", file, "--replicas", "4000", "--threads", "2"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""));
    let text = answer.stdout;
    for part in [": valid", "13 assets", "1 bus", "8736 steps of 1 h", "on 2 threads", "MB of memory"] {
        assert!(text.contains(part), "no `{part}` in {text}");
    }
    let json = bench.json(&["validate", file, "--replicas", "4000", "--threads", "2", "--format", "json"]);
    assert_eq!(json["valid"], true);
    let [variant] = json["variants"].as_array().unwrap().as_slice() else { panic!("{json}") };
    assert_eq!((&variant["variant"], &variant["estimate"]["threads"]), (&json!("base"), &json!(2)));
    assert!(variant["estimate"]["cpu_seconds"].as_f64().unwrap() > 0.0);
    let memory = variant["estimate"]["memory_bytes"].as_u64().unwrap();
    assert!((1 << 20..300 << 20).contains(&memory), "{memory}");
    assert!(bench.entries("runs").is_empty(), "nothing is run");
    // The id that it foretells is the id of the run.
    assert_eq!(bench.run(file, &["--replicas", "4000"])["run"], variant["run"]);
}

#[test]
fn an_identity_knows_the_model_and_not_how_or_where_it_is_run() {
    let bench = Bench::new();
    bench.copy(&["rts79.toml"]);
    let id = |file: &str, options: &[&str]| {
        let json = bench.json(&[&["validate", file, "--format", "json"], options].concat());
        json["variants"][0]["run"].as_str().unwrap().to_owned()
    };
    let base = id("rts79.toml", &[]);
    std::fs::create_dir(bench.path("elsewhere")).unwrap();
    std::fs::copy(bench.path("rts79.toml"), bench.path("elsewhere/other.toml")).unwrap();
    assert_eq!(id("elsewhere/other.toml", &[]), base);
    for option in [["--threads", "7"], ["--set", "execution.chunk=64"], ["--set", "execution.out=\"there\""]] {
        assert_eq!(id("rts79.toml", &option), base, "{option:?}");
    }
    assert_eq!(id("rts79.toml", &["--set", "thermal.U12.stream=\"U12\""]), base, "a default said aloud");
    let mut ids = vec![base];
    for set in [
        "load.system.peak_mw=2850.000001",
        "monte_carlo.seed=80",
        "monte_carlo.replicas=10001",
        "monte_carlo.method=\"exact\"",
        "thermal.U12.stream=\"U13\"",
        "thermal.U12.outage.mttr_h=61",
        "dispatch.charge_from=\"must_take\"",
        "outputs.keep=[]",
        "scenario.start=\"2024-01-08T00:00:00Z\"",
    ] {
        ids.push(id("rts79.toml", &["--set", set]));
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "two of them have one id");
}

#[test]
fn the_schema_is_json_and_knows_every_table_and_key_of_the_library() {
    let bench = Bench::new();
    let schema = bench.json(&["schema"]);
    assert!(schema["$schema"].as_str().unwrap().contains("json-schema.org"), "{}", schema["$schema"]);
    let tables = schema["properties"].as_object().unwrap();
    let names = "format extends scenario monte_carlo execution dispatch bus thermal solar wind load battery outputs \
                 sweep";
    for table in names.split_whitespace() {
        assert!(tables.contains_key(table), "no table `{table}`");
    }
    let text = schema.to_string();
    for file in ["rts79.toml", "rts79_storage.toml", "harbour_microgrid.toml"] {
        let lines = std::fs::read_to_string(library(file)).unwrap();
        let keys = lines.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
        for key in keys.map(|(key, _)| key.trim()).filter(|key| key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        {
            let key = key.replace("_usd_", "_eur_");
            assert!(text.contains(&format!("\"{key}\"")), "no key `{key}`");
        }
    }
    assert_eq!(schema["properties"]["steps"], Value::Null, "steps is a key of the study");
}
