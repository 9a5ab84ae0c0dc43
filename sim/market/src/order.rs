//! What participants bid: steps, curves and blocks. Data only; checked in `check.rs`.
//!
//! Quantities are MW and count on a grid of one watt ([`watts`]), so that balances are sums of
//! integers and exact. Prices are currency per MWh.

use serde::{Deserialize, Serialize};

/// Whether an order takes or gives energy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Takes energy and pays at most its price.
    Buy,
    /// Gives energy and receives at least its price.
    Sell,
}

impl Side {
    /// +1 for energy given to the zone, -1 for energy taken.
    #[must_use]
    pub fn sign(self) -> f64 {
        if self == Self::Sell { 1.0 } else { -1.0 }
    }

    /// `power`, positive when given to the zone.
    #[must_use]
    pub fn signed(self, power: i64) -> i64 {
        if self == Self::Sell { power } else { -power }
    }
}

/// One quantity at one price, divisible.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepOrder {
    /// Unique among all orders of the day.
    pub name: String,
    /// Who pays or is paid.
    pub participant: String,
    /// The zone by name.
    pub zone: String,
    /// The period, from 0.
    pub period: usize,
    /// Buy or sell.
    pub side: Side,
    /// Limit price, currency per MWh.
    pub price: f64,
    /// Most that is taken or given, MW, not negative.
    pub quantity_mw: f64,
}

/// A point of a curve: the cumulated quantity accepted at a price.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Currency per MWh.
    pub price: f64,
    /// Cumulated quantity, MW.
    pub quantity_mw: f64,
}

/// A piecewise linear order, interpolated between its points as Euphemia's (*EUPHEMIA Public
/// Description*, Single Price Coupling Algorithm, section on piecewise linear hourly orders).
///
/// Prices do not fall from point to point; quantities do not fall for a sale and do not rise for a
/// purchase. Equal prices make a step. Before a sale's first point and beyond a purchase's last, the
/// quantity is zero.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurveOrder {
    /// Unique among all orders of the day.
    pub name: String,
    /// Who pays or is paid.
    pub participant: String,
    /// The zone by name.
    pub zone: String,
    /// The period, from 0.
    pub period: usize,
    /// Buy or sell.
    pub side: Side,
    /// At least one, by rising price.
    pub points: Vec<CurvePoint>,
}

/// One price for a profile over several periods, accepted as a whole or not at all, or, with a
/// smaller `min_acceptance`, by one ratio for all its periods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlockOrder {
    /// Unique among all orders of the day.
    pub name: String,
    /// Who pays or is paid.
    pub participant: String,
    /// The zone by name.
    pub zone: String,
    /// Buy or sell.
    pub side: Side,
    /// Limit on the volume-weighted mean price, currency per MWh.
    pub price: f64,
    /// MW by period, one for each period of the day, zero where the block is absent.
    pub quantities_mw: Vec<f64>,
    /// Smallest ratio accepted, in (0, 1]; 1 is all or nothing.
    #[serde(default = "whole")]
    pub min_acceptance: f64,
}

fn whole() -> f64 {
    1.0
}

/// Watts in a MW.
pub(crate) const WATTS: f64 = 1e6;

/// MW on the grid of one watt, to nearest (halves away from zero). Callers have checked the range.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "the checks keep quantities below 1e7 MW, thus 1e13 W")]
pub fn watts(mw: f64) -> i64 {
    (mw * WATTS).round() as i64
}

/// Watts as MW. Exact to the double nearest.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "sums stay below 2^53 W")]
pub fn megawatts(watts: i64) -> f64 {
    watts as f64 / WATTS
}
