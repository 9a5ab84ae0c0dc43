//! The numbers of one solve: costs and bounds in force, and what the basis makes of them: prices, reduced costs, values.
//! It makes no pivots: see `simplex.rs`.

use crate::canonical::Order;
use crate::dense::padded;
use crate::inverse::Inverse;
use crate::ratio::Candidate;
use crate::{Basis, Data, Matrix, basis::Place};

/// Reduced costs of basic columns, and amounts lacking in rows, up to this are left alone.
const TRIFLE: f64 = 1e-11;

/// State of one solve; buffers stay for the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tableau {
    pub(crate) basis: Basis,
    pub(crate) inverse: Inverse,
    order: Order,
    /// Costs and bounds in force: the caller's, or those of a stage of the tie rule.
    pub(crate) cost: Vec<f64>,
    pub(crate) lower: Vec<f64>,
    pub(crate) upper: Vec<f64>,
    pub(crate) rhs: Vec<f64>,
    pub(crate) rounding: f64,
    largest_cost: f64,
    /// Reduced costs below this times the size of their column count as zero.
    pub(crate) tolerance: f64,
    /// Whether prices and reduced costs are those of the costs in force at the basis, from its canonical inverse.
    pub(crate) priced: bool,
    /// Row prices, padded.
    pub(crate) prices: Vec<f64>,
    pub(crate) reduced: Vec<f64>,
    /// Value and box of the basic variable of each row.
    pub(crate) values: Vec<f64>,
    pub(crate) floor: Vec<f64>,
    pub(crate) ceiling: Vec<f64>,
    pub(crate) load: Vec<f64>,
    pub(crate) alpha: Vec<f64>,
    pub(crate) image: Vec<f64>,
    pub(crate) candidates: Vec<Candidate>,
    /// Columns the rule for ties may still move.
    pub(crate) free: Vec<usize>,
    /// Pivots of this solve, and how many are allowed.
    pub(crate) pivots: usize,
    pub(crate) limit: usize,
    /// Pivots since the inverse was built afresh; none: the inverse is canonical.
    pub(crate) age: usize,
    pub(crate) stalled: usize,
    pub(crate) perturbations: u32,
}

impl Tableau {
    /// Takes the numbers of a solve.
    pub(crate) fn load(&mut self, matrix: &Matrix, data: &Data, limit: usize) {
        let (m, n) = (matrix.rows(), matrix.columns());
        self.priced &= self.cost == data.cost;
        self.restore(data);
        self.rhs.clone_from(&data.rhs);
        self.rounding = 1e-9 + 1e-12 * data.rhs.iter().fold(0.0, |size, b| f64::max(size, b.abs()));
        for (buffer, length) in [
            (&mut self.reduced, n),
            (&mut self.alpha, n),
            (&mut self.prices, padded(m)),
            (&mut self.load, padded(m)),
            (&mut self.values, m),
            (&mut self.floor, m),
            (&mut self.ceiling, m),
            (&mut self.image, m),
        ] {
            buffer.resize(length, 0.0);
        }
        (self.pivots, self.limit, self.stalled, self.perturbations) = (0, limit, 0, 0);
    }

    /// The caller's costs and bounds come into force again.
    pub(crate) fn restore(&mut self, data: &Data) {
        self.lower.clone_from(&data.lower);
        self.upper.clone_from(&data.upper);
        if !self.priced {
            self.cost.clone_from(&data.cost);
            self.largest_cost = self.cost.iter().fold(0.0, |size, c| f64::max(size, c.abs()));
        }
        self.set_tolerance(self.largest_cost);
    }

    /// 1e-9, and what rounding leaves of the largest cost.
    pub(crate) fn set_tolerance(&mut self, largest_cost: f64) {
        self.tolerance = 1e-9 + 1e-12 * largest_cost;
    }

    /// Builds the inverse from the basis alone.
    pub(crate) fn refresh(&mut self, matrix: &Matrix) {
        self.order.invert(matrix, &mut self.basis, &mut self.inverse);
        self.age = 0;
        self.priced = false;
    }

    /// Prices, reduced costs, bounds that fit them, and basic values, all from the inverse as it is.
    pub(crate) fn evaluate(&mut self, matrix: &Matrix) {
        if !self.priced {
            self.price(matrix);
            self.priced = self.age == 0;
        }
        self.choose_bounds(matrix);
        self.weigh(matrix);
    }

    /// `y' = c_B' B^-1`, `d = c - A'y`. Reduced costs of basic columns are what rounding left: a second pass takes it
    /// out where it is more than a trifle.
    fn price(&mut self, matrix: &Matrix) {
        self.prices.fill(0.0);
        self.reduced.clone_from(&self.cost);
        for _ in 0..2 {
            let mut largest = 0.0;
            for (r, &variable) in self.inverse.head.iter().enumerate() {
                if let Some(&left) = self.reduced.get(variable)
                    && left != 0.0
                {
                    largest = f64::max(largest, left.abs());
                    self.inverse.add_row_to(r, left, &mut self.prices);
                }
            }
            if largest < TRIFLE {
                break;
            }
            matrix.combine_rows(&self.prices, &mut self.reduced);
            for (reduced, cost) in self.reduced.iter_mut().zip(&self.cost) {
                *reduced = cost - *reduced;
            }
        }
        for &variable in &self.inverse.head {
            if let Some(reduced) = self.reduced.get_mut(variable) {
                *reduced = 0.0;
            }
        }
    }

    /// A reduced cost of the wrong sign sends its column to the other bound. A fixed column keeps its place: the rule for
    /// ties fixes columns at one of two bounds.
    fn choose_bounds(&mut self, matrix: &Matrix) {
        let sized = self.reduced.iter().zip(matrix.sizes());
        for (column, (&reduced, size)) in sized.enumerate() {
            let tolerance = self.tolerance * size;
            let other = match self.basis.columns[column] {
                Place::Lower if reduced < -tolerance => Place::Upper,
                Place::Upper if reduced > tolerance => Place::Lower,
                _ => continue,
            };
            if self.lower[column] < self.upper[column] {
                self.basis.columns[column] = other;
            }
        }
    }

    /// `x_B = B^-1 (b - N x_N)`, then once more with what the rows lack by rounding.
    pub(crate) fn weigh(&mut self, matrix: &Matrix) {
        let m = self.rhs.len();
        self.load[..m].copy_from_slice(&self.rhs);
        for column in 0..self.cost.len() {
            self.unload(matrix, column, self.resting(column));
        }
        self.inverse.times(&self.load, &mut self.values);
        for r in 0..m {
            match self.inverse.head[r].checked_sub(self.cost.len()) {
                None => self.unload(matrix, self.inverse.head[r], self.values[r]),
                Some(row) => self.load[row] -= self.values[r],
            }
            self.box_of(r);
        }
        if self.load.iter().fold(true, |little, lacking| little & (lacking.abs() < TRIFLE)) {
            return;
        }
        self.inverse.times(&self.load, &mut self.image);
        for (value, lacking) in self.values.iter_mut().zip(&self.image) {
            *value += lacking;
        }
    }

    /// Takes a column's share off the rows.
    #[inline(always)]
    fn unload(&mut self, matrix: &Matrix, column: usize, value: f64) {
        if value != 0.0 {
            for (row, coefficient) in matrix.column(column) {
                self.load[row] -= coefficient * value;
            }
        }
    }

    /// Value of a nonbasic column; 0 for a basic one.
    #[inline]
    pub(crate) fn resting(&self, column: usize) -> f64 {
        match self.basis.columns[column] {
            Place::Lower => self.lower[column],
            Place::Upper => self.upper[column],
            Place::Basic => 0.0,
        }
    }

    pub(crate) fn box_of(&mut self, r: usize) {
        let variable = self.inverse.head[r];
        (self.floor[r], self.ceiling[r]) = match self.lower.get(variable) {
            Some(&lower) => (lower, self.upper[variable]),
            None => (0.0, 0.0),
        };
    }
}
