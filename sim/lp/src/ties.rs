//! Of all optima the lexicographically greatest: `x_0` as large as it can be, then `x_1`, and so on.
//!
//! A column whose reduced cost is not zero rests at its bound in every optimum; with those fixed, what can still move is
//! the set of optima. On it each column in turn is made as large as possible, and what its own reduced costs hold at a
//! bound is fixed as well. This ends as soon as nothing is free, which in a program without ties is at once.

use crate::simplex::{End, Tableau};
use crate::{Matrix, basis::Place};

impl Tableau {
    /// Moves from an optimal basis to the one of the first columns. Bounds and costs in force are spoiled; false if
    /// nothing was touched, the optimum being the only one.
    pub(crate) fn prefer_first(&mut self, matrix: &Matrix) -> bool {
        if !(0..self.cost.len()).any(|column| self.free(column) && self.reduced[column].abs() <= self.tolerance) {
            return false;
        }
        self.fix_priced();
        self.cost.fill(0.0);
        for column in 0..self.cost.len() {
            if !(0..self.cost.len()).any(|other| self.free(other)) {
                break;
            }
            if self.lower[column] < self.upper[column] {
                self.enlarge(matrix, column);
            }
        }
        true
    }

    /// Whether a column can enter: nonbasic, in a box of some width.
    fn free(&self, column: usize) -> bool {
        self.basis.columns[column] != Place::Basic && self.lower[column] < self.upper[column]
    }

    /// Fixes the free columns that a reduced cost holds at their bounds.
    fn fix_priced(&mut self) {
        for column in 0..self.cost.len() {
            if self.free(column) && self.reduced[column].abs() > self.tolerance {
                self.fix(column);
            }
        }
    }

    fn fix(&mut self, column: usize) {
        let value = self.resting(column);
        (self.lower[column], self.upper[column]) = (value, value);
    }

    /// Makes one column as large as the set of optima allows and holds it there.
    fn enlarge(&mut self, matrix: &Matrix, column: usize) {
        if self.basis.columns[column] == Place::Upper {
            self.fix(column);
            return;
        }
        self.cost[column] = -1.0;
        self.set_tolerance();
        // The set of optima is not empty and the last point is on it: anything but an end within the boxes is rounding,
        // and the caller's last word with the true costs mends it.
        if self.settle(matrix) == End::Feasible {
            self.fix_priced();
        }
        self.cost[column] = 0.0;
    }
}
