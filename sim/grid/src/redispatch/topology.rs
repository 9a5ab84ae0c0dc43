//! What outages make of a network: its islands, and the flows on what is left.
//!
//! An outage is not factored anew but compensated: a lost corridor stays in the equations and carries the power `x` of a
//! transfer between its own ends, which the rest of the network cannot tell from its absence (the compensation
//! theorem; for one line this is the line outage distribution factor). For the lost set `K` and
//! `F = W C'`, `x = (1 - F_KK)^-1 f_K` and `f += F_.K x`. A lost corridor without which a part falls in two is left
//! alone: as soon as each island balances by itself, its flow is zero. So the matrix is never singular because of
//! islands, and every outage is answered from the same factors, in the same bits, whatever was asked before.

use super::Fault;
use super::dense::Factors;
use super::grid::{Corridor, Grid};

/// Connected parts of a graph, by union and find.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    parent: Vec<usize>,
}

impl Parts {
    /// The parts that these edges make.
    pub fn of(nodes: usize, edges: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut parts = Self::default();
        parts.reset(nodes);
        edges.for_each(|(a, b)| _ = parts.join(a, b));
        parts
    }

    fn reset(&mut self, nodes: usize) {
        self.parent.clear();
        self.parent.extend(0..nodes);
    }

    /// Joins two nodes; whether they were apart. The lower number stands for both.
    pub fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b);
        a != b
    }

    fn root(&mut self, mut node: usize) -> usize {
        while self.parent[node] != node {
            self.parent[node] = self.parent[self.parent[node]];
            node = self.parent[node];
        }
        node
    }

    /// Part of each node, numbered in order of their first nodes.
    pub fn labels(&mut self) -> Vec<usize> {
        let mut labels = Vec::new();
        self.label(&mut labels);
        labels
    }

    /// As [`Self::labels`], into a buffer; the number of parts.
    fn label(&mut self, labels: &mut Vec<usize>) -> usize {
        let mut count = 0;
        labels.clear();
        for node in 0..self.parent.len() {
            let root = self.root(node);
            // A root is the first of its part, so it is labelled before the others.
            labels.push(if root == node { count } else { labels[root] });
            count += usize::from(root == node);
        }
        count
    }
}

/// The network with some corridors lost.
#[derive(Clone, Debug, Default)]
pub(super) struct Topology {
    /// Corridors out of service, ascending.
    pub lost: Vec<usize>,
    /// Those of them that the equations must compensate.
    compensated: Vec<usize>,
    /// Island of each bus.
    pub island: Vec<usize>,
    /// Number of islands.
    pub islands: usize,
    parts: Parts,
    factors: Factors,
    transfer: Vec<f64>,
}

impl Topology {
    /// Takes the corridors for which `is_lost` says so out of service.
    ///
    /// # Errors
    /// [`Fault::Singular`] if what is left has susceptances that cancel one another.
    pub fn set(&mut self, grid: &Grid, is_lost: impl Fn(usize) -> bool) -> Result<(), Fault> {
        self.lost.clear();
        self.lost.extend((0..grid.corridors.len()).filter(|&c| is_lost(c)));
        self.compensated.clear();
        match *self.lost.as_slice() {
            [] => self.whole(grid),
            [one] if !grid.bridges[one] => {
                self.whole(grid);
                self.compensated.push(one);
            }
            _ => self.part(grid),
        }
        let (factors, compensated) = (&mut self.factors, &self.compensated);
        let entry = |row: usize, column: usize| {
            let answer = spread(grid, compensated[row], &grid.corridors[compensated[column]]);
            if row == column { 1.0 - answer } else { -answer }
        };
        factors.set(compensated.len(), entry).map_err(|k| Fault::Singular { bus: grid.corridors[compensated[k]].bus0 })
    }

    fn whole(&mut self, grid: &Grid) {
        self.island.clone_from(&grid.parts);
        self.islands = self.island.iter().max().map_or(0, |most| most + 1);
    }

    fn part(&mut self, grid: &Grid) {
        self.parts.reset(grid.layout.buses);
        let mut next = self.lost.iter().peekable();
        for (c, corridor) in grid.corridors.iter().enumerate() {
            if next.next_if_eq(&&c).is_none() {
                self.parts.join(corridor.bus0, corridor.bus1);
            }
        }
        self.islands = self.parts.label(&mut self.island);
        for &c in &self.lost {
            if !self.parts.join(grid.corridors[c].bus0, grid.corridors[c].bus1) {
                self.compensated.push(c);
            }
        }
    }

    /// Turns the flows of the whole network into those of this one; injections must balance in every island.
    pub fn correct(&mut self, grid: &Grid, flows: &mut [f64]) {
        self.transfer.clear();
        self.transfer.extend(self.compensated.iter().map(|&c| flows[c]));
        self.factors.solve(&mut self.transfer);
        for (&c, &x) in self.compensated.iter().zip(&self.transfer) {
            let (up, down) = (grid.factors_from(grid.corridors[c].bus0), grid.factors_from(grid.corridors[c].bus1));
            flows.iter_mut().zip(up.iter().zip(down)).for_each(|(flow, (a, b))| *flow += (a - b) * x);
        }
        for &c in &self.lost {
            flows[c] = 0.0;
        }
    }

    /// MW in a corridor per MW injected at each bus in this network, into `row`; returns its flow without injections.
    pub fn factors_of(&mut self, grid: &Grid, corridor: usize, row: &mut Vec<f64>) -> f64 {
        row.clear();
        row.extend_from_slice(grid.factors_of(corridor));
        self.transfer.clear();
        self.transfer.extend(self.compensated.iter().map(|&c| spread(grid, corridor, &grid.corridors[c])));
        self.factors.solve_transposed(&mut self.transfer);
        let mut offset = grid.offsets[corridor];
        for (&c, &x) in self.compensated.iter().zip(&self.transfer) {
            row.iter_mut().zip(grid.factors_of(c)).for_each(|(entry, w)| *entry += x * w);
            offset += x * grid.offsets[c];
        }
        offset
    }

    /// Whether the injections of every island sum to nothing, but for rounding.
    pub fn balances(&mut self, injections: &[f64]) -> bool {
        self.transfer.clear();
        self.transfer.resize(self.islands, 0.0);
        self.island.iter().zip(injections).for_each(|(&island, p)| self.transfer[island] += p);
        let scale = injections.iter().map(|p| p.abs()).sum::<f64>();
        self.transfer.iter().all(|sum| sum.abs() <= super::SLACK_MW + 1e-9 * scale)
    }
}

/// MW in a corridor per MW that enters at one end of `path` and leaves at the other.
fn spread(grid: &Grid, corridor: usize, path: &Corridor) -> f64 {
    let row = grid.factors_of(corridor);
    row[path.bus0] - row[path.bus1]
}
