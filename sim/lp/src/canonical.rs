//! Builds the inverse of a basis from the matrix, in an order that depends on the basic set alone: whatever path led to
//! a basis, the same bits come out.
//!
//! Columns that meet only one row not yet taken go first. While they do, the row they take is still a unit row, so each
//! costs one column instead of a whole update; networks and slacks are done by then. What is left is a Gauss-Jordan
//! elimination, columns ascending, largest pivot first.

use crate::inverse::Inverse;
use crate::{Basis, Matrix, basis::Place};

/// A pivot below this part of its column's largest coefficient counts as zero: the column depends on the earlier ones.
const SINGULAR: f64 = 1e-10;

/// Lists kept between calls.
#[derive(Debug, Clone, Default)]
pub(crate) struct Order {
    /// Per column: rows it meets that are not taken; zero once it is placed.
    open: Vec<usize>,
    /// Per row: whether a basic variable took it.
    taken: Vec<bool>,
    queue: Vec<usize>,
    image: Vec<f64>,
}

impl Order {
    /// Sets `inverse` to that of `basis`; dependent columns leave the basis for artificials.
    pub(crate) fn invert(&mut self, matrix: &Matrix, basis: &mut Basis, inverse: &mut Inverse) {
        let (m, n) = (matrix.rows(), matrix.columns());
        inverse.reset(m, n);
        self.begin(matrix, basis);
        for row in 0..m {
            if basis.artificial[row] {
                self.take_row(row, matrix, basis);
            }
        }
        self.peel(matrix, basis, inverse);
        for column in 0..n {
            if basis.columns[column] == Place::Basic && self.open[column] > 0 {
                self.eliminate(column, matrix, inverse);
            }
        }
        self.repair(n, basis, inverse);
        inverse.measure();
    }

    fn begin(&mut self, matrix: &Matrix, basis: &Basis) {
        self.taken.clear();
        self.taken.resize(matrix.rows(), false);
        self.image.resize(matrix.rows(), 0.0);
        self.queue.clear();
        self.open.clear();
        for column in 0..matrix.columns() {
            let basic = basis.columns[column] == Place::Basic;
            self.open.push(if basic { matrix.column(column).count() } else { 0 });
            if self.open[column] == 1 {
                self.queue.push(column);
            }
        }
    }

    /// Columns with one open row left, in the order they come up.
    fn peel(&mut self, matrix: &Matrix, basis: &Basis, inverse: &mut Inverse) {
        let mut next = 0;
        while let Some(&column) = self.queue.get(next) {
            next += 1;
            let open = matrix.column(column).find(|&(row, _)| !self.taken[row]);
            let Some((row, pivot)) = open.filter(|_| self.open[column] == 1) else { continue };
            if pivot.abs() <= SINGULAR * largest(matrix, column) {
                continue;
            }
            self.open[column] = 0;
            unit_pivot(column, row, pivot, matrix, &mut self.image, inverse);
            self.take_row(row, matrix, basis);
        }
    }

    fn take_row(&mut self, row: usize, matrix: &Matrix, basis: &Basis) {
        self.taken[row] = true;
        for (column, _) in matrix.row(row) {
            if basis.columns[column] == Place::Basic && self.open[column] > 0 {
                self.open[column] -= 1;
                if self.open[column] == 1 {
                    self.queue.push(column);
                }
            }
        }
    }

    /// Gauss-Jordan step on the open row with the largest entry; a dependent column finds none.
    fn eliminate(&mut self, column: usize, matrix: &Matrix, inverse: &mut Inverse) {
        inverse.image(matrix, column, &mut self.image);
        let (mut best, mut size) = (None, SINGULAR * largest(matrix, column));
        for row in 0..self.taken.len() {
            if !self.taken[row] && self.image[row].abs() > size {
                (best, size) = (Some(row), self.image[row].abs());
            }
        }
        if let Some(row) = best {
            inverse.pivot(row, &self.image, column);
            self.taken[row] = true;
        }
    }

    /// Makes the basis say what the inverse holds.
    fn repair(&mut self, n: usize, basis: &mut Basis, inverse: &Inverse) {
        self.open.fill(0);
        for (row, &variable) in inverse.head.iter().enumerate() {
            basis.artificial[row] = variable >= n;
            if variable < n {
                self.open[variable] = 1;
            }
        }
        for (place, &held) in basis.columns.iter_mut().zip(&self.open) {
            if *place == Place::Basic && held == 0 {
                *place = Place::Lower;
            }
        }
    }
}

/// Pivot on a row that is still a unit row: only its own column of the inverse changes.
fn unit_pivot(column: usize, row: usize, pivot: f64, matrix: &Matrix, image: &mut [f64], inverse: &mut Inverse) {
    if matrix.column(column).nth(1).is_some() {
        inverse.image(matrix, column, image);
        for i in 0..image.len() {
            if i != row && image[i] != 0.0 {
                inverse.row_mut(i)[row] = -image[i] / pivot;
            }
        }
    }
    inverse.row_mut(row)[row] = 1.0 / pivot;
    inverse.head[row] = column;
}

fn largest(matrix: &Matrix, column: usize) -> f64 {
    matrix.column(column).fold(0.0, |size, (_, value)| f64::max(size, value.abs()))
}
