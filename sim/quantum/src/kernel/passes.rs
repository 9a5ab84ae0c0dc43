//! Walks over a block: a rotation or a diagonal between a load and a store of each amplitude.
//!
//! Each kind of walk is a function of its own that is compiled for several sets of instructions, the
//! widest of which is chosen when it runs: small enough for the compiler to keep its vectors in
//! registers. Real and imaginary parts are turned apart, because a rotation is real.

use pulp::{Arch, Simd, WithSimd};

use super::across;
use super::packed::Packed;
use super::steps::Span;
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
            add_stride(&mut from, at, *position);
            flips |= usize::from(turn.flip) << at;
            tangents[at] = R::of(turn.tangent);
        }
        // Results that change places do so on their way out.
        let mut to = from;
        if flips != 0 {
            (0..N).for_each(|k| to[k] = from[k ^ flips]);
        }
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
                        mix::<R, S, N>(simd, &mut values, [low, low | 1 << at], tangents[at]);
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

/// Bit `at` of a register's number is bit `position` of its place.
fn add_stride<const N: usize>(places: &mut [usize; N], at: usize, position: usize) {
    let (low, high) = places[..2 << at].split_at_mut(1 << at);
    high.iter_mut().zip(low).for_each(|(high, low)| *high = *low | 1 << position);
}

/// The rotation `[1 -t; t 1]` of two of the registers.
#[inline(always)]
fn mix<R: Packed, S: Simd, const N: usize>(
    simd: S,
    values: &mut [R::Vector<S>; N],
    [x, y]: [usize; 2],
    tangent: R::Vector<S>,
) {
    let (a, b) = (values[x], values[y]);
    values[x] = R::minus(simd, b, tangent, a);
    values[y] = R::plus(simd, a, tangent, b);
}

/// Multiplies a block by a table of factors: the same again and again above its span, each for a run
/// of amplitudes below it.
pub fn multiply<R: Packed>([re, im]: [&mut [R]; 2], table: [&[R]; 2], span: Span) {
    for (re, im) in re.chunks_exact_mut(1 << span.high).zip(im.chunks_exact_mut(1 << span.high)) {
        if span.low == 0 {
            Arch::new().dispatch(Multiply { block: [re, im], table });
        } else {
            Arch::new().dispatch(MultiplyRuns { block: [re, im], table, run: 1 << span.low });
        }
    }
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

struct MultiplyRuns<'a, 't, R> {
    block: [&'a mut [R]; 2],
    table: [&'t [R]; 2],
    run: usize,
}

impl<R: Packed> WithSimd for MultiplyRuns<'_, '_, R> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { block: [re, im], table, run } = self;
        let runs = re.chunks_exact_mut(run).zip(im.chunks_exact_mut(run));
        for ((re, im), (a, b)) in runs.zip(table[0].iter().zip(table[1])) {
            let factor = [*a, *b].map(|part| R::splat(simd, part));
            for (re, im) in R::packed_mut::<S>(re).iter_mut().zip(R::packed_mut::<S>(im)) {
                [*re, *im] = R::complex_times(simd, [*re, *im], factor);
            }
        }
    }
}

/// A rotation of the even plane of two positions, and one of the odd plane.
pub type Planes = ([usize; 2], [Turn; 2]);

/// Rotations in two planes of two positions each, no position twice. `width` values fill a register.
pub fn turn_pairs<R: Packed>(part: &mut [R], pairs: &[Planes], width: usize) {
    let above = |pair: &&Planes| pair.0.into_iter().all(|position| 1 << position >= width);
    pairs.iter().filter(|pair| !above(pair)).for_each(|pair| across::turn_pair(part, *pair, width));
    let mut pairs = pairs.iter().filter(above);
    while let Some(first) = pairs.next() {
        match pairs.next() {
            Some(second) => Arch::new().dispatch(Pairs::<R, 16>::new(part, &[first, second])),
            None => Arch::new().dispatch(Pairs::<R, 4>::new(part, &[first])),
        }
    }
}

/// Rotations of one or two pairs of positions, above the lanes, in `N` registers.
struct Pairs<'a, R, const N: usize> {
    part: &'a mut [R],
    from: [usize; N],
    to: [usize; N],
    /// Of the even and the odd plane of each pair.
    tangents: [[R; 2]; 2],
}

impl<'a, R: Packed, const N: usize> Pairs<'a, R, N> {
    fn new(part: &'a mut [R], pairs: &[&Planes]) -> Self {
        let (mut from, mut tangents) = ([0; N], [[R::ZERO; 2]; 2]);
        for (at, ([first, second], [even, odd])) in pairs.iter().enumerate() {
            add_stride(&mut from, 2 * at, *first);
            add_stride(&mut from, 2 * at + 1, *second);
            tangents[at] = [R::of(even.tangent), R::of(odd.tangent)];
        }
        let mut to = from;
        for (at, (_, [even, odd])) in pairs.iter().enumerate().filter(|(_, (_, turns))| turns.iter().any(|t| t.flip)) {
            for low in (0..N).filter(|k| (k >> (2 * at)) % 4 == 0) {
                for (turn, x, y) in [(even, 0, 3), (odd, 1, 2)] {
                    if turn.flip {
                        to.swap(low | x << (2 * at), low | y << (2 * at));
                    }
                }
            }
        }
        Self { part, from, to, tangents }
    }
}

impl<R: Packed, const N: usize> WithSimd for Pairs<'_, R, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let lanes = R::lanes::<S>();
        let part = R::packed_mut::<S>(self.part);
        let (mut from, mut to) = (self.from, self.to);
        (0..N).for_each(|k| (from[k], to[k]) = (from[k] / lanes, to[k] / lanes));
        let tangents = self.tangents.map(|planes| planes.map(|tangent| R::splat(simd, tangent)));
        let holes = from[N - 1];
        let mut values = [R::splat(simd, R::ZERO); N];
        let mut first = 0;
        while first < part.len() {
            for k in 0..N {
                values[k] = part[first + from[k]];
            }
            mix_planes::<R, S, N, 1>(simd, &mut values, tangents[0]);
            if N > 4 {
                mix_planes::<R, S, N, 4>(simd, &mut values, tangents[1]);
            }
            for k in 0..N {
                part[first + to[k]] = values[k];
            }
            first = ((first | holes) + 1) & !holes;
        }
    }
}

/// The rotations of both planes of the pair whose first qubit is bit `ONE` of the registers' numbers,
/// and whose second is the next. The first is 0 in the first value of a plane.
#[inline(always)]
fn mix_planes<R: Packed, S: Simd, const N: usize, const ONE: usize>(
    simd: S,
    values: &mut [R::Vector<S>; N],
    [even, odd]: [R::Vector<S>; 2],
) {
    for four in 0..N / 4 {
        let low = four % ONE + four / ONE * ONE * 4;
        mix::<R, S, N>(simd, values, [low, low + 3 * ONE], even);
        mix::<R, S, N>(simd, values, [low + 2 * ONE, low + ONE], odd);
    }
}
