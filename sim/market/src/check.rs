//! The rules that a market's input obeys; every fault is reported, not the first.

use std::collections::BTreeSet;

use crate::fault::{Fault, MarketError, none_or_all};
use crate::market::{Line, Market};
use crate::order::{BlockOrder, CurveOrder, StepOrder};

/// Most that one quantity may be, MW: far above any market, and small enough for exact sums.
pub const MOST_MW: f64 = 1e7;
/// Most that the quantities of one period may sum to, MW (orders and lines together): 2^53 W are 9.007e9 MW.
const MOST_TOTAL_MW: f64 = 9e9;
/// Most zones; with the above no sum leaves an `i64`.
const MOST_ZONES: usize = 500;
/// Largest price by magnitude.
pub const MOST_PRICE: f64 = 1e6;

/// Faults as they are found.
#[derive(Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    pub(crate) fn add(&mut self, place: impl Into<String>, value: impl std::fmt::Display, rule: &str, tip: &str) {
        self.0.push(Fault::new(place, value, rule, tip));
    }

    /// `value` within `low..=high`, both finite; NaN is outside.
    pub(crate) fn within(&mut self, place: impl Into<String>, value: f64, low: f64, high: f64) {
        if !(low..=high).contains(&value) {
            let rule = format!("it must lie between {low} and {high}");
            self.0.push(Fault::new(place, value, &rule, format!("write {}", value.max(low).min(high))));
        }
    }

    /// Each name once, none empty.
    pub(crate) fn unique<'a>(&mut self, kind: &str, names: impl Iterator<Item = &'a str>) {
        let mut seen = BTreeSet::new();
        for name in names {
            if name.is_empty() {
                self.add(format!("name of a {kind}"), "empty", "a name has at least one character", "give it a name");
            } else if !seen.insert(name) {
                self.add(format!("{kind} \"{name}\""), "there twice", "names are unique", "rename one of them");
            }
        }
    }

    /// `name` among `known`; the suggestion lists what there is.
    pub(crate) fn known(&mut self, place: String, name: &str, known: &BTreeSet<&str>) {
        if !known.contains(name) {
            let some: Vec<&str> = known.iter().copied().take(8).collect();
            let tip = format!("write one of: {}", some.join(", "));
            self.0.push(Fault::new(place, format!("\"{name}\""), "there is no such name", tip));
        }
    }

    /// `count` values where `expected` are needed.
    pub(crate) fn count(&mut self, place: String, count: usize, expected: usize) {
        if count != expected {
            let tip = format!("give {expected} values");
            self.0.push(Fault::new(place, format!("{count} values"), "there is one value for each period", tip));
        }
    }

    /// A line joins two known zones, with one capacity or one for each period.
    pub(crate) fn line(&mut self, line: &Line, zones: &BTreeSet<&str>, periods: usize) {
        let place = |field: &str| format!("line \"{}\": {field}", line.name);
        self.known(place("from"), &line.from, zones);
        self.known(place("to"), &line.to, zones);
        if line.from == line.to {
            self.add(place("to"), &line.to, "a line joins two zones", "name the other zone");
        }
        for (field, series) in [("forward_mw", &line.forward_mw), ("backward_mw", &line.backward_mw)] {
            if series.len() != 1 {
                self.count(place(field), series.len(), periods);
            }
            for (i, &mw) in series.iter().enumerate() {
                self.within(format!("{}[{i}]", place(field)), mw, 0.0, MOST_MW);
            }
        }
    }

    pub(crate) fn end(self) -> Result<(), MarketError> {
        none_or_all(self.0)
    }
}

/// What every order has.
struct Head<'a> {
    kind: &'a str,
    name: &'a str,
    participant: &'a str,
    zone: &'a str,
}

struct Check<'a> {
    market: &'a Market,
    zones: BTreeSet<&'a str>,
    faults: Faults,
    total_mw: Vec<f64>,
}

/// All rules.
///
/// # Errors
///
/// [`MarketError::Input`] with every fault found.
pub fn check(market: &Market) -> Result<(), MarketError> {
    let zones = market.zones.iter().map(String::as_str).collect();
    // A market of absurd length is refused below; its totals are not allocated first.
    let total_mw = vec![0.0; market.periods.min(100_000)];
    let mut check = Check { market, zones, faults: Faults::default(), total_mw };
    check.frame();
    market.lines.iter().for_each(|line| check.line(line));
    market.steps.iter().for_each(|order| check.step(order));
    market.curves.iter().for_each(|order| check.curve(order));
    market.blocks.iter().for_each(|order| check.block(order));
    check.totals();
    check.faults.end()
}

impl Check<'_> {
    fn frame(&mut self) {
        let m = self.market;
        if !(1..=100_000).contains(&m.periods) {
            self.faults.add("periods", m.periods, "a day has 1 to 100000 periods", "write 24");
        }
        self.faults.within("step_h", m.step_h, 1e-3, 1e4);
        self.faults.within("price_floor", m.price_floor, -MOST_PRICE, MOST_PRICE);
        self.faults.within("price_cap", m.price_cap, -MOST_PRICE, MOST_PRICE);
        if m.price_cap <= m.price_floor {
            self.faults.add("price_cap", m.price_cap, "the cap lies above the floor", "raise it above `price_floor`");
        }
        if !(1..=MOST_ZONES).contains(&m.zones.len()) {
            let rule = format!("a market has 1 to {MOST_ZONES} zones");
            self.faults.add("zones", format!("{} names", m.zones.len()), &rule, "name one, or join some");
        }
        self.faults.unique("zone", m.zones.iter().map(String::as_str));
        self.faults.unique("line", m.lines.iter().map(|l| l.name.as_str()));
        let names = m.steps.iter().map(|o| &o.name).chain(m.curves.iter().map(|o| &o.name));
        self.faults.unique("order", names.chain(m.blocks.iter().map(|o| &o.name)).map(String::as_str));
    }

    fn line(&mut self, line: &Line) {
        self.faults.line(line, &self.zones, self.market.periods);
        for (period, total) in self.total_mw.iter_mut().enumerate() {
            *total += crate::market::at(&line.forward_mw, period) + crate::market::at(&line.backward_mw, period);
        }
    }

    fn head(&mut self, head: &Head) {
        let place = |field: &str| format!("{} \"{}\": {field}", head.kind, head.name);
        self.faults.known(place("zone"), head.zone, &self.zones);
        if head.participant.is_empty() {
            self.faults.add(place("participant"), "empty", "somebody pays or is paid", "name the participant");
        }
    }

    fn period(&mut self, place: String, period: usize, mw: f64) {
        if let Some(total) = self.total_mw.get_mut(period) {
            *total += mw;
        } else {
            let tip = format!("write a period below {}", self.market.periods);
            self.faults.add(place, period, "periods count from 0", &tip);
        }
    }

    fn price(&mut self, place: String, price: f64) {
        let m = self.market;
        if m.price_floor <= m.price_cap {
            self.faults.within(place, price, m.price_floor, m.price_cap);
        }
    }

    fn step(&mut self, order: &StepOrder) {
        let place = |field: &str| format!("order \"{}\": {field}", order.name);
        let StepOrder { name, participant, zone, .. } = order;
        self.head(&Head { kind: "order", name, participant, zone });
        self.price(place("price"), order.price);
        self.faults.within(place("quantity_mw"), order.quantity_mw, 0.0, MOST_MW);
        self.period(place("period"), order.period, order.quantity_mw);
    }

    fn curve(&mut self, order: &CurveOrder) {
        let place = |field: &str| format!("curve \"{}\": {field}", order.name);
        let CurveOrder { name, participant, zone, .. } = order;
        self.head(&Head { kind: "curve", name, participant, zone });
        if order.points.is_empty() {
            self.faults.add(place("points"), "empty", "a curve has at least one point", "give price and quantity");
        }
        for (i, point) in order.points.iter().enumerate() {
            self.price(place(&format!("points[{i}].price")), point.price);
            self.faults.within(place(&format!("points[{i}].quantity_mw")), point.quantity_mw, 0.0, MOST_MW);
        }
        for (i, pair) in order.points.windows(2).enumerate() {
            let step_mw = order.side.sign() * (pair[1].quantity_mw - pair[0].quantity_mw);
            if pair[1].price < pair[0].price {
                let at = place(&format!("points[{}].price", i + 1));
                self.faults.add(at, pair[1].price, "prices do not fall from point to point", "sort the points");
            }
            if step_mw < 0.0 {
                let at = place(&format!("points[{}].quantity_mw", i + 1));
                let rule = "with the price, a sale's quantity does not fall and a purchase's does not rise";
                self.faults.add(at, pair[1].quantity_mw, rule, "check the side");
            }
        }
        let most = order.points.iter().map(|p| p.quantity_mw).fold(0.0, f64::max);
        self.period(place("period"), order.period, most);
    }

    fn block(&mut self, order: &BlockOrder) {
        let place = |field: &str| format!("block \"{}\": {field}", order.name);
        let BlockOrder { name, participant, zone, .. } = order;
        self.head(&Head { kind: "block", name, participant, zone });
        self.price(place("price"), order.price);
        self.faults.count(place("quantities_mw"), order.quantities_mw.len(), self.market.periods);
        for (i, &mw) in order.quantities_mw.iter().enumerate() {
            self.faults.within(place(&format!("quantities_mw[{i}]")), mw, 0.0, MOST_MW);
        }
        if !(order.min_acceptance > 0.0 && order.min_acceptance <= 1.0) {
            let tip = "write 1 for all or nothing";
            self.faults.add(place("min_acceptance"), order.min_acceptance, "it lies above 0 and at most at 1", tip);
        }
        self.total_mw.iter_mut().zip(&order.quantities_mw).for_each(|(total, mw)| *total += mw);
    }

    fn totals(&mut self) {
        for (period, &total) in self.total_mw.iter().enumerate() {
            if total > MOST_TOTAL_MW {
                let rule = format!("orders and lines of a period sum to at most {MOST_TOTAL_MW} MW");
                self.faults.add(format!("period {period}"), format!("{total} MW"), &rule, "check the unit: MW");
            }
        }
    }
}
