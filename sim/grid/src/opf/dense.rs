//! Normal equations of one period: few rows, nearly full. A row with an interval owns a boxed
//! variable of its own, which adds to the diagonal only.

use super::barrier::{Boxes, Iterate, Structure, solve as barrier};
use super::polish::polish;
use super::program::{Column, Point, Program};

/// Boxes narrower than this, pu, are taken as closed.
const CLOSED: f64 = 1e-10;

/// Solves by the interior point of `barrier`; `None` where that stalls.
pub(super) fn solve(program: &Program, tolerance: f64) -> Option<Point> {
    let scale = program.cost_scale();
    let open: Vec<usize> = (0..program.columns.len()).filter(|&j| !closed(program, j)).collect();
    let mut x: Vec<f64> = program.columns.iter().map(|c| 0.5 * (c.lower + c.upper)).collect();
    open.iter().for_each(|&j| x[j] = 0.0);
    let mut place = vec![usize::MAX; x.len()];
    open.iter().enumerate().for_each(|(here, &j)| place[j] = here);
    let mut boxes = Boxes::default();
    for &j in &open {
        let column = &program.columns[j];
        push(&mut boxes, column.lower, column.upper, column.cost / scale, column.quadratic / scale);
    }
    let (m, n) = (program.rows.len(), open.len());
    let mut a =
        Dense { m, n, entries: vec![0.0; m * n], slack: Vec::new(), factor: vec![0.0; m * m], scaled: vec![0.0; n] };
    for (i, row) in program.rows.iter().enumerate() {
        let fixed = row.at(&x);
        row.entries.iter().filter(|e| place[e.0] != usize::MAX).for_each(|e| a.entries[i * n + place[e.0]] += e.1);
        let (lower, upper) = (row.lower - fixed, row.upper - fixed);
        if upper - lower > CLOSED {
            a.slack.push(i);
            push(&mut boxes, lower, upper, 0.0, 0.0);
            boxes.rhs.push(0.0);
        } else {
            boxes.rhs.push(0.5 * (lower + upper));
        }
    }
    let found = barrier(&boxes, &mut a, tolerance)?;
    Some(tell(program, x, &open, found, scale))
}

/// Least sum by which rows have to break, pu: every row may at a price, nothing else costs.
pub(super) fn least_break(program: &Program) -> Option<f64> {
    let mut soft = program.clone();
    soft.columns.iter_mut().for_each(|column| (column.cost, column.quadratic) = (0.0, 0.0));
    let own = soft.columns.len();
    for row in &mut soft.rows {
        let first = soft.columns.len();
        soft.columns.extend([Column { lower: 0.0, upper: f64::INFINITY, cost: 1.0, quadratic: 0.0 }; 2]);
        row.entries.extend([(first, 1.0), (first + 1, -1.0)]);
    }
    let point = solve(&soft, 1e-10)?;
    Some(polish(&soft, point).0.x[own..].iter().sum())
}

fn tell(program: &Program, mut x: Vec<f64>, open: &[usize], found: Iterate, scale: f64) -> Point {
    open.iter().zip(&found.x).for_each(|(&j, value)| x[j] = *value);
    x.iter_mut().zip(&program.columns).for_each(|(x, c)| *x = x.clamp(c.lower, c.upper));
    Point { x, price: found.y.iter().map(|y| y * scale).collect() }
}

fn closed(program: &Program, j: usize) -> bool {
    program.columns[j].upper - program.columns[j].lower <= CLOSED
}

fn push(boxes: &mut Boxes, lower: f64, upper: f64, cost: f64, quadratic: f64) {
    boxes.lower.push(lower);
    boxes.upper.push(upper);
    boxes.cost.push(cost);
    boxes.quadratic.push(quadratic);
}

/// `A = [entries, -slack]`, rows one after the other.
struct Dense {
    m: usize,
    n: usize,
    entries: Vec<f64>,
    /// Row of each slack variable.
    slack: Vec<usize>,
    /// Lower Cholesky factor, by rows.
    factor: Vec<f64>,
    scaled: Vec<f64>,
}

impl Structure for Dense {
    fn times(&self, x: &[f64], out: &mut [f64]) {
        for (i, out) in out.iter_mut().enumerate() {
            *out = dot(&self.entries[i * self.n..(i + 1) * self.n], &x[..self.n]);
        }
        self.slack.iter().zip(&x[self.n..]).for_each(|(&row, s)| out[row] -= s);
    }

    fn add_transposed(&self, y: &[f64], out: &mut [f64]) {
        for (i, &y) in y.iter().enumerate().filter(|y| *y.1 != 0.0) {
            let row = &self.entries[i * self.n..(i + 1) * self.n];
            out[..self.n].iter_mut().zip(row).for_each(|(o, a)| *o += y * a);
        }
        out[self.n..].iter_mut().zip(&self.slack).for_each(|(o, &row)| *o -= y[row]);
    }

    fn factorise(&mut self, theta: &[f64]) -> bool {
        let (m, n) = (self.m, self.n);
        for i in 0..m {
            let row = &self.entries[i * n..(i + 1) * n];
            self.scaled.iter_mut().zip(row.iter().zip(theta)).for_each(|(s, (a, t))| *s = a * t);
            for j in 0..=i {
                self.factor[i * m + j] = dot(&self.scaled, &self.entries[j * n..(j + 1) * n]);
            }
        }
        for (&row, theta) in self.slack.iter().zip(&theta[n..]) {
            self.factor[row * m + row] += theta;
        }
        cholesky(&mut self.factor, m)
    }

    fn solve(&mut self, rhs: &mut [f64]) {
        let (m, l) = (self.m, &self.factor);
        for i in 0..m {
            rhs[i] = (rhs[i] - dot(&l[i * m..i * m + i], &rhs[..i])) / l[i * m + i];
        }
        for i in (0..m).rev() {
            rhs[i] /= l[i * m + i];
            let value = rhs[i];
            rhs[..i].iter_mut().zip(&l[i * m..i * m + i]).for_each(|(r, l)| *r -= value * l);
        }
    }
}

/// Cholesky in place, by rows. A pivot that cancels belongs to a dependent row: it is made so large
/// that the row has no part in the solution. `false` on a number that is none.
pub(super) fn cholesky(l: &mut [f64], m: usize) -> bool {
    for i in 0..m {
        let (done, row) = l.split_at_mut(i * m);
        let before = row[i];
        for j in 0..i {
            let above = &done[j * m..=j * m + j];
            row[j] = (row[j] - dot(&row[..j], &above[..j])) / above[j];
        }
        let pivot = before - dot(&row[..i], &row[..i]);
        if pivot.is_nan() {
            return false;
        }
        row[i] = if pivot > before * 1e-15 { pivot.sqrt() } else { 1e64 };
    }
    true
}

/// Scalar product in eight sums, the same on every machine.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0_f64; 8];
    let (wide_a, wide_b) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f64 = wide_a.remainder().iter().zip(wide_b.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in wide_a.zip(wide_b) {
        for lane in 0..8 {
            sums[lane] += x[lane] * y[lane];
        }
    }
    rest + sums.iter().sum::<f64>()
}
