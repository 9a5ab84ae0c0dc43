//! From injections to angles and flows, and back from line prices to bus prices: one factorisation of
//! the susceptance matrix serves both, since it is symmetric. No limits here.

use super::error::Error;
use super::model::Model;
use crate::Network;
use clarabel::algebra::CscMatrix;
use clarabel::qdldl::{QDLDLFactorisation, QDLDLSettings};

/// A factorised susceptance matrix with one reference bus per island taken out.
pub(super) struct Angles {
    factor: QDLDLFactorisation<f64>,
    upper: CscMatrix<f64>,
    pinned: Vec<bool>,
    residual: Vec<f64>,
}

impl Angles {
    /// Factorises `L D L'` in a minimum-degree order. No pivoting: with positive susceptances none is
    /// needed, with series capacitors a vanishing pivot is an error.
    pub fn new(network: &Network, model: &Model) -> Result<Self, Error> {
        let count = model.buses.len();
        let mut pinned = vec![false; count];
        model.reference.iter().for_each(|&bus| pinned[bus] = true);
        let mut entries: Vec<(usize, usize, f64)> =
            (0..count).map(|i| (i, i, f64::from(u8::from(pinned[i])))).collect();
        for line in &model.lines {
            for bus in [line.from, line.to] {
                if !pinned[bus] {
                    entries.push((bus, bus, line.b));
                }
            }
            if !pinned[line.from] && !pinned[line.to] {
                entries.push((line.from.max(line.to), line.from.min(line.to), -line.b));
            }
        }
        let upper = assemble(count, count, entries);
        let settings = QDLDLSettings { regularize_enable: false, ..Default::default() };
        let singular = || Error::Singular { bus: network.buses[model.buses[model.reference[0]]].name.clone() };
        let factor = QDLDLFactorisation::new(&upper, Some(settings)).map_err(|_| singular())?;
        if factor.Dinv.iter().any(|d| !d.is_finite()) {
            return Err(singular());
        }
        Ok(Self { factor, upper, pinned, residual: vec![0.0; count] })
    }

    /// Solves in place `B x = rhs` with `x = 0` at the reference buses, refined once.
    pub fn solve(&mut self, x: &mut [f64]) {
        for (value, &pinned) in x.iter_mut().zip(&self.pinned) {
            if pinned {
                *value = 0.0;
            }
        }
        self.residual.copy_from_slice(x);
        self.factor.solve(x);
        let (columns, rows, values) = (&self.upper.colptr, &self.upper.rowval, &self.upper.nzval);
        for column in 0..x.len() {
            for at in columns[column]..columns[column + 1] {
                let row = rows[at];
                self.residual[row] -= values[at] * x[column];
                if row != column {
                    self.residual[column] -= values[at] * x[row];
                }
            }
        }
        self.factor.solve(&mut self.residual);
        x.iter_mut().zip(&self.residual).for_each(|(value, more)| *value += more);
    }

    /// Angles, rad, with 0 at the reference buses, from net injections, pu.
    pub fn of_injections(&mut self, model: &Model, injection: &[f64]) -> Vec<f64> {
        let mut x = injection.to_vec();
        for line in &model.lines {
            x[line.from] += line.b * line.shift;
            x[line.to] -= line.b * line.shift;
        }
        self.solve(&mut x);
        x
    }

    /// `sum_l price_l dflow_l/dinjection_i` per bus `i`: a row of the PTDF for a single price of 1.
    pub fn weighted_rows(&mut self, model: &Model, prices: impl IntoIterator<Item = (usize, f64)>) -> Vec<f64> {
        let mut x = vec![0.0; model.buses.len()];
        for (line, price) in prices {
            let line = &model.lines[line];
            x[line.from] += price * line.b;
            x[line.to] -= price * line.b;
        }
        self.solve(&mut x);
        x
    }
}

/// Flow of every line, pu, from angles.
pub(super) fn flows(model: &Model, angle: &[f64]) -> Vec<f64> {
    model.lines.iter().map(|l| l.b * (angle[l.from] - angle[l.to] - l.shift)).collect()
}

/// Sums entries (column, row, value) into compressed columns.
pub(super) fn assemble(rows: usize, count: usize, mut entries: Vec<(usize, usize, f64)>) -> CscMatrix<f64> {
    entries.sort_by_key(|e| (e.0, e.1));
    let (mut colptr, mut rowval, mut nzval) = (vec![0; count + 1], Vec::new(), Vec::<f64>::new());
    let mut before = None;
    for (column, row, value) in entries {
        if before == Some((column, row)) {
            *nzval.last_mut().expect("an entry came before") += value;
            continue;
        }
        before = Some((column, row));
        rowval.push(row);
        nzval.push(value);
        colptr[column + 1] = rowval.len();
    }
    for column in 0..count {
        colptr[column + 1] = colptr[column + 1].max(colptr[column]);
    }
    CscMatrix::new(rows, count, colptr, rowval, nzval)
}
