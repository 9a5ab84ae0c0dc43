//! A convex program in boxes: what the interior point, the simplex and the polish have in common.
//!
//! `min sum c x + q x^2 / 2, lower <= x <= upper, row.lower <= a x <= row.upper`. The price of a row is
//! the derivative of the least cost by its right-hand side, so that `c + q x = sum price a + z` with
//! `z` the reduced cost of `x`.

/// A variable.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Column {
    pub lower: f64,
    pub upper: f64,
    pub cost: f64,
    pub quadratic: f64,
}

/// A row; equal ends make it an equation.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub entries: Vec<(usize, f64)>,
    pub lower: f64,
    pub upper: f64,
}

impl Row {
    pub fn at(&self, x: &[f64]) -> f64 {
        self.entries.iter().map(|&(j, a)| a * x[j]).sum()
    }
}

/// Variables and rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

/// Values of the variables and prices of the rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Point {
    pub x: Vec<f64>,
    pub price: Vec<f64>,
}

/// Why there is no point.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Failure {
    Infeasible,
    Unbounded,
    Stalled(String),
}

impl Program {
    /// Largest marginal cost within the boxes: what prices are compared with. Never 0.
    pub fn cost_scale(&self) -> f64 {
        let marginal = |c: &Column, x: f64| if x.is_finite() { (c.cost + c.quadratic * x).abs() } else { c.cost.abs() };
        let most = self.columns.iter().flat_map(|c| [marginal(c, c.lower), marginal(c, c.upper)]).fold(0.0, f64::max);
        if most > 0.0 { most } else { 1.0 }
    }

    /// Reduced costs `c + q x - sum price a`.
    pub fn reduced_costs(&self, point: &Point) -> Vec<f64> {
        let mut z: Vec<f64> = self.columns.iter().zip(&point.x).map(|(c, x)| c.cost + c.quadratic * x).collect();
        for (row, price) in self.rows.iter().zip(&point.price) {
            row.entries.iter().for_each(|&(j, a)| z[j] -= price * a);
        }
        z
    }

    /// Largest violation of a box or a row.
    pub fn violation(&self, x: &[f64]) -> f64 {
        let outside = |lower: f64, value: f64, upper: f64| (lower - value).max(value - upper).max(0.0);
        let boxes = self.columns.iter().zip(x).map(|(c, &x)| outside(c.lower, x, c.upper));
        let rows = self.rows.iter().map(|r| outside(r.lower, r.at(x), r.upper));
        boxes.chain(rows).fold(0.0, |most, v| if v.is_nan() { f64::INFINITY } else { f64::max(most, v) })
    }

    /// Largest price that no limit explains: reduced cost of a variable between its limits, or of the
    /// wrong sign at one; price of a row away from its ends. `near` is the distance that counts as at.
    pub fn unexplained(&self, point: &Point, near: f64) -> f64 {
        let sign = |lower: f64, value: f64, upper: f64, z: f64| {
            let (below, above) = (value <= lower + near, value >= upper - near);
            if (z > 0.0 && below) || (z < 0.0 && above) { 0.0 } else { z.abs() }
        };
        let z = self.reduced_costs(point);
        let boxes = self.columns.iter().zip(&point.x).zip(&z).map(|((c, &x), &z)| sign(c.lower, x, c.upper, z));
        let rows = self.rows.iter().zip(&point.price).map(|(r, &y)| sign(r.lower, r.at(&point.x), r.upper, y));
        boxes.chain(rows).fold(0.0, |most, v| if v.is_nan() { f64::INFINITY } else { f64::max(most, v) })
    }
}
