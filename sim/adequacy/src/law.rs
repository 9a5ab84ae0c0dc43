//! The law of a capacity: its possible levels on an integer grid, each with its probability.
//!
//! Levels are whole milliwatts (1e-9 MW), so that equal sums meet exactly, whatever order made
//! them; only levels that are reached are kept, so the grid's fineness costs nothing. No level is
//! dropped, however improbable.

use crate::limits::{Budget, Spent};

/// Milliwatts in one MW: steps of the grid.
const GRID_PER_MW: f64 = 1e9;
/// Greatest sum of capacities in MW: below it every level is exact in an f64 (2^53 mW).
pub(crate) const MOST_MW: f64 = 9e6;

/// A level of capacity and its probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Level {
    /// Capacity in mW.
    pub(crate) mw: Grid,
    /// Probability.
    pub(crate) p: f64,
}

/// A capacity on the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Grid(i64);

impl Grid {
    pub(crate) const ZERO: Self = Self(0);

    /// The nearest place on the grid; `mw` lies between 0 and [`MOST_MW`].
    #[expect(clippy::cast_possible_truncation, reason = "at most 9e15, checked before")]
    pub(crate) fn nearest(mw: f64) -> Self {
        Self((mw * GRID_PER_MW).round() as i64)
    }

    /// In MW, correctly rounded.
    #[expect(clippy::cast_precision_loss, reason = "sums stay below 2^53 mW, checked before")]
    pub(crate) fn mw(self) -> f64 {
        self.0 as f64 / GRID_PER_MW
    }

    /// How far `mw` is from its place on the grid, in MW; noise of the multiplication is no shift.
    pub(crate) fn shift_mw(mw: f64) -> f64 {
        let shift = (mw - Self::nearest(mw).mw()).abs();
        if shift <= 4.0 * f64::EPSILON * mw { 0.0 } else { shift }
    }
}

impl std::ops::Add for Grid {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// Levels in ascending order, no two equal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Law {
    levels: Vec<Level>,
}

impl Law {
    /// No capacity, for certain.
    pub(crate) fn none() -> Self {
        Self { levels: vec![Level { mw: Grid::ZERO, p: 1.0 }] }
    }

    /// From levels in any order; equal ones are merged and impossible ones dropped.
    pub(crate) fn new(mut levels: Vec<Level>) -> Self {
        levels.retain(|level| level.p > 0.0);
        levels.sort_by_key(|level| level.mw);
        levels.dedup_by(|next, kept| {
            let same = next.mw == kept.mw;
            if same {
                kept.p += next.p;
            }
            same
        });
        Self { levels }
    }

    pub(crate) fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// The law of the sum with `count` independent capacities of law `unit`.
    pub(crate) fn plus(mut self, unit: &Self, count: u32, budget: &mut Budget) -> Result<Self, Spent> {
        if let [only] = unit.levels.as_slice() {
            return Ok(self.shifted(*only, count));
        }
        for _ in 0..count {
            budget.spend(self.levels.len().saturating_mul(unit.levels.len().saturating_pow(2) / 2))?;
            self = self.convolved(unit);
            budget.hold(self.levels.len())?;
        }
        Ok(self)
    }

    /// The sum with `count` times a certain capacity.
    fn shifted(mut self, certain: Level, count: u32) -> Self {
        let shift = Grid(certain.mw.0 * i64::from(count));
        for level in &mut self.levels {
            level.mw = level.mw + shift;
        }
        self
    }

    /// The convolution, as a merge of one ascending course per level of `unit`.
    fn convolved(&self, unit: &Self) -> Self {
        let old = &self.levels;
        let mut levels = Vec::with_capacity(old.len() * unit.levels.len().min(2));
        let mut heads = vec![0; unit.levels.len()];
        let next = |heads: &[usize]| {
            let ahead = unit.levels.iter().zip(heads);
            ahead.filter_map(|(level, &head)| Some(old.get(head)?.mw + level.mw)).min()
        };
        while let Some(mw) = next(&heads) {
            let mut p = 0.0;
            for (level, head) in unit.levels.iter().zip(&mut heads) {
                if let Some(here) = old.get(*head).filter(|here| here.mw + level.mw == mw) {
                    p += here.p * level.p;
                    *head += 1;
                }
            }
            levels.push(Level { mw, p });
        }
        Self { levels }
    }
}
