//! Random boxed programs against the optimality conditions and against an interior-point solver.

use crate::support::{assert_optimal, cases, config, peer_objective};
use energyopti_lp::{Outcome, Solver, Start, Ties, certifies};
use proptest::prelude::*;

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

    /// With three costs only, ties are everywhere.
    #[test]
    fn the_tie_rule_keeps_the_objective_and_takes_the_first_columns(case in cases(6, 12)) {
        let mut case = case;
        case.data.cost.iter_mut().for_each(|cost| *cost %= 3.0);
        let mut plain = Solver::new(case.matrix.clone());
        let mut first = Solver::new(case.matrix.clone()).with_ties(Ties::First);
        let Some(any) = plain.solve(&case.data, Start::Cold).unwrap().optimal() else { return Ok(()) };
        let chosen = first.solve(&case.data, Start::Cold).unwrap().optimal().unwrap();
        assert_optimal(&case.matrix, &case.data, &chosen);
        prop_assert!((any.objective - chosen.objective).abs() <= 1e-9 * (1.0 + any.objective.abs()));
        // On paper: column after column as large as it can be at this cost, the ones before held.
        let mut best = Solver::new(case.matrix.clone());
        let entries: Vec<(usize, f64)> = case.data.cost.iter().copied().enumerate().collect();
        best.add_row(&entries).unwrap();
        let mut data = case.data.clone();
        data.add_row(any.objective - 1e-8..=any.objective + 1e-8, 0.0);
        for (column, x) in chosen.x.iter().enumerate() {
            data.cost.fill(0.0);
            data.cost[column] = -1.0;
            let largest = best.solve(&data, Start::Cold).unwrap().optimal().unwrap().x[column];
            prop_assert!((largest - x).abs() <= 1e-5, "column {column}: {x} of {largest}");
            data.lower[column] = data.lower[column].max(x - 1e-7);
        }
        let again = Solver::new(case.matrix.clone()).with_ties(Ties::First).solve(&case.data, Start::From(any.basis))
            .unwrap().optimal().map(|found| found.x.to_vec()).unwrap();
        prop_assert!(again.iter().zip(chosen.x).all(|(a, b)| (a - b).abs() <= 1e-7));
    }
}
