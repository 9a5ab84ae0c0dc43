//! The linear program of one step: what is dispatched, one balance per island, and a row for each limit that has turned
//! out to matter.
//!
//! `min cost' x`, for each island `sum of injections = 0`, for each limit `least <= r' p + offset <= most`, with
//! `p = G x - withdrawal` and every `x` in its box. Limits are added when a dispatch breaks them and leave the rows again
//! when they cease to bind, so the system in force is as small as the number of binding limits and islands, whatever the
//! size of the network: it is factored anew at every pivot, which forgets all rounding. (On networks of 24 to 118 buses
//! this takes a third to a half of the time of the same rows in the general solver of `sim/lp`, which keeps an inverse
//! with a row for every limit it has met; with ties broken as well, a tenth.)

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
    pub fn add_to(&self, injections: &mut [f64], amount: f64) {
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
    /// Columns in a box of some width.
    pub movable: Vec<usize>,
    /// Costs with ties broken, and by what, from -1 to 0.
    pub ranked: Vec<f64>,
    steps: Vec<f64>,
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
        let range = |column: &usize| self.posed.upper[*column] > self.posed.lower[*column];
        self.movable.clear();
        self.movable.extend((0..self.posed.columns.len()).filter(range));
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
        let step = |k: usize| (k as f64 + 0.3).sqrt() / (count as f64 + 0.3).sqrt() - 1.0;
        if self.steps.len() != count {
            self.steps = (0..count).map(step).collect();
        }
        let unit = TIE * if largest > 0.0 { largest } else { 1.0 };
        self.ranked.clear();
        self.ranked.extend(self.posed.cost.iter().zip(&self.steps).map(|(cost, step)| cost + unit * step));
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
}
