//! Whatever comes in, an answer or a refusal comes out, and never a panic.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use energyopti_market::{ClearingOptions, Currency, Market, PaymentRule, clear, settle};
use proptest::prelude::*;
use support::random::random_market;

/// Values that break things, and some that do not.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(0.0),
        Just(-0.0),
        Just(1e7),
        Just(1e-300),
        -500.0..4000.0,
    ]
}

/// A market that was sound, with one or two values replaced.
fn damaged(seed: u64, values: [f64; 2], place: usize) -> Market {
    let mut m = random_market(seed);
    let mut numbers: Vec<&mut f64> = vec![&mut m.step_h, &mut m.price_floor, &mut m.price_cap];
    numbers.extend(m.steps.iter_mut().flat_map(|o| [&mut o.price, &mut o.quantity_mw]));
    numbers.extend(m.curves.iter_mut().flat_map(|o| &mut o.points).flat_map(|p| [&mut p.price, &mut p.quantity_mw]));
    numbers.extend(m.blocks.iter_mut().flat_map(|o| o.quantities_mw.iter_mut().chain([&mut o.min_acceptance])));
    numbers.extend(m.lines.iter_mut().flat_map(|l| [&mut l.forward_mw[0], &mut l.backward_mw[0]]));
    let count = numbers.len();
    *numbers[place % count] = values[0];
    *numbers[(place / count) % count] = values[1];
    m
}

proptest! {
    #[test]
    fn a_damaged_market_is_cleared_or_refused(
        seed in 0_u64..10_000,
        a in number(),
        b in number(),
        place in any::<usize>(),
    ) {
        if let Ok(c) = clear(&damaged(seed, [a, b], place), ClearingOptions::default()) {
            prop_assert!(c.prices.iter().flatten().all(|p| p.is_finite()));
            let _ = settle(&c, PaymentRule::PayAsClear, &Currency::new("EUR").unwrap(), u64::MAX);
        }
    }
}

#[test]
fn the_greatest_quantities_and_prices_clear() {
    let mut m = support::market(1, &["A"]);
    (m.price_floor, m.price_cap) = (-1e6, 1e6);
    m.steps = vec![
        support::step("s", "A", energyopti_market::Side::Sell, -1e6, 1e7),
        support::step("b", "A", energyopti_market::Side::Buy, 1e6, 1e7),
    ];
    m.curves = vec![support::curve("c", "A", energyopti_market::Side::Sell, &[(-1e6, 0.0), (1e6, 1e7)])];
    assert!(clear(&m, ClearingOptions::default()).is_ok());
}
