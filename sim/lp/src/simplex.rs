//! The pivot loop of the bounded dual simplex: from a dual feasible basis to a primal feasible one, or to a row that no
//! choice within the boxes can satisfy.
//!
//! Every variable is boxed, so a basis becomes dual feasible by moving each nonbasic column to the bound its reduced
//! cost asks for; there is no first phase.

use crate::ratio::{Candidate, enter, enter_lowest};
use crate::tableau::Tableau;
use crate::{Matrix, basis::Place};

/// Pivots on one inverse before it is built afresh.
const REFRESH: usize = 100;
/// Entries of the pivot row below this part of the largest are noise.
const NOISE: f64 = 1e-10;
/// Rounds of pivots on a fresh inverse before tolerances widen.
const PATIENCE: usize = 4;
/// Times a stalled solve is perturbed before Bland's rule takes over.
const PERTURBATIONS: u32 = 2;

/// How a run of pivots ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum End {
    /// All basic values within their boxes.
    Feasible,
    /// This row's basic value is out of its box (above: sign 1, below: -1) and nothing can bring it back.
    Infeasible { row: usize, sign: f64 },
    /// As many pivots as allowed.
    Limit,
}

impl Tableau {
    /// From the basis at hand to an end that holds on a fresh inverse, with nothing perturbed or carried along.
    pub(crate) fn settle(&mut self, matrix: &Matrix) -> End {
        for round in 0.. {
            self.evaluate(matrix);
            let before = self.pivots;
            let end = self.run(matrix);
            if self.pivots == before || end == End::Limit {
                return end;
            }
            self.refresh(matrix);
            // Rounding that looks like a reduced cost could send columns to and fro for ever.
            if round >= PATIENCE {
                self.tolerance *= 2.0;
            }
        }
        End::Limit
    }

    /// Pivots until no basic value is out of its box. Expects [`Self::evaluate`] before it.
    pub(crate) fn run(&mut self, matrix: &Matrix) -> End {
        while let Some((row, excess)) = self.leaving() {
            if self.pivots >= self.limit {
                return End::Limit;
            }
            let sign = excess.signum();
            matrix.combine_rows(self.inverse.row(row), &mut self.alpha);
            let bound = if sign > 0.0 { self.ceiling[row] } else { self.floor[row] };
            let spare = self.gather(matrix, sign) + self.margin(bound);
            let entering = if self.bland() {
                enter_lowest(&self.candidates)
            } else {
                enter(&mut self.candidates, excess.abs(), spare)
            };
            let Some((entering, flips)) = entering else { return End::Infeasible { row, sign } };
            self.flip(matrix, flips);
            self.step(matrix, row, bound, sign, entering.column);
            self.watch(matrix, entering);
        }
        End::Feasible
    }

    fn bland(&self) -> bool {
        self.perturbations > PERTURBATIONS
    }

    /// The row farthest out of its box for the length of its row of the inverse, and by how much (below: negative); the
    /// first of equals. Under Bland's rule the lowest variable.
    fn leaving(&self) -> Option<(usize, f64)> {
        let mut chosen = None;
        let mut best = 0.0;
        for r in 0..self.values.len() {
            let excess = self.outside(self.values[r], self.floor[r], self.ceiling[r]);
            if excess != 0.0 {
                #[expect(clippy::cast_precision_loss, reason = "only an order is asked of it")]
                let score = if self.bland() {
                    1.0 / (1 + self.inverse.head[r]) as f64
                } else {
                    excess * excess / self.inverse.norms[r]
                };
                if score > best {
                    (chosen, best) = (Some((r, excess)), score);
                }
            }
        }
        chosen
    }

    /// How far a value is out of its box; 0 within it or within rounding of it.
    #[inline]
    fn outside(&self, value: f64, lower: f64, upper: f64) -> f64 {
        if value > upper + self.margin(upper) {
            value - upper
        } else if value < lower - self.margin(lower) {
            value - lower
        } else {
            0.0
        }
    }

    /// Rounding allowed at a bound: 1e-9 of it, and what the right-hand sides leave.
    #[inline]
    fn margin(&self, bound: f64) -> f64 {
        self.rounding + 1e-9 * bound.abs()
    }

    /// Columns whose reduced costs move towards zero. Returns what the columns left out as noise could add.
    fn gather(&mut self, matrix: &Matrix, sign: f64) -> f64 {
        let noise = NOISE * self.alpha.iter().fold(0.0, |size, alpha| f64::max(size, alpha.abs()));
        let mut spare = 0.0;
        self.candidates.clear();
        for (column, &place) in self.basis.columns.iter().enumerate() {
            let range = self.upper[column] - self.lower[column];
            let (pivot, cost) = match place {
                Place::Lower => (sign * self.alpha[column], self.reduced[column]),
                Place::Upper => (-sign * self.alpha[column], -self.reduced[column]),
                Place::Basic => continue,
            };
            if range > 0.0 && pivot > 0.0 {
                if pivot > noise {
                    let tolerance = self.tolerance * matrix.sizes()[column];
                    self.candidates.push(Candidate { column, cost: cost.max(0.0), pivot, range, tolerance });
                } else {
                    spare += pivot * range;
                }
            }
        }
        spare
    }

    /// Sends the first candidates to their other bounds.
    fn flip(&mut self, matrix: &Matrix, flips: usize) {
        if flips == 0 {
            return;
        }
        self.load.fill(0.0);
        for candidate in &self.candidates[..flips] {
            let place = &mut self.basis.columns[candidate.column];
            let change = if *place == Place::Lower { candidate.range } else { -candidate.range };
            *place = if *place == Place::Lower { Place::Upper } else { Place::Lower };
            for (row, coefficient) in matrix.column(candidate.column) {
                self.load[row] += coefficient * change;
            }
        }
        self.inverse.times(&self.load, &mut self.image);
        for (value, change) in self.values.iter_mut().zip(&self.image) {
            *value -= change;
        }
    }

    /// Exchanges the basic variable of `row`, which goes to the bound it overstepped, for `column`.
    fn step(&mut self, matrix: &Matrix, row: usize, bound: f64, sign: f64, column: usize) {
        self.inverse.image(matrix, column, &mut self.image);
        let stride = (self.values[row] - bound) / self.image[row];
        let entered = self.resting(column) + stride;
        for (value, image) in self.values.iter_mut().zip(&self.image) {
            *value -= stride * image;
        }
        self.values[row] = entered;
        let ratio = self.reduced[column] / self.alpha[column];
        for (reduced, alpha) in self.reduced.iter_mut().zip(&self.alpha) {
            *reduced -= ratio * alpha;
        }
        self.reduced[column] = 0.0;
        let left = self.inverse.head[row];
        match self.basis.columns.get_mut(left) {
            Some(place) => {
                *place = if sign > 0.0 { Place::Upper } else { Place::Lower };
                self.reduced[left] = -ratio;
            }
            None => self.basis.artificial[left - self.cost.len()] = false,
        }
        self.basis.columns[column] = Place::Basic;
        self.inverse.pivot(row, &self.image, column);
        self.box_of(row);
        self.priced = false;
        self.pivots += 1;
        self.age += 1;
    }

    /// Keeps the inverse fresh and the solve moving.
    fn watch(&mut self, matrix: &Matrix, entering: Candidate) {
        self.stalled = if entering.cost <= entering.tolerance { self.stalled + 1 } else { 0 };
        if self.stalled > 2 * self.values.len() + 20 {
            self.stalled = 0;
            self.perturbations += 1;
            self.perturb(matrix);
        }
        if self.age >= REFRESH {
            self.refresh(matrix);
            if self.perturbations == 0 {
                self.evaluate(matrix);
            } else {
                self.weigh(matrix);
            }
        }
    }

    /// Moves reduced costs away from zero, each by its own amount, so that steps gain again. The costs in force stay:
    /// the next [`Self::evaluate`] undoes it.
    #[cold]
    fn perturb(&mut self, matrix: &Matrix) {
        if self.bland() {
            return;
        }
        for (column, place) in self.basis.columns.iter().enumerate() {
            let amount = self.tolerance * matrix.sizes()[column] * 100.0 * (1.0 + scatter(column));
            match place {
                Place::Lower => self.reduced[column] += amount,
                Place::Upper => self.reduced[column] -= amount,
                Place::Basic => {}
            }
        }
    }
}

/// A number in 0..1 of its own for every column (Knuth's multiplicative hash).
fn scatter(column: usize) -> f64 {
    let hash = (column as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    #[expect(clippy::cast_precision_loss, reason = "52 bits fit")]
    let fraction = (hash >> 12) as f64 / (1_u64 << 52) as f64;
    fraction
}
