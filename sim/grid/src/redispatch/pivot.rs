//! The bounded dual simplex over the rows in force.
//!
//! Costs are right at every moment, bounds not yet: a column or a limit that is beyond a bound goes to that bound, and
//! the dual ratio test says what takes its place. Every column has a box, so one whose reduced cost changes its sign may
//! flip to its other bound instead of stopping the step (the long step of Maros, *Computational Techniques of the Simplex
//! Method*, 2003, ch. 10): the merit order of a whole island is one pivot.

use std::cmp::Ordering;

use super::program::{Limit, Place, Program};

/// Pivot entries below this part of what they are the difference of are noise.
const NOISE: f64 = 1e-9;

/// Candidates taken one by one before the rest is halved.
const FEW: usize = 3;

/// What is beyond its bound.
#[derive(Clone, Copy, Debug)]
pub(super) enum Leaving {
    /// The basic column at this position.
    Basic(usize),
    /// This limit, which does not hold a row yet.
    Limit(usize),
}

/// What may take its place.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    /// A column, or beyond them the row in force whose limit ceases to bind.
    who: usize,
    /// Where its reduced cost reaches zero.
    ratio: f64,
    /// Size of its entry in the pivot row.
    pivot: f64,
    /// By how much its flip would mend what is beyond its bound.
    mends: f64,
}

impl Candidate {
    /// By ratio, of equal ones the larger pivot first, then by place.
    fn before(&self, other: &Self) -> Ordering {
        let ratio = self.ratio.total_cmp(&other.ratio);
        ratio.then(other.pivot.total_cmp(&self.pivot)).then(self.who.cmp(&other.who))
    }
}

/// Whether a pivot was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Done,
    /// Nothing can bring it back within its bounds.
    Stuck,
    /// The rows no longer decide the columns: rounding has won.
    Lost,
}

/// Buffers of a pivot.
#[derive(Clone, Debug, Default)]
pub(super) struct Pivot {
    weights: Vec<f64>,
    row: Vec<f64>,
    candidates: Vec<Candidate>,
}

impl Pivot {
    /// Sends what is `beyond` its upper bound (positive) or its lower one (negative) by so much to that bound.
    pub fn turn(&mut self, program: &mut Program, leaving: Leaving, beyond: f64) -> Turn {
        program.pivots += 1;
        program.charge(true);
        self.gather(program, leaving, beyond.signum());
        let Some(flips) = self.choose(beyond.abs()) else { return Turn::Stuck };
        for k in 0..flips {
            flip(program, self.candidates[k].who);
        }
        exchange(program, leaving, beyond, self.candidates[flips].who);
        if program.solve() { Turn::Done } else { Turn::Lost }
    }

    /// After [`Turn::Stuck`]: a limit that takes part in the proof.
    pub fn blocking<'p>(&self, program: &'p Program, leaving: Leaving) -> Option<&'p Limit> {
        if let Leaving::Limit(limit) = leaving {
            return program.limits.get(limit);
        }
        let rows = program.rows.iter().zip(&self.weights).skip(program.islands);
        let heaviest = rows.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))?;
        program.limits.get(heaviest.0 - program.islands)
    }

    /// Everything whose move mends, with the row of the tableau of what leaves.
    fn gather(&mut self, program: &mut Program, leaving: Leaving, sign: f64) {
        match leaving {
            Leaving::Basic(position) => {
                self.weights.clear();
                self.weights.resize(program.basic.len(), 0.0);
                self.weights[position] = 1.0;
            }
            Leaving::Limit(limit) => program.across(limit, &mut self.weights),
        }
        program.factors.solve_transposed(&mut self.weights);
        program.combine(&self.weights, &mut self.row);
        if let Leaving::Limit(limit) = leaving {
            let factors = &program.limits[limit].factors;
            self.row.iter_mut().zip(factors).for_each(|(entry, factor)| *entry -= factor);
        }
        self.candidates.clear();
        self.gather_columns(program, sign);
        self.gather_limits(program, sign);
        // Sizes before what is alike in the row and in those in force has cancelled.
        let sizes = match leaving {
            Leaving::Basic(_) => &self.weights,
            Leaving::Limit(limit) => &program.limits[limit].factors,
        };
        let largest = sizes.iter().fold(0.0_f64, |most, size| most.max(size.abs()));
        self.candidates.retain(|candidate| candidate.pivot > NOISE * largest);
    }

    fn gather_columns(&mut self, program: &Program, sign: f64) {
        let posed = &program.posed;
        self.candidates.resize(program.movable.len(), Candidate { who: 0, ratio: 0.0, pivot: 0.0, mends: 0.0 });
        // Half of the columns move the wrong way, in no order that a processor could foresee: all are written down, and
        // those written over that are none.
        let mut count = 0;
        for &who in &program.movable {
            let side = [1.0, -1.0, 0.0][program.places[who] as usize];
            let column = &posed.columns[who];
            let pivot = side * sign * column.on(&self.row);
            let reduced = side * (program.ranked[who] - column.on(&program.prices));
            let mends = pivot * (posed.upper[who] - posed.lower[who]);
            self.candidates[count] = Candidate { who, ratio: reduced.max(0.0) / pivot, pivot, mends };
            count += usize::from(pivot > 0.0);
        }
        self.candidates.truncate(count);
    }

    /// The value of a limit in force is a column of its own, with coefficient -1 in its row and no cost.
    fn gather_limits(&mut self, program: &Program, sign: f64) {
        for (position, &row) in program.rows.iter().enumerate().skip(program.islands) {
            let limit = &program.limits[row - program.islands];
            let side = if limit.place == Place::Lower { 1.0 } else { -1.0 };
            let pivot = -side * sign * self.weights[position];
            let range = limit.most - limit.least;
            if pivot > 0.0 && range > 0.0 {
                let ratio = (side * program.duals[position]).max(0.0) / pivot;
                let who = program.posed.columns.len() + position;
                self.candidates.push(Candidate { who, ratio, pivot, mends: pivot * range });
            }
        }
    }

    /// Puts the candidates that flip first, in any order, and next the one that enters: the first by ratio with which
    /// the rest would be mended. None if all together are not enough.
    fn choose(&mut self, beyond: f64) -> Option<usize> {
        let all: f64 = self.candidates.iter().map(|candidate| candidate.mends).sum();
        if self.candidates.is_empty() || beyond - all > 1e-9 * (1.0 + beyond) {
            return None;
        }
        let (mut first, mut last, mut left) = (0, self.candidates.len(), beyond);
        // Mostly one of the first few enters; a whole merit order is halved again and again.
        while first < FEW.min(last - 1) {
            let rest = &mut self.candidates[first..];
            let nearest = (1..rest.len()).fold(0, |best, k| if rest[k].before(&rest[best]).is_lt() { k } else { best });
            rest.swap(0, nearest);
            if rest[0].mends >= left {
                return Some(first);
            }
            left -= rest[0].mends;
            first += 1;
        }
        while last - first > 1 {
            let middle = (last - first) / 2;
            self.candidates[first..last].select_nth_unstable_by(middle, Candidate::before);
            let mended: f64 = self.candidates[first..first + middle].iter().map(|candidate| candidate.mends).sum();
            if mended < left {
                left -= mended;
                first += middle;
            } else {
                last = first + middle;
            }
        }
        Some(first)
    }
}

fn other(place: Place) -> Place {
    if place == Place::Lower { Place::Upper } else { Place::Lower }
}

fn flip(program: &mut Program, who: usize) {
    let columns = program.posed.columns.len();
    if let Some(position) = who.checked_sub(columns) {
        let limit = program.rows[position] - program.islands;
        program.limits[limit].place = other(program.limits[limit].place);
    } else {
        program.place(who, other(program.places[who]));
    }
}

/// What was beyond its bound rests there, what enters is decided by the rows.
fn exchange(program: &mut Program, leaving: Leaving, beyond: f64, entering: usize) {
    let rests = if beyond < 0.0 { Place::Lower } else { Place::Upper };
    let freed = entering.checked_sub(program.posed.columns.len());
    if let Some(position) = freed {
        let row = program.rows[position] - program.islands;
        program.limits[row].place = Place::Between;
    } else {
        program.place(entering, Place::Between);
    }
    match leaving {
        Leaving::Basic(position) => {
            program.place(program.basic[position], rests);
            match freed {
                Some(row) => {
                    program.rows.remove(row);
                    program.basic.remove(position);
                }
                None => program.basic[position] = entering,
            }
        }
        Leaving::Limit(limit) => {
            program.limits[limit].place = rests;
            let row = program.islands + limit;
            if let Some(position) = freed {
                program.rows[position] = row;
            } else {
                program.rows.push(row);
                program.basic.push(entering);
            }
        }
    }
}
