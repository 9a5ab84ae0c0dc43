//! AC power flow against published-case references: every bus, branch and the losses.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test, which says so when it is skipped")]

use std::fs;
use std::path::{Path, PathBuf};

use energyopti_grid::flow::{AcModel, AcOptions, Start, Status};
use energyopti_grid::matpower;

fn folder() -> Option<PathBuf> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/acpf")).to_path_buf();
    if !folder.is_dir() {
        eprintln!("skipped: the reference solutions are not in {}", folder.display());
        return None;
    }
    Some(folder)
}

/// Rows of a table as numbers, without its heading.
fn table(path: &Path) -> Vec<Vec<f64>> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().unwrap_or(f64::NAN)).collect()).collect()
}

/// Cases by name with their losses, MW.
fn cases(folder: &Path) -> Vec<(String, f64)> {
    let summary = fs::read_to_string(folder.join("summary.csv")).unwrap();
    let row = |line: &str| {
        let cells: Vec<_> = line.split(',').collect();
        (cells[0].to_string(), cells[5].parse().unwrap())
    };
    summary.lines().skip(1).map(row).collect()
}

#[test]
fn voltages_flows_and_losses_of_the_given_cases_match() {
    let Some(folder) = folder() else { return };
    for (case, losses_mw) in cases(&folder) {
        let network = matpower::parse(&fs::read_to_string(folder.join(format!("{case}.m"))).unwrap()).unwrap().network;
        let solution = AcModel::new(&network).unwrap().solve(&AcOptions::default());
        assert_eq!((solution.status, solution.start), (Status::Converged, Start::Flat), "{case}");
        let buses = table(&folder.join(format!("{case}.bus.csv")));
        assert_eq!(buses.len(), network.buses.len(), "{case}");
        for (index, row) in buses.iter().enumerate() {
            let vm = (solution.vm_pu[index] - row[1]).abs();
            let va = (solution.va_rad[index] - row[2].to_radians()).abs();
            assert!(vm < 1e-8 && va < 1e-8, "{case} bus {}: {vm:e} {va:e}", row[0]);
            // The reference counts what goes into branches: injection and shunt.
            let (bus, square) = (&network.buses[index], solution.vm_pu[index] * solution.vm_pu[index]);
            let p_mw = solution.p_mw[index] - bus.g_shunt_mw * square;
            let q_mvar = solution.q_mvar[index] + bus.b_shunt_mvar * square;
            assert!((p_mw - row[3]).abs() < 1e-6 && (q_mvar - row[4]).abs() < 1e-6, "{case} bus {}", row[0]);
        }
        for row in table(&folder.join(format!("{case}.branch.csv"))) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a row's number")]
            let flow = &solution.branches[row[0] as usize - 1];
            let flow = [flow.p_from_mw, flow.q_from_mvar, flow.p_to_mw, flow.q_to_mvar];
            let worst = flow.iter().zip(&row[3..]).map(|(is, was)| (is - was).abs()).fold(0.0, f64::max);
            assert!(worst < 1e-5, "{case} branch {}: {worst:e} MW", row[0]);
        }
        assert!((solution.losses_mw - losses_mw).abs() < 1e-6, "{case}: {} MW", solution.losses_mw);
    }
}
