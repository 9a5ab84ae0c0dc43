//! A day as numbers: periods that are independent once the blocks' ratios are given.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::curves::Offer;
use super::period::{Cleared, Link, Period};
use super::price::Limits;
use crate::fault::MarketError;
use crate::market::{Market, at};
use crate::order::{Side, watts};

/// A block in watts.
#[derive(Debug, PartialEq)]
pub(super) struct Block {
    pub(super) zone: usize,
    pub(super) side: Side,
    pub(super) price: f64,
    pub(super) powers: Vec<i64>,
    pub(super) least: f64,
}

impl Block {
    /// Watts in a period at a ratio, to nearest.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "below 2^53 W; ratio at most 1")]
    pub(super) fn at(&self, period: usize, ratio: f64) -> i64 {
        (self.powers[period] as f64 * ratio).round() as i64
    }
}

/// The whole day.
#[derive(Debug)]
pub(super) struct Day {
    pub(super) zones: usize,
    pub(super) periods: Vec<Period>,
    pub(super) blocks: Vec<Block>,
    /// By block: the first that is its like in all but participant and name.
    pub(super) alike: Vec<usize>,
    pub(super) limits: Limits,
}

/// A cleared day.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// By block.
    pub(super) ratios: Vec<f64>,
    /// Watts that blocks give, by period and zone.
    pub(super) injections: Vec<Vec<i64>>,
    pub(super) periods: Vec<Rc<Cleared>>,
}

/// Numbers of names.
pub(super) fn numbers(names: &[String]) -> BTreeMap<&str, usize> {
    names.iter().enumerate().map(|(i, name)| (name.as_str(), i)).collect()
}

impl Day {
    /// The numbers of a checked, canonical market.
    pub(super) fn new(market: &Market) -> Self {
        let zones = numbers(&market.zones);
        let limits = Limits { floor: market.price_floor, cap: market.price_cap };
        let block = |b: &crate::order::BlockOrder| Block {
            zone: zones[b.zone.as_str()],
            side: b.side,
            price: b.price,
            powers: b.quantities_mw.iter().map(|&mw| watts(mw)).collect(),
            least: b.min_acceptance,
        };
        let blocks: Vec<Block> = market.blocks.iter().map(block).collect();
        let mut offers = offers(market, &zones);
        let period = |period: usize| {
            let offers = std::mem::take(&mut offers[period]);
            let links = links(market, &zones, period);
            let most = offers.iter().map(Offer::most).sum::<i64>()
                + blocks.iter().map(|b| b.powers[period]).sum::<i64>()
                + links.iter().map(|l| l.forward + l.backward).sum::<i64>();
            Period::new(market.zones.len(), links, offers, limits, most)
        };
        let periods = (0..market.periods).map(period).collect();
        let alike =
            (0..blocks.len()).map(|b| blocks.iter().position(|first| *first == blocks[b]).unwrap_or(b)).collect();
        Self { zones: market.zones.len(), periods, blocks, alike, limits }
    }

    /// Clears the day with the blocks' ratios given; periods that blocks leave as they are in `known`
    /// are taken from there.
    pub(super) fn clear(&self, ratios: &[f64], known: Option<&Outcome>) -> Result<Outcome, MarketError> {
        let mut injections = vec![vec![0_i64; self.zones]; self.periods.len()];
        for (block, &ratio) in self.blocks.iter().zip(ratios) {
            for (period, injection) in injections.iter_mut().enumerate() {
                injection[block.zone] += block.side.signed(block.at(period, ratio));
            }
        }
        let mut periods = Vec::with_capacity(self.periods.len());
        for (period, injection) in injections.iter().enumerate() {
            let same = known.filter(|k| k.injections[period] == *injection).map(|k| Rc::clone(&k.periods[period]));
            let solve = || self.periods[period].clear(injection).map(Rc::new);
            periods.push(same.or_else(solve).ok_or(MarketError::NoBalance { period })?);
        }
        Ok(Outcome { ratios: ratios.to_vec(), injections, periods })
    }

    /// Hands the ratios of alike blocks to the first of them first; what they give stays the same.
    pub(super) fn first_among_alike(&self, ratios: &mut [f64]) {
        for first in 0..ratios.len() {
            let group: Vec<usize> = (first..ratios.len()).filter(|&b| self.alike[b] == first).collect();
            let mut sorted: Vec<f64> = group.iter().map(|&b| ratios[b]).collect();
            sorted.sort_by(|a, b| b.total_cmp(a));
            group.into_iter().zip(sorted).for_each(|(b, ratio)| ratios[b] = ratio);
        }
    }

    /// Worth of purchases less cost of sales, blocks included, currency W per MWh.
    #[expect(clippy::cast_precision_loss, reason = "below 2^53 W")]
    pub(super) fn welfare(&self, outcome: &Outcome) -> f64 {
        let orders: f64 = outcome.periods.iter().map(|p| p.welfare).sum();
        let block = |(block, &ratio): (&Block, &f64)| {
            let power: i64 = (0..self.periods.len()).map(|period| block.at(period, ratio)).sum();
            -block.side.sign() * block.price * power as f64
        };
        orders + self.blocks.iter().zip(&outcome.ratios).map(block).sum::<f64>()
    }
}

/// The orders of each period: steps, then curves, both canonical.
fn offers(market: &Market, zones: &BTreeMap<&str, usize>) -> Vec<Vec<Offer>> {
    let mut offers = vec![Vec::new(); market.periods];
    for o in &market.steps {
        offers[o.period].push(Offer::step(zones[o.zone.as_str()], o.side, o.price, watts(o.quantity_mw)));
    }
    for o in &market.curves {
        offers[o.period].push(Offer::curve(zones[o.zone.as_str()], o.side, &o.points));
    }
    offers
}

fn links(market: &Market, zones: &BTreeMap<&str, usize>, period: usize) -> Vec<Link> {
    let link = |line: &crate::market::Line| Link {
        from: zones[line.from.as_str()],
        to: zones[line.to.as_str()],
        forward: watts(at(&line.forward_mw, period)),
        backward: watts(at(&line.backward_mw, period)),
    };
    market.lines.iter().map(link).collect()
}
