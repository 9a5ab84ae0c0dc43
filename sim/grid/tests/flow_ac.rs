//! AC power flow: by hand, balance at every bus, scenarios as lanes, and what does not converge.

#![expect(clippy::unwrap_used, clippy::cast_precision_loss, reason = "a test, and small counts")]

mod flow_networks;

use energyopti_grid::flow::{AcModel, AcOptions, AcSolution, FlowError, Limit, Scenario, Start, Status};
use energyopti_grid::{Branch, BusKind, Generator, Network};
use flow_networks::{bus, generator, line, meshed, network};
use proptest::prelude::*;

const OPTIONS: AcOptions = AcOptions { tolerance_pu: 1e-10, most_iterations: 30, start: Start::Flat, enforce_q: false };

fn solve(network: &Network) -> AcSolution {
    AcModel::new(network).unwrap().solve(&OPTIONS)
}

/// A slack at 1 pu feeding a load over a reactance of 0.1 so that it sees 0.9 pu at -0.2 rad:
/// P = 0.9 sin(0.2) / 0.1 and Q = (0.9 cos(0.2) - 0.81) / 0.1 pu.
fn two_buses() -> Network {
    let (p_mw, q_mvar) = (900.0 * 0.2_f64.sin(), 1000.0 * (0.9 * 0.2_f64.cos() - 0.81));
    network(
        vec![bus(BusKind::Slack, 0.0, 0.0), bus(BusKind::Pq, p_mw, q_mvar)],
        vec![generator(0, 0.0, 1.0)],
        vec![line(0, 1, 0.0, 0.1)],
    )
}

/// Largest imbalance of any bus, MVA: injection, shunt and branches.
fn imbalance(case: &Network, solution: &AcSolution) -> f64 {
    let square = |bus: usize| solution.vm_pu[bus] * solution.vm_pu[bus];
    let mut left: Vec<_> = (0..case.buses.len())
        .map(|i| {
            let bus = &case.buses[i];
            (solution.p_mw[i] - bus.g_shunt_mw * square(i), solution.q_mvar[i] + bus.b_shunt_mvar * square(i))
        })
        .collect();
    for (branch, flow) in case.branches.iter().zip(&solution.branches) {
        left[branch.from].0 -= flow.p_from_mw;
        left[branch.from].1 -= flow.q_from_mvar;
        left[branch.to].0 -= flow.p_to_mw;
        left[branch.to].1 -= flow.q_to_mvar;
    }
    left.iter().map(|(p, q)| p.hypot(*q)).fold(0.0, f64::max)
}

#[test]
fn two_buses_by_hand() {
    let case = two_buses();
    let solution = solve(&case);
    assert_eq!((solution.status, solution.start), (Status::Converged, Start::Flat));
    assert!((solution.vm_pu[1] - 0.9).abs() < 1e-10 && (solution.va_rad[1] + 0.2).abs() < 1e-10);
    assert!(solution.losses_mw.abs() < 1e-9, "no resistance");
    assert!((solution.p_generator_mw[0] - case.buses[1].p_load_mw).abs() < 1e-8);
    // The slack also makes what the line takes: |I|^2 x, with |I| = |1 - 0.9 e^(-0.2 j)| / 0.1.
    let current_squared = (1.0 + 0.81 - 1.8 * 0.2_f64.cos()) / 0.01;
    let q_mvar = case.buses[1].q_load_mvar + 100.0 * 0.1 * current_squared;
    assert!((solution.q_generator_mvar[0] - q_mvar).abs() < 1e-7);
}

#[test]
fn a_load_beyond_the_nose_does_not_converge_and_shows_no_numbers() {
    let mut case = two_buses();
    // At unity power factor a line of 0.1 pu carries at most 1 / (2 * 0.1) = 5 pu.
    (case.buses[1].p_load_mw, case.buses[1].q_load_mvar) = (510.0, 0.0);
    let solution = solve(&case);
    assert_eq!(solution.status, Status::NotConverged);
    assert!(solution.mismatch_pu > 1e-10);
    assert!(solution.vm_pu.iter().chain(&solution.va_rad).all(|value| value.is_nan()) && solution.losses_mw.is_nan());
    case.buses[1].p_load_mw = 490.0;
    assert_eq!(solve(&case).status, Status::Converged);
}

#[test]
fn what_no_slack_reaches_is_not_energised() {
    let mut case = two_buses();
    case.buses.extend([bus(BusKind::Pv, 0.0, 0.0), bus(BusKind::Pq, 5.0, 0.0), bus(BusKind::Isolated, 5.0, 0.0)]);
    case.generators.push(generator(2, 5.0, 1.0));
    case.branches.extend([line(2, 3, 0.0, 0.1), line(1, 4, 0.0, 0.1)]);
    let solution = solve(&case);
    assert_eq!(solution.status, Status::Converged);
    assert_eq!(solution.energised, [true, true, false, false, false]);
    assert!(solution.vm_pu[2..].iter().all(|vm| vm.is_nan()) && solution.va_rad[2..].iter().all(|va| va.is_nan()));
    assert!((solution.vm_pu[1] - 0.9).abs() < 1e-10);
    assert!(solution.p_generator_mw[1].abs() < 1e-12 && solution.branches[1].p_from_mw.abs() < 1e-12);
    case.buses[0].kind = BusKind::Pq;
    assert_eq!(AcModel::new(&case).unwrap_err(), FlowError::NoSlack);
}

#[test]
fn a_pv_bus_without_a_running_generator_is_a_load() {
    let mut case = two_buses();
    case.buses[1].kind = BusKind::Pv;
    case.generators.push(Generator { in_service: false, ..generator(1, 0.0, 1.02) });
    assert!((solve(&case).vm_pu[1] - 0.9).abs() < 1e-10);
    case.generators[1].in_service = true;
    assert!((solve(&case).vm_pu[1] - 1.02).abs() < 1e-12);
}

#[test]
fn a_generator_at_its_limit_lets_the_voltage_go() {
    // Holding 1 pu takes more than 10 Mvar; with 10 of them the load is the hand case's again.
    let mut case = two_buses();
    case.buses[1].kind = BusKind::Pv;
    case.buses[1].q_load_mvar += 10.0;
    case.generators.push(Generator { q_max_mvar: 10.0, q_min_mvar: -10.0, ..generator(1, 0.0, 1.0) });
    let model = AcModel::new(&case).unwrap();
    assert!(model.solve(&OPTIONS).q_generator_mvar[1] > 50.0);
    let limited = model.solve(&AcOptions { enforce_q: true, ..OPTIONS });
    assert_eq!((limited.status, limited.limited[1]), (Status::Converged, Some(Limit::Most)));
    assert!((limited.vm_pu[1] - 0.9).abs() < 1e-9 && (limited.q_generator_mvar[1] - 10.0).abs() < 1e-12);
}

#[test]
fn another_bus_takes_over_from_a_slack_at_its_limit() {
    let mut case = two_buses();
    case.buses[0].va_deg = 10.0;
    case.buses[1].kind = BusKind::Pv;
    case.generators[0] = Generator { q_min_mvar: -5.0, q_max_mvar: 5.0, ..case.generators[0].clone() };
    case.generators.push(generator(1, 0.0, 1.0));
    let solution = AcModel::new(&case).unwrap().solve(&AcOptions { enforce_q: true, ..OPTIONS });
    assert_eq!((solution.status, solution.limited[0]), (Status::Converged, Some(Limit::Most)));
    assert!((solution.q_mvar[0] - 5.0).abs() < 1e-7, "{:?}", solution.q_mvar);
    assert!((solution.vm_pu[1] - 1.0).abs() < 1e-12 && (solution.va_rad[0].to_degrees() - 10.0).abs() < 1e-9);
    assert!((solution.p_generator_mw[0] - case.buses[1].p_load_mw).abs() < 1e-6, "as it made before");
    case.generators[1] = Generator { q_min_mvar: -1.0, q_max_mvar: 1.0, ..case.generators[1].clone() };
    let none = AcModel::new(&case).unwrap().solve(&AcOptions { enforce_q: true, ..OPTIONS });
    assert_eq!(none.status, Status::ReactiveLimits);
    assert!(none.vm_pu.iter().all(|vm| vm.is_nan()));
}

#[test]
fn a_pivot_of_zero_is_exchanged() {
    // Reactances +0.1 and -0.1 meet at bus 1: at a flat start its own block of the Jacobian is zero.
    let case = network(
        vec![bus(BusKind::Slack, 0.0, 0.0), bus(BusKind::Pq, 0.0, 0.0), bus(BusKind::Pq, 20.0, 5.0)],
        vec![generator(0, 0.0, 1.0)],
        vec![line(0, 1, 0.0, 0.1), line(1, 2, 0.0, -0.1), line(0, 2, 0.0, 0.1)],
    );
    let solution = solve(&case);
    assert_eq!((solution.status, solution.start), (Status::Converged, Start::Flat));
    assert!(imbalance(&case, &solution) < 1e-7);
    assert!((solution.p_mw[2] + 20.0).abs() < 1e-7);
}

#[test]
fn faults_of_data_are_named() {
    let fault = |change: fn(&mut Network)| {
        let mut case = two_buses();
        change(&mut case);
        AcModel::new(&case).unwrap_err()
    };
    assert_eq!(fault(|case| case.base_mva = 0.0), FlowError::BaseMva(0.0));
    assert!(matches!(fault(|case| case.branches[0].x_pu = 0.0), FlowError::NoImpedance { row: 1, .. }));
    assert!(matches!(fault(|case| case.branches[0].tap = 0.0), FlowError::NoImpedance { row: 1, .. }));
    assert!(matches!(
        fault(|case| case.branches[0].b_pu = f64::NAN),
        FlowError::NotFinite { quantity: "charging", .. }
    ));
    assert!(matches!(fault(|case| case.buses[1].p_load_mw = f64::NAN), FlowError::NotFinite { quantity: "load", .. }));
    let model = AcModel::new(&two_buses()).unwrap();
    let scenario = |p: &[f64], out: &[usize]| {
        let scenario = Scenario { p_load_mw: Some(p), branches_out: out, ..Scenario::default() };
        model.solve_batch(&[scenario], &OPTIONS).unwrap_err()
    };
    assert!(matches!(scenario(&[1.0], &[]), FlowError::Length { given: 1, expected: 2, .. }));
    assert!(matches!(scenario(&[1.0, f64::INFINITY], &[]), FlowError::NotFinite { .. }));
    assert_eq!(scenario(&[0.0, 0.0], &[7]), FlowError::NoBranch(7, 1));
}

/// A case with a branch out of service.
fn without(case: &Network, branch: usize) -> Network {
    let mut case = case.clone();
    case.branches[branch] = Branch { in_service: false, ..case.branches[branch].clone() };
    case
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn power_balances_at_every_bus(case in meshed()) {
        let solution = solve(&case);
        prop_assume!(solution.status == Status::Converged);
        prop_assert!(imbalance(&case, &solution) < 1e-7);
        let generated: f64 = solution.p_generator_mw.iter().sum();
        let used: f64 = case.buses.iter().zip(&solution.vm_pu).map(|(b, v)| b.p_load_mw + b.g_shunt_mw * v * v).sum();
        prop_assert!((generated - used - solution.losses_mw).abs() < 1e-7);
    }

    #[test]
    fn a_scenario_is_alone_in_its_lane(case in meshed(), count in 1_usize..20, start in 0_usize..2) {
        let model = AcModel::new(&case).unwrap();
        let options = AcOptions { start: [Start::Flat, Start::Solved][start], enforce_q: true, ..OPTIONS };
        // Some loads far too high, so that lanes end in all ways and at all times.
        let load = |s: usize| case.buses.iter().map(|bus| bus.p_load_mw * (s * s) as f64 / 4.0).collect::<Vec<_>>();
        let loads: Vec<_> = (0..count).map(load).collect();
        let out: Vec<_> = (0..count).map(|s| [s % case.branches.len(), (s * 3) % case.branches.len()]).collect();
        let scenarios: Vec<_> = (0..count)
            .map(|s| Scenario { p_load_mw: Some(&loads[s]), branches_out: &out[s][..s % 3], ..Scenario::default() })
            .collect();
        let batch = model.solve_batch(&scenarios, &options).unwrap();
        let turned: Vec<_> = scenarios.iter().rev().copied().collect();
        let turned = model.solve_batch(&turned, &options).unwrap();
        for (s, scenario) in scenarios.iter().enumerate() {
            let alone = model.solve_scenario(scenario, &options).unwrap();
            prop_assert_eq!(batch.outcomes[s].status, alone.status);
            prop_assert_eq!(batch.outcomes[s].iterations, alone.iterations);
            let bits = |values: Vec<f64>| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            prop_assert_eq!(bits(batch.vm_pu(s).collect()), bits(alone.vm_pu.clone()));
            prop_assert_eq!(bits(batch.va_rad(s).collect()), bits(alone.va_rad.clone()));
            prop_assert_eq!(bits(turned.vm_pu(count - 1 - s).collect()), bits(alone.vm_pu));
            let losses = batch.outcomes[s].losses_mw;
            prop_assert!(losses.is_nan() && alone.losses_mw.is_nan() || (losses - alone.losses_mw).abs() < 1e-7);
        }
    }

    #[test]
    fn a_missing_branch_is_as_if_it_were_not_there(case in meshed(), missing in 0_usize..40) {
        let missing = missing % case.branches.len();
        let scenario = Scenario { branches_out: &[missing], ..Scenario::default() };
        let here = AcModel::new(&case).unwrap().solve_scenario(&scenario, &OPTIONS).unwrap();
        let there = solve(&without(&case, missing));
        prop_assert_eq!(here.status, there.status);
        prop_assume!(there.status == Status::Converged);
        for bus in 0..case.buses.len() {
            prop_assert!((here.vm_pu[bus] - there.vm_pu[bus]).abs() < 1e-9);
            prop_assert!((here.va_rad[bus] - there.va_rad[bus]).abs() < 1e-9);
        }
        prop_assert!(here.iterations.abs_diff(there.iterations) <= 1, "{} {}", here.iterations, there.iterations);
    }

    #[test]
    fn small_angles_without_losses_are_the_linear_model(case in meshed()) {
        let mut case = case;
        case.branches.iter_mut().for_each(|branch| {
            *branch = Branch { r_pu: 0.0, b_pu: 0.0, tap: 1.0, shift_deg: 0.0, ..branch.clone() };
        });
        for bus in &mut case.buses {
            (bus.p_load_mw, bus.q_load_mvar) = (bus.p_load_mw * 1e-3, 0.0);
            (bus.g_shunt_mw, bus.b_shunt_mvar) = (0.0, 0.0);
        }
        case.generators.iter_mut().for_each(|generator| (generator.p_mw, generator.vm_pu) = (0.01, 1.0));
        let full = solve(&case);
        let model = energyopti_grid::flow::DcModel::new(&case, energyopti_grid::BranchModel::Matpower).unwrap();
        let linear = model.solve().unwrap();
        for (full, linear) in full.branches.iter().zip(&linear.flow_mw) {
            prop_assert!((full.p_from_mw - linear).abs() < 1e-5, "{} {linear}", full.p_from_mw);
        }
    }
}

#[test]
fn a_lost_bridge_leaves_its_end_dead_in_its_lane_only() {
    let mut case = two_buses();
    case.buses.push(bus(BusKind::Pq, 1.0, 0.0));
    case.branches.push(line(1, 2, 0.0, 0.1));
    let model = AcModel::new(&case).unwrap();
    let scenarios = [Scenario::default(), Scenario { branches_out: &[1], ..Scenario::default() }];
    let batch = model.solve_batch(&scenarios, &OPTIONS).unwrap();
    assert!(batch.outcomes.iter().all(|outcome| outcome.status == Status::Converged));
    let (with, without): (Vec<_>, Vec<_>) = (batch.vm_pu(0).collect(), batch.vm_pu(1).collect());
    assert!(with[2].is_finite() && without[2].is_nan() && (without[1] - 0.9).abs() < 1e-10);
    let alone = model.solve_scenario(&scenarios[1], &OPTIONS).unwrap();
    assert_eq!(alone.energised, [true, true, false]);
    assert!(imbalance(&network(case.buses[..2].to_vec(), vec![], case.branches[..1].to_vec()), &alone) < 1e-7);
}
