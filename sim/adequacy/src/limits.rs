//! How much work and memory an exact answer may take.
//!
//! Counted in elementary operations, not in seconds: the answer to "is it refused" is the same on
//! every machine.

/// Bounds of the exact method; what would exceed them is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Distinct sums of capacity held at once. Memory is about 60 bytes for each.
    pub levels: usize,
    /// Cells of the joint table of consecutive capacities held at once, for
    /// [`event_frequency`](crate::event_frequency). Memory is about 16 bytes for each.
    pub joint_cells: usize,
    /// Elementary operations (a few nanoseconds each) of one call.
    pub work: u64,
}

impl Default for Limits {
    /// About 120 MB for either function, and some seconds.
    fn default() -> Self {
        Self { levels: 2_000_000, joint_cells: 6_000_000, work: 1_000_000_000 }
    }
}

/// What is left of the bound on work.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    left: u64,
}

/// The bound is passed; who knows the horizon turns it into a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spent {
    /// Too many operations.
    Work,
    /// Too many distinct capacities.
    Levels,
    /// No split of the units brings their joint law within the bounds.
    Joint,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, left: limits.work }
    }

    /// Books `operations`.
    pub(crate) fn spend(&mut self, operations: usize) -> Result<(), Spent> {
        let operations = u64::try_from(operations).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(operations).ok_or(Spent::Work)?;
        Ok(())
    }

    /// Holds `levels` distinct capacities at once.
    pub(crate) fn hold(&self, levels: usize) -> Result<(), Spent> {
        if levels > self.limits.levels { Err(Spent::Levels) } else { Ok(()) }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }
}
