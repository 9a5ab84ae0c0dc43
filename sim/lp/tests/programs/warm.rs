//! Starts, held inverses and added rows: the path to a basis must not be seen in the answer.

use crate::support::{Case, assert_optimal, cases, config};
use energyopti_lp::{Basis, Data, Error, Matrix, Optimal, Outcome, Place, Solver, Start};
use proptest::prelude::*;

/// All numbers of an answer as bits.
fn bits(found: &Optimal<'_>) -> Vec<u64> {
    let numbers = [&[found.objective], found.x, found.duals, found.reduced_costs].concat();
    numbers.into_iter().map(f64::to_bits).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_warm_start_finds_the_objective_of_a_cold_one_and_bits_belong_to_the_basis(
        case in cases(10, 25), moves in prop::collection::vec((-3..=3_i32, -3..=3_i32), 4)
    ) {
        let Case { matrix, mut data } = case;
        let mut warm = Solver::new(matrix.clone());
        let mut last: Option<Basis> = None;
        for (rhs, cost) in moves {
            data.rhs.iter_mut().step_by(2).for_each(|b| *b += f64::from(rhs));
            data.cost.iter_mut().step_by(3).for_each(|c| *c += f64::from(cost));
            let here = answer(&mut warm, &data, Start::Last)?;
            let cold = answer(&mut Solver::new(matrix.clone()), &data, Start::Cold)?;
            prop_assert_eq!(here.is_some(), cold.is_some());
            let (Some(here), Some(cold)) = (here, cold) else { last = None; continue };
            prop_assert!((here.2 - cold.2).abs() <= 1e-9 * (1.0 + cold.2.abs()));
            // A new solver, with nothing held, from where the warm one stood; and one that starts at the end.
            if let Some(before) = &last {
                let again = answer(&mut Solver::new(matrix.clone()), &data, Start::From(before))?.unwrap();
                prop_assert_eq!(&again.1, &here.1);
            }
            let end = answer(&mut Solver::new(matrix.clone()), &data, Start::From(&here.0))?.unwrap();
            prop_assert_eq!(&end.1, &here.1);
            prop_assert_eq!(&end.0, &here.0);
            last = Some(here.0);
        }
    }

    #[test]
    fn rows_added_one_by_one_give_what_the_whole_program_gives(
        case in cases(8, 15), rows in prop::collection::vec((prop::collection::vec(-2..=2_i32, 40), 0..=40_i32), 1..6)
    ) {
        let Case { matrix, mut data } = case;
        let mut solver = Solver::new(matrix);
        for (coefficients, width) in rows {
            answer(&mut solver, &data, Start::Last)?;
            let entries: Vec<(usize, f64)> =
                coefficients.iter().take(solver.matrix().columns()).map(|&a| f64::from(a)).enumerate().collect();
            solver.add_row(&entries).unwrap();
            data.add_row(f64::from(-width)..=f64::from(width), 0.0);
        }
        let matrix = solver.matrix().clone();
        let columns: Vec<Vec<(usize, f64)>> = (0..matrix.columns()).map(|j| matrix.column(j).collect()).collect();
        prop_assert_eq!(&Matrix::new(matrix.rows(), &columns).unwrap(), &matrix);
        let grown = answer(&mut solver, &data, Start::Last)?;
        let whole = answer(&mut Solver::new(matrix.clone()), &data, Start::Cold)?;
        prop_assert_eq!(grown.is_some(), whole.is_some());
        if let (Some(grown), Some(whole)) = (grown, whole) {
            prop_assert!((grown.2 - whole.2).abs() <= 1e-9 * (1.0 + whole.2.abs()));
        }
    }

    /// Whatever the places say, the solver repairs them.
    #[test]
    fn any_places_are_a_start(case in cases(8, 15), places in prop::collection::vec(0..3_u8, 15)) {
        let Case { matrix, data } = case;
        let places = places.into_iter().map(|p| [Place::Lower, Place::Upper, Place::Basic][usize::from(p)]);
        let start = Basis::from_places(matrix.rows(), places.take(matrix.columns()).collect());
        let odd = answer(&mut Solver::new(matrix.clone()), &data, Start::From(&start))?;
        let cold = answer(&mut Solver::new(matrix.clone()), &data, Start::Cold)?;
        prop_assert_eq!(odd.is_some(), cold.is_some());
        if let (Some(odd), Some(cold)) = (odd, cold) {
            prop_assert!((odd.2 - cold.2).abs() <= 1e-9 * (1.0 + cold.2.abs()));
        }
    }
}

type Answer = Option<(Basis, Vec<u64>, f64)>;

/// Basis, bits and objective of a checked optimum; None if infeasible.
fn answer(solver: &mut Solver, data: &Data, start: Start<'_>) -> Result<Answer, TestCaseError> {
    let matrix = solver.matrix().clone();
    match solver.solve(data, start).expect("the data fit") {
        Outcome::Optimal(found) => {
            assert_optimal(&matrix, data, &found);
            Ok(Some((found.basis.clone(), bits(&found), found.objective)))
        }
        Outcome::Infeasible(proof) => {
            prop_assert!(energyopti_lp::certifies(&matrix, data, proof.ray).is_some());
            Ok(None)
        }
        Outcome::Stopped(why) => Err(TestCaseError::fail(format!("{why:?}"))),
    }
}

/// One row, two plants; the basis of the answer survives a row that forbids it.
#[test]
fn an_older_basis_grows_by_the_column_of_the_added_row() {
    let matrix = Matrix::new(1, [[(0, 1.0)], [(0, 1.0)]]).unwrap();
    let mut data = Data { cost: vec![10.0, 30.0], lower: vec![0.0; 2], upper: vec![100.0; 2], rhs: vec![80.0] };
    let mut solver = Solver::new(matrix);
    let old = solver.solve(&data, Start::Cold).unwrap().optimal().unwrap().basis.clone();
    // The first plant may give 50 of the 80: 50 * 10 + 30 * 30 = 1400.
    assert_eq!(solver.add_row(&[(0, 1.0)]).unwrap(), (1, 2));
    data.add_row(-50.0..=50.0, 0.0);
    let found = solver.solve(&data, Start::From(&old)).unwrap().optimal().unwrap();
    assert_eq!(found.x, [50.0, 30.0, 50.0]);
    assert!((found.objective - 1400.0).abs() < 1e-12);
    // Balance: one more MW costs 30. Row x_0 - f = 0: one more on the right is one more MW of the first plant for the
    // same f, 10 instead of 30.
    assert_eq!(found.duals, [30.0, -20.0]);
    assert_eq!(found.reduced_costs[2..], [-20.0]);
}

#[test]
fn a_basis_of_another_program_is_refused_and_does_no_harm() {
    let small = Matrix::new(1, [[(0, 1.0)]]).unwrap();
    let large = Matrix::new(1, [[(0, 1.0)], [(0, 1.0)]]).unwrap();
    let data = Data { cost: vec![1.0], lower: vec![0.0], upper: vec![5.0], rhs: vec![2.0] };
    let mut solver = Solver::new(small);
    solver.solve(&data, Start::Cold).unwrap();
    let foreign = Basis::canonical(&large);
    assert!(matches!(solver.solve(&data, Start::From(&foreign)), Err(Error::ForeignBasis { basis_columns: 2, .. })));
    assert_eq!(solver.solve(&data, Start::Last).unwrap().optimal().unwrap().x, [2.0]);
}
