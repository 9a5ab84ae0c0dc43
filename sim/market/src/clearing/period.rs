//! One period with its blocks given: prices, acceptances and flows, exactly.
//!
//! Method: decomposition of a separable convex problem over flows (Groenevelt, *Two algorithms for
//! maximizing a separable concave function over a polymatroid feasible region*, EJOR 54, 1991). All
//! zones are first cleared at one price. If the lines can carry what that asks for, it is the
//! optimum. If not, the most violated cut is saturated in the optimum, and prices on its giving side
//! are not above that price, on its taking side not below: both sides are cleared by themselves
//! with the cut's flow fixed. At most one split for each zone. Prices come from intersections of
//! curves and quantities are integers, so no tolerance enters the balance.

use super::curves::{Offer, ZoneCurve, distinct};
use super::flow::Graph;
use super::price::{Limits, Region, Span};
use super::share::pro_rata;
use crate::order::Side;

/// How far from the clearing price a sloping curve is read, currency per MWh, tried in this order.
const SLACKS: [f64; 9] = [0.0, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5];

/// A line between zones by number, W.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) forward: i64,
    pub(super) backward: i64,
}

/// The orders and lines of one period.
#[derive(Debug)]
pub(super) struct Period {
    pub(super) links: Vec<Link>,
    /// The orders, then for each zone the two by which the balance gives way.
    pub(super) offers: Vec<Offer>,
    curves: Vec<ZoneCurve>,
    prices: Vec<f64>,
    limits: Limits,
    orders: usize,
}

/// A cleared period.
#[derive(Clone, Debug)]
pub(super) struct Cleared {
    /// By zone.
    pub(super) spans: Vec<Span>,
    /// By order, W.
    pub(super) accepted: Vec<i64>,
    /// By line, W.
    pub(super) flows: Vec<i64>,
    /// Worth of purchases less cost of sales, blocks left out, currency W per MWh.
    pub(super) welfare: f64,
    /// Whether orders alone balance the blocks.
    pub(super) balanced: bool,
}

/// Zones still to be cleared: those of a cut's side, and the bounds of their price.
struct Part {
    zones: Vec<usize>,
    between: (f64, f64),
}

/// What a zone's orders must and may give and take at a price, W.
#[derive(Clone, Copy, Default)]
struct Room {
    must_give: i64,
    may_give: i64,
    must_take: i64,
    may_take: i64,
}

impl Period {
    /// `offers` sorted canonically; `most` is at least what blocks and offers sum to.
    pub(super) fn new(zones: usize, links: Vec<Link>, mut offers: Vec<Offer>, limits: Limits, most: i64) -> Self {
        let orders = offers.len();
        for zone in 0..zones {
            offers.push(Offer::step(zone, Side::Sell, limits.shortage(), most));
            offers.push(Offer::step(zone, Side::Buy, limits.glut(), most));
        }
        let curves = (0..zones).map(|zone| ZoneCurve::new(offers.iter().filter(move |o| o.zone == zone))).collect();
        let prices = distinct(offers.iter().flat_map(Offer::prices));
        Self { links, offers, curves, prices, limits, orders }
    }

    /// Clears the period where blocks give `blocks` watts to each zone. `None` where double precision
    /// finds no balance.
    pub(super) fn clear(&self, blocks: &[i64]) -> Option<Cleared> {
        let zones = self.curves.len();
        let mut fixed = blocks.to_vec();
        let mut flows = vec![0; self.links.len()];
        let mut spans = vec![Span { low: 0.0, rule: 0.0, high: 0.0 }; zones];
        let mut accepted = vec![0; self.offers.len()];
        let all = (self.prices[0], self.prices[self.prices.len() - 1]);
        let mut parts = vec![Part { zones: (0..zones).collect(), between: all }];
        while let Some(part) = parts.pop() {
            let region = Region {
                curves: part.zones.iter().map(|&z| &self.curves[z]).collect(),
                fixed: part.zones.iter().map(|&z| fixed[z]).sum(),
                prices: &self.prices,
            };
            let span = region.span(self.limits).clipped(part.between);
            let (rooms, slack) = self.rooms(&part.zones, span.rule, &fixed)?;
            let mut carried = Carried::new(self, &part.zones, &rooms, &fixed);
            if let Some(giving) = carried.violated() {
                if giving.iter().all(|&gives| gives == giving[0]) {
                    // No cut: the room's sums exclude it.
                    return None;
                }
                parts.extend(self.split(part, span.rule, &giving, &mut fixed, &mut flows));
                continue;
            }
            carried.most_volume();
            carried.write(&mut flows);
            for (i, &zone) in part.zones.iter().enumerate() {
                spans[zone] = span;
                self.accept(zone, span.rule, slack, carried.given_and_taken(i), &mut accepted);
            }
        }
        Some(self.cleared(spans, accepted, flows))
    }

    fn cleared(&self, spans: Vec<Span>, mut accepted: Vec<i64>, flows: Vec<i64>) -> Cleared {
        let worth = |(offer, &power): (&Offer, &i64)| -offer.side.sign() * offer.value(power);
        let welfare = self.offers.iter().zip(&accepted).map(worth).sum();
        let balanced = accepted[self.orders..].iter().all(|&a| a == 0);
        accepted.truncate(self.orders);
        Cleared { spans, accepted, flows, welfare, balanced }
    }

    /// What each zone's orders must and may do at `price`. Curves that slope there are read sharply if
    /// that balances; else, since a price is a double, within the smallest slack that does.
    fn rooms(&self, zones: &[usize], price: f64, fixed: &[i64]) -> Option<(Vec<Room>, f64)> {
        for slack in SLACKS {
            let mut rooms = vec![Room::default(); self.curves.len()];
            for offer in &self.offers {
                let (must, may) = offer.whole_range(price, slack);
                let room = &mut rooms[offer.zone];
                match offer.side {
                    Side::Sell => (room.must_give, room.may_give) = (room.must_give + must, room.may_give + may),
                    Side::Buy => (room.must_take, room.may_take) = (room.must_take + must, room.may_take + may),
                }
            }
            let least: i64 = zones.iter().map(|&z| fixed[z] + rooms[z].must_give - rooms[z].may_take).sum();
            let most: i64 = zones.iter().map(|&z| fixed[z] + rooms[z].may_give - rooms[z].must_take).sum();
            if least <= 0 && most >= 0 {
                return Some((zones.iter().map(|&z| rooms[z]).collect(), slack));
            }
        }
        None
    }

    /// Fixes the flows of a cut at their greatest and parts the zones.
    fn split(&self, part: Part, price: f64, giving: &[bool], fixed: &mut [i64], flows: &mut [i64]) -> [Part; 2] {
        let mut side = vec![None; self.curves.len()];
        part.zones.iter().zip(giving).for_each(|(&zone, &gives)| side[zone] = Some(gives));
        for (link, flow) in self.links.iter().zip(flows) {
            match (side[link.from], side[link.to]) {
                (Some(true), Some(false)) => *flow = link.forward,
                (Some(false), Some(true)) => *flow = -link.backward,
                _ => continue,
            }
            fixed[link.from] -= *flow;
            fixed[link.to] += *flow;
        }
        let zones = |gives| part.zones.iter().copied().filter(|&z| side[z] == Some(gives)).collect();
        let (low, high) = part.between;
        [Part { zones: zones(true), between: (low, price) }, Part { zones: zones(false), between: (price, high) }]
    }

    /// Accepts the orders of a zone: `given` and `taken` watts in all.
    fn accept(&self, zone: usize, price: f64, slack: f64, (given, taken): (i64, i64), accepted: &mut [i64]) {
        for (side, total) in [(Side::Sell, given), (Side::Buy, taken)] {
            let of: Vec<usize> = (0..self.offers.len())
                .filter(|&i| self.offers[i].zone == zone && self.offers[i].side == side)
                .collect();
            let ranges: Vec<_> = of.iter().map(|&i| self.offers[i].whole_range(price, slack)).collect();
            let must: i64 = ranges.iter().map(|r| r.0).sum();
            let tied: Vec<i64> = ranges.iter().map(|r| r.1 - r.0).collect();
            for ((&i, range), share) in of.iter().zip(&ranges).zip(pro_rata(total - must, &tied)) {
                accepted[i] = range.0 + share;
            }
        }
    }
}

/// The flow problem of a part: zones are nodes, orders are arcs from a source and to a sink.
struct Carried<'a> {
    period: &'a Period,
    graph: Graph,
    /// Nodes: zones of the part, then source, sink, and the two ends of least flows.
    zones: usize,
    /// Arcs by zone: what may be given and taken beyond what must, and those watts.
    arcs: Vec<(usize, usize, Room)>,
    /// Arcs of the lines inside the part.
    inside: Vec<(usize, usize)>,
    back: usize,
    demanded: i64,
}

impl<'a> Carried<'a> {
    fn new(period: &'a Period, zones: &[usize], rooms: &[Room], fixed: &[i64]) -> Self {
        let n = zones.len();
        let (source, sink, lack, excess) = (n, n + 1, n + 2, n + 3);
        let mut graph = Graph::new(n + 4);
        let mut place = vec![None; period.curves.len()];
        zones.iter().enumerate().for_each(|(i, &zone)| place[zone] = Some(i));
        // Least flows are taken out of arcs and become what a node has in excess or lacks
        // (Ahuja, Magnanti and Orlin, Network Flows, 1993, section 6.7).
        let mut must = vec![0_i64; n + 2];
        let mut arcs = Vec::with_capacity(n);
        for (i, room) in rooms.iter().enumerate() {
            let (enter, leave) = (fixed[zones[i]].max(0), (-fixed[zones[i]]).max(0));
            let give = graph.arc(source, i, room.may_give - room.must_give, 0);
            let take = graph.arc(i, sink, room.may_take - room.must_take, 0);
            must[i] += room.must_give + enter - room.must_take - leave;
            must[source] -= room.must_give + enter;
            must[sink] += room.must_take + leave;
            arcs.push((give, take, *room));
        }
        let mut inside = Vec::new();
        for (number, link) in period.links.iter().enumerate() {
            if let (Some(from), Some(to)) = (place[link.from], place[link.to]) {
                inside.push((number, graph.arc(from, to, link.forward, link.backward)));
            }
        }
        let back = graph.arc(sink, source, i64::MAX / 4, 0);
        let mut demanded = 0;
        for (node, &watts) in must.iter().enumerate() {
            match watts {
                0.. => graph.arc(excess, node, watts, 0),
                _ => graph.arc(node, lack, -watts, 0),
            };
            demanded += watts.max(0);
        }
        Self { period, graph, zones: n, arcs, inside, back, demanded }
    }

    /// Whether the lines cannot carry it: then which zones are on the giving side of the worst cut.
    fn violated(&mut self) -> Option<Vec<bool>> {
        let (lack, excess) = (self.zones + 2, self.zones + 3);
        if self.graph.fill(excess, lack) == self.demanded {
            return None;
        }
        let mut giving = self.graph.reached(excess);
        giving.truncate(self.zones);
        Some(giving)
    }

    /// Accepts as much at the price as the lines can carry.
    fn most_volume(&mut self) {
        let (source, sink) = (self.zones, self.zones + 1);
        self.graph.close(self.back);
        self.graph.fill(source, sink);
    }

    fn given_and_taken(&self, zone: usize) -> (i64, i64) {
        let (give, take, room) = self.arcs[zone];
        (room.must_give + self.graph.against(give), room.must_take + self.graph.against(take))
    }

    fn write(&self, flows: &mut [i64]) {
        for &(number, arc) in &self.inside {
            flows[number] = self.graph.against(arc) - self.period.links[number].backward;
        }
    }
}
