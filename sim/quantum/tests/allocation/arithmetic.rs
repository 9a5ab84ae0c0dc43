//! Three assets, worked by hand.

use std::sync::atomic::AtomicBool;

use energyopti_quantum::Limit;
use energyopti_quantum::allocation::{Budget, Candidate, Figures, Problem, Risk, RiskFigures};

fn candidate(name: &str, cost: f64, expected_return: Option<f64>, max_units: u32) -> Candidate {
    Candidate { name: name.to_owned(), cost, expected_return, min_units: 0, max_units }
}

pub fn three() -> Problem {
    Problem {
        candidates: vec![
            candidate("wind", 4.0, Some(3.0), 1),
            candidate("solar", 3.0, Some(2.0), 1),
            candidate("battery", 2.0, Some(1.0), 2),
        ],
        risk: Risk::MeanVariance {
            covariance: vec![vec![4.0, 1.0, -1.0], vec![1.0, 2.0, 0.0], vec![-1.0, 0.0, 1.0]],
            risk_aversion: 0.25,
        },
        budget: Some(Budget { least: None, greatest: 8.0 }),
        cardinality: None,
    }
}

fn best(problem: &Problem) -> Figures {
    let checked = problem.check().unwrap();
    let landscape = checked.enumerate(Limit::NONE, &AtomicBool::new(false)).unwrap();
    checked.figures(&landscape.encoding().units(landscape.feasible().optimum()))
}

fn close(value: f64, expected: f64) {
    assert!((value - expected).abs() < 1e-12, "{value} and not {expected}");
}

#[test]
fn mean_variance_of_three_assets_is_what_the_hand_computes() {
    // All that costs at most 8; objective = -return + variance / 4.
    // wind + 2 batteries: cost 8, return 5, variance 4 + 4 - 4 = 4, objective -4.
    // wind + solar: cost 7, return 5, variance 4 + 2 + 2 = 8, objective -3.
    // solar + 2 batteries: cost 7, return 4, variance 2 + 4 = 6, objective -2.5.
    // wind + battery: cost 6, return 4, variance 4 + 1 - 2 = 3, objective -3.25.
    let found = best(&three());
    assert_eq!(found.units, [1, 0, 2]);
    close(found.objective, -4.0);
    close(found.expected_return, 5.0);
    close(found.cost, 8.0);
    assert_eq!(found.positions, 2);
    let RiskFigures::Spread { variance, standard_deviation } = found.risk else { panic!("{:?}", found.risk) };
    close(variance, 4.0);
    close(standard_deviation, 2.0);
}

#[test]
fn a_least_cost_forbids_the_cheaper_allocation() {
    // Without batteries there are 0, 3, 4 and 7: at least 5 leaves wind + solar.
    let mut problem = three();
    problem.candidates[2].max_units = 1;
    problem.budget = Some(Budget { least: Some(6.5), greatest: 7.0 });
    assert_eq!(best(&problem).units, [1, 1, 0]);
}

#[test]
fn a_number_of_positions_is_kept() {
    let mut problem = three();
    problem.candidates[2].max_units = 1;
    problem.budget = None;
    problem.cardinality = Some(1);
    // wind alone: -3 + 1 = -2; solar: -2 + 0.5 = -1.5; battery: -1 + 0.25 = -0.75.
    let found = best(&problem);
    assert_eq!(found.units, [1, 0, 0]);
    close(found.objective, -2.0);
}

#[test]
fn cvar_of_three_assets_is_what_the_hand_computes() {
    // Returns by future: a = (4, 4, -4, 4), b = (-2, 2, 4, 0), c = (1, 1, 1, 1); alpha 0.5: the worst two.
    let scenarios = vec![vec![4.0, -2.0, 1.0], vec![4.0, 2.0, 1.0], vec![-4.0, 4.0, 1.0], vec![4.0, 0.0, 1.0]];
    let problem = Problem {
        candidates: ["a", "b", "c"].map(|name| candidate(name, 1.0, None, 1)).to_vec(),
        risk: Risk::Cvar { scenarios, alpha: 0.5, risk_aversion: 1.0 },
        budget: Some(Budget { least: None, greatest: 2.0 }),
        cardinality: None,
    };
    // a + b: returns 2, 6, 0, 4, mean 3, losses -2, -6, 0, -4: CVaR (0 - 2) / 2 = -1, objective -4.
    // a + c: returns 5, 5, -3, 5, mean 3, losses 3 and -5: CVaR -1, objective -4.
    // b + c: returns -1, 3, 5, 1, mean 2, losses 1 and -1: CVaR 0, objective -2.
    // a: mean 2, losses 4 and -4: 0, objective -2; c: mean 1, CVaR -1, objective -2.
    // a + b is "110" and a + c "101", which comes first.
    let found = best(&problem);
    assert_eq!(found.units, [1, 0, 1]);
    close(found.objective, -4.0);
    close(found.expected_return, 3.0);
    let RiskFigures::Tail { value_at_risk, conditional_value_at_risk } = found.risk else { panic!("{:?}", found.risk) };
    close(conditional_value_at_risk, -1.0);
    // P(loss <= -5) = 3/4, and nothing is below.
    close(value_at_risk, -5.0);
}
