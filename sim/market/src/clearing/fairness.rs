//! Whether accepted blocks gain at the prices, and which of the balancing prices to publish for them.
//!
//! Where a period has an interval of balancing prices, the published one is the rule's unless a block
//! would lose by it. Then each period's prices may move toward the high or the low ends of their
//! intervals by a fraction, the same for all its zones; the moves are the least in sum over the
//! periods, found by a linear program (of equal ones those of the earliest periods). A point between
//! dual solutions is one too, so that balance and acceptances stay as they are.

use std::rc::Rc;

use energyopti_lp::{Builder, Outcome as Answer, Solver, Start, Ties};

use super::day::{Block, Day, Outcome};
use super::period::Cleared;
use super::price::Span;

/// Published prices by period and zone.
#[derive(Clone, Debug)]
pub(super) struct Published {
    pub(super) prices: Vec<Vec<f64>>,
    /// Sum over the periods of the fractions by which they were moved.
    pub(super) moved: f64,
}

/// Fractions by which a period's prices move toward high and low; both together at most 1.
type Move = (f64, f64);

/// Loss per MWh and unit of price below which a block counts as not losing: rounding of doubles.
const NOTHING: f64 = 1e-9;

/// What a block gains at prices, currency W per MWh, and the loss that is rounding.
#[expect(clippy::cast_precision_loss, reason = "below 2^53 W")]
pub(super) fn gain(block: &Block, ratio: f64, prices: impl Fn(usize, usize) -> f64) -> (f64, f64) {
    let (mut gain, mut size) = (0.0, 0.0);
    for period in 0..block.powers.len() {
        let power = block.at(period, ratio) as f64;
        if power > 0.0 {
            let price = prices(period, block.zone);
            gain += block.side.sign() * (price - block.price) * power;
            size += power * (1.0 + price.abs().max(block.price.abs()));
        }
    }
    (gain, NOTHING * size)
}

fn toward(span: &Span, (up, down): Move) -> f64 {
    span.rule + up * (span.high - span.rule) - down * (span.rule - span.low)
}

impl Published {
    fn at(outcome: &Outcome, moves: &[Move]) -> Self {
        let row = |(period, &by): (&Rc<Cleared>, &Move)| period.spans.iter().map(|s| toward(s, by)).collect();
        let prices = outcome.periods.iter().zip(moves).map(row).collect();
        Self { prices, moved: moves.iter().map(|(up, down)| up + down).sum() }
    }
}

impl Day {
    /// Prices at which no accepted block loses, or else the block that loses most by the rule's prices
    /// (of equal losses the first).
    pub(super) fn publish(&self, outcome: &Outcome) -> Result<Published, usize> {
        let by_rule = Published::at(outcome, &vec![(0.0, 0.0); outcome.periods.len()]);
        let Some((worst, _)) = self.losers(outcome, &by_rule).reduce(|a, b| if b.1 < a.1 { b } else { a }) else {
            return Ok(by_rule);
        };
        let moved = self.least_moves(outcome).map(|moves| Published::at(outcome, &moves));
        moved.filter(|published| self.losers(outcome, published).next().is_none()).ok_or(worst)
    }

    /// Accepted blocks that lose, with their gain.
    fn losers<'a>(&'a self, outcome: &'a Outcome, at: &'a Published) -> impl Iterator<Item = (usize, f64)> + 'a {
        let gains = self.blocks.iter().zip(&outcome.ratios).enumerate();
        gains.filter_map(|(number, (block, &ratio))| {
            let (gain, nothing) = gain(block, ratio, |period, zone| at.prices[period][zone]);
            (gain < -nothing).then_some((number, gain))
        })
    }

    /// The least moves by which no block loses; gains are linear in them. None where there are none.
    #[expect(clippy::cast_precision_loss, reason = "below 2^53 W")]
    fn least_moves(&self, outcome: &Outcome) -> Option<Vec<Move>> {
        let periods = outcome.periods.len();
        let mut rows = Vec::new();
        for (block, &ratio) in self.blocks.iter().zip(&outcome.ratios).filter(|(_, ratio)| **ratio > 0.0) {
            let power = |period: usize| block.side.sign() * block.at(period, ratio) as f64;
            let (start, nothing) = gain(block, ratio, |t, zone| outcome.periods[t].spans[zone].rule);
            let start = if start < -nothing { start } else { start.max(0.0) };
            let span = |t: usize| outcome.periods[t].spans[block.zone];
            let slopes = (0..periods).flat_map(|t| {
                let span = span(t);
                [power(t) * (span.high - span.rule), power(t) * (span.low - span.rule)]
            });
            let slopes: Vec<f64> = slopes.collect();
            if start + slopes.iter().map(|s| s.max(0.0)).sum::<f64>() < 0.0 {
                return None;
            }
            // In units of price, so that the program's numbers are.
            let size = (0..periods).map(|t| power(t).abs()).sum::<f64>().max(1.0);
            rows.push((-start / size, slopes.into_iter().map(|s| s / size).collect::<Vec<_>>()));
        }
        solve(periods, &rows)
    }
}

/// `min sum of moves` such that each row's gain is at least what it asks.
fn solve(periods: usize, rows: &[(f64, Vec<f64>)]) -> Option<Vec<Move>> {
    let mut program = Builder::default();
    let together: Vec<usize> = (0..periods).map(|_| program.row(1.0)).collect();
    let asked: Vec<usize> = rows.iter().map(|row| program.row(row.0)).collect();
    for column in 0..2 * periods {
        let gains = rows.iter().zip(&asked).map(|((_, slopes), &row)| (row, slopes[column]));
        let entries: Vec<_> = gains.chain([(together[column / 2], 1.0)]).collect();
        program.column(1.0, 0.0..=1.0, &entries);
    }
    for &row in &together {
        program.column(0.0, 0.0..=1.0, &[(row, 1.0)]);
    }
    for ((asks, slopes), &row) in rows.iter().zip(&asked) {
        let most = asks.abs() + slopes.iter().map(|s| s.abs()).sum::<f64>();
        program.column(0.0, 0.0..=most, &[(row, -1.0)]);
    }
    let (matrix, data) = program.build().ok()?;
    let mut solver = Solver::new(matrix).with_ties(Ties::First);
    match solver.solve(&data, Start::Cold).ok()? {
        Answer::Optimal(found) => Some(found.x[..2 * periods].chunks(2).map(|pair| (pair[0], pair[1])).collect()),
        Answer::Infeasible(_) | Answer::Stopped(_) => None,
    }
}
