//! Walks over a block: a rotation or a diagonal between a load and a store of each amplitude.
//!
//! Each kind of walk is a function of its own that is compiled for several sets of instructions, the
//! widest of which is chosen when it runs: small enough for the compiler to keep its vectors in
//! registers. Real and imaginary parts are turned apart, because a rotation is real.

use pulp::{Arch, Simd, WithSimd};

use super::across;
use super::packed::Packed;
use super::turn::Turn;

/// Rotations of positions above the lanes of a vector, four at a time: sixteen vectors are loaded,
/// turned 32 times in registers and stored.
pub fn turn<R: Packed>(part: &mut [R], turns: &[(usize, Turn)]) {
    for turns in turns.chunks(4) {
        match turns.len() {
            1 => Arch::new().dispatch(Radix::<R, 2>::new(part, turns)),
            2 => Arch::new().dispatch(Radix::<R, 4>::new(part, turns)),
            3 => Arch::new().dispatch(Radix::<R, 8>::new(part, turns)),
            _ => Arch::new().dispatch(Radix::<R, 16>::new(part, turns)),
        }
    }
}

/// Rotations of as many positions as numbers below `N` have bits.
struct Radix<'a, R, const N: usize> {
    part: &'a mut [R],
    /// Where the `N` values stand that are mixed with each other, and where they go.
    from: [usize; N],
    to: [usize; N],
    tangents: [R; 4],
}

impl<'a, R: Packed, const N: usize> Radix<'a, R, N> {
    fn new(part: &'a mut [R], turns: &[(usize, Turn)]) -> Self {
        let (mut from, mut flips, mut tangents) = ([0; N], 0, [R::ZERO; 4]);
        for (at, (position, turn)) in turns.iter().enumerate() {
            (0..N).for_each(|k| from[k] |= (k >> at & 1) << position);
            flips |= usize::from(turn.flip) << at;
            tangents[at] = R::of(turn.tangent);
        }
        // Results that change places do so on their way out.
        let mut to = from;
        (0..N).for_each(|k| to[k] = from[k ^ flips]);
        Self { part, from, to, tangents }
    }
}

impl<R: Packed, const N: usize> WithSimd for Radix<'_, R, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let lanes = R::lanes::<S>();
        let part = R::packed_mut::<S>(self.part);
        let (mut from, mut to) = (self.from, self.to);
        (0..N).for_each(|k| (from[k], to[k]) = (from[k] / lanes, to[k] / lanes));
        let tangents = self.tangents.map(|tangent| R::splat(simd, tangent));
        let holes = from[N - 1];
        let mut values = [R::splat(simd, R::ZERO); N];
        let mut first = 0;
        while first < part.len() {
            for k in 0..N {
                values[k] = part[first + from[k]];
            }
            for at in 0..4 {
                for low in 0..N {
                    if low >> at & 1 == 0 && 1 << at < N {
                        let (a, b) = (values[low], values[low | 1 << at]);
                        values[low] = R::minus(simd, b, tangents[at], a);
                        values[low | 1 << at] = R::plus(simd, a, tangents[at], b);
                    }
                }
            }
            for k in 0..N {
                part[first + to[k]] = values[k];
            }
            first = ((first | holes) + 1) & !holes;
        }
    }
}

/// Multiplies a block by a table of factors.
pub fn multiply<R: Packed>(block: [&mut [R]; 2], table: [&[R]; 2]) {
    Arch::new().dispatch(Multiply { block, table });
}

struct Multiply<'a, 't, R> {
    block: [&'a mut [R]; 2],
    table: [&'t [R]; 2],
}

impl<R: Packed> WithSimd for Multiply<'_, '_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let [re, im] = self.block;
        let factors = R::packed::<S>(self.table[0]).iter().zip(R::packed::<S>(self.table[1]));
        for ((re, im), (a, b)) in R::packed_mut::<S>(re).iter_mut().zip(R::packed_mut::<S>(im)).zip(factors) {
            [*re, *im] = R::complex_times(simd, [*re, *im], [*a, *b]);
        }
    }
}

/// A rotation in two planes of two positions: the even one, the odd one. `width` values fill a
/// register.
pub fn turn_pair<R: Packed>(part: &mut [R], positions: [usize; 2], turns: [Turn; 2], width: usize) {
    if positions.into_iter().any(|position| 1 << position < width) {
        across::turn_pair(part, positions, turns, width);
    } else {
        Arch::new().dispatch(Pair { part, positions, turns });
    }
}

struct Pair<'a, R> {
    part: &'a mut [R],
    positions: [usize; 2],
    turns: [Turn; 2],
}

impl<R: Packed> WithSimd for Pair<'_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { part, positions, turns: [even, odd] } = self;
        let lanes = R::lanes::<S>();
        let part = R::packed_mut::<S>(part);
        let [a, b] = positions.map(|position| (1 << position) / lanes);
        let ends = |turn: Turn, x: usize, y: usize| if turn.flip { [y, x] } else { [x, y] };
        let (even_to, odd_to) = (ends(even, 0, a | b), ends(odd, b, a));
        let [even, odd] = [even.tangent, odd.tangent].map(|tangent| R::splat(simd, R::of(tangent)));
        let mut first = 0;
        while first < part.len() {
            let [e, f] = [part[first], part[first + (a | b)]];
            let [o, p] = [part[first + b], part[first + a]];
            part[first + even_to[0]] = R::minus(simd, f, even, e);
            part[first + even_to[1]] = R::plus(simd, e, even, f);
            part[first + odd_to[0]] = R::minus(simd, p, odd, o);
            part[first + odd_to[1]] = R::plus(simd, o, odd, p);
            first = ((first | a | b) + 1) & !(a | b);
        }
    }
}
