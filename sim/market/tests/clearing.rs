//! Clearing against arithmetic by hand.

#![allow(clippy::float_cmp, reason = "whole watts and exact prices")]

mod support;

use energyopti_market::Side::{Buy, Sell};
use energyopti_market::{BlockStatus, CurvePoint, MarketError, check};
use support::{accepted_mw, block, cleared, curve, line, market, step};

#[test]
fn the_marginal_order_is_accepted_in_part_and_sets_the_price() {
    let mut m = market(1, &["A"]);
    m.steps = vec![
        step("wind", "A", Sell, 0.0, 40.0),
        step("coal", "A", Sell, 30.0, 50.0),
        step("gas", "A", Sell, 60.0, 50.0),
        step("town", "A", Buy, 200.0, 70.0),
        step("mill", "A", Buy, 20.0, 10.0),
    ];
    let c = cleared(&m);
    // 70 MW wanted above 30: 40 of wind, 30 of coal. The mill bids less than coal.
    assert_eq!(c.prices, [[30.0]]);
    assert_eq!(["wind", "coal", "gas", "town", "mill"].map(|n| accepted_mw(&c, n)), [40.0, 30.0, 0.0, 70.0, 0.0]);
    // 70 x 200 - 30 x 30 = 13100.
    assert!((c.welfare - 13_100.0).abs() < 1e-9);
    assert!(c.proven);
}

#[test]
fn a_price_may_be_negative() {
    let mut m = market(1, &["A"]);
    m.steps = vec![step("nuclear", "A", Sell, -50.0, 100.0), step("town", "A", Buy, 4000.0, 80.0)];
    // The plant pays up to 50 per MWh to stay on, and is the marginal order.
    assert_eq!(cleared(&m).prices, [[-50.0]]);
    m.steps.push(step("wind", "A", Sell, -500.0, 80.0));
    // Wind alone meets the load: between -500 (the last accepted) and -50 (the next) the middle is -275.
    assert_eq!(cleared(&m).prices, [[-275.0]]);
}

#[test]
fn equal_bids_share_what_is_left_pro_rata() {
    let mut m = market(1, &["A"]);
    m.steps =
        vec![step("a", "A", Sell, 30.0, 20.0), step("b", "A", Sell, 30.0, 40.0), step("town", "A", Buy, 100.0, 30.0)];
    let c = cleared(&m);
    assert_eq!(["a", "b"].map(|n| accepted_mw(&c, n)), [10.0, 20.0]);
}

#[test]
fn orders_that_meet_at_one_price_trade_as_much_as_they_can() {
    let mut m = market(1, &["A"]);
    m.steps = vec![step("s", "A", Sell, 30.0, 20.0), step("b", "A", Buy, 30.0, 15.0)];
    let c = cleared(&m);
    assert_eq!(c.prices, [[30.0]]);
    assert_eq!(["s", "b"].map(|n| accepted_mw(&c, n)), [15.0, 15.0]);
}

#[test]
fn two_zones_share_a_price_until_the_line_is_full() {
    let mut m = market(1, &["A", "B"]);
    m.steps = vec![
        step("cheap", "A", Sell, 20.0, 200.0),
        step("dear", "B", Sell, 50.0, 200.0),
        step("load", "B", Buy, 1000.0, 100.0),
    ];
    m.lines = vec![line("AB", "A", "B", 150.0, 150.0)];
    let open = cleared(&m);
    assert_eq!((&open.prices[0], open.flows_w[0][0]), (&vec![20.0, 20.0], 100_000_000));
    m.lines = vec![line("AB", "A", "B", 60.0, 150.0)];
    let full = cleared(&m);
    // 60 MW come over the line, 40 from the dear plant: 20 in A, 50 in B; rent (50 - 20) 60 = 1800.
    assert_eq!((&full.prices[0], full.flows_w[0][0]), (&vec![20.0, 50.0], 60_000_000));
    assert_eq!(["cheap", "dear"].map(|n| accepted_mw(&full, n)), [60.0, 40.0]);
    // The same line seen from the other end.
    m.lines = vec![line("BA", "B", "A", 150.0, 60.0)];
    assert_eq!(cleared(&m).flows_w[0][0], -60_000_000);
}

#[test]
fn a_zone_in_the_middle_passes_on_what_its_lines_carry() {
    let mut m = market(1, &["A", "B", "C"]);
    m.steps = vec![
        step("a", "A", Sell, 10.0, 100.0),
        step("b", "B", Sell, 20.0, 100.0),
        step("c", "C", Sell, 40.0, 100.0),
        step("load", "C", Buy, 1000.0, 90.0),
    ];
    m.lines = vec![line("AB", "A", "B", 30.0, 0.0), line("BC", "B", "C", 50.0, 0.0)];
    let c = cleared(&m);
    // 30 from A and 20 from B fill the 50 MW to C, which gives 40 itself.
    assert_eq!(c.prices[0], [10.0, 20.0, 40.0]);
    assert_eq!(["a", "b", "c"].map(|n| accepted_mw(&c, n)), [30.0, 20.0, 40.0]);
}

#[test]
fn interpolated_curves_meet_where_they_cross() {
    let mut m = market(1, &["A"]);
    // Supply 5 MW per unit of price from 10 on, demand 100 less 1 MW per unit: 5 (p - 10) = 100 - p, p = 25.
    m.curves =
        vec![curve("s", "A", Sell, &[(10.0, 0.0), (50.0, 200.0)]), curve("b", "A", Buy, &[(0.0, 100.0), (100.0, 0.0)])];
    let c = cleared(&m);
    assert!((c.prices[0][0] - 25.0).abs() < 1e-12);
    assert_eq!(["s", "b"].map(|n| accepted_mw(&c, n)), [75.0, 75.0]);
    // Buyers' area 75 (100 + 25) / 2 = 4687.5 less sellers' 75 (10 + 25) / 2 = 1312.5.
    assert!((c.welfare - 3375.0).abs() < 1e-6);
}

#[test]
fn curves_and_steps_clear_over_a_full_line() {
    let mut m = market(1, &["A", "B"]);
    m.curves = vec![curve("s", "A", Sell, &[(0.0, 0.0), (100.0, 100.0)])];
    m.steps = vec![step("load", "B", Buy, 500.0, 50.0), step("home", "B", Sell, 80.0, 50.0)];
    m.lines = vec![line("AB", "A", "B", 33.3, 0.0)];
    let c = cleared(&m);
    // A gives 33.3 MW, where its curve stands at 33.3; B adds 16.7 at 80.
    assert!((c.prices[0][0] - 33.3).abs() < 1e-9 && c.prices[0][1] == 80.0);
    assert_eq!(accepted_mw(&c, "home"), 16.7);
}

/// Demand 100 MW worth 100; hourly supply 50 MW at 20, 60 MW at 40. A block of 60 MW at 30.
fn paradox() -> energyopti_market::Market {
    let mut m = market(1, &["A"]);
    m.steps = vec![
        step("base", "A", Sell, 20.0, 50.0),
        step("peak", "A", Sell, 40.0, 60.0),
        step("load", "A", Buy, 100.0, 100.0),
    ];
    m.blocks = vec![block("block", "A", Sell, 30.0, &[60.0])];
    m
}

#[test]
fn a_block_that_would_spoil_its_own_price_is_paradoxically_rejected() {
    let c = cleared(&paradox());
    // With the block there are 110 MW at 20 and for the block: base is marginal at 20, and the block
    // loses 10 per MWh, although it saves 50 x 40 - 60 x 30 + 10 x 20 = 400. Without, the price is 40,
    // at which it would gain 60 x 10 = 600.
    assert_eq!(c.prices, [[40.0]]);
    assert_eq!(c.blocks[0].status, BlockStatus::ParadoxicallyRejected);
    assert!((c.blocks[0].gain - 600.0).abs() < 1e-6);
    assert!(c.proven && c.welfare <= c.welfare_bound);
}

#[test]
fn a_divisible_block_is_accepted_where_it_breaks_even() {
    let mut m = paradox();
    m.blocks[0].min_acceptance = 0.5;
    let c = cleared(&m);
    // 50 of its 60 MW: base and block meet the load, between 20 and 40; the middle, 30, is its price.
    assert_eq!(c.blocks[0].status, BlockStatus::Accepted);
    assert_eq!(c.blocks[0].accepted_w, [50_000_000]);
    assert_eq!(c.prices, [[30.0]]);
}

#[test]
fn prices_move_within_their_interval_when_a_block_asks_for_it() {
    let mut m = market(1, &["A"]);
    // Block and load are of one size: any price from 0 (the mill) to 100 balances; the middle is 50.
    m.steps = vec![step("load", "A", Buy, 100.0, 60.0), step("mill", "A", Buy, 0.0, 5.0)];
    m.blocks = vec![block("block", "A", Sell, 70.0, &[60.0])];
    let c = cleared(&m);
    assert_eq!(c.blocks[0].status, BlockStatus::Accepted);
    // The least move that gives the block its 70: by 0.4 of the way from 50 to 100.
    assert!((c.prices[0][0] - 70.0).abs() < 1e-9 && (c.prices_moved - 0.4).abs() < 1e-12);
}

#[test]
fn periods_move_apart_when_blocks_ask_for_opposite_prices() {
    let mut m = market(2, &["A"]);
    // First period: the sale meets a load of its size. Second: the purchase meets a unit of its size.
    m.steps = vec![step("load", "A", Buy, 100.0, 60.0), step("mill", "A", Buy, 0.0, 5.0)];
    m.steps.extend([step("unit", "A", Sell, 0.0, 60.0), step("gas", "A", Sell, 100.0, 5.0)]);
    m.steps[2].period = 1;
    m.steps[3].period = 1;
    m.blocks = vec![block("sale", "A", Sell, 70.0, &[60.0, 0.0]), block("purchase", "A", Buy, 30.0, &[0.0, 60.0])];
    let c = cleared(&m);
    // From the middle, 50, up to 70 in one and down to 30 in the other: 0.4 of the way each.
    assert!((c.prices[0][0] - 70.0).abs() < 1e-9 && (c.prices[1][0] - 30.0).abs() < 1e-9);
    assert!((c.prices_moved - 0.8).abs() < 1e-12);
}

#[test]
fn a_block_may_lose_in_one_hour_what_it_gains_in_another() {
    let mut m = market(2, &["A"]);
    for (period, price) in [(0, 10.0), (1, 60.0)] {
        for mut order in [step("load", "A", Buy, 3000.0, 100.0), step("unit", "A", Sell, price, 200.0)] {
            order.name = format!("{}{period}", order.name);
            order.period = period;
            m.steps.push(order);
        }
    }
    m.blocks = vec![block("block", "A", Sell, 30.0, &[50.0, 50.0])];
    let c = cleared(&m);
    // 10 and 60 are 35 on average: 5 more than it asks, times 100 MWh.
    assert_eq!(c.blocks[0].status, BlockStatus::Accepted);
    assert!((c.blocks[0].gain - 500.0).abs() < 1e-6);
    m.blocks[0].price = 36.0;
    assert_eq!(cleared(&m).blocks[0].status, BlockStatus::Rejected);
}

#[test]
fn of_alike_blocks_the_first_are_accepted_and_the_search_does_not_try_them_all() {
    let mut m = market(1, &["A"]);
    m.steps = vec![step("load", "A", Buy, 100.0, 100.0), step("unit", "A", Sell, 60.0, 100.0)];
    let name = |i: usize| format!("block{i:02}");
    m.blocks = (0..30).rev().map(|i| block(&name(i), "A", Sell, 40.0, &[30.0])).collect();
    let c = cleared(&m);
    // Three of 30 MW and 10 MW of the unit at 60; a fourth makes 120 MW, which nobody takes.
    let accepted: Vec<_> = c.blocks.iter().filter(|b| b.ratio > 0.0).map(|b| b.name.as_str()).collect();
    assert_eq!((accepted, &c.prices[0]), (vec!["block00", "block01", "block02"], &vec![60.0]));
    assert!(c.proven && c.nodes < 20, "{} nodes", c.nodes);
}

#[test]
fn an_empty_market_has_a_price_by_rule() {
    let mut m = market(1, &["A"]);
    assert_eq!(cleared(&m).prices, [[0.0]]);
    m.price_floor = 10.0;
    assert_eq!(cleared(&m).prices, [[10.0]]);
}

#[test]
fn all_faults_are_named_at_once() {
    let mut m = market(2, &["A", "A"]);
    m.step_h = 0.0;
    m.steps = vec![step("x", "Z", Buy, f64::NAN, -1.0), step("x", "A", Sell, 5000.0, f64::INFINITY)];
    m.steps[0].period = 7;
    m.curves = vec![curve("c", "A", Buy, &[(10.0, 5.0), (5.0, 9.0)]), curve("d", "A", Sell, &[])];
    m.blocks = vec![block("b", "A", Sell, 1.0, &[1.0])];
    m.blocks[0].min_acceptance = 0.0;
    m.lines = vec![line("l", "A", "A", -1.0, f64::NAN)];
    let Err(MarketError::Input(faults)) = check(&m) else { panic!("faulty") };
    // step_h; zone A twice; order x twice; to; forward; backward; x: zone, price, quantity, period;
    // x: price, quantity; c: falling price, rising quantity; d: empty; b: count, acceptance.
    assert_eq!(faults.len(), 17, "{faults:#?}");
    m = market(1, &["A"]);
    m.price_cap = -600.0;
    assert!(check(&m).unwrap_err().to_string().contains("the cap lies above the floor"));
    m = market(1, &["A"]);
    m.curves = vec![curve("c", "A", Sell, &[(10.0, 5.0)])];
    m.curves[0].points.push(CurvePoint { price: 12.0, quantity_mw: 4.0 });
    assert!(check(&m).is_err());
}
