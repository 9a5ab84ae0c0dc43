//! The linear program of one step: what is dispatched, one balance per island, and a row for each limit that has turned
//! out to matter.
//!
//! `min cost' x`, for each island `sum of injections = 0`, for each row `least <= r' p + offset <= most` with
//! `p = G x - withdrawal`. Rows are added when a dispatch breaks them; most limits never are, so the basis stays as small
//! as the number of binding limits, whatever the size of the network.

use energyopti_lp::{Basis, Data, Error, Matrix, Outcome, Place, Solver, Start, Stopped, Ties};

use super::dense::{Factors, dot};

/// What one unit of a column injects at two buses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Column {
    pub buses: [usize; 2],
    pub gains: [f64; 2],
}

impl Column {
    /// Injects at one bus.
    pub fn at(bus: usize, gain: f64) -> Self {
        Self { buses: [bus, bus], gains: [gain, 0.0] }
    }

    /// The effect of a unit on a row, or its worth at prices.
    fn on(&self, row: &[f64]) -> f64 {
        self.gains[0] * row[self.buses[0]] + self.gains[1] * row[self.buses[1]]
    }
}

/// What a row limits: the name by which a later step finds it again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// The flow of a line.
    Line(usize),
    /// What leaves these buses together.
    Cut(Box<[bool]>),
}

/// A limit as a row over the injections.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    pub key: Key,
    pub factors: Vec<f64>,
    pub offset: f64,
    pub least: f64,
    pub most: f64,
}

/// Stands for a row that the others imply.
const REDUNDANT: usize = usize::MAX;

/// How a solve ended.
pub(super) enum End {
    Optimal,
    Infeasible,
    Stalled,
}

/// What is dispatched: columns with their bounds (MW) and costs, and the load of each bus.
#[derive(Clone, Debug, Default)]
pub(super) struct Posed {
    pub columns: Vec<Column>,
    pub lower: Vec<f64>,
    pub upper: Vec<f64>,
    pub cost: Vec<f64>,
    pub withdrawal: Vec<f64>,
}

/// One step's program and its answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub posed: Posed,
    pub limits: Vec<Limit>,
    islands: usize,
    island: Vec<usize>,
    data: Data,
    solver: Option<Solver>,
    /// The matrix without limits of the islands seen last.
    base: Option<(Vec<usize>, Matrix)>,
    places: Vec<Place>,
    factors: Factors,
    /// Rows and columns of the final system, and its sides.
    rows: Vec<usize>,
    basic: Vec<usize>,
    side: Vec<f64>,
    entries: Vec<(usize, f64)>,
    /// Value of each column.
    pub x: Vec<f64>,
    /// Generation less withdrawal of each bus, MW.
    pub injections: Vec<f64>,
    /// Change of cost per unit of each limit's bound; 0 where it does not bind.
    pub duals: Vec<f64>,
    /// Change of cost per MW withdrawn at each bus.
    pub prices: Vec<f64>,
    /// Pivots of all solves.
    pub pivots: usize,
}

impl Program {
    /// A program for what is posed.
    pub fn of(posed: Posed) -> Self {
        Self { posed, ..Self::default() }
    }

    /// Begins a step whose columns, bounds, costs and withdrawals are in place: no limits yet.
    pub fn begin(&mut self, island: &[usize], islands: usize) -> Result<(), Error> {
        if self.base.as_ref().is_none_or(|(of, _)| of != island) {
            let entries = |column: &Column| {
                let [a, b] = [island[column.buses[0]], island[column.buses[1]]];
                if a == b {
                    vec![(a, column.gains[0] + column.gains[1])]
                } else {
                    vec![(a, column.gains[0]), (b, column.gains[1])]
                }
            };
            self.base = Some((island.to_vec(), Matrix::new(islands, self.posed.columns.iter().map(entries))?));
        }
        self.solver = self.base.as_ref().map(|(_, matrix)| Solver::new(matrix.clone()).with_ties(Ties::First));
        self.islands = islands;
        self.island.clear();
        self.island.extend_from_slice(island);
        self.limits.clear();
        self.pivots = 0;
        self.data.cost.clone_from(&self.posed.cost);
        self.data.lower.clone_from(&self.posed.lower);
        self.data.upper.clone_from(&self.posed.upper);
        self.data.rhs.clear();
        self.data.rhs.resize(islands, 0.0);
        island.iter().zip(&self.posed.withdrawal).for_each(|(&island, mw)| self.data.rhs[island] += mw);
        Ok(())
    }

    /// Adds a limit, unless it is there.
    pub fn limit(&mut self, limit: Limit, reach: f64) -> Result<bool, Error> {
        let Some(solver) = self.solver.as_mut().filter(|_| self.limits.iter().all(|held| held.key != limit.key)) else {
            return Ok(false);
        };
        let entries = &mut self.entries;
        entries.clear();
        entries.extend(self.posed.columns.iter().map(|column| column.on(&limit.factors)).enumerate());
        solver.add_row(entries)?;
        let rhs = dot(&limit.factors, &self.posed.withdrawal) - limit.offset;
        self.data.add_row(limit.least.max(-reach)..=limit.most.min(reach), rhs);
        self.limits.push(limit);
        Ok(true)
    }

    /// Solves with the limits there are.
    pub fn solve(&mut self, start: Option<&Basis>) -> Result<End, Error> {
        let Some(solver) = self.solver.as_mut() else { return Ok(End::Stalled) };
        let (end, pivots, basis) = match solver.solve(&self.data, start.map_or(Start::Last, Start::From))? {
            Outcome::Optimal(found) => (End::Optimal, found.pivots, found.basis),
            Outcome::Infeasible(found) => {
                self.pivots += found.pivots;
                return Ok(End::Infeasible);
            }
            Outcome::Stopped(Stopped::Rounding) => return Ok(End::Infeasible),
            Outcome::Stopped(Stopped::PivotLimit { pivots }) => {
                self.pivots += pivots;
                return Ok(End::Stalled);
            }
        };
        self.pivots += pivots;
        self.places.clear();
        self.places.extend_from_slice(basis.places());
        self.rows.clear();
        self.rows.extend(0..self.islands + self.limits.len());
        basis.redundant_rows().for_each(|row| self.rows[row] = REDUNDANT);
        Ok(if self.settle() { end } else { End::Stalled })
    }

    /// The basis a later step can start from: binding limits and places.
    pub fn kept(&self) -> (Vec<Key>, Vec<Place>) {
        let structural = self.posed.columns.len();
        let binding = |k: &usize| self.places[structural + k] != Place::Basic;
        let kept: Vec<usize> = (0..self.limits.len()).filter(binding).collect();
        let keys = kept.iter().map(|&k| self.limits[k].key.clone()).collect();
        let own = kept.iter().map(|&k| self.places[structural + k]);
        (keys, self.places[..structural].iter().copied().chain(own).collect())
    }

    /// Computes the answer from which columns are basic and where the others rest, in an order that depends on nothing
    /// else: however the solver came to it, the bits are the same. False if the basis is too close to singular for that.
    fn settle(&mut self) -> bool {
        self.order();
        let places = &self.places;
        self.x.clear();
        self.x.extend((0..self.posed.columns.len()).map(|column| match places[column] {
            Place::Upper => self.posed.upper[column],
            Place::Lower => self.posed.lower[column],
            Place::Basic => 0.0,
        }));
        self.inject();
        let mut factors = std::mem::take(&mut self.factors);
        let (rows, basic) = (&self.rows, &self.basic);
        let entry = |row: usize, column: usize| self.coefficient(rows[row], &self.posed.columns[basic[column]]);
        let regular = rows.len() == basic.len() && factors.set(rows.len(), entry).is_ok();
        if regular {
            self.fill(&mut factors);
            self.charge(&mut factors);
        }
        self.factors = factors;
        regular
    }

    /// The rows that hold and the columns that make them hold, each in an order of its own.
    fn order(&mut self) {
        let (islands, structural) = (self.islands, self.posed.columns.len());
        let (places, limits) = (&self.places, &self.limits);
        let holds = |row: &usize| match row.checked_sub(islands) {
            None => true,
            Some(k) => *row != REDUNDANT && places[structural + k] != Place::Basic,
        };
        self.rows.retain(holds);
        self.rows.sort_by(|&a, &b| match (a.checked_sub(islands), b.checked_sub(islands)) {
            (Some(a), Some(b)) => limits[a].key.cmp(&limits[b].key),
            _ => a.cmp(&b),
        });
        self.basic.clear();
        self.basic.extend((0..structural).filter(|&column| places[column] == Place::Basic));
    }

    /// The coefficient of a column in a row: the balance of an island, or a limit.
    fn coefficient(&self, row: usize, column: &Column) -> f64 {
        match row.checked_sub(self.islands) {
            Some(k) => column.on(&self.limits[k].factors),
            None => (0..2).filter(|&end| self.island[column.buses[end]] == row).map(|end| column.gains[end]).sum(),
        }
    }

    /// Injections of `x`.
    fn inject(&mut self) {
        self.injections.clear();
        self.injections.extend(self.posed.withdrawal.iter().map(|mw| -mw));
        for (column, &x) in self.posed.columns.iter().zip(&self.x) {
            if x != 0.0 {
                self.injections[column.buses[0]] += column.gains[0] * x;
                self.injections[column.buses[1]] += column.gains[1] * x;
            }
        }
    }

    /// Basic columns take what the rows leave them; a rounding beyond a bound is taken back.
    fn fill(&mut self, factors: &mut Factors) {
        self.side.clear();
        for &row in &self.rows {
            let short = if let Some(k) = row.checked_sub(self.islands) {
                let limit = &self.limits[k];
                let bound = match self.places[self.posed.columns.len() + k] {
                    Place::Lower => limit.least,
                    _ => limit.most,
                };
                bound - limit.offset - dot(&limit.factors, &self.injections)
            } else {
                let of = self.island.iter().zip(&self.injections).filter(|&(&island, _)| island == row);
                -of.map(|(_, p)| p).sum::<f64>()
            };
            self.side.push(short);
        }
        factors.solve(&mut self.side);
        for (&column, &x) in self.basic.iter().zip(&self.side) {
            self.x[column] = x.max(self.posed.lower[column]).min(self.posed.upper[column]);
        }
        self.inject();
    }

    /// Prices of rows and buses.
    fn charge(&mut self, factors: &mut Factors) {
        self.duals.clear();
        self.duals.resize(self.limits.len(), 0.0);
        self.prices.clear();
        self.prices.resize(self.posed.withdrawal.len(), 0.0);
        self.side.clear();
        self.side.extend(self.basic.iter().map(|&column| self.posed.cost[column]));
        factors.solve_transposed(&mut self.side);
        for (&row, &dual) in self.rows.iter().zip(&self.side) {
            if let Some(k) = row.checked_sub(self.islands) {
                self.duals[k] = dual;
                self.prices.iter_mut().zip(&self.limits[k].factors).for_each(|(price, f)| *price += dual * f);
            } else {
                let of = self.island.iter().zip(&mut self.prices).filter(|&(&island, _)| island == row);
                of.for_each(|(_, price)| *price += dual);
            }
        }
    }

    /// Cost of a column less what it is worth at the prices.
    pub fn reduced_cost(&self, column: usize) -> f64 {
        self.posed.cost[column] - self.posed.columns[column].on(&self.prices)
    }

    /// Whether a column rests at its lower bound and could leave it.
    pub fn rests_low(&self, column: usize) -> bool {
        self.places[column] == Place::Lower && self.posed.lower[column] < self.posed.upper[column]
    }
}
