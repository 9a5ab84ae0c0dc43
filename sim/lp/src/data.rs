//! What changes from solve to solve: costs, bounds, right-hand sides; and a builder that writes a program down column by
//! column.

use std::ops::RangeInclusive;

use crate::dense::{LANES, dot};
use crate::{Error, Matrix};

/// The numbers of one program `min cost'x, A x = rhs, lower <= x <= upper`. Units are the caller's.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Data {
    /// Cost per unit of each column.
    pub cost: Vec<f64>,
    /// Lower bound of each column, finite.
    pub lower: Vec<f64>,
    /// Upper bound of each column, finite.
    pub upper: Vec<f64>,
    /// Right-hand side of each row.
    pub rhs: Vec<f64>,
}

impl Data {
    /// The numbers that go with [`Matrix::add_row`]: right-hand side of the row, box of its own column `f`, which costs
    /// nothing.
    pub fn add_row(&mut self, bounds: RangeInclusive<f64>, rhs: f64) {
        self.cost.push(0.0);
        self.lower.push(*bounds.start());
        self.upper.push(*bounds.end());
        self.rhs.push(rhs);
    }

    /// Cost of `x`; the order of the sum depends on the number of columns alone.
    #[must_use]
    pub fn objective(&self, x: &[f64]) -> f64 {
        let count = self.cost.len().min(x.len());
        let whole = count - count % LANES;
        let rest: f64 = self.cost[whole..count].iter().zip(&x[whole..count]).map(|(c, x)| c * x).sum();
        dot(&self.cost[..whole], &x[..whole]) + rest
    }

    /// Whether the numbers fit the matrix and are usable.
    pub(crate) fn check(&self, matrix: &Matrix) -> Result<(), Error> {
        for (what, numbers, expected) in [
            ("cost", &self.cost, matrix.columns()),
            ("lower bound", &self.lower, matrix.columns()),
            ("upper bound", &self.upper, matrix.columns()),
            ("right-hand side", &self.rhs, matrix.rows()),
        ] {
            if numbers.len() != expected {
                return Err(Error::Length { what, got: numbers.len(), expected });
            }
            // Without an early exit, so that eight numbers are looked at together.
            if !numbers.iter().fold(true, |finite, number| finite & number.is_finite()) {
                return Err(first_not_finite(what, numbers));
            }
        }
        let ordered =
            self.lower.iter().zip(&self.upper).fold(true, |ordered, (lower, upper)| ordered & (lower <= upper));
        if ordered { Ok(()) } else { Err(self.first_crossed()) }
    }

    #[cold]
    fn first_crossed(&self) -> Error {
        let column = (0..self.lower.len()).find(|&j| self.lower[j] > self.upper[j]).unwrap_or(0);
        Error::Crossed { column, lower: self.lower[column], upper: self.upper[column] }
    }
}

#[cold]
fn first_not_finite(what: &'static str, numbers: &[f64]) -> Error {
    let index = numbers.iter().position(|number| !number.is_finite()).unwrap_or(0);
    Error::NotFinite { what, index, value: numbers.get(index).copied().unwrap_or(f64::NAN) }
}

/// Writes a program down row by row and column by column.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    columns: Vec<Vec<(usize, f64)>>,
    data: Data,
}

impl Builder {
    /// Adds a row with its right-hand side; returns its number.
    pub fn row(&mut self, rhs: f64) -> usize {
        self.data.rhs.push(rhs);
        self.data.rhs.len() - 1
    }

    /// Adds a column with cost, box and (row, coefficient) entries; returns its number. Rows may be added later.
    pub fn column(&mut self, cost: f64, bounds: RangeInclusive<f64>, entries: &[(usize, f64)]) -> usize {
        self.data.cost.push(cost);
        self.data.lower.push(*bounds.start());
        self.data.upper.push(*bounds.end());
        self.columns.push(entries.to_vec());
        self.columns.len() - 1
    }

    /// The program: what stays and what changes.
    ///
    /// # Errors
    /// Those of [`Matrix::new`], and of numbers that are not finite or bounds that cross.
    pub fn build(self) -> Result<(Matrix, Data), Error> {
        let matrix = Matrix::new(self.data.rhs.len(), &self.columns)?;
        self.data.check(&matrix)?;
        Ok((matrix, self.data))
    }
}
