//! The linear program of one step: what is dispatched, one balance per island, and a row for each limit that has turned
//! out to matter.
//!
//! `min cost' x`, for each island `sum of injections = 0`, for each limit `least <= r' p + offset <= most`, with
//! `p = G x - withdrawal` and every `x` in its box. Limits are added when a dispatch breaks them and leave the rows again
//! when they cease to bind, so the system in force is as small as the number of binding limits and islands, whatever the
//! size of the network: it is factored anew at every pivot, which forgets all rounding. (On networks of 24 to 118 buses
//! a third to a tenth of the time of the general solver of `sim/lp`, whose basis also holds the rows that do not bind.)

use super::dense::{Factors, dot};

/// Costs are told apart down to this part of the largest; below it the order of the columns decides.
const TIE: f64 = 1e-10;

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
    #[inline]
    pub fn on(&self, row: &[f64]) -> f64 {
        self.gains[0] * row[self.buses[0]] + self.gains[1] * row[self.buses[1]]
    }

    /// Adds the injections of an amount.
    #[inline]
    fn add_to(&self, injections: &mut [f64], amount: f64) {
        injections[self.buses[0]] += self.gains[0] * amount;
        injections[self.buses[1]] += self.gains[1] * amount;
    }
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
    /// Where it holds its row.
    pub place: Place,
}

/// Where a column, or the value of a limit, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Lower,
    Upper,
    /// Between its bounds: the rows in force decide a column; a limit does not bind.
    Between,
}

/// One step's program: which rows are in force, which columns they decide, and where the others rest.
#[derive(Clone, Debug, Default)]
pub(super) struct Program {
    pub posed: Posed,
    pub limits: Vec<Limit>,
    pub places: Vec<Place>,
    /// Islands `0..islands`, then limit k as `islands + k`; islands first, limits by their keys.
    pub rows: Vec<usize>,
    /// Columns decided by the rows, ascending. Column `n + i` is the shortage of island i, for which the box is nothing.
    pub basic: Vec<usize>,
    pub islands: usize,
    pub island: Vec<usize>,
    /// Costs with ties broken.
    pub ranked: Vec<f64>,
    pub factors: Factors,
    /// Injections of what rests, and of all.
    pub resting: Vec<f64>,
    pub injections: Vec<f64>,
    /// Values of the basic columns.
    pub values: Vec<f64>,
    /// A price per row in force, and per bus.
    pub duals: Vec<f64>,
    pub prices: Vec<f64>,
    /// Pivots so far.
    pub pivots: usize,
}

impl Program {
    /// A program for what is posed.
    pub fn of(posed: Posed) -> Self {
        Self { posed, ..Self::default() }
    }

    /// Begins a step whose columns, bounds, costs and withdrawals are in place: no limits, every column where its cost
    /// wants it, every island short of whatever is missing then.
    pub fn begin(&mut self, island: &[usize], islands: usize) {
        self.island.clear();
        self.island.extend_from_slice(island);
        self.islands = islands;
        self.rank();
        self.limits.clear();
        self.places.clear();
        self.places.extend(self.ranked.iter().map(|&cost| if cost < 0.0 { Place::Upper } else { Place::Lower }));
        self.rows.clear();
        self.rows.extend(0..islands);
        self.basic.clear();
        self.basic.extend(self.posed.columns.len()..self.posed.columns.len() + islands);
        self.pivots = 0;
        self.rest();
    }

    /// Breaks ties: of equal costs the first column is the cheapest. The steps are square roots of numbers without a
    /// common factor, so that different exchanges do not cost the same again.
    fn rank(&mut self) {
        let largest = self.posed.cost.iter().fold(0.0_f64, |most, cost| most.max(cost.abs()));
        let count = self.posed.cost.len();
        #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 columns")]
        let step = |k: usize| (k as f64 + 0.3).sqrt();
        let unit = TIE * if largest > 0.0 { largest } else { 1.0 } / step(count);
        self.ranked.clear();
        self.ranked.extend(self.posed.cost.iter().enumerate().map(|(k, cost)| cost + unit * (step(k) - step(count))));
    }

    /// The limit of a name, if it is known.
    pub fn find(&self, key: &Key) -> Option<usize> {
        self.limits.iter().position(|limit| limit.key == *key)
    }

    /// What flows through a limit.
    pub fn through(&self, limit: &Limit) -> f64 {
        dot(&limit.factors, &self.injections) + limit.offset
    }

    /// Value of a column that rests.
    pub fn bound(&self, column: usize) -> f64 {
        match self.places[column] {
            Place::Lower => self.posed.lower[column],
            Place::Upper => self.posed.upper[column],
            Place::Between => 0.0,
        }
    }

    /// Box of a column; that of an island's shortage is empty.
    pub fn bounds(&self, column: usize) -> (f64, f64) {
        self.posed.lower.get(column).map_or((0.0, 0.0), |&lower| (lower, self.posed.upper[column]))
    }

    /// Sends a column to rest, or back: its injections move with it.
    pub fn place(&mut self, column: usize, place: Place) {
        if column < self.places.len() {
            let before = self.bound(column);
            self.places[column] = place;
            let change = self.bound(column) - before;
            self.posed.columns[column].add_to(&mut self.resting, change);
        }
    }

    /// Injections of what rests, in order of the columns.
    pub fn rest(&mut self) {
        self.resting.clear();
        self.resting.extend(self.posed.withdrawal.iter().map(|mw| -mw));
        for column in 0..self.places.len() {
            let amount = self.bound(column);
            if amount != 0.0 {
                self.posed.columns[column].add_to(&mut self.resting, amount);
            }
        }
    }

    /// The coefficient of a column in a row.
    fn coefficient(&self, row: usize, column: usize) -> f64 {
        let Some(ends) = self.posed.columns.get(column) else {
            return f64::from(u8::from(column - self.posed.columns.len() == row));
        };
        match row.checked_sub(self.islands) {
            Some(k) => ends.on(&self.limits[k].factors),
            None => (0..2).filter(|&end| self.island[ends.buses[end]] == row).map(|end| ends.gains[end]).sum(),
        }
    }

    /// Factors the rows in force and gives the basic columns what the rows leave them; false if they cannot decide.
    pub fn solve(&mut self) -> bool {
        let (islands, limits) = (self.islands, &self.limits);
        self.rows.sort_unstable_by(|&a, &b| match (a.checked_sub(islands), b.checked_sub(islands)) {
            (Some(a), Some(b)) => limits[a].key.cmp(&limits[b].key),
            _ => a.cmp(&b),
        });
        self.basic.sort_unstable();
        let mut factors = std::mem::take(&mut self.factors);
        let entry = |row: usize, column: usize| self.coefficient(self.rows[row], self.basic[column]);
        let regular = self.rows.len() == self.basic.len() && factors.set(self.rows.len(), entry).is_ok();
        self.factors = factors;
        if regular {
            self.fill();
        }
        regular
    }

    /// Values of the basic columns, from the factors and what rests.
    pub fn fill(&mut self) {
        let mut values = std::mem::take(&mut self.values);
        values.clear();
        values.extend(self.rows.iter().map(|&row| match row.checked_sub(self.islands) {
            Some(k) => {
                let limit = &self.limits[k];
                let bound = if limit.place == Place::Lower { limit.least } else { limit.most };
                bound - limit.offset - dot(&limit.factors, &self.resting)
            }
            None => -self.of_island(row).map(|bus| self.resting[bus]).sum::<f64>(),
        }));
        self.factors.solve(&mut values);
        self.values = values;
    }

    /// Goes on from rows and columns of another step: every column and limit rests where their prices want it. False if
    /// the rows cannot decide, or a limit would have to rest at no bound.
    pub fn resume(&mut self) -> bool {
        if !self.solve() {
            return false;
        }
        self.charge(true);
        for column in 0..self.places.len() {
            let reduced = self.ranked[column] - self.posed.columns[column].on(&self.prices);
            self.places[column] = if reduced < 0.0 { Place::Upper } else { Place::Lower };
        }
        let columns = self.places.len();
        self.basic.iter().filter(|column| **column < columns).for_each(|&column| self.places[column] = Place::Between);
        for (&row, &dual) in self.rows.iter().zip(&self.duals).skip(self.islands) {
            let limit = &mut self.limits[row - self.islands];
            limit.place = if dual < 0.0 { Place::Upper } else { Place::Lower };
            if !(if dual < 0.0 { limit.most } else { limit.least }).is_finite() {
                return false;
            }
        }
        self.rest();
        self.fill();
        self.is_cheapest()
    }

    /// Whether every column and every limit in force is where the prices at ranked costs want it: the proof that nothing
    /// is cheaper, and that rounding has not got the better of the factors.
    pub fn is_cheapest(&self) -> bool {
        let largest = self.ranked.iter().fold(0.0_f64, |most, cost| most.max(cost.abs()));
        let settled = |place: Place, reduced: f64, range: f64| match place {
            _ if range <= 0.0 => true,
            Place::Lower => reduced >= -1e-7 * largest,
            Place::Upper => reduced <= 1e-7 * largest,
            Place::Between => reduced.abs() <= 1e-7 * largest,
        };
        let columns = self.posed.columns.iter().enumerate().all(|(k, column)| {
            let range = self.posed.upper[k] - self.posed.lower[k];
            settled(self.places[k], self.ranked[k] - column.on(&self.prices), range)
        });
        columns
            && self.rows.iter().zip(&self.duals).skip(self.islands).all(|(&row, &dual)| {
                let limit = &self.limits[row - self.islands];
                settled(limit.place, dual, limit.most - limit.least)
            })
    }

    /// Buses of an island.
    fn of_island(&self, island: usize) -> impl Iterator<Item = usize> {
        self.island.iter().zip(0..).filter(move |&(&of, _)| of == island).map(|(_, bus)| bus)
    }

    /// Injections of all columns. What a basic column exceeds its box by is rounding here, and left out.
    pub fn inject(&mut self) {
        self.injections.clear();
        self.injections.extend_from_slice(&self.resting);
        for (&column, &value) in self.basic.iter().zip(&self.values).filter(|(column, _)| **column < self.places.len())
        {
            let (lower, upper) = self.bounds(column);
            self.posed.columns[column].add_to(&mut self.injections, value.max(lower).min(upper));
        }
    }

    /// Value of every column.
    pub fn dispatch(&self, x: &mut Vec<f64>) {
        x.clear();
        x.extend((0..self.places.len()).map(|column| self.bound(column)));
        for (&column, &value) in self.basic.iter().zip(&self.values).filter(|(column, _)| **column < self.places.len())
        {
            let (lower, upper) = self.bounds(column);
            x[column] = value.max(lower).min(upper);
        }
    }

    /// Prices of rows and buses at the given costs.
    pub fn charge(&mut self, ranked: bool) {
        let cost = if ranked { &self.ranked } else { &self.posed.cost };
        self.duals.clear();
        self.duals.extend(self.basic.iter().map(|&column| cost.get(column).copied().unwrap_or(0.0)));
        self.factors.solve_transposed(&mut self.duals);
        let mut prices = std::mem::take(&mut self.prices);
        self.combine(&self.duals, &mut prices);
        self.prices = prices;
    }

    /// The rows in force, weighted and added up bus by bus.
    pub fn combine(&self, weights: &[f64], buses: &mut Vec<f64>) {
        buses.clear();
        // Rows of islands do not overlap and come first: all of them are in force.
        buses.extend(self.island.iter().map(|&island| weights[island]));
        for (&row, &weight) in self.rows.iter().zip(weights).skip(self.islands) {
            let factors = &self.limits[row - self.islands].factors;
            buses.iter_mut().zip(factors).for_each(|(bus, factor)| *bus += weight * factor);
        }
    }

    /// Coefficients of the basic columns in a limit.
    pub fn across(&self, limit: usize, out: &mut Vec<f64>) {
        out.clear();
        out.extend(self.basic.iter().map(|&column| self.coefficient(self.islands + limit, column)));
    }

    /// Cost of a column less what it is worth at the prices.
    pub fn reduced_cost(&self, column: usize) -> f64 {
        self.posed.cost[column] - self.posed.columns[column].on(&self.prices)
    }
}
