//! The joint law of the capacity at two consecutive steps.
//!
//! A matrix over the levels of both steps: exact, and large. Who needs it for many units keeps the
//! largest of them apart (see `split`).

use crate::law::Grid;

/// One unit over two consecutive steps.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    /// Capacity at the first step, by state.
    pub(crate) first: Vec<Grid>,
    /// Capacity at the second step, by state.
    pub(crate) second: Vec<Grid>,
    /// State at the first step, state at the second, and the probability of both; none impossible.
    pub(crate) moves: Vec<(usize, usize, f64)>,
}

/// The joint law of two capacities.
#[derive(Clone, Debug)]
pub(crate) struct Joint {
    /// Levels at the first step, ascending.
    rows: Vec<Grid>,
    /// Levels at the second step, ascending.
    cols: Vec<Grid>,
    /// Probabilities, row after row.
    cells: Vec<f64>,
}

impl Joint {
    /// No capacity at either step, for certain.
    pub(crate) fn none() -> Self {
        Self { rows: vec![Grid::ZERO], cols: vec![Grid::ZERO], cells: vec![1.0] }
    }

    /// The joint law of the sums with one further, independent unit.
    pub(crate) fn plus(&self, unit: &Pair) -> Self {
        let (rows, cols) = (reachable(&self.rows, &unit.first), reachable(&self.cols, &unit.second));
        let to_row: Vec<_> = unit.first.iter().map(|own| places(&self.rows, *own, &rows)).collect();
        let to_col: Vec<_> = unit.second.iter().map(|own| places(&self.cols, *own, &cols)).collect();
        let mut cells = vec![0.0; rows.len() * cols.len()];
        for (i, old) in self.cells.chunks_exact(self.cols.len()).enumerate() {
            for &(from, to, p) in &unit.moves {
                let start = to_row[from][i] * cols.len();
                let new = &mut cells[start..start + cols.len()];
                for (old, place) in old.iter().zip(&to_col[to]) {
                    new[*place] += p * old;
                }
            }
        }
        Self { rows, cols, cells }
    }

    /// Every pair of levels in MW, first and second step, with its probability.
    pub(crate) fn levels_mw(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        let rows = self.rows.iter().zip(self.cells.chunks_exact(self.cols.len()));
        rows.flat_map(|(row, cells)| self.cols.iter().zip(cells).map(|(col, p)| (row.mw(), col.mw(), *p)))
    }

    /// Turns each cell into the probability of a first capacity at or above its row and a second
    /// one at or below its column: running sums of positive terms.
    pub(crate) fn into_corner(mut self) -> Corner {
        let width = self.cols.len();
        for row in self.cells.chunks_exact_mut(width) {
            let mut sum = 0.0;
            for cell in row {
                sum += *cell;
                *cell = sum;
            }
        }
        for i in (1..self.rows.len()).rev() {
            let (above, below) = self.cells.split_at_mut(i * width);
            for (cell, next) in above[(i - 1) * width..].iter_mut().zip(&below[..width]) {
                *cell += next;
            }
        }
        let mw = |levels: &[Grid]| levels.iter().map(|level| level.mw()).collect();
        Corner { rows_mw: mw(&self.rows), cols_mw: mw(&self.cols), cells: self.cells }
    }
}

/// Corner probabilities of a joint law.
pub(crate) struct Corner {
    rows_mw: Vec<f64>,
    cols_mw: Vec<f64>,
    cells: Vec<f64>,
}

impl Corner {
    /// `P(first + own >= from, second + own < below)` for a further, independent joint law `own`.
    pub(crate) fn crossing(&self, own: &Joint, from_mw: f64, below_mw: f64) -> f64 {
        let ends = own.cols.iter().map(|col| self.cols_mw.partition_point(|mw| *mw < below_mw - col.mw()));
        let ends: Vec<usize> = ends.collect();
        let mut sum = 0.0;
        for (row, weights) in own.rows.iter().zip(own.cells.chunks_exact(own.cols.len())) {
            let start = self.rows_mw.partition_point(|mw| *mw < from_mw - row.mw());
            if start == self.rows_mw.len() {
                continue;
            }
            let cells = &self.cells[start * self.cols_mw.len()..];
            let terms = weights.iter().zip(&ends).filter(|(_, end)| **end > 0);
            sum += terms.map(|(weight, end)| weight * cells[end - 1]).sum::<f64>();
        }
        sum
    }
}

/// The levels of a joint law, without its probabilities.
pub(crate) struct Shape {
    rows: Vec<Grid>,
    cols: Vec<Grid>,
}

impl Default for Shape {
    fn default() -> Self {
        Self { rows: vec![Grid::ZERO], cols: vec![Grid::ZERO] }
    }
}

impl Shape {
    /// With one further unit.
    pub(crate) fn grow(&mut self, pair: &Pair) {
        self.rows = reachable(&self.rows, &pair.first);
        self.cols = reachable(&self.cols, &pair.second);
    }

    pub(crate) fn cells(&self) -> usize {
        self.rows.len().saturating_mul(self.cols.len())
    }
}

/// The levels that sums of `old` and one of `own` can reach, ascending.
fn reachable(old: &[Grid], own: &[Grid]) -> Vec<Grid> {
    let mut levels: Vec<Grid> = own.iter().flat_map(|own| old.iter().map(|level| *level + *own)).collect();
    levels.sort();
    levels.dedup();
    levels
}

/// Where each of `old`, raised by `own`, stands in `new`; both ascend.
fn places(old: &[Grid], own: Grid, new: &[Grid]) -> Vec<usize> {
    let mut place = 0;
    old.iter()
        .map(|level| {
            place += new[place..].partition_point(|there| *there < *level + own);
            place
        })
        .collect()
}
