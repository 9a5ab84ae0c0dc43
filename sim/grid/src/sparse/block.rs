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
        for value in a {
            let size = value[lane].abs();
            most[lane] = if size > most[lane] { size } else { most[lane] };
        }
    }
}

/// Factorises in place and turns `rhs` into the solution of the lower half, so that the lower factor
/// is read while it is still in cache. Returns the largest multiplier of each lane.
#[inline(always)]
pub(crate) fn eliminate<const L: usize>(
    pattern: &Pattern,
    diagonal: &mut [Block<L>],
    entries: &mut [Entry<L>],
    rhs: &mut [Pair<L>],
) -> [f64; L] {
    let mut growth = [0.0; L];
    for k in 0..pattern.size() {
        let pivot = inverse(&diagonal[k]);
        diagonal[k] = pivot;
        let own = rhs[k];
        let column = pattern.column(k);
        let rows = &pattern.rows[column.clone()];
        let (done, later) = entries.split_at_mut(column.end);
        let first_later = column.end;
        let column = &mut done[column];
        for (entry, &row) in column.iter_mut().zip(rows) {
            entry.lower = product(&entry.lower, &pivot);
            raise(&mut growth, &entry.lower);
            subtract_image(&mut rhs[row as usize], &entry.lower, &own);
            subtract_product(&mut diagonal[row as usize], &entry.lower, &entry.upper);
        }
        let mut updates = pattern.updates[pattern.updates_of(k)].iter();
        for (place, a) in column.iter().enumerate() {
            for (b, &target) in column[place + 1..].iter().zip(&mut updates) {
                let target = &mut later[target as usize - first_later];
                subtract_product(&mut target.upper, &a.lower, &b.upper);
                subtract_product(&mut target.lower, &b.lower, &a.upper);
            }
        }
    }
    growth
}

/// Turns what [`eliminate`] left in `rhs` into the solution.
#[inline(always)]
pub(crate) fn substitute_back<const L: usize>(
    pattern: &Pattern,
    diagonal: &[Block<L>],
    entries: &[Entry<L>],
    rhs: &mut [Pair<L>],
) {
    for k in (0..pattern.size()).rev() {
        let column = pattern.column(k);
        let mut own = rhs[k];
        for (entry, &row) in entries[column.clone()].iter().zip(&pattern.rows[column]) {
            subtract_image(&mut own, &entry.upper, &rhs[row as usize]);
        }
        rhs[k] = [[0.0; L]; 2];
        for lane in 0..L {
            rhs[k][0][lane] = diagonal[k][0][lane] * own[0][lane] + diagonal[k][1][lane] * own[1][lane];
            rhs[k][1][lane] = diagonal[k][2][lane] * own[0][lane] + diagonal[k][3][lane] * own[1][lane];
        }
    }
}
