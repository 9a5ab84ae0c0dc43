//! Rotations of single qubits within a tile, eight amplitudes at a time.

use std::ops::Range;

use crate::real::Real;

/// An amplitude's components.
type Parts<R, const L: usize> = [[R; L]; 2];

/// Lanes that one step of a loop takes: a register of doubles where it is widest.
const LANES: usize = 8;

/// What one qubit's rotation does to the two amplitudes `a` (qubit 0) and `b` (qubit 1).
pub(super) trait Turn<R: Real>: Copy + Send + Sync {
    /// The amplitudes after it.
    fn pair<const L: usize>(self, a: Parts<R, L>, b: Parts<R, L>) -> (Parts<R, L>, Parts<R, L>);
}

/// `exp(-i beta X)` without its factor `cos beta`: `a - i t b` and `b - i t a` with `t = tan beta`, so
/// that each component takes one fused product. Where `|sin beta|` is the greater, `beta` is less by
/// a quarter turn (`-i X`) and `FLIP` exchanges the two.
#[derive(Clone, Copy, Debug)]
pub(super) struct XTurn<R, const FLIP: bool> {
    pub tangent: R,
}

impl<R: Real, const FLIP: bool> Turn<R> for XTurn<R, FLIP> {
    #[inline(always)]
    fn pair<const L: usize>(self, a: Parts<R, L>, b: Parts<R, L>) -> (Parts<R, L>, Parts<R, L>) {
        let t = self.tangent;
        let add = |x: [R; L], t: R, y: [R; L]| std::array::from_fn(|l| y[l].fused(t, x[l]));
        let first = [add(a[0], t, b[1]), add(a[1], -t, b[0])];
        let second = [add(b[0], t, a[1]), add(b[1], -t, a[0])];
        if FLIP { (second, first) } else { (first, second) }
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

impl<R: Real> Turn<R> for TiltedTurn<R> {
    #[inline(always)]
    fn pair<const L: usize>(self, a: Parts<R, L>, b: Parts<R, L>) -> (Parts<R, L>, Parts<R, L>) {
        let ([c, s], o) = (self.d, self.o);
        let add = |x: [R; L], s: R, y: [R; L], o: R, z: [R; L]| {
            std::array::from_fn(|l| z[l].fused(o, y[l].fused(s, x[l] * c)))
        };
        let first = [add(a[0], -s, a[1], -o, b[1]), add(a[1], s, a[0], o, b[0])];
        let second = [add(b[0], s, b[1], -o, a[1]), add(b[1], -s, b[0], o, a[0])];
        (first, second)
    }
}

/// Rotates the qubits at some places of a tile's index, each by the turn of its place.
#[inline(always)]
pub(super) fn turn_all<R: Real, T: Turn<R>>(
    re: &mut [R],
    im: &mut [R],
    places: Range<usize>,
    turn: impl Fn(usize) -> T,
) {
    let mut place = places.start;
    while place < places.end {
        let turns = [0, 1, 2].map(|next| turn((place + next).min(places.end - 1)));
        match places.end - place {
            1 => turn_rows::<R, T, 2>(re, im, place, turns),
            2 => turn_rows::<R, T, 4>(re, im, place, turns),
            _ => turn_rows::<R, T, 8>(re, im, place, turns),
        }
        place += 3;
    }
}

/// Rotates one qubit for 2 rows, two for 4, three for 8.
#[inline(always)]
fn turn_rows<R: Real, T: Turn<R>, const ROWS: usize>(re: &mut [R], im: &mut [R], place: usize, turns: [T; 3]) {
    if 1 << place >= LANES {
        turn_steps::<R, T, ROWS, LANES>(re, im, 1 << place, turns);
    } else {
        turn_steps::<R, T, ROWS, 1>(re, im, 1 << place, turns);
    }
}

#[inline(always)]
fn turn_steps<R: Real, T: Turn<R>, const ROWS: usize, const L: usize>(
    re: &mut [R],
    im: &mut [R],
    stride: usize,
    turns: [T; 3],
) {
    for (re, im) in re.chunks_exact_mut(ROWS * stride).zip(im.chunks_exact_mut(ROWS * stride)) {
        let re = rows::<R, ROWS, L>(re);
        let im = rows::<R, ROWS, L>(im);
        for k in 0..stride / L {
            let mut parts: [Parts<R, L>; ROWS] = std::array::from_fn(|row| [re[row][k], im[row][k]]);
            for level in 0..ROWS.ilog2() as usize {
                for row in (0..ROWS).filter(|row| row >> level & 1 == 0) {
                    let other = row | 1 << level;
                    (parts[row], parts[other]) = turns[level].pair(parts[row], parts[other]);
                }
            }
            for row in 0..ROWS {
                [re[row][k], im[row][k]] = parts[row];
            }
        }
    }
}

/// A chunk as rows of steps.
#[inline(always)]
fn rows<R, const ROWS: usize, const L: usize>(chunk: &mut [R]) -> [&mut [[R; L]]; ROWS] {
    let size = chunk.len() / ROWS;
    let mut rows = chunk.chunks_exact_mut(size);
    std::array::from_fn(|_| rows.next().expect("as many rows as the chunk was cut for").as_chunks_mut().0)
}
