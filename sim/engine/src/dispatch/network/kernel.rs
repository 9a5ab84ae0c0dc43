//! The network kernel, fed from the plate: which lanes fit, and the cheapest dispatch of one.

use energyopti_grid::redispatch::{self, Basis, Dispatcher, Flow, Futures, Layout, Line, Link, Screen, Solved, Step};

use super::Zones;
use super::offers::{BEFORE_ALL, Offers, Who, everybody};
use crate::assets;
use crate::lanes::{LANES, Lanes};
use crate::model::{ChargeFrom, Model, Network};
use crate::plate::{Balance, Plate};

/// The network made ready, and a start for each lane.
#[derive(Debug)]
pub(super) struct Kernel {
    grid: redispatch::Grid,
    screen: Screen,
    dispatcher: Dispatcher,
    /// The same buses and branches without limits and laws, for steps that have no other answer.
    plate_alone: redispatch::Grid,
    unlimited_dispatcher: Dispatcher,
    /// Who stands behind each resource.
    pub who: Vec<Who>,
    /// How many of the plate's branches are lines; links follow.
    lines: usize,
    /// Lanes in which each branch is up.
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
    /// From the ports of the electric plate, whose branches stand in the order of `network`.
    pub fn new(plate: &Plate<'_>, zones: &Zones, network: &Layout) -> Self {
        let (who, resources) = everybody(plate, zones);
        let layout = Layout { resources, ..network.clone() };
        let ready = |layout| redispatch::Grid::new(layout).expect("the layout was checked when the model was read");
        let grid = ready(layout.clone());
        let plate_alone = ready(without_limits(layout));
        let branches = plate.branches.len();
        Self {
            screen: Screen::new(&grid),
            dispatcher: Dispatcher::new(&grid),
            unlimited_dispatcher: Dispatcher::new(&plate_alone),
            lines: network.lines.len(),
            grid,
            plate_alone,
            who,
            up: vec![0; branches],
            flows_mw: vec![[0.0; LANES]; branches],
            status: vec![false; branches],
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
        self.up.copy_from_slice(&plate.branches_up);
        let (lines_up, links_up) = self.up.split_at(self.lines);
        let futures = Futures { injections_mw, lines_up, links_up, asked };
        let fits = self.screen.fits(&self.grid, futures, &mut self.flows_mw).expect("rows are as long as the layout");
        for (row, branch) in self.flows_mw.iter().zip(&mut plate.branches.ports) {
            branch.flow_mw = Lanes(*row);
            branch.shadow_price = Lanes::default();
        }
        fits
    }

    /// Solves one lane into `solved`; whether that could be done within the network's limits.
    pub fn dispatch(&mut self, plate: &Plate<'_>, zones: &Zones, offers: &Offers, lane: usize) -> bool {
        self.solve(plate, zones, offers, lane, true)
    }

    /// The same without them, for what has no other answer, whoever sheds: phase shifts that drive more
    /// around a loop than it carries, reactances that cancel after an outage.
    pub fn dispatch_unlimited(&mut self, plate: &Plate<'_>, zones: &Zones, offers: &Offers, lane: usize) {
        self.solve(plate, zones, offers, lane, false);
    }

    fn solve(&mut self, plate: &Plate<'_>, zones: &Zones, offers: &Offers, lane: usize, limited: bool) -> bool {
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
        if !limited {
            let solved = self.unlimited_dispatcher.dispatch(&self.plate_alone, step, None);
            self.solved
                .clone_from(solved.expect("all load may be shed and all generation spilled, so islands balance"));
            return true;
        }
        let Ok(solved) = self.dispatcher.dispatch(&self.grid, step, self.starts[lane].as_ref()) else { return false };
        self.solved.clone_from(solved);
        self.starts[lane] = self.dispatcher.basis();
        true
    }

    /// The zone of a resource.
    pub fn zone(&self, resource: usize) -> usize {
        self.grid.layout().resources[resource]
    }

    /// Sets the flows of the last dispatch, and what their limits cost in the one that was priced.
    pub fn deliver(&self, plate: &mut Plate<'_>, balance: &mut Balance, priced: &Solved, lane: usize) {
        // What loses on the way goes one way only, so the two ways of a link never lose apart.
        let links = self.solved.link_sent_mw.iter().map(|[there, back]| there - back);
        let flows = self.solved.line_mw.iter().copied().chain(links);
        let shadows = priced.line_shadow.iter().chain(&priced.link_shadow);
        for ((branch, flow), shadow) in plate.branches.ports.iter_mut().zip(flows).zip(shadows) {
            branch.flow_mw[lane] = flow;
            // The kernel's sign says which way it binds.
            branch.shadow_price[lane] = shadow.abs();
            balance.ledger.lost[lane] += flow.abs() * (1.0 - branch.efficiency);
        }
    }
}

/// Lines and links of a model in the order of their names, as their ports stand on the plate.
pub(super) fn layout(model: &Model, zones: &Zones) -> Layout {
    let (mut lines, mut links) =
        (model.assets.line.iter().collect::<Vec<_>>(), model.assets.link.iter().collect::<Vec<_>>());
    lines.sort_by(|a, b| a.common.name.cmp(&b.common.name));
    links.sort_by(|a, b| a.common.name.cmp(&b.common.name));
    let line = |line: &assets::line::Line| Line {
        bus0: zones.of_bus(line.common.bus),
        bus1: zones.of_bus(line.bus1),
        limit_mw: line.s_nom_mw,
        limit_back_mw: line.s_nom_mw,
        susceptance: line.susceptance_mw_per_rad,
        shift_rad: line.shift_rad,
    };
    // Where curtailing costs a rank, a loop of links that lose must not be a way to curtail.
    let toll = if model.charge_from == ChargeFrom::MustTake { BEFORE_ALL } else { 0.0 };
    let link = |link: &assets::link::Link| Link {
        bus0: zones.of_bus(link.common.bus),
        bus1: zones.of_bus(link.bus1),
        p_min_mw: 0.0 - link.p_back_mw,
        p_max_mw: link.p_nom_mw,
        efficiency: link.efficiency,
        marginal_cost: link.marginal_cost_per_mwh + if link.efficiency < 1.0 { toll } else { 0.0 },
    };
    Layout {
        buses: zones.count(),
        lines: lines.into_iter().map(line).collect(),
        links: links.into_iter().map(link).collect(),
        resources: Vec::new(),
        flow: if model.network == Network::Dc { Flow::Dc } else { Flow::Transport },
    }
}

/// The same with lines as wide as can be.
fn without_limits(layout: Layout) -> Layout {
    let wide = |line: &Line| Line { limit_mw: f64::INFINITY, limit_back_mw: f64::INFINITY, ..*line };
    Layout { lines: layout.lines.iter().map(wide).collect(), flow: Flow::Transport, ..layout }
}
