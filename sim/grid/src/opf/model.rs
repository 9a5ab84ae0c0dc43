//! The problem as the solvers see it: what is in service, in per unit, in an order of its own.
//!
//! Buses are ordered by name (numbers as numbers), generators and branches by their buses and data,
//! so that the answer does not depend on the order of a file; twins equal in everything keep it.
//! In a DC model an angle difference is a flow, so angle limits and ratings make one interval of
//! flow per line. Nothing is solved here.

use super::error::Error;
use super::pieces::{Piece, pieces_of};
use crate::network::{Branch, BranchModel, BusKind, Cost, Generator, Network};
use std::cmp::Ordering;

/// Which limit makes an end of a line's interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Rating.
    Rate,
    /// Angle difference.
    Angle,
}

/// A branch in service: flow `b (va_from - va_to) - b shift`, pu.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub branch: usize,
    pub from: usize,
    pub to: usize,
    pub b: f64,
    pub shift: f64,
    pub rate: f64,
    /// Interval of flow by angle limits.
    pub angle: (f64, f64),
}

impl Line {
    /// Interval of flow, pu, by rating and angles together.
    pub fn limits(&self) -> (f64, f64) {
        (self.angle.0.max(-self.rate), self.angle.1.min(self.rate))
    }

    /// Which limit is the tighter one at the upper or lower end.
    pub fn limit(&self, upper: bool) -> Limit {
        let by_rate = if upper { self.rate <= self.angle.1 } else { -self.rate >= self.angle.0 };
        if by_rate { Limit::Rate } else { Limit::Angle }
    }
}

/// A generator in service; its pieces stand at `pieces[first..last]`.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub generator: usize,
    pub bus: usize,
    pub first: usize,
    pub last: usize,
    /// Currency per hour when every piece is 0.
    pub constant: f64,
}

/// What is in service.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub base: f64,
    /// Index in the network of each bus here.
    pub buses: Vec<usize>,
    /// Index here of each bus of the network.
    pub place: Vec<Option<usize>>,
    /// Load and shunt, pu.
    pub demand: Vec<f64>,
    pub lines: Vec<Line>,
    pub units: Vec<Unit>,
    pub pieces: Vec<Piece>,
    /// Island of each bus, and the reference bus of each island.
    pub island: Vec<usize>,
    pub reference: Vec<usize>,
}

/// Ends of an angle difference in radians. No limit (0/0) and 90 degrees or more count as 60: the
/// convention of `PowerModels`, by which `PGLib`'s figures were made.
fn angle_limits(branch: &Branch) -> (f64, f64) {
    let (mut least, mut most) = (branch.angle_min_deg, branch.angle_max_deg);
    if least == 0.0 && most == 0.0 {
        (least, most) = (-60.0, 60.0);
    }
    let least = if least <= -90.0 { -60.0 } else { least };
    let most = if most >= 90.0 { 60.0 } else { most };
    (least.to_radians(), most.to_radians())
}

/// How messages call a generator.
pub(super) fn generator_name(network: &Network, index: usize) -> String {
    let bus = network.generators.get(index).and_then(|g| network.buses.get(g.bus)).map_or("?", |b| b.name.as_str());
    format!("generator {} at bus {bus}", index + 1)
}

/// How messages call a branch.
pub(super) fn branch_name(network: &Network, index: usize) -> String {
    let name = |bus: usize| network.buses.get(bus).map_or("?", |b| b.name.as_str());
    let ends = network.branches.get(index).map_or(("?", "?"), |b| (name(b.from), name(b.to)));
    format!("branch {} from bus {} to {}", index + 1, ends.0, ends.1)
}

fn usable(ok: bool, asset: impl FnOnce() -> String, what: &'static str) -> Result<(), Error> {
    if ok { Ok(()) } else { Err(Error::BadData { asset: asset(), what }) }
}

fn order_of_names(a: &str, b: &str) -> Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(x), Ok(y)) => x.cmp(&y).then_with(|| a.cmp(b)),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

fn order_of_numbers(a: &[f64], b: &[f64]) -> Ordering {
    let unequal = a.iter().zip(b).map(|(x, y)| x.total_cmp(y)).find(|o| o.is_ne());
    unequal.unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn numbers_of(generator: &Generator) -> Vec<f64> {
    let mut all = vec![generator.p_min_mw, generator.p_max_mw];
    match &generator.cost {
        Cost::Polynomial(c) => all.extend(c),
        Cost::PiecewiseLinear(points) => all.extend(points.iter().flat_map(|p| [p.0, p.1])),
    }
    all
}

impl Model {
    /// What of `network` is in service under `model`.
    pub fn new(network: &Network, model: BranchModel) -> Result<Self, Error> {
        let base = network.base_mva;
        if !(base.is_finite() && base > 0.0) {
            return Err(Error::BasePower { base_mva: base });
        }
        let mut made = Self::of_buses(network)?;
        made.add_lines(network, model)?;
        made.add_units(network)?;
        made.find_islands(network);
        Ok(made)
    }

    fn of_buses(network: &Network) -> Result<Self, Error> {
        let base = network.base_mva;
        let alive = |&i: &usize| network.buses[i].kind != BusKind::Isolated;
        let mut buses: Vec<usize> = (0..network.buses.len()).filter(alive).collect();
        buses.sort_by(|&a, &b| order_of_names(&network.buses[a].name, &network.buses[b].name).then(a.cmp(&b)));
        let mut place = vec![None; network.buses.len()];
        let mut demand = Vec::with_capacity(buses.len());
        for (here, &there) in buses.iter().enumerate() {
            let bus = &network.buses[there];
            let load = bus.p_load_mw + bus.g_shunt_mw;
            usable(load.is_finite(), || format!("bus {}", bus.name), "load or shunt")?;
            place[there] = Some(here);
            demand.push(load / base);
        }
        if buses.is_empty() {
            return Err(Error::NoBus);
        }
        let (lines, units, pieces) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { base, buses, place, demand, lines, units, pieces, island: Vec::new(), reference: Vec::new() })
    }

    fn add_lines(&mut self, network: &Network, model: BranchModel) -> Result<(), Error> {
        for (index, branch) in network.branches.iter().enumerate().filter(|(_, b)| b.in_service) {
            let name = || branch_name(network, index);
            let both = branch.from.max(branch.to) < network.buses.len();
            usable(both, name, "an end")?;
            let (Some(from), Some(to)) = (self.place[branch.from], self.place[branch.to]) else { continue };
            let (b, shift) = model.of(branch);
            if !b.is_finite() {
                return Err(Error::ZeroReactance { branch: name() });
            }
            usable(!branch.rate_mw.is_nan() && branch.rate_mw >= 0.0, name, "rating")?;
            usable(shift.is_finite(), name, "phase shift")?;
            // A purely resistive branch of `Dcp` carries nothing, and a loop goes nowhere.
            if b == 0.0 || from == to {
                continue;
            }
            let (least, most) = angle_limits(branch);
            usable(!least.is_nan() && !most.is_nan(), name, "angle limit")?;
            if least > most {
                return Err(Error::InvertedLimits {
                    asset: name(),
                    lower: least.to_degrees(),
                    upper: most.to_degrees(),
                });
            }
            let ends = (b * (least - shift), b * (most - shift));
            let angle = if b > 0.0 { ends } else { (ends.1, ends.0) };
            self.lines.push(Line { branch: index, from, to, b, shift, rate: branch.rate_mw / self.base, angle });
        }
        let key = |l: &Line| [l.b, l.shift, l.rate, l.angle.0, l.angle.1];
        self.lines.sort_by(|x, y| {
            (x.from, x.to)
                .cmp(&(y.from, y.to))
                .then_with(|| order_of_numbers(&key(x), &key(y)))
                .then(x.branch.cmp(&y.branch))
        });
        Ok(())
    }

    fn add_units(&mut self, network: &Network) -> Result<(), Error> {
        let mut alive = Vec::new();
        for (index, generator) in network.generators.iter().enumerate().filter(|(_, g)| g.in_service) {
            usable(generator.bus < network.buses.len(), || generator_name(network, index), "its bus")?;
            if let Some(bus) = self.place[generator.bus] {
                alive.push((bus, numbers_of(generator), index));
            }
        }
        alive.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| order_of_numbers(&a.1, &b.1)).then(a.2.cmp(&b.2)));
        for (bus, _, generator) in alive {
            let data = &network.generators[generator];
            let (constant, pieces) = pieces_of(data, self.base, || generator_name(network, generator))?;
            let first = self.pieces.len();
            self.pieces.extend(pieces.into_iter().map(|piece| Piece { bus, ..piece }));
            self.units.push(Unit { generator, bus, first, last: self.pieces.len(), constant });
        }
        Ok(())
    }

    /// Islands by flooding; the reference is the first slack bus, else the first bus with a
    /// generator, else the first bus.
    fn find_islands(&mut self, network: &Network) {
        let count = self.buses.len();
        let mut neighbours = vec![Vec::new(); count];
        for line in &self.lines {
            neighbours[line.from].push(line.to);
            neighbours[line.to].push(line.from);
        }
        let mut rank = vec![2_u8; count];
        self.units.iter().for_each(|unit| rank[unit.bus] = 1);
        for (here, &there) in self.buses.iter().enumerate() {
            if network.buses[there].kind == BusKind::Slack {
                rank[here] = 0;
            }
        }
        self.island = vec![usize::MAX; count];
        for start in 0..count {
            if self.island[start] != usize::MAX {
                continue;
            }
            let (number, mut best, mut open) = (self.reference.len(), start, vec![start]);
            self.island[start] = number;
            while let Some(bus) = open.pop() {
                if (rank[bus], bus) < (rank[best], best) {
                    best = bus;
                }
                for &next in &neighbours[bus] {
                    if self.island[next] == usize::MAX {
                        self.island[next] = number;
                        open.push(next);
                    }
                }
            }
            self.reference.push(best);
        }
    }
}
