//! Published cases are read in full, where the folder that holds them is at hand.
#![expect(clippy::print_stderr, reason = "a test that is skipped says so")]

use std::path::{Path, PathBuf};

use energyopti_grid::matpower::{Parsed, parse};

/// The published cases of a folder; nothing, saying so, where it is missing.
fn cases(folder: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(folder);
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not at hand", folder.display());
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "m"));
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read_to_string(&path).expect("a text"))).collect()
}

fn read(path: &Path, text: &str) -> Parsed {
    parse(text).unwrap_or_else(|faults| panic!("{}: {faults}", path.display()))
}

/// `buses,branches,gens` of a row of the folder's table.
fn counts(table: &str, case: &str) -> Option<Vec<usize>> {
    let row = table.lines().find(|line| line.split(',').next() == Some(case))?;
    Some(row.split(',').skip(1).map_while(|cell| cell.parse().ok()).collect())
}

#[test]
fn pglib_cases_have_their_published_sizes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/pglib/baseline.csv");
    for (path, text) in cases("pglib") {
        let parsed = read(&path, &text);
        let table = std::fs::read_to_string(folder).expect("the sizes");
        let network = parsed.network;
        let expected = counts(&table, &network.name).unwrap_or_else(|| panic!("{} is in the table", network.name));
        assert_eq!([network.buses.len(), network.branches.len(), network.generators.len()], expected[..3]);
        assert!(parsed.warnings.is_empty(), "{}: {:?}", network.name, parsed.warnings);
    }
}

#[test]
fn matpower_cases_have_their_published_sizes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/acpf/summary.csv");
    for (path, text) in cases("acpf") {
        let network = read(&path, &text).network;
        let table = std::fs::read_to_string(folder).expect("the sizes");
        let expected = counts(&table, &network.name).expect("in the table");
        let in_service = network.branches.iter().filter(|branch| branch.in_service).count();
        assert_eq!([network.buses.len(), in_service], expected[..2], "{}", network.name);
    }
}

#[test]
fn sums_of_a_case_are_those_of_its_columns() {
    for (path, text) in cases("acpf").into_iter().filter(|(path, _)| path.ends_with("case118.m")) {
        let network = read(&path, &text).network;
        // 4242 MW and 1438 Mvar of load, 54 generators, as the case is described.
        assert!((network.buses.iter().map(|bus| bus.p_load_mw).sum::<f64>() - 4242.0).abs() < 1e-9);
        assert!((network.buses.iter().map(|bus| bus.q_load_mvar).sum::<f64>() - 1438.0).abs() < 1e-9);
        assert_eq!(
            (
                network.generators.len(),
                network.branches.iter().filter(|branch| (branch.tap - 1.0).abs() > 1e-12).count()
            ),
            (54, 9)
        );
    }
}

#[test]
fn the_rts_gmlc_case_loses_its_line_of_direct_current() {
    for (path, text) in cases("rts-gmlc/matpower") {
        let parsed = read(&path, &text);
        let network = parsed.network;
        assert_eq!([network.buses.len(), network.generators.len(), network.branches.len()], [73, 158, 120]);
        // Three areas of 2850 MW.
        assert!((network.buses.iter().map(|bus| bus.p_load_mw).sum::<f64>() - 8550.0).abs() < 1e-9);
        assert_eq!(parsed.warnings.len(), 1, "{:?}", parsed.warnings);
        assert!(parsed.warnings[0].message.contains("dcline"));
    }
}
