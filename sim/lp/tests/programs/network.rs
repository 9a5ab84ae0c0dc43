//! Programs shaped like dispatch: prices of lost load beside free lines, angles in wide boxes, limits added as needed.

use energyopti_lp::{Data, Matrix, Outcome, Solver, Start, Ties};
use proptest::prelude::*;

use crate::angles::angles;
use crate::dispatch::{Sequence, dispatch};
use crate::support::{assert_optimal, config, peer_objective};

fn objective(matrix: &Matrix, data: &Data, solver: &mut Solver, start: Start<'_>) -> f64 {
    match solver.solve(data, start).expect("the data fit") {
        Outcome::Optimal(found) => {
            assert_optimal(matrix, data, &found);
            found.objective
        }
        other => panic!("{other:?}"),
    }
}

fn close(a: f64, b: f64, to: f64) -> bool {
    (a - b).abs() <= to * (1.0 + a.abs())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn zones_and_lines_agree_with_an_interior_point_solver(zones in 3..30_usize, plants in 5..60_usize, seed: u64) {
        let (matrix, data) = dispatch(zones, 3 * zones + plants, seed);
        let mut solver = Solver::new(matrix.clone());
        let found = objective(&matrix, &data, &mut solver, Start::Cold);
        let peer = peer_objective(&matrix, &data).unwrap();
        prop_assert!(close(peer, found, 1e-7), "{peer} {found}");
        let mut first = Solver::new(matrix.clone()).with_ties(Ties::First);
        prop_assert!(close(objective(&matrix, &data, &mut first, Start::Cold), found, 1e-9));
    }

    #[test]
    fn angles_in_wide_boxes_agree_with_an_interior_point_solver(nodes in 3..40_usize, seed: u64, dear: bool) {
        let (matrix, data) = angles(nodes, seed, if dear { 1e6 } else { 1e4 });
        let mut solver = Solver::new(matrix.clone());
        let found = objective(&matrix, &data, &mut solver, Start::Cold);
        // At 1e6 per MW the 1e-8 by which an interior point may miss a row is too dear to compare; the proof stands.
        if !dear {
            let peer = peer_objective(&matrix, &data).unwrap();
            prop_assert!(close(peer, found, 1e-7), "{peer} {found}");
        }
    }

    /// One balance; limits on weighted sums of all plants are added where they are broken, from the last basis.
    #[test]
    fn lazily_added_limits_end_where_all_limits_at_once_do(plants in 5..80_u8, limits in 1..60_usize, seed: u64) {
        let mut random = Sequence(seed);
        let size = f64::from(plants);
        let plants = usize::from(plants);
        let columns = vec![[(0, 1.0)]; plants];
        let mut solver = Solver::new(Matrix::new(1, &columns).unwrap());
        let mut data = Data { rhs: vec![60.0 * size], ..Data::default() };
        for plant in 0..plants {
            data.cost.push(if plant == 0 { 1e4 } else { (100.0 * random.draw()).floor() });
            data.lower.push(0.0);
            data.upper.push(if plant == 0 { 1e5 } else { 100.0 });
        }
        let weights: Vec<Vec<(usize, f64)>> = (0..limits)
            .map(|_| (0..plants).map(|plant| (plant, 2.0 * random.draw() - 1.0)).collect())
            .collect();
        let bound = 20.0 * size.sqrt();
        let (mut whole, mut all) = (solver.clone(), data.clone());
        for weights in &weights {
            whole.add_row(weights).unwrap();
            all.add_row(-bound..=bound, 0.0);
        }
        let mut open: Vec<&Vec<(usize, f64)>> = weights.iter().collect();
        while let Outcome::Optimal(found) = solver.solve(&data, Start::Last).unwrap() {
            let flow = |weights: &[(usize, f64)]| weights.iter().map(|&(j, w)| w * found.x[j]).sum::<f64>();
            let Some(broken) = open.iter().position(|weights| flow(weights).abs() > bound * (1.0 + 1e-7)) else { break };
            solver.add_row(open.remove(broken)).unwrap();
            data.add_row(-bound..=bound, 0.0);
        }
        let matrix = solver.matrix().clone();
        let lazy = solver.solve(&data, Start::Last).unwrap();
        match whole.solve(&all, Start::Cold).unwrap() {
            Outcome::Optimal(found) => {
                let lazy = lazy.optimal().unwrap();
                assert_optimal(&matrix, &data, &lazy);
                prop_assert!(close(found.objective, lazy.objective, 1e-6), "{} {}", found.objective, lazy.objective);
            }
            Outcome::Infeasible(_) => prop_assert!(lazy.infeasible().is_some()),
            Outcome::Stopped(why) => prop_assert!(false, "{why:?}"),
        }
    }
}

#[test]
fn programs_of_a_few_hundred_rows_are_solved_and_resolved() {
    for (matrix, data) in [dispatch(200, 600, 1), dispatch(400, 1000, 2), angles(100, 3, 1e4), angles(160, 4, 1e6)] {
        let mut solver = Solver::new(matrix.clone());
        objective(&matrix, &data, &mut solver, Start::Cold);
        let (mut random, mut moved) = (Sequence(5), data.clone());
        for _ in 0..5 {
            for (new, old) in moved.rhs.iter_mut().zip(&data.rhs) {
                *new = old * (0.9 + 0.2 * random.draw());
            }
            let warm = objective(&matrix, &moved, &mut solver, Start::Last);
            let cold = objective(&matrix, &moved, &mut Solver::new(matrix.clone()), Start::Cold);
            assert!(close(cold, warm, 1e-9), "{cold} {warm}");
        }
    }
}
