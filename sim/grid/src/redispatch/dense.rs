//! Small dense systems: elimination with partial pivoting, ties to the first row.

/// Factors of a square matrix, kept for the next one.
#[derive(Clone, Debug, Default)]
pub(super) struct Factors {
    size: usize,
    /// Row-major; L below the diagonal (unit), U on and above it, rows in pivot order.
    entries: Vec<f64>,
    order: Vec<usize>,
    turned: Vec<f64>,
}

impl Factors {
    /// Factors the `size` by `size` matrix whose entry is `entry(row, column)`; the column that broke down if singular.
    pub fn set(&mut self, size: usize, mut entry: impl FnMut(usize, usize) -> f64) -> Result<(), usize> {
        self.size = size;
        self.entries.clear();
        self.order.clear();
        self.order.extend(0..size);
        for row in 0..size {
            self.entries.extend((0..size).map(|column| entry(row, column)));
        }
        let scale = self.entries.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        (0..size).try_for_each(|column| self.eliminate(column, 1e-13 * scale))
    }

    fn eliminate(&mut self, column: usize, least: f64) -> Result<(), usize> {
        let n = self.size;
        let at = |entries: &[f64], row: usize| entries[row * n + column].abs();
        let pivot = (column + 1..n)
            .fold(column, |best, row| if at(&self.entries, row) > at(&self.entries, best) { row } else { best });
        let size = at(&self.entries, pivot);
        if size.is_nan() || size <= least {
            return Err(column);
        }
        if pivot != column {
            self.order.swap(pivot, column);
            let (upper, lower) = self.entries.split_at_mut(pivot * n);
            upper[column * n..column * n + n].swap_with_slice(&mut lower[..n]);
        }
        let (upper, lower) = self.entries.split_at_mut((column + 1) * n);
        let top = &upper[column * n..];
        for row in lower.chunks_exact_mut(n) {
            let factor = row[column] / top[column];
            row[column] = factor;
            if factor != 0.0 {
                row[column + 1..].iter_mut().zip(&top[column + 1..]).for_each(|(value, t)| *value -= factor * t);
            }
        }
        Ok(())
    }

    /// `A x = b`, in place.
    pub fn solve(&mut self, b: &mut [f64]) {
        let n = self.size;
        self.turned.clear();
        self.turned.extend(self.order.iter().map(|&row| b[row]));
        b.copy_from_slice(&self.turned);
        for row in 1..n {
            b[row] -= dot(&self.entries[row * n..row * n + row], &b[..row]);
        }
        for row in (0..n).rev() {
            let line = &self.entries[row * n..row * n + n];
            b[row] = (b[row] - dot(&line[row + 1..], &b[row + 1..])) / line[row];
        }
    }

    /// `A' x = b`, in place.
    pub fn solve_transposed(&mut self, b: &mut [f64]) {
        let n = self.size;
        for row in 0..n {
            let line = &self.entries[row * n..row * n + n];
            b[row] /= line[row];
            let value = b[row];
            b[row + 1..].iter_mut().zip(&line[row + 1..]).for_each(|(b, u)| *b -= value * u);
        }
        for row in (1..n).rev() {
            let value = b[row];
            b[..row].iter_mut().zip(&self.entries[row * n..]).for_each(|(b, l)| *b -= value * l);
        }
        self.turned.clear();
        self.turned.extend_from_slice(b);
        self.order.iter().zip(&self.turned).for_each(|(&row, &value)| b[row] = value);
    }
}

/// Sum of products: eight sums side by side, then added up from the first, whatever the processor can do at once.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (head_a, tail_a) = a.as_chunks::<8>();
    let (head_b, tail_b) = b.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for (a, b) in head_a.iter().zip(head_b) {
        for k in 0..8 {
            sums[k] += a[k] * b[k];
        }
    }
    let tail: f64 = tail_a.iter().zip(tail_b).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f64>() + tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_that_needs_a_row_exchange_is_solved_both_ways() {
        // 0 1 2 | 3 0 1 | 1 1 0 times (1, 2, 3) is (8, 6, 3); its transpose gives (9, 4, 4).
        let a = [[0.0, 1.0, 2.0], [3.0, 0.0, 1.0], [1.0, 1.0, 0.0]];
        let mut factors = Factors::default();
        factors.set(3, |row, column| a[row][column]).unwrap();
        let (mut x, mut y) = ([8.0, 6.0, 3.0], [9.0, 4.0, 4.0]);
        factors.solve(&mut x);
        factors.solve_transposed(&mut y);
        for (k, expected) in [1.0, 2.0, 3.0].into_iter().enumerate() {
            assert!((x[k] - expected).abs() < 1e-14 && (y[k] - expected).abs() < 1e-14, "{x:?} {y:?}");
        }
    }

    #[test]
    fn a_singular_matrix_is_refused() {
        assert_eq!(Factors::default().set(2, |_, _| 1.0), Err(1));
        assert_eq!(Factors::default().set(1, |_, _| f64::NAN), Err(0));
    }
}
