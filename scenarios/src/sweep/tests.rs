//! Sweeps: how many variants, what they set, what they are called.

use std::path::Path;

use crate::{Faults, Variant, load_text};

const BASE: &str = r#"
format = 1
scenario = { name = "x", start = "2025-01-01T00:00:00Z", steps = 2 }
bus = [{ name = "b" }]

[[load]]
name = "town"
p_mw = 10

[[load]]
name = "a.b"
p_mw = 1

[[battery]]
name = "bess"
p_nom_mw = 1
e_nom_mwh = 2
"#;

fn variants(sweep: &str) -> Result<Vec<Variant>, Faults> {
    load_text(&format!("{BASE}{sweep}"), Path::new("."), "x.toml", &[])
}

fn ids(sweep: &str) -> Vec<String> {
    match variants(sweep) {
        Ok(variants) => variants.into_iter().map(|v| v.id).collect(),
        Err(faults) => panic!("{faults}"),
    }
}

#[test]
fn without_a_sweep_there_is_one_variant() {
    let all = variants("").unwrap();
    assert_eq!((all.len(), all[0].id.as_str(), all[0].settings.len()), (1, "base", 0));
}

#[test]
fn a_grid_takes_every_value_with_every_other() {
    let sweep = r#"[[sweep]]
        set = { "battery.bess.e_nom_mwh" = [0, 4], "load.town.p_mw" = [8, 9] }"#;
    let wanted = [
        "bess.e_nom_mwh=0+town.p_mw=8",
        "bess.e_nom_mwh=0+town.p_mw=9",
        "bess.e_nom_mwh=4+town.p_mw=8",
        "bess.e_nom_mwh=4+town.p_mw=9",
    ];
    assert_eq!(ids(sweep), wanted);
    let last = variants(sweep).unwrap().pop().unwrap();
    assert_eq!((last.model.assets.battery[0].e_nom_mwh, last.model.assets.load[1].p_mw.at(0, 0)), (4.0, 9.0));
    assert_eq!(last.settings["battery.bess.e_nom_mwh"], 4);
    assert!(last.scenario.sweep.is_empty());
}

#[test]
fn a_zip_pairs_its_lists() {
    let sweep = r#"[[sweep]]
        mode = "zip"
        set = { "battery.bess.e_nom_mwh" = [0, 4], "load.town.p_mw" = [8, 9] }"#;
    assert_eq!(ids(sweep), ["bess.e_nom_mwh=0+town.p_mw=8", "bess.e_nom_mwh=4+town.p_mw=9"]);
}

#[test]
fn cases_are_called_by_their_names() {
    let sweep = r#"[[sweep]]
        mode = "list"
        cases = [{ name = "small town", set = { "load.town.p_mw" = 3 } }, { name = "as it is" }]"#;
    assert_eq!(ids(sweep), ["as_it_is", "small_town"]);
}

#[test]
fn several_sweeps_multiply() {
    let sweep = r#"
        [[sweep]]
        set = { "battery.bess.e_nom_mwh" = [0, 4, 8] }
        [[sweep]]
        mode = "list"
        cases = [{ name = "small", set = { "load.town.p_mw" = 3 } }, { name = "big", set = { "load.town.p_mw" = 30 } }]"#;
    let ids = ids(sweep);
    assert_eq!((ids.len(), ids[0].as_str()), (6, "bess.e_nom_mwh=0+big"));
}

#[test]
fn an_id_does_not_depend_on_the_order_of_the_file() {
    let one = r#"[[sweep]]
        set = { "battery.bess.e_nom_mwh" = [0, 4], "load.town.p_mw" = [8, 9] }"#;
    let other = r"
        [[sweep]]
        set = { load.town.p_mw = [9, 8] }
        [[sweep]]
        set = { battery.bess.e_nom_mwh = [4, 0] }";
    assert_eq!(ids(one), ids(other));
    let canonical = |sweep: &str| variants(sweep).unwrap().iter().map(|v| v.scenario.canonical()).collect::<Vec<_>>();
    assert_eq!(canonical(one), canonical(other));
}

#[test]
fn ids_that_would_read_alike_are_told_apart() {
    let sweep = r#"[[sweep]]
        set = { "scenario.name" = ["a b", "a/b", "a:b"] }"#;
    let ids = ids(sweep);
    assert!(ids.iter().all(|id| id.starts_with("scenario.name=a_b-")), "{ids:?}");
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
}

#[test]
fn a_name_with_a_dot_can_be_swept() {
    let sweep = r#"[[sweep]]
        set = { "load.\"a.b\".p_mw" = [1, 2] }"#;
    assert_eq!(ids(sweep), ["a.b.p_mw=1", "a.b.p_mw=2"]);
}
