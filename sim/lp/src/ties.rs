//! Of all optima the lexicographically greatest: `x_0` as large as it can be, then `x_1`, and so on.
//!
//! A column whose reduced cost is not zero rests at its bound in every optimum; with those fixed, what can still move is
//! the set of optima. On it each column in turn is made as large as possible, and what its own reduced costs hold at a
//! bound is fixed as well. This ends as soon as nothing is free, which in a program without ties is at once.

use crate::simplex::End;
use crate::tableau::Tableau;
use crate::{Matrix, basis::Place};

/// Reduced costs of a column to be enlarged that count as zero, per size of a column: its cost is -1.
const ZERO: f64 = 1e-9;

impl Tableau {
    /// Moves from an optimal basis to the one of the first columns. False if no column moved; else costs and bounds in
    /// force are spoiled.
    pub(crate) fn prefer_first(&mut self, matrix: &Matrix) -> bool {
        let mut free = std::mem::take(&mut self.free);
        free.clear();
        for column in 0..self.cost.len() {
            if self.is_free(column) && !self.hold(matrix, column, self.reduced[column], self.tolerance) {
                free.push(column);
            }
        }
        let mut moved = false;
        for column in 0..self.cost.len() {
            if free.is_empty() {
                break;
            }
            if self.lower[column] < self.upper[column] {
                moved |= self.enlarge(matrix, column, &mut free);
            }
        }
        self.free = free;
        self.priced &= !moved;
        moved
    }

    /// Whether a column could enter: nonbasic, in a box of some width.
    fn is_free(&self, column: usize) -> bool {
        self.basis.columns[column] != Place::Basic && self.lower[column] < self.upper[column]
    }

    /// Fixes a column where it rests if its reduced cost is not zero, and says so.
    fn hold(&mut self, matrix: &Matrix, column: usize, reduced: f64, tolerance: f64) -> bool {
        let held = reduced.abs() > tolerance * matrix.sizes()[column];
        if held {
            let value = self.resting(column);
            (self.lower[column], self.upper[column]) = (value, value);
        }
        held
    }

    /// Makes one column as large as the set of optima allows and holds it there; `free` shrinks. Whether it had to move.
    fn enlarge(&mut self, matrix: &Matrix, column: usize, free: &mut Vec<usize>) -> bool {
        let row = match self.basis.columns[column] {
            Place::Upper => {
                self.lower[column] = self.upper[column];
                free.retain(|&other| other != column);
                return false;
            }
            Place::Lower => None,
            Place::Basic => self.inverse.head.iter().position(|&variable| variable == column),
        };
        match row {
            Some(row) if self.is_largest(matrix, row, free) => {
                for k in (0..free.len()).rev() {
                    let reduced = matrix.against_column(self.inverse.row(row), free[k]);
                    if self.hold(matrix, free[k], reduced, ZERO) {
                        free.remove(k);
                    }
                }
                false
            }
            _ => {
                self.push_up(matrix, column, free);
                true
            }
        }
    }

    /// Whether no free column can make the basic variable of `row` larger. With a cost of -1 on it, that row of
    /// `B^-1 A` holds the reduced costs.
    fn is_largest(&self, matrix: &Matrix, row: usize, free: &[usize]) -> bool {
        free.iter().all(|&other| {
            let reduced = matrix.against_column(self.inverse.row(row), other);
            let zero = ZERO * matrix.sizes()[other];
            if self.basis.columns[other] == Place::Lower { reduced >= -zero } else { reduced <= zero }
        })
    }

    /// Pivots until the column is as large as can be.
    fn push_up(&mut self, matrix: &Matrix, column: usize, free: &mut Vec<usize>) {
        self.priced = false;
        self.cost.fill(0.0);
        self.cost[column] = -1.0;
        self.set_tolerance(0.0);
        self.evaluate(matrix);
        // The set of optima is not empty, the last point is on it: another end is rounding, and the last word of the
        // solve, with the true costs, mends it.
        let held = self.run(matrix) == End::Feasible;
        free.clear();
        for other in 0..self.cost.len() {
            if self.is_free(other) && !(held && self.hold(matrix, other, self.reduced[other], ZERO)) {
                free.push(other);
            }
        }
    }
}
