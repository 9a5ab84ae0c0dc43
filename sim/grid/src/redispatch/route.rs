//! Whether power fits through corridors that only their limits bind, which way it goes, and which cut stops it.
//!
//! The flow starts as that of the distribution factors, is clipped to the limits, and what the clipping left over is
//! pushed along shortest augmenting paths (Edmonds and Karp, 1972). If something stays behind, the buses it can still
//! reach are the source side of a smallest cut (Ford and Fulkerson); of all such sides this is the least one, which does
//! not depend on the flow that was found. So the flow reported is a function of injections and outages: the flow that
//! prefers wide corridors if that is within limits, otherwise its repair.

use super::grid::Grid;
use super::topology::Topology;

/// Room in a corridor, or power left over, that counts as none, as part of the largest injection and at least in MW.
const NOTHING: f64 = 1e-11;

/// Buffers of the search.
#[derive(Clone, Debug, Default)]
pub(super) struct Route {
    /// Per bus, where its arcs begin; per arc, its corridor and the bus at the other end. Of one grid.
    starts: Vec<usize>,
    arcs: Vec<(usize, usize)>,
    /// Least and most flow of each corridor, none where it is lost.
    pub range: Vec<(f64, f64)>,
    /// Power that arrived at a bus and has not left it.
    excess: Vec<f64>,
    /// Whether the last search came to a bus.
    pub reached: Vec<bool>,
    /// By which arc, from where.
    via: Vec<(usize, usize)>,
    queue: Vec<usize>,
    nothing: f64,
}

impl Route {
    /// Takes the arcs of a grid.
    pub fn new(grid: &Grid) -> Self {
        let mut route = Self { starts: vec![0], ..Self::default() };
        for bus in 0..grid.layout.buses {
            for (c, corridor) in grid.corridors.iter().enumerate() {
                if corridor.bus0 == bus {
                    route.arcs.push((c, corridor.bus1));
                } else if corridor.bus1 == bus {
                    route.arcs.push((c, corridor.bus0));
                }
            }
            route.starts.push(route.arcs.len());
        }
        route
    }

    /// Sets the limits of a topology.
    pub fn limit(&mut self, grid: &Grid, topology: &Topology) {
        self.range.clear();
        self.range.extend(grid.corridors.iter().map(|c| (c.least_mw, c.most_mw)));
        topology.lost.iter().for_each(|&c| self.range[c] = (0.0, 0.0));
    }

    /// Whether these are the buffers of such a grid.
    pub fn is_of(&self, grid: &Grid) -> bool {
        self.starts.len() == grid.layout.buses + 1 && self.arcs.len() == 2 * grid.corridors.len()
    }

    /// Mends `flows` until they carry the injections within the limits; whether no more than `slack_mw` stays behind.
    pub fn mend(&mut self, grid: &Grid, injections: &[f64], flows: &mut [f64], slack_mw: f64) -> bool {
        let largest = injections.iter().fold(1.0_f64, |most, p| most.max(p.abs()));
        self.nothing = NOTHING * largest;
        self.excess.clear();
        self.excess.extend_from_slice(injections);
        for ((flow, &(least, most)), corridor) in flows.iter_mut().zip(&self.range).zip(&grid.corridors) {
            *flow = flow.max(least).min(most);
            self.excess[corridor.bus0] -= *flow;
            self.excess[corridor.bus1] += *flow;
        }
        while let Some(sink) = self.search(grid, flows) {
            self.push(grid, flows, sink);
        }
        let left = self.excess.iter().filter(|p| **p > self.nothing).sum::<f64>();
        left <= slack_mw
    }

    /// A bus that lacks power and the nearest bus with too much; marks what it reached.
    fn search(&mut self, grid: &Grid, flows: &[f64]) -> Option<usize> {
        let buses = grid.layout.buses;
        self.reached.clear();
        self.reached.resize(buses, false);
        self.via.resize(buses, (0, 0));
        self.queue.clear();
        for bus in 0..buses {
            if self.excess[bus] > self.nothing {
                self.reached[bus] = true;
                self.via[bus] = (usize::MAX, bus);
                self.queue.push(bus);
            }
        }
        let mut next = 0;
        while let Some(&bus) = self.queue.get(next) {
            next += 1;
            for &(c, other) in &self.arcs[self.starts[bus]..self.starts[bus + 1]] {
                if !self.reached[other] && self.room(grid, flows, c, bus) > self.nothing {
                    self.reached[other] = true;
                    self.via[other] = (c, bus);
                    if self.excess[other] < -self.nothing {
                        return Some(other);
                    }
                    self.queue.push(other);
                }
            }
        }
        None
    }

    /// How much more can leave `bus` through a corridor.
    fn room(&self, grid: &Grid, flows: &[f64], corridor: usize, bus: usize) -> f64 {
        let (least, most) = self.range[corridor];
        if grid.corridors[corridor].bus0 == bus { most - flows[corridor] } else { flows[corridor] - least }
    }

    /// Sends as much as the path to `sink` takes.
    fn push(&mut self, grid: &Grid, flows: &mut [f64], sink: usize) {
        let mut amount = -self.excess[sink];
        let mut bus = sink;
        while self.via[bus].0 != usize::MAX {
            let (corridor, before) = self.via[bus];
            amount = amount.min(self.room(grid, flows, corridor, before));
            bus = before;
        }
        amount = amount.min(self.excess[bus]);
        self.excess[bus] -= amount;
        self.excess[sink] += amount;
        bus = sink;
        while self.via[bus].0 != usize::MAX {
            let (corridor, before) = self.via[bus];
            let (least, most) = self.range[corridor];
            let change = if grid.corridors[corridor].bus0 == before { amount } else { -amount };
            // A full corridor is full to the bit.
            flows[corridor] = (flows[corridor] + change).max(least).min(most);
            bus = before;
        }
    }

    /// The connected pieces of what the last search reached, each a side of a cut, told by the marks in `side`.
    pub fn pieces(&mut self, mut each: impl FnMut(&[bool])) {
        let mut side = vec![false; self.reached.len()];
        for bus in 0..self.reached.len() {
            if !self.reached[bus] {
                continue;
            }
            side.fill(false);
            self.reached[bus] = false;
            self.queue.clear();
            self.queue.push(bus);
            while let Some(bus) = self.queue.pop() {
                side[bus] = true;
                for &(c, other) in &self.arcs[self.starts[bus]..self.starts[bus + 1]] {
                    if self.reached[other] && self.range[c].0 < self.range[c].1 {
                        self.reached[other] = false;
                        self.queue.push(other);
                    }
                }
            }
            each(&side);
        }
    }

    /// Least and most power that can leave a side of a cut.
    pub fn capacity(&self, grid: &Grid, side: &[bool]) -> (f64, f64) {
        let mut sums = (0.0, 0.0);
        for (corridor, &(least, most)) in grid.corridors.iter().zip(&self.range) {
            match (side[corridor.bus0], side[corridor.bus1]) {
                (true, false) => sums = (sums.0 + least, sums.1 + most),
                (false, true) => sums = (sums.0 - most, sums.1 - least),
                _ => {}
            }
        }
        sums
    }
}
