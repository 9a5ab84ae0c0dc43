//! Networks of other programs as scenarios: what is written is read by the loader, value by value.
//!
//! The folder beside this file was written by hand in the form that PyPSA exports.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use energyopti_scenarios::import::{Imported, import};
use energyopti_scenarios::{Variant, load};
use tempfile::TempDir;

const CASE: &str = "function mpc = three
mpc.version = '2'; mpc.baseMVA = 50;
mpc.bus = [1 3 0 0 0 0 1 1 0 230 1 1.1 .9; 2 1 90 30 5 0 1 1 0 230 1 1.1 .9
           3 2 -20 0 0 0 1 1 0 230 1 1.1 .9; 4 4 7 0 0 0 1 1 0 230 1 1.1 .9];
mpc.gen = [1 0 0 9 -9 1 100 1 100 10; 3 0 0 9 -9 1 100 1 60 -40; 3 0 0 9 -9 1 100 0 60 0; 3 0 0 9 -9 1 100 1 0 -8];
mpc.gencost = [2 0 0 3 0.1 20 5; 1 0 0 2 -40 -2000 60 3000 0; 2 0 0 2 1 0 0; 2 0 0 2 70 0 0];
mpc.branch = [1 2 .01 .1 .02 0 0 0 0 0 1 -360 360; 2 3 .02 .2 0 150 0 0 .98 -3 1 -30 30; 1 3 0 .1 0 0 0 0 0 0 0 0 0];
";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/pypsa")
}

/// A copy of the hand-written folder, to be damaged.
fn copy() -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    copy
}

/// What an import gives, and the scenario that is loaded from its files.
fn loaded(source: &Path) -> (Imported, Variant) {
    let place = tempfile::tempdir().unwrap();
    let output = place.path().join("made.toml");
    let imported = import(source, &output).unwrap_or_else(|faults| panic!("{faults}"));
    for file in &imported.files {
        std::fs::write(&file.path, &file.text).unwrap();
    }
    let variant = load(&output, &[]).unwrap_or_else(|faults| panic!("{faults}\n{}", imported.files[0].text)).remove(0);
    (imported, variant)
}

fn case() -> (Imported, Variant) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("three.m");
    std::fs::write(&path, CASE).unwrap();
    loaded(&path)
}

#[test]
fn a_case_becomes_buses_units_loads_and_lines() {
    let scenario = case().1.scenario;
    assert_eq!((scenario.scenario.name.as_str(), scenario.scenario.steps), ("three", 24));
    assert!((scenario.grid.base_mva - 50.0).abs() < 1e-12);
    // The isolated bus and the generator and branch out of service are not there.
    assert_eq!(scenario.bus.iter().map(|bus| bus.name.as_str()).collect::<Vec<_>>(), ["1", "2", "3"]);
    let units: Vec<_> =
        scenario.thermal.iter().map(|unit| (unit.name.as_str(), unit.p_nom_mw, unit.marginal_cost_per_mwh)).collect();
    // 0.1 p^2 + 20 p from 10 to 100 MW: 20 + 0.1 x 110. The other: 5000 per hour over 100 MW. The
    // negative load costs nothing.
    assert_eq!(units, [("bus 3 injection", 20.0, 0.0), ("gen 1", 100.0, 31.0), ("gen 2", 60.0, 50.0)]);
    let loads: Vec<_> = scenario.load.iter().map(|load| (load.name.as_str(), load.p_mw)).collect();
    // 90 MW and a shunt of 5 MW; the power that generators 2 and 4 can take.
    assert_eq!(loads, [("gen 2 load", Some(40.0)), ("gen 4 load", Some(8.0)), ("load 2", Some(95.0))]);
    let tier = &scenario.load[1].tiers.as_ref().unwrap()[0];
    assert_eq!((tier.voll_per_mwh, tier.firm), (70.0, false));
    let lines: Vec<_> = scenario.line.iter().map(|l| (l.s_nom_mva, l.r_pu, l.x_pu, l.tap, l.shift_deg)).collect();
    assert_eq!(lines, [(None, 0.01, Some(0.1), 1.0, 0.0), (Some(150.0), 0.02, Some(0.2), 0.98, -3.0)]);
}

#[test]
fn what_of_a_case_is_lost_is_told_and_stands_in_the_file() {
    let imported = case().0;
    for expected in [
        "a cost that is no straight line becomes its mean slope: mpc.gen row 1",
        "the least power of a generator is left out: it can go down to 0: mpc.gen row 1",
        "out of service and left out: mpc.gen row 3; mpc.branch row 3",
        "isolated and left out with its load: bus 4",
        "a negative load becomes a unit that costs nothing: bus 3",
        "a limit of the voltage angle is left out: mpc.branch row 2",
    ] {
        assert!(imported.warnings.iter().any(|warning| warning == expected), "{expected}\n{:#?}", imported.warnings);
        assert!(imported.files[0].text.contains(&format!("# {expected}\n")), "{expected}");
    }
    assert_eq!(imported.warnings.len(), 6, "{:#?}", imported.warnings);
    assert!(imported.files[0].text.starts_with("# Made from the MATPOWER case three.m"));
}

#[test]
fn a_pypsa_folder_becomes_a_scenario_over_its_snapshots() {
    let scenario = loaded(&folder()).1.scenario;
    let study = &scenario.scenario;
    assert_eq!((study.name.as_str(), study.start.as_str()), ("Small country", "2024-03-01T00:00:00Z"));
    assert_eq!((study.step.as_str(), study.steps), ("30min", 4));
    let units: Vec<_> =
        scenario.thermal.iter().map(|unit| (unit.name.as_str(), unit.p_nom_mw, unit.marginal_cost_per_mwh)).collect();
    // 90 % of 100 MW; 80 MW whose share reaches 1.25; the negative load.
    assert_eq!(units, [("coal", 90.0, 30.0), ("export injection", 4.0, 0.0), ("wind", 100.0, 0.0)]);
    let loads: Vec<_> = scenario.load.iter().map(|load| (load.name.as_str(), load.p_mw)).collect();
    assert_eq!(loads, [("city", None), ("farm", Some(12.5)), ("pump load", Some(10.0))]);
    let battery = &scenario.battery[0];
    assert_eq!((battery.p_nom_mw, battery.e_nom_mwh, battery.e_initial_pu), (20.0, 80.0, Some(0.5)));
    assert_eq!(
        (battery.efficiency_store, battery.efficiency_dispatch, battery.standing_loss_per_h),
        (0.9, 0.95, 0.001)
    );
    let dam = &scenario.hydro[0];
    assert_eq!((dam.p_nom_mw, dam.e_nom_mwh, dam.e_initial_pu, dam.inflow_mw), (15.0, 150.0, Some(0.5), Some(6.0)));
}

#[test]
fn impedances_of_pypsa_come_to_one_base() {
    let scenario = loaded(&folder()).1.scenario;
    assert!((scenario.grid.base_mva - 100.0).abs() < 1e-12);
    let [ridge, yard] = scenario.line.as_slice() else { panic!("two lines") };
    // 48.4 ohms of 220 kV squared by 100 MVA, 484 ohms; 70 % of 100 MVA.
    assert!((ridge.x_pu.unwrap() - 0.1).abs() < 1e-12 && (ridge.r_pu - 0.01).abs() < 1e-12);
    assert!((ridge.s_nom_mva.unwrap() - 70.0).abs() < 1e-12);
    // 10 % of 200 MVA is 5 % of 100 MVA.
    assert!((yard.x_pu.unwrap() - 0.05).abs() < 1e-12);
    assert_eq!((yard.tap, yard.shift_deg), (1.02, 2.0));
    // A link that loses power is one for each way.
    let links: Vec<_> =
        scenario.link.iter().map(|l| (l.bus0.as_str(), l.bus1.as_str(), l.p_nom_mw, l.efficiency)).collect();
    assert_eq!(links, [("south", "town", 40.0, 0.95), ("town", "south", 40.0, 0.95)]);
}

#[test]
fn series_stand_beside_the_scenario() {
    let (imported, _) = loaded(&folder());
    assert!(imported.files[1].path.ends_with("made_series.csv"));
    // Shares of 80 MW that reach 1.25 are shares of 100 MW.
    let expected = "wind p_max_pu,city mw\n0.2,50\n1,60\n0.4,70\n0,40\n";
    assert_eq!(imported.files[1].text, expected);
}

#[test]
fn what_of_a_folder_is_lost_is_told_with_its_line() {
    let (imported, _) = loaded(&folder());
    for expected in [
        "the least power of a generator is left out: it can go down to 0: generators.csv line 2 coal",
        "left out with its bus: generators.csv line 5 boiler",
        "a bus of another carrier than electricity is left out: buses.csv line 5 heat",
        "a column is not carried over: generators.csv line 2 committable; storage_units.csv line 2 cyclic_state_of_charge",
        "a store is left out: stores.csv line 2 tank",
        "a constraint over the horizon is left out: global_constraints.csv line 2 co2",
    ] {
        assert!(imported.warnings.iter().any(|warning| warning == expected), "{expected}\n{:#?}", imported.warnings);
    }
    let copy = copy();
    std::fs::write(copy.path().join("links-p_max_pu.csv"), "snapshot,cable\n").unwrap();
    let (imported, _) = loaded(copy.path());
    let expected = "a file is not carried over: links-p_max_pu.csv line 1";
    assert!(imported.warnings.iter().any(|warning| warning == expected), "{:#?}", imported.warnings);
}

#[test]
fn a_damaged_folder_is_told_file_line_and_all_at_once() {
    for (file, from, to, expected) in [
        ("lines.csv", "48.4", "many", "lines.ridge.x is no number: `many`"),
        ("lines.csv", "48.4", "0", "lines.ridge.x is 0: the flow would have no law"),
        ("lines.csv", "south", "sauth", "lines.ridge.bus1 is no bus of buses.csv: `sauth`"),
        ("loads.csv", "farm,south,12.5", "farm,south", "the row has 2 cells, the header 3"),
        ("loads.csv", "farm", "city", "loads.city.name is used twice"),
        ("loads-p_set.csv", "2024-03-01 01:30:00,40.0\n", "", "the file has 3 rows for 4 snapshots"),
        ("snapshots.csv", "01:30:00", "02:30:00", "must follow the one before by 1800 s"),
        ("transformers.csv", "200.0", "0", "transformers.yard.s_nom must be above 0"),
        ("storage_units.csv", "0.9,", "1.9,", "efficiency_store must be from 0 to 1, not 1.9"),
    ] {
        let copy = copy();
        let path = copy.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file}: {from}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        let faults = import(copy.path(), Path::new("x.toml")).expect_err(expected);
        let told = faults
            .0
            .iter()
            .any(|fault| fault.to_string().contains(expected) && fault.file.ends_with(file) && fault.line > 1);
        assert!(told, "{expected}\n{faults}");
    }
    let empty = tempfile::tempdir().unwrap();
    assert!(import(empty.path(), Path::new("x.toml")).unwrap_err().to_string().contains("has no buses.csv"));
}
