//! From files to variants, as a whole.

#![expect(clippy::float_cmp, reason = "values that are set, not computed")]

mod physics;

use std::path::{Path, PathBuf};

use super::*;

fn library(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn one(path: &Path, sets: &[&str]) -> Variant {
    let sets: Vec<String> = sets.iter().map(|s| (*s).to_owned()).collect();
    match load(path, &sets) {
        Ok(mut variants) if variants.len() == 1 => variants.remove(0),
        Ok(variants) => panic!("{} variants", variants.len()),
        Err(faults) => panic!("{faults}"),
    }
}

#[test]
fn rts79_loads_as_published() {
    let variant = one(&library("rts79.toml"), &[]);
    let model = &variant.model;
    assert_eq!(variant.id, "base");
    assert_eq!((model.clock.steps(), model.seed), (8736, 79));
    let units: u32 = model.assets.thermal.iter().map(|t| t.common.count).sum();
    let mw: f64 = model.assets.thermal.iter().map(|t| t.p_nom_mw * f64::from(t.common.count)).sum();
    assert_eq!((units, mw), (32, 3405.0));
    let load = &model.assets.load[0].p_mw;
    assert!((load.at(0, 0) - 1_530.769_77).abs() < 1e-9);
    assert!((load.at(9, 0) - 2_193.341_76).abs() < 1e-9);
    let total: f64 = (0..8736).map(|t| load.at(t, 0)).sum();
    assert!((total - 15_297_074.714).abs() < 1e-3);
}

#[test]
fn every_library_scenario_loads() {
    for name in ["rts79.toml", "rts79_storage.toml", "harbour_microgrid.toml"] {
        let variant = one(&library(name), &[]);
        assert!(variant.model.weather_years() == 1, "{name}");
    }
    let harbour = one(&library("harbour_microgrid.toml"), &[]);
    assert_eq!(harbour.inputs.len(), 2);
    assert_eq!(harbour.model.assets.load[0].tiers.len(), 2);
}

#[test]
fn the_template_loads() {
    let variants = load_text(crate::template(), Path::new("."), "new.toml", &[]).unwrap();
    assert_eq!(variants[0].model.clock.steps(), 24);
}

#[test]
fn a_canonical_scenario_loads_back_to_itself() {
    for name in ["rts79.toml", "rts79_storage.toml", "harbour_microgrid.toml"] {
        let first = one(&library(name), &[]);
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("inputs")).unwrap();
        for input in &first.inputs {
            std::fs::write(folder.path().join(input.stored_as()), &input.bytes).unwrap();
        }
        let canonical = first.scenario.canonical();
        let text = serde_json::to_string_pretty(&canonical).unwrap();
        let again = load_text(&text, folder.path(), "manifest.json", &[]).unwrap().remove(0);
        assert_eq!(again.scenario.canonical(), canonical, "{name}");
        assert_eq!(format!("{:?}", again.model), format!("{:?}", first.model), "{name}");
        assert_eq!(text, serde_json::to_string_pretty(&again.scenario.canonical()).unwrap());
    }
}

#[test]
fn a_setting_reaches_an_asset_by_table_and_name() {
    let sets =
        ["load.system.peak_mw=3000", "scenario.steps=48", "thermal.U12.outage.mttf_h=1000", "monte_carlo.seed=7"];
    let variant = one(&library("rts79.toml"), &sets);
    assert_eq!((variant.model.clock.steps(), variant.model.seed), (48, 7));
    assert!((variant.model.assets.load[0].p_mw.at(0, 0) - 1_530.769_77 * 3000.0 / 2850.0).abs() < 1e-9);
    let u12 = variant.model.assets.thermal.iter().find(|t| t.common.name == "U12").unwrap();
    assert_eq!(u12.common.outage.as_ref().unwrap().failure(), 0.001);
}

/// A folder with these files in it.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

const SMALL: &str = r#"
format = 1
scenario = { name = "small", start = "2025-01-01T00:00:00Z", steps = 2 }
bus = [{ name = "b" }]

[[load]]
name = "town"
p_mw = 10
voll_eur_per_mwh = 500

[[thermal]]
name = "gas"
p_nom_mw = 8
outage = { mttf_h = 100, mttr_h = 10 }
"#;

fn small(more: &str) -> Result<Vec<Variant>, Faults> {
    load_text(&format!("{SMALL}{more}"), Path::new("."), "small.toml", &[])
}

#[test]
fn an_upper_scenario_overrides_key_by_key_and_by_name() {
    let upper = r#"
        extends = "deep/base.toml"
        scenario = { steps = 3 }
        [[thermal]]
        name = "gas"
        outage = { failure_probability = 0.5, repair_probability = 0.5 }
        [[thermal]]
        name = "oil"
        p_nom_mw = 2
    "#;
    let folder = folder(&[("deep/base.toml", SMALL), ("upper.toml", upper)]);
    let model = one(&folder.path().join("upper.toml"), &[]).model;
    let names: Vec<&str> = model.assets.thermal.iter().map(|t| t.common.name.as_str()).collect();
    assert_eq!((model.clock.steps(), names), (3, vec!["gas", "oil"]));
    let gas = &model.assets.thermal[0];
    assert_eq!((gas.p_nom_mw, gas.common.outage.as_ref().unwrap().failure()), (8.0, 0.5));
}

#[test]
fn an_upper_choice_drops_the_lower_one() {
    let upper = r#"
        extends = "base.toml"
        [[load]]
        name = "town"
        profile = { values_mw = [1, 2] }
    "#;
    let folder = folder(&[("base.toml", SMALL), ("upper.toml", upper)]);
    assert_eq!(one(&folder.path().join("upper.toml"), &[]).model.assets.load[0].p_mw.at(1, 0), 2.0);
}

#[test]
fn a_file_is_read_beside_the_scenario_that_names_it() {
    let base =
        format!("{SMALL}[[wind]]\nname = \"w\"\np_nom_mw = 5\nprofile = {{ file = \"w.csv\", column = \"mw\" }}\n");
    let folder = folder(&[
        ("deep/base.toml", &base),
        ("deep/w.csv", "mw\n1\n2\n"),
        ("w.csv", "mw\n3\n4\n"),
        ("upper.toml", "extends = \"deep/base.toml\"\n"),
    ]);
    let variant = one(&folder.path().join("upper.toml"), &[]);
    let model = &variant.model;
    assert_eq!(model.assets.wind[0].p_max_mw(&model.clock).unwrap().at(1, 0), 2.0);
    assert_eq!(variant.inputs[0].bytes.as_ref(), b"mw\n1\n2\n");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_folder_is_refused() {
    let outside = folder(&[("w.csv", "mw\n1\n2\n")]);
    let text =
        format!("{SMALL}[[wind]]\nname = \"w\"\np_nom_mw = 5\nprofile = {{ file = \"w.csv\", column = \"mw\" }}\n");
    let folder = folder(&[("x.toml", &text)]);
    std::os::unix::fs::symlink(outside.path().join("w.csv"), folder.path().join("w.csv")).unwrap();
    let faults = load(&folder.path().join("x.toml"), &[]).unwrap_err();
    assert_eq!(faults.0[0].rule, "must stay inside the scenario's folder");
}

#[test]
fn weather_years_become_one_series() {
    let text = format!(
        "{SMALL}[[wind]]\nname = \"w\"\np_nom_mw = 5\nprofile = {{ file = \"w.csv\", columns = [\"1990\", \"1991\"], unit = \"pu\" }}\n"
    );
    let folder = folder(&[("x.toml", &text), ("w.csv", "\u{feff}1990,1991\r\n0.1,0.2\r\n0.3,0.4\r\n")]);
    let model = one(&folder.path().join("x.toml"), &[]).model;
    assert_eq!(model.weather_years(), 2);
    let course = model.assets.wind[0].p_max_mw(&model.clock).unwrap();
    assert_eq!((course.at(1, 0), course.at(0, 1)), (1.5, 1.0));
}

#[test]
fn the_order_of_the_file_does_not_matter() {
    let forth = small("[[thermal]]\nname = \"oil\"\np_nom_mw = 2\n[[bus]]\nname = \"a\"\n");
    assert!(forth.is_err(), "an asset without bus where there are two");
    let one = SMALL
        .replace("name = \"gas\"", "name = \"gas\"\nbus = \"b\"")
        .replace("name = \"town\"", "name = \"town\"\nbus = \"b\"");
    let (oil, bus) = ("[[thermal]]\nname = \"oil\"\nbus = \"a\"\np_nom_mw = 2\n", "[[bus]]\nname = \"a\"\n");
    let turned = |head: &str, text: &str| {
        let text = text.replace("bus = [{ name = \"b\" }]", "").replace("\n[[load]]", &format!("{head}\n[[load]]"));
        load_text(&text, Path::new("."), "x.toml", &[]).map_err(|f| f.to_string()).unwrap().remove(0)
    };
    let first = turned("[[bus]]\nname = \"b\"\n[[bus]]\nname = \"a\"\n", &format!("{one}{oil}"));
    let second = turned(&format!("{bus}[[bus]]\nname = \"b\"\n{oil}"), &one);
    assert_eq!(first.scenario.canonical(), second.scenario.canonical());
    assert_eq!(format!("{:?}", first.model), format!("{:?}", second.model));
}

#[test]
fn how_a_run_is_carried_out_is_not_canonical() {
    let plain = small("").unwrap().remove(0);
    let busy =
        small("[execution]\nthreads = 3\nchunk = 64\nout = \"elsewhere\"\nformat = \"json\"\n").unwrap().remove(0);
    assert_eq!(plain.scenario.canonical(), busy.scenario.canonical());
    assert_eq!(busy.scenario.execution.threads, Some(3));
}

#[test]
fn a_setting_may_add_an_optional_key() {
    let sets = [
        "battery.bess.e_min_pu=0.1".to_owned(),
        "battery.bess.outage.mttf_h=900".to_owned(),
        "battery.bess.outage.mttr_h=9".to_owned(),
    ];
    let text = format!("{SMALL}[[battery]]\nname = \"bess\"\np_nom_mw = 1\ne_nom_mwh = 2\n");
    let variant = load_text(&text, Path::new("."), "x.toml", &sets).unwrap().remove(0);
    let bess = &variant.model.assets.battery[0];
    assert_eq!((bess.e_min_pu, bess.e_initial_pu), (0.1, 0.1));
    assert_eq!(bess.common.outage.as_ref().unwrap().failure(), 1.0 / 900.0);
}

#[test]
fn maintenance_covers_the_steps_that_start_in_it() {
    let more = "maintenance = [{ start_h = 0.5, duration_h = 1, p_max_pu = 0.25 }]\n";
    let model = small(more).unwrap().remove(0).model;
    let p_max = &model.assets.thermal[0].p_max_mw;
    assert_eq!((p_max.at(0, 0), p_max.at(1, 0)), (8.0, 2.0));
}

#[test]
fn money_is_read_in_the_currency_of_the_scenario() {
    let text = SMALL.replace("steps = 2", "steps = 2, currency = \"JPY\"").replace("voll_eur", "voll_jpy");
    let variant = load_text(&text, Path::new("."), "x.toml", &[]).unwrap().remove(0);
    assert_eq!(variant.model.assets.load[0].tiers[0].voll_per_mwh, 500.0);
    assert_eq!(variant.scenario.canonical()["load"][0]["voll_jpy_per_mwh"], 500.0);
}

#[test]
fn json_and_toml_say_the_same() {
    let toml = small("").unwrap().remove(0);
    let json = r#"{
        "format": 1,
        "scenario": {"name": "small", "start": "2025-01-01T00:00:00Z", "steps": 2},
        "bus": [{"name": "b"}],
        "load": [{"name": "town", "p_mw": 10, "voll_eur_per_mwh": 500}],
        "thermal": [{"name": "gas", "p_nom_mw": 8, "outage": {"mttf_h": 100, "mttr_h": 10}}]
    }"#;
    let json = load_text(json, Path::new("."), "small.json", &[]).unwrap().remove(0);
    assert_eq!(json.scenario.canonical(), toml.scenario.canonical());
}

#[test]
fn the_schema_names_every_key_of_the_library() {
    let schema = crate::schema();
    let defs = &schema["$defs"];
    assert!(schema["properties"]["battery"].is_object() && schema["additionalProperties"] == false);
    assert!(defs["ThermalSpec"]["properties"]["marginal_cost_eur_per_mwh"].is_object());
    assert!(defs["ThermalSpec"]["patternProperties"]["^marginal_cost_[a-z]{3}_per_mwh$"].is_object());
    let text = schema.to_string();
    assert!(!text.contains('¤') && !text.contains("null"), "{text}");
}

#[test]
fn a_byte_order_mark_and_other_line_ends_are_no_fault() {
    let text = format!("\u{feff}{}", SMALL.trim_start().replace('\n', "\r\n"));
    assert!(load_text(&text, Path::new("."), "x.toml", &[]).is_ok());
}

#[test]
fn factors_count_hours_from_step_zero_whatever_the_step() {
    let half_hours = one(&library("rts79.toml"), &["scenario.step=30min", "scenario.steps=4"]).model;
    let load = &half_hours.assets.load[0].p_mw;
    assert!((load.at(1, 0) - 1_530.769_77).abs() < 1e-9 && (load.at(2, 0) - 1_439.380_53).abs() < 1e-9);
    let longer = one(&library("rts79.toml"), &["scenario.steps=8760"]).model;
    assert_eq!(longer.assets.load[0].p_mw.at(8736, 0), longer.assets.load[0].p_mw.at(0, 0));
}

#[test]
fn faults_of_one_value_are_told_once_for_all_variants() {
    let more = "[[sweep]]\nset = { \"load.town.p_mw\" = [1, 2, 3] }\n[[wind]]\nname = \"w\"\np_nom_mw = \"big\"\n\
        profile = { values_mw = [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\"] }\n";
    assert_eq!(small(more).unwrap_err().0.len(), 1 + 5 + 1);
}
