//! The network as it stands in a step, and which of its limits a dispatch breaks.
//!
//! Under `Dc` a limit is a line's flow as a row of distribution factors; under `Transport` it is a cut: what some buses
//! inject together must fit through the corridors around them (Gale, 1957, and Hoffman, 1960: if every cut holds, there
//! is a flow).

use super::grid::Grid;
use super::program::{Key, Limit, Place, Program};
use super::route::Route;
use super::topology::Topology;
use super::{Fault, Flow};

/// Broken limits of lines that are learnt at once.
const AT_ONCE: usize = 6;

/// Outages, islands, limits and flows of a step.
#[derive(Clone, Debug)]
pub(super) struct Situation {
    pub topology: Topology,
    route: Route,
    /// Flow of each corridor under the injections learnt from last.
    pub flows: Vec<f64>,
    /// Corridors whose limits the flows break, and by how much.
    broken: Vec<(usize, f64)>,
}

impl Situation {
    /// Buffers for a grid.
    pub fn new(grid: &Grid) -> Self {
        Self {
            topology: Topology::default(),
            route: Route::new(grid),
            flows: vec![0.0; grid.corridors.len()],
            broken: Vec::new(),
        }
    }

    /// Takes corridors out of service.
    pub fn set(&mut self, grid: &Grid, is_lost: impl Fn(usize) -> bool) -> Result<(), Fault> {
        self.topology.set(grid, is_lost)?;
        self.route.limit(grid, &self.topology);
        Ok(())
    }

    /// Whether these are the buffers of such a grid.
    pub fn is_of(&self, grid: &Grid) -> bool {
        self.flows.len() == grid.corridors.len() && self.route.is_of(grid)
    }

    /// Whether what a name limits is there.
    pub fn has(&self, grid: &Grid, key: &Key) -> bool {
        match key {
            Key::Line(line) => *line < grid.corridors.len() && self.topology.lost.binary_search(line).is_err(),
            Key::Cut(side) => side.len() == grid.layout.buses,
        }
    }

    /// The limit of a name, in the network as it stands.
    pub fn limit_of(&mut self, grid: &Grid, key: Key) -> Limit {
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
    pub fn learn(&mut self, grid: &Grid, program: &mut Program) {
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
        if self.route.mend(grid, &program.injections, &mut self.flows, 0.0) {
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
}

/// How far beyond a bound is more than rounding.
pub(super) fn tolerance(bound: f64) -> f64 {
    1e-9 * (1.0 + bound.abs())
}

/// How far a value is above its upper bound (positive) or below its lower one (negative).
pub(super) fn excess(value: f64, (lower, upper): (f64, f64)) -> f64 {
    if value > upper + tolerance(upper) {
        value - upper
    } else if value < lower - tolerance(lower) {
        value - lower
    } else {
        0.0
    }
}
