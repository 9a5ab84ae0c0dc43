//! Linear power flow, transfer and outage factors: by hand, and against solving again.

#![expect(clippy::cast_precision_loss, reason = "small counts")]

mod flow_networks;

use energyopti_grid::flow::{DcModel, FlowError, OutageResult, TransferSlack};
use energyopti_grid::{BranchModel, BusKind, Network};
use flow_networks::{bus, generator, line, meshed, network};
use proptest::prelude::*;

/// Three buses in a triangle, the slack feeding 90 MW at bus 2; the way over bus 1 is as long again.
fn triangle() -> Network {
    network(
        vec![bus(BusKind::Slack, 0.0, 0.0), bus(BusKind::Pq, 0.0, 0.0), bus(BusKind::Pq, 90.0, 0.0)],
        vec![generator(0, 0.0, 1.0)],
        vec![line(0, 1, 0.0, 0.1), line(1, 2, 0.0, 0.1), line(0, 2, 0.0, 0.1)],
    )
}

fn near(is: f64, should: f64) -> bool {
    (is - should).abs() < 1e-9
}

#[test]
fn a_triangle_shares_two_to_one() {
    let solution = DcModel::new(&triangle(), BranchModel::Reactance).unwrap().solve().unwrap();
    // Reactance 0.1 direct, 0.2 around: 60 MW and 30 MW. Angle of bus 2: -0.6 pu * 0.1.
    assert!(near(solution.flow_mw[0], 30.0) && near(solution.flow_mw[1], 30.0) && near(solution.flow_mw[2], 60.0));
    assert!(near(solution.va_rad[2], -0.06) && near(solution.va_rad[1], -0.03));
    assert!(near(solution.p_generator_mw[0], 90.0) && near(solution.p_mw[0], 90.0));
}

#[test]
fn the_branch_models_differ_as_stated() {
    let mut network = triangle();
    network.branches[2] =
        energyopti_grid::Branch { r_pu: 0.1, tap: 2.0, shift_deg: 90.0, ..network.branches[2].clone() };
    // With b = x / (r^2 + x^2) = 5 direct and 10 / 2 = 5 around: 45 MW each.
    let dcp = DcModel::new(&network, BranchModel::Dcp).unwrap().solve().unwrap();
    assert!(near(dcp.flow_mw[2], 45.0) && near(dcp.flow_mw[0], 45.0));
    // With b = 1 / (x tap) = 5 too, and a quarter turn against it: 5 of both ways in series are 2.5 pu
    // per rad, times pi / 2 and 100 MVA.
    let circulating = 2.5 * std::f64::consts::FRAC_PI_2 * 100.0;
    let matpower = DcModel::new(&network, BranchModel::Matpower).unwrap().solve().unwrap();
    assert!(near(matpower.flow_mw[2], 45.0 - circulating) && near(matpower.flow_mw[0], 45.0 + circulating));
    let reactance = DcModel::new(&network, BranchModel::Reactance).unwrap().solve().unwrap();
    assert!(near(reactance.flow_mw[2], 60.0));
}

#[test]
fn islands_have_their_own_reference_and_dead_ones_no_angle() {
    let mut case = network(
        vec![
            bus(BusKind::Slack, 0.0, 0.0),
            bus(BusKind::Pq, 10.0, 0.0),
            bus(BusKind::Pv, 0.0, 0.0),
            bus(BusKind::Pq, 20.0, 0.0),
            bus(BusKind::Pq, 5.0, 0.0),
            bus(BusKind::Isolated, 5.0, 0.0),
        ],
        vec![generator(0, 0.0, 1.0), generator(2, 1.0, 1.0)],
        vec![line(0, 1, 0.0, 0.1), line(2, 3, 0.0, 0.1), line(4, 5, 0.0, 0.1)],
    );
    let solution = DcModel::new(&case, BranchModel::Reactance).unwrap().solve().unwrap();
    assert!(near(solution.flow_mw[0], 10.0) && near(solution.flow_mw[1], 20.0) && near(solution.flow_mw[2], 0.0));
    assert!(near(solution.p_generator_mw[1], 20.0), "the second island's reference balances it");
    assert!(solution.va_rad[4].is_nan() && solution.va_rad[5].is_nan() && solution.va_rad[3].is_finite());
    case.branches[0].x_pu = 0.0;
    let error = DcModel::new(&case, BranchModel::Reactance).unwrap_err();
    assert!(matches!(error, FlowError::NoImpedance { row: 1, .. }), "{error}");
}

#[test]
fn pivots_that_cancel_are_exchanged() {
    // Bus 1 sees +10 and -10 pu: its own pivot is 0, though 0 - 1 - 2 - 0 has a solution. By hand, pu:
    // at bus 1, 10 (t1 - 0) - 10 (t1 - t2) = 10 t2 = 0 and at bus 2, -10 (t2 - t1) + 10 t2 = 10 t1 = -0.9.
    let mut case = triangle();
    case.branches[1].x_pu = -0.1;
    let solution = DcModel::new(&case, BranchModel::Reactance).unwrap().solve().unwrap();
    assert!(near(solution.va_rad[1], -0.09) && near(solution.va_rad[2], 0.0), "{:?}", solution.va_rad);
    assert!(near(solution.flow_mw[0], 90.0) && near(solution.flow_mw[1], 90.0) && near(solution.flow_mw[2], 0.0));
}

#[test]
fn screening_names_what_splits_and_what_overloads() {
    let mut case = triangle();
    case.buses.push(bus(BusKind::Pq, 10.0, 0.0));
    case.branches.push(line(2, 3, 0.0, 0.1));
    case.branches.iter_mut().for_each(|branch| branch.rate_mw = 80.0);
    let model = DcModel::new(&case, BranchModel::Reactance).unwrap();
    let flows = model.solve().unwrap().flow_mw;
    let outages = model.screen(&flows).unwrap();
    assert_eq!(outages.len(), 4);
    assert_eq!(outages[3].result, OutageResult::Islanding);
    // Without the direct line all 100 MW go around: 1.25 of 80 MW on both.
    let OutageResult::Rerouted { worst: Some((branch, loading)), overloads } = &outages[2].result else { panic!() };
    assert!((branch, near(*loading, 1.25)) == (&0, true) || near(*loading, 1.25), "{branch} {loading}");
    assert_eq!(overloads.iter().map(|overload| overload.0).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(model.lodf().outage(3), None);
    assert!(matches!(model.screen(&[f64::NAN; 4]), Err(FlowError::NotFinite { .. })));
    assert!(matches!(model.screen(&[0.0; 3]), Err(FlowError::Length { given: 3, expected: 4, .. })));
}

proptest! {
    #[test]
    fn factors_agree_with_solving_again(case in meshed(), lost in 0_usize..6, at in 0_usize..4) {
        let model = DcModel::new(&case, BranchModel::Matpower).unwrap();
        let before = model.solve().unwrap();
        // One MW more load at a bus: the slack sends it, so flows fall by the bus's factors.
        let ptdf = model.ptdf(TransferSlack::Reference).unwrap();
        let mut more = case.clone();
        more.buses[at].p_load_mw += 1.0;
        let after = DcModel::new(&more, BranchModel::Matpower).unwrap().solve().unwrap();
        for branch in 0..case.branches.len() {
            let change = after.flow_mw[branch] - before.flow_mw[branch];
            prop_assert!((change + ptdf.row(branch)[at]).abs() < 1e-8);
        }
        let lost = lost % case.branches.len();
        let mut without = case.clone();
        without.branches[lost].in_service = false;
        let again = DcModel::new(&without, BranchModel::Matpower).unwrap().solve().unwrap();
        let lodf = model.lodf();
        // Rings have no bridge.
        let factors = lodf.outage(lost).expect("nothing splits");
        for branch in (0..case.branches.len()).filter(|&branch| branch != lost) {
            let flow = before.flow_mw[branch] + factors[branch] * before.flow_mw[lost];
            prop_assert!((flow - again.flow_mw[branch]).abs() < 1e-7, "{branch}: {flow} {}", again.flow_mw[branch]);
        }
    }

    #[test]
    fn a_distributed_slack_moves_only_where_power_leaves(case in meshed()) {
        let model = DcModel::new(&case, BranchModel::Dcp).unwrap();
        let weights: Vec<_> = (0..case.buses.len()).map(|bus| if bus % 3 == 1 { 2.0 } else { 0.0 }).collect();
        let total: f64 = weights.iter().sum();
        let (single, spread) =
            (model.ptdf(TransferSlack::Reference).unwrap(), model.ptdf(TransferSlack::Distributed(&weights)).unwrap());
        for branch in 0..case.branches.len() {
            let (single, spread) = (single.row(branch), spread.row(branch));
            // Taken out by weight, nothing is left of what is put in by weight.
            let net: f64 = spread.iter().zip(&weights).map(|(factor, weight)| factor * weight / total).sum();
            prop_assert!(net.abs() < 1e-10);
            prop_assert!((single[0] - single[1] - (spread[0] - spread[1])).abs() < 1e-10);
        }
    }

    #[test]
    fn power_balances_at_every_bus_and_lanes_are_alone(case in meshed(), states in 1_usize..40) {
        let model = DcModel::new(&case, BranchModel::Matpower).unwrap();
        let n = case.buses.len();
        let injections: Vec<_> = (0..states * n).map(|i| (i as f64 * 0.7).sin() * 20.0).collect();
        let batch = model.solve_batch(&injections).unwrap();
        for state in 0..states {
            let p_mw = &injections[state * n..(state + 1) * n];
            let alone = model.solve_injections(p_mw).unwrap();
            let same = batch.flow_mw(state).zip(&alone.flow_mw).all(|(a, b)| a.to_bits() == b.to_bits());
            prop_assert!(same && batch.va_rad(state).zip(&alone.va_rad).all(|(a, b)| a.to_bits() == b.to_bits()));
            let mut left: Vec<_> =
                alone.p_mw.iter().zip(&case.buses).map(|(p, bus)| p - bus.g_shunt_mw).collect();
            for (branch, flow) in case.branches.iter().zip(&alone.flow_mw) {
                left[branch.from] -= flow;
                left[branch.to] += flow;
            }
            prop_assert!(left.iter().all(|left| left.abs() < 1e-8), "{left:?}");
        }
    }
}
