//! What an infeasible problem lacks: every limit may be broken at a price, and the smallest sets whose
//! breaking is enough are named, fewest members first, then fewest MW.
//!
//! A limit that is enough alone has a price in the relaxation where all may break (it is in every
//! certificate of infeasibility), so only those are tried. Where none is enough alone, prices are
//! weighed against the break found so far, which gathers it on few limits (Candes, Wakin and Boyd,
//! *J. Fourier Anal. Appl.* 14, 2008), and members that can be spared are struck out. That set cannot
//! be made smaller by leaving out a member; that no other set is smaller is not proven.

use super::angles::Angles;
use super::dispatch::{Dispatch, dispatch};
use super::model::{Model, branch_name, generator_name};
use super::period::Cut;
use super::pieces::Piece;
use crate::Network;
use serde::Serialize;
use std::fmt;

/// A limit that must give way.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Relaxation {
    /// Bus, generator or branch.
    pub asset: String,
    /// Which limit of it.
    pub constraint: Constraint,
    /// Step of the horizon; 0 in a single period.
    pub hour: usize,
    /// By how much, MW. For an angle limit, the flow it stands for.
    pub mw: f64,
    /// By how much, degrees, for an angle limit.
    pub degrees: Option<f64>,
}

/// What can give way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Constraint {
    /// Load (or, where it is negative, the injection) that is not served.
    Load,
    /// Most power of a generator.
    GeneratorMax,
    /// Least power of a generator.
    GeneratorMin,
    /// Rating of a branch.
    Rate,
    /// Angle limit of a branch.
    Angle,
}

/// Sets of limits, each of them enough; the smallest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Infeasibility {
    /// Fewest members first, then fewest MW.
    pub sets: Vec<Vec<Relaxation>>,
}

impl fmt::Display for Relaxation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.constraint {
            Constraint::Load => "load not served",
            Constraint::GeneratorMax => "most power exceeded",
            Constraint::GeneratorMin => "least power not reached",
            Constraint::Rate => "rating exceeded",
            Constraint::Angle => "angle limit exceeded",
        };
        write!(f, "{}, hour {}: {what} by {:.6} MW", self.asset, self.hour, self.mw)?;
        self.degrees.map_or(Ok(()), |degrees| write!(f, " ({degrees:.6} degrees)"))
    }
}

impl fmt::Display for Infeasibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.sets.first() else { return write!(f, "no set of limits was found that is enough") };
        write!(f, "no dispatch keeps all limits; it would with ")?;
        for (number, relaxation) in first.iter().enumerate() {
            write!(f, "{}{relaxation}", if number == 0 { "" } else { "; " })?;
        }
        let others = self.sets.len() - 1;
        if others > 0 { write!(f, " (or one of {others} other sets)") } else { Ok(()) }
    }
}

/// Least break, pu, that is told.
const TOLD: f64 = 1e-8;
/// Limits tried alone, and members up to which a set is thinned.
const ALONE: usize = 12;
const THINNED: usize = 12;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Item {
    Load(usize),
    Most(usize),
    Least(usize),
    Rate(usize),
    Angle(usize),
}

/// A relaxation that was solved: break of each item, pu, and how far its price goes.
struct Solved {
    broken: Vec<f64>,
    price: Vec<f64>,
}

struct Elastic<'a> {
    network: &'a Network,
    model: &'a Model,
    angles: &'a mut Angles,
    items: Vec<Item>,
    /// More than any limit can need, pu: keeps the simplex's boxes finite.
    far: f64,
}

/// More than all loads, generators and phase shifters together could ask of a limit.
fn far(model: &Model) -> f64 {
    let loads = model.demand.iter().map(|d| d.abs());
    let finite = |x: f64| if x.is_finite() { x.abs() } else { 0.0 };
    let units = model.pieces.iter().map(|p| finite(p.lower).max(finite(p.upper)));
    let lines = model.lines.iter().map(|l| (l.b * l.shift).abs());
    10.0 * (1.0 + loads.chain(units).chain(lines).sum::<f64>())
}

/// The smallest sets of limits that would have to give way.
pub(super) fn explain(network: &Network, model: &Model, angles: &mut Angles, hour: usize) -> Infeasibility {
    let loads = (0..model.buses.len()).filter(|&bus| model.demand[bus] != 0.0).map(Item::Load);
    let units = (0..model.units.len()).flat_map(|unit| [Item::Most(unit), Item::Least(unit)]);
    let lines = (0..model.lines.len()).flat_map(|line| [Item::Rate(line), Item::Angle(line)]);
    let items = loads.chain(units).chain(lines).collect();
    let mut elastic = Elastic { network, model, angles, items, far: far(model) };
    let mut sets = elastic.smallest_sets();
    let total = |set: &[Relaxation]| set.iter().map(|r| r.mw).sum::<f64>();
    sets.iter_mut().for_each(|set: &mut Vec<Relaxation>| {
        set.iter_mut().for_each(|relaxation| relaxation.hour = hour);
        set.sort_by(|a, b| a.mw.total_cmp(&b.mw));
    });
    sets.sort_by(|a, b| a.len().cmp(&b.len()).then(total(a).total_cmp(&total(b))));
    Infeasibility { sets }
}

impl Elastic<'_> {
    fn smallest_sets(&mut self) -> Vec<Vec<Relaxation>> {
        let every = vec![Some(1.0); self.items.len()];
        let Some(all) = self.solve(&every) else { return Vec::new() };
        let mut sets = self.alone(&all);
        if sets.is_empty() {
            let gathered = self.gathered(&all);
            let thinned = self.thinned(&gathered);
            sets.push(self.told(&thinned));
        }
        let first = self.told(&all);
        if !sets.iter().any(|set| same_members(set, &first)) {
            sets.push(first);
        }
        sets
    }

    /// Limits that are enough alone.
    fn alone(&mut self, all: &Solved) -> Vec<Vec<Relaxation>> {
        let total: f64 = all.broken.iter().sum();
        // The price says how far a break of 1 reaches: less than `total / price` cannot do.
        let reach = |i: usize| total / all.price[i];
        let mut candidates: Vec<usize> = (0..self.items.len())
            .filter(|&i| all.price[i] > 1e-6 && reach(i) <= self.room(i) * (1.0 + 1e-6) + TOLD)
            .collect();
        candidates.sort_by(|&a, &b| reach(a).total_cmp(&reach(b)).then(a.cmp(&b)));
        candidates.truncate(ALONE);
        let mut found = Vec::new();
        for candidate in candidates {
            let mut weights = vec![None; self.items.len()];
            weights[candidate] = Some(1.0);
            if let Some(solved) = self.solve(&weights) {
                found.push(self.told(&solved));
            }
        }
        found
    }

    /// Most that an item can give, pu.
    fn room(&self, item: usize) -> f64 {
        match self.items[item] {
            Item::Load(bus) => self.model.demand[bus].abs(),
            _ => f64::INFINITY,
        }
    }

    /// Breaks gathered on few limits by weighing.
    fn gathered(&mut self, all: &Solved) -> Solved {
        let mut best = Solved { broken: all.broken.clone(), price: all.price.clone() };
        for _ in 0..3 {
            let total: f64 = best.broken.iter().sum();
            let near = 0.01 * total.max(TOLD);
            let weights: Vec<_> = best.broken.iter().map(|v| Some(near / (v + near))).collect();
            match self.solve(&weights) {
                Some(next) if members(&next) <= members(&best) => best = next,
                _ => break,
            }
        }
        best
    }

    /// A set without members that can be spared, the smallest break struck first.
    fn thinned(&mut self, set: &Solved) -> Solved {
        let mut kept = Solved { broken: set.broken.clone(), price: set.price.clone() };
        let mut order: Vec<usize> = (0..set.broken.len()).filter(|&i| set.broken[i] > TOLD).collect();
        if order.len() > THINNED {
            return kept;
        }
        order.sort_by(|&a, &b| set.broken[a].total_cmp(&set.broken[b]).then(a.cmp(&b)));
        let mut weights: Vec<Option<f64>> = set.broken.iter().map(|&v| (v > TOLD).then_some(1.0)).collect();
        for member in order {
            weights[member] = None;
            match self.solve(&weights) {
                Some(next) => kept = next,
                None => weights[member] = Some(1.0),
            }
        }
        kept
    }

    /// Solves with the items of a weight allowed to break at that price per pu.
    fn solve(&mut self, weights: &[Option<f64>]) -> Option<Solved> {
        let mut pieces: Vec<Piece> =
            self.model.pieces.iter().map(|p| Piece { cost: 0.0, quadratic: 0.0, ..p.clone() }).collect();
        let own = pieces.len();
        let (mut of_piece, mut cuts, mut of_cut) = (Vec::new(), Vec::new(), Vec::new());
        for (i, (&item, &weight)) in self.items.iter().zip(weights).enumerate() {
            if let Some(cut) = self.cut(item, weight) {
                cuts.push(cut);
                of_cut.push(i);
            } else if let Some(piece) = weight.and_then(|weight| self.piece(item, weight)) {
                pieces.push(piece);
                of_piece.push(i);
            }
        }
        let found = dispatch(self.model, self.angles, &pieces, &cuts).ok()?;
        let mut solved = Solved { broken: vec![0.0; self.items.len()], price: vec![0.0; self.items.len()] };
        let price = super::prices::at_buses(self.model, self.angles, &cuts, &found);
        for (&i, (piece, x)) in of_piece.iter().zip(pieces[own..].iter().zip(&found.x[own..])) {
            solved.broken[i] = x.abs();
            let sign = if piece.cost < 0.0 { -1.0 } else { 1.0 };
            solved.price[i] = (sign * price[piece.bus]).max(0.0);
        }
        read_cuts(&found, &of_cut, &mut solved);
        Some(solved)
    }

    fn cut(&self, item: Item, weight: Option<f64>) -> Option<Cut> {
        match item {
            Item::Rate(line) => {
                let rate = self.model.lines[line].rate;
                Some(Cut { line, lower: -rate, upper: rate, weight, far: self.far })
            }
            Item::Angle(line) => {
                let (lower, upper) = self.model.lines[line].angle;
                Some(Cut { line, lower, upper, weight, far: self.far })
            }
            _ => None,
        }
    }

    /// A load not served or a generator beyond its limits, as an injection at a price.
    fn piece(&self, item: Item, weight: f64) -> Option<Piece> {
        let up = |bus, most| Some(Piece { bus, lower: 0.0, upper: most, cost: weight, quadratic: 0.0 });
        let down = |bus, least| Some(Piece { bus, lower: least, upper: 0.0, cost: -weight, quadratic: 0.0 });
        match item {
            Item::Load(bus) if self.model.demand[bus] > 0.0 => up(bus, self.model.demand[bus]),
            Item::Load(bus) => down(bus, self.model.demand[bus]),
            Item::Most(unit) => up(self.model.units[unit].bus, self.far),
            Item::Least(unit) => down(self.model.units[unit].bus, -self.far),
            _ => None,
        }
    }

    fn told(&self, solved: &Solved) -> Vec<Relaxation> {
        let broken = self.items.iter().zip(&solved.broken).filter(|(_, v)| **v > TOLD);
        broken.map(|(&item, &v)| self.relaxation(item, v)).collect()
    }

    fn relaxation(&self, item: Item, broken: f64) -> Relaxation {
        let line = |line: usize| branch_name(self.network, self.model.lines[line].branch);
        let unit = |unit: usize| generator_name(self.network, self.model.units[unit].generator);
        let (asset, constraint) = match item {
            Item::Load(bus) => (format!("bus {}", self.network.buses[self.model.buses[bus]].name), Constraint::Load),
            Item::Most(u) => (unit(u), Constraint::GeneratorMax),
            Item::Least(u) => (unit(u), Constraint::GeneratorMin),
            Item::Rate(l) => (line(l), Constraint::Rate),
            Item::Angle(l) => (line(l), Constraint::Angle),
        };
        let degrees = match item {
            Item::Angle(l) => Some((broken / self.model.lines[l].b).abs().to_degrees()),
            _ => None,
        };
        Relaxation { asset, constraint, hour: 0, mw: broken * self.model.base, degrees }
    }
}

fn read_cuts(found: &Dispatch, of_cut: &[usize], solved: &mut Solved) {
    for &(cut, beyond) in &found.beyond {
        solved.broken[of_cut[cut]] = beyond.abs();
    }
    for &(cut, price) in &found.cuts {
        solved.price[of_cut[cut]] = price.abs();
    }
}

fn members(solved: &Solved) -> usize {
    solved.broken.iter().filter(|v| **v > TOLD).count()
}

fn same_members(a: &[Relaxation], b: &[Relaxation]) -> bool {
    let has =
        |set: &[Relaxation], r: &Relaxation| set.iter().any(|s| (&s.asset, s.constraint) == (&r.asset, r.constraint));
    a.len() == b.len() && a.iter().all(|r| has(b, r))
}
