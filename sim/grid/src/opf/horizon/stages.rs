//! Normal equations of a chain of hours that only stores of energy link.
//!
//! Hour `t` has rows of its own (balances, lines) and, after them, one row per store,
//! `e_t - carry e_(t-1) + ... = rhs`. So `A theta A'` is block tridiagonal with blocks that touch the
//! store rows alone, and elimination hour by hour costs the same for every hour. A cyclic store links
//! the first hour to the last one: that link is carried along as one more block.

use super::super::barrier::Structure;
use super::super::dense::{cholesky, dot};

/// One hour: `rows` rows by `columns` columns in `entries`, by rows; the stores' rows are the last,
/// and their levels the last columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Hour {
    pub rows: usize,
    pub columns: usize,
    pub entries: Vec<f64>,
    /// Row of each slack variable; they come after the columns.
    pub slack: Vec<usize>,
}

/// The chain, its factors and room to work.
pub(super) struct Stages {
    hours: Vec<Hour>,
    /// First row and first variable of each hour.
    row: Vec<usize>,
    variable: Vec<usize>,
    /// Part of a level that is left after a step, and whether the last hour hands on to the first.
    carry: Vec<f64>,
    cyclic: Vec<bool>,
    /// Lower Cholesky factors, hour by hour, and where each begins.
    factor: Vec<f64>,
    at: Vec<usize>,
    /// Per hour: link to the hour before (diagonal) and to the last hour.
    link: Vec<f64>,
    arrow: Vec<f64>,
    scaled: Vec<f64>,
    small: Vec<f64>,
}

impl Stages {
    pub fn new(hours: Vec<Hour>, carry: Vec<f64>, cyclic: Vec<bool>) -> Self {
        let stores = carry.len();
        let (mut row, mut variable, mut at) = (vec![0], vec![0], vec![0]);
        for (t, hour) in hours.iter().enumerate() {
            row.push(row[t] + hour.rows);
            variable.push(variable[t] + hour.columns + hour.slack.len());
            at.push(at[t] + hour.rows * hour.rows);
        }
        let widest = hours.iter().map(|hour| hour.columns).max().unwrap_or(0);
        let count = hours.len();
        Self {
            factor: vec![0.0; at[count]],
            link: vec![0.0; count * stores],
            arrow: vec![0.0; count * stores * stores],
            scaled: vec![0.0; widest],
            small: vec![0.0; stores * stores],
            hours,
            row,
            variable,
            carry,
            cyclic,
            at,
        }
    }

    /// Variable of level `k` at the end of hour `t`.
    fn level(&self, t: usize, k: usize) -> usize {
        self.variable[t] + self.hours[t].columns - self.carry.len() + k
    }

    /// Row of store `k` in hour `t`.
    fn store_row(&self, t: usize, k: usize) -> usize {
        self.row[t + 1] - self.carry.len() + k
    }

    /// The hour that hands store `k` on to hour `t`.
    fn before(&self, t: usize, k: usize) -> Option<usize> {
        t.checked_sub(1).or(self.cyclic[k].then(|| self.hours.len() - 1))
    }

    /// `A_t theta A_t'` and the diagonal of the levels handed on, into the factor's place.
    fn own_block(&mut self, t: usize, theta: &[f64]) {
        let hour = &self.hours[t];
        let (m, n, at) = (hour.rows, hour.columns, self.at[t]);
        let theta_t = &theta[self.variable[t]..self.variable[t + 1]];
        let block = &mut self.factor[at..at + m * m];
        for i in 0..m {
            let row = &hour.entries[i * n..(i + 1) * n];
            self.scaled[..n].iter_mut().zip(row.iter().zip(theta_t)).for_each(|(s, (a, t))| *s = a * t);
            for j in 0..=i {
                block[i * m + j] = dot(&self.scaled[..n], &hour.entries[j * n..(j + 1) * n]);
            }
        }
        hour.slack.iter().zip(&theta_t[n..]).for_each(|(&row, t)| block[row * m + row] += t);
    }

    fn add_levels(&mut self, t: usize, theta: &[f64]) {
        let stores = self.carry.len();
        for k in 0..stores {
            let Some(before) = self.before(t, k) else { continue };
            let weight = theta[self.level(before, k)] * self.carry[k];
            let m = self.hours[t].rows;
            let i = m - stores + k;
            self.factor[self.at[t] + i * m + i] += weight * self.carry[k];
            if t > 0 {
                self.link[t * stores + k] = -weight;
            } else if before == t {
                // A single hour that hands on to itself.
                self.factor[self.at[t] + i * m + i] -= 2.0 * weight;
            } else {
                self.arrow[k * stores + k] = -weight;
            }
        }
    }

    /// Solves with the store part of hour `t`'s factor: `small = (L22 L22')^-1 small`.
    fn solve_small(&mut self, t: usize) {
        let (stores, m) = (self.carry.len(), self.hours[t].rows);
        let l = &self.factor[self.at[t]..self.at[t] + m * m];
        let first = m - stores;
        for c in 0..stores {
            for i in 0..stores {
                let sum: f64 = (0..i).map(|j| l[(first + i) * m + first + j] * self.small[j * stores + c]).sum();
                let value = self.small[i * stores + c] - sum;
                self.small[i * stores + c] = value / l[(first + i) * m + first + i];
            }
            for i in (0..stores).rev() {
                let sum: f64 =
                    (i + 1..stores).map(|j| l[(first + j) * m + first + i] * self.small[j * stores + c]).sum();
                let value = self.small[i * stores + c] - sum;
                self.small[i * stores + c] = value / l[(first + i) * m + first + i];
            }
        }
    }

    /// Takes hour `t` out of the next one and of the last.
    fn eliminate(&mut self, t: usize) {
        let (stores, last) = (self.carry.len(), self.hours.len() - 1);
        // inverse * link': column `c` is the next hour's link of store `c`.
        self.small.fill(0.0);
        for c in 0..stores {
            self.small[c * stores + c] = self.link[(t + 1) * stores + c];
        }
        self.solve_small(t);
        let next = self.hours[t + 1].rows;
        for i in 0..stores {
            for j in 0..=i {
                let by = self.link[(t + 1) * stores + i] * self.small[i * stores + j];
                self.factor[self.at[t + 1] + (next - stores + i) * next + next - stores + j] -= by;
            }
        }
        let arrow: Vec<f64> = self.arrow[t * stores * stores..(t + 1) * stores * stores].to_vec();
        if arrow.iter().all(|&a| a == 0.0) {
            return;
        }
        let product = |i: usize, c: usize, small: &[f64]| -> f64 {
            (0..stores).map(|k| arrow[i * stores + k] * small[k * stores + c]).sum()
        };
        for i in 0..stores {
            for c in 0..stores {
                let fill = -product(i, c, &self.small);
                if t + 1 < last {
                    self.arrow[(t + 1) * stores * stores + i * stores + c] = fill;
                } else {
                    // The next hour is the last one: its own block takes the fill from both sides.
                    let m = self.hours[last].rows;
                    let (row, column) = (m - stores + i.max(c), m - stores + i.min(c));
                    self.factor[self.at[last] + row * m + column] += if i == c { 2.0 * fill } else { fill };
                }
            }
        }
        for i in 0..stores {
            for k in 0..stores {
                self.small[k * stores + i] = arrow[i * stores + k];
            }
        }
        self.solve_small(t);
        let m = self.hours[last].rows;
        for i in 0..stores {
            for j in 0..=i {
                let by = product(i, j, &self.small);
                self.factor[self.at[last] + (m - stores + i) * m + m - stores + j] -= by;
            }
        }
    }
}

impl Structure for Stages {
    fn times(&self, x: &[f64], out: &mut [f64]) {
        let stores = self.carry.len();
        for (t, hour) in self.hours.iter().enumerate() {
            let x_t = &x[self.variable[t]..self.variable[t + 1]];
            let out_t = &mut out[self.row[t]..self.row[t + 1]];
            for (i, out) in out_t.iter_mut().enumerate() {
                *out = dot(&hour.entries[i * hour.columns..(i + 1) * hour.columns], &x_t[..hour.columns]);
            }
            hour.slack.iter().zip(&x_t[hour.columns..]).for_each(|(&row, s)| out_t[row] -= s);
            for k in 0..stores {
                if let Some(before) = self.before(t, k) {
                    out[self.store_row(t, k)] -= self.carry[k] * x[self.level(before, k)];
                }
            }
        }
    }

    fn add_transposed(&self, y: &[f64], out: &mut [f64]) {
        let stores = self.carry.len();
        for (t, hour) in self.hours.iter().enumerate() {
            let y_t = &y[self.row[t]..self.row[t + 1]];
            let out_t = &mut out[self.variable[t]..self.variable[t + 1]];
            for (i, &y) in y_t.iter().enumerate() {
                let row = &hour.entries[i * hour.columns..(i + 1) * hour.columns];
                out_t[..hour.columns].iter_mut().zip(row).for_each(|(o, a)| *o += y * a);
            }
            out_t[hour.columns..].iter_mut().zip(&hour.slack).for_each(|(o, &row)| *o -= y_t[row]);
            for k in 0..stores {
                if let Some(before) = self.before(t, k) {
                    out[self.level(before, k)] -= self.carry[k] * y[self.store_row(t, k)];
                }
            }
        }
    }

    fn factorise(&mut self, theta: &[f64]) -> bool {
        self.arrow.fill(0.0);
        for t in 0..self.hours.len() {
            self.own_block(t, theta);
            self.add_levels(t, theta);
        }
        for t in 0..self.hours.len() {
            let m = self.hours[t].rows;
            if !cholesky(&mut self.factor[self.at[t]..self.at[t] + m * m], m) {
                return false;
            }
            if t + 1 < self.hours.len() {
                self.eliminate(t);
            }
        }
        true
    }

    fn solve(&mut self, rhs: &mut [f64]) {
        let count = self.hours.len();
        for t in 0..count {
            self.forward(t, rhs);
            if t + 1 < count {
                self.hand_on(t, rhs);
            }
        }
        for t in (0..count).rev() {
            self.back(t, rhs);
        }
    }
}

impl Stages {
    fn forward(&self, t: usize, rhs: &mut [f64]) {
        let m = self.hours[t].rows;
        let (l, rhs) = (&self.factor[self.at[t]..self.at[t] + m * m], &mut rhs[self.row[t]..self.row[t + 1]]);
        for i in 0..m {
            rhs[i] = (rhs[i] - dot(&l[i * m..i * m + i], &rhs[..i])) / l[i * m + i];
        }
    }

    /// What the hours after `t` see of it: `link * L22^-T` times its solved store rows.
    fn hand_on(&self, t: usize, rhs: &mut [f64]) {
        let (stores, m, last) = (self.carry.len(), self.hours[t].rows, self.hours.len() - 1);
        let l = &self.factor[self.at[t]..self.at[t] + m * m];
        let first = m - stores;
        let mut seen = [0.0_f64; 16];
        let mut long = Vec::new();
        let seen: &mut [f64] = if stores <= 16 {
            &mut seen[..stores]
        } else {
            long.resize(stores, 0.0);
            &mut long
        };
        seen.copy_from_slice(&rhs[self.row[t] + first..self.row[t + 1]]);
        for i in (0..stores).rev() {
            let sum: f64 = (i + 1..stores).map(|j| l[(first + j) * m + first + i] * seen[j]).sum();
            seen[i] = (seen[i] - sum) / l[(first + i) * m + first + i];
        }
        for k in 0..stores {
            rhs[self.store_row(t + 1, k)] -= self.link[(t + 1) * stores + k] * seen[k];
            let arrow = &self.arrow[(t * stores + k) * stores..(t * stores + k + 1) * stores];
            rhs[self.store_row(last, k)] -= dot(arrow, seen);
        }
    }

    /// Solves hour `t` backwards, given the hours after it.
    fn back(&self, t: usize, rhs: &mut [f64]) {
        let (stores, m, last) = (self.carry.len(), self.hours[t].rows, self.hours.len() - 1);
        let l = &self.factor[self.at[t]..self.at[t] + m * m];
        let first = m - stores;
        if t < last {
            // rhs -= L22^-1 (link' y_next + arrow' y_last), in the store rows.
            let mut pull = vec![0.0; stores];
            for k in 0..stores {
                pull[k] = self.link[(t + 1) * stores + k] * rhs[self.store_row(t + 1, k)];
                for i in 0..stores {
                    pull[k] += self.arrow[(t * stores + i) * stores + k] * rhs[self.store_row(last, i)];
                }
            }
            for i in 0..stores {
                let sum: f64 = (0..i).map(|j| l[(first + i) * m + first + j] * pull[j]).sum();
                pull[i] = (pull[i] - sum) / l[(first + i) * m + first + i];
                rhs[self.store_row(t, i)] -= pull[i];
            }
        }
        let rhs = &mut rhs[self.row[t]..self.row[t + 1]];
        for i in (0..m).rev() {
            rhs[i] /= l[i * m + i];
            let value = rhs[i];
            rhs[..i].iter_mut().zip(&l[i * m..i * m + i]).for_each(|(r, l)| *r -= value * l);
        }
    }
}
