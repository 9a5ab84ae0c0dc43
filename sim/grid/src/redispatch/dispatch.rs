//! The cheapest dispatch of one future under the network.
//!
//! The program starts without any limit, as a copper plate per island; what its dispatch breaks is added and it is
//! solved again, until nothing is broken. Under `Dc` a limit is a line's flow as a row of distribution factors of the
//! network as it stands; under `Transport` it is a cut: what some buses inject together must fit through the corridors
//! around them (Gale, 1957, and Hoffman, 1960: if every cut holds, there is a flow).
//!
//! Of equally cheap dispatches the one is taken in which the first resource gives most, then the second, and so on; after
//! all resources, links that run least. Load shed at the same value is therefore shed at the last buses of the order in
//! which the caller lists it, as far as the network leaves the choice.

use energyopti_lp::{Basis as Places, Place};

use super::grid::Grid;
use super::program::{Column, End, Key, Limit, Program};
use super::route::Route;
use super::topology::Topology;
use super::{Fault, Flow, Gap, Refusal};

/// Broken limits of lines that are added at once.
const AT_ONCE: usize = 3;

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

/// A start for a later step: the limits that bound and who set the price. An answer never depends on it but where prices,
/// or the last bits of a degenerate dispatch, are not unique.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    keys: Vec<Key>,
    places: Vec<Place>,
    island: Vec<usize>,
}

/// The cheapest dispatch.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Solved {
    /// Injection of each resource, MW.
    pub p_mw: Vec<f64>,
    /// Flow of each line from its `bus0` to its `bus1`, MW.
    pub line_mw: Vec<f64>,
    /// What leaves each link's `bus0`, MW; negative: what leaves its `bus1`.
    pub link_mw: Vec<f64>,
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

/// Dispatches on one grid, keeping its buffers.
#[derive(Clone, Debug)]
pub struct Dispatcher {
    topology: Topology,
    route: Route,
    program: Program,
    flows: Vec<f64>,
    row: Vec<f64>,
    /// Corridors whose limits the flows break, and by how much.
    broken: Vec<(usize, f64)>,
    solved: Solved,
    /// Whether the last step had an answer.
    answered: bool,
}

impl Dispatcher {
    /// Buffers for a grid.
    #[must_use]
    pub fn new(grid: &Grid) -> Self {
        let mut program = Program::default();
        program.posed.columns.extend(grid.layout.resources.iter().map(|&bus| Column::at(bus, 1.0)));
        for &link in &grid.decided {
            let link = &grid.layout.links[link];
            // What is sent counts negatively, so that "the greatest of the first" means that links run least.
            program.posed.columns.push(Column { buses: [link.bus0, link.bus1], gains: [1.0, -link.efficiency] });
            program.posed.columns.push(Column { buses: [link.bus1, link.bus0], gains: [1.0, -link.efficiency] });
        }
        Self {
            topology: Topology::default(),
            route: Route::new(grid),
            program,
            flows: vec![0.0; grid.corridors.len()],
            row: Vec::new(),
            broken: Vec::new(),
            solved: Solved::default(),
            answered: false,
        }
    }

    /// The cheapest dispatch of a step, from `start` if one is given and its islands are those of the step.
    ///
    /// # Errors
    /// Numbers that make no sense; [`Refusal::Infeasible`] if no dispatch exists, with the least total gap.
    pub fn dispatch(&mut self, grid: &Grid, step: Step<'_>, start: Option<&Basis>) -> Result<&Solved, Refusal> {
        self.answered = false;
        check(grid, step)?;
        let is_lost = |c: usize| !grid.corridors[c].link.map_or_else(|| step.lines_up[c], |link| step.links_up[link]);
        self.topology.set(grid, is_lost)?;
        self.route.limit(grid, &self.topology);
        self.pose(grid, step);
        let mut program = std::mem::take(&mut self.program);
        let end = self.settle(grid, &mut program, start);
        self.program = program;
        match end? {
            End::Optimal => {
                self.report(grid);
                self.answered = true;
                Ok(&self.solved)
            }
            End::Infeasible => Err(self.explain(grid)),
            End::Stalled => Err(Refusal::Stalled { pivots: self.program.pivots }),
        }
    }

    /// The answer of the last step that had one.
    #[must_use]
    pub fn solved(&self) -> &Solved {
        &self.solved
    }

    /// A start for a later step, from the last one, if that had an answer.
    #[must_use]
    pub fn basis(&self) -> Option<Basis> {
        let (keys, places) = self.answered.then(|| self.program.kept())?;
        Some(Basis { keys, places, island: self.topology.island.clone() })
    }

    /// Bounds, costs and loads of the step.
    fn pose(&mut self, grid: &Grid, step: Step<'_>) {
        let posed = &mut self.program.posed;
        for (row, given) in [
            (&mut posed.lower, step.lower_mw),
            (&mut posed.upper, step.upper_mw),
            (&mut posed.cost, step.cost),
            (&mut posed.withdrawal, step.withdrawal_mw),
        ] {
            row.clear();
            row.extend_from_slice(given);
        }
        for &index in &grid.decided {
            let link = &grid.layout.links[index];
            let up = f64::from(u8::from(step.links_up[index]));
            for (least, most) in [(link.p_min_mw, link.p_max_mw), (-link.p_max_mw, -link.p_min_mw)] {
                posed.lower.push(-most.max(0.0) * up);
                posed.upper.push(-least.max(0.0) * up);
                posed.cost.push(-link.marginal_cost);
            }
        }
    }

    /// Adds what is broken and solves, until nothing is.
    fn settle(&mut self, grid: &Grid, program: &mut Program, start: Option<&Basis>) -> Result<End, Refusal> {
        let reach = reach(grid, program);
        program.begin(&self.topology.island, self.topology.islands)?;
        let start = start.filter(|start| start.island == self.topology.island && self.holds(start));
        if let Some(start) = start {
            for key in &start.keys {
                let limit = self.limit_of(grid, key.clone());
                program.limit(limit, reach)?;
            }
        }
        let places =
            start.map(|start| Places::from_places(self.topology.islands + start.keys.len(), start.places.clone()));
        let mut end = program.solve(places.as_ref())?;
        while matches!(end, End::Optimal) && self.add_broken(grid, program, reach)? {
            end = program.solve(None)?;
        }
        Ok(end)
    }

    /// Whether every line that a start names is in service.
    fn holds(&self, start: &Basis) -> bool {
        start.keys.iter().all(|key| !matches!(key, Key::Line(line) if self.topology.lost.binary_search(line).is_ok()))
    }

    /// The limit of a name, in the network as it stands.
    fn limit_of(&mut self, grid: &Grid, key: Key) -> Limit {
        match key {
            Key::Line(line) => {
                let offset = self.topology.factors_of(grid, line, &mut self.row);
                let (least, most) = self.route.range[line];
                Limit { key, factors: self.row.clone(), offset, least, most }
            }
            Key::Cut(ref side) => {
                let (least, most) = self.route.capacity(grid, side);
                let factors = side.iter().map(|&inside| f64::from(u8::from(inside))).collect();
                Limit { key, factors, offset: 0.0, least, most }
            }
        }
    }

    /// Leaves the flows of the program's dispatch and adds limits that they break; whether there were any.
    fn add_broken(&mut self, grid: &Grid, program: &mut Program, reach: f64) -> Result<bool, Refusal> {
        grid.flows(&program.injections, &mut self.flows);
        self.topology.correct(grid, &mut self.flows);
        let mut keys = Vec::new();
        match grid.layout.flow {
            Flow::Dc => self.broken_lines(&mut keys),
            Flow::Transport => self.broken_cuts(grid, program, &mut keys),
        }
        let mut added = false;
        for key in keys {
            let limit = self.limit_of(grid, key);
            added |= program.limit(limit, reach)?;
        }
        Ok(added)
    }

    /// The lines that go over their limits by most.
    fn broken_lines(&mut self, keys: &mut Vec<Key>) {
        let over = |(line, (&flow, &(least, most))): (usize, (&f64, &(f64, f64)))| {
            let (excess, limit) = if flow > most { (flow - most, most) } else { (least - flow, least) };
            (excess > tolerance(limit)).then_some((line, excess))
        };
        self.broken.clear();
        self.broken.extend(self.flows.iter().zip(&self.route.range).enumerate().filter_map(over));
        self.broken.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        keys.extend(self.broken.iter().take(AT_ONCE).map(|&(line, _)| Key::Line(line)));
    }

    /// The cuts that keep injections from getting where they are needed.
    fn broken_cuts(&mut self, grid: &Grid, program: &Program, keys: &mut Vec<Key>) {
        if self.route.mend(grid, &program.injections, &mut self.flows) {
            return;
        }
        let mut sides: Vec<Box<[bool]>> = Vec::new();
        self.route.pieces(|side| sides.push(side.into()));
        for side in sides {
            let inside = side.iter().zip(&program.injections).filter(|(inside, _)| **inside);
            let (_, most) = self.route.capacity(grid, &side);
            if inside.map(|(_, p)| p).sum::<f64>() - most > tolerance(most) {
                keys.push(Key::Cut(side));
            }
        }
    }

    /// Writes the answer down.
    fn report(&mut self, grid: &Grid) {
        let (program, solved) = (&self.program, &mut self.solved);
        let resources = grid.layout.resources.len();
        let (lines, links) = (grid.layout.lines.len(), grid.layout.links.len());
        solved.p_mw.clear();
        solved.p_mw.extend_from_slice(&program.x[..resources]);
        solved.price.clone_from(&program.prices);
        solved.island.clone_from(&self.topology.island);
        solved.islands = self.topology.islands;
        solved.pivots = program.pivots;
        solved.cost_per_h = program.posed.cost.iter().zip(&program.x).map(|(cost, x)| cost * x).sum();
        for (row, length) in [(&mut solved.line_shadow, lines), (&mut solved.link_shadow, links)] {
            row.clear();
            row.resize(length, 0.0);
        }
        solved.line_mw.clear();
        solved.line_mw.extend_from_slice(&self.flows[..lines]);
        solved.link_mw.clear();
        solved.link_mw.resize(links, 0.0);
        for (corridor, &flow) in grid.corridors.iter().zip(&self.flows).skip(lines) {
            corridor.link.into_iter().for_each(|link| solved.link_mw[link] = flow);
        }
        for (k, &link) in grid.decided.iter().enumerate() {
            let (forth, back) = (resources + 2 * k, resources + 2 * k + 1);
            solved.link_mw[link] = program.x[back] - program.x[forth];
            solved.link_shadow[link] = room_worth(program, forth) - room_worth(program, back);
        }
        for (limit, &dual) in program.limits.iter().zip(&program.duals).filter(|(_, dual)| **dual != 0.0) {
            match &limit.key {
                Key::Line(line) => solved.line_shadow[*line] -= dual,
                Key::Cut(side) => cut_shadow(grid, &self.topology, side, dual, solved),
            }
        }
    }

    /// The least total of what must be added or taken away, bus by bus, for the step to have a dispatch.
    fn explain(&mut self, grid: &Grid) -> Refusal {
        let buses = grid.layout.buses;
        let mut posed = self.program.posed.clone();
        let own = posed.columns.len();
        let reach = reach(grid, &self.program);
        posed.cost.fill(0.0);
        for gain in [1.0, -1.0] {
            posed.columns.extend((0..buses).map(|bus| Column::at(bus, gain)));
            posed.lower.extend((0..buses).map(|_| 0.0));
            posed.upper.extend((0..buses).map(|_| reach));
            posed.cost.extend((0..buses).map(|_| 1.0));
        }
        let mut elastic = Program::of(posed);
        match self.settle(grid, &mut elastic, None) {
            Ok(End::Optimal) => {
                let gap = |bus: usize| Gap {
                    bus,
                    island: self.topology.island[bus],
                    missing_mw: elastic.x[own + bus] - elastic.x[own + buses + bus],
                };
                Refusal::Infeasible((0..buses).map(gap).filter(|gap| gap.missing_mw.abs() > 1e-9).collect())
            }
            Ok(_) => Refusal::Stalled { pivots: elastic.pivots },
            Err(refusal) => refusal,
        }
    }
}

/// Excess over a limit that counts: above what the solver may leave.
fn tolerance(limit: f64) -> f64 {
    1e-8 * (1.0 + limit.abs())
}

/// A power that nothing in the program exceeds: stands for an unlimited limit.
fn reach(grid: &Grid, program: &Program) -> f64 {
    let boxes = program.posed.lower.iter().zip(&program.posed.upper).map(|(lower, upper)| lower.abs().max(upper.abs()));
    let loads = program.posed.withdrawal.iter().map(|mw| mw.abs());
    1e3 * (1.0 + boxes.chain(loads).sum::<f64>() + grid.offsets.iter().map(|mw| mw.abs()).sum::<f64>())
}

/// What more room for a link's column would save.
fn room_worth(program: &Program, column: usize) -> f64 {
    // What is sent counts negatively: all of it is the lower bound.
    if program.rests_low(column) { program.reduced_cost(column).max(0.0) } else { 0.0 }
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

fn check(grid: &Grid, step: Step<'_>) -> Result<(), Fault> {
    let (resources, buses) = (grid.layout.resources.len(), grid.layout.buses);
    for (what, got, expected) in [
        ("statuses of lines", step.lines_up.len(), grid.layout.lines.len()),
        ("statuses of links", step.links_up.len(), grid.layout.links.len()),
        ("lower bounds", step.lower_mw.len(), resources),
        ("upper bounds", step.upper_mw.len(), resources),
        ("costs", step.cost.len(), resources),
        ("withdrawals", step.withdrawal_mw.len(), buses),
    ] {
        if got != expected {
            return Err(Fault::Length { what, got, expected });
        }
    }
    for (what, row) in [("lower bound", step.lower_mw), ("cost", step.cost), ("withdrawal", step.withdrawal_mw)] {
        if let Some(index) = row.iter().position(|value| !value.is_finite()) {
            return Err(Fault::Number { what, index, value: row[index] });
        }
    }
    let crossed = step.upper_mw.iter().zip(step.lower_mw).position(|(u, l)| !(u.is_finite() && u >= l));
    crossed.map_or(Ok(()), |index| Err(Fault::Number { what: "upper bound", index, value: step.upper_mw[index] }))
}
