//! From files to variants, as a whole.

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
    let units: u32 = model.thermal.iter().map(|t| t.common.count).sum();
    let mw: f64 = model.thermal.iter().map(|t| t.p_nom_mw * f64::from(t.common.count)).sum();
    assert_eq!((units, mw), (32, 3405.0));
    let load = &model.load[0].p_mw;
    assert!((load.at(0, 0) - 1530.769_77).abs() < 1e-9);
    assert!((load.at(9, 0) - 2193.341_76).abs() < 1e-9);
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
    assert_eq!(harbour.model.load[0].tiers.len(), 2);
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
    let sets = ["load.system.peak_mw=3000", "scenario.steps=48", "thermal.U12.outage.mttf_h=1000", "monte_carlo.seed=7"];
    let variant = one(&library("rts79.toml"), &sets);
    assert_eq!((variant.model.clock.steps(), variant.model.seed), (48, 7));
    assert!((variant.model.load[0].p_mw.at(0, 0) - 1530.769_77 * 3000.0 / 2850.0).abs() < 1e-9);
    let u12 = variant.model.thermal.iter().find(|t| t.common.name == "U12").unwrap();
    assert_eq!(u12.common.outage.as_ref().unwrap().failure(), 0.001);
}
