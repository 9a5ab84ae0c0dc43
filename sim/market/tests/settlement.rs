//! Settlement of cleared days against arithmetic by hand.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use energyopti_market::Side::{Buy, Sell};
use energyopti_market::{Account, Clearing, Currency, Ledger, Market, PaymentRule, settle};
use support::{block, cleared, line, market, step};

fn ledger(c: &Clearing, rule: PaymentRule, code: &str) -> Ledger {
    let mut ledger = Ledger::new(Currency::new(code).unwrap());
    for transaction in settle(c, rule, ledger.clone().currency(), 100).unwrap() {
        ledger.post(transaction).unwrap();
    }
    ledger
}

fn shown(ledger: &Ledger) -> Vec<String> {
    ledger.balances().iter().map(|(account, balance)| format!("{account}: {balance}")).collect()
}

/// 60 MW over a full line from 20 to 50, 40 MW at 50: see the same market in `clearing.rs`.
fn congested() -> Market {
    let mut m = market(1, &["A", "B"]);
    m.steps = vec![
        step("cheap", "A", Sell, 20.0, 200.0),
        step("dear", "B", Sell, 50.0, 200.0),
        step("load", "B", Buy, 1000.0, 100.0),
    ];
    m.lines = vec![line("AB", "A", "B", 60.0, 150.0)];
    m
}

#[test]
fn congestion_rent_has_an_account_of_its_own() {
    let ledger = ledger(&cleared(&congested()), PaymentRule::PayAsClear, "EUR");
    // 60 x 20 = 1200, 40 x 50 = 2000, load 100 x 50 = 5000, rent 60 x 30 = 1800, in cents.
    let expected = ["cheap: 120000", "dear: 200000", "load: -500000", "congestion rent of AB: 180000"];
    assert_eq!(shown(&ledger), expected);
    assert_eq!(ledger.transactions()[0].interval, 100);
    // The load pays all others, the largest first.
    let paid: Vec<_> = ledger.who_pays_whom().iter().map(|p| format!("{} > {}", p.payer, p.payee)).collect();
    assert_eq!(paid, ["load > dear", "load > congestion rent of AB", "load > cheap"]);
}

#[test]
fn pay_as_bid_leaves_what_buyers_bid_beyond_sellers_as_surplus() {
    let ledger = ledger(&cleared(&congested()), PaymentRule::PayAsBid, "EUR");
    // The load pays 100 x 1000 = 100000; sellers get their bids 1200 and 2000; the line 1800; 95000 are left.
    assert_eq!(ledger.balance(&Account::Participant("load".to_owned())), -10_000_000);
    assert_eq!(ledger.balance(&Account::CongestionRent("AB".to_owned())), 180_000);
    assert_eq!(ledger.balance(&Account::Surplus), 9_500_000);
    assert_eq!(ledger.balance(&Account::Rounding), 0);
}

#[test]
fn yen_are_rounded_within_bids_and_the_operator_bears_the_rest() {
    let mut m = market(1, &["A"]);
    m.steps = vec![step("s", "A", Sell, 10.0, 100.0), step("a", "A", Buy, 10.0, 0.33), step("b", "A", Buy, 99.0, 0.33)];
    let ledger = ledger(&cleared(&m), PaymentRule::PayAsClear, "JPY");
    // The price is 10 (the seller is marginal). s: 6.6, offered for 6.6, gets 7. a: 3.3, bid 3.3, pays 3.
    // b: 3.3, bid 32.67, half to even: 3. The operator adds 1.
    assert_eq!(shown(&ledger), ["a: -3", "b: -3", "s: 7", "rounding: -1"]);
}

#[test]
fn at_a_negative_price_the_seller_pays() {
    let mut m = market(1, &["A"]);
    m.step_h = 0.25;
    m.steps = vec![step("wind", "A", Sell, -50.0, 100.0), step("load", "A", Buy, 4000.0, 80.0)];
    let ledger = ledger(&cleared(&m), PaymentRule::PayAsClear, "KWD");
    // 80 MW for a quarter of an hour are 20 MWh at -50: 1000.000.
    assert_eq!(shown(&ledger), ["load: 1000000", "wind: -1000000"]);
}

#[test]
fn a_block_is_paid_the_price_of_each_period() {
    let mut m = market(2, &["A"]);
    m.steps = vec![step("load0", "A", Buy, 30.0, 50.0), step("load1", "A", Buy, 90.0, 50.0)];
    m.steps[1].period = 1;
    m.blocks = vec![block("block", "A", Sell, 20.0, &[40.0, 40.0])];
    let ledger = ledger(&cleared(&m), PaymentRule::PayAsClear, "EUR");
    // Loads want more than there is and set the price: 30 and 90.
    let by_interval = [100, 101].map(|i| ledger.balances_in(i)[&Account::Participant("block".to_owned())]);
    assert_eq!(by_interval, [120_000, 360_000]);
}
