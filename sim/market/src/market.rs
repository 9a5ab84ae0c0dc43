//! A day's market: zones, the lines between them, the orders. Data, and its canonical order.

use serde::{Deserialize, Serialize};

use crate::order::{BlockOrder, CurveOrder, Side, StepOrder};

/// What two zones may exchange: available transfer capacity (ATC) in both directions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Unique among lines.
    pub name: String,
    /// A zone by name.
    pub from: String,
    /// Another zone by name.
    pub to: String,
    /// Most from `from` to `to`, MW: one value, or one for each period.
    pub forward_mw: Vec<f64>,
    /// Most from `to` to `from`, MW: one value, or one for each period.
    pub backward_mw: Vec<f64>,
}

/// A day to clear. One period is `step_h` hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Market {
    /// Number of periods; a day of 23 or 25 hours or of 96 quarters works.
    pub periods: usize,
    /// Length of a period, hours.
    pub step_h: f64,
    /// Lowest price, currency per MWh; may be negative.
    pub price_floor: f64,
    /// Highest price, currency per MWh.
    pub price_cap: f64,
    /// Zones by name.
    pub zones: Vec<String>,
    /// Lines between zones.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// Step orders.
    #[serde(default)]
    pub steps: Vec<StepOrder>,
    /// Piecewise linear orders.
    #[serde(default)]
    pub curves: Vec<CurveOrder>,
    /// Block orders.
    #[serde(default)]
    pub blocks: Vec<BlockOrder>,
}

/// A quantity series read at a period: a single value holds for all.
pub(crate) fn at(series: &[f64], period: usize) -> f64 {
    series.get(if series.len() == 1 { 0 } else { period }).copied().unwrap_or(0.0)
}

/// What an order is sorted by.
fn key<'a>(zone: &'a str, side: Side, price: f64, participant: &'a str, name: &'a str) -> impl Ord + use<'a> {
    // `total_cmp` as integers: the order of bits, with the sign's half turned round.
    let bits = price.to_bits().cast_signed();
    (zone, side, bits ^ ((bits >> 63) & i64::MAX), participant, name)
}

impl Market {
    /// The same market with everything sorted by what it says and not by where it stood: zones and
    /// lines by name; orders by zone, side, price (of a curve: its first), participant, name.
    /// Whatever comes later counts in this order, so that shuffled input gives the same bits.
    #[must_use]
    pub fn canonical(&self) -> Self {
        let mut m = self.clone();
        let first = |c: &CurveOrder| c.points.first().map_or(0.0, |p| p.price);
        m.zones.sort();
        m.lines.sort_by(|a, b| a.name.cmp(&b.name));
        m.steps.sort_by(|a, b| {
            key(&a.zone, a.side, a.price, &a.participant, &a.name).cmp(&key(
                &b.zone,
                b.side,
                b.price,
                &b.participant,
                &b.name,
            ))
        });
        m.curves.sort_by(|a, b| {
            key(&a.zone, a.side, first(a), &a.participant, &a.name).cmp(&key(
                &b.zone,
                b.side,
                first(b),
                &b.participant,
                &b.name,
            ))
        });
        m.blocks.sort_by(|a, b| {
            key(&a.zone, a.side, a.price, &a.participant, &a.name).cmp(&key(
                &b.zone,
                b.side,
                b.price,
                &b.participant,
                &b.name,
            ))
        });
        m
    }
}
