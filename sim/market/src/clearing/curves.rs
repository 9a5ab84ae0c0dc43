//! What a zone gives at a price: the orders of one period as monotone curves.
//!
//! Steps are counted in whole watts and sum exactly; interpolated orders are evaluated where they
//! stand. Not here: which price clears (`price.rs`), who is accepted (`share.rs`).

use crate::order::{CurvePoint, Side, watts};

/// An order of one period as a curve of accepted watts over price.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) zone: usize,
    pub(super) side: Side,
    /// Merit (the price, its sign turned for a purchase) and cumulated watts; both do not fall, and the
    /// first is at zero watts.
    points: Vec<(f64, i64)>,
}

/// Fractions of a watt that are rounding of doubles and no watt to accept.
const ROUNDING: f64 = 1e-3;

impl Offer {
    pub(super) fn step(zone: usize, side: Side, price: f64, power: i64) -> Self {
        let merit = side.sign() * price;
        Self { zone, side, points: vec![(merit, 0), (merit, power)] }
    }

    pub(super) fn curve(zone: usize, side: Side, points: &[CurvePoint]) -> Self {
        let mut points: Vec<_> = points.iter().map(|p| (side.sign() * p.price, watts(p.quantity_mw))).collect();
        if side == Side::Buy {
            points.reverse();
        }
        points.insert(0, (points.first().map_or(0.0, |p| p.0), 0));
        Self { zone, side, points }
    }

    /// The one price of a step, and its watts.
    fn as_step(&self) -> Option<(f64, i64)> {
        let (first, last) = (self.points[0].0, self.points[self.points.len() - 1]);
        // Bits and not values: of a step both are the same number.
        (first.to_bits() == last.0.to_bits()).then(|| (self.side.sign() * first, last.1))
    }

    pub(super) fn prices(&self) -> impl Iterator<Item = f64> + '_ {
        self.points.iter().map(|p| self.side.sign() * p.0)
    }

    pub(super) fn most(&self) -> i64 {
        self.points[self.points.len() - 1].1
    }

    /// Watts accepted at `price`: those with strictly better prices, and those with at least as good ones.
    #[expect(clippy::cast_precision_loss, reason = "below 2^53 W")]
    fn range(&self, price: f64) -> (f64, f64) {
        let merit = self.side.sign() * price;
        let better = self.points.partition_point(|p| p.0 < merit);
        let as_good = self.points.partition_point(|p| p.0 <= merit);
        match (better, as_good) {
            (_, 0) => (0.0, 0.0),
            (b, a) if b < a => (self.points[b].1 as f64, self.points[a - 1].1 as f64),
            (_, a) if a == self.points.len() => (self.most() as f64, self.most() as f64),
            (_, a) => {
                let (low, high) = (self.points[a - 1], self.points[a]);
                let part = (merit - low.0) / (high.0 - low.0);
                let power = low.1 as f64 + (high.1 - low.1) as f64 * part;
                (power, power)
            }
        }
    }

    /// As [`Offer::range`] in whole watts. Where the curve slopes: the watts around what it gives
    /// within `slack` (currency per MWh) of the price.
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and `most`")]
    pub(super) fn whole_range(&self, price: f64, slack: f64) -> (i64, i64) {
        let (least, most) = self.range(price);
        if least < most || self.as_step().is_some() {
            return (least as i64, most as i64);
        }
        let toward = self.side.sign() * slack;
        let (worse, better) = (self.range(price - toward).1, self.range(price + toward).0);
        ((worse.min(least) + ROUNDING).floor() as i64, (better.max(most) - ROUNDING).ceil() as i64)
    }

    /// `integral of the price over the first power watts`, currency W per MWh.
    #[expect(clippy::cast_precision_loss, reason = "below 2^53 W")]
    pub(super) fn value(&self, power: i64) -> f64 {
        let mut value = 0.0;
        for pair in self.points.windows(2) {
            let (low, high) = (pair[0], pair[1]);
            let taken = power.min(high.1) - low.1;
            if taken <= 0 {
                continue;
            }
            let end = low.0 + (high.0 - low.0) * (taken as f64 / (high.1 - low.1) as f64);
            value += 0.5 * (low.0 + end) * taken as f64;
        }
        value * self.side.sign()
    }
}

/// What a zone gives (positive) or takes at each price where an order begins, ends or bends.
#[derive(Clone, Debug)]
pub(super) struct ZoneCurve {
    prices: Vec<f64>,
    /// Watts just below the price: strictly cheaper sales less purchases at least as dear.
    below: Vec<f64>,
    /// Watts just above it.
    above: Vec<f64>,
}

/// Sorted, each once.
pub(super) fn distinct(prices: impl Iterator<Item = f64>) -> Vec<f64> {
    // Adding zero makes a negative zero positive: both are one price.
    let mut prices: Vec<f64> = prices.map(|p| p + 0.0).collect();
    prices.sort_by(f64::total_cmp);
    prices.dedup_by(|a, b| a.to_bits() == b.to_bits());
    prices
}

impl ZoneCurve {
    /// The curve of the offers of one zone.
    pub(super) fn new<'a>(offers: impl Iterator<Item = &'a Offer> + Clone) -> Self {
        let prices = distinct(offers.clone().flat_map(Offer::prices));
        let (mut below, mut above) = step_sums(&prices, offers.clone());
        for curve in offers.filter(|o| o.as_step().is_none()) {
            for (i, &price) in prices.iter().enumerate() {
                let (least, most) = curve.range(price);
                let (low, high) = if curve.side == Side::Sell { (least, most) } else { (-most, -least) };
                below[i] += low;
                above[i] += high;
            }
        }
        Self { prices, below, above }
    }

    /// Watts just below and just above `price`.
    pub(super) fn at(&self, price: f64) -> (f64, f64) {
        let as_low = self.prices.partition_point(|&p| p <= price);
        match as_low {
            0 => (self.below.first().copied().unwrap_or(0.0), self.below.first().copied().unwrap_or(0.0)),
            n if self.prices[n - 1] >= price => (self.below[n - 1], self.above[n - 1]),
            n if n == self.prices.len() => (self.above[n - 1], self.above[n - 1]),
            n => {
                let part = (price - self.prices[n - 1]) / (self.prices[n] - self.prices[n - 1]);
                let power = self.above[n - 1] + (self.below[n] - self.above[n - 1]) * part;
                (power, power)
            }
        }
    }
}

/// What the steps among `offers` give just below and above each of `prices`. A sale begins at its
/// price and a purchase ends there: both raise what the zone gives by their watts.
#[expect(clippy::cast_precision_loss, reason = "below 2^53 W")]
fn step_sums<'a>(prices: &[f64], offers: impl Iterator<Item = &'a Offer>) -> (Vec<f64>, Vec<f64>) {
    let mut jumps = vec![0_i64; prices.len()];
    let mut sum = 0_i64;
    for offer in offers {
        if let Some((price, power)) = offer.as_step() {
            jumps[prices.partition_point(|&p| p < price)] += power;
            sum -= if offer.side == Side::Buy { power } else { 0 };
        }
    }
    let mut below = Vec::with_capacity(prices.len());
    let mut above = Vec::with_capacity(prices.len());
    for jump in jumps {
        below.push(sum as f64);
        sum += jump;
        above.push(sum as f64);
    }
    (below, above)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(price: f64, quantity_mw: f64) -> CurvePoint {
        CurvePoint { price, quantity_mw }
    }

    #[test]
    fn a_curve_is_read_between_its_points() {
        // From 0 MW at 10 to 100 MW at 30: at 15 a quarter, 25 MW.
        let sale = Offer::curve(0, Side::Sell, &[point(10.0, 0.0), point(30.0, 100.0)]);
        assert_eq!(sale.range(15.0), (25e6, 25e6));
        // From 100 MW at 10 down to 0 at 30: at 15 there are 75 MW.
        let purchase = Offer::curve(0, Side::Buy, &[point(10.0, 100.0), point(30.0, 0.0)]);
        assert_eq!(purchase.range(15.0), (75e6, 75e6));
        assert_eq!(purchase.range(5.0), (100e6, 100e6));
        assert_eq!(purchase.range(31.0), (0.0, 0.0));
        // The first 25 MW of the sale cost (10 + 15) / 2 25 = 312.5, of the purchase are worth (30 + 25) / 2 25.
        assert!((sale.value(25_000_000) * 1e-6 - 312.5).abs() < 1e-9);
        assert!((purchase.value(25_000_000) * 1e-6 - 687.5).abs() < 1e-9);
    }

    #[test]
    fn a_zone_jumps_at_its_steps() {
        let offers = [Offer::step(0, Side::Sell, 20.0, 5), Offer::step(0, Side::Buy, 30.0, 7)];
        let zone = ZoneCurve::new(offers.iter());
        assert_eq!(zone.at(19.0), (-7.0, -7.0));
        assert_eq!(zone.at(20.0), (-7.0, -2.0));
        assert_eq!(zone.at(30.0), (-2.0, 5.0));
        assert_eq!(zone.at(31.0), (5.0, 5.0));
    }
}
