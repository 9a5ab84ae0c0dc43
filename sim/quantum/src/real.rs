//! The two widths of an amplitude's components.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// `f64` or, by choice, `f32`.
pub trait Real:
    bytemuck::Pod
    + Debug
    + PartialOrd
    + Send
    + Sync
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;

    /// The nearest value of this width.
    #[must_use]
    fn of(value: f64) -> Self;

    /// The same value as a double.
    #[must_use]
    fn wide(self) -> f64;

    /// `self * a + b`, rounded once on every processor: one instruction where it has one, a slow
    /// routine of the same result where it has none.
    #[must_use]
    fn fused(self, a: Self, b: Self) -> Self;
}

macro_rules! real {
    ($($real:ty),*) => {$(
        impl Real for $real {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;

            #[inline(always)]
            #[allow(clippy::cast_possible_truncation, clippy::allow_attributes, reason = "the width was chosen")]
            fn of(value: f64) -> Self {
                value as Self
            }

            #[inline(always)]
            fn wide(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn fused(self, a: Self, b: Self) -> Self {
                self.mul_add(a, b)
            }
        }
    )*};
}

real!(f32, f64);
