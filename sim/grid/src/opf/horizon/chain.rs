//! Hours linked by storage, as one program.
//!
//! A store is two pieces at its bus (what it gives, and what it takes as negative injection) and a
//! level. Lines become rows of the hours in which they were overloaded; a network of few lines has
//! them all from the start. The interior point's answer is made exact by Newton steps on the limits
//! that it shows to hold.

use super::super::angles::Angles;
use super::super::barrier::{Boxes, Iterate, Structure, solve as barrier};
use super::super::dispatch::{dispatch, read};
use super::super::elastic::{Constraint, Infeasibility, Relaxation};
use super::super::model::Model;
use super::super::period::{Cut, Lines, Period, all_lines};
use super::super::pieces::Piece;
use super::super::program::{Failure, Point};
use super::super::solution::tell;
use super::super::{Error, Options};
use super::stages::{Hour, Stages};
use super::{Horizon, HorizonSolution, Start, StorageResult, failed, set_step};
use crate::Network;

/// Lines up to which all are rows from the start, per bus with a generator or store.
const FEW_LINES: usize = 8;
const ROUNDS: usize = 50;
const TOLERANCE: f64 = 1e-10;
/// Boxes narrower than this, pu, are taken as closed.
const CLOSED: f64 = 1e-10;

/// A store in per unit.
struct Store {
    bus: usize,
    power: f64,
    energy: f64,
    carry: f64,
    /// Level gained per power taken, and lost per power given, in a step.
    gain: f64,
    loss: f64,
    start: Option<f64>,
}

struct Chain {
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
    options: &Options,
    model: &mut Model,
    angles: &mut Angles,
) -> Result<HorizonSolution, Error> {
    let cuts = all_lines(model);
    let full = model.pieces.clone();
    let mut chain = Chain::new(network, horizon, model, angles, &cuts, false)?;
    let found = chain.optimum(model, angles, &cuts);
    let Ok((points, levels, values)) = found else {
        return Err(chain.blame(network, horizon, model, angles, &cuts));
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
    fn new(
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
    fn optimum(
        &mut self,
        model: &Model,
        angles: &mut Angles,
        cuts: &[Cut],
    ) -> Result<(Vec<Point>, Vec<f64>, Vec<f64>), Failure> {
        let mut lines = Lines::new(model, angles, cuts);
        for _ in 0..ROUNDS {
            let (boxes, mut a, layout) = self.assemble();
            let stalled = || Failure::Stalled("interior point over the hours".to_owned());
            let found = barrier(&boxes, &mut a, TOLERANCE).ok_or_else(stalled)?;
            let found = tidy(&boxes, &mut a, found);
            let (points, levels, values) = self.read(&layout, &found);
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

    fn read(&self, layout: &[Layout], found: &Iterate) -> (Vec<Point>, Vec<f64>, Vec<f64>) {
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

    /// Why there is no dispatch: an hour that fails even with stores at will, else loads that are too
    /// much for the energy of all hours.
    fn blame(
        &self,
        network: &Network,
        horizon: &Horizon,
        model: &mut Model,
        angles: &mut Angles,
        cuts: &[Cut],
    ) -> Error {
        let full = model.pieces.clone();
        for t in 0..horizon.steps {
            if let Err(error) = set_step(network, horizon, model, &full, t) {
                return error;
            }
            let own = std::mem::replace(&mut model.pieces, self.pieces[t].clone());
            if let Err(why) = dispatch(model, angles, &model.pieces, cuts) {
                return failed(network, model, angles, t, why);
            }
            model.pieces = own;
        }
        model.pieces = full;
        match Self::new(network, horizon, model, angles, cuts, true).and_then(|mut elastic| {
            let found = elastic.optimum(model, angles, cuts);
            found.map_err(|_| Error::Stalled { status: "interior point over the hours".to_owned() })
        }) {
            Ok((points, ..)) => {
                Error::Infeasible(Box::new(Infeasibility { sets: vec![unserved(network, model, &points)] }))
            }
            Err(error) => error,
        }
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

/// Load that an elastic chain left unserved, smallest first.
fn unserved(network: &Network, model: &Model, points: &[Point]) -> Vec<Relaxation> {
    let first = model.pieces.len();
    let mut told = Vec::new();
    for (hour, point) in points.iter().enumerate() {
        for (here, &there) in model.buses.iter().enumerate() {
            let mw = point.x[first + here].abs() * model.base;
            if mw > 1e-6 {
                let asset = format!("bus {}", network.buses[there].name);
                told.push(Relaxation { asset, constraint: Constraint::Load, hour, mw, degrees: None });
            }
        }
    }
    told.sort_by(|a, b| a.mw.total_cmp(&b.mw).then(a.hour.cmp(&b.hour)));
    told
}

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

/// Newton steps over the variables that no limit holds, the others at their limits: exact balances
/// and prices where the reading of limits is right; otherwise `found` itself.
fn tidy(boxes: &Boxes, a: &mut impl Structure, found: Iterate) -> Iterate {
    /// Regularisation of linear variables; the steps remove its effect.
    const SHIFT: f64 = 1e-4;
    let n = boxes.cost.len();
    let mut at = found.clone();
    let mut theta = vec![0.0; n];
    for j in 0..n {
        let (below, above) = (at.x[j] - boxes.lower[j], boxes.upper[j] - at.x[j]);
        if at.at_lower[j] > below {
            at.x[j] = boxes.lower[j];
        } else if at.at_upper[j] > above {
            at.x[j] = boxes.upper[j];
        } else {
            theta[j] = 1.0 / (boxes.quadratic[j] + SHIFT);
        }
    }
    if !a.factorise(&theta) {
        return found;
    }
    let (mut primal, mut dual, mut dx) = (vec![0.0; boxes.rhs.len()], vec![0.0; n], vec![0.0; n]);
    for _ in 0..4 {
        a.times(&at.x, &mut primal);
        primal.iter_mut().zip(&boxes.rhs).for_each(|(r, b)| *r = b - *r);
        dual.fill(0.0);
        a.add_transposed(&at.y, &mut dual);
        for j in 0..n {
            dual[j] -= boxes.cost[j] + boxes.quadratic[j] * at.x[j];
            dx[j] = theta[j] * dual[j];
        }
        let mut dy = vec![0.0; primal.len()];
        a.times(&dx, &mut dy);
        dy.iter_mut().zip(&primal).for_each(|(d, r)| *d = r - *d);
        a.solve(&mut dy);
        a.add_transposed(&dy, &mut dual);
        for j in 0..n {
            at.x[j] += theta[j] * dual[j];
        }
        at.y.iter_mut().zip(&dy).for_each(|(y, d)| *y += d);
    }
    if exact(boxes, a, &mut at, &theta) { at } else { found }
}

/// Whether limits and equations are kept and every price is explained, to rounding; sets the prices
/// of limits.
fn exact(boxes: &Boxes, a: &impl Structure, at: &mut Iterate, theta: &[f64]) -> bool {
    let mut left = vec![0.0; boxes.rhs.len()];
    a.times(&at.x, &mut left);
    let kept = left.iter().zip(&boxes.rhs).all(|(r, b)| (r - b).abs() < 1e-9);
    let mut z = vec![0.0; at.x.len()];
    a.add_transposed(&at.y, &mut z);
    let mut explained = true;
    for j in 0..z.len() {
        z[j] = boxes.cost[j] + boxes.quadratic[j] * at.x[j] - z[j];
        let (below, above) = (at.x[j] - boxes.lower[j], boxes.upper[j] - at.x[j]);
        let wrong = if theta[j] > 0.0 {
            z[j].abs()
        } else if below <= 0.0 {
            -z[j]
        } else {
            z[j]
        };
        explained &= below >= -1e-9 && above >= -1e-9 && wrong < 1e-9;
    }
    kept && explained
}
