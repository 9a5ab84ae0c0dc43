//! The rows in force: what they leave to the columns they decide, and what they cost.

use super::dense::dot;
use super::program::{Place, Program};

impl Program {
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
        let columns = self.movable.iter().all(|&k| {
            let range = self.posed.upper[k] - self.posed.lower[k];
            settled(self.places[k], self.ranked[k] - self.posed.columns[k].on(&self.prices), range)
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

    /// Injections of all columns.
    pub fn inject(&mut self) {
        let mut injections = std::mem::take(&mut self.injections);
        injections.clone_from(&self.resting);
        self.decided().for_each(|(column, value)| self.posed.columns[column].add_to(&mut injections, value));
        self.injections = injections;
    }

    /// Value of every column.
    pub fn dispatch(&self) -> Vec<f64> {
        let mut x: Vec<f64> = (0..self.places.len()).map(|column| self.bound(column)).collect();
        self.decided().for_each(|(column, value)| x[column] = value);
        x
    }

    /// Basic columns with their values. What a value exceeds its box by is rounding when this is asked, and left out.
    fn decided(&self) -> impl Iterator<Item = (usize, f64)> {
        let columns = self.basic.iter().zip(&self.values).filter(|(column, _)| **column < self.places.len());
        columns.map(|(&column, &value)| {
            let (lower, upper) = self.bounds(column);
            (column, value.max(lower).min(upper))
        })
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
