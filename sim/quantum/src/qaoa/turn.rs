//! Rotations of single qubits within a tile, eight amplitudes at a time.

use std::ops::Range;

use super::diagonal::BLOCK_BITS;
use super::tile::Columns;
use crate::real::Real;

/// Components of `L` amplitudes, real and imaginary.
type Parts<R, const L: usize> = [[R; L]; 2];

/// Amplitudes that one step of a loop takes, `2^LANE_BITS`: a register of doubles where it is widest.
const LANES: usize = 8;
const LANE_BITS: usize = 3;

/// What one qubit's rotation does to the amplitudes `a` (qubit 0) and `b` (qubit 1). The arithmetic
/// of an amplitude is the same in both forms.
pub(super) trait Turn<R: Real>: Copy + Send + Sync {
    /// The amplitudes after it, of the qubit that tells rows apart.
    fn rows<const L: usize>(self, a: Parts<R, L>, b: Parts<R, L>) -> [Parts<R, L>; 2];

    /// The same for a qubit within a step: `own` amplitudes, and the `other` of each. Lane `l` has
    /// qubit 1 where `l & bit` is not 0.
    fn lanes(self, own: Parts<R, LANES>, other: Parts<R, LANES>, bit: usize) -> Parts<R, LANES>;
}

/// `exp(-i beta X)` without its factor `cos beta`: `a - i t b` and `b - i t a` with `t = tan beta`, so
/// that each component takes one fused product. Where `|sin beta|` is the greater, `beta` is less by
/// a quarter turn (`-i X`) and `FLIP` exchanges the two.
#[derive(Clone, Copy, Debug)]
pub(super) struct XTurn<R, const FLIP: bool> {
    pub tangent: R,
}

impl<R: Real, const FLIP: bool> XTurn<R, FLIP> {
    #[inline(always)]
    fn one<const L: usize>(self, x: Parts<R, L>, y: Parts<R, L>) -> Parts<R, L> {
        let mut sum = x;
        for l in 0..L {
            sum[0][l] = y[1][l].fused(self.tangent, x[0][l]);
            sum[1][l] = y[0][l].fused(-self.tangent, x[1][l]);
        }
        sum
    }
}

impl<R: Real, const FLIP: bool> Turn<R> for XTurn<R, FLIP> {
    #[inline(always)]
    fn rows<const L: usize>(self, a: Parts<R, L>, b: Parts<R, L>) -> [Parts<R, L>; 2] {
        if FLIP { [self.one(b, a), self.one(a, b)] } else { [self.one(a, b), self.one(b, a)] }
    }

    #[inline(always)]
    fn lanes(self, own: Parts<R, LANES>, other: Parts<R, LANES>, _bit: usize) -> Parts<R, LANES> {
        if FLIP { self.one(other, own) } else { self.one(own, other) }
    }
}

/// `[[d, i o], [i o, d*]]`: the rotation of a tilted mixer.
#[derive(Clone, Copy, Debug)]
pub(super) struct TiltedTurn<R> {
    /// Real and imaginary part of `d`.
    pub d: [R; 2],
    /// `o`.
    pub o: R,
}

impl<R: Real> TiltedTurn<R> {
    /// `(c + i s_l) x_l + i o y_l`.
    #[inline(always)]
    fn one<const L: usize>(self, x: Parts<R, L>, y: Parts<R, L>, s: [R; L]) -> Parts<R, L> {
        let (c, o) = (self.d[0], self.o);
        let mut sum = x;
        for l in 0..L {
            sum[0][l] = y[1][l].fused(-o, x[1][l].fused(-s[l], x[0][l] * c));
            sum[1][l] = y[0][l].fused(o, x[0][l].fused(s[l], x[1][l] * c));
        }
        sum
    }
}

impl<R: Real> Turn<R> for TiltedTurn<R> {
    #[inline(always)]
    fn rows<const L: usize>(self, a: Parts<R, L>, b: Parts<R, L>) -> [Parts<R, L>; 2] {
        let s = self.d[1];
        [self.one(a, b, [s; L]), self.one(b, a, [-s; L])]
    }

    #[inline(always)]
    fn lanes(self, own: Parts<R, LANES>, other: Parts<R, LANES>, bit: usize) -> Parts<R, LANES> {
        let mut s = [self.d[1]; LANES];
        for l in 0..LANES {
            s[l] = if l & bit == 0 { s[l] } else { -s[l] };
        }
        self.one(own, other, s)
    }
}

/// Rotates the qubits at some places of a tile's index, in rising order, each by the turn of its place.
#[inline(always)]
pub(super) fn turn_all<R: Real, T: Turn<R>>(
    re: &mut [R],
    im: &mut [R],
    places: Range<usize>,
    turn: impl Fn(usize) -> T,
) {
    let Range { start: mut place, end } = places;
    if place == 0 && re.len() >= LANES {
        turn_lanes(re, im, [turn(0), turn(1), turn(2)]);
        place = LANE_BITS;
    }
    while place < end {
        let turns = [0, 1, 2].map(|next| turn((place + next).min(end - 1)));
        match (place < LANE_BITS, end - place) {
            (true, _) => turn_rows::<R, T, 2, 1>(re, im, 1 << place, turns),
            (false, 1) => turn_rows::<R, T, 2, LANES>(re, im, 1 << place, turns),
            (false, 2) => turn_rows::<R, T, 4, LANES>(re, im, 1 << place, turns),
            (false, _) => turn_rows::<R, T, 8, LANES>(re, im, 1 << place, turns),
        }
        place += if place < LANE_BITS { 1 } else { 3 };
    }
}

/// Rotates the qubits at some places of a tile's index that tell its rows apart, within some columns.
#[inline(always)]
pub(super) fn turn_across<R: Real, T: Turn<R>>(
    re: &mut [R],
    im: &mut [R],
    columns: Columns,
    places: Range<usize>,
    turn: impl Fn(usize) -> T,
) {
    let end = places.end;
    for place in places.step_by(3) {
        let turns = [0, 1, 2].map(|next| turn((place + next).min(end - 1)));
        let stride = 1 << (place - BLOCK_BITS);
        match end - place {
            1 => turn_columns::<R, T, 2>(re, im, columns, stride, turns),
            2 => turn_columns::<R, T, 4>(re, im, columns, stride, turns),
            _ => turn_columns::<R, T, 8>(re, im, columns, stride, turns),
        }
    }
}

/// Rotates the three qubits within a step.
#[inline(always)]
fn turn_lanes<R: Real, T: Turn<R>>(re: &mut [R], im: &mut [R], turns: [T; LANE_BITS]) {
    for (re, im) in re.as_chunks_mut().0.iter_mut().zip(im.as_chunks_mut().0) {
        let mut parts = [*re, *im];
        parts = turns[0].lanes(parts, exchanged::<R, 1>(parts), 1);
        parts = turns[1].lanes(parts, exchanged::<R, 2>(parts), 2);
        parts = turns[2].lanes(parts, exchanged::<R, 4>(parts), 4);
        [*re, *im] = parts;
    }
}

/// Each amplitude in the place of the one that differs from it in a bit.
#[inline(always)]
fn exchanged<R: Real, const BIT: usize>(parts: Parts<R, LANES>) -> Parts<R, LANES> {
    let mut other = parts;
    for l in 0..LANES {
        other[0][l] = parts[0][l ^ BIT];
        other[1][l] = parts[1][l ^ BIT];
    }
    other
}

/// Rotates one qubit for 2 rows, two for 4, three for 8, each row `stride` long.
#[inline(always)]
fn turn_rows<R: Real, T: Turn<R>, const ROWS: usize, const L: usize>(
    re: &mut [R],
    im: &mut [R],
    stride: usize,
    turns: [T; LANE_BITS],
) {
    for (re, im) in re.chunks_exact_mut(ROWS * stride).zip(im.chunks_exact_mut(ROWS * stride)) {
        turn_steps::<R, T, ROWS, L>(re, im, stride, 0..stride, turns);
    }
}

/// The same for qubits that tell a tile's rows apart, within some of its columns; `stride` rows are
/// between two that are rotated into each other.
#[inline(always)]
fn turn_columns<R: Real, T: Turn<R>, const ROWS: usize>(
    re: &mut [R],
    im: &mut [R],
    columns: Columns,
    stride: usize,
    turns: [T; LANE_BITS],
) {
    let far = stride * columns.pitch;
    for (re, im) in re.chunks_exact_mut(ROWS * far).zip(im.chunks_exact_mut(ROWS * far)) {
        for row in 0..stride {
            let first = row * columns.pitch + columns.first;
            turn_steps::<R, T, ROWS, LANES>(re, im, far, first..first + columns.len, turns);
        }
    }
}

/// The same range of places of each row, `L` at a time.
#[inline(always)]
fn turn_steps<R: Real, T: Turn<R>, const ROWS: usize, const L: usize>(
    re: &mut [R],
    im: &mut [R],
    far: usize,
    range: Range<usize>,
    turns: [T; LANE_BITS],
) {
    let (re, im) = (re.as_chunks_mut::<L>().0, im.as_chunks_mut::<L>().0);
    let far = far / L;
    for k in range.start / L..range.end / L {
        let mut parts = [[[R::ZERO; L]; 2]; ROWS];
        for row in 0..ROWS {
            parts[row] = [re[row * far + k], im[row * far + k]];
        }
        for level in 0..const { ROWS.ilog2() as usize } {
            for pair in 0..ROWS / 2 {
                let a = pair & ((1 << level) - 1) | (pair >> level) << (level + 1);
                let b = a | 1 << level;
                [parts[a], parts[b]] = turns[level].rows(parts[a], parts[b]);
            }
        }
        for row in 0..ROWS {
            [re[row * far + k], im[row * far + k]] = parts[row];
        }
    }
}
