//! From a solved program to flows, links and shadow prices.

use super::Solved;
use super::grid::Grid;
use super::program::{Key, Place, Program};
use super::situation::Situation;
use super::topology::Topology;

impl Solved {
    /// Writes the answer down.
    pub(super) fn take(&mut self, grid: &Grid, situation: &Situation, program: &Program) {
        let resources = grid.layout.resources.len();
        let (lines, links) = (grid.layout.lines.len(), grid.layout.links.len());
        let x = program.dispatch();
        self.p_mw.clear();
        self.p_mw.extend_from_slice(&x[..resources]);
        self.price.clone_from(&program.prices);
        self.island.clone_from(&situation.topology.island);
        self.islands = situation.topology.islands;
        self.pivots = program.pivots;
        self.cost_per_h = program.posed.cost.iter().zip(&x).map(|(cost, x)| cost * x).sum();
        for (row, length) in [(&mut self.line_shadow, lines), (&mut self.link_shadow, links)] {
            row.clear();
            row.resize(length, 0.0);
        }
        self.line_mw.clear();
        self.line_mw.extend_from_slice(&situation.flows[..lines]);
        self.link_sent_mw.clear();
        self.link_sent_mw.resize(links, [0.0; 2]);
        for (corridor, &flow) in grid.corridors.iter().zip(&situation.flows).skip(lines) {
            corridor.link.into_iter().for_each(|link| self.link_sent_mw[link] = [flow.max(0.0), (-flow).max(0.0)]);
        }
        for (k, &link) in grid.decided.iter().enumerate() {
            let (forth, back) = (resources + 2 * k, resources + 2 * k + 1);
            self.link_sent_mw[link] = [-x[forth], -x[back]];
            self.link_shadow[link] = room_worth(program, forth) - room_worth(program, back);
        }
        for (&row, &dual) in program.rows.iter().zip(&program.duals).skip(program.islands) {
            let limit = &program.limits[row - program.islands];
            // A price of nothing may come out with the wrong sign.
            let dual = if limit.place == Place::Lower { dual.max(0.0) } else { dual.min(0.0) };
            match &limit.key {
                Key::Line(line) => self.line_shadow[*line] -= dual,
                Key::Cut(side) => cut_shadow(grid, &situation.topology, side, dual, self),
            }
        }
    }
}

/// What more room for a link's column would save.
fn room_worth(program: &Program, column: usize) -> f64 {
    // What is sent counts negatively: all of it is the lower bound.
    let (lower, upper) = program.bounds(column);
    if program.places[column] == Place::Lower && lower < upper { program.reduced_cost(column).max(0.0) } else { 0.0 }
}

/// A cut's dual, at every corridor through it.
fn cut_shadow(grid: &Grid, topology: &Topology, side: &[bool], dual: f64, solved: &mut Solved) {
    let held = |(c, _): &(usize, _)| topology.lost.binary_search(c).is_err();
    for (c, corridor) in grid.corridors.iter().enumerate().filter(held) {
        let sign = f64::from(u8::from(side[corridor.bus1])) - f64::from(u8::from(side[corridor.bus0]));
        match corridor.link {
            Some(link) => solved.link_shadow[link] += sign * dual,
            None => solved.line_shadow[c] += sign * dual,
        }
    }
}
