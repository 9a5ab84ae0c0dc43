//! Programs without a solution: the proof, and the smallest relaxation.

use energyopti_lp::{
    Builder, Constraint, Data, Elastic, Error, Matrix, Outcome, Soft, Solver, Start, Violation, certifies, elastic,
};
use proptest::prelude::*;

use crate::support::{Case, cases, config};

/// Zones A and B with a line of 30 MW from A to B; A makes up to 100 MW for its 50, B up to 20 MW for its 70.
/// B is 70 - 20 - 30 = 20 MW short whatever A does.
fn two_zones() -> (Matrix, Data) {
    let mut program = Builder::default();
    let (a, b) = (program.row(50.0), program.row(70.0));
    program.column(10.0, 0.0..=100.0, &[(a, 1.0)]);
    program.column(20.0, 0.0..=20.0, &[(b, 1.0)]);
    program.column(0.0, -30.0..=30.0, &[(a, -1.0), (b, 1.0)]);
    program.build().expect("all numbers are finite")
}

#[test]
fn the_proof_names_the_short_zone_and_the_full_line() {
    let (matrix, data) = two_zones();
    let mut solver = Solver::new(matrix.clone());
    let ray = solver.solve(&data, Start::Cold).unwrap().infeasible().unwrap().ray.to_vec();
    // Row B alone: 70 against at most 20 + 30 = 50.
    assert_eq!(ray, [0.0, 1.0]);
    let conflict = certifies(&matrix, &data, &ray).unwrap();
    assert!((conflict.gap - 20.0).abs() < 1e-12);
    assert_eq!(conflict.members, [Constraint::Row(1), Constraint::Upper(1), Constraint::Upper(2)]);
    assert_eq!(certifies(&matrix, &data, &[1.0, 0.0]), None);
    assert_eq!(certifies(&matrix, &data, &[0.0, -1.0]), None);
}

fn soft(constraint: Constraint, weight: f64) -> Soft {
    Soft { constraint, weight }
}

#[test]
fn shedding_in_the_short_zone_is_the_smallest_relaxation() {
    let (matrix, data) = two_zones();
    let list = [soft(Constraint::Row(0), 1.0), soft(Constraint::Row(1), 1.0)];
    let Elastic::Relaxed(found) = elastic(&matrix, &data, &list).unwrap() else { panic!() };
    // 50 MW arrive where 70 are asked for.
    assert_eq!(found.violations, [Violation { constraint: Constraint::Row(1), amount: -20.0 }]);
    assert!(found.fewest);
}

#[test]
fn a_wider_line_is_given_in_megawatts() {
    let (matrix, data) = two_zones();
    let list = [soft(Constraint::Upper(2), 1.0), soft(Constraint::Lower(2), 1.0)];
    let Elastic::Relaxed(found) = elastic(&matrix, &data, &list).unwrap() else { panic!() };
    assert_eq!(found.violations, [Violation { constraint: Constraint::Upper(2), amount: 20.0 }]);
    // 30 + 20 on the line, 50 + 50 in A.
    assert_eq!(found.x, [100.0, 20.0, 50.0]);
}

#[test]
fn what_may_not_give_is_named_if_it_is_enough_for_a_conflict() {
    let (matrix, data) = two_zones();
    let Elastic::Hard(conflict) = elastic(&matrix, &data, &[soft(Constraint::Row(0), 1.0)]).unwrap() else { panic!() };
    assert_eq!(conflict.members, [Constraint::Row(1), Constraint::Upper(1), Constraint::Upper(2)]);
}

/// Three loads of 10 hang on a feeder of 15, each behind a cable of 4. Least total violation widens the cables by 1 each
/// (and sheds); fewest entries: with loads that may shed at weight 1 and the feeder fixed, 18 less.
/// Cables carry 3 * 4 = 12 of 30: every load is 6 short, three entries, and no choice has fewer. If a cable's limit and
/// its load stand for the same shortage, one of both is named.
#[test]
fn one_entry_per_separate_shortage() {
    let mut program = Builder::default();
    let feeder = program.row(0.0);
    let source = program.column(0.0, 0.0..=15.0, &[(feeder, 1.0)]);
    let mut list = Vec::new();
    for _ in 0..3 {
        let load = program.row(10.0);
        let cable = program.column(0.0, 0.0..=4.0, &[(feeder, -1.0), (load, 1.0)]);
        list.extend([soft(Constraint::Row(load), 1.0), soft(Constraint::Upper(cable), 2.0)]);
    }
    let (matrix, data) = program.build().unwrap();
    let Elastic::Relaxed(found) = elastic(&matrix, &data, &list).unwrap() else { panic!() };
    assert!(found.fewest);
    let expected = [1, 2, 3].map(|load| Violation { constraint: Constraint::Row(load), amount: -6.0 });
    assert_eq!(found.violations, expected);
    assert_eq!(found.x[source..=source], [12.0]);
}

/// Least total violation takes 1 from each of four rows (4 in all); giving up the shared limit by 8 is one entry.
#[test]
fn one_large_entry_beats_many_small_ones() {
    let mut program = Builder::default();
    let rows: Vec<usize> = (0..4).map(|_| program.row(3.0)).collect();
    let entries: Vec<(usize, f64)> = rows.iter().map(|&row| (row, 0.25)).collect();
    // 0.25 x = 3 in each row asks for x = 12; the limit is 8.
    program.column(0.0, 0.0..=8.0, &entries);
    let (matrix, data) = program.build().unwrap();
    let mut list: Vec<Soft> = rows.iter().map(|&row| soft(Constraint::Row(row), 0.5)).collect();
    list.push(soft(Constraint::Upper(0), 1.0));
    let Elastic::Relaxed(found) = elastic(&matrix, &data, &list).unwrap() else { panic!() };
    assert_eq!(found.violations, [Violation { constraint: Constraint::Upper(0), amount: 4.0 }]);
    assert!(found.fewest);
}

#[test]
fn a_weight_of_nothing_and_a_foreign_row_are_refused() {
    let (matrix, data) = two_zones();
    let weightless = elastic(&matrix, &data, &[soft(Constraint::Row(0), 0.0)]);
    assert!(matches!(weightless, Err(Error::Weight { .. })));
    let foreign = elastic(&matrix, &data, &[soft(Constraint::Row(2), 1.0)]);
    assert_eq!(foreign, Err(Error::NoSuchConstraint { constraint: Constraint::Row(2) }));
}

/// Whether the program with these constraints free has a point. The box of a freed bound is so wide as to be none.
fn feasible_without(case: &Case, freed: &[Constraint]) -> bool {
    let (m, n) = (case.matrix.rows(), case.matrix.columns());
    let mut data = case.data.clone();
    let mut columns: Vec<Vec<(usize, f64)>> = (0..n).map(|j| case.matrix.column(j).collect()).collect();
    for constraint in freed {
        match *constraint {
            Constraint::Row(row) => {
                columns.push(vec![(row, 1.0)]);
                data.cost.push(0.0);
                data.lower.push(-1e4);
                data.upper.push(1e4);
            }
            Constraint::Lower(column) => data.lower[column] = -1e4,
            Constraint::Upper(column) => data.upper[column] = 1e4,
        }
    }
    data.cost.fill(0.0);
    let matrix = Matrix::new(m, &columns).expect("columns of a matrix");
    matches!(Solver::new(matrix).solve(&data, Start::Cold), Ok(Outcome::Optimal(_)))
}

/// All sets of `size` of the list.
fn sets(list: &[Constraint], size: usize) -> Vec<Vec<Constraint>> {
    if size == 0 {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for (k, &first) in list.iter().enumerate() {
        for mut rest in sets(&list[k + 1..], size - 1) {
            rest.insert(0, first);
            all.push(rest);
        }
    }
    all
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_relaxation_is_enough_and_none_has_fewer_entries(case in cases(5, 5), weights in prop::collection::vec(1..=5_u8, 15)) {
        let (m, n) = (case.matrix.rows(), case.matrix.columns());
        let list: Vec<Constraint> = (0..m).map(Constraint::Row)
            .chain((0..n).map(Constraint::Lower)).chain((0..n).map(Constraint::Upper)).collect();
        let weigh = |(&constraint, &weight): (&Constraint, &u8)| soft(constraint, f64::from(weight));
        let soft: Vec<Soft> = list.iter().zip(&weights).map(weigh).collect();
        let Elastic::Relaxed(found) = elastic(&case.matrix, &case.data, &soft).unwrap() else {
            return Err(TestCaseError::fail("rows may give, so a point exists"));
        };
        prop_assert!(found.fewest);
        let amount = |constraint| found.violations.iter().find(|v| v.constraint == constraint).map_or(0.0, |v| v.amount);
        for row in 0..m {
            let left: f64 = case.matrix.row(row).map(|(j, a)| a * found.x[j]).sum();
            prop_assert!((left - case.data.rhs[row] - amount(Constraint::Row(row))).abs() <= 1e-6);
        }
        for (column, x) in found.x.iter().enumerate() {
            prop_assert!(*x >= case.data.lower[column] - amount(Constraint::Lower(column)) - 1e-6);
            prop_assert!(*x <= case.data.upper[column] + amount(Constraint::Upper(column)) + 1e-6);
        }
        if let Some(fewer) = found.violations.len().checked_sub(1) {
            for freed in sets(&list, fewer) {
                prop_assert!(!feasible_without(&case, &freed), "{freed:?} instead of {:?}", found.violations);
            }
        }
    }
}
