//! Lanes: one number per future, 64 futures side by side.
//!
//! A lane is a storage layout, not an idea of its own: lane `i` of group `g` is Monte Carlo
//! replica `64 g + i`. Plain loops over the array compile to SIMD; nothing here is unsafe.

use std::ops::{Deref, DerefMut};

/// How many futures one world advances at once.
pub const LANES: usize = 64;

/// One value per future, aligned to a cache line so that a row is eight full lines of `f64`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct Lanes<T = f64>(pub [T; LANES]);

impl<T: Copy> Lanes<T> {
    /// The same value in every future.
    #[must_use]
    pub const fn splat(value: T) -> Self {
        Self([value; LANES])
    }
}

impl<T: Copy + Default> Default for Lanes<T> {
    fn default() -> Self {
        Self::splat(T::default())
    }
}

impl<T> Deref for Lanes<T> {
    type Target = [T; LANES];
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> DerefMut for Lanes<T> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// The lanes whose bit is set in `mask`, lowest first.
pub(crate) fn set_lanes(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (mask != 0).then(|| {
            let lane = mask.trailing_zeros() as usize;
            mask &= mask - 1;
            lane
        })
    })
}
