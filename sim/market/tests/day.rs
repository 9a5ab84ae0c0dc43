//! A day of the size that exchanges of a region see: four zones, 24 hours, 4 800 orders, 20 blocks.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use energyopti_market::Side::{Buy, Sell};
use energyopti_market::{BlockStatus, Market};
use support::random::Dice;
use support::{block, cleared, curve, line, market, step};

fn day(seed: u64) -> Market {
    let dice = &mut Dice(seed);
    let zones = ["A", "B", "C", "D"];
    let mut m = market(24, &zones);
    let joins = [("A", "B", 400.0), ("B", "C", 300.0), ("C", "D", 200.0), ("A", "D", 200.0)];
    m.lines = joins.map(|(from, to, mw)| line(&format!("{from}{to}"), from, to, mw, mw)).to_vec();
    for i in 0..4800 {
        let (zone, period, quantity) = (zones[i % 4], i / 4 % 24, dice.real(300) / 10.0);
        let (side, price) = if i / 96 % 2 == 0 { (Sell, dice.real(12_000)) } else { (Buy, dice.real(20_000)) };
        let (name, price) = (format!("order{i}"), price / 100.0);
        let ends = if side == Sell {
            [(price, 0.0), (price + 20.0, quantity)]
        } else {
            [(price, quantity), (price + 20.0, 0.0)]
        };
        if i % 5 == 0 {
            m.curves.push(curve(&name, zone, side, &ends));
            m.curves.last_mut().unwrap().period = period;
        } else {
            m.steps.push(step(&name, zone, side, price, quantity));
            m.steps.last_mut().unwrap().period = period;
        }
    }
    for i in 0..20 {
        let (begin, length, mw) = (dice.pick(20), 3 + dice.pick(10), 10.0 + dice.real(100));
        let profile: Vec<f64> = (0..24).map(|t| if (begin..begin + length).contains(&t) { mw } else { 0.0 }).collect();
        let side = if dice.roll(3) > 0 { Sell } else { Buy };
        m.blocks.push(block(&format!("block{i}"), zones[dice.pick(4)], side, 50.0 + dice.real(3000) / 100.0, &profile));
    }
    m
}

#[test]
fn a_day_with_twenty_blocks_is_proven_best() {
    for seed in 0..5 {
        let c = cleared(&day(seed));
        assert!(c.proven && c.nodes < 2_000, "{} nodes", c.nodes);
        assert!(c.blocks.iter().all(|b| b.status != BlockStatus::Accepted || b.gain >= -1e-3));
    }
}
