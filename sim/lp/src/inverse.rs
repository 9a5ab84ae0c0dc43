//! The inverse of the basis, dense and explicit: for a few hundred rows cheaper to use than factors, and its rows, whose
//! lengths weigh the choice of the leaving variable, lie ready. How it is built afresh is in `canonical.rs`.

use crate::Matrix;
use crate::dense::{add_scaled, add_scaled_square, dot, padded};

/// `B^-1` row by row; row r belongs to the basic variable `head[r]`. Variables from `n` on are artificials: `n + i` is
/// the unit column of row i.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inverse {
    rows: Vec<f64>,
    stride: usize,
    /// Basic variable of each row.
    pub(crate) head: Vec<usize>,
    /// Squared length of each row: the exact weights of dual steepest edge (Forrest and Goldfarb, 1992).
    pub(crate) norms: Vec<f64>,
    pivot_row: Vec<f64>,
}

impl Inverse {
    /// The identity: every artificial basic.
    pub(crate) fn reset(&mut self, m: usize, n: usize) {
        self.stride = padded(m);
        self.rows.clear();
        self.rows.resize(m * self.stride, 0.0);
        for r in 0..m {
            self.rows[r * self.stride + r] = 1.0;
        }
        self.head.clear();
        self.head.extend(n..n + m);
        self.norms.clear();
        self.norms.resize(m, 1.0);
        self.pivot_row.resize(self.stride, 0.0);
    }

    /// Row r, padded with zeros.
    #[inline]
    pub(crate) fn row(&self, r: usize) -> &[f64] {
        &self.rows[r * self.stride..(r + 1) * self.stride]
    }

    #[inline]
    pub(crate) fn row_mut(&mut self, r: usize) -> &mut [f64] {
        &mut self.rows[r * self.stride..(r + 1) * self.stride]
    }

    /// `B^-1 a_j` into `image`.
    pub(crate) fn image(&self, matrix: &Matrix, column: usize, image: &mut [f64]) {
        for (r, row) in self.rows.chunks_exact(self.stride.max(1)).enumerate() {
            image[r] = matrix.against_column(row, column);
        }
    }

    /// `B^-1 v` into `out`; `v` padded.
    pub(crate) fn times(&self, v: &[f64], out: &mut [f64]) {
        for (r, row) in self.rows.chunks_exact(self.stride.max(1)).enumerate() {
            out[r] = dot(row, v);
        }
    }

    /// Adds `weight` times row r to `out`, padded.
    pub(crate) fn add_row_to(&self, r: usize, weight: f64, out: &mut [f64]) {
        add_scaled(out, weight, self.row(r));
    }

    /// The variable with this `image` becomes basic in row r.
    pub(crate) fn pivot(&mut self, r: usize, image: &[f64], variable: usize) {
        let scale = 1.0 / image[r];
        let stride = self.stride;
        let mut pivot_row = std::mem::take(&mut self.pivot_row);
        for (kept, value) in pivot_row.iter_mut().zip(self.row_mut(r)) {
            *value *= scale;
            *kept = *value;
        }
        self.norms[r] = dot(&pivot_row, &pivot_row);
        for (i, row) in self.rows.chunks_exact_mut(stride).enumerate() {
            if i != r && image[i] != 0.0 {
                self.norms[i] = add_scaled_square(row, -image[i], &pivot_row);
            }
        }
        self.pivot_row = pivot_row;
        self.head[r] = variable;
    }

    /// Lengths of all rows anew.
    pub(crate) fn measure(&mut self) {
        for r in 0..self.head.len() {
            self.norms[r] = dot(self.row(r), self.row(r));
        }
    }
}
