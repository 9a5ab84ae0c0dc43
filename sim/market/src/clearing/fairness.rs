//! Whether accepted blocks gain at the prices, and which of the balancing prices to publish for them.
//!
//! Where a period has an interval of balancing prices, the published one is the rule's unless a block
//! would lose by it: then the prices of all periods are moved by one fraction, the smallest that
//! helps, toward the ends of their intervals (up, or down if that is less). Any such point is a
//! convex combination of dual solutions and therefore balances as well.

use std::rc::Rc;

use super::day::{Block, Day, Outcome};
use super::period::Cleared;
use super::price::Span;

/// Published prices by period and zone, and how far they were moved: in -1 (low) to 1 (high).
#[derive(Clone, Debug)]
pub(super) struct Published {
    pub(super) prices: Vec<Vec<f64>>,
    pub(super) moved: f64,
}

/// Loss per MWh below which a block counts as not losing: rounding of a sum of doubles.
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

fn toward(span: &Span, moved: f64) -> f64 {
    let end = if moved < 0.0 { span.low } else { span.high };
    span.rule + moved.abs() * (end - span.rule)
}

impl Published {
    fn at(outcome: &Outcome, moved: f64) -> Self {
        let row = |period: &Rc<Cleared>| period.spans.iter().map(|s| toward(s, moved)).collect();
        Self { prices: outcome.periods.iter().map(row).collect(), moved }
    }
}

impl Day {
    /// Prices at which no accepted block loses, or else the block that loses most by the rule's prices
    /// (of equal losses the first).
    pub(super) fn publish(&self, outcome: &Outcome) -> Result<Published, usize> {
        let least_moves = [1.0, -1.0].map(|direction| self.least_move(outcome, direction));
        let best = least_moves.into_iter().flatten().reduce(|a, b| if b.abs() < a.abs() { b } else { a });
        if let Some(moved) = best {
            let published = Published::at(outcome, moved);
            if self.losers(outcome, &published).next().is_none() {
                return Ok(published);
            }
        }
        let by_rule = Published::at(outcome, 0.0);
        let worst = self.losers(outcome, &by_rule).reduce(|a, b| if b.1 < a.1 { b } else { a });
        // By the rule's prices somebody loses, else the least move would have been zero and fair.
        Err(worst.map_or(0, |(block, _)| block))
    }

    /// Accepted blocks that lose, with their gain.
    fn losers<'a>(&'a self, outcome: &'a Outcome, at: &'a Published) -> impl Iterator<Item = (usize, f64)> + 'a {
        let gains = self.blocks.iter().zip(&outcome.ratios).enumerate();
        gains.filter_map(|(number, (block, &ratio))| {
            let (gain, nothing) = gain(block, ratio, |period, zone| at.prices[period][zone]);
            (gain < -nothing).then_some((number, gain))
        })
    }

    /// The smallest move in a direction at which no block loses. Gains are linear in the move.
    fn least_move(&self, outcome: &Outcome, direction: f64) -> Option<f64> {
        let (mut least, mut most) = (0.0_f64, 1.0_f64);
        for (block, &ratio) in self.blocks.iter().zip(&outcome.ratios) {
            let at = |moved: f64| gain(block, ratio, |t, zone| toward(&outcome.periods[t].spans[zone], moved));
            let ((start, nothing), (end, nothing_at_end)) = (at(0.0), at(direction));
            if start < -nothing && end < -nothing_at_end {
                return None;
            }
            let crossing = (-start / (end - start)).clamp(0.0, 1.0);
            if start < -nothing {
                least = least.max(crossing);
            } else if end < -nothing_at_end {
                most = most.min(crossing);
            }
        }
        (least <= most).then_some(least * direction)
    }
}
