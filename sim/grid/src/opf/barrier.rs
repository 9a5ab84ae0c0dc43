//! An interior point method for variables in boxes, `min c x + q x^2 / 2, A x = b, l <= x <= u`, over
//! any matrix that can factorise `A diag(theta) A'`: one dense period or a chain of hours.
//!
//! Mehrotra's predictor and corrector (*SIAM J. Optim.* 2, 1992) with infeasible start. Bounds are
//! kept by the step length, so a box costs nothing in the equations. It shows no infeasibility: where
//! it does not converge, somebody else has to say why.

/// A matrix with its normal equations.
pub(super) trait Structure {
    /// `A x` into `out`.
    fn times(&self, x: &[f64], out: &mut [f64]);
    /// Adds `A' y` to `out`.
    fn add_transposed(&self, y: &[f64], out: &mut [f64]);
    /// Factorises `A diag(theta) A'`; whether that succeeded.
    fn factorise(&mut self, theta: &[f64]) -> bool;
    /// Solves in place with the last factors.
    fn solve(&mut self, rhs: &mut [f64]);
}

/// Variables and right-hand sides. Every `lower` is below its `upper`; either may be infinite.
#[derive(Clone, Debug, Default)]
pub(super) struct Boxes {
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    pub cost: Vec<f64>,
    pub quadratic: Vec<f64>,
    pub rhs: Vec<f64>,
}

/// Variables, prices of rows, and what holds a variable at either end.
#[derive(Clone, Debug, Default)]
pub(super) struct Iterate {
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub at_lower: Vec<f64>,
    pub at_upper: Vec<f64>,
}

/// Distance from the last point at which a step stays inside its box.
const INSIDE: f64 = 0.9995;
const ITERATIONS: usize = 200;

/// Solves to `tolerance`, relative in residuals and gap; `None` where it stalls. Costs should be of
/// size 1.
pub(super) fn solve(boxes: &Boxes, a: &mut impl Structure, tolerance: f64) -> Option<Iterate> {
    let mut run = Run::new(boxes);
    let mut best = f64::INFINITY;
    let mut stale = 0;
    for _ in 0..ITERATIONS {
        run.residuals(a);
        let off = run.distance();
        if off <= tolerance {
            return Some(run.at);
        }
        // Rounding has won when nothing moves any more.
        stale = if off < 0.9 * best { 0 } else { stale + 1 };
        best = best.min(off);
        if !off.is_finite() || stale > 25 || !run.step(a) {
            return None;
        }
    }
    None
}

struct Run<'a> {
    boxes: &'a Boxes,
    at: Iterate,
    theta: Vec<f64>,
    primal: Vec<f64>,
    dual: Vec<f64>,
    dx: Vec<f64>,
    dy: Vec<f64>,
    g: Vec<f64>,
    to_lower: Vec<f64>,
    to_upper: Vec<f64>,
    rhs_size: f64,
    convex: bool,
}

impl<'a> Run<'a> {
    /// In the middle of every box, with products of distance and price all alike.
    fn new(boxes: &'a Boxes) -> Self {
        let (n, m) = (boxes.cost.len(), boxes.rhs.len());
        let middle = |j: usize| match (boxes.lower[j].is_finite(), boxes.upper[j].is_finite()) {
            (true, true) => 0.5 * (boxes.lower[j] + boxes.upper[j]),
            (true, false) => boxes.lower[j] + 1.0,
            (false, true) => boxes.upper[j] - 1.0,
            (false, false) => 0.0,
        };
        let x: Vec<f64> = (0..n).map(middle).collect();
        let width = |j: usize| (x[j] - boxes.lower[j]).min(boxes.upper[j] - x[j]).min(1e3);
        let (total, count) = (0..n).fold((0.0, 0.0), |(sum, count), j| (sum + width(j), count + 1.0));
        let product = (total / f64::max(count, 1.0)).clamp(1e-3, 1e3);
        let price = |distance: f64| if distance.is_finite() { product / distance } else { 0.0 };
        let at_lower = (0..n).map(|j| price(x[j] - boxes.lower[j])).collect();
        let at_upper = (0..n).map(|j| price(boxes.upper[j] - x[j])).collect();
        let zero = || vec![0.0; n];
        Self {
            boxes,
            at: Iterate { x, y: vec![0.0; m], at_lower, at_upper },
            theta: zero(),
            primal: vec![0.0; m],
            dual: zero(),
            dx: zero(),
            dy: vec![0.0; m],
            g: zero(),
            to_lower: zero(),
            to_upper: zero(),
            rhs_size: 1.0 + boxes.rhs.iter().fold(0.0_f64, |most, b| most.max(b.abs())),
            convex: boxes.quadratic.iter().any(|&q| q != 0.0),
        }
    }

    fn residuals(&mut self, a: &impl Structure) {
        let (boxes, at) = (self.boxes, &self.at);
        a.times(&at.x, &mut self.primal);
        self.primal.iter_mut().zip(&boxes.rhs).for_each(|(r, b)| *r = b - *r);
        self.dual.fill(0.0);
        a.add_transposed(&at.y, &mut self.dual);
        for j in 0..at.x.len() {
            self.dual[j] =
                boxes.cost[j] + boxes.quadratic[j] * at.x[j] - self.dual[j] - at.at_lower[j] + at.at_upper[j];
        }
    }

    /// Sum of the products of distances and prices, and their number.
    fn gap(&self) -> (f64, f64) {
        let (boxes, at) = (self.boxes, &self.at);
        let (mut sum, mut count) = (0.0, 0.0);
        for j in 0..at.x.len() {
            if boxes.lower[j].is_finite() {
                sum += (at.x[j] - boxes.lower[j]) * at.at_lower[j];
                count += 1.0;
            }
            if boxes.upper[j].is_finite() {
                sum += (boxes.upper[j] - at.x[j]) * at.at_upper[j];
                count += 1.0;
            }
        }
        (sum, f64::max(count, 1.0))
    }

    /// Worst of primal and dual residual and gap, relative.
    fn distance(&self) -> f64 {
        let largest =
            |r: &[f64]| r.iter().fold(0.0_f64, |most, r| if r.is_nan() { f64::INFINITY } else { most.max(r.abs()) });
        let cost: f64 = self.boxes.cost.iter().zip(&self.at.x).map(|(c, x)| c * x).sum();
        let gap = self.gap().0 / (1.0 + cost.abs());
        (largest(&self.primal) / self.rhs_size).max(largest(&self.dual)).max(gap)
    }

    fn step(&mut self, a: &mut impl Structure) -> bool {
        let (boxes, n) = (self.boxes, self.at.x.len());
        for j in 0..n {
            let at = &self.at;
            let weight = at.at_lower[j] / (at.x[j] - boxes.lower[j]) + at.at_upper[j] / (boxes.upper[j] - at.x[j]);
            self.theta[j] = 1.0 / (boxes.quadratic[j] + weight).max(1e-20);
        }
        if !a.factorise(&self.theta) {
            return false;
        }
        let (gap, count) = self.gap();
        let product = gap / count;
        // Predictor: straight at the optimum; how far it gets says how much to centre.
        for j in 0..n {
            self.to_lower[j] = -(self.at.x[j] - boxes.lower[j]) * self.at.at_lower[j];
            self.to_upper[j] = -(boxes.upper[j] - self.at.x[j]) * self.at.at_upper[j];
        }
        self.direction(a);
        let (by_primal, by_dual) = self.lengths(1.0);
        let reached = self.gap_after(by_primal, by_dual) / count;
        let ratio = (reached / product).max(0.0);
        let centre = product * ratio * ratio * ratio;
        for j in 0..n {
            let (at, dx) = (&self.at, self.dx[j]);
            let (below, above) = (at.x[j] - boxes.lower[j], boxes.upper[j] - at.x[j]);
            let (dl, du) = self.prices_step(j);
            self.to_lower[j] = if below.is_finite() { centre - below * at.at_lower[j] - dx * dl } else { 0.0 };
            self.to_upper[j] = if above.is_finite() { centre - above * at.at_upper[j] + dx * du } else { 0.0 };
        }
        self.direction(a);
        let (by_primal, by_dual) = self.lengths(INSIDE);
        self.advance(by_primal, by_dual);
        by_primal.max(by_dual) > 1e-12
    }

    /// Solves the equations for `dx` and `dy` with the products in `to_lower`, `to_upper`.
    fn direction(&mut self, a: &mut impl Structure) {
        let (boxes, at) = (self.boxes, &self.at);
        for j in 0..at.x.len() {
            let mut g = -self.dual[j];
            if boxes.lower[j].is_finite() {
                g += self.to_lower[j] / (at.x[j] - boxes.lower[j]);
            }
            if boxes.upper[j].is_finite() {
                g -= self.to_upper[j] / (boxes.upper[j] - at.x[j]);
            }
            self.g[j] = g;
            self.dx[j] = self.theta[j] * g;
        }
        a.times(&self.dx, &mut self.dy);
        self.dy.iter_mut().zip(&self.primal).for_each(|(d, r)| *d = r - *d);
        a.solve(&mut self.dy);
        a.add_transposed(&self.dy, &mut self.g);
        self.dx.iter_mut().zip(self.theta.iter().zip(&self.g)).for_each(|(d, (t, g))| *d = t * g);
        self.refine(a);
    }

    /// One refinement: what is left of `A dx = primal` goes through the factors again.
    fn refine(&mut self, a: &mut impl Structure) {
        let mut left = vec![0.0; self.primal.len()];
        a.times(&self.dx, &mut left);
        left.iter_mut().zip(&self.primal).for_each(|(l, r)| *l = r - *l);
        a.solve(&mut left);
        self.dy.iter_mut().zip(&left).for_each(|(d, l)| *d += l);
        a.add_transposed(&left, &mut self.g);
        self.dx.iter_mut().zip(self.theta.iter().zip(&self.g)).for_each(|(d, (t, g))| *d = t * g);
    }

    /// Steps of the prices at both ends of variable `j`.
    fn prices_step(&self, j: usize) -> (f64, f64) {
        let (boxes, at) = (self.boxes, &self.at);
        let (below, above) = (at.x[j] - boxes.lower[j], boxes.upper[j] - at.x[j]);
        let lower = if below.is_finite() { (self.to_lower[j] - at.at_lower[j] * self.dx[j]) / below } else { 0.0 };
        let upper = if above.is_finite() { (self.to_upper[j] + at.at_upper[j] * self.dx[j]) / above } else { 0.0 };
        (lower, upper)
    }

    /// Longest steps of variables and prices, times `part`, at most 1.
    fn lengths(&self, part: f64) -> (f64, f64) {
        let (boxes, at) = (self.boxes, &self.at);
        let (mut primal, mut dual) = (1.0 / part, 1.0 / part);
        for j in 0..at.x.len() {
            let dx = self.dx[j];
            let room = if dx < 0.0 { at.x[j] - boxes.lower[j] } else { boxes.upper[j] - at.x[j] };
            if dx != 0.0 {
                primal = f64::min(primal, room / dx.abs());
            }
            let (dl, du) = self.prices_step(j);
            if dl < 0.0 {
                dual = f64::min(dual, -at.at_lower[j] / dl);
            }
            if du < 0.0 {
                dual = f64::min(dual, -at.at_upper[j] / du);
            }
        }
        if self.convex {
            (primal, dual) = (primal.min(dual), primal.min(dual));
        }
        ((primal * part).min(1.0), (dual * part).min(1.0))
    }

    fn gap_after(&self, by_primal: f64, by_dual: f64) -> f64 {
        let (boxes, at) = (self.boxes, &self.at);
        let mut sum = 0.0;
        for j in 0..at.x.len() {
            let x = at.x[j] + by_primal * self.dx[j];
            let (dl, du) = self.prices_step(j);
            if boxes.lower[j].is_finite() {
                sum += (x - boxes.lower[j]) * (at.at_lower[j] + by_dual * dl);
            }
            if boxes.upper[j].is_finite() {
                sum += (boxes.upper[j] - x) * (at.at_upper[j] + by_dual * du);
            }
        }
        sum
    }

    fn advance(&mut self, by_primal: f64, by_dual: f64) {
        for j in 0..self.at.x.len() {
            let (dl, du) = self.prices_step(j);
            self.at.at_lower[j] += by_dual * dl;
            self.at.at_upper[j] += by_dual * du;
            let (lower, upper) = (self.boxes.lower[j], self.boxes.upper[j]);
            let x = self.at.x[j] + by_primal * self.dx[j];
            // Rounding must not put a variable on its bound.
            self.at.x[j] = if x > lower && x < upper { x } else { self.at.x[j] };
        }
        self.at.y.iter_mut().zip(&self.dy).for_each(|(y, dy)| *y += by_dual * dy);
    }
}
