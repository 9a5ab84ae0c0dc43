//! `L D L^T` of a fixed pattern with scalar entries: one factorisation, right-hand sides in lanes.
//!
//! The pivots may be of either sign (negative reactances), so growth is reported here too.

use super::MOST_GROWTH;
use super::pattern::Pattern;

/// A factorised symmetric matrix.
#[derive(Clone, Debug)]
pub(crate) struct Factor {
    pattern: Pattern,
    inverse_pivots: Vec<f64>,
    lower: Vec<f64>,
    growth: f64,
}

impl Factor {
    /// Factorises the matrix with this diagonal (by position) and these entries (of the pattern).
    pub(crate) fn new(pattern: Pattern, mut diagonal: Vec<f64>, mut entries: Vec<f64>) -> Self {
        let mut growth = 0.0_f64;
        for k in 0..pattern.size() {
            let inverse = 1.0 / diagonal[k];
            diagonal[k] = inverse;
            let column = pattern.column(k);
            let mut updates = pattern.updates[pattern.updates_of(k)].iter();
            for a in column.clone() {
                let multiplier = entries[a] * inverse;
                diagonal[pattern.rows[a] as usize] -= multiplier * entries[a];
                for (b, &target) in (a + 1..column.end).zip(&mut updates) {
                    entries[target as usize] -= multiplier * entries[b];
                }
                growth = growth.max(multiplier.abs());
                entries[a] = multiplier;
            }
        }
        if diagonal.iter().any(|inverse| !inverse.is_finite()) {
            growth = f64::INFINITY;
        }
        Self { pattern, inverse_pivots: diagonal, lower: entries, growth }
    }

    /// Whether the multipliers stayed small enough for the solutions to be trusted.
    pub(crate) fn is_trusted(&self) -> bool {
        self.growth <= MOST_GROWTH
    }

    /// The pattern it was factorised on.
    pub(crate) fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Turns right-hand sides (by position) into solutions.
    #[inline(always)]
    pub(crate) fn solve<const L: usize>(&self, x: &mut [[f64; L]]) {
        for k in 0..self.pattern.size() {
            let own = x[k];
            let column = self.pattern.column(k);
            for (multiplier, &row) in self.lower[column.clone()].iter().zip(&self.pattern.rows[column]) {
                let other = &mut x[row as usize];
                for lane in 0..L {
                    other[lane] -= multiplier * own[lane];
                }
            }
        }
        for k in (0..self.pattern.size()).rev() {
            let mut own = x[k];
            for lane in 0..L {
                own[lane] *= self.inverse_pivots[k];
            }
            let column = self.pattern.column(k);
            for (multiplier, &row) in self.lower[column.clone()].iter().zip(&self.pattern.rows[column]) {
                let other = &x[row as usize];
                for lane in 0..L {
                    own[lane] -= multiplier * other[lane];
                }
            }
            x[k] = own;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_two_by_two_by_hand() {
        // [4 2; 2 3] x = [8 7]: x = [1.25 1.5], since 4*1.25 + 2*1.5 = 8 and 2*1.25 + 3*1.5 = 7.
        let factor = Factor::new(Pattern::new(2, [(0, 1)]), vec![4.0, 3.0], vec![2.0]);
        let at = factor.pattern().position.clone();
        // Degrees tie, so node 0 comes first and the typed diagonal is in order.
        assert_eq!(at, [0, 1]);
        let mut x = [[8.0], [7.0]];
        factor.solve(&mut x);
        assert!((x[0][0] - 1.25).abs() < 1e-15 && (x[1][0] - 1.5).abs() < 1e-15, "{x:?}");
        assert!(factor.is_trusted());
    }

    #[test]
    fn a_zero_pivot_is_not_trusted() {
        assert!(!Factor::new(Pattern::new(2, [(0, 1)]), vec![0.0, 1.0], vec![1.0]).is_trusted());
        assert!(!Factor::new(Pattern::new(2, [(0, 1)]), vec![1e-9, 1.0], vec![1.0]).is_trusted());
    }
}
