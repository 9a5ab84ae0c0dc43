//! The pivot loop of the bounded dual simplex: from a dual feasible basis to a primal feasible one, or to a row that no
//! choice within the boxes can satisfy.
//!
//! Every variable is boxed, so a basis becomes dual feasible by moving each nonbasic column to the bound its reduced
//! cost asks for; there is no first phase.

use crate::canonical::Order;
use crate::dense::padded;
use crate::inverse::Inverse;
use crate::ratio::{Candidate, enter, enter_lowest};
use crate::{Basis, Data, Matrix, basis::Place};

/// Pivots on one inverse before it is built afresh.
const REFRESH: usize = 100;
/// Entries of the pivot row below this part of the largest are noise.
const NOISE: f64 = 1e-10;
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
    rhs: Vec<f64>,
    rounding: f64,
    /// Reduced costs below this count as zero.
    pub(crate) tolerance: f64,
    /// Row prices, padded.
    pub(crate) prices: Vec<f64>,
    pub(crate) reduced: Vec<f64>,
    /// Value and box of the basic variable of each row.
    pub(crate) values: Vec<f64>,
    floor: Vec<f64>,
    ceiling: Vec<f64>,
    load: Vec<f64>,
    alpha: Vec<f64>,
    image: Vec<f64>,
    candidates: Vec<Candidate>,
    /// Pivots of this solve, and how many are allowed.
    pub(crate) pivots: usize,
    pub(crate) limit: usize,
    /// Pivots since the inverse was built afresh; none: the inverse is canonical.
    pub(crate) age: usize,
    stalled: usize,
    perturbations: u32,
}

impl Tableau {
    /// Takes the numbers of a solve.
    pub(crate) fn load(&mut self, matrix: &Matrix, data: &Data, limit: usize) {
        let (m, n) = (matrix.rows(), matrix.columns());
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
        self.cost.clone_from(&data.cost);
        self.lower.clone_from(&data.lower);
        self.upper.clone_from(&data.upper);
        self.set_tolerance();
    }

    /// 1e-9, and what rounding leaves of the largest cost.
    pub(crate) fn set_tolerance(&mut self) {
        self.tolerance = 1e-9 + 1e-12 * self.cost.iter().fold(0.0, |size, c| f64::max(size, c.abs()));
    }

    /// Builds the inverse from the basis alone.
    pub(crate) fn refresh(&mut self, matrix: &Matrix) {
        self.order.invert(matrix, &mut self.basis, &mut self.inverse);
        self.age = 0;
    }

    /// Prices, reduced costs, bounds that fit them, and basic values, all from the inverse as it is.
    pub(crate) fn evaluate(&mut self, matrix: &Matrix) {
        self.price(matrix);
        self.choose_bounds();
        self.weigh(matrix);
    }

    /// `y' = c_B' B^-1`, `d = c - A'y`.
    fn price(&mut self, matrix: &Matrix) {
        let n = self.cost.len();
        self.prices.fill(0.0);
        for (r, &variable) in self.inverse.head.iter().enumerate() {
            if variable < n && self.cost[variable] != 0.0 {
                self.inverse.add_row_to(r, self.cost[variable], &mut self.prices);
            }
        }
        matrix.combine_rows(&self.prices, &mut self.reduced);
        for (reduced, cost) in self.reduced.iter_mut().zip(&self.cost) {
            *reduced = cost - *reduced;
        }
    }

    /// A reduced cost of the wrong sign sends its column to the other bound.
    fn choose_bounds(&mut self) {
        for (place, &reduced) in self.basis.columns.iter_mut().zip(&self.reduced) {
            match *place {
                Place::Lower if reduced < -self.tolerance => *place = Place::Upper,
                Place::Upper if reduced > self.tolerance => *place = Place::Lower,
                _ => {}
            }
        }
    }

    /// `x_B = B^-1 (b - N x_N)`.
    fn weigh(&mut self, matrix: &Matrix) {
        let m = self.rhs.len();
        self.load[..m].copy_from_slice(&self.rhs);
        for column in 0..self.cost.len() {
            let value = self.resting(column);
            if value != 0.0 {
                for (row, coefficient) in matrix.column(column) {
                    self.load[row] -= coefficient * value;
                }
            }
        }
        self.inverse.times(&self.load, &mut self.values);
        for r in 0..m {
            self.box_of(r);
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

    fn box_of(&mut self, r: usize) {
        let variable = self.inverse.head[r];
        (self.floor[r], self.ceiling[r]) = match self.lower.get(variable) {
            Some(&lower) => (lower, self.upper[variable]),
            None => (0.0, 0.0),
        };
    }

    /// From the basis at hand to an end that holds on a fresh inverse, with nothing perturbed or carried along.
    pub(crate) fn settle(&mut self, matrix: &Matrix) -> End {
        loop {
            self.evaluate(matrix);
            let before = self.pivots;
            let end = self.run(matrix);
            if self.pivots == before || end == End::Limit {
                return end;
            }
            self.refresh(matrix);
        }
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
            let spare = self.gather(sign) + self.margin(bound);
            let entering = if self.bland() {
                enter_lowest(&self.candidates)
            } else {
                enter(&mut self.candidates, excess.abs(), spare, self.tolerance)
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
    pub(crate) fn outside(&self, value: f64, lower: f64, upper: f64) -> f64 {
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
    fn gather(&mut self, sign: f64) -> f64 {
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
                    self.candidates.push(Candidate { column, cost: cost.max(0.0), pivot, range });
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
        self.pivots += 1;
        self.age += 1;
    }

    /// Keeps the inverse fresh and the solve moving.
    fn watch(&mut self, matrix: &Matrix, entering: Candidate) {
        self.stalled = if entering.cost <= self.tolerance { self.stalled + 1 } else { 0 };
        if self.stalled > 2 * self.values.len() + 20 {
            self.stalled = 0;
            self.perturbations += 1;
            self.perturb();
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
    fn perturb(&mut self) {
        if self.bland() {
            return;
        }
        for (column, place) in self.basis.columns.iter().enumerate() {
            let amount = self.tolerance * 100.0 * (1.0 + scatter(column));
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
