//! What a step is asked with and answered with.

use super::Fault;
use super::grid::Grid;

/// One step of one future. Powers in MW, costs per MWh.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// Whether each line is in service.
    pub lines_up: &'a [bool],
    /// Whether each link is in service.
    pub links_up: &'a [bool],
    /// Least injection of each resource; finite.
    pub lower_mw: &'a [f64],
    /// Most injection of each resource; finite.
    pub upper_mw: &'a [f64],
    /// Cost per MWh injected of each resource.
    pub cost: &'a [f64],
    /// Load of each bus.
    pub withdrawal_mw: &'a [f64],
}

impl Step<'_> {
    /// The first thing that cannot be, if any.
    pub(super) fn check(&self, grid: &Grid) -> Result<(), Fault> {
        let (resources, buses) = (grid.layout.resources.len(), grid.layout.buses);
        for (what, got, expected) in [
            ("statuses of lines", self.lines_up.len(), grid.layout.lines.len()),
            ("statuses of links", self.links_up.len(), grid.layout.links.len()),
            ("lower bounds", self.lower_mw.len(), resources),
            ("upper bounds", self.upper_mw.len(), resources),
            ("costs", self.cost.len(), resources),
            ("withdrawals", self.withdrawal_mw.len(), buses),
        ] {
            if got != expected {
                return Err(Fault::Length { what, got, expected });
            }
        }
        for (what, row) in [("lower bound", self.lower_mw), ("cost", self.cost), ("withdrawal", self.withdrawal_mw)] {
            if let Some(index) = row.iter().position(|value| !value.is_finite()) {
                return Err(Fault::Number { what, index, value: row[index] });
            }
        }
        let crossed = self.upper_mw.iter().zip(self.lower_mw).position(|(u, l)| !(u.is_finite() && u >= l));
        crossed.map_or(Ok(()), |index| Err(Fault::Number { what: "upper bound", index, value: self.upper_mw[index] }))
    }
}

/// The cheapest dispatch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Solved {
    /// Injection of each resource, MW.
    pub p_mw: Vec<f64>,
    /// Flow of each line from its `bus0` to its `bus1`, MW.
    pub line_mw: Vec<f64>,
    /// What each link sends from its `bus0` and from its `bus1`, MW. Both at once only where prices are so negative that
    /// losses pay.
    pub link_sent_mw: Vec<[f64; 2]>,
    /// Change of cost per MW more withdrawal at each bus; where an island's price is not unique, one of them.
    pub price: Vec<f64>,
    /// What one MW more of limit would save, per line; negative where the limit backwards is the one that binds.
    pub line_shadow: Vec<f64>,
    /// Likewise per link.
    pub link_shadow: Vec<f64>,
    /// Island of each bus, numbered in order of their first buses.
    pub island: Vec<usize>,
    /// Number of islands.
    pub islands: usize,
    /// Cost per hour, links included.
    pub cost_per_h: f64,
    /// Pivots it took.
    pub pivots: usize,
}
