//! One walk over a block: up to three rotations, and a diagonal before them, between a load and a
//! store of each amplitude.

use super::lanes::{complex_times, exchanged, fused, plus, times};
use super::turn::Turn;
use crate::real::Real;

/// Components of a block, and the factors by which a walk multiplies them first.
pub struct Block<'a, R, const L: usize> {
    pub re: &'a mut [[R; L]],
    pub im: &'a mut [[R; L]],
    pub table: Option<(&'a [[R; L]], &'a [[R; L]])>,
}

impl<R: Real, const L: usize> Block<'_, R, L> {
    /// The amplitudes at a vector, after the diagonal.
    #[inline(always)]
    fn load<const TABLE: bool>(&self, at: usize) -> [[R; L]; 2] {
        let value = [self.re[at], self.im[at]];
        match self.table {
            Some((re, im)) if TABLE => complex_times(value, [re[at], im[at]]),
            _ => value,
        }
    }

    /// Only the diagonal.
    #[inline(always)]
    pub fn multiply(&mut self) {
        for at in 0..self.re.len() {
            [self.re[at], self.im[at]] = self.load::<true>(at);
        }
    }

    /// Rotations of positions that are lanes of a vector: `own * v + other * exchanged v` for each.
    #[inline(always)]
    pub fn turn_lanes(&mut self, turns: &[(usize, Turn)]) {
        if self.table.is_some() { self.turn_lanes_of::<true>(turns) } else { self.turn_lanes_of::<false>(turns) }
    }

    #[inline(always)]
    fn turn_lanes_of<const TABLE: bool>(&mut self, turns: &[(usize, Turn)]) {
        // Four positions are lanes at most; those without a rotation get that by nothing.
        let mut own = [[R::ONE; L]; 4];
        let mut other = [[R::ZERO; L]; 4];
        for (position, turn) in turns {
            for lane in 0..L {
                let [a, b] = turn.coefficients(lane >> position & 1);
                (own[*position][lane], other[*position][lane]) = (R::of(a), R::of(b));
            }
        }
        let turned = |value: [R; L], at: usize| fused(own[at], value, times(other[at], exchanged(value, 1 << at)));
        for at in 0..self.re.len() {
            let mut value = self.load::<TABLE>(at);
            for component in &mut value {
                *component = turned(turned(turned(*component, 0), 1), 2);
                if L == 16 {
                    *component = turned(*component, 3);
                }
            }
            [self.re[at], self.im[at]] = value;
        }
    }

    /// Rotations of one, two or three positions above the lanes.
    #[inline(always)]
    pub fn turn(&mut self, turns: &[(usize, Turn)]) {
        match (turns, self.table.is_some()) {
            ([a], true) => self.radix::<2, true>(&[*a]),
            ([a], false) => self.radix::<2, false>(&[*a]),
            ([a, b], true) => self.radix::<4, true>(&[*a, *b]),
            ([a, b], false) => self.radix::<4, false>(&[*a, *b]),
            ([a, b, c], true) => self.radix::<8, true>(&[*a, *b, *c]),
            ([a, b, c], false) => self.radix::<8, false>(&[*a, *b, *c]),
            _ => {}
        }
    }

    #[inline(always)]
    fn radix<const N: usize, const TABLE: bool>(&mut self, turns: &[(usize, Turn)]) {
        let strides = |at: usize| 1_usize << (turns[at].0 - L.trailing_zeros() as usize);
        let offset = |k: usize| (0..turns.len()).filter(|at| k >> at & 1 == 1).map(strides).sum::<usize>();
        let from: [usize; N] = std::array::from_fn(offset);
        let flips = turns.iter().enumerate().map(|(at, turn)| usize::from(turn.1.flip) << at).sum::<usize>();
        // Results that change places do so on their way out.
        let to: [usize; N] = std::array::from_fn(|k| from[k ^ flips]);
        let holes = from[N - 1];
        let tangents: [R; 3] = std::array::from_fn(|at| turns.get(at).map_or(R::ZERO, |turn| R::of(turn.1.tangent)));
        let mut first = 0;
        while first < self.re.len() {
            let (mut re, mut im) = ([[R::ZERO; L]; N], [[R::ZERO; L]; N]);
            for k in 0..N {
                [re[k], im[k]] = self.load::<TABLE>(first + from[k]);
            }
            turn_all(&mut re, tangents);
            turn_all(&mut im, tangents);
            for k in 0..N {
                self.re[first + to[k]] = re[k];
                self.im[first + to[k]] = im[k];
            }
            first = ((first | holes) + 1) & !holes;
        }
    }

    /// A rotation in two planes of two positions.
    #[inline(always)]
    pub fn turn_pair(&mut self, positions: [usize; 2], turns: [Turn; 2]) {
        let in_lanes = L.trailing_zeros() as usize;
        match positions.map(|position| position < in_lanes) {
            [false, false] => self.pair_of_vectors(positions, turns),
            [true, true] => self.pair_of_lanes(positions, turns),
            [first, _] => self.pair_of_both(positions, turns, usize::from(first)),
        }
    }

    #[inline(always)]
    fn pair_of_vectors(&mut self, positions: [usize; 2], [even, odd]: [Turn; 2]) {
        let [a, b] = positions.map(|position| 1 << (position - L.trailing_zeros() as usize));
        let ends = |turn: Turn, x: usize, y: usize| if turn.flip { [y, x] } else { [x, y] };
        let (even_to, odd_to) = (ends(even, 0, a | b), ends(odd, b, a));
        let tangents = [even.tangent, odd.tangent].map(R::of);
        let mut first = 0;
        while first < self.re.len() {
            for part in [&mut *self.re, &mut *self.im] {
                let [e, f] = [part[first], part[first + (a | b)]];
                let [o, p] = [part[first + b], part[first + a]];
                part[first + even_to[0]] = plus(e, f, -tangents[0]);
                part[first + even_to[1]] = plus(f, e, tangents[0]);
                part[first + odd_to[0]] = plus(o, p, -tangents[1]);
                part[first + odd_to[1]] = plus(p, o, tangents[1]);
            }
            first = ((first | a | b) + 1) & !(a | b);
        }
    }

    /// The first or the second qubit (number `outside`) is a position above the lanes.
    #[inline(always)]
    fn pair_of_both(&mut self, positions: [usize; 2], turns: [Turn; 2], outside: usize) {
        let stride = 1 << (positions[outside] - L.trailing_zeros() as usize);
        let lane_bit = positions[1 - outside];
        let mut own = [[R::ONE; L]; 2];
        let mut other = [[R::ZERO; L]; 2];
        for half in 0..2 {
            for lane in 0..L {
                let value = lane >> lane_bit & 1;
                let side = if outside == 0 { half } else { value };
                let [a, b] = turns[half ^ value].coefficients(side);
                (own[half][lane], other[half][lane]) = (R::of(a), R::of(b));
            }
        }
        let mut first = 0;
        while first < self.re.len() {
            for part in [&mut *self.re, &mut *self.im] {
                let [zero, one] = [part[first], part[first + stride]];
                let [zero_across, one_across] = [zero, one].map(|value| across(value, 1 << lane_bit));
                part[first] = fused(own[0], zero, times(other[0], one_across));
                part[first + stride] = fused(own[1], one, times(other[1], zero_across));
            }
            first = ((first | stride) + 1) & !stride;
        }
    }

    #[inline(always)]
    fn pair_of_lanes(&mut self, positions: [usize; 2], turns: [Turn; 2]) {
        let mut own = [R::ONE; L];
        let mut other = [R::ZERO; L];
        for lane in 0..L {
            let [first, second] = positions.map(|position| lane >> position & 1);
            let [a, b] = turns[first ^ second].coefficients(first);
            (own[lane], other[lane]) = (R::of(a), R::of(b));
        }
        let mask = 1 << positions[0] | 1 << positions[1];
        for value in self.re.iter_mut().chain(self.im.iter_mut()) {
            *value = fused(own, *value, times(other, across(*value, mask)));
        }
    }
}

/// [`exchanged`] with a mask that is known when the program runs.
#[inline(always)]
fn across<R: Real, const L: usize>(value: [R; L], mask: usize) -> [R; L] {
    let one = if mask & 1 == 1 { exchanged(value, 1) } else { value };
    let two = if mask & 2 == 2 { exchanged(one, 2) } else { one };
    let four = if mask & 4 == 4 { exchanged(two, 4) } else { two };
    if mask & 8 == 8 { exchanged(four, 8) } else { four }
}

/// Rotation number `at` mixes the vectors whose numbers differ in bit `at`.
#[inline(always)]
fn turn_all<R: Real, const L: usize, const N: usize>(values: &mut [[R; L]; N], tangents: [R; 3]) {
    for at in 0..N.trailing_zeros() as usize {
        for low in 0..N {
            if low >> at & 1 == 0 {
                let (a, b) = (values[low], values[low | 1 << at]);
                values[low] = plus(a, b, -tangents[at]);
                values[low | 1 << at] = plus(b, a, tangents[at]);
            }
        }
    }
}
