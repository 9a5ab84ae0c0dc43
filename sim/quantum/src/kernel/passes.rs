//! Walks over a block: rotations, a diagonal, between a load and a store of each amplitude.
//!
//! Each kind of walk is a function of its own that is compiled for several sets of instructions, the
//! widest of which is chosen when it runs: small enough for the compiler to keep its vectors in
//! registers. The components are turned apart, because a rotation is real.

use pulp::{Arch, NullaryFnOnce};

use super::lanes::{complex_times, exchanged, mixed, plus};
use super::turn::Turn;
use crate::real::Real;

/// One component of a block, in vectors.
pub type Part<'a, R, const L: usize> = &'a mut [[R; L]];

/// Rotations of positions above the lanes, four at a time.
pub fn turn<R: Real, const L: usize>(part: Part<'_, R, L>, turns: &[(usize, Turn)]) {
    for turns in turns.chunks(4) {
        match turns.len() {
            1 => Arch::new().dispatch(Radix::<R, L, 2>::new(part, turns)),
            2 => Arch::new().dispatch(Radix::<R, L, 4>::new(part, turns)),
            3 => Arch::new().dispatch(Radix::<R, L, 8>::new(part, turns)),
            _ => Arch::new().dispatch(Radix::<R, L, 16>::new(part, turns)),
        }
    }
}

/// Rotations of as many positions as `N` vectors have bits in their numbers.
struct Radix<'a, R, const L: usize, const N: usize> {
    part: Part<'a, R, L>,
    /// Where the `N` vectors stand that are mixed with each other, and where they go.
    from: [usize; N],
    to: [usize; N],
    tangents: [R; 4],
}

impl<'a, R: Real, const L: usize, const N: usize> Radix<'a, R, L, N> {
    fn new(part: Part<'a, R, L>, turns: &[(usize, Turn)]) -> Self {
        let lanes = L.trailing_zeros() as usize;
        let bits = |k: usize| turns.iter().enumerate().map(move |(at, turn)| (k >> at & 1) << (turn.0 - lanes));
        let from: [usize; N] = std::array::from_fn(|k| bits(k).sum());
        let flips: usize = turns.iter().enumerate().map(|(at, turn)| usize::from(turn.1.flip) << at).sum();
        // Results that change places do so on their way out.
        let to = std::array::from_fn(|k| from[k ^ flips]);
        let tangents = std::array::from_fn(|at| turns.get(at).map_or(R::ZERO, |turn| R::of(turn.1.tangent)));
        Self { part, from, to, tangents }
    }
}

impl<R: Real, const L: usize, const N: usize> NullaryFnOnce for Radix<'_, R, L, N> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { part, from, to, tangents } = self;
        let holes = from[N - 1];
        let mut first = 0;
        while first < part.len() {
            let mut values = [[R::ZERO; L]; N];
            for k in 0..N {
                values[k] = part[first + from[k]];
            }
            for at in 0..4 {
                for low in 0..N {
                    if low >> at & 1 == 0 && 1 << at < N {
                        let (a, b) = (values[low], values[low | 1 << at]);
                        values[low] = plus(a, b, -tangents[at]);
                        values[low | 1 << at] = plus(b, a, tangents[at]);
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
pub fn multiply<R: Real, const L: usize>(block: [Part<'_, R, L>; 2], table: [&[[R; L]]; 2]) {
    Arch::new().dispatch(Multiply { block, table });
}

struct Multiply<'a, 't, R, const L: usize> {
    block: [Part<'a, R, L>; 2],
    table: [&'t [[R; L]]; 2],
}

impl<R: Real, const L: usize> NullaryFnOnce for Multiply<'_, '_, R, L> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let [re, im] = self.block;
        let factors = self.table[0].iter().zip(self.table[1]);
        for ((re, im), (factor_re, factor_im)) in re.iter_mut().zip(im).zip(factors) {
            [*re, *im] = complex_times([*re, *im], [factor_re, factor_im]);
        }
    }
}

/// Rotations of positions that are lanes of a vector.
pub fn turn_lanes<R: Real, const L: usize>(part: Part<'_, R, L>, turns: &[(usize, Turn)]) {
    for (position, turn) in turns {
        let coefficients = Coefficients::of(|lane| turn.coefficients(lane >> position & 1));
        across::<R, L>(part, 1 << position, coefficients);
    }
}

/// Values that become `own * itself + other * partner`, lane by lane.
struct Coefficients<R, const L: usize> {
    own: [R; L],
    other: [R; L],
}

impl<R: Real, const L: usize> Coefficients<R, L> {
    fn of(lane: impl Fn(usize) -> [f64; 2]) -> Self {
        Self { own: std::array::from_fn(|at| R::of(lane(at)[0])), other: std::array::from_fn(|at| R::of(lane(at)[1])) }
    }
}

/// Mixes lanes whose numbers differ by `mask`.
fn across<R: Real, const L: usize>(part: Part<'_, R, L>, mask: usize, coefficients: Coefficients<R, L>) {
    macro_rules! on {
        ($($mask:literal)*) => {
            match mask {
                $($mask => Arch::new().dispatch(Across::<R, L, $mask> { part, coefficients }),)*
                _ => {}
            }
        };
    }
    on!(1 2 3 4 5 6 8 9 10 12);
}

struct Across<'a, R, const L: usize, const MASK: usize> {
    part: Part<'a, R, L>,
    coefficients: Coefficients<R, L>,
}

impl<R: Real, const L: usize, const MASK: usize> NullaryFnOnce for Across<'_, R, L, MASK> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Coefficients { own, other } = self.coefficients;
        for value in self.part {
            *value = mixed(*value, &own, exchanged(*value, MASK), &other);
        }
    }
}

/// A rotation in two planes of two positions: the even one, the odd one.
pub fn turn_pair<R: Real, const L: usize>(part: Part<'_, R, L>, positions: [usize; 2], turns: [Turn; 2]) {
    let lanes = L.trailing_zeros() as usize;
    match positions.map(|position| position < lanes) {
        [false, false] => {
            let strides = positions.map(|position| 1 << (position - lanes));
            Arch::new().dispatch(PairOfVectors { part, strides, turns });
        }
        [true, true] => {
            let bits = |lane: usize| positions.map(|position| lane >> position & 1);
            let coefficients = |lane| turns[bits(lane)[0] ^ bits(lane)[1]].coefficients(bits(lane)[0]);
            across::<R, L>(part, 1 << positions[0] | 1 << positions[1], Coefficients::of(coefficients));
        }
        [first, _] => {
            let outside = usize::from(first);
            let bit = positions[1 - outside];
            let side = |half, lane: usize| if outside == 0 { half } else { lane >> bit & 1 };
            let coefficients = |half: usize| {
                Coefficients::of(|lane| turns[half ^ (lane >> bit & 1)].coefficients(side(half, lane)))
            };
            let (stride, halves) = (1 << (positions[outside] - lanes), [coefficients(0), coefficients(1)]);
            match bit {
                0 => Arch::new().dispatch(PairOfBoth::<R, L, 1> { part, stride, halves }),
                1 => Arch::new().dispatch(PairOfBoth::<R, L, 2> { part, stride, halves }),
                2 => Arch::new().dispatch(PairOfBoth::<R, L, 4> { part, stride, halves }),
                _ => Arch::new().dispatch(PairOfBoth::<R, L, 8> { part, stride, halves }),
            }
        }
    }
}

struct PairOfVectors<'a, R, const L: usize> {
    part: Part<'a, R, L>,
    strides: [usize; 2],
    turns: [Turn; 2],
}

impl<R: Real, const L: usize> NullaryFnOnce for PairOfVectors<'_, R, L> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { part, strides: [a, b], turns: [even, odd] } = self;
        let ends = |turn: Turn, x: usize, y: usize| if turn.flip { [y, x] } else { [x, y] };
        let (even_to, odd_to) = (ends(even, 0, a | b), ends(odd, b, a));
        let tangents = [even.tangent, odd.tangent].map(R::of);
        let mut first = 0;
        while first < part.len() {
            let [e, f] = [part[first], part[first + (a | b)]];
            let [o, p] = [part[first + b], part[first + a]];
            part[first + even_to[0]] = plus(e, f, -tangents[0]);
            part[first + even_to[1]] = plus(f, e, tangents[0]);
            part[first + odd_to[0]] = plus(o, p, -tangents[1]);
            part[first + odd_to[1]] = plus(p, o, tangents[1]);
            first = ((first | a | b) + 1) & !(a | b);
        }
    }
}

/// One of the two positions is a lane's bit, `MASK`; of the other, `halves` are its values.
struct PairOfBoth<'a, R, const L: usize, const MASK: usize> {
    part: Part<'a, R, L>,
    stride: usize,
    halves: [Coefficients<R, L>; 2],
}

impl<R: Real, const L: usize, const MASK: usize> NullaryFnOnce for PairOfBoth<'_, R, L, MASK> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Self { part, stride, halves: [zero, one] } = self;
        let mut first = 0;
        while first < part.len() {
            let [a, b] = [part[first], part[first + stride]];
            part[first] = mixed(a, &zero.own, exchanged(b, MASK), &zero.other);
            part[first + stride] = mixed(b, &one.own, exchanged(a, MASK), &one.other);
            first = ((first | stride) + 1) & !stride;
        }
    }
}
