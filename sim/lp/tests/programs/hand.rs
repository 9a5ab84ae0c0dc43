//! Programs small enough to solve on paper.

use energyopti_lp::{Basis, Builder, Data, Error, Matrix, Outcome, Place, Solver, Start, Stopped, Ties};

/// Costs 10, 20, 30 with 40 MW each, load 100: 40 + 40 + 20, and the third sets the price.
/// 40 * 10 + 40 * 20 + 20 * 30 = 1800; reduced costs 10 - 30, 20 - 30, 0.
#[test]
fn a_merit_order_is_sorted_in_one_pivot() {
    let mut program = Builder::default();
    let balance = program.row(100.0);
    for cost in [10.0, 20.0, 30.0] {
        program.column(cost, 0.0..=40.0, &[(balance, 1.0)]);
    }
    let (matrix, data) = program.build().unwrap();
    let mut solver = Solver::new(matrix);
    let found = solver.solve(&data, Start::Cold).unwrap().optimal().unwrap();
    assert_eq!(found.x, [40.0, 40.0, 20.0]);
    assert_eq!(found.duals, [30.0]);
    assert_eq!(found.reduced_costs, [-20.0, -10.0, 0.0]);
    assert!((found.objective - 1800.0).abs() < 1e-9);
    assert_eq!(found.pivots, 1);
    assert_eq!(found.basis.places(), [Place::Upper, Place::Upper, Place::Basic]);
}

/// Costs 10 in A, 40 in B, loads 0 and 100, line 60: 60 cross, 40 are made in B; prices 10 and 40, and the line earns
/// the difference: its reduced cost is 0 - (40 - 10) = -30 per MW.
#[test]
fn a_full_line_parts_the_prices_of_two_zones() {
    let mut program = Builder::default();
    let (a, b) = (program.row(0.0), program.row(100.0));
    program.column(10.0, 0.0..=200.0, &[(a, 1.0)]);
    program.column(40.0, 0.0..=200.0, &[(b, 1.0)]);
    program.column(0.0, -60.0..=60.0, &[(a, -1.0), (b, 1.0)]);
    let (matrix, data) = program.build().unwrap();
    let mut solver = Solver::new(matrix);
    let found = solver.solve(&data, Start::Cold).unwrap().optimal().unwrap();
    assert_eq!(found.x, [60.0, 40.0, 60.0]);
    assert_eq!(found.duals, [10.0, 40.0]);
    assert_eq!(found.reduced_costs, [0.0, 0.0, -30.0]);
}

/// Four plants of 50 at the same cost, load 120: with the rule the first two run full and the third gives 20.
#[test]
fn of_equal_plants_the_first_run_whatever_the_start() {
    let matrix = Matrix::new(1, [[(0, 1.0)]; 4]).unwrap();
    let data = Data { cost: vec![20.0; 4], lower: vec![0.0; 4], upper: vec![50.0; 4], rhs: vec![120.0] };
    for basic in 0..4 {
        let mut places = vec![Place::Lower; 4];
        places[basic] = Place::Basic;
        let start = Basis::from_places(1, places);
        let mut solver = Solver::new(matrix.clone()).with_ties(Ties::First);
        let found = solver.solve(&data, Start::From(&start)).unwrap().optimal().unwrap();
        assert_eq!(found.x, [50.0, 50.0, 20.0, 0.0]);
        assert_eq!(found.duals, [20.0]);
    }
}

/// Supplies 2, 3 and demands 2, 3 at costs 1 2 / 3 1: the first supplies the first, the second the second,
/// 2 * 1 + 3 * 1 = 5. Supply and demand sums agree, so one row follows from the others, and the corner is degenerate.
#[test]
fn a_degenerate_transport_program_with_a_redundant_row() {
    let mut program = Builder::default();
    let rows = [2.0, 3.0, 2.0, 3.0].map(|amount| program.row(amount));
    for (from, to, cost) in [(0, 2, 1.0), (0, 3, 2.0), (1, 2, 3.0), (1, 3, 1.0)] {
        program.column(cost, 0.0..=10.0, &[(rows[from], 1.0), (rows[to], 1.0)]);
    }
    let (matrix, data) = program.build().unwrap();
    let mut solver = Solver::new(matrix);
    let found = solver.solve(&data, Start::Cold).unwrap().optimal().unwrap();
    assert_eq!(found.x, [2.0, 0.0, 0.0, 3.0]);
    assert!((found.objective - 5.0).abs() < 1e-12);
    // One artificial for the redundant row, one more because two plants already carry everything.
    assert_eq!(found.basis.redundant_rows().count(), 2);
}

/// Assignment of eight to eight at cost (i - j)^2: the identity, at 0; every corner is heavily degenerate.
#[test]
fn an_assignment_ends_at_the_identity() {
    let mut program = Builder::default();
    let rows: Vec<usize> = (0..16).map(|_| program.row(1.0)).collect();
    for i in 0..8_i32 {
        for j in 0..8_i32 {
            let ends = [(rows[i.unsigned_abs() as usize], 1.0), (rows[8 + j.unsigned_abs() as usize], 1.0)];
            program.column(f64::from((i - j).pow(2)), 0.0..=1.0, &ends);
        }
    }
    let (matrix, data) = program.build().unwrap();
    let mut solver = Solver::new(matrix);
    let found = solver.solve(&data, Start::Cold).unwrap().optimal().unwrap();
    let expected: Vec<f64> = (0..64).map(|k| if k % 9 == 0 { 1.0 } else { 0.0 }).collect();
    assert_eq!(found.x, expected);
}

#[test]
fn a_program_without_rows_puts_every_column_at_its_cheaper_bound() {
    let matrix = Matrix::new(0, [[]; 3] as [[(usize, f64); 0]; 3]).unwrap();
    let data = Data { cost: vec![1.0, -1.0, 0.0], lower: vec![-2.0; 3], upper: vec![5.0; 3], rhs: Vec::new() };
    let mut solver = Solver::new(matrix);
    assert_eq!(solver.solve(&data, Start::Cold).unwrap().optimal().unwrap().x, [-2.0, 5.0, -2.0]);
}

#[test]
fn as_many_pivots_as_allowed_is_said_and_the_next_solve_is_not_harmed() {
    let matrix = Matrix::new(1, [[(0, 1.0)]; 2]).unwrap();
    let mut data = Data { cost: vec![1.0, 2.0], lower: vec![0.0; 2], upper: vec![5.0; 2], rhs: vec![7.0] };
    let mut solver = Solver::new(matrix).with_pivot_limit(0);
    let stopped = solver.solve(&data, Start::Cold).unwrap();
    assert_eq!(stopped, Outcome::Stopped(Stopped::PivotLimit { pivots: 0 }));
    data.rhs[0] = 3.0;
    assert_eq!(solver.solve(&data, Start::Last).unwrap().optimal().unwrap().x, [3.0, 0.0]);
}

#[test]
fn numbers_that_are_not_usable_are_refused_by_name() {
    let matrix = Matrix::new(1, [[(0, 1.0)]]).unwrap();
    let good = Data { cost: vec![1.0], lower: vec![0.0], upper: vec![5.0], rhs: vec![2.0] };
    let mut solver = Solver::new(matrix.clone());
    let mut refused = |change: fn(&mut Data)| {
        let mut data = good.clone();
        change(&mut data);
        solver.solve(&data, Start::Cold).unwrap_err().to_string()
    };
    assert_eq!(
        refused(|data| data.upper[0] = f64::INFINITY),
        "upper bound 0 is inf: every number must be finite, bounds included"
    );
    assert_eq!(refused(|data| data.lower[0] = 6.0), "column 0: lower bound 6 is above upper bound 5");
    assert_eq!(refused(|data| data.rhs.clear()), "right-hand side has 0 entries, the matrix asks for 1");
    assert_eq!(Matrix::new(1, [[(1, 1.0)]]), Err(Error::NoSuchRow { column: 0, row: 1, rows: 1 }));
    assert_eq!(Matrix::new(1, [[(0, 1.0), (0, 2.0)]]), Err(Error::Twice { row: 0, column: 0 }));
    assert_eq!(matrix.clone().add_row(&[(1, 1.0)]), Err(Error::NoSuchColumn { row: 1, column: 1, columns: 1 }));
}
