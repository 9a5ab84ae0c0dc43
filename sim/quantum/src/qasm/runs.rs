//! Parts of registers as runs of evenly spaced numbers, so that no register is ever written out.

/// `first, first + step, ...`, so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub first: u32,
    pub step: i64,
    pub count: u64,
}

/// Runs one after another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Runs(Vec<Run>);

impl Run {
    fn at(self, index: u64) -> u32 {
        // Both fit: the number is one of a register's, which are below 2^32.
        let offset = i64::try_from(index).unwrap_or(0) * self.step;
        u32::try_from(i64::from(self.first) + offset).unwrap_or(u32::MAX)
    }
}

impl Runs {
    /// `first, first + 1, ...`.
    pub fn register(first: u32, count: u64) -> Self {
        Self(vec![Run { first, step: 1, count }])
    }

    /// Number of members.
    pub fn len(&self) -> u64 {
        self.0.iter().map(|run| run.count).sum()
    }

    /// Number of runs.
    pub fn pieces(&self) -> usize {
        self.0.len()
    }

    /// The member at a position below the length.
    pub fn at(&self, mut index: u64) -> u32 {
        for run in &self.0 {
            if index < run.count {
                return run.at(index);
            }
            index -= run.count;
        }
        u32::MAX
    }

    /// Appends the members of another.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// One member by itself.
    pub fn single(&self, index: u64) -> Self {
        Self(vec![Run { first: self.at(index), step: 1, count: 1 }])
    }

    /// Members `from, from + step, ...` up to and with `to`, all of them positions below the length.
    pub fn range(&self, from: u64, step: i64, to: u64) -> Self {
        let count = from.abs_diff(to) / step.unsigned_abs() + 1;
        if let [run] = *self.0 {
            return Self(vec![Run { first: run.at(from), step: run.step * step, count }]);
        }
        let position = |k: u64| from.checked_add_signed(i64::try_from(k).unwrap_or(0) * step).unwrap_or(from);
        Self((0..count).map(|k| Run { first: self.at(position(k)), step: 1, count: 1 }).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_part_counts_in_the_register() {
        let odd = Runs::register(10, 8).range(1, 2, 7);
        assert_eq!((odd.len(), odd.at(0), odd.at(3)), (4, 11, 17));
        let back = odd.range(3, -2, 0);
        assert_eq!((back.len(), back.at(0), back.at(1)), (2, 17, 13));
    }

    #[test]
    fn a_part_of_joined_runs_takes_members_of_both() {
        let mut joined = Runs::register(0, 2);
        joined.extend(Runs::register(8, 2));
        let middle = joined.range(1, 1, 2);
        assert_eq!((middle.len(), middle.at(0), middle.at(1)), (2, 1, 8));
    }
}
