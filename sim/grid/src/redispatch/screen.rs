//! Whether what a copper plate dispatched fits the network, 64 futures at a time.
//!
//! Flows with everything in service come from the distribution factors in SIMD; a future with outages has them corrected
//! by its own topology, alone. Decided links stay at rest. Under `Transport` those flows are only sufficient: where they
//! break a limit, a maximum flow decides. No future sees another one: its answer has the same bits in any company.

use super::grid::Grid;
use super::route::Route;
use super::sweep::{Flows, Keeps};
use super::topology::Topology;
use super::{Fault, Flow, LANES, SLACK_MW};

/// One number per future.
pub(super) type Row = [f64; LANES];

/// A step of up to 64 futures.
#[derive(Clone, Copy, Debug)]
pub struct Futures<'a> {
    /// Per bus, generation less withdrawal of each future, MW.
    pub injections_mw: &'a [Row],
    /// Per line, a bit per future in which it is in service.
    pub lines_up: &'a [u64],
    /// Per link, likewise.
    pub links_up: &'a [u64],
    /// The futures asked about.
    pub asked: u64,
}

/// Buffers of the screening, of one grid.
#[derive(Clone, Debug)]
pub struct Screen {
    topology: Topology,
    route: Route,
    injections: Vec<f64>,
    flows: Vec<f64>,
    /// Flow of each corridor.
    rows: Vec<Row>,
    /// Sum of injections of each connected part, and their sizes last.
    sums: Vec<Row>,
}

impl Screen {
    /// Buffers for a grid.
    #[must_use]
    pub fn new(grid: &Grid) -> Self {
        Self {
            topology: Topology::default(),
            route: Route::new(grid),
            injections: vec![0.0; grid.layout.buses],
            flows: vec![0.0; grid.corridors.len()],
            rows: vec![[0.0; LANES]; grid.corridors.len()],
            sums: vec![[0.0; LANES]; parts(grid) + 1],
        }
    }

    /// The futures asked about whose injections balance in every island and have a flow within the limits, to 1e-6 MW,
    /// with every decided link at rest. `flows_mw`, a row per line and then per link, gets their flows; what it holds of
    /// other futures means nothing.
    ///
    /// Under `Dc` flows are unique. Under `Transport` they are those that prefer wide corridors, mended along shortest
    /// paths where they break a limit.
    ///
    /// # Errors
    /// Rows whose lengths do not fit the grid.
    pub fn fits(&mut self, grid: &Grid, futures: Futures<'_>, flows_mw: &mut [Row]) -> Result<u64, Fault> {
        let (lines, links) = (grid.layout.lines.len(), grid.layout.links.len());
        for (what, got, expected) in [
            ("injections", futures.injections_mw.len(), grid.layout.buses),
            ("statuses of lines", futures.lines_up.len(), lines),
            ("statuses of links", futures.links_up.len(), links),
            ("flows", flows_mw.len(), lines + links),
        ] {
            if got != expected {
                return Err(Fault::Length { what, got, expected });
            }
        }
        if self.sums.len() != parts(grid) + 1 || self.rows.len() != grid.corridors.len() || !self.route.is_of(grid) {
            return Err(Fault::Foreign);
        }
        let whole = grid.corridors.iter().enumerate().fold(!0, |whole, (c, _)| whole & up(grid, futures, c));
        let (injections, instructions) = (futures.injections_mw, pulp::Arch::new());
        instructions.dispatch(Flows { grid, injections, rows: &mut self.rows });
        let keeps = Keeps { grid, injections, rows: &self.rows, sums: &mut self.sums };
        let mut fit = instructions.dispatch(keeps);
        let forced = grid.decided.iter().filter(|&&link| grid.layout.links[link].at_rest() != 0.0);
        let asked = forced.fold(futures.asked, |asked, &link| asked & !futures.links_up[link]);
        let alone = if grid.layout.flow == Flow::Transport { asked & !(fit & whole) } else { asked & !whole };
        fit &= whole;
        for lane in (0..LANES).filter(|lane| alone >> lane & 1 == 1) {
            fit |= u64::from(self.fits_alone(grid, futures, lane)) << lane;
        }
        self.report(grid, flows_mw);
        Ok(fit & asked)
    }

    /// One future by itself.
    fn fits_alone(&mut self, grid: &Grid, futures: Futures<'_>, lane: usize) -> bool {
        let is_lost = |c| up(grid, futures, c) >> lane & 1 == 0;
        if self.topology.set(grid, is_lost).is_err() {
            return false;
        }
        self.injections.iter_mut().zip(futures.injections_mw).for_each(|(p, row)| *p = row[lane]);
        if !self.topology.balances(&self.injections) {
            return false;
        }
        self.flows.iter_mut().zip(&self.rows).for_each(|(flow, row)| *flow = row[lane]);
        self.topology.correct(grid, &mut self.flows);
        let within = |(flow, c): (&f64, usize)| {
            let corridor = &grid.corridors[c];
            is_lost(c) || (*flow <= corridor.most_mw + SLACK_MW && *flow >= corridor.least_mw - SLACK_MW)
        };
        let mut fits = self.flows.iter().zip(0..).all(within);
        if !fits && grid.layout.flow == Flow::Transport {
            self.route.limit(grid, &self.topology);
            fits = self.route.mend(grid, &self.injections, &mut self.flows, SLACK_MW);
        }
        self.flows.iter().zip(&mut self.rows).for_each(|(flow, row)| row[lane] = *flow);
        fits
    }

    fn report(&self, grid: &Grid, flows_mw: &mut [Row]) {
        let lines = grid.layout.lines.len();
        grid.decided.iter().for_each(|&link| flows_mw[lines + link] = [0.0; LANES]);
        for (c, corridor) in grid.corridors.iter().enumerate() {
            flows_mw[corridor.link.map_or(c, |link| lines + link)] = self.rows[c];
        }
    }
}

/// Connected parts with everything in service.
fn parts(grid: &Grid) -> usize {
    grid.parts.iter().max().map_or(0, |most| most + 1)
}

/// In which futures a corridor is in service.
fn up(grid: &Grid, futures: Futures<'_>, c: usize) -> u64 {
    grid.corridors[c].link.map_or_else(|| futures.lines_up[c], |link| futures.links_up[link])
}
