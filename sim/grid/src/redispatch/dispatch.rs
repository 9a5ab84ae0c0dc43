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

use super::grid::Grid;
use super::pivot::{Leaving, Pivot, Turn};
use super::program::{Column, Key, Limit, Place, Posed, Program};
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
    basic: Vec<usize>,
    island: Vec<usize>,
}

/// How a solve ended.
enum End {
    Optimal,
    /// Nothing can bring this back within its bounds.
    Infeasible(Leaving),
    Stalled,
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

/// Dispatches on one grid, keeping its buffers.
#[derive(Clone, Debug)]
pub struct Dispatcher {
    topology: Topology,
    route: Route,
    program: Program,
    pivot: Pivot,
    flows: Vec<f64>,
    x: Vec<f64>,
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
            pivot: Pivot::default(),
            flows: vec![0.0; grid.corridors.len()],
            x: Vec::new(),
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
        match end {
            End::Optimal => {
                self.report(grid);
                self.answered = true;
                Ok(&self.solved)
            }
            End::Infeasible(_) => Err(self.explain(grid)),
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
        let program = self.answered.then_some(&self.program)?;
        let limits = program.rows.iter().skip(program.islands).map(|row| &program.limits[row - program.islands]);
        let keys = limits.map(|limit| limit.key.clone()).collect();
        Some(Basis { keys, basic: program.basic.clone(), island: program.island.clone() })
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

    /// Solves from the start, if that can be taken over and leads anywhere, otherwise from nothing.
    fn settle(&mut self, grid: &Grid, program: &mut Program, start: Option<&Basis>) -> End {
        if start.is_some_and(|start| self.resume(grid, program, start)) {
            let end = self.improve(grid, program);
            if matches!(end, End::Optimal) {
                return end;
            }
        }
        program.begin(&self.topology.island, self.topology.islands);
        if !program.solve() {
            return End::Stalled;
        }
        self.balance(program).unwrap_or_else(|| self.improve(grid, program))
    }

    /// Pivots until nothing is beyond its bound, neither in the program nor in the network.
    fn improve(&mut self, grid: &Grid, program: &mut Program) -> End {
        let most = 1000 + 20 * program.places.len();
        while let Some((leaving, beyond)) = self.beyond(grid, program) {
            match self.pivot.turn(program, leaving, beyond) {
                Turn::Stuck => return End::Infeasible(leaving),
                Turn::Lost => return End::Stalled,
                Turn::Done if program.pivots >= most => return End::Stalled,
                Turn::Done => {}
            }
        }
        program.charge(true);
        if !program.is_cheapest() {
            return End::Stalled;
        }
        program.charge(false);
        End::Optimal
    }

    /// Takes over the rows and columns of a start, every other column at the bound that the prices want; whether that
    /// could be done.
    fn resume(&mut self, grid: &Grid, program: &mut Program, start: &Basis) -> bool {
        let lost = |key: &Key| matches!(key, Key::Line(line) if self.topology.lost.binary_search(line).is_ok());
        let columns = program.posed.columns.len() + self.topology.islands;
        if start.island != self.topology.island
            || start.keys.iter().any(lost)
            || start.basic.iter().any(|&column| column >= columns)
        {
            return false;
        }
        program.begin(&self.topology.island, self.topology.islands);
        for key in &start.keys {
            program.rows.push(program.islands + program.limits.len());
            program.limits.push(self.limit_of(grid, key.clone()));
        }
        program.basic.clone_from(&start.basic);
        program.resume()
    }

    /// Balances every island by merit order, one pivot each. An island in which nothing can move must balance as it is.
    fn balance(&mut self, program: &mut Program) -> Option<End> {
        for island in 0..program.islands {
            let shortage = program.posed.columns.len() + island;
            let Ok(position) = program.basic.binary_search(&shortage) else { continue };
            let beyond = program.values[position];
            let leaving = Leaving::Basic(position);
            match self.pivot.turn(program, leaving, beyond) {
                Turn::Done => {}
                Turn::Stuck if beyond.abs() <= tolerance(0.0) => {}
                Turn::Stuck => return Some(End::Infeasible(leaving)),
                Turn::Lost => return Some(End::Stalled),
            }
        }
        None
    }

    /// What is farthest beyond a bound, and by how much: a basic column; if there is none a known limit; then whatever
    /// the flows break. With nothing left, injections and flows are those of the answer, computed in an order that only
    /// depends on which columns are basic and where the others rest.
    fn beyond(&mut self, grid: &Grid, program: &mut Program) -> Option<(Leaving, f64)> {
        let columns = program.basic.iter().zip(&program.values).enumerate();
        let farthest = farthest(columns.map(|(k, (&column, &value))| (k, excess(value, program.bounds(column)))));
        if let Some((position, beyond)) = farthest {
            return Some((Leaving::Basic(position), beyond));
        }
        program.rest();
        program.fill();
        program.inject();
        let broken = broken_limit(program).or_else(|| {
            self.learn(grid, program);
            broken_limit(program)
        });
        broken.map(|(limit, beyond)| (Leaving::Limit(limit), beyond))
    }

    /// The limit of a name, in the network as it stands.
    fn limit_of(&mut self, grid: &Grid, key: Key) -> Limit {
        let mut factors = Vec::new();
        let (offset, (least, most)) = match key {
            Key::Line(line) => (self.topology.factors_of(grid, line, &mut factors), self.route.range[line]),
            Key::Cut(ref side) => {
                factors.extend(side.iter().map(|&inside| f64::from(u8::from(inside))));
                (0.0, self.route.capacity(grid, side))
            }
        };
        Limit { key, factors, offset, least, most, place: Place::Between }
    }

    /// Leaves the flows of the program's injections and adds limits that they break.
    fn learn(&mut self, grid: &Grid, program: &mut Program) {
        grid.flows(&program.injections, &mut self.flows);
        self.topology.correct(grid, &mut self.flows);
        let mut keys = Vec::new();
        match grid.layout.flow {
            Flow::Dc => self.broken_lines(&mut keys),
            Flow::Transport => self.broken_cuts(grid, program, &mut keys),
        }
        for key in keys {
            if program.find(&key).is_none() {
                program.limits.push(self.limit_of(grid, key));
            }
        }
    }

    /// The lines that go over their limits by most.
    fn broken_lines(&mut self, keys: &mut Vec<Key>) {
        let over = |(line, (&flow, &range)): (usize, (&f64, &(f64, f64)))| {
            let excess = excess(flow, range).abs();
            (excess > 0.0).then_some((line, excess))
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
        program.dispatch(&mut self.x);
        let x = &self.x;
        solved.p_mw.clear();
        solved.p_mw.extend_from_slice(&x[..resources]);
        solved.price.clone_from(&program.prices);
        solved.island.clone_from(&self.topology.island);
        solved.islands = self.topology.islands;
        solved.pivots = program.pivots;
        solved.cost_per_h = program.posed.cost.iter().zip(x).map(|(cost, x)| cost * x).sum();
        for (row, length) in [(&mut solved.line_shadow, lines), (&mut solved.link_shadow, links)] {
            row.clear();
            row.resize(length, 0.0);
        }
        solved.line_mw.clear();
        solved.line_mw.extend_from_slice(&self.flows[..lines]);
        solved.link_sent_mw.clear();
        solved.link_sent_mw.resize(links, [0.0; 2]);
        for (corridor, &flow) in grid.corridors.iter().zip(&self.flows).skip(lines) {
            corridor.link.into_iter().for_each(|link| solved.link_sent_mw[link] = [flow.max(0.0), (-flow).max(0.0)]);
        }
        for (k, &link) in grid.decided.iter().enumerate() {
            let (forth, back) = (resources + 2 * k, resources + 2 * k + 1);
            solved.link_sent_mw[link] = [-x[forth], -x[back]];
            solved.link_shadow[link] = room_worth(program, forth) - room_worth(program, back);
        }
        for (&row, &dual) in program.rows.iter().zip(&program.duals).skip(program.islands) {
            let limit = &program.limits[row - program.islands];
            // A price of nothing may come out with the wrong sign.
            let dual = if limit.place == Place::Lower { dual.max(0.0) } else { dual.min(0.0) };
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
        let reach = reach(&posed);
        posed.cost.fill(0.0);
        for gain in [1.0, -1.0] {
            posed.columns.extend((0..buses).map(|bus| Column::at(bus, gain)));
            posed.lower.extend((0..buses).map(|_| 0.0));
            posed.upper.extend((0..buses).map(|_| reach));
            posed.cost.extend((0..buses).map(|_| 1.0));
        }
        let mut elastic = Program::of(posed);
        match self.settle(grid, &mut elastic, None) {
            End::Optimal => {
                elastic.dispatch(&mut self.x);
                let gap = |bus: usize| Gap {
                    bus,
                    island: self.topology.island[bus],
                    missing_mw: self.x[own + bus] - self.x[own + buses + bus],
                };
                Refusal::Infeasible((0..buses).map(gap).filter(|gap| gap.missing_mw.abs() > 1e-9).collect())
            }
            // With power to spare at every bus, only flows around loops can still be too much.
            End::Infeasible(leaving) => match self.pivot.blocking(&elastic, leaving).map(|limit| &limit.key) {
                Some(&Key::Line(line)) => Refusal::Circulating { line },
                _ => Refusal::Stalled { pivots: elastic.pivots },
            },
            End::Stalled => Refusal::Stalled { pivots: elastic.pivots },
        }
    }
}

/// How far beyond a bound is more than rounding.
fn tolerance(bound: f64) -> f64 {
    1e-9 * (1.0 + bound.abs())
}

/// How far a value is above its upper bound (positive) or below its lower one (negative).
fn excess(value: f64, (lower, upper): (f64, f64)) -> f64 {
    if value > upper + tolerance(upper) {
        value - upper
    } else if value < lower - tolerance(lower) {
        value - lower
    } else {
        0.0
    }
}

/// The largest excess; of equal ones the first.
fn farthest(excesses: impl Iterator<Item = (usize, f64)>) -> Option<(usize, f64)> {
    let farther = |best: (usize, f64), next: (usize, f64)| if next.1.abs() > best.1.abs() { next } else { best };
    Some(excesses.fold((0, 0.0), farther)).filter(|best| best.1 != 0.0)
}

/// The known limit that injections break by most.
fn broken_limit(program: &Program) -> Option<(usize, f64)> {
    let known = program.limits.iter().enumerate().filter(|(_, limit)| limit.place == Place::Between);
    farthest(known.map(|(k, limit)| (k, excess(program.through(limit), (limit.least, limit.most)))))
}

/// More power than a step can miss.
fn reach(posed: &Posed) -> f64 {
    let boxes = posed.lower.iter().zip(&posed.upper).map(|(lower, upper)| lower.abs().max(upper.abs()));
    1e3 * (1.0 + boxes.chain(posed.withdrawal.iter().map(|mw| mw.abs())).sum::<f64>())
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
