//! The two widths as the vector registers at hand hold them.

use pulp::{Arch, Simd, WithSimd};

use crate::real::Real;

/// Most places of a register: single precision in 64 bytes.
pub const MOST_LANES: usize = 16;

/// How many reals of a width the registers of this processor hold.
pub fn width<R: Packed>() -> usize {
    struct Width<R>(std::marker::PhantomData<R>);
    impl<R: Packed> WithSimd for Width<R> {
        type Output = usize;

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) -> usize {
            R::lanes::<S>()
        }
    }
    Arch::new().dispatch(Width::<R>(std::marker::PhantomData))
}

/// A real of which vector registers hold several.
pub trait Packed: Real {
    /// A register of them.
    type Vector<S: Simd>: bytemuck::Pod;

    /// A slice as registers; its length is a multiple of theirs.
    fn packed<S: Simd>(values: &[Self]) -> &[Self::Vector<S>];
    /// As [`Packed::packed`].
    fn packed_mut<S: Simd>(values: &mut [Self]) -> &mut [Self::Vector<S>];
    /// One value in all places.
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Vector<S>;
    /// `a * b`.
    fn times<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>) -> Self::Vector<S>;
    /// `a * b + c`, rounded once.
    fn plus<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>, c: Self::Vector<S>) -> Self::Vector<S>;
    /// `c - a * b`, rounded once.
    fn minus<S: Simd>(simd: S, a: Self::Vector<S>, b: Self::Vector<S>, c: Self::Vector<S>) -> Self::Vector<S>;

    /// How many a register holds.
    #[inline(always)]
    fn lanes<S: Simd>() -> usize {
        size_of::<Self::Vector<S>>() / size_of::<Self>()
    }

    /// Lanes in the order `lane ^ MASK`.
    #[inline(always)]
    fn exchanged<S: Simd, const MASK: usize>(value: Self::Vector<S>) -> Self::Vector<S> {
        let mut exchanged = value;
        let from: &[Self] = bytemuck::cast_slice(std::slice::from_ref(&value));
        let to: &mut [Self] = bytemuck::cast_slice_mut(std::slice::from_mut(&mut exchanged));
        for lane in 0..Self::lanes::<S>() {
            to[lane] = from[lane ^ MASK];
        }
        exchanged
    }

    /// [`Packed::exchanged`] with a mask that is known when the program runs.
    #[inline(always)]
    fn exchanged_by<S: Simd>(value: Self::Vector<S>, mask: usize) -> Self::Vector<S> {
        let lanes = Self::lanes::<S>();
        let one = if lanes > 1 && mask & 1 != 0 { Self::exchanged::<S, 1>(value) } else { value };
        let two = if lanes > 2 && mask & 2 != 0 { Self::exchanged::<S, 2>(one) } else { one };
        let four = if lanes > 4 && mask & 4 != 0 { Self::exchanged::<S, 4>(two) } else { two };
        if lanes > 8 && mask & 8 != 0 { Self::exchanged::<S, 8>(four) } else { four }
    }

    /// The complex product of (real, imaginary) registers.
    #[inline(always)]
    fn complex_times<S: Simd>(simd: S, a: [Self::Vector<S>; 2], b: [Self::Vector<S>; 2]) -> [Self::Vector<S>; 2] {
        let re = Self::minus(simd, a[1], b[1], Self::times(simd, a[0], b[0]));
        [re, Self::plus(simd, a[0], b[1], Self::times(simd, a[1], b[0]))]
    }
}

macro_rules! packed {
    ($real:ty, $vector:ident, $as:ident, $as_mut:ident, $splat:ident, $times:ident, $plus:ident, $minus:ident) => {
        impl Packed for $real {
            type Vector<S: Simd> = S::$vector;

            #[inline(always)]
            fn packed<S: Simd>(values: &[Self]) -> &[S::$vector] {
                S::$as(values).0
            }

            #[inline(always)]
            fn packed_mut<S: Simd>(values: &mut [Self]) -> &mut [S::$vector] {
                S::$as_mut(values).0
            }

            #[inline(always)]
            fn splat<S: Simd>(simd: S, value: Self) -> S::$vector {
                simd.$splat(value)
            }

            #[inline(always)]
            fn times<S: Simd>(simd: S, a: S::$vector, b: S::$vector) -> S::$vector {
                simd.$times(a, b)
            }

            #[inline(always)]
            fn plus<S: Simd>(simd: S, a: S::$vector, b: S::$vector, c: S::$vector) -> S::$vector {
                simd.$plus(a, b, c)
            }

            #[inline(always)]
            fn minus<S: Simd>(simd: S, a: S::$vector, b: S::$vector, c: S::$vector) -> S::$vector {
                simd.$minus(a, b, c)
            }
        }
    };
}

packed!(f64, f64s, as_simd_f64s, as_mut_simd_f64s, splat_f64s, mul_f64s, mul_add_f64s, negate_mul_add_f64s);
packed!(f32, f32s, as_simd_f32s, as_mut_simd_f32s, splat_f32s, mul_f32s, mul_add_f32s, negate_mul_add_f32s);
