//! `PGLib` cases (version 23.07) in both branch conventions: objectives against figures found by
//! independent solvers, prices where they are the only ones, and every solution's own proof. The cases
//! are read from the shared data folder; without it these tests say so and pass.

#![expect(clippy::print_stderr, reason = "says what is skipped")]

mod opf_certificate;

use energyopti_grid::{BranchModel, Network, matpower, opf};
use opf_certificate::departures;
use std::fs;
use std::path::PathBuf;

/// Case and objectives by `Dcp` and `Matpower`: `HiGHS` and Clarabel, which agree to the digits here.
const OBJECTIVES: [(&str, f64, f64); 14] = [
    ("case3_lmbd", 5_695.895_9, 5_693.803_33),
    ("case5_pjm", 17_479.896_9, 17_479.896_9),
    ("case5_pjm__api", 78_025.187_5, 78_025.187_5),
    ("case14_ieee", 2_051.526_31, 2_051.526_31),
    ("case24_ieee_rts", 61_001.240_3, 61_001.240_3),
    ("case30_ieee", 7_472.814_67, 7_504.440_46),
    ("case39_epri", 136_889.692, 136_816.156),
    ("case57_ieee", 34_772.947_9, 34_772.947_9),
    ("case118_ieee__api", 231_291.909, 234_168.634),
    ("case118_ieee", 93_100.729_9, 93_132.679_3),
    ("case300_ieee", 517_851.075, 517_585.535),
    ("case1354_pegase", 1_218_182.04, 1_218_096.86),
    ("case2383wp_k", 1_804_090.39, 1_796_340.1),
    ("case2869_pegase", 2_386_379.37, 2_386_235.33),
];

fn folder() -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/pglib"));
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no reference data at {}", path.display());
    None
}

fn case(name: &str) -> Option<Network> {
    let Ok(text) = fs::read_to_string(folder()?.join(format!("pglib_opf_{name}.m"))) else {
        eprintln!("skipped: no {name}");
        return None;
    };
    Some(matpower::parse(&text).expect("sound").network)
}

/// Rows of a reference table as numbers; empty where the folder has none.
fn table(name: &str, model: &str, kind: &str) -> Vec<Vec<f64>> {
    let file = folder().map(|f| f.join(format!("pglib_opf_{name}.{model}.{kind}.csv")));
    let text = file.and_then(|f| fs::read_to_string(f).ok()).unwrap_or_default();
    text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().expect("sound")).collect()).collect()
}

fn check(name: &str, network: &Network, model: BranchModel, tag: &str, wanted: f64) {
    let solution = opf::solve(network, &opf::Options::new(model)).expect("sound");
    assert!((solution.objective / wanted - 1.0).abs() < 1e-7, "{name} {tag}: {} not {wanted}", solution.objective);
    let off = departures(network, model, &solution);
    let power = off.balance_mw.max(off.flow_mw).max(off.limit_mw);
    assert!(power < 1e-7, "{name} {tag}: {off:?}");
    assert!(off.generator_price.max(off.branch_price).max(off.angle_price) < 1e-7, "{name} {tag}: {off:?}");
    if solution.prices_unique {
        for (row, bus) in table(name, tag, "lmp").iter().zip(&solution.buses) {
            assert!((row[2] - bus.lmp_per_mwh.expect("sound")).abs() < 1e-4, "{name} {tag} bus {}", bus.bus);
        }
    }
    // A reference dispatch may be another optimum, but costs the same.
    let of_row = |row: &[f64]| (1_u32..).zip(&network.generators).find(|g| (f64::from(g.0) - row[0]).abs() < 0.5);
    let cost = |row: &Vec<f64>| of_row(row).map_or(0.0, |(_, generator)| generator.cost.at(row[2]));
    let reference: f64 = table(name, tag, "gen").iter().map(cost).sum();
    assert!(reference == 0.0 || (reference / solution.objective - 1.0).abs() < 1e-6, "{name} {tag}: {reference}");
}

#[test]
fn objectives_are_those_of_other_solvers() {
    for (name, dcp, matpower) in OBJECTIVES {
        let Some(network) = case(name) else { continue };
        check(name, &network, BranchModel::Dcp, "DCP", dcp);
        check(name, &network, BranchModel::Matpower, "DCMP", matpower);
    }
}

#[test]
fn most_small_cases_have_one_set_of_prices() {
    for name in ["case5_pjm", "case14_ieee", "case30_ieee", "case57_ieee", "case118_ieee", "case2383wp_k"] {
        let Some(network) = case(name) else { continue };
        let solution = opf::solve(&network, &opf::Options::new(BranchModel::Dcp)).unwrap();
        assert!(solution.prices_unique, "{name}");
    }
}

#[test]
fn narrow_angles_make_case118_infeasible_and_are_named() {
    let Some(mut network) = case("case118_ieee") else { return };
    network.branches.iter_mut().for_each(|b| (b.angle_min_deg, b.angle_max_deg) = (-4.0, 4.0));
    let error = opf::solve(&network, &opf::Options::new(BranchModel::Dcp)).unwrap_err();
    let opf::Error::Infeasible(lack) = error else { panic!("{error}") };
    assert!(!lack.sets.is_empty());
    assert!(lack.sets.windows(2).all(|w| w[0].len() <= w[1].len()));
    // What is named is enough: loads shed and angles widened by it make the case feasible.
    for relaxation in &lack.sets[0] {
        loosen(&mut network, relaxation);
    }
    opf::solve(&network, &opf::Options::new(BranchModel::Dcp)).unwrap();
}

/// Widens a limit by what a relaxation names, and a trifle.
fn loosen(network: &mut Network, by: &opf::Relaxation) {
    let number = || by.asset.split(' ').nth(1).expect("named so");
    let index = || number().parse::<usize>().expect("named so") - 1;
    match by.constraint {
        opf::Constraint::Angle => {
            let (branch, wider) = (&mut network.branches[index()], by.degrees.expect("named so") + 1e-6);
            (branch.angle_min_deg, branch.angle_max_deg) = (branch.angle_min_deg - wider, branch.angle_max_deg + wider);
        }
        opf::Constraint::Rate => network.branches[index()].rate_mw += by.mw + 1e-6,
        opf::Constraint::GeneratorMax => network.generators[index()].p_max_mw += by.mw + 1e-6,
        opf::Constraint::GeneratorMin => network.generators[index()].p_min_mw -= by.mw + 1e-6,
        opf::Constraint::Load => {
            let bus = network.buses.iter_mut().find(|b| b.name == number()).expect("named so");
            bus.p_load_mw -= by.mw + 1e-6;
        }
    }
}
