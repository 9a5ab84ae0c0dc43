//! Problems that cannot be answered say why, all at once.

use std::sync::atomic::AtomicBool;

use energyopti_quantum::allocation::{Budget, Fault, Problem, Risk};
use energyopti_quantum::{Error, Limit};

use crate::arithmetic::three;

#[test]
fn every_fault_is_told_at_once() {
    let mut problem = three();
    problem.candidates[1].name = "wind".to_owned();
    problem.candidates[0].cost = -1.0;
    problem.candidates[2].expected_return = None;
    problem.candidates[2].min_units = 3;
    let covariance = vec![vec![1.0, 0.5], vec![0.5, f64::NAN, 0.0]];
    problem.risk = Risk::MeanVariance { covariance, risk_aversion: f64::INFINITY };
    let told = problem.check().unwrap_err().to_string();
    for part in [
        "two candidates are named `wind`",
        "cost of `wind` is -1",
        "`battery`: units from 3 to 2",
        "`battery` has no expected return",
        "the covariance has 2 entries",
        "row 1 of the covariance has 2 entries",
        "row 2 of the covariance, `wind`, is NaN",
        "risk aversion is inf",
    ] {
        assert!(told.contains(part), "`{part}` is not in:\n{told}");
    }
}

#[test]
fn a_matrix_that_is_no_covariance_is_refused() {
    let with = |covariance: Vec<Vec<f64>>| {
        let mut problem = three();
        problem.risk = Risk::MeanVariance { covariance, risk_aversion: 1.0 };
        let Err(Error::Allocation { faults }) = problem.check() else { panic!("it was taken") };
        faults
    };
    let skewed = with(vec![vec![1.0, 0.5, 0.0], vec![0.4, 1.0, 0.0], vec![0.0, 0.0, 1.0]]);
    assert!(matches!(&skewed[..], [Fault::NotSymmetric { first, second, .. }] if first == "wind" && second == "solar"));
    // Correlation 2 between wind and solar: wind - solar would have variance 1 + 1 - 4.
    let indefinite = with(vec![vec![1.0, 2.0, 0.0], vec![2.0, 1.0, 0.0], vec![0.0, 0.0, 1.0]]);
    assert!(matches!(&indefinite[..], [Fault::NotSemidefinite { name }] if name == "solar"));
}

#[test]
fn a_covariance_of_rank_one_is_taken() {
    let mut problem = three();
    let row = [0.1, 0.2, 0.3];
    let covariance = row.iter().map(|a| row.iter().map(|b| a * b).collect()).collect();
    problem.risk = Risk::MeanVariance { covariance, risk_aversion: 1.0 };
    assert!(problem.check().is_ok());
}

#[test]
fn a_budget_that_no_allocation_meets_is_refused_with_what_would_be_needed() {
    let mut problem = three();
    problem.candidates[0].min_units = 1;
    problem.budget = Some(Budget { least: None, greatest: 3.0 });
    let told = problem.check().unwrap_err().to_string();
    assert_eq!(told, "the budget of 3 meets no allocation: the cheapest costs 4");
    problem.budget = Some(Budget { least: Some(20.0), greatest: 30.0 });
    let told = problem.check().unwrap_err().to_string();
    assert_eq!(told, "at least 20 must be spent and the dearest allocation costs 11");
    // Costs are 4 and then 6, 7, 8, ...
    problem.budget = Some(Budget { least: Some(4.5), greatest: 5.5 });
    let told = problem.check().unwrap().enumerate(Limit::NONE, &AtomicBool::new(false)).unwrap_err().to_string();
    assert_eq!(told, "no allocation costs between 4.5 and 5.5; the nearest below costs 4; the nearest above costs 6");
}

#[test]
fn scenarios_and_positions_are_looked_at_too() {
    let mut problem = three();
    problem.cardinality = Some(4);
    problem.risk = Risk::Cvar { scenarios: vec![vec![1.0, 2.0]], alpha: 1.0, risk_aversion: 1.0 };
    let told = problem.check().unwrap_err().to_string();
    for part in [
        "`wind` has an expected return beside scenarios",
        "row 1 of the scenarios has 2 entries",
        "alpha is 1",
        "`battery` has max_units 2",
        "4 positions are asked for and 0 to 3 are possible",
    ] {
        assert!(told.contains(part), "`{part}` is not in:\n{told}");
    }
}

#[test]
fn more_than_24_variables_or_too_little_memory_are_refused_before_anything_is_allocated() {
    let mut problem = three();
    problem.budget = None;
    let never = AtomicBool::new(false);
    let refused = problem.check().unwrap().enumerate(Limit { bytes: 100 }, &never).unwrap_err();
    assert!(matches!(refused, Error::TooLarge { qubits: 4, .. }), "{refused}");
    problem.candidates[2].max_units = 1 << 30;
    let refused = problem.check().unwrap().enumerate(Limit::NONE, &never).unwrap_err();
    assert!(matches!(refused, Error::TooLarge { qubits: 33, most_qubits: 24, .. }), "{refused}");
}

#[test]
fn a_caller_can_cancel() {
    let checked = three().check().unwrap();
    assert_eq!(checked.enumerate(Limit::NONE, &AtomicBool::new(true)).unwrap_err(), Error::Cancelled);
}

#[test]
fn numbers_at_the_ends_of_their_types_do_no_harm() {
    let mut problem = three();
    problem.budget = None;
    let never = AtomicBool::new(false);
    let search = |problem: &Problem| problem.check().unwrap().branch_and_bound(50, &never, &|_, _, _| {});
    problem.candidates[2].max_units = 10_000;
    // wind + b batteries: -3 - b + (4 - 2 b + b^2) / 4 is least, -4.25, at b = 3; solar adds
    // -2 + (2 + 2) / 4 = -1.
    let found = search(&problem).unwrap();
    assert_eq!(found.incumbent.units, [1, 1, 3]);
    // Beyond the reach of an interior point, perhaps, but told.
    problem.candidates[2].max_units = u32::MAX;
    assert!(matches!(search(&problem), Ok(_) | Err(Error::Solver { .. })));
    problem.candidates[0].expected_return = Some(1e305);
    problem.candidates[2].expected_return = Some(-1e305);
    let told = problem.check().unwrap_err().to_string();
    assert_eq!(told, "returns, risk and costs add up to more than a double holds");
    // A problem so flat that nothing is gained.
    let mut problem = three();
    problem.candidates.iter_mut().for_each(|candidate| candidate.expected_return = Some(0.0));
    problem.risk = Risk::MeanVariance { covariance: vec![vec![0.0; 3]; 3], risk_aversion: 0.0 };
    let landscape = problem.check().unwrap().enumerate(Limit::NONE, &never).unwrap();
    assert_eq!((landscape.feasible().optimum(), landscape.feasible().optima()), (0, 13));
}
