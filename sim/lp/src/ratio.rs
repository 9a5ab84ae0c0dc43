//! The ratio test of the dual step: which column enters, and which ones flip to their other bound on the way.
//!
//! As the dual variable of the leaving row moves, reduced costs reach zero one after the other (breakpoints). A boxed
//! column need not stop it: it flips, and takes `|alpha| (u - l)` off the infeasibility that drives the move. The column
//! at which that infeasibility would be used up enters. Breakpoints within the tolerance of one another are taken as one
//! group, of which the largest pivot enters (Harris, 1973).

/// A column whose reduced cost falls to zero at `cost / pivot`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Candidate {
    pub(crate) column: usize,
    /// Size of the reduced cost, not negative.
    pub(crate) cost: f64,
    /// Size of the entry in the pivot row, positive.
    pub(crate) pivot: f64,
    /// Width of the box.
    pub(crate) range: f64,
    /// What counts as zero in `cost`.
    pub(crate) tolerance: f64,
}

/// A pivot below this part of the largest candidate is taken only if no earlier group has a better one.
const WEAK: f64 = 1e-6;

/// Reorders `candidates` so that the first `flips` of them flip, and names the one that enters.
///
/// `slope`: infeasibility of the leaving variable, positive. None if all flips together do not use it up to within
/// `spare`.
pub(crate) fn enter(candidates: &mut [Candidate], mut slope: f64, spare: f64) -> Option<(Candidate, usize)> {
    let strongest = candidates.iter().fold(0.0, |size, candidate| f64::max(size, candidate.pivot));
    let mut best: Option<(Candidate, usize)> = None;
    let mut passed = 0;
    while passed < candidates.len() {
        let group = gather(&mut candidates[passed..]);
        let group = &candidates[passed..passed + group];
        let strong = group[1..].iter().fold(group[0], |best, candidate| stronger(best, *candidate));
        if best.is_none_or(|(kept, _)| strong.pivot >= kept.pivot || strong.pivot >= WEAK * strongest) {
            best = Some((strong, passed));
        }
        slope -= group.iter().map(|candidate| candidate.pivot * candidate.range).sum::<f64>();
        passed += group.len();
        if slope < 0.0 {
            return best;
        }
    }
    best.filter(|_| slope <= spare)
}

/// Swaps the next group of breakpoints to the front and returns its size.
fn gather(rest: &mut [Candidate]) -> usize {
    let reach = rest.iter().fold(f64::INFINITY, |reach, c| reach.min((c.cost + c.tolerance) / c.pivot));
    let mut size = 0;
    for k in 0..rest.len() {
        if rest[k].cost <= reach * rest[k].pivot {
            rest.swap(size, k);
            size += 1;
        }
    }
    size
}

/// The larger pivot; of equal ones the lower column.
fn stronger(a: Candidate, b: Candidate) -> Candidate {
    if b.pivot.total_cmp(&a.pivot).then(a.column.cmp(&b.column)).is_gt() { b } else { a }
}

/// Bland's choice: the smallest ratio, of equal ones the lowest column, nothing flips. It cannot cycle. `candidates` lie
/// in order of their columns.
pub(crate) fn enter_lowest(candidates: &[Candidate]) -> Option<(Candidate, usize)> {
    let first = candidates.first()?;
    // Compared crosswise: a division could make unequal ratios equal.
    let earlier = |a: &Candidate, b: &Candidate| a.cost * b.pivot < b.cost * a.pivot;
    let chosen =
        candidates.iter().fold(first, |best, candidate| if earlier(candidate, best) { candidate } else { best });
    Some((*chosen, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(column: usize, cost: f64, pivot: f64, range: f64) -> Candidate {
        Candidate { column, cost, pivot, range, tolerance: 1e-9 }
    }

    /// Breakpoints at 1, 2, 3; boxes 4, 4, 4; infeasibility 10: 10 - 4 - 4 = 2 > 0, 2 - 4 < 0: the third enters.
    #[test]
    fn flips_what_does_not_use_up_the_infeasibility() {
        let mut list = [candidate(0, 3.0, 1.0, 4.0), candidate(1, 1.0, 1.0, 4.0), candidate(2, 2.0, 1.0, 4.0)];
        let (entering, flips) = enter(&mut list, 10.0, 1e-9).expect("12 > 10");
        assert_eq!((entering.column, flips), (0, 2));
    }

    /// 4 + 4 + 4 = 12 < 13.
    #[test]
    fn no_column_enters_when_all_flips_fall_short() {
        let mut list = [candidate(0, 3.0, 1.0, 4.0), candidate(1, 1.0, 1.0, 4.0), candidate(2, 2.0, 1.0, 4.0)];
        assert_eq!(enter(&mut list, 13.0, 1e-9), None);
    }

    #[test]
    fn of_equal_breakpoints_the_largest_pivot_enters_and_of_equal_pivots_the_lowest_column() {
        let mut list = [candidate(7, 2.0, 1.0, 9.0), candidate(5, 4.0, 2.0, 9.0), candidate(3, 4.0, 2.0, 9.0)];
        assert_eq!(enter(&mut list, 1.0, 1e-9).map(|(c, flips)| (c.column, flips)), Some((3, 0)));
    }
}
