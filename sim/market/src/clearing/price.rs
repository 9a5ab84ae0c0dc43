//! The price at which a set of zones balances, and what is said where more than one does.
//!
//! The interval of balancing prices is that of all dual solutions. The rule for its one price: the
//! middle between the two orders that bound it; where an order bounds one end only, that order's
//! price; where none does (nobody bids), zero; and always within cap and floor.

use super::curves::ZoneCurve;

/// Limits of prices, and the prices beyond them at which the balance gives way (only where blocks
/// force it; such a combination is never accepted).
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) floor: f64,
    pub(super) cap: f64,
}

impl Limits {
    /// Beyond the cap by ten times the span: dearer than anything a block can gain by it is not
    /// needed, as a balance that gave way is refused anyhow; dear enough to turn the search away.
    pub(super) fn shortage(self) -> f64 {
        self.cap + 10.0 * (self.cap - self.floor)
    }

    /// Below the floor by as much.
    pub(super) fn glut(self) -> f64 {
        self.floor - 10.0 * (self.cap - self.floor)
    }
}

/// Balancing prices of a set of zones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) low: f64,
    /// The one that is published, before blocks ask for another.
    pub(super) rule: f64,
    pub(super) high: f64,
}

impl Span {
    /// The span between the bounds `low` and `high`, either of which may be glut or shortage.
    fn by_rule(low: f64, high: f64, limits: Limits) -> Self {
        let (glut, shortage) = (low <= limits.glut(), high >= limits.shortage());
        if low >= limits.shortage() || high <= limits.glut() {
            return Self { low, rule: low, high };
        }
        let rule = match (glut, shortage) {
            (false, false) => low + 0.5 * (high - low),
            (true, false) => high,
            (false, true) => low,
            (true, true) => 0.0,
        };
        Self { low: low.max(limits.floor), rule: rule.max(limits.floor).min(limits.cap), high: high.min(limits.cap) }
    }

    /// The same, moved within `between`.
    pub(super) fn clipped(self, between: (f64, f64)) -> Self {
        let clip = |price: f64| price.max(between.0).min(between.1);
        Self { low: clip(self.low), rule: clip(self.rule), high: clip(self.high) }
    }
}

/// Zones that share a price, what they give besides their curves, and where the curves bend.
pub(super) struct Region<'a> {
    pub(super) curves: Vec<&'a ZoneCurve>,
    /// Blocks and fixed imports less fixed exports, W.
    pub(super) fixed: i64,
    /// All prices at which any curve of the period bends, rising.
    pub(super) prices: &'a [f64],
}

impl Region<'_> {
    /// Watts just below and just above a price, over all zones.
    #[expect(clippy::cast_precision_loss, reason = "below 2^53 W")]
    fn at(&self, price: f64) -> (f64, f64) {
        let sum = |(below, above): (f64, f64), curve: &&ZoneCurve| {
            let (b, a) = curve.at(price);
            (below + b, above + a)
        };
        self.curves.iter().fold((self.fixed as f64, self.fixed as f64), sum)
    }

    /// All prices at which supply meets demand.
    ///
    /// Supply less demand rises with the price. `first` is the first bend above which it is not
    /// negative. Either it jumps across zero there, or it crosses zero on the slope before; from
    /// `first` on it may stay at zero until the next order begins.
    pub(super) fn span(&self, limits: Limits) -> Span {
        let first = self.prices.partition_point(|&p| self.at(p).1 < 0.0).min(self.prices.len() - 1);
        let price = self.prices[first];
        let (below, mut above) = self.at(price);
        if below > 0.0 && first > 0 {
            let (start, from) = (self.prices[first - 1], self.at(self.prices[first - 1]).1);
            let root = start + (price - start) * (-from / (below - from));
            return Span { low: root, rule: root, high: root };
        }
        let mut last = first;
        while above <= 0.0 && last + 1 < self.prices.len() {
            let next = self.at(self.prices[last + 1]);
            if next.0 > 0.0 {
                break;
            }
            above = next.1;
            last += 1;
        }
        Span::by_rule(price, self.prices[last], limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clearing::curves::{Offer, distinct};
    use crate::order::Side;

    const LIMITS: Limits = Limits { floor: -500.0, cap: 4000.0 };

    fn span(offers: &[Offer]) -> Span {
        let edges =
            [Offer::step(0, Side::Sell, LIMITS.shortage(), 1_000), Offer::step(0, Side::Buy, LIMITS.glut(), 1_000)];
        let all: Vec<_> = offers.iter().chain(&edges).cloned().collect();
        let curve = ZoneCurve::new(all.iter());
        let prices = distinct(all.iter().flat_map(Offer::prices));
        Region { curves: vec![&curve], fixed: 0, prices: &prices }.span(LIMITS)
    }

    #[test]
    fn the_marginal_order_sets_the_price() {
        let offers = [Offer::step(0, Side::Sell, 20.0, 10), Offer::step(0, Side::Buy, 50.0, 6)];
        assert_eq!(span(&offers), Span { low: 20.0, rule: 20.0, high: 20.0 });
    }

    #[test]
    fn equal_quantities_leave_an_interval_whose_middle_is_published() {
        let offers = [Offer::step(0, Side::Sell, 20.0, 6), Offer::step(0, Side::Buy, 50.0, 6)];
        assert_eq!(span(&offers), Span { low: 20.0, rule: 35.0, high: 50.0 });
    }

    #[test]
    fn without_trade_the_price_lies_between_the_best_bids() {
        let offers = [Offer::step(0, Side::Sell, 60.0, 6), Offer::step(0, Side::Buy, 50.0, 6)];
        assert_eq!(span(&offers), Span { low: 50.0, rule: 55.0, high: 60.0 });
        assert_eq!(span(&offers[..1]), Span { low: -500.0, rule: 60.0, high: 60.0 });
        assert_eq!(span(&[]), Span { low: -500.0, rule: 0.0, high: 4000.0 });
    }
}
