//! The loops Newton's method spends its time in: mismatch, Jacobian, step and update, for all lanes.
//!
//! With `s = v_i conj(y v_k) = p + j q` for a link, the Jacobian's block at (i, k) over angle and
//! relative magnitude is `[q, p; -p, q]`; on the diagonal, with `S_i` the injection and `S_ii` its own
//! part, `[-(Q_i - Q_ii), P_i + P_ii; P_i - P_ii, Q_i + Q_ii]` (W. F. Tinney and C. E. Hart, IEEE Trans.
//! PAS-86, 1967, with `dV / V` for `dV`). No sine or cosine: a step turns the voltage.

use super::lanes::{Lanes, Missing};
use super::model::{AcModel, Link};
use crate::flow::two_port::Complex;
use crate::sparse::block::{Block, Entry, Matrix, Pair};
use crate::sparse::pivoted;

/// Largest multiplier that is trusted here. A step that is wrong in its seventh digit costs nothing:
/// the mismatch is taken from the equations, not from the factors.
const MOST_GROWTH: f64 = 1e9;

/// `v_a conj(v_b)`.
#[inline(always)]
fn across<const L: usize>(a: &Pair<L>, b: &Pair<L>) -> Pair<L> {
    let mut w = [[0.0; L]; 2];
    for lane in 0..L {
        w[0][lane] = a[0][lane] * b[0][lane] + a[1][lane] * b[1][lane];
        w[1][lane] = a[1][lane] * b[0][lane] - a[0][lane] * b[1][lane];
    }
    w
}

/// `w conj(y)`, or `conj(w) conj(y)` where `sign` is -1.
#[inline(always)]
fn power<const L: usize>(w: &Pair<L>, y: Complex, sign: f64) -> Pair<L> {
    let mut s = [[0.0; L]; 2];
    for lane in 0..L {
        let (re, im) = (w[0][lane], sign * w[1][lane]);
        s[0][lane] = re * y.0 + im * y.1;
        s[1][lane] = im * y.0 - re * y.1;
    }
    s
}

/// Powers of a link into its low and its high end, beyond the ends' own parts.
#[inline(always)]
fn powers<const L: usize>(low: &Pair<L>, high: &Pair<L>, link: &Link) -> (Pair<L>, Pair<L>) {
    let w = across(low, high);
    (power(&w, link.low_high, 1.0), power(&w, link.high_low, -1.0))
}

/// `vm^2 conj(y)`.
#[inline(always)]
fn own_power<const L: usize>(vm: &[f64; L], y: Complex) -> ([f64; L], [f64; L]) {
    let (mut p, mut q) = ([0.0; L], [0.0; L]);
    for lane in 0..L {
        let square = vm[lane] * vm[lane];
        p[lane] = square * y.0;
        q[lane] = -(square * y.1);
    }
    (p, q)
}

#[inline(always)]
fn add<const L: usize>(sum: &mut Pair<L>, term: &Pair<L>) {
    for part in 0..2 {
        for lane in 0..L {
            sum[part][lane] += term[part][lane];
        }
    }
}

/// Block of a link with power `s`, at a bus with these free unknowns.
#[inline(always)]
fn link_block<const L: usize>(s: &Pair<L>, free: &Pair<L>) -> Block<L> {
    let mut block = [[0.0; L]; 4];
    for lane in 0..L {
        block[0][lane] = s[1][lane] * free[0][lane];
        block[1][lane] = s[0][lane] * free[0][lane];
        block[2][lane] = -s[0][lane] * free[1][lane];
        block[3][lane] = s[1][lane] * free[1][lane];
    }
    block
}

/// The Jacobian of the present voltages, block by block.
struct Jacobian<'a, const L: usize> {
    model: &'a AcModel,
    v: &'a [Pair<L>],
    vm: &'a [[f64; L]],
    injection: &'a [Pair<L>],
    free: &'a [Pair<L>],
}

impl<const L: usize> Matrix<L> for Jacobian<'_, L> {
    #[inline(always)]
    fn diagonal(&self, k: usize) -> Block<L> {
        let (p_own, q_own) = own_power(&self.vm[k], self.model.own[k]);
        let (s, free) = (&self.injection[k], &self.free[k]);
        let mut block = [[0.0; L]; 4];
        for lane in 0..L {
            let (free_p, free_q) = (free[0][lane], free[1][lane]);
            block[0][lane] = (1.0 - free_p) - free_p * (s[1][lane] - q_own[lane]);
            block[1][lane] = free_p * (s[0][lane] + p_own[lane]);
            block[2][lane] = free_q * (s[0][lane] - p_own[lane]);
            block[3][lane] = (1.0 - free_q) + free_q * (s[1][lane] + q_own[lane]);
        }
        block
    }

    #[inline(always)]
    fn entry(&self, entry: usize) -> Option<Entry<L>> {
        let link = self.model.links.get(self.model.link_of_entry[entry] as usize)?;
        let (low, high) = powers(&self.v[link.low], &self.v[link.high], link);
        let (upper, lower) = (link_block(&low, &self.free[link.low]), link_block(&high, &self.free[link.high]));
        Some(Entry { upper, lower })
    }
}

impl<const L: usize> Lanes<'_, L> {
    /// Injections and mismatch of the present voltages. Returns each lane's largest mismatch, which is
    /// not a number if any is not.
    #[inline(always)]
    pub(super) fn evaluate(&mut self) -> [f64; L] {
        for (sum, (vm, own)) in self.injection.iter_mut().zip(self.vm.iter().zip(&self.model.own)) {
            let (p_own, q_own) = own_power(vm, *own);
            *sum = [p_own, q_own];
        }
        self.take_missing();
        // Added to the worst at the end: 0 unless something is not finite, which comparisons would lose.
        let (mut worst, mut poison) = ([0.0; L], [0.0; L]);
        for at in 0..self.vm.len() {
            // All that reaches this bus from lower ones is there already.
            let mut injection = self.injection[at];
            for link in &self.model.links[self.model.link_starts[at]..self.model.link_starts[at + 1]] {
                let (low, high) = powers(&self.v[at], &self.v[link.high], link);
                add(&mut injection, &low);
                add(&mut self.injection[link.high], &high);
            }
            self.injection[at] = injection;
            let (given, free, step) = (&self.given[at], &self.free[at], &mut self.step[at]);
            for part in 0..2 {
                for lane in 0..L {
                    let mismatch = free[part][lane] * (given[part][lane] - injection[part][lane]);
                    let size = mismatch.abs();
                    step[part][lane] = mismatch;
                    worst[lane] = if size > worst[lane] { size } else { worst[lane] };
                    poison[lane] += 0.0 * size;
                }
            }
        }
        std::array::from_fn(|lane| worst[lane] + poison[lane])
    }

    /// Takes out what missing branches would carry.
    fn take_missing(&mut self) {
        for missing in &self.missing {
            for end in missing.ends(&self.v, &self.vm) {
                for part in 0..2 {
                    self.injection[end.at][part][missing.lane] -= end.own[part] + end.link[part][0];
                }
            }
        }
    }

    /// Takes missing branches out of the matrix that comes next.
    fn change_missing(&mut self) {
        for missing in &self.missing {
            let lane = missing.lane;
            let entry = self.model.pattern.entry(missing.from, missing.to);
            for end in missing.ends(&self.v, &self.vm) {
                let free = [[self.free[end.at][0][lane]], [self.free[end.at][1][lane]]];
                let own = [[end.own[0]], [end.own[1]]];
                // On the diagonal the own part stands as a link's block does elsewhere.
                for (value, missing) in self.factor.change_diagonal(end.at).iter_mut().zip(link_block::<1>(&own, &free))
                {
                    value[lane] -= missing[0];
                }
                let Some(entry) = entry else { continue };
                let change = self.factor.change(entry);
                let is_low = end.at == missing.from.min(missing.to);
                let block = if is_low { &mut change.upper } else { &mut change.lower };
                for (value, missing) in block.iter_mut().zip(link_block::<1>(&end.link, &free)) {
                    value[lane] -= missing[0];
                }
            }
        }
    }

    /// Turns the mismatch into the Newton step; lanes whose elimination grew too much are solved
    /// again with row exchanges.
    #[inline(always)]
    pub(super) fn solve_step(&mut self, active: &[bool; L]) {
        let pattern = &self.model.pattern;
        self.change_missing();
        let Self { model, v, vm, injection, free, factor, step, .. } = self;
        let growth = factor.eliminate(pattern, &Jacobian { model, v, vm, injection, free }, step);
        let sum = factor.substitute_back(pattern, step);
        for lane in 0..L {
            if active[lane] && (growth[lane] > MOST_GROWTH || !sum[lane].is_finite()) {
                self.solve_pivoted(lane);
            }
        }
    }

    /// The Newton step of one lane by the pivoted factorisation. A singular matrix leaves a step that
    /// is not a number, and the lane ends as not converged.
    #[cold]
    fn solve_pivoted(&mut self, lane: usize) {
        let mut alone = Lanes::<1>::new(self.model);
        let one = |all: &[Pair<L>]| all.iter().map(|pair| [[pair[0][lane]], [pair[1][lane]]]).collect();
        alone.vm = self.vm.iter().map(|vm| [vm[lane]]).collect();
        (alone.v, alone.given, alone.free) = (one(&self.v), one(&self.given), one(&self.free));
        alone.missing = self.missing.iter().filter(|m| m.lane == lane).map(|m| Missing { lane: 0, ..*m }).collect();
        alone.evaluate();
        let rhs: Vec<_> = alone.step.iter().flat_map(|pair| [pair[0][0], pair[1][0]]).collect();
        let step = pivoted::solve(&alone.columns(), &rhs).unwrap_or_else(|| vec![f64::NAN; rhs.len()]);
        for (at, step) in step.chunks_exact(2).enumerate() {
            (self.step[at][0][lane], self.step[at][1][lane]) = (step[0], step[1]);
        }
    }

    /// Moves the voltages of the active lanes by the step.
    ///
    /// The turn by an angle x is `(a + j b)^2 / (a^2 + b^2)` with `a = 1 - x^2 / 12`, `b = x / 2`: the
    /// Pade approximant of `e^(j x)`, of magnitude 1, wrong by `x^5 / 720`, which vanishes as the
    /// iteration converges.
    #[inline(always)]
    pub(super) fn advance(&mut self, active: &[bool; L]) {
        for ((step, vm), v) in self.step.iter().zip(&mut self.vm).zip(&mut self.v) {
            for lane in 0..L {
                let x = step[0][lane];
                let (a, b) = (1.0 - x * x * (1.0 / 12.0), 0.5 * x);
                let grow = 1.0 + step[1][lane];
                let scale = grow / (a * a + b * b);
                let (cosine, sine) = ((a * a - b * b) * scale, 2.0 * a * b * scale);
                let (re, im) = (v[0][lane], v[1][lane]);
                v[0][lane] = if active[lane] { re * cosine - im * sine } else { re };
                v[1][lane] = if active[lane] { re * sine + im * cosine } else { im };
                vm[lane] = if active[lane] { vm[lane] * grow } else { vm[lane] };
            }
        }
    }
}

/// What flows into an end of a branch, pu: at the bus's own voltage, and at both.
struct MissingEnd {
    at: usize,
    own: [f64; 2],
    link: Pair<1>,
}

impl Missing {
    fn ends<const L: usize>(&self, v: &[Pair<L>], vm: &[[f64; L]]) -> [MissingEnd; 2] {
        let at = |position: usize| [[v[position][0][self.lane]], [v[position][1][self.lane]]];
        let w = across::<1>(&at(self.from), &at(self.to));
        [(self.from, self.port.ff, self.port.ft, 1.0), (self.to, self.port.tt, self.port.tf, -1.0)].map(
            |(at, own, far, sign)| {
                let (p, q) = own_power(&[vm[at][self.lane]], own);
                MissingEnd { at, own: [p[0], q[0]], link: power(&w, far, sign) }
            },
        )
    }
}

impl Lanes<'_, 1> {
    /// The Jacobian as columns, unknowns in pairs by position.
    fn columns(&mut self) -> Vec<pivoted::Column> {
        self.change_missing();
        let Self { model, v, vm, injection, free, .. } = &*self;
        let jacobian = Jacobian { model, v, vm, injection, free };
        let mut columns = vec![pivoted::Column::new(); 2 * vm.len()];
        let mut put = |row: usize, column: usize, block: &Block<1>| {
            for (place, value) in block.iter().enumerate().filter(|(_, value)| value[0] != 0.0) {
                columns[2 * column + place % 2].push((2 * row + place / 2, value[0]));
            }
        };
        (0..vm.len()).for_each(|at| put(at, at, &self.factor.diagonal_with_changes(&jacobian, at)));
        for link in &model.links {
            let entry = self.factor.with_changes(&jacobian, link.entry);
            put(link.low, link.high, &entry.upper);
            put(link.high, link.low, &entry.lower);
        }
        columns
    }
}
