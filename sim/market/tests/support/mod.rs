//! Short ways to write a market down.
#![allow(dead_code, reason = "each test file takes what it needs")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

pub mod random;

use energyopti_market::{
    BlockOrder, Clearing, ClearingOptions, CurveOrder, CurvePoint, Line, Market, Side, StepOrder, clear, megawatts,
};

/// A market of one-hour periods with floor -500 and cap 4000.
pub fn market(periods: usize, zones: &[&str]) -> Market {
    Market {
        periods,
        step_h: 1.0,
        price_floor: -500.0,
        price_cap: 4000.0,
        zones: zones.iter().map(|&z| z.to_owned()).collect(),
        lines: Vec::new(),
        steps: Vec::new(),
        curves: Vec::new(),
        blocks: Vec::new(),
    }
}

/// An order whose participant has its name; in period 0.
pub fn step(name: &str, zone: &str, side: Side, price: f64, quantity_mw: f64) -> StepOrder {
    let (name, zone) = (name.to_owned(), zone.to_owned());
    StepOrder { participant: name.clone(), name, zone, period: 0, side, price, quantity_mw }
}

pub fn curve(name: &str, zone: &str, side: Side, points: &[(f64, f64)]) -> CurveOrder {
    let points = points.iter().map(|&(price, quantity_mw)| CurvePoint { price, quantity_mw }).collect();
    let (name, zone) = (name.to_owned(), zone.to_owned());
    CurveOrder { participant: name.clone(), name, zone, period: 0, side, points }
}

pub fn block(name: &str, zone: &str, side: Side, price: f64, quantities_mw: &[f64]) -> BlockOrder {
    let (name, zone) = (name.to_owned(), zone.to_owned());
    let quantities_mw = quantities_mw.to_vec();
    BlockOrder { participant: name.clone(), name, zone, side, price, quantities_mw, min_acceptance: 1.0 }
}

pub fn line(name: &str, from: &str, to: &str, forward_mw: f64, backward_mw: f64) -> Line {
    let (name, from, to) = (name.to_owned(), from.to_owned(), to.to_owned());
    Line { name, from, to, forward_mw: vec![forward_mw], backward_mw: vec![backward_mw] }
}

pub fn cleared(market: &Market) -> Clearing {
    clear(market, ClearingOptions::default()).unwrap()
}

/// What is accepted of an order, MW.
pub fn accepted_mw(clearing: &Clearing, name: &str) -> f64 {
    megawatts(clearing.orders.iter().find(|o| o.name == name).unwrap().accepted_w)
}
