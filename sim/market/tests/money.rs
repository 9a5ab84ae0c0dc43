//! Random markets, `ENERGYOPTI_CASES` of them (500 where it is not set): volumes balance, prices and
//! acceptances belong together, nobody pays above the bid, and money sums to zero.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::collections::BTreeMap;

use energyopti_market::{
    Account, BlockStatus, Clearing, Currency, Ledger, Line, Market, PaymentRule, Side, megawatts, settle, watts,
};
use support::cleared;
use support::random::{Dice, random_market};

fn cases() -> u64 {
    std::env::var("ENERGYOPTI_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(500)
}

/// In every zone and period: given less taken is what leaves over the lines, to the watt.
fn volumes_balance(c: &Clearing) {
    for period in 0..c.prices.len() {
        let mut given = vec![0_i64; c.zones.len()];
        for o in c.orders.iter().filter(|o| o.period == period) {
            given[o.zone] += o.side.signed(o.accepted_w);
        }
        for b in &c.blocks {
            given[b.zone] += b.side.signed(b.accepted_w[period]);
        }
        for (&flow, &(from, to)) in c.flows_w[period].iter().zip(&c.ends) {
            given[from] -= flow;
            given[to] += flow;
        }
        assert!(given.iter().all(|&w| w == 0), "period {period}: {given:?} W");
    }
}

/// A line is within its capacity, and full toward a dearer zone.
fn lines_serve_the_dearer_zone(m: &Market, c: &Clearing) {
    let lines: BTreeMap<&str, &Line> = m.lines.iter().map(|l| (l.name.as_str(), l)).collect();
    for (prices, flows) in c.prices.iter().zip(&c.flows_w) {
        for (i, &flow) in flows.iter().enumerate() {
            let line = lines[c.lines[i].as_str()];
            let (forward, backward) = (watts(line.forward_mw[0]), watts(line.backward_mw[0]));
            let gain = prices[c.ends[i].1] - prices[c.ends[i].0];
            assert!((-backward..=forward).contains(&flow));
            assert!(gain <= 0.0 || flow == forward, "{}: {flow} of {forward} W, gain {gain}", line.name);
            assert!(gain >= 0.0 || flow == -backward, "{}: {flow} of -{backward} W, gain {gain}", line.name);
        }
    }
}

/// Steps better than the price are accepted in full, worse ones not at all; curves to a watt around
/// what they give at the price. With the lines this makes the welfare greatest: the blocks given,
/// prices are a dual solution.
fn acceptances_follow_prices(m: &Market, c: &Clearing) {
    let outcomes: BTreeMap<&str, _> = c.orders.iter().map(|o| (o.name.as_str(), o)).collect();
    for order in &m.steps {
        let o = outcomes[order.name.as_str()];
        let gain = order.side.sign() * (c.prices[o.period][o.zone] - order.price);
        let full = watts(order.quantity_mw);
        assert!((0..=full).contains(&o.accepted_w));
        assert!(gain <= 0.0 || o.accepted_w == full, "{}: gains {gain}, {} of {full} W", o.name, o.accepted_w);
        assert!(gain >= 0.0 || o.accepted_w == 0, "{}: loses {gain} with {} W", o.name, o.accepted_w);
    }
    for order in &m.curves {
        let o = outcomes[order.name.as_str()];
        let price = c.prices[o.period][o.zone];
        let at = |price: f64| read(&order.points, order.side, price);
        let (least, most) = (at(price - order.side.sign() * 1e-8).0, at(price + order.side.sign() * 1e-8).1);
        let accepted = megawatts(o.accepted_w);
        let inside = (least - 2.1e-6..=most + 2.1e-6).contains(&accepted);
        assert!(inside, "{}: {accepted} not in {least}..={most} at {price}", o.name);
    }
}

/// The least and most MW of a curve at a price, read independently of the crate.
fn read(points: &[energyopti_market::CurvePoint], side: Side, price: f64) -> (f64, f64) {
    let (first, last) = (points[0], points[points.len() - 1]);
    let before = if side == Side::Sell { 0.0 } else { first.quantity_mw };
    let after = if side == Side::Sell { last.quantity_mw } else { 0.0 };
    if price < first.price {
        return (before, before);
    }
    if price > last.price {
        return (after, after);
    }
    let at: Vec<f64> = points.iter().filter(|p| p.price.to_bits() == price.to_bits()).map(|p| p.quantity_mw).collect();
    let mut ends: Vec<f64> = at;
    if price <= first.price {
        ends.push(before);
    }
    if price >= last.price {
        ends.push(after);
    }
    if ends.is_empty() {
        let pair = points.windows(2).find(|p| p[0].price < price && price < p[1].price).unwrap();
        let part = (price - pair[0].price) / (pair[1].price - pair[0].price);
        ends.push(pair[0].quantity_mw + part * (pair[1].quantity_mw - pair[0].quantity_mw));
    }
    (ends.iter().copied().fold(f64::MAX, f64::min), ends.iter().copied().fold(0.0, f64::max))
}

fn blocks_never_lose(m: &Market, c: &Clearing) {
    assert!(c.proven && c.welfare <= c.welfare_bound + 1e-6);
    for b in &c.blocks {
        let least = m.blocks.iter().find(|o| o.name == b.name).unwrap().min_acceptance;
        let energy = b.accepted_w.iter().map(|&w| megawatts(w)).sum::<f64>() * c.step_h;
        match b.status {
            BlockStatus::Accepted => {
                assert!(b.gain >= -1e-6 * (1.0 + energy), "{} loses {}", b.name, b.gain);
                assert!((least..=1.0).contains(&b.ratio));
            }
            _ => assert!(b.ratio == 0.0 && energy == 0.0),
        }
    }
}

/// In a period in which a participant has no block accepted, the promise holds for the period.
#[expect(clippy::cast_precision_loss, reason = "amounts far below 2^53")]
fn bids_hold_in_every_period(c: &Clearing, ledger: &Ledger) {
    let units = ledger.currency().units();
    for period in 0..c.prices.len() {
        for (account, balance) in ledger.balances_in(period as u64) {
            let Account::Participant(name) = account else { continue };
            let orders = c.orders.iter().filter(|o| o.period == period && o.participant == name);
            let bid: f64 = orders.map(|o| o.side.sign() * o.bid_value * units).sum();
            let has_block = c.blocks.iter().any(|b| b.participant == name && b.accepted_w[period] != 0);
            assert!(has_block || balance as f64 >= bid - 1e-3, "{name} in {period}: {balance} for {bid}");
        }
    }
}

/// What each participant's accepted bids are worth over the day: it receives at least that (pays at
/// most that where it is negative), smallest units.
fn bids(c: &Clearing, units: f64) -> BTreeMap<String, f64> {
    let mut bids = BTreeMap::new();
    for o in &c.orders {
        *bids.entry(o.participant.clone()).or_insert(0.0) += o.side.sign() * o.bid_value * units;
    }
    for b in &c.blocks {
        let energy = b.accepted_w.iter().map(|&w| megawatts(w)).sum::<f64>() * c.step_h;
        *bids.entry(b.participant.clone()).or_insert(0.0) += b.side.sign() * b.price * energy * units;
    }
    bids
}

#[expect(clippy::cast_precision_loss, reason = "balances far below 2^53")]
fn money_sums_to_zero_within_bids(c: &Clearing, rule: PaymentRule, code: &str) {
    let currency = Currency::new(code).unwrap();
    let bids = bids(c, currency.units());
    let mut ledger = Ledger::new(currency.clone());
    for transaction in settle(c, rule, &currency, 0).unwrap() {
        ledger.post(transaction).unwrap();
    }
    bids_hold_in_every_period(c, &ledger);
    let balances = ledger.balances();
    assert_eq!(balances.values().sum::<i128>(), 0);
    for (account, &balance) in &balances {
        match account {
            Account::Participant(name) => {
                assert!(balance as f64 >= bids[name] - 1e-3, "{rule:?} {name}: {balance} for {}", bids[name]);
            }
            Account::CongestionRent(_) | Account::Surplus => assert!(balance >= 0, "{account} {balance}"),
            Account::Rounding => {
                let most = (c.prices.len() * (bids.len() + c.lines.len() + 1)) as i128;
                assert!(balance.abs() <= most, "rounding {balance} of at most {most}");
            }
        }
    }
    let mut paid = BTreeMap::<Account, i128>::new();
    for payment in ledger.who_pays_whom() {
        assert!(payment.amount > 0);
        *paid.entry(payment.payer).or_default() -= payment.amount;
        *paid.entry(payment.payee).or_default() += payment.amount;
    }
    assert!(balances.iter().all(|(account, &balance)| paid.get(account).copied().unwrap_or(0) == balance));
}

#[test]
fn payments_sum_to_zero_nobody_pays_above_the_bid_and_volumes_balance() {
    let (mut accepted, mut paradoxes, mut moved) = (0, 0, 0);
    for seed in 0..cases() {
        let m = random_market(seed);
        let c = cleared(&m);
        assert!(c.prices.iter().flatten().all(|p| (m.price_floor..=m.price_cap).contains(p)));
        volumes_balance(&c);
        lines_serve_the_dearer_zone(&m, &c);
        acceptances_follow_prices(&m, &c);
        blocks_never_lose(&m, &c);
        for (rule, code) in [(PaymentRule::PayAsClear, "EUR"), (PaymentRule::PayAsBid, "JPY")] {
            money_sums_to_zero_within_bids(&c, rule, code);
        }
        accepted += c.blocks.iter().filter(|b| b.status == BlockStatus::Accepted).count();
        paradoxes += c.blocks.iter().filter(|b| b.status == BlockStatus::ParadoxicallyRejected).count();
        moved += usize::from(c.prices_moved != 0.0);
    }
    // The cases are not empty: blocks of every fate are among them.
    assert!(cases() < 100 || (accepted > 20 && paradoxes > 3 && moved > 0), "{accepted} {paradoxes} {moved}");
}

#[test]
fn shuffled_input_gives_the_same_bits() {
    for seed in 0..cases().min(2_000) {
        let m = random_market(seed);
        let mut shuffled = m.clone();
        let dice = &mut Dice(seed ^ 0xABCD);
        dice.shuffle(&mut shuffled.zones);
        dice.shuffle(&mut shuffled.lines);
        dice.shuffle(&mut shuffled.steps);
        dice.shuffle(&mut shuffled.curves);
        dice.shuffle(&mut shuffled.blocks);
        // Text tells apart what `==` does not: the sign of a zero.
        let (a, b) = (cleared(&m), cleared(&shuffled));
        assert_eq!(serde_json::to_string(&a).unwrap(), serde_json::to_string(&b).unwrap(), "seed {seed}");
    }
}
