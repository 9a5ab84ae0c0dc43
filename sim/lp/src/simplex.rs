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
/// Reduced costs of basic columns, and amounts lacking in rows, up to this are left alone.
const TRIFLE: f64 = 1e-11;
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
    floor: Vec<f64>,
    ceiling: Vec<f64>,
    load: Vec<f64>,
    alpha: Vec<f64>,
    image: Vec<f64>,
    candidates: Vec<Candidate>,
    /// Columns the rule for ties may still move.
    pub(crate) free: Vec<usize>,
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
    fn weigh(&mut self, matrix: &Matrix) {
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

    fn box_of(&mut self, r: usize) {
        let variable = self.inverse.head[r];
        (self.floor[r], self.ceiling[r]) = match self.lower.get(variable) {
            Some(&lower) => (lower, self.upper[variable]),
            None => (0.0, 0.0),
        };
    }

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
