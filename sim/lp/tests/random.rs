//! Random boxed programs against the optimality conditions and against an interior-point solver.

mod support;

use energyopti_lp::{Outcome, Solver, Start, Ties, certifies};
use proptest::prelude::*;
use support::{assert_optimal, cases, config, peer_objective};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_answer_is_proved_and_agrees_with_an_interior_point_solver(case in cases(8, 20)) {
        let mut solver = Solver::new(case.matrix.clone());
        let peer = peer_objective(&case.matrix, &case.data);
        match solver.solve(&case.data, Start::Cold).unwrap() {
            Outcome::Optimal(found) => {
                assert_optimal(&case.matrix, &case.data, &found);
                let peer = peer.expect("this optimum is feasible");
                prop_assert!((peer - found.objective).abs() <= 1e-7 * (1.0 + peer.abs()), "{peer} {}", found.objective);
            }
            Outcome::Infeasible(proof) => {
                prop_assert!(certifies(&case.matrix, &case.data, proof.ray).is_some());
                prop_assert!(peer.is_none());
            }
            Outcome::Stopped(why) => prop_assert!(false, "{why:?}"),
        }
    }

    #[test]
    fn larger_programs_meet_the_optimality_conditions(case in cases(40, 90)) {
        let mut solver = Solver::new(case.matrix.clone());
        match solver.solve(&case.data, Start::Cold).unwrap() {
            Outcome::Optimal(found) => assert_optimal(&case.matrix, &case.data, &found),
            Outcome::Infeasible(proof) => {
                prop_assert!(certifies(&case.matrix, &case.data, proof.ray).is_some());
            }
            Outcome::Stopped(why) => prop_assert!(false, "{why:?}"),
        }
    }

    /// Pushing up each column by a cost that dwarfs those after it must not find a better point.
    #[test]
    fn the_tie_rule_keeps_the_objective_and_takes_the_first_columns(case in cases(6, 12)) {
        let mut plain = Solver::new(case.matrix.clone());
        let mut first = Solver::new(case.matrix.clone()).with_ties(Ties::First);
        let Some(any) = plain.solve(&case.data, Start::Cold).unwrap().optimal() else { return Ok(()) };
        let chosen = first.solve(&case.data, Start::Cold).unwrap().optimal().unwrap();
        assert_optimal(&case.matrix, &case.data, &chosen);
        prop_assert!((any.objective - chosen.objective).abs() <= 1e-9 * (1.0 + any.objective.abs()));
        let difference = chosen.x.iter().zip(any.x).map(|(a, b)| a - b).find(|d| d.abs() > 1e-6);
        prop_assert!(difference.is_none_or(|d| d > 0.0));
        let again = Solver::new(case.matrix.clone()).with_ties(Ties::First).solve(&case.data, Start::From(any.basis))
            .unwrap().optimal().map(|found| found.x.to_vec()).unwrap();
        prop_assert!(again.iter().zip(chosen.x).all(|(a, b)| (a - b).abs() <= 1e-7));
    }
}
