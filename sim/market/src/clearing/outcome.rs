//! What clearing answers: prices, acceptances, flows, and how sure it is of the blocks.

use serde::{Deserialize, Serialize};

use super::blocks::Found;
use super::day::Day;
use super::fairness::gain;
use crate::market::Market;
use crate::order::{BlockOrder, Side, WATTS};

/// What became of a step or curve order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderOutcome {
    /// The order's name.
    pub name: String,
    /// Who pays or is paid.
    pub participant: String,
    /// Its zone, by number in [`Clearing::zones`].
    pub zone: usize,
    /// Its period.
    pub period: usize,
    /// Buy or sell.
    pub side: Side,
    /// What is accepted, W.
    pub accepted_w: i64,
    /// What the accepted part is worth by the bid: limit price times energy (for a curve the area
    /// under it), currency.
    pub bid_value: f64,
}

/// What became of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockStatus {
    /// In full or by a ratio.
    Accepted,
    /// And would not have gained at the prices.
    Rejected,
    /// Although it would have gained at the prices.
    ParadoxicallyRejected,
}

/// What became of a block order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlockOutcome {
    /// The order's name.
    pub name: String,
    /// Who pays or is paid.
    pub participant: String,
    /// Its zone, by number in [`Clearing::zones`].
    pub zone: usize,
    /// Buy or sell.
    pub side: Side,
    /// Accepted, rejected, or paradoxically so.
    pub status: BlockStatus,
    /// Accepted part, 0 or `min_acceptance` to 1.
    pub ratio: f64,
    /// What is accepted, W, by period.
    pub accepted_w: Vec<i64>,
    /// Limit price, currency per MWh.
    pub price: f64,
    /// What the block gains beyond its limit at the prices, currency; of a rejected one: would gain in full.
    pub gain: f64,
}

/// A cleared day. Zones and lines are sorted by name, orders by zone, side, price, participant, name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clearing {
    /// Length of a period, hours.
    pub step_h: f64,
    /// Zones by name.
    pub zones: Vec<String>,
    /// Lines by name.
    pub lines: Vec<String>,
    /// Zones that each line joins, by number: from, to.
    pub ends: Vec<(usize, usize)>,
    /// Currency per MWh, by period and zone.
    pub prices: Vec<Vec<f64>>,
    /// W from `from` to `to`, by period and line.
    pub flows_w: Vec<Vec<i64>>,
    /// Steps, then curves.
    pub orders: Vec<OrderOutcome>,
    /// Blocks.
    pub blocks: Vec<BlockOutcome>,
    /// Worth of what is bought less cost of what is sold, by the bids, currency.
    pub welfare: f64,
    /// No fair choice of blocks has more, currency.
    pub welfare_bound: f64,
    /// Whether the search over blocks ended, so that `welfare` is the best but for rounding.
    pub proven: bool,
    /// Nodes of the search.
    pub nodes: usize,
    /// Sum over periods of the fractions by which prices were moved within their intervals so that no block loses.
    pub prices_moved: f64,
}

impl Clearing {
    pub(super) fn new(market: &Market, day: &Day, found: &Found) -> Self {
        let numbers = super::day::numbers(&market.zones);
        let unit = market.step_h / WATTS;
        let ends = market.lines.iter().map(|l| (numbers[l.from.as_str()], numbers[l.to.as_str()])).collect();
        Self {
            step_h: market.step_h,
            zones: market.zones.clone(),
            lines: market.lines.iter().map(|l| l.name.clone()).collect(),
            ends,
            prices: found.published.prices.clone(),
            flows_w: found.outcome.periods.iter().map(|p| p.flows.clone()).collect(),
            orders: orders(market, day, found),
            blocks: (0..market.blocks.len()).map(|i| block(&market.blocks[i], i, day, found, unit)).collect(),
            welfare: found.welfare * unit,
            welfare_bound: found.bound * unit,
            proven: found.proven,
            nodes: found.nodes,
            prices_moved: found.published.moved,
        }
    }

    /// What is left to prove, relative to the welfare; 0 where `proven`.
    #[must_use]
    pub fn gap(&self) -> f64 {
        if self.proven { 0.0 } else { (self.welfare_bound - self.welfare) / self.welfare.abs().max(1.0) }
    }
}

fn orders(market: &Market, day: &Day, found: &Found) -> Vec<OrderOutcome> {
    let steps = market.steps.iter().map(|o| (&o.name, &o.participant, o.period));
    let heads = steps.chain(market.curves.iter().map(|o| (&o.name, &o.participant, o.period)));
    // The offers of a period stand in the order of the market's lists.
    let mut next = vec![0_usize; market.periods];
    let mut outcomes = Vec::new();
    for (name, participant, period) in heads {
        let offer = &day.periods[period].offers[next[period]];
        let accepted_w = found.outcome.periods[period].accepted[next[period]];
        next[period] += 1;
        outcomes.push(OrderOutcome {
            name: name.clone(),
            participant: participant.clone(),
            zone: offer.zone,
            period,
            side: offer.side,
            accepted_w,
            bid_value: offer.value(accepted_w) * market.step_h / WATTS,
        });
    }
    outcomes
}

fn block(order: &BlockOrder, number: usize, day: &Day, found: &Found, unit: f64) -> BlockOutcome {
    let (block, ratio) = (&day.blocks[number], found.outcome.ratios[number]);
    let shown = if ratio > 0.0 { ratio } else { 1.0 };
    let (gain, nothing) = gain(block, shown, |period, zone| found.published.prices[period][zone]);
    let status = match ratio {
        r if r > 0.0 => BlockStatus::Accepted,
        _ if gain > nothing => BlockStatus::ParadoxicallyRejected,
        _ => BlockStatus::Rejected,
    };
    BlockOutcome {
        name: order.name.clone(),
        participant: order.participant.clone(),
        zone: block.zone,
        side: block.side,
        status,
        ratio,
        accepted_w: (0..block.powers.len()).map(|period| block.at(period, ratio)).collect(),
        price: order.price,
        gain: gain * unit,
    }
}
