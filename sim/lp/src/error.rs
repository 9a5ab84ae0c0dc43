//! What is wrong with a program or a basis before any arithmetic starts. An infeasible program is not an error but an
//! outcome.

use crate::Constraint;

/// A refusal; nothing was solved.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A coefficient names a row the matrix does not have.
    #[error("column {column} has a coefficient in row {row}, but there are {rows} rows")]
    NoSuchRow {
        /// Column of the coefficient.
        column: usize,
        /// The row it names.
        row: usize,
        /// Rows of the matrix.
        rows: usize,
    },
    /// A new row has a coefficient for a column that does not exist.
    #[error("row {row} has a coefficient in column {column}, but there are {columns} columns")]
    NoSuchColumn {
        /// The new row.
        row: usize,
        /// The column it names.
        column: usize,
        /// Columns of the matrix.
        columns: usize,
    },
    /// Two coefficients at one place.
    #[error("row {row} and column {column} meet in two coefficients")]
    Twice {
        /// Row of both.
        row: usize,
        /// Column of both.
        column: usize,
    },
    /// A NaN or an infinity. A variable without a bound is given a large box by the caller, who knows its unit.
    #[error("{what} {index} is {value}: every number must be finite, bounds included")]
    NotFinite {
        /// Which vector.
        what: &'static str,
        /// Place in it.
        index: usize,
        /// The number found.
        value: f64,
    },
    /// A vector of [`crate::Data`] does not fit the matrix.
    #[error("{what} has {got} entries, the matrix asks for {expected}")]
    Length {
        /// Which vector.
        what: &'static str,
        /// Its length.
        got: usize,
        /// The length that fits.
        expected: usize,
    },
    /// A lower bound above its upper bound.
    #[error("column {column}: lower bound {lower} is above upper bound {upper}")]
    Crossed {
        /// The column.
        column: usize,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
    },
    /// A relaxation of a row or column the matrix does not have.
    #[error("{constraint:?} is not of this program")]
    NoSuchConstraint {
        /// The one named.
        constraint: Constraint,
    },
    /// A weight of a relaxation that is not a positive finite number.
    #[error("the weight of {constraint:?} is {weight}, it must be positive")]
    Weight {
        /// What it weighs.
        constraint: Constraint,
        /// The weight.
        weight: f64,
    },
    /// A start basis of another program: not of this shape, nor of one that grows into it by added rows.
    #[error("the basis is of {basis_rows} rows and {basis_columns} columns, the matrix of {rows} and {columns}")]
    ForeignBasis {
        /// Rows of the basis.
        basis_rows: usize,
        /// Columns of the basis.
        basis_columns: usize,
        /// Rows of the matrix.
        rows: usize,
        /// Columns of the matrix.
        columns: usize,
    },
}
