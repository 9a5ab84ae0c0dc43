//! Payments of a cleared day: pay-as-clear or pay-as-bid, one transaction for each period.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::currency::Currency;
use super::ledger::{Account, Transaction};
use super::rounding::{half_to_even, within_bid};
use crate::clearing::Clearing;
use crate::fault::MarketError;
use crate::order::megawatts;

/// What a trade costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentRule {
    /// Everybody pays or receives the price of the zone.
    PayAsClear,
    /// Everybody pays or receives the bid (of a curve the area under it); what buyers pay beyond the
    /// sellers' bids and the congestion rent goes to [`Account::Surplus`].
    PayAsBid,
}

/// What a participant receives in a period, in smallest units before rounding.
#[derive(Clone, Copy, Default)]
struct Position {
    /// At the zones' prices.
    clear: f64,
    /// By the bids.
    bid: f64,
    /// The least it may receive: by the bids; blocks at the zones' prices, since a block's limit
    /// holds for the sum of its periods.
    least: f64,
}

/// The transactions of a day; period 0 is `first_interval`.
///
/// A participant's amount is rounded once for each period, half to even, but not across its bid;
/// each line's congestion rent `(price_to - price_from) flow step_h` is rounded half to even; the
/// remainder is booked to [`Account::Rounding`].
///
/// # Errors
///
/// [`MarketError::Overflow`].
pub fn settle(
    clearing: &Clearing,
    rule: PaymentRule,
    currency: &Currency,
    first_interval: u64,
) -> Result<Vec<Transaction>, MarketError> {
    let positions = positions(clearing, currency);
    let transaction = |(period, positions): (usize, &BTreeMap<&str, Position>)| {
        let mut amounts = rents(clearing, currency, period)?;
        for (&name, p) in positions {
            let (amount, least) = if rule == PaymentRule::PayAsClear { (p.clear, p.least) } else { (p.bid, p.bid) };
            amounts.insert(Account::Participant(name.to_owned()), within_bid(amount, least, name)?);
        }
        if rule == PaymentRule::PayAsBid {
            // The rounding of participants is the operator's, so the surplus is taken before it.
            let gained = positions.values().map(|p| p.clear - p.bid).sum();
            amounts.insert(Account::Surplus, half_to_even(gained, "surplus")?);
        }
        Transaction::closed(first_interval.saturating_add(period as u64), amounts)
    };
    positions.iter().enumerate().map(transaction).collect()
}

/// Positions by period and participant.
fn positions<'a>(clearing: &'a Clearing, currency: &Currency) -> Vec<BTreeMap<&'a str, Position>> {
    let mut positions = vec![BTreeMap::<&str, Position>::new(); clearing.prices.len()];
    let energy_mwh = |power: i64| megawatts(power) * clearing.step_h;
    for order in &clearing.orders {
        let p = positions[order.period].entry(&order.participant).or_default();
        let price = clearing.prices[order.period][order.zone];
        p.clear += energy_mwh(order.side.signed(order.accepted_w)) * price * currency.units();
        let bid = order.side.sign() * order.bid_value * currency.units();
        p.bid += bid;
        p.least += bid;
    }
    for block in &clearing.blocks {
        for (period, &power) in block.accepted_w.iter().enumerate().filter(|(_, power)| **power != 0) {
            let p = positions[period].entry(&block.participant).or_default();
            let energy = energy_mwh(block.side.signed(power)) * currency.units();
            let paid = energy * clearing.prices[period][block.zone];
            p.clear += paid;
            p.bid += energy * block.price;
            p.least += paid;
        }
    }
    positions
}

fn rents(clearing: &Clearing, currency: &Currency, period: usize) -> Result<BTreeMap<Account, i64>, MarketError> {
    let prices = &clearing.prices[period];
    let rent = |(line, &flow): (usize, &i64)| {
        let (from, to) = clearing.ends[line];
        let rent = (prices[to] - prices[from]) * megawatts(flow) * clearing.step_h * currency.units();
        let account = Account::CongestionRent(clearing.lines[line].clone());
        Ok((account, half_to_even(rent, &clearing.lines[line])?))
    };
    clearing.flows_w[period].iter().enumerate().map(rent).collect()
}
