//! What a solve answers, and the proof that goes with a refusal.

use crate::{Basis, Data, Matrix};

/// Answer of [`crate::Solver::solve`]. It borrows from the solver; clone what must outlive the next solve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome<'s> {
    /// A cheapest point.
    Optimal(Optimal<'s>),
    /// No point satisfies rows and bounds together.
    Infeasible(Infeasible<'s>),
    /// Neither could be shown.
    Stopped(Stopped),
}

/// An optimum and its prices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Optimal<'s> {
    /// `cost'x`.
    pub objective: f64,
    /// Value of each column.
    pub x: &'s [f64],
    /// Price of each row: change of the objective per unit of its right-hand side. Where the optimum has several price
    /// vectors, this is the one of `basis`.
    pub duals: &'s [f64],
    /// `cost - A' duals`: not negative at a lower bound, not positive at an upper one, zero if basic.
    pub reduced_costs: &'s [f64],
    /// The final basis, a start for a next solve.
    pub basis: &'s Basis,
    /// Pivots it took.
    pub pivots: usize,
}

/// Proof of infeasibility.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Infeasible<'s> {
    /// Weights `y` of the rows with `y'b > max { y'A x : lower <= x <= upper }` (Farkas); see [`certifies`].
    pub ray: &'s [f64],
    /// The last basis, a start for a next solve.
    pub basis: &'s Basis,
    /// Pivots it took.
    pub pivots: usize,
}

/// Why a solve has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// As many pivots as allowed.
    PivotLimit {
        /// That many.
        pivots: usize,
    },
    /// A row looks infeasible, but by less than rounding can prove.
    Rounding,
}

impl<'s> Outcome<'s> {
    /// The optimum, if this is one.
    #[must_use]
    pub fn optimal(self) -> Option<Optimal<'s>> {
        match self {
            Self::Optimal(optimal) => Some(optimal),
            _ => None,
        }
    }

    /// The proof of infeasibility, if this is one.
    #[must_use]
    pub fn infeasible(self) -> Option<Infeasible<'s>> {
        match self {
            Self::Infeasible(infeasible) => Some(infeasible),
            _ => None,
        }
    }
}

/// A row or a bound of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Constraint {
    /// The equation of this row.
    Row(usize),
    /// The lower bound of this column.
    Lower(usize),
    /// The upper bound of this column.
    Upper(usize),
}

/// Rows and bounds that cannot hold together.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// `y'b - max { y'A x : lower <= x <= upper }`, positive, in units of the right-hand side times those of `y`.
    pub gap: f64,
    /// The rows with a weight, then the bounds the maximum rests on.
    pub members: Vec<Constraint>,
}

/// Checks a ray from scratch: the weighted sum of the rows, `y'A x = y'b`, has a left side that stays below the right
/// side all over the box. Answers with the rows and bounds that take part, or None if `ray` proves nothing (the gap must
/// exceed 1e-14 of the sizes summed), or if sizes do not fit.
#[must_use]
pub fn certifies(matrix: &Matrix, data: &Data, ray: &[f64]) -> Option<Conflict> {
    if data.check(matrix).is_err() || ray.len() != matrix.rows() || ray.iter().any(|y| !y.is_finite()) {
        return None;
    }
    let right: f64 = ray.iter().zip(&data.rhs).map(|(y, b)| y * b).sum();
    let mut size: f64 = ray.iter().zip(&data.rhs).map(|(y, b)| (y * b).abs()).sum();
    let mut left = 0.0;
    let mut members: Vec<_> = (0..ray.len()).filter(|&row| ray[row] != 0.0).map(Constraint::Row).collect();
    for column in 0..matrix.columns() {
        let (mut weight, mut weight_size) = (0.0, 0.0);
        for (row, value) in matrix.column(column) {
            weight += ray[row] * value;
            weight_size += (ray[row] * value).abs();
        }
        let (lower, upper) = (data.lower[column], data.upper[column]);
        left += f64::max(weight * lower, weight * upper);
        size += weight_size * f64::max(lower.abs(), upper.abs());
        if weight.abs() > 1e-11 * weight_size {
            members.push(if weight > 0.0 { Constraint::Upper(column) } else { Constraint::Lower(column) });
        }
    }
    let gap = right - left;
    (gap > 1e-14 * size).then_some(Conflict { gap, members })
}
