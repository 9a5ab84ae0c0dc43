//! A linear program in finite boxes by the dual simplex of `energyopti-lp`. It starts from the basis
//! it ended with, so rows added and hours that follow cost a few pivots. Of several optima it takes
//! the one that uses the first variables most, wherever it started.

use super::program::{Point, Program};
use energyopti_lp::{Basis, Data, Matrix, Outcome, Solver, Start, Ties, certifies};

/// Rows up to which it beats the interior point: its inverse is dense.
const ROWS: usize = 1500;

/// What it found.
pub(super) enum Answer {
    Optimal(Point),
    /// The rows cannot be kept; they break by at least this in sum, pu.
    Infeasible(f64),
    /// Not for this program, or given up.
    None,
}

/// A solver that remembers.
#[derive(Default)]
pub(super) struct Simplex {
    solver: Option<Solver>,
    basis: Basis,
    /// Columns of the last program.
    columns: usize,
    data: Data,
}

impl Simplex {
    /// Solves `program`, whose rows are those of the last one or more, with other numbers on the right.
    /// Rows that are equations come first and are as many as last time.
    pub fn solve(&mut self, program: &Program, equations: usize) -> Answer {
        let linear = program.columns.iter().all(|c| c.quadratic == 0.0 && c.lower.is_finite() && c.upper.is_finite());
        if !linear || program.rows.len() > ROWS || self.prepare(program, equations).is_none() {
            return Answer::None;
        }
        let scale = self.fill(program, equations);
        let Some(solver) = &mut self.solver else { return Answer::None };
        match solver.solve(&self.data, Start::From(&self.basis)) {
            Ok(Outcome::Optimal(found)) => {
                let point = Point {
                    x: found.x[..program.columns.len()].to_vec(),
                    price: found.duals.iter().map(|y| y * scale).collect(),
                };
                self.basis.clone_from(found.basis);
                Answer::Optimal(point)
            }
            Ok(Outcome::Infeasible(proof)) => {
                self.basis.clone_from(proof.basis);
                let ray = proof.ray.to_vec();
                let size = ray.iter().fold(0.0_f64, |most, y| most.max(y.abs()));
                let gap = certifies(solver.matrix(), &self.data, &ray).map_or(0.0, |conflict| conflict.gap);
                Answer::Infeasible(gap / size)
            }
            _ => Answer::None,
        }
    }

    /// Builds the matrix anew where rows came; the basis stays.
    fn prepare(&mut self, program: &Program, equations: usize) -> Option<()> {
        let (rows, columns) = (program.rows.len(), program.columns.len());
        if self.solver.as_ref().is_some_and(|s| s.matrix().rows() == rows) {
            return Some(());
        }
        let mut entries = vec![Vec::new(); columns + rows - equations];
        for (i, row) in program.rows.iter().enumerate() {
            row.entries.iter().for_each(|&(j, a)| entries[j].push((i, a)));
            if i >= equations {
                entries[columns + i - equations].push((i, -1.0));
            }
        }
        let matrix = Matrix::new(rows, entries).ok()?;
        // Columns that came with the rows have no place in the old basis.
        if self.solver.is_none() || self.columns != columns {
            self.basis = Basis::canonical(&matrix);
        }
        self.columns = columns;
        self.solver = Some(Solver::new(matrix).with_ties(Ties::First));
        Some(())
    }

    /// Costs, boxes and right-hand sides; returns what costs were divided by.
    fn fill(&mut self, program: &Program, equations: usize) -> f64 {
        let scale = program.cost_scale();
        let data = &mut self.data;
        [&mut data.cost, &mut data.lower, &mut data.upper, &mut data.rhs].into_iter().for_each(Vec::clear);
        for column in &program.columns {
            data.cost.push(column.cost / scale);
            data.lower.push(column.lower);
            data.upper.push(column.upper);
        }
        for (i, row) in program.rows.iter().enumerate() {
            data.rhs.push(if i < equations { row.lower } else { 0.0 });
            if i >= equations {
                // An end at infinity: farther than the boxes let the row go.
                let reach = |e: &(usize, f64)| {
                    e.1.abs() * program.columns[e.0].lower.abs().max(program.columns[e.0].upper.abs())
                };
                let far = row.entries.iter().map(reach).sum::<f64>() + 1.0;
                data.cost.push(0.0);
                data.lower.push(row.lower.max(-far));
                data.upper.push(row.upper.min(far));
            }
        }
        scale
    }
}
