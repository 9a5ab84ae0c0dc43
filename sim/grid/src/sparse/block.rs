//! Block LU of a fixed pattern: 2x2 blocks of lanes, no row exchanges outside a block.
//!
//! Every operation is one multiplication and one subtraction per lane in a fixed order, so a lane's
//! bits depend neither on the other lanes nor on the processor. Right-looking: step `k` scales its
//! column and subtracts its outer product from the entries that [`Pattern`] listed. All functions are
//! inlined into whoever dispatched the instruction set.

use super::pattern::Pattern;

/// A 2x2 block `[a, b; c, d]` by rows, a lane each.
pub(crate) type Block<const L: usize> = [[f64; L]; 4];

/// Two values of a node, a lane each.
pub(crate) type Pair<const L: usize> = [[f64; L]; 2];

/// The two blocks that an entry (low, high) of the pattern stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<const L: usize> {
    /// At (low, high); after factorisation the upper factor.
    pub upper: Block<L>,
    /// At (high, low); after factorisation the lower factor.
    pub lower: Block<L>,
}

impl<const L: usize> Entry<L> {
    /// Both blocks zero.
    pub(crate) const ZERO: Self = Self { upper: [[0.0; L]; 4], lower: [[0.0; L]; 4] };
}

/// `c - a b`.
#[inline(always)]
fn subtract_product<const L: usize>(c: &mut Block<L>, a: &Block<L>, b: &Block<L>) {
    for lane in 0..L {
        c[0][lane] = c[0][lane] - a[0][lane] * b[0][lane] - a[1][lane] * b[2][lane];
        c[1][lane] = c[1][lane] - a[0][lane] * b[1][lane] - a[1][lane] * b[3][lane];
        c[2][lane] = c[2][lane] - a[2][lane] * b[0][lane] - a[3][lane] * b[2][lane];
        c[3][lane] = c[3][lane] - a[2][lane] * b[1][lane] - a[3][lane] * b[3][lane];
    }
}

#[inline(always)]
fn product<const L: usize>(a: &Block<L>, b: &Block<L>) -> Block<L> {
    let mut c = [[0.0; L]; 4];
    for lane in 0..L {
        c[0][lane] = a[0][lane] * b[0][lane] + a[1][lane] * b[2][lane];
        c[1][lane] = a[0][lane] * b[1][lane] + a[1][lane] * b[3][lane];
        c[2][lane] = a[2][lane] * b[0][lane] + a[3][lane] * b[2][lane];
        c[3][lane] = a[2][lane] * b[1][lane] + a[3][lane] * b[3][lane];
    }
    c
}

/// `y - a x`.
#[inline(always)]
fn subtract_image<const L: usize>(y: &mut Pair<L>, a: &Block<L>, x: &Pair<L>) {
    for lane in 0..L {
        y[0][lane] = y[0][lane] - a[0][lane] * x[0][lane] - a[1][lane] * x[1][lane];
        y[1][lane] = y[1][lane] - a[2][lane] * x[0][lane] - a[3][lane] * x[1][lane];
    }
}

#[inline(always)]
fn image<const L: usize>(a: &Block<L>, x: &Pair<L>) -> Pair<L> {
    let mut y = [[0.0; L]; 2];
    for lane in 0..L {
        y[0][lane] = a[0][lane] * x[0][lane] + a[1][lane] * x[1][lane];
        y[1][lane] = a[2][lane] * x[0][lane] + a[3][lane] * x[1][lane];
    }
    y
}

#[inline(always)]
fn sum<const L: usize>(a: &Block<L>, b: &Block<L>) -> Block<L> {
    let mut c = [[0.0; L]; 4];
    for lane in 0..L {
        c[0][lane] = a[0][lane] + b[0][lane];
        c[1][lane] = a[1][lane] + b[1][lane];
        c[2][lane] = a[2][lane] + b[2][lane];
        c[3][lane] = a[3][lane] + b[3][lane];
    }
    c
}

#[inline(always)]
fn inverse<const L: usize>(a: &Block<L>) -> Block<L> {
    let mut c = [[0.0; L]; 4];
    for lane in 0..L {
        let per_determinant = 1.0 / (a[0][lane] * a[3][lane] - a[1][lane] * a[2][lane]);
        c[0][lane] = a[3][lane] * per_determinant;
        c[1][lane] = -a[1][lane] * per_determinant;
        c[2][lane] = -a[2][lane] * per_determinant;
        c[3][lane] = a[0][lane] * per_determinant;
    }
    c
}

/// Raises `most` to the largest magnitude in a block. What is not a number is not seen here: it
/// reaches the solution, which is checked.
#[inline(always)]
fn raise<const L: usize>(most: &mut [f64; L], a: &Block<L>) {
    for lane in 0..L {
        let greater = |a: f64, b: f64| if a > b { a } else { b };
        // As a tree: a chain of four would be what the whole elimination waits for.
        let rows = [greater(a[0][lane].abs(), a[1][lane].abs()), greater(a[2][lane].abs(), a[3][lane].abs())];
        most[lane] = greater(greater(rows[0], rows[1]), most[lane]);
    }
}

/// The matrix that is factorised, by position and entry of the pattern.
pub(crate) trait Matrix<const L: usize> {
    /// The block on the diagonal.
    fn diagonal(&self, k: usize) -> Block<L>;

    /// The blocks an entry stands for; `None` where the matrix has none and all is fill.
    fn entry(&self, entry: usize) -> Option<Entry<L>>;
}

/// Memory of a factorisation. The matrix is asked for each block when its turn comes, the lower factor
/// is never kept, and sums are set to zero again when they were last read: memory is what this waits
/// for. Between factorisations all that is added to is zero.
#[derive(Clone, Debug)]
pub(crate) struct Factor<const L: usize> {
    /// Sums to be added to the diagonal, then the inverse pivots.
    diagonal: Vec<Block<L>>,
    /// Sums to be added to the matrix, then the upper factor.
    entries: Vec<Entry<L>>,
    /// Whether anything is added to an entry.
    changes: Vec<bool>,
    /// Lower factor of the column in turn.
    lower: Vec<Block<L>>,
}

impl<const L: usize> Factor<L> {
    pub(crate) fn new(pattern: &Pattern) -> Self {
        let mut changes = vec![false; pattern.rows.len()];
        pattern.updates.iter().for_each(|&entry| changes[entry as usize] = true);
        let longest = (0..pattern.size()).map(|k| pattern.column(k).len()).max().unwrap_or(0);
        Self {
            diagonal: vec![[[0.0; L]; 4]; pattern.size()],
            entries: vec![Entry::ZERO; changes.len()],
            changes,
            lower: vec![[[0.0; L]; 4]; longest],
        }
    }

    /// Blocks to be added to an entry of the next matrix; zero at first.
    pub(crate) fn change(&mut self, entry: usize) -> &mut Entry<L> {
        if !std::mem::replace(&mut self.changes[entry], true) {
            // Never added to before, it was never set to zero either.
            self.entries[entry] = Entry::ZERO;
        }
        &mut self.entries[entry]
    }

    /// Block to be added to the diagonal of the next matrix.
    pub(crate) fn change_diagonal(&mut self, k: usize) -> &mut Block<L> {
        &mut self.diagonal[k]
    }

    /// The block on the diagonal, changes included.
    #[inline(always)]
    pub(crate) fn diagonal_with_changes(&self, matrix: &impl Matrix<L>, k: usize) -> Block<L> {
        sum(&matrix.diagonal(k), &self.diagonal[k])
    }

    /// The blocks of an entry, changes included.
    #[inline(always)]
    pub(crate) fn with_changes(&self, matrix: &impl Matrix<L>, entry: usize) -> Entry<L> {
        let changes = &self.entries[entry];
        match (matrix.entry(entry), self.changes[entry]) {
            (Some(new), false) => new,
            (Some(new), true) => {
                Entry { upper: sum(&new.upper, &changes.upper), lower: sum(&new.lower, &changes.lower) }
            }
            (None, _) => *changes,
        }
    }

    /// Factorises and turns `rhs` into the solution of the lower half. Returns the largest multiplier
    /// of each lane.
    #[inline(always)]
    pub(crate) fn eliminate(&mut self, pattern: &Pattern, matrix: &impl Matrix<L>, rhs: &mut [Pair<L>]) -> [f64; L] {
        let mut growth = [0.0; L];
        for k in 0..pattern.size() {
            let pivot = inverse(&self.diagonal_with_changes(matrix, k));
            self.diagonal[k] = pivot;
            let own = rhs[k];
            let column = pattern.column(k);
            let first_later = column.end;
            let rows = &pattern.rows[column.clone()];
            for (place, (index, &row)) in column.clone().zip(rows).enumerate() {
                let entry = self.with_changes(matrix, index);
                self.entries[index].upper = entry.upper;
                if self.changes[index] {
                    self.entries[index].lower = [[0.0; L]; 4];
                }
                let lower = product(&entry.lower, &pivot);
                self.lower[place] = lower;
                raise(&mut growth, &lower);
                subtract_image(&mut rhs[row as usize], &lower, &own);
                subtract_product(&mut self.diagonal[row as usize], &lower, &entry.upper);
            }
            let (done, later) = self.entries.split_at_mut(first_later);
            let column = &done[column];
            let mut updates = pattern.updates[pattern.updates_of(k)].iter();
            for (place, (a, a_lower)) in column.iter().zip(&self.lower).enumerate() {
                let others = column[place + 1..].iter().zip(&self.lower[place + 1..]);
                for ((b, b_lower), &target) in others.zip(&mut updates) {
                    let target = &mut later[target as usize - first_later];
                    subtract_product(&mut target.upper, a_lower, &b.upper);
                    subtract_product(&mut target.lower, b_lower, &a.upper);
                }
            }
        }
        growth
    }

    /// Turns what [`Self::eliminate`] left in `rhs` into the solution, and forgets the factors.
    /// Returns the sum of each lane's solution, which tells whether all of it is finite.
    #[inline(always)]
    pub(crate) fn substitute_back(&mut self, pattern: &Pattern, rhs: &mut [Pair<L>]) -> [f64; L] {
        let mut total = [0.0; L];
        for k in (0..pattern.size()).rev() {
            let mut own = rhs[k];
            for (index, &row) in pattern.column(k).zip(&pattern.rows[pattern.column(k)]) {
                subtract_image(&mut own, &self.entries[index].upper, &rhs[row as usize]);
                if self.changes[index] {
                    self.entries[index].upper = [[0.0; L]; 4];
                }
            }
            let solved = image(&self.diagonal[k], &own);
            rhs[k] = solved;
            self.diagonal[k] = [[0.0; L]; 4];
            for lane in 0..L {
                total[lane] += solved[0][lane] + solved[1][lane];
            }
        }
        total
    }
}
