//! What stays from step to step: buses, lines, links and who stands where.

use super::Fault;

/// How lines carry power.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Any flow within the limits (net transfer capacities); susceptances and shifts are ignored.
    Transport,
    /// `f = b (va0 - va1 - shift)`: Kirchhoff's laws in their linear form decide.
    Dc,
}

/// A line, a transformer or a border with a net transfer capacity. Flow is positive from `bus0` to `bus1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Index of the bus at which positive flow leaves.
    pub bus0: usize,
    /// Index of the bus at which positive flow arrives.
    pub bus1: usize,
    /// Most flow from `bus0` to `bus1`, MW, not negative; may be infinite.
    pub limit_mw: f64,
    /// Most flow from `bus1` to `bus0`, MW, not negative; may be infinite.
    pub limit_back_mw: f64,
    /// Susceptance, MW per radian, not zero (`Dc` only).
    pub susceptance: f64,
    /// Phase shift, radians (`Dc` only).
    pub shift_rad: f64,
}

/// A controllable link: its power is a decision. What leaves one end arrives at the other times `efficiency`, in
/// either direction; flow is what leaves at `bus0`, negative what leaves at `bus1`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// Index of the bus at which positive power leaves.
    pub bus0: usize,
    /// Index of the bus at which it arrives.
    pub bus1: usize,
    /// Least power, MW; negative where it can run backwards.
    pub p_min_mw: f64,
    /// Most power, MW.
    pub p_max_mw: f64,
    /// Part that arrives, above 0 and at most 1.
    pub efficiency: f64,
    /// Cost per MWh sent, in either direction, not negative.
    pub marginal_cost: f64,
}

impl Link {
    /// Neither loses nor costs anything.
    pub(super) fn is_free(&self) -> bool {
        self.efficiency >= 1.0 && self.marginal_cost <= 0.0
    }

    /// The power nearest to none.
    pub(super) fn at_rest(&self) -> f64 {
        0.0_f64.max(self.p_min_mw).min(self.p_max_mw)
    }
}

/// The network as the dispatch sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Number of buses.
    pub buses: usize,
    /// Lines.
    pub lines: Vec<Line>,
    /// Links.
    pub links: Vec<Link>,
    /// Bus of each resource: whatever is dispatched within bounds, be it a unit, a store, load that can be shed, or spill.
    pub resources: Vec<usize>,
    /// Law of the lines.
    pub flow: Flow,
}

impl Layout {
    /// The first thing that cannot be, if any.
    pub(super) fn check(&self) -> Result<(), Fault> {
        for (index, line) in self.lines.iter().enumerate() {
            self.ends("line", index, line.bus0, line.bus1)?;
            limit("limit", index, line.limit_mw)?;
            limit("limit backwards", index, line.limit_back_mw)?;
            let (b, shift) = (line.susceptance, line.shift_rad);
            if self.flow == Flow::Dc && (!b.is_finite() || b == 0.0) {
                return Err(Fault::Number { what: "susceptance of line", index, value: b });
            }
            if self.flow == Flow::Dc && !shift.is_finite() {
                return Err(Fault::Number { what: "shift of line", index, value: shift });
            }
        }
        for (index, link) in self.links.iter().enumerate() {
            self.ends("link", index, link.bus0, link.bus1)?;
            let (least, most) = (link.p_min_mw, link.p_max_mw);
            for (what, value, right) in [
                ("least power of link", least, least.is_finite()),
                ("most power of link", most, most.is_finite() && most >= least),
                ("efficiency of link", link.efficiency, link.efficiency > 0.0 && link.efficiency <= 1.0),
                ("cost of link", link.marginal_cost, link.marginal_cost.is_finite() && link.marginal_cost >= 0.0),
            ] {
                right.then_some(()).ok_or(Fault::Number { what, index, value })?;
            }
        }
        let stray = self.resources.iter().enumerate().find(|&(_, &bus)| bus >= self.buses);
        stray.map_or(Ok(()), |(index, &bus)| Err(Fault::Bus { what: "resource", index, bus, buses: self.buses }))
    }

    fn ends(&self, what: &'static str, index: usize, bus0: usize, bus1: usize) -> Result<(), Fault> {
        match [bus0, bus1].into_iter().find(|&bus| bus >= self.buses) {
            Some(bus) => Err(Fault::Bus { what, index, bus, buses: self.buses }),
            None if bus0 == bus1 => Err(Fault::Loop { what, index, bus: bus0 }),
            None => Ok(()),
        }
    }
}

fn limit(what: &'static str, index: usize, value: f64) -> Result<(), Fault> {
    if value >= 0.0 { Ok(()) } else { Err(Fault::Number { what, index, value }) }
}
