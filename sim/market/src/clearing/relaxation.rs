//! An upper bound on the welfare with blocks divisible: cutting planes (Kelley, *The cutting-plane
//! method for solving convex programs*, SIAM J. 8, 1960; with blocks as first stage this is Benders).
//!
//! The welfare of a period's orders is concave in what blocks give, and its slope is the price: each
//! exact clearing of a period gives a plane above it. A small linear program over the ratios and one
//! welfare for each period holds the planes of all nodes of the search. Every answer of it is an
//! upper bound, whether the planes have met the welfare or not; interpolated orders need no
//! quadratic program.

use energyopti_lp::{Builder, Data, Outcome as Answer, Solver, Start};

use super::day::{Day, Outcome};
use crate::fault::MarketError;

/// Rounds of cutting at one node. More only sharpens a bound that holds already.
const ROUNDS: usize = 40;

/// The linear program: columns are the ratios, then a welfare for each period.
pub(super) struct Relaxation<'a> {
    day: &'a Day,
    solver: Solver,
    data: Data,
    /// Watts of a unit of power in the program, so that its numbers are prices.
    unit: f64,
    /// Welfare of the orders without blocks, by period; the program counts from there.
    base: Vec<f64>,
    /// Widest box of a plane's slack.
    widest: f64,
}

/// What the relaxation says of a node.
pub(super) struct Bound {
    /// No choice below the node has more welfare, currency W per MWh.
    pub(super) welfare: f64,
    /// The divisible optimum, as far as it was found, cleared.
    pub(super) outcome: Outcome,
}

fn refused(error: impl std::fmt::Display) -> MarketError {
    MarketError::Program(error.to_string())
}

impl<'a> Relaxation<'a> {
    /// `empty` is the day cleared without blocks.
    #[expect(clippy::cast_precision_loss, reason = "below 2^53 W")]
    pub(super) fn new(day: &'a Day, empty: &Outcome) -> Result<Self, MarketError> {
        let moved = |period: usize| day.blocks.iter().map(|b| b.powers[period]).sum::<i64>();
        let unit = (0..day.periods.len()).map(moved).max().unwrap_or(0).max(1) as f64;
        let steepest = day.limits.shortage().abs().max(day.limits.glut().abs());
        let mut program = Builder::default();
        for block in &day.blocks {
            let power: i64 = block.powers.iter().sum();
            program.column(block.side.sign() * block.price * (power as f64 / unit), 0.0..=1.0, &[]);
        }
        for _ in &day.periods {
            // Blocks move at most one unit of power, each worth at most the steepest price.
            program.column(-1.0, -steepest..=steepest, &[]);
        }
        let (matrix, data) = program.build().map_err(refused)?;
        let base = empty.periods.iter().map(|p| p.welfare).collect();
        Ok(Self { day, solver: Solver::new(matrix), data, unit, base, widest: 4.0 * steepest })
    }

    /// Bounds the welfare where each ratio lies in its box. Stops early once the bound is at most `enough`.
    pub(super) fn bound(&mut self, boxes: &[(f64, f64)], start: &Outcome, enough: f64) -> Result<Bound, MarketError> {
        for (column, &(low, high)) in boxes.iter().enumerate() {
            (self.data.lower[column], self.data.upper[column]) = (low, high);
        }
        let ratios: Vec<f64> = start.ratios.iter().zip(boxes).map(|(r, b)| r.clamp(b.0, b.1)).collect();
        let mut best = Bound { welfare: f64::INFINITY, outcome: self.day.clear(&ratios, Some(start))? };
        for _ in 0..ROUNDS {
            let Some(x) = self.solve()? else {
                // Stopped by rounding: the last bound stays, the caller branches.
                break;
            };
            let ratios: Vec<f64> = x.iter().zip(boxes).map(|(x, b)| x.clamp(b.0, b.1)).collect();
            let outcome = self.day.clear(&ratios, Some(&best.outcome))?;
            let welfare = self.program_welfare(&x);
            let real = self.day.welfare(&outcome);
            best = Bound { welfare: welfare.min(best.welfare), outcome };
            if best.welfare <= enough || best.welfare - real <= tolerance(real) || !self.cut(&x, &best.outcome)? {
                break;
            }
        }
        Ok(best)
    }

    fn solve(&mut self) -> Result<Option<Vec<f64>>, MarketError> {
        let columns = self.day.blocks.len() + self.day.periods.len();
        match self.solver.solve(&self.data, Start::Last).map_err(refused)? {
            Answer::Optimal(found) => Ok(Some(found.x[..columns].to_vec())),
            Answer::Infeasible(_) | Answer::Stopped(_) => Ok(None),
        }
    }

    fn program_welfare(&self, x: &[f64]) -> f64 {
        let gained: f64 = self.data.cost.iter().zip(x).map(|(c, x)| -c * x).sum();
        gained * self.unit + self.base.iter().sum::<f64>()
    }

    /// Adds the planes that `x` violates, at both ends of each price interval; whether there were any.
    fn cut(&mut self, x: &[f64], at: &Outcome) -> Result<bool, MarketError> {
        let mut added = false;
        for t in 0..at.periods.len() {
            let spans = &at.periods[t].spans;
            let low: Vec<f64> = spans.iter().map(|s| s.low).collect();
            let high: Vec<f64> = spans.iter().map(|s| s.high).collect();
            let same = low == high;
            added |= self.plane(x, at, t, &low)?;
            added |= !same && self.plane(x, at, t, &high)?;
        }
        Ok(added)
    }

    /// Adds `welfare <= welfare here + sum over zones of price (given - given here)` of a period, if
    /// `x`, as it is and not as rounded to watts, violates it.
    #[expect(clippy::cast_precision_loss, reason = "below 2^53 W")]
    fn plane(&mut self, x: &[f64], at: &Outcome, t: usize, prices: &[f64]) -> Result<bool, MarketError> {
        let blocks = self.day.blocks.len();
        let unit = self.unit;
        let slope = |b: &super::day::Block| b.side.sign() * prices[b.zone] * (b.powers[t] as f64 / unit);
        let given: f64 = prices.iter().zip(&at.injections[t]).map(|(p, &w)| p * (w as f64 / unit)).sum();
        let rest = given - (at.periods[t].welfare - self.base[t]) / unit;
        let mut row: Vec<_> = self.day.blocks.iter().map(slope).enumerate().collect();
        row.push((blocks + t, -1.0));
        let left: f64 = row.iter().map(|&(column, value)| value * x[column]).sum();
        if left >= rest - 1e-9 * (1.0 + x[blocks + t].abs()) {
            return Ok(false);
        }
        self.solver.add_row(&row).map_err(refused)?;
        self.data.add_row(0.0..=self.widest, rest);
        Ok(true)
    }
}

/// Welfare differences below this are rounding.
pub(super) fn tolerance(welfare: f64) -> f64 {
    1e-9 * (1.0 + welfare.abs())
}
