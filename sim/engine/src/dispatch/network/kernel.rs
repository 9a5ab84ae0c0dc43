//! The network kernel, fed from the plate: which lanes fit, and the cheapest dispatch of one.

use energyopti_grid::redispatch::{self, Basis, Dispatcher, Flow, Futures, Layout, Line, Link, Screen, Solved, Step};

use super::Zones;
use super::offers::{Offers, Who, everybody};
use crate::branch::Passage;
use crate::lanes::{LANES, Lanes};
use crate::model::Network;
use crate::plate::{Balance, Plate};

/// The network made ready, and a start for each lane.
#[derive(Debug)]
pub(super) struct Kernel {
    grid: redispatch::Grid,
    screen: Screen,
    dispatcher: Dispatcher,
    /// Who stands behind each resource.
    pub who: Vec<Who>,
    /// Places on the plate of the kernel's lines, then of its links.
    branches: Vec<usize>,
    lines: usize,
    /// Lanes in which each of them is up, in the same order.
    up: Vec<u64>,
    /// The last basis of each lane.
    starts: Vec<Option<Basis>>,
    flows_mw: Vec<[f64; LANES]>,
    withdrawal_mw: Vec<f64>,
    status: Vec<bool>,
    /// The last dispatch.
    pub solved: Solved,
}

impl Kernel {
    /// From the ports of the electric plate.
    pub fn new(plate: &Plate<'_>, zones: &Zones, network: Network) -> Self {
        let is_line = |at: &usize| matches!(plate.branches.ports[*at].passage, Passage::Line { .. });
        let (mut branches, links): (Vec<usize>, Vec<usize>) = (0..plate.branches.len()).partition(is_line);
        let lines = branches.len();
        branches.extend(links);
        let (who, resources) = everybody(plate, zones);
        let layout = Layout {
            buses: zones.count(),
            lines: branches[..lines].iter().map(|at| line(plate, zones, *at)).collect(),
            links: branches[lines..].iter().map(|at| link(plate, zones, *at)).collect(),
            resources,
            flow: if network == Network::Dc { Flow::Dc } else { Flow::Transport },
        };
        let grid =
            redispatch::Grid::new(layout).expect("the model was checked: buses in range, limits and laws finite");
        Self {
            screen: Screen::new(&grid),
            dispatcher: Dispatcher::new(&grid),
            grid,
            who,
            up: vec![0; branches.len()],
            flows_mw: vec![[0.0; LANES]; branches.len()],
            status: vec![false; branches.len()],
            branches,
            lines,
            starts: vec![None; LANES],
            withdrawal_mw: vec![0.0; zones.count()],
            solved: Solved::default(),
        }
    }

    /// Back to the horizon's start.
    pub fn restart(&mut self) {
        self.starts.fill(None);
    }

    /// The lanes among `asked` whose injections the network carries, their flows set at the ports.
    #[inline(always)]
    pub fn screen(&mut self, plate: &mut Plate<'_>, injections_mw: &[[f64; LANES]], asked: u64) -> u64 {
        for (up, at) in self.up.iter_mut().zip(&self.branches) {
            *up = plate.branches_up[*at];
        }
        let (lines_up, links_up) = self.up.split_at(self.lines);
        let futures = Futures { injections_mw, lines_up, links_up, asked };
        let fits = self.screen.fits(&self.grid, futures, &mut self.flows_mw).expect("rows are as long as the layout");
        for (row, at) in self.flows_mw.iter().zip(&self.branches) {
            let branch = &mut *plate.branches.ports[*at];
            branch.flow_mw = Lanes(*row);
            branch.shadow_price = Lanes::default();
        }
        fits
    }

    /// Solves one lane into `solved`; whether there is a dispatch.
    pub fn dispatch(&mut self, plate: &Plate<'_>, zones: &Zones, offers: &Offers, lane: usize) -> bool {
        for (status, up) in self.status.iter_mut().zip(&self.up) {
            *status = up >> lane & 1 == 1;
        }
        self.withdrawal_mw.fill(0.0);
        for (load, bus) in plate.loads.ports.iter().zip(&plate.loads.buses) {
            self.withdrawal_mw[zones.of_bus(*bus)] += load.wanted_mw[lane];
        }
        let (lines_up, links_up) = self.status.split_at(self.lines);
        let step = Step {
            lines_up,
            links_up,
            lower_mw: &offers.lower_mw,
            upper_mw: &offers.upper_mw,
            cost: &offers.price,
            withdrawal_mw: &self.withdrawal_mw,
        };
        let Ok(solved) = self.dispatcher.dispatch(&self.grid, step, self.starts[lane].as_ref()) else { return false };
        self.solved.clone_from(solved);
        self.starts[lane] = self.dispatcher.basis();
        true
    }

    /// Sets the flows of the last dispatch, and what their limits cost.
    pub fn deliver(&self, plate: &mut Plate<'_>, balance: &mut Balance, lane: usize) {
        // What loses on the way goes one way only, so the two ways of a link never lose apart.
        let links = self.solved.link_sent_mw.iter().map(|[there, back]| there - back);
        let flows = self.solved.line_mw.iter().copied().chain(links);
        let shadows = self.solved.line_shadow.iter().chain(&self.solved.link_shadow);
        for ((at, flow), shadow) in self.branches.iter().zip(flows).zip(shadows) {
            let branch = &mut *plate.branches.ports[*at];
            branch.flow_mw[lane] = flow;
            // The kernel's sign says which way it binds.
            branch.shadow_price[lane] = shadow.abs();
            balance.ledger.lost[lane] += flow.abs() * (1.0 - branch.efficiency());
        }
    }
}

fn line(plate: &Plate<'_>, zones: &Zones, at: usize) -> Line {
    let branch = &plate.branches.ports[at];
    let (susceptance, shift_rad) = match branch.passage {
        Passage::Line { susceptance_mw_per_rad, shift_rad } => (susceptance_mw_per_rad, shift_rad),
        Passage::Link { .. } => (0.0, 0.0),
    };
    let [limit_mw, limit_back_mw] = branch.limits_mw;
    let (bus0, bus1) = (zones.of_bus(plate.branches.buses[at]), zones.of_bus(branch.bus1));
    Line { bus0, bus1, limit_mw, limit_back_mw, susceptance, shift_rad }
}

fn link(plate: &Plate<'_>, zones: &Zones, at: usize) -> Link {
    let branch = &plate.branches.ports[at];
    let [p_max_mw, back_mw] = branch.limits_mw;
    let (bus0, bus1) = (zones.of_bus(plate.branches.buses[at]), zones.of_bus(branch.bus1));
    let (efficiency, marginal_cost) = (branch.efficiency(), branch.cost_per_mwh());
    Link { bus0, bus1, p_min_mw: 0.0 - back_mw, p_max_mw, efficiency, marginal_cost }
}
