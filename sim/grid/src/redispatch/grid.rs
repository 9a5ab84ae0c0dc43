//! A layout made ready: its corridors, and how injections spread over them when everything is in service.
//!
//! A *corridor* carries a flow that is not a decision of its own: every line, and under `Transport` also the links that
//! neither lose nor cost anything. With the injections `p` the flows are `f = W p + o`; `W` holds the power transfer
//! distribution factors and `o` the flows that phase shifters drive (Wood and Wollenberg, *Power Generation, Operation
//! and Control*, ch. 11). Injections must balance in every connected part; then the choice of its reference bus, here
//! the first, does not matter. Under `Transport` nothing decides the flow but the limits, so the factors are those of a
//! DC network whose susceptances are the corridors' capacities: power prefers wide corridors.

use pulp::NullaryFnOnce;

use super::dense::Factors;
use super::topology::Parts;
use super::{Fault, Flow, Layout};

/// A path of power between two buses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Corridor {
    pub bus0: usize,
    pub bus1: usize,
    /// Most flow to `bus0` (negative or zero) and to `bus1`, MW, in service. A link may have both above zero.
    pub least_mw: f64,
    pub most_mw: f64,
    /// The link it is, if it is not a line.
    pub link: Option<usize>,
}

/// A layout and its distribution factors: immutable, shared by all who dispatch on it.
#[derive(Clone, Debug)]
pub struct Grid {
    pub(super) layout: Layout,
    pub(super) corridors: Vec<Corridor>,
    /// `W`, a row per corridor.
    by_corridor: Vec<f64>,
    /// `W'`, a row per bus.
    by_bus: Vec<f64>,
    /// `o`, MW.
    pub(super) offsets: Vec<f64>,
    /// Corridors whose loss alone parts the network.
    pub(super) bridges: Vec<bool>,
    /// Connected part of each bus with all in service.
    pub(super) parts: Vec<usize>,
    /// Links that are decisions.
    pub(super) decided: Vec<usize>,
}

impl Grid {
    /// Checks a layout and factors its network once.
    ///
    /// # Errors
    /// What cannot be in the layout.
    pub fn new(layout: Layout) -> Result<Self, Fault> {
        layout.check()?;
        let corridors = corridors(&layout);
        let carried = |link: &usize| layout.flow == Flow::Transport && layout.links[*link].is_free();
        let decided = (0..layout.links.len()).filter(|link| !carried(link)).collect();
        let parts = Parts::of(layout.buses, corridors.iter().map(|c| (c.bus0, c.bus1))).labels();
        let susceptances = susceptances(&layout, &corridors);
        let by_corridor = factors(&layout, &corridors, &susceptances, &parts)?;
        let (buses, count) = (layout.buses, corridors.len());
        let by_bus = (0..buses * count).map(|k| by_corridor[k % count * buses + k / count]).collect();
        let bridges = (0..count).map(|c| parts_without(&layout, &corridors, c)).collect();
        let mut grid =
            Self { layout, corridors, by_corridor, by_bus, offsets: vec![0.0; count], bridges, parts, decided };
        grid.offsets = grid.shifted();
        Ok(grid)
    }

    /// The layout.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Row of `W`: MW in a corridor per MW injected at each bus.
    pub(super) fn factors_of(&self, corridor: usize) -> &[f64] {
        &self.by_corridor[corridor * self.layout.buses..][..self.layout.buses]
    }

    /// Column of `W`: MW in each corridor per MW injected at a bus.
    pub(super) fn factors_from(&self, bus: usize) -> &[f64] {
        &self.by_bus[bus * self.corridors.len()..][..self.corridors.len()]
    }

    /// `f = W p + o`, the buses' shares added in the order of the buses.
    pub(super) fn flows(&self, injections: &[f64], flows: &mut [f64]) {
        flows.copy_from_slice(&self.offsets);
        pulp::Arch::new().dispatch(Spread { grid: self, injections, flows });
    }

    /// Flows driven by the phase shifters alone: `-b shift` in their own line, answered by the network.
    fn shifted(&self) -> Vec<f64> {
        let mut flows = vec![0.0; self.corridors.len()];
        if self.layout.flow == Flow::Dc {
            let mut injections = vec![0.0; self.layout.buses];
            let own: Vec<f64> = self.layout.lines.iter().map(|line| -line.susceptance * line.shift_rad).collect();
            for (line, own) in self.layout.lines.iter().zip(&own) {
                injections[line.bus0] -= own;
                injections[line.bus1] += own;
            }
            self.flows(&injections, &mut flows);
            flows.iter_mut().zip(&own).for_each(|(flow, own)| *flow += own);
        }
        flows
    }
}

/// `f += W p`.
struct Spread<'a> {
    grid: &'a Grid,
    injections: &'a [f64],
    flows: &'a mut [f64],
}

impl NullaryFnOnce for Spread<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for (bus, &p) in self.injections.iter().enumerate() {
            if p != 0.0 {
                for (flow, factor) in self.flows.iter_mut().zip(self.grid.factors_from(bus)) {
                    *flow += factor * p;
                }
            }
        }
    }
}

fn corridors(layout: &Layout) -> Vec<Corridor> {
    let lines = layout.lines.iter().map(|line| Corridor {
        bus0: line.bus0,
        bus1: line.bus1,
        least_mw: -line.limit_back_mw,
        most_mw: line.limit_mw,
        link: None,
    });
    let free = layout.links.iter().enumerate().filter(|(_, link)| layout.flow == Flow::Transport && link.is_free());
    let links = free.map(|(index, link)| Corridor {
        bus0: link.bus0,
        bus1: link.bus1,
        least_mw: link.p_min_mw,
        most_mw: link.p_max_mw,
        link: Some(index),
    });
    lines.chain(links).collect()
}

/// Susceptance of each corridor. Under `Transport` the mean capacity: unlimited counts as ten times the widest limited
/// one, closed as a thousandth, so that the equations stay well-posed.
fn susceptances(layout: &Layout, corridors: &[Corridor]) -> Vec<f64> {
    if layout.flow == Flow::Dc {
        return layout.lines.iter().map(|line| line.susceptance).collect();
    }
    let capacity = |c: &Corridor| (c.most_mw.max(0.0) - c.least_mw.min(0.0)) / 2.0;
    let widest = corridors.iter().map(capacity).filter(|c| c.is_finite()).fold(0.0, f64::max);
    let widest = if widest > 0.0 { widest } else { 1.0 };
    corridors.iter().map(|c| capacity(c).clamp(1e-3 * widest, 10.0 * widest)).collect()
}

/// `W = b C (C' b C)^-1`, `C` the incidence of corridors and buses, the first bus of each part left out.
fn factors(layout: &Layout, corridors: &[Corridor], b: &[f64], parts: &[usize]) -> Result<Vec<f64>, Fault> {
    let buses = layout.buses;
    let kept: Vec<usize> = (0..buses).filter(|&bus| parts[..bus].contains(&parts[bus])).collect();
    let mut laplacian = vec![0.0; buses * buses];
    for (corridor, b) in corridors.iter().zip(b) {
        for (row, column, sign) in [
            (corridor.bus0, corridor.bus0, 1.0),
            (corridor.bus1, corridor.bus1, 1.0),
            (corridor.bus0, corridor.bus1, -1.0),
            (corridor.bus1, corridor.bus0, -1.0),
        ] {
            laplacian[row * buses + column] += sign * b;
        }
    }
    let mut solver = Factors::default();
    solver
        .set(kept.len(), |row, column| laplacian[kept[row] * buses + kept[column]])
        .map_err(|column| Fault::Singular { bus: kept[column] })?;
    let mut w = vec![0.0; corridors.len() * buses];
    let mut angles = vec![0.0; kept.len()];
    let mut all = vec![0.0; buses];
    for (k, &bus) in kept.iter().enumerate() {
        angles.fill(0.0);
        angles[k] = 1.0;
        solver.solve(&mut angles);
        kept.iter().zip(&angles).for_each(|(&at, &angle)| all[at] = angle);
        for (c, corridor) in corridors.iter().enumerate() {
            w[c * buses + bus] = b[c] * (all[corridor.bus0] - all[corridor.bus1]);
        }
    }
    Ok(w)
}

fn parts_without(layout: &Layout, corridors: &[Corridor], lost: usize) -> bool {
    let others = corridors.iter().enumerate().filter(|&(c, _)| c != lost).map(|(_, c)| (c.bus0, c.bus1));
    let mut parts = Parts::of(layout.buses, others);
    parts.join(corridors[lost].bus0, corridors[lost].bus1)
}
