//! The solver: a matrix, its buffers and the inverse of the last basis.

use crate::simplex::End;
use crate::tableau::Tableau;
use crate::{Basis, Data, Error, Infeasible, Matrix, Optimal, Outcome, Stopped, certifies};

/// Where a solve starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Start<'b> {
    /// From [`Basis::canonical`]: the answer depends on matrix and data alone.
    Cold,
    /// From this basis of the matrix, or of the matrix before its last rows were added.
    From(&'b Basis),
    /// From the basis the last solve of this solver ended with; cold if there was none.
    Last,
}

/// Which of several optima is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ties {
    /// The one the pivots come to first: a function of matrix, data and start.
    #[default]
    AsFound,
    /// The lexicographically greatest: of all optima the largest `x_0`, among those the largest `x_1`, and so on. Of
    /// equally dear columns the first is used first; the point does not depend on the start.
    First,
}

/// Solves programs over one matrix. Buffers stay from solve to solve: a warm solve that finds an optimum allocates nothing.
///
/// An answer is a function of (matrix, data, start basis, ties) in every bit: a held inverse is only used where a fresh
/// one would have the same bits.
#[derive(Debug, Clone)]
pub struct Solver {
    matrix: Matrix,
    tableau: Tableau,
    ties: Ties,
    limit: Option<usize>,
    /// Whether the tableau's inverse is the canonical one of its basis.
    held: bool,
    started: bool,
    x: Vec<f64>,
    ray: Vec<f64>,
}

impl Solver {
    /// A solver for this matrix, with [`Ties::AsFound`].
    #[must_use]
    pub fn new(matrix: Matrix) -> Self {
        Self {
            matrix,
            tableau: Tableau::default(),
            ties: Ties::default(),
            limit: None,
            held: false,
            started: false,
            x: Vec::new(),
            ray: Vec::new(),
        }
    }

    /// The same solver with another rule for ties.
    #[must_use]
    pub fn with_ties(mut self, ties: Ties) -> Self {
        self.ties = ties;
        self
    }

    /// The same solver, stopped after `pivots` per solve instead of 1000 + 20 (m + n).
    #[must_use]
    pub fn with_pivot_limit(mut self, pivots: usize) -> Self {
        self.limit = Some(pivots);
        self
    }

    /// The matrix.
    #[must_use]
    pub fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// [`Matrix::add_row`]; [`Start::Last`] goes on from the last basis.
    ///
    /// # Errors
    /// As there.
    pub fn add_row(&mut self, entries: &[(usize, f64)]) -> Result<(usize, usize), Error> {
        let added = self.matrix.add_row(entries)?;
        self.held = false;
        Ok(added)
    }

    /// Solves `min cost'x, A x = rhs, lower <= x <= upper`.
    ///
    /// # Errors
    /// Numbers that do not fit the matrix, are not finite or cross; a start of another matrix.
    pub fn solve(&mut self, data: &Data, start: Start<'_>) -> Result<Outcome<'_>, Error> {
        data.check(&self.matrix)?;
        let limit = self.limit.unwrap_or(1000 + 20 * (self.matrix.rows() + self.matrix.columns()));
        self.begin(start)?;
        self.tableau.load(&self.matrix, data, limit);
        let mut end = self.tableau.settle(&self.matrix);
        if end == End::Feasible && self.ties == Ties::First && self.tableau.prefer_first(&self.matrix) {
            self.tableau.restore(data);
            if self.tableau.age > 0 {
                self.tableau.refresh(&self.matrix);
            }
            end = self.tableau.settle(&self.matrix);
        }
        self.held = end != End::Limit;
        Ok(self.report(data, end))
    }

    /// Puts the start basis and its canonical inverse into the tableau.
    fn begin(&mut self, start: Start<'_>) -> Result<(), Error> {
        let keeps = match start {
            Start::Last if self.started => {
                self.tableau.basis.grow(&self.matrix);
                self.held
            }
            Start::Cold | Start::Last => self.take(&Basis::canonical(&self.matrix))?,
            Start::From(basis) => self.take(basis)?,
        };
        if !keeps {
            self.tableau.refresh(&self.matrix);
        }
        (self.held, self.started) = (false, true);
        Ok(())
    }

    /// Whether the held inverse is that of `basis`, which is taken over.
    fn take(&mut self, basis: &Basis) -> Result<bool, Error> {
        let keeps = self.held && self.tableau.basis.same_basics(basis);
        self.tableau.basis.take(basis, &self.matrix)?;
        Ok(keeps)
    }

    fn report(&mut self, data: &Data, end: End) -> Outcome<'_> {
        let pivots = self.tableau.pivots;
        match end {
            End::Limit => Outcome::Stopped(Stopped::PivotLimit { pivots }),
            End::Feasible => {
                self.fill_x();
                Outcome::Optimal(Optimal {
                    objective: data.objective(&self.x),
                    x: &self.x,
                    duals: &self.tableau.prices[..self.matrix.rows()],
                    reduced_costs: &self.tableau.reduced,
                    basis: &self.tableau.basis,
                    pivots,
                })
            }
            End::Infeasible { row, sign } => {
                self.fill_ray(row, sign);
                if certifies(&self.matrix, data, &self.ray).is_none() {
                    return Outcome::Stopped(Stopped::Rounding);
                }
                Outcome::Infeasible(Infeasible { ray: &self.ray, basis: &self.tableau.basis, pivots })
            }
        }
    }

    fn fill_x(&mut self) {
        let n = self.matrix.columns();
        self.x.clear();
        self.x.extend((0..n).map(|column| self.tableau.resting(column)));
        for (&variable, &value) in self.tableau.inverse.head.iter().zip(&self.tableau.values) {
            if variable < n {
                self.x[variable] = value;
            }
        }
    }

    /// The row of the inverse that no choice can satisfy, without its rounding noise.
    fn fill_ray(&mut self, row: usize, sign: f64) {
        let weights = &self.tableau.inverse.row(row)[..self.matrix.rows()];
        let largest = weights.iter().fold(0.0, |size, weight| f64::max(size, weight.abs()));
        self.ray.clear();
        self.ray.extend(weights.iter().map(|w| if w.abs() > 1e-13 * largest { sign * w } else { 0.0 }));
    }
}
