//! A convex quadratic program of few variables, by the interior point method of `clarabel`.

use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, NonnegativeConeT, SolverStatus, ZeroConeT};

/// One row: `entries'x <= end`.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub entries: Vec<f64>,
    pub end: f64,
}

/// Minimise `constant + linear'x + x'quadratic x / 2` where the first `equal` rows hold as equations.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub linear: Vec<f64>,
    /// Symmetric, by row; empty for a linear program.
    pub quadratic: Vec<Vec<f64>>,
    pub rows: Vec<Row>,
    pub equal: usize,
}

/// What came of a program.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// A point within tolerance of the optimum, and a value that no point is below.
    Solved { x: Vec<f64>, bound: f64 },
    /// No point meets the rows.
    Infeasible,
    /// The method gave up; its word for why.
    Stalled(String),
}

/// Tolerances tried one after the other.
const TOLERANCES: [f64; 3] = [1e-10, 1e-9, 1e-7];

impl Program {
    /// Solves; the bound is the dual's, less what the tolerance may have taken.
    pub fn solve(&self) -> Outcome {
        let mut last = String::new();
        for tolerance in TOLERANCES {
            match self.attempt(tolerance) {
                Outcome::Stalled(why) => last = why,
                other => return other,
            }
        }
        Outcome::Stalled(last)
    }

    fn attempt(&self, tolerance: f64) -> Outcome {
        let count = self.linear.len();
        let p = columns(count, &self.quadratic, |row, column| row <= column);
        let rows: Vec<&[f64]> = self.rows.iter().map(|row| row.entries.as_slice()).collect();
        let a = columns(count, &rows, |_, _| true);
        let b: Vec<f64> = self.rows.iter().map(|row| row.end).collect();
        let cones = [ZeroConeT(self.equal), NonnegativeConeT(self.rows.len() - self.equal)];
        let mut solver = match DefaultSolver::new(&p, &self.linear, &a, &b, &cones, settings(tolerance)) {
            Ok(solver) => solver,
            Err(error) => return Outcome::Stalled(error.to_string()),
        };
        solver.solve();
        let found = &solver.solution;
        match found.status {
            SolverStatus::Solved => {
                let bound = found.obj_val.min(found.obj_val_dual);
                Outcome::Solved { x: found.x.clone(), bound: bound - 10.0 * tolerance * (1.0 + bound.abs()) }
            }
            SolverStatus::PrimalInfeasible => Outcome::Infeasible,
            ref other => Outcome::Stalled(format!("{other:?}")),
        }
    }
}

fn settings(tolerance: f64) -> DefaultSettings<f64> {
    DefaultSettings {
        verbose: false,
        max_iter: 200,
        max_threads: 1,
        tol_gap_abs: tolerance,
        tol_gap_rel: tolerance,
        tol_feas: tolerance,
        presolve_enable: false,
        ..Default::default()
    }
}

/// Rows as compressed columns of the entries that are kept and are not 0. A matrix without rows is
/// square and empty.
fn columns<R: AsRef<[f64]>>(count: usize, rows: &[R], keep: impl Fn(usize, usize) -> bool) -> CscMatrix<f64> {
    let (mut starts, mut places, mut values) = (vec![0], Vec::new(), Vec::new());
    for column in 0..count {
        for (at, row) in rows.iter().enumerate() {
            let value = row.as_ref()[column];
            if value != 0.0 && keep(at, column) {
                places.push(at);
                values.push(value);
            }
        }
        starts.push(places.len());
    }
    let height = if rows.is_empty() { count } else { rows.len() };
    CscMatrix::new(height, count, starts, places, values)
}
