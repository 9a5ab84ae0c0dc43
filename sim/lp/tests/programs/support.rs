//! Random programs, and what must be true of an answer.

use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus, SupportedConeT};
use energyopti_lp::{Data, Matrix, Optimal};
use proptest::prelude::*;

/// Random programs per property: `ENERGYOPTI_CASES`, else 300.
pub fn config() -> ProptestConfig {
    let cases = std::env::var("ENERGYOPTI_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(300);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// A matrix and its numbers.
#[derive(Debug, Clone)]
pub struct Case {
    pub matrix: Matrix,
    pub data: Data,
}

/// Programs with integers everywhere, so ties, degenerate corners, fixed columns and redundant rows abound; about every
/// second with a point within the boxes as right-hand side, so feasible.
pub fn cases(rows: usize, columns: usize) -> impl Strategy<Value = Case> {
    (0..=rows, 1..=columns).prop_flat_map(|(m, n)| {
        let coefficient = prop_oneof![4 => Just(0), 3 => -1..=1, 1 => -5..=5];
        let column = (
            prop::collection::vec(coefficient, m),
            -20..=20_i32,
            0..=10_i32,
            prop_oneof![5 => 0..=50_i32, 1 => Just(10_000)],
            0..=4_i32,
        );
        let repeated = prop_oneof![3 => Just(None), 1 => Just(Some(-2))];
        (prop::collection::vec(column, n), prop::collection::vec(-30..=30_i32, m), any::<bool>(), repeated)
            .prop_map(move |(columns, rhs, feasible, repeated)| case(m, columns, rhs, feasible, repeated))
    })
}

type Column = (Vec<i32>, i32, i32, i32, i32);

fn case(m: usize, columns: Vec<Column>, rhs: Vec<i32>, feasible: bool, repeated: Option<i32>) -> Case {
    let mut data = Data { rhs: rhs.into_iter().map(f64::from).collect(), ..Data::default() };
    let mut point = Vec::new();
    let mut lists = Vec::new();
    for (coefficients, lower, width, cost, quarter) in columns {
        let mut dense: Vec<f64> = coefficients.into_iter().map(f64::from).collect();
        if let (Some(factor), true) = (repeated, m >= 2) {
            dense[m - 1] = f64::from(factor) * dense[0];
        }
        data.cost.push(f64::from(cost));
        data.lower.push(f64::from(lower));
        data.upper.push(f64::from(lower + width));
        point.push(f64::from(lower) + f64::from(width * quarter) / 4.0);
        lists.push(dense.into_iter().enumerate().collect::<Vec<_>>());
    }
    let matrix = Matrix::new(m, &lists).expect("rows are below m and named once");
    if feasible {
        data.rhs = (0..m).map(|row| matrix.row(row).map(|(j, a)| a * point[j]).sum()).collect();
    }
    Case { matrix, data }
}

/// Primal feasibility, signs of the reduced costs, complementary slackness and the dual objective, each to 1e-9 of the
/// sizes that enter it.
pub fn assert_optimal(matrix: &Matrix, data: &Data, found: &Optimal<'_>) {
    for row in 0..matrix.rows() {
        let (mut left, mut size) = (0.0, 1.0 + data.rhs[row].abs());
        for (column, value) in matrix.row(row) {
            left += value * found.x[column];
            size += (value * found.x[column]).abs();
        }
        assert!((left - data.rhs[row]).abs() <= 1e-9 * size, "row {row}: {left} for {}", data.rhs[row]);
    }
    let largest = data.cost.iter().fold(1.0, |a, b| f64::max(a, b.abs()));
    let (mut dual, mut size) = (0.0, 1.0);
    for (b, y) in data.rhs.iter().zip(found.duals) {
        dual += b * y;
        size += (b * y).abs();
    }
    for column in 0..matrix.columns() {
        let (lower, upper, x) = (data.lower[column], data.upper[column], found.x[column]);
        assert!(x >= lower - 2e-9 * (1.0 + lower.abs()) && x <= upper + 2e-9 * (1.0 + upper.abs()), "column {column}");
        let priced: f64 = matrix.column(column).map(|(row, value)| value * found.duals[row]).sum();
        let reduced = data.cost[column] - priced;
        let small = 2e-9 * largest;
        assert!((reduced - found.reduced_costs[column]).abs() <= small);
        assert!(reduced <= small || x <= lower + 2e-9 * (1.0 + lower.abs()), "column {column} should be at its lower");
        assert!(reduced >= -small || x >= upper - 2e-9 * (1.0 + upper.abs()), "column {column} should be at its upper");
        dual += f64::min(reduced * lower, reduced * upper);
        size += f64::max((reduced * lower).abs(), (reduced * upper).abs());
    }
    let gap = dual - found.objective;
    // Of the objective, and of what rounding leaves of the terms summed.
    assert!(gap.abs() <= 1e-9 * (1.0 + found.objective.abs()) + 1e-11 * size, "duality gap {gap} of {size}");
}

/// Objective by an interior-point solver; None if it finds no optimum.
pub fn peer_objective(matrix: &Matrix, data: &Data) -> Option<f64> {
    let (m, n) = (matrix.rows(), matrix.columns());
    let mut starts = vec![0];
    let (mut places, mut values) = (Vec::new(), Vec::new());
    for j in 0..n {
        for (row, value) in matrix.column(j) {
            places.push(row);
            values.push(value);
        }
        places.extend([m + j, m + n + j]);
        values.extend([1.0, -1.0]);
        starts.push(places.len());
    }
    let a = CscMatrix::new(m + 2 * n, n, starts, places, values);
    let b: Vec<f64> =
        data.rhs.iter().copied().chain(data.upper.iter().copied()).chain(data.lower.iter().map(|l| -l)).collect();
    let cones = [SupportedConeT::ZeroConeT(m), SupportedConeT::NonnegativeConeT(2 * n)];
    let settings = DefaultSettings { verbose: false, tol_gap_rel: 1e-10, tol_gap_abs: 1e-9, ..Default::default() };
    let mut solver =
        DefaultSolver::new(&CscMatrix::zeros((n, n)), &data.cost, &a, &b, &cones, settings).expect("sizes fit");
    solver.solve();
    match solver.solution.status {
        SolverStatus::Solved | SolverStatus::AlmostSolved => Some(solver.solution.obj_val),
        _ => None,
    }
}
