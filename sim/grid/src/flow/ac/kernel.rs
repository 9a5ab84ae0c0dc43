//! The loops Newton's method spends its time in: mismatch, Jacobian, step and update, for all lanes.
//!
//! With `s = v_i conj(y v_k) = p + j q` for a link, the Jacobian's block at (i, k) over angle and
//! relative magnitude is `[q, p; -p, q]`; on the diagonal, with `S_i` the injection and `S_ii` its own
//! part, `[-(Q_i - Q_ii), P_i + P_ii; P_i - P_ii, Q_i + Q_ii]` (W. F. Tinney and C. E. Hart, IEEE Trans.
//! PAS-86, 1967, with `dV / V` for `dV`). No sine or cosine: a step turns the voltage.

use super::lanes::Lanes;
use crate::flow::two_port::Complex;
use crate::sparse::block::{Block, Entry, Pair, eliminate, substitute_back};
use crate::sparse::{MOST_GROWTH, pivoted};

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

impl<const L: usize> Lanes<'_, L> {
    /// Injections and mismatch of the present voltages, and with `JACOBIAN` the matrix. Returns each
    /// lane's largest mismatch, which is not a number if any is not.
    #[inline(always)]
    pub(super) fn evaluate<const JACOBIAN: bool>(&mut self) -> [f64; L] {
        self.injection.fill([[0.0; L]; 2]);
        for link in &self.model.links {
            let w = across(&self.v[link.low], &self.v[link.high]);
            let (low, high) = (power(&w, link.low_high, 1.0), power(&w, link.high_low, -1.0));
            add(&mut self.injection[link.low], &low);
            add(&mut self.injection[link.high], &high);
            if JACOBIAN {
                self.entries[link.entry].upper = link_block(&low, &self.free[link.low]);
                self.entries[link.entry].lower = link_block(&high, &self.free[link.high]);
            }
        }
        if JACOBIAN {
            self.model.fill.iter().for_each(|&entry| self.entries[entry] = Entry::ZERO);
        }
        self.take_missing::<JACOBIAN>();
        self.close::<JACOBIAN>()
    }

    /// Takes out what missing branches would carry.
    fn take_missing<const JACOBIAN: bool>(&mut self) {
        for &(lane, from, to, port) in &self.missing {
            let at = |position: usize| [[self.v[position][0][lane]], [self.v[position][1][lane]]];
            let w = across::<1>(&at(from), &at(to));
            for (near, far, y, sign) in [(from, to, port.ft, 1.0), (to, from, port.tf, -1.0)] {
                let s = power::<1>(&w, y, sign);
                let free = [[self.free[near][0][lane]], [self.free[near][1][lane]]];
                for part in 0..2 {
                    self.injection[near][part][lane] -= s[part][0];
                }
                let Some(entry) = self.model.pattern.entry(near, far).filter(|_| JACOBIAN) else { continue };
                let entry = &mut self.entries[entry];
                let block = if near < far { &mut entry.upper } else { &mut entry.lower };
                for (value, missing) in block.iter_mut().zip(link_block::<1>(&s, &free)) {
                    value[lane] -= missing[0];
                }
            }
        }
    }

    /// Adds each bus's own part, and takes the mismatch.
    #[inline(always)]
    fn close<const JACOBIAN: bool>(&mut self) -> [f64; L] {
        // Added to the worst at the end: 0 unless something is not finite, which comparisons would lose.
        let (mut worst, mut poison) = ([0.0; L], [0.0; L]);
        for at in 0..self.vm.len() {
            let (vm, own, given, free) = (&self.vm[at], &self.own[at], &self.given[at], &self.free[at]);
            let (sum, step, block) = (&mut self.injection[at], &mut self.step[at], &mut self.diagonal[at]);
            for lane in 0..L {
                let square = vm[lane] * vm[lane];
                let (p_own, q_own) = (square * own[0][lane], -(square * own[1][lane]));
                // The links' part; with S_ii added once it is the injection, twice or not at all the block's.
                let (p, q) = (sum[0][lane], sum[1][lane]);
                sum[0][lane] = p + p_own;
                sum[1][lane] = q + q_own;
                let (free_p, free_q) = (free[0][lane], free[1][lane]);
                step[0][lane] = free_p * (given[0][lane] - sum[0][lane]);
                step[1][lane] = free_q * (given[1][lane] - sum[1][lane]);
                for part in 0..2 {
                    let size = step[part][lane].abs();
                    worst[lane] = if size > worst[lane] { size } else { worst[lane] };
                    poison[lane] += 0.0 * size;
                }
                if JACOBIAN {
                    block[0][lane] = (1.0 - free_p) - free_p * q;
                    block[1][lane] = free_p * (sum[0][lane] + p_own);
                    block[2][lane] = free_q * p;
                    block[3][lane] = (1.0 - free_q) + free_q * (sum[1][lane] + q_own);
                }
            }
        }
        std::array::from_fn(|lane| worst[lane] + poison[lane])
    }

    /// Turns the mismatch into the Newton step; lanes whose elimination grew too much are solved
    /// again with row exchanges.
    #[inline(always)]
    pub(super) fn solve_step(&mut self, active: &[bool; L]) {
        let pattern = &self.model.pattern;
        let growth = eliminate(pattern, &mut self.diagonal, &mut self.entries, &mut self.step);
        substitute_back(pattern, &self.diagonal, &self.entries, &mut self.step);
        let mut sum = [0.0; L];
        for step in &self.step {
            for lane in 0..L {
                sum[lane] += step[0][lane] + step[1][lane];
            }
        }
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
        (alone.v, alone.given, alone.free, alone.own) =
            (one(&self.v), one(&self.given), one(&self.free), one(&self.own));
        alone.missing = self.missing.iter().filter(|m| m.0 == lane).map(|m| (0, m.1, m.2, m.3)).collect();
        alone.evaluate::<true>();
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
        for at in 0..self.vm.len() {
            let (step, unit, vm, v) = (&self.step[at], &mut self.unit[at], &mut self.vm[at], &mut self.v[at]);
            for lane in 0..L {
                let x = step[0][lane];
                let (a, b) = (1.0 - x * x * (1.0 / 12.0), 0.5 * x);
                let per_size = 1.0 / (a * a + b * b);
                let (cosine, sine) = ((a * a - b * b) * per_size, 2.0 * a * b * per_size);
                let re = unit[0][lane] * cosine - unit[1][lane] * sine;
                let im = unit[0][lane] * sine + unit[1][lane] * cosine;
                let size = vm[lane] * (1.0 + step[1][lane]);
                unit[0][lane] = if active[lane] { re } else { unit[0][lane] };
                unit[1][lane] = if active[lane] { im } else { unit[1][lane] };
                vm[lane] = if active[lane] { size } else { vm[lane] };
                v[0][lane] = vm[lane] * unit[0][lane];
                v[1][lane] = vm[lane] * unit[1][lane];
            }
        }
    }
}

impl Lanes<'_, 1> {
    /// The Jacobian as columns, unknowns in pairs by position.
    fn columns(&self) -> Vec<pivoted::Column> {
        let mut columns = vec![pivoted::Column::new(); 2 * self.vm.len()];
        let mut put = |row: usize, column: usize, block: &Block<1>| {
            for (place, value) in block.iter().enumerate().filter(|(_, value)| value[0] != 0.0) {
                columns[2 * column + place % 2].push((2 * row + place / 2, value[0]));
            }
        };
        self.diagonal.iter().enumerate().for_each(|(at, block)| put(at, at, block));
        for link in &self.model.links {
            put(link.low, link.high, &self.entries[link.entry].upper);
            put(link.high, link.low, &self.entries[link.entry].lower);
        }
        columns
    }
}
