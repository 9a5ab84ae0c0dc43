//! Hours linked by storage, as one program.
//!
//! A store is two pieces at its bus (what it gives, and what it takes as negative injection) and a
//! level. Lines become rows of the hours in which they were overloaded; a network of few lines has
//! them all from the start. The interior point's answer is made exact by Newton steps on the limits
//! that it shows to hold.

use super::super::angles::Angles;
use super::super::barrier::{Boxes, Iterate, solve as barrier};
use super::super::dispatch::read;
use super::super::model::Model;
use super::super::period::{Cut, Lines, Period, all_lines};
use super::super::pieces::Piece;
use super::super::program::{Failure, Point};
use super::super::solution::tell;
use super::super::{Error, Options};
use super::blame::blame;
use super::exact::tidy;
use super::flat;
use super::stages::{Hour, Stages};
use super::{Horizon, HorizonSolution, Start, StorageResult, set_step};
use crate::Network;

/// Lines up to which all are rows from the start, per bus with a generator or store.
const FEW_LINES: usize = 8;
const ROUNDS: usize = 50;
const TOLERANCE: f64 = 1e-10;
/// Boxes narrower than this, pu, are taken as closed.
const CLOSED: f64 = 1e-10;

/// A store in per unit.
pub(super) struct Store {
    bus: usize,
    power: f64,
    pub energy: f64,
    pub carry: f64,
    /// Level gained per power taken, and lost per power given, in a step.
    pub gain: f64,
    pub loss: f64,
    pub start: Option<f64>,
}

pub(super) struct Chain {
    stores: Vec<Store>,
    /// Pieces of each hour: the generators', then giving and taking of each store.
    pieces: Vec<Vec<Piece>>,
    demand: Vec<Vec<f64>>,
    periods: Vec<Period>,
    scale: f64,
}

/// Solves a horizon with storage.
pub(super) fn solve(
    network: &Network,
    horizon: &Horizon,
    options: Options,
    model: &mut Model,
    angles: &mut Angles,
) -> Result<HorizonSolution, Error> {
    let cuts = all_lines(model);
    let full = model.pieces.clone();
    let mut chain = Chain::new(network, horizon, model, angles, &cuts, false)?;
    let found = chain.optimum(model, angles, &cuts);
    let Ok((points, levels, values)) = found else {
        return Err(blame(&chain.pieces, network, horizon, model, angles, &cuts));
    };
    let mut steps = Vec::with_capacity(horizon.steps);
    for (t, point) in points.iter().enumerate() {
        set_step(network, horizon, model, &full, t)?;
        let mut found = read(&chain.periods[t], point, model.reference.len(), chain.pieces[t].len());
        let mut lines = Lines::new(model, angles, &cuts);
        (found.angle, found.flow) = lines.state(&chain.demand[t], &chain.pieces[t], &found.x);
        steps.push(tell(network, options, model, angles, &cuts, &found));
    }
    let objective = steps.iter().map(|s| s.objective).sum::<f64>() * horizon.step_h;
    let storage = chain.storage(horizon, model, &points, &levels, &values);
    Ok(HorizonSolution { objective, steps, storage })
}

impl Chain {
    pub fn new(
        network: &Network,
        horizon: &Horizon,
        model: &mut Model,
        angles: &mut Angles,
        cuts: &[Cut],
        elastic: bool,
    ) -> Result<Self, Error> {
        let stores = stores(horizon, model)?;
        let full = model.pieces.clone();
        let few = cuts.len() <= FEW_LINES;
        let (mut pieces, mut demand) = (Vec::new(), Vec::new());
        for t in 0..horizon.steps {
            set_step(network, horizon, model, &full, t)?;
            let mut all = model.pieces.clone();
            if elastic {
                all.iter_mut().for_each(|piece| (piece.cost, piece.quadratic) = (0.0, 0.0));
                all.extend(loads(model));
            }
            all.extend(stores.iter().flat_map(Store::pieces));
            pieces.push(all);
            demand.push(model.demand.clone());
        }
        model.pieces = full;
        let mut lines = Lines::new(model, angles, cuts);
        let mut periods = Vec::with_capacity(horizon.steps);
        for (demand, pieces) in demand.iter().zip(&pieces) {
            let mut period = Period::new(&mut lines, demand, pieces);
            let limited = (0..cuts.len()).filter(|&c| few && cuts[c].upper.min(-cuts[c].lower).is_finite());
            limited.for_each(|cut| period.add(&mut lines, pieces, cut));
            periods.push(period);
        }
        let scale = periods.iter().map(|p| p.program.cost_scale()).fold(1e-9, f64::max);
        Ok(Self { stores, pieces, demand, periods, scale })
    }

    /// Points of all hours, levels and their values, hour by hour.
    pub fn optimum(&mut self, model: &Model, angles: &mut Angles, cuts: &[Cut]) -> Result<Found, Failure> {
        let mut lines = Lines::new(model, angles, cuts);
        for _ in 0..ROUNDS {
            let (boxes, mut a, layout) = self.assemble();
            let (points, levels, values) = match barrier(&boxes, &mut a, TOLERANCE) {
                Some(found) => self.read(&layout, &tidy(&boxes, &mut a, found)),
                None => flat::optimum(&self.periods, &self.stores)?,
            };
            let mut added = false;
            for (t, point) in points.iter().enumerate() {
                let flow = lines.state(&self.demand[t], &self.pieces[t], &point.x).1;
                for cut in self.periods[t].overloads(cuts, &flow) {
                    self.periods[t].add(&mut lines, &self.pieces[t], cut);
                    added = true;
                }
            }
            if !added {
                return Ok((points, levels, values));
            }
        }
        Err(Failure::Stalled("too many rounds of overloads".to_owned()))
    }

    /// The hours as boxes and a matrix; per hour, which column is which variable.
    fn assemble(&self) -> (Boxes, Stages, Vec<Layout>) {
        let mut boxes = Boxes::default();
        let (mut hours, mut layout) = (Vec::new(), Vec::new());
        for t in 0..self.periods.len() {
            let (hour, place) = self.hour(t, &mut boxes);
            hours.push(hour);
            layout.push(place);
        }
        let carry = self.stores.iter().map(|s| s.carry).collect();
        let cyclic = self.stores.iter().map(|s| s.start.is_none()).collect();
        (boxes, Stages::new(hours, carry, cyclic), layout)
    }

    fn hour(&self, t: usize, boxes: &mut Boxes) -> (Hour, Layout) {
        let (program, stores) = (&self.periods[t].program, self.stores.len());
        let (first, row) = (boxes.cost.len(), boxes.rhs.len());
        let mut open = Vec::with_capacity(program.columns.len());
        let mut fixed = vec![0.0; program.columns.len()];
        for (j, column) in program.columns.iter().enumerate() {
            if column.upper - column.lower > CLOSED {
                open.push(j);
                push(boxes, column.lower, column.upper, column.cost / self.scale, column.quadratic / self.scale);
            } else {
                fixed[j] = 0.5 * (column.lower + column.upper);
            }
        }
        // A store without room is held by a box that is almost closed.
        self.stores.iter().for_each(|s| push(boxes, 0.0, s.energy.max(CLOSED), 0.0, 0.0));
        let mut place = vec![usize::MAX; program.columns.len()];
        open.iter().enumerate().for_each(|(here, &j)| place[j] = here);
        let (rows, columns) = (program.rows.len() + stores, open.len() + stores);
        let mut hour = Hour { rows, columns, entries: vec![0.0; rows * columns], slack: Vec::new() };
        for (i, row) in program.rows.iter().enumerate() {
            let idle = row.at(&fixed);
            row.entries
                .iter()
                .filter(|e| place[e.0] != usize::MAX)
                .for_each(|e| hour.entries[i * columns + place[e.0]] += e.1);
            let (lower, upper) = (row.lower - idle, row.upper - idle);
            let free = upper - lower > CLOSED;
            boxes.rhs.push(if free { 0.0 } else { 0.5 * (lower + upper) });
            if free {
                hour.slack.push(i);
                push(boxes, lower, upper, 0.0, 0.0);
            }
        }
        let own = program.columns.len() - 2 * stores;
        for (k, store) in self.stores.iter().enumerate() {
            let at = (program.rows.len() + k) * columns;
            let given = [(own + 2 * k, store.loss), (own + 2 * k + 1, store.gain)];
            given.iter().filter(|e| place[e.0] != usize::MAX).for_each(|e| hour.entries[at + place[e.0]] = e.1);
            hour.entries[at + open.len() + k] = 1.0;
            boxes.rhs.push(if t == 0 { store.start.map_or(0.0, |level| store.carry * level) } else { 0.0 });
        }
        let levels = first + open.len();
        (hour, Layout { first, row, levels, open, fixed })
    }

    fn read(&self, layout: &[Layout], found: &Iterate) -> Found {
        let stores = self.stores.len();
        let (mut points, mut levels, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (place, period) in layout.iter().zip(&self.periods) {
            let mut x = place.fixed.clone();
            place.open.iter().enumerate().for_each(|(here, &j)| x[j] = found.x[place.first + here]);
            let rows = period.program.rows.len();
            let price = found.y[place.row..place.row + rows].iter().map(|y| y * self.scale).collect();
            points.push(Point { x, price });
            levels.extend(&found.x[place.levels..place.levels + stores]);
            // A higher right-hand side is energy for nothing, and saves its value.
            values.extend(found.y[place.row + rows..place.row + rows + stores].iter().map(|y| -y * self.scale));
        }
        (points, levels, values)
    }

    fn storage(
        &self,
        horizon: &Horizon,
        model: &Model,
        points: &[Point],
        levels: &[f64],
        values: &[f64],
    ) -> Vec<StorageResult> {
        let (count, own) = (self.stores.len(), model.pieces.len());
        let of = |k: usize| StorageResult {
            name: horizon.storage[k].name.clone(),
            store_mw: points.iter().map(|p| -p.x[own + 2 * k + 1] * model.base + 0.0).collect(),
            dispatch_mw: points.iter().map(|p| p.x[own + 2 * k] * model.base).collect(),
            level_mwh: levels.iter().skip(k).step_by(count).map(|e| e * model.base).collect(),
            value_per_mwh: values.iter().skip(k).step_by(count).map(|v| v * horizon.step_h / model.base).collect(),
        };
        (0..count).map(of).collect()
    }
}

/// Load of every bus as a piece that serves it at a price; an injection, where load is negative.
fn loads(model: &Model) -> impl Iterator<Item = Piece> + '_ {
    let piece = |(bus, &load): (usize, &f64)| Piece {
        bus,
        lower: load.min(0.0),
        upper: load.max(0.0),
        cost: if load < 0.0 { -1.0 } else { 1.0 },
        quadratic: 0.0,
    };
    model.demand.iter().enumerate().map(piece)
}

/// Points of all hours, then levels of stores and their values, hour by hour.
pub(super) type Found = (Vec<Point>, Vec<f64>, Vec<f64>);

/// Where the parts of an hour stand among all variables and rows.
struct Layout {
    first: usize,
    row: usize,
    levels: usize,
    open: Vec<usize>,
    fixed: Vec<f64>,
}

fn push(boxes: &mut Boxes, lower: f64, upper: f64, cost: f64, quadratic: f64) {
    boxes.lower.push(lower);
    boxes.upper.push(upper);
    boxes.cost.push(cost);
    boxes.quadratic.push(quadratic);
}

impl Store {
    /// Giving, and taking as a negative injection.
    fn pieces(&self) -> [Piece; 2] {
        let give = Piece { bus: self.bus, lower: 0.0, upper: self.power, cost: 0.0, quadratic: 0.0 };
        [give.clone(), Piece { lower: -self.power, upper: 0.0, ..give }]
    }
}

fn stores(horizon: &Horizon, model: &Model) -> Result<Vec<Store>, Error> {
    let store = |unit: &super::StorageUnit| {
        let isolated =
            || Error::BadData { asset: format!("storage {}", unit.name), what: "its bus, which is isolated," };
        Ok(Store {
            bus: model.place[unit.bus].ok_or_else(isolated)?,
            power: unit.p_nom_mw / model.base,
            energy: unit.e_nom_mwh / model.base,
            carry: libm::pow(1.0 - unit.standing_loss, horizon.step_h),
            gain: horizon.step_h * unit.efficiency_store,
            loss: horizon.step_h / unit.efficiency_dispatch,
            start: match unit.start {
                Start::Cyclic => None,
                Start::Level(level) => Some(level / model.base),
            },
        })
    };
    horizon.storage.iter().map(store).collect()
}

#[cfg(test)]
mod tests {
    use super::super::StorageUnit;
    use super::*;
    use crate::{Branch, BranchModel, Bus, BusKind, Cost, Generator};

    fn network() -> Network {
        let bus = |name: &str, kind| Bus { name: name.to_owned(), kind, ..Bus::default() };
        let generator =
            |bus, most, cost| Generator { bus, p_max_mw: most, cost: Cost::Polynomial(cost), ..Generator::default() };
        let line = |from, to| Branch { from, to, x_pu: 0.1, rate_mw: 40.0, ..Branch::default() };
        Network {
            name: "three".to_owned(),
            base_mva: 100.0,
            buses: vec![bus("1", BusKind::Slack), bus("2", BusKind::Pq), bus("3", BusKind::Pq)],
            generators: vec![
                generator(0, 120.0, vec![0.0, 20.0]),
                generator(1, 80.0, vec![0.0, 50.0, 0.05]),
                generator(2, 200.0, vec![0.0, 140.0]),
            ],
            branches: vec![line(0, 1), line(0, 2), line(1, 2)],
        }
    }

    /// Two stores, one cyclic, loads of a hash.
    fn horizon(steps: usize) -> Horizon {
        let part = |t: usize, k: usize| f64::from(u8::try_from((t * 37 + k * 11 + t * t * 5) % 97).unwrap()) / 97.0;
        let load = |t: usize| (0..3).map(|k| 20.0 + 50.0 * part(t, k)).collect();
        let store = |bus, start| StorageUnit {
            name: "s".to_owned(),
            bus,
            p_nom_mw: 25.0,
            e_nom_mwh: 60.0,
            efficiency_store: 0.9,
            efficiency_dispatch: 0.95,
            standing_loss: 0.01,
            start,
        };
        let storage = vec![store(1, Start::Cyclic), store(2, Start::Level(10.0))];
        Horizon { steps, step_h: 0.5, load_mw: (0..steps).map(load).collect(), p_max_pu: Vec::new(), storage }
    }

    #[test]
    fn the_chain_finds_what_the_flat_program_finds() {
        for steps in [1, 2, 3, 24, 60] {
            let (network, horizon) = (network(), horizon(steps));
            let mut model = Model::new(&network, BranchModel::Reactance).unwrap();
            let mut angles = Angles::new(&network, &model).unwrap();
            let cuts = all_lines(&model);
            let mut chain = Chain::new(&network, &horizon, &mut model, &mut angles, &cuts, false).unwrap();
            let (boxes, mut a, layout) = chain.assemble();
            let quick = barrier(&boxes, &mut a, TOLERANCE).expect("the chain converges");
            let quick = chain.read(&layout, &tidy(&boxes, &mut a, quick));
            let flat = flat::optimum(&chain.periods, &chain.stores).unwrap();
            let cost = |found: &Found, chain: &Chain| -> f64 {
                let hours = chain.pieces.iter().zip(&found.0);
                hours.flat_map(|(p, point)| p.iter().zip(&point.x).map(|(p, &x)| p.cost_at(x))).sum()
            };
            let (ours, theirs) = (cost(&quick, &chain), cost(&flat, &chain));
            assert!((ours / theirs - 1.0).abs() < 1e-7, "{steps}: {ours} {theirs}");
            let solved = chain.optimum(&model, &mut angles, &cuts).unwrap();
            assert!((cost(&solved, &chain) / theirs - 1.0).abs() < 1e-7);
            // Balances and levels to rounding.
            chain.periods.iter().zip(&quick.0).for_each(|(p, point)| assert!(p.program.violation(&point.x) < 1e-8));
        }
    }
}
