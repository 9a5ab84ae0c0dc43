//! A program by the interior point method of `clarabel`: any convex cost, from scratch. Its answer is
//! close, not exact; `polish` makes it so.

use super::angles::assemble;
use super::program::{Failure, Point, Program};
use clarabel::algebra::CscMatrix;
use clarabel::solver::{DefaultSettings, DefaultSolver, IPSolver, NonnegativeConeT, SolverStatus, ZeroConeT};

/// One side of a limit as `sign * (variable or row) <= sign * end`.
struct Side {
    of_row: bool,
    index: usize,
    sign: f64,
    end: f64,
}

/// Solves, and tries other settings where the first stall.
pub(super) fn solve(program: &Program) -> Result<Point, Failure> {
    let mut last = Failure::Stalled("no settings".to_owned());
    for attempt in 0..4 {
        match run(program, settings(attempt)) {
            Err(Failure::Stalled(why)) => last = Failure::Stalled(why),
            other => return other,
        }
    }
    Err(last)
}

/// Tight first; then more regularisation, smaller steps, other scaling; last, what `f64` gives anyway.
fn settings(attempt: u32) -> DefaultSettings<f64> {
    let tolerance = [1e-10, 1e-9, 1e-9, 1e-8][attempt as usize];
    let mut chosen = DefaultSettings {
        verbose: false,
        max_iter: 300,
        max_threads: 1,
        tol_gap_abs: tolerance,
        tol_gap_rel: tolerance,
        tol_feas: tolerance,
        tol_infeas_abs: 1e-9,
        tol_infeas_rel: 1e-9,
        reduced_tol_gap_abs: 1e-8,
        reduced_tol_gap_rel: 1e-8,
        reduced_tol_feas: 1e-8,
        presolve_enable: false,
        ..Default::default()
    };
    match attempt {
        1 => {
            chosen.max_step_fraction = 0.95;
            chosen.iterative_refinement_max_iter = 50;
        }
        2 => {
            chosen.static_regularization_constant = 1e-10;
            chosen.equilibrate_max_iter = 50;
            chosen.iterative_refinement_max_iter = 50;
        }
        3 => {
            chosen.static_regularization_constant = 1e-7;
            chosen.equilibrate_enable = false;
        }
        _ => {}
    }
    chosen
}

fn sides(program: &Program) -> (Vec<Side>, usize) {
    let boxes = program.columns.iter().map(|c| (c.lower, c.upper)).enumerate().map(|e| (false, e));
    let rows = program.rows.iter().map(|r| (r.lower, r.upper)).enumerate().map(|e| (true, e));
    let (mut equal, mut unequal) = (Vec::new(), Vec::new());
    for (of_row, (index, (lower, upper))) in boxes.chain(rows) {
        if upper <= lower {
            equal.push(Side { of_row, index, sign: 1.0, end: upper });
            continue;
        }
        if upper.is_finite() {
            unequal.push(Side { of_row, index, sign: 1.0, end: upper });
        }
        if lower.is_finite() {
            unequal.push(Side { of_row, index, sign: -1.0, end: lower });
        }
    }
    let equations = equal.len();
    equal.extend(unequal);
    (equal, equations)
}

fn run(program: &Program, settings: DefaultSettings<f64>) -> Result<Point, Failure> {
    let count = program.columns.len();
    let scale = program.cost_scale();
    let (sides, equations) = sides(program);
    let mut entries = Vec::new();
    for (row, side) in sides.iter().enumerate() {
        if side.of_row {
            entries.extend(program.rows[side.index].entries.iter().map(|&(j, a)| (j, row, side.sign * a)));
        } else {
            entries.push((side.index, row, side.sign));
        }
    }
    let a = assemble(sides.len(), count, entries);
    let quadratic = program.columns.iter().map(|c| c.quadratic / scale).enumerate();
    let p = diagonal(count, quadratic.filter(|q| q.1 != 0.0).collect());
    let q: Vec<f64> = program.columns.iter().map(|c| c.cost / scale).collect();
    let b: Vec<f64> = sides.iter().map(|s| s.sign * s.end).collect();
    let cones = [ZeroConeT(equations), NonnegativeConeT(sides.len() - equations)];
    let mut solver =
        DefaultSolver::new(&p, &q, &a, &b, &cones, settings).map_err(|e| Failure::Stalled(e.to_string()))?;
    solver.solve();
    match solver.solution.status {
        SolverStatus::Solved | SolverStatus::AlmostSolved => {}
        SolverStatus::PrimalInfeasible | SolverStatus::AlmostPrimalInfeasible => return Err(Failure::Infeasible),
        SolverStatus::DualInfeasible | SolverStatus::AlmostDualInfeasible => return Err(Failure::Unbounded),
        other => return Err(Failure::Stalled(format!("{other:?}"))),
    }
    let mut price = vec![0.0; program.rows.len()];
    for (side, z) in sides.iter().zip(&solver.solution.z).filter(|(s, _)| s.of_row) {
        price[side.index] -= side.sign * z * scale;
    }
    Ok(Point { x: solver.solution.x.clone(), price })
}

fn diagonal(count: usize, entries: Vec<(usize, f64)>) -> CscMatrix<f64> {
    assemble(count, count, entries.into_iter().map(|(j, value)| (j, j, value)).collect())
}
