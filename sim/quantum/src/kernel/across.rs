//! Walks that mix the lanes of a register: rotations of the lowest positions of a block.
//!
//! A value becomes `itself + slope * partner`, or where the results change places
//! `partner + slope * itself`: the same one rounding as in the walks over whole registers.

use pulp::{Arch, Simd, WithSimd};

use super::packed::{MOST_LANES, Packed};
use super::passes::Planes;
use super::turn::Turn;

/// Factors for each place of a register.
type Lanes<R> = [R; MOST_LANES];

fn lanes<R: Packed>(factor: impl Fn(usize) -> f64) -> Lanes<R> {
    let mut factors = [R::ZERO; MOST_LANES];
    (0..MOST_LANES).for_each(|lane| factors[lane] = R::of(factor(lane)));
    factors
}

/// Rotations of single positions, after a diagonal if there is one, all in one walk. A table that is
/// shorter than the block holds again and again; its length is a power of two.
pub fn turn<R: Packed>(block: [&mut [R]; 2], table: Option<[&[R]; 2]>, turns: &[(usize, Turn)]) {
    let mut slopes = [[R::ZERO; MOST_LANES]; 4];
    let mut flips = 0;
    for &(position, turn) in turns {
        slopes[position] = lanes(|lane| turn.slope(lane >> position & 1));
        flips |= usize::from(turn.flip) << position;
    }
    match table {
        Some(table) => Arch::new().dispatch(Lowest::<R, true> { block, table, slopes, flips }),
        None => Arch::new().dispatch(Lowest::<R, false> { block, table: [&[]; 2], slopes, flips }),
    }
}

struct Lowest<'a, 't, R, const TABLE: bool> {
    block: [&'a mut [R]; 2],
    table: [&'t [R]; 2],
    slopes: [Lanes<R>; 4],
    /// Positions whose results change places.
    flips: usize,
}

impl<R: Packed, const TABLE: bool> WithSimd for Lowest<'_, '_, R, TABLE> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { block: [re, im], table, slopes, flips } = self;
        let (re, im) = (R::packed_mut::<S>(re), R::packed_mut::<S>(im));
        let table = table.map(|part| R::packed::<S>(part));
        let slopes = slopes.each_ref().map(|slopes| R::packed::<S>(slopes)[0]);
        let again = table[0].len().wrapping_sub(1);
        for at in 0..re.len().min(im.len()) {
            let mut value = [re[at], im[at]];
            if TABLE {
                value = R::complex_times(simd, value, [table[0][at & again], table[1][at & again]]);
            }
            for part in &mut value {
                *part = turned::<R, S, 1>(simd, *part, slopes[0]);
                *part = turned::<R, S, 2>(simd, *part, slopes[1]);
                *part = turned::<R, S, 4>(simd, *part, slopes[2]);
                *part = turned::<R, S, 8>(simd, *part, slopes[3]);
                *part = R::exchanged_by::<S>(*part, flips);
            }
            [re[at], im[at]] = value;
        }
    }
}

/// `itself + slope * partner`; nothing where a register is too short.
#[inline(always)]
fn turned<R: Packed, S: Simd, const MASK: usize>(simd: S, value: R::Vector<S>, slope: R::Vector<S>) -> R::Vector<S> {
    if MASK < R::lanes::<S>() { R::plus(simd, R::exchanged::<S, MASK>(value), slope, value) } else { value }
}

/// A rotation in two planes of two positions, one of which at least is a lane's.
pub fn turn_pair<R: Packed>(part: &mut [R], (positions, turns): Planes, width: usize) {
    if turns.iter().any(|turn| turn.flip) {
        turn_pair_as::<R, true>(part, (positions, turns), width);
    } else {
        turn_pair_as::<R, false>(part, (positions, turns), width);
    }
}

fn turn_pair_as<R: Packed, const FLIP: bool>(part: &mut [R], (positions, turns): Planes, width: usize) {
    let bit = |lane: usize, at: usize| lane >> positions[at] & 1;
    match positions.map(|position| 1 << position < width) {
        [true, true] => {
            let half = Half::of(|lane| (turns[bit(lane, 0) ^ bit(lane, 1)], bit(lane, 0)));
            let mask = 1 << positions[0] | 1 << positions[1];
            Arch::new().dispatch(Pair::<R, FLIP> { part, mask, stride: 0, halves: [half, half] });
        }
        [true, false] => {
            let halves = [0, 1].map(|high| Half::of(|lane| (turns[high ^ bit(lane, 0)], bit(lane, 0))));
            Arch::new().dispatch(Pair::<R, FLIP> { part, mask: 1 << positions[0], stride: 1 << positions[1], halves });
        }
        [false, _] => {
            let halves = [0, 1].map(|high| Half::of(|lane| (turns[high ^ bit(lane, 1)], high)));
            Arch::new().dispatch(Pair::<R, FLIP> { part, mask: 1 << positions[1], stride: 1 << positions[0], halves });
        }
    }
}

/// What becomes of a register whose partner is `partner`:
/// `(keep * itself + swap * partner) + slope * (keep * partner + swap * itself)`.
#[derive(Clone, Copy)]
struct Half<R> {
    keep: Lanes<R>,
    swap: Lanes<R>,
    slope: Lanes<R>,
}

impl<R: Packed> Half<R> {
    /// From the turn of each lane, and which side of its pair the lane is.
    fn of(turn: impl Fn(usize) -> (Turn, usize)) -> Self {
        let flip = |lane| f64::from(u8::from(turn(lane).0.flip));
        let slope = |lane| turn(lane).0.slope(turn(lane).1 ^ usize::from(turn(lane).0.flip));
        Self { keep: lanes(|lane| 1.0 - flip(lane)), swap: lanes(flip), slope: lanes(slope) }
    }

    #[inline(always)]
    fn apply<S: Simd, const FLIP: bool>(&self, simd: S, value: R::Vector<S>, partner: R::Vector<S>) -> R::Vector<S> {
        let [keep, swap, slope] = [&self.keep, &self.swap, &self.slope].map(|lanes| R::packed::<S>(lanes)[0]);
        if !FLIP {
            return R::plus(simd, partner, slope, value);
        }
        let first = R::plus(simd, partner, swap, R::times(simd, value, keep));
        let second = R::plus(simd, value, swap, R::times(simd, partner, keep));
        R::plus(simd, second, slope, first)
    }
}

/// Partners differ by `mask` in their lane, and by `stride` in their register unless it is 0.
struct Pair<'a, R, const FLIP: bool> {
    part: &'a mut [R],
    mask: usize,
    stride: usize,
    halves: [Half<R>; 2],
}

impl<R: Packed, const FLIP: bool> WithSimd for Pair<'_, R, FLIP> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { part, mask, stride, halves } = self;
        let part = R::packed_mut::<S>(part);
        let stride = stride / R::lanes::<S>();
        let mut first = 0;
        while first < part.len() {
            let (a, b) = (part[first], part[first + stride]);
            part[first + stride] = halves[1].apply::<S, FLIP>(simd, b, R::exchanged_by::<S>(a, mask));
            part[first] = halves[0].apply::<S, FLIP>(simd, a, R::exchanged_by::<S>(b, mask));
            first = ((first | stride) + 1) & !stride;
        }
    }
}
