//! LU with row exchanges: the fall-back for the rare matrix whose fixed pivots are too small.
//!
//! Left-looking by columns (J. R. Gilbert and T. Peierls, SIAM J. Sci. Stat. Comput. 9, 1988), with a
//! heap in place of their depth-first search. The diagonal stays the pivot while it is within a
//! thousandth of the largest candidate, so the order that kept the fill low mostly stands.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// How much smaller than the largest candidate a diagonal pivot may be.
const DIAGONAL_SHARE: f64 = 1e-3;

/// A column: rows and values, in any order, no row twice.
pub(crate) type Column = Vec<(usize, f64)>;

/// Solves the square system with these columns; `None` where it is singular to working precision.
pub(crate) fn solve(columns: &[Column], rhs: &[f64]) -> Option<Vec<f64>> {
    let factors = Factors::new(columns)?;
    let x = factors.solve(rhs);
    x.iter().all(|value| value.is_finite()).then_some(x)
}

struct Factors {
    /// Row that became the pivot of a column.
    pivot_rows: Vec<usize>,
    pivots: Vec<f64>,
    /// Below the pivot: row and multiplier.
    lower: Vec<Column>,
    /// Above the pivot: earlier column and value.
    upper: Vec<Column>,
}

impl Factors {
    fn new(columns: &[Column]) -> Option<Self> {
        let n = columns.len();
        let mut factors = Self { pivot_rows: vec![], pivots: vec![], lower: vec![], upper: vec![] };
        let mut column_of_row = vec![None; n];
        let mut dense = vec![0.0; n];
        for (j, column) in columns.iter().enumerate() {
            let touched = factors.eliminate(column, &column_of_row, &mut dense);
            let largest = touched
                .iter()
                .filter(|&&row| column_of_row[row].is_none())
                .max_by(|&&a, &&b| dense[a].abs().total_cmp(&dense[b].abs()))
                .copied()?;
            let on_diagonal = touched.contains(&j) && column_of_row[j].is_none();
            let keeps = on_diagonal && dense[j].abs() >= DIAGONAL_SHARE * dense[largest].abs();
            let pivot_row = if keeps { j } else { largest };
            let pivot = dense[pivot_row];
            if pivot.abs() < f64::MIN_POSITIVE || !pivot.is_finite() {
                return None;
            }
            column_of_row[pivot_row] = Some(j);
            let (mut below, mut above) = (Column::new(), Column::new());
            for row in touched {
                let value = std::mem::take(&mut dense[row]);
                match column_of_row[row] {
                    None => below.push((row, value / pivot)),
                    Some(earlier) if earlier != j => above.push((earlier, value)),
                    Some(_) => {}
                }
            }
            factors.pivot_rows.push(pivot_row);
            factors.pivots.push(pivot);
            factors.lower.push(below);
            factors.upper.push(above);
        }
        Some(factors)
    }

    /// Subtracts all earlier columns from a new one, in order, in `dense`; returns its rows.
    fn eliminate(&self, column: &Column, column_of_row: &[Option<usize>], dense: &mut [f64]) -> BTreeSet<usize> {
        let mut touched: BTreeSet<usize> = column.iter().map(|&(row, _)| row).collect();
        column.iter().for_each(|&(row, value)| dense[row] = value);
        let mut waiting: BinaryHeap<_> = touched.iter().filter_map(|&row| column_of_row[row]).map(Reverse).collect();
        while let Some(Reverse(earlier)) = waiting.pop() {
            let factor = dense[self.pivot_rows[earlier]];
            for &(row, multiplier) in &self.lower[earlier] {
                if touched.insert(row) {
                    waiting.extend(column_of_row[row].map(Reverse));
                }
                dense[row] -= multiplier * factor;
            }
        }
        touched
    }

    fn solve(&self, rhs: &[f64]) -> Vec<f64> {
        let mut by_row = rhs.to_vec();
        let mut x = Vec::with_capacity(rhs.len());
        for (lower, &pivot_row) in self.lower.iter().zip(&self.pivot_rows) {
            let own = by_row[pivot_row];
            lower.iter().for_each(|&(row, multiplier)| by_row[row] -= multiplier * own);
            x.push(own);
        }
        for k in (0..x.len()).rev() {
            x[k] /= self.pivots[k];
            let own = x[k];
            self.upper[k].iter().for_each(|&(earlier, value)| x[earlier] -= value * own);
        }
        x
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_diagonal_is_exchanged() {
        // [0 2; 3 1] x = [4 5]: x1 = 2, x0 = (5 - 2) / 3 = 1.
        let x = solve(&[vec![(1, 3.0)], vec![(0, 2.0), (1, 1.0)]], &[4.0, 5.0]).unwrap();
        assert!((x[0] - 1.0).abs() < 1e-15 && (x[1] - 2.0).abs() < 1e-15, "{x:?}");
    }

    #[test]
    fn a_tiny_pivot_costs_no_accuracy() {
        // [1e-20 1; 1 1] x = [1 2]: without an exchange x0 would come out as 0.
        let x = solve(&[vec![(0, 1e-20), (1, 1.0)], vec![(0, 1.0), (1, 1.0)]], &[1.0, 2.0]).unwrap();
        assert!((x[0] - 1.0).abs() < 1e-15 && (x[1] - 1.0).abs() < 1e-15, "{x:?}");
    }

    #[test]
    fn a_singular_system_has_no_solution() {
        assert_eq!(solve(&[vec![(0, 1.0), (1, 2.0)], vec![(0, 2.0), (1, 4.0)]], &[1.0, 1.0]), None);
        assert_eq!(solve(&[vec![], vec![(0, 1.0)]], &[1.0, 1.0]), None);
    }
}
