//! The way to the cheapest dispatch: merit order, then whatever is beyond a bound, then whatever the network breaks.

use super::grid::Grid;
use super::pivot::{Leaving, Pivot, Turn};
use super::program::{Key, Place, Program};
use super::situation::{Situation, excess, tolerance};

/// A start for a later step: the limits that bound and who set the price. An answer never depends on it but where prices,
/// or the last bits of a degenerate dispatch, are not unique.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    keys: Vec<Key>,
    basic: Vec<usize>,
    island: Vec<usize>,
}

impl Basis {
    /// The one a program ended with.
    pub(super) fn of(program: &Program) -> Self {
        let limits = program.rows.iter().skip(program.islands).map(|row| &program.limits[row - program.islands]);
        let keys = limits.map(|limit| limit.key.clone()).collect();
        Self { keys, basic: program.basic.clone(), island: program.island.clone() }
    }
}

/// How a solve ended.
pub(super) enum End {
    Optimal,
    /// Nothing can bring this back within its bounds.
    Infeasible(Leaving),
    Stalled,
}

/// Buffers of the search.
#[derive(Clone, Debug)]
pub(super) struct Search {
    pub situation: Situation,
    pub pivot: Pivot,
}

impl Search {
    /// Solves from the start, if that can be taken over and leads anywhere, otherwise from nothing.
    pub fn settle(&mut self, grid: &Grid, program: &mut Program, start: Option<&Basis>) -> End {
        if start.is_some_and(|start| self.resume(grid, program, start)) {
            let end = self.improve(grid, program);
            if matches!(end, End::Optimal) {
                return end;
            }
        }
        program.begin(&self.situation.topology.island, self.situation.topology.islands);
        if !program.solve() {
            return End::Stalled;
        }
        self.balance(program).unwrap_or_else(|| self.improve(grid, program))
    }

    /// Pivots until nothing is beyond its bound, neither in the program nor in the network.
    fn improve(&mut self, grid: &Grid, program: &mut Program) -> End {
        let most = 1000 + 20 * program.places.len();
        while let Some((leaving, beyond)) = self.beyond(grid, program) {
            match self.pivot.turn(program, leaving, beyond) {
                Turn::Stuck => return End::Infeasible(leaving),
                Turn::Lost => return End::Stalled,
                Turn::Done if program.pivots >= most => return End::Stalled,
                Turn::Done => {}
            }
        }
        program.charge(true);
        if !program.is_cheapest() {
            return End::Stalled;
        }
        program.charge(false);
        End::Optimal
    }

    /// Takes over the rows and columns of a start, every other column at the bound that the prices want; whether that
    /// could be done.
    fn resume(&mut self, grid: &Grid, program: &mut Program, start: &Basis) -> bool {
        let columns = program.posed.columns.len() + self.situation.topology.islands;
        if start.island != self.situation.topology.island
            || !start.keys.iter().all(|key| self.situation.has(grid, key))
            || start.basic.iter().any(|&column| column >= columns)
        {
            return false;
        }
        program.begin(&self.situation.topology.island, self.situation.topology.islands);
        for key in &start.keys {
            program.rows.push(program.islands + program.limits.len());
            program.limits.push(self.situation.limit_of(grid, key.clone()));
        }
        program.basic.clone_from(&start.basic);
        program.resume()
    }

    /// Balances every island by merit order, one pivot each. An island in which nothing can move must balance as it is.
    fn balance(&mut self, program: &mut Program) -> Option<End> {
        for island in 0..program.islands {
            let shortage = program.posed.columns.len() + island;
            let Ok(position) = program.basic.binary_search(&shortage) else { continue };
            let beyond = program.values[position];
            let leaving = Leaving::Basic(position);
            match self.pivot.turn(program, leaving, beyond) {
                Turn::Done => {}
                Turn::Stuck if beyond.abs() <= tolerance(0.0) => {}
                Turn::Stuck => return Some(End::Infeasible(leaving)),
                Turn::Lost => return Some(End::Stalled),
            }
        }
        None
    }

    /// What is farthest beyond a bound, and by how much: a basic column; if there is none a known limit; then whatever
    /// the flows break. With nothing left, injections and flows are those of the answer, computed in an order that only
    /// depends on which columns are basic and where the others rest.
    fn beyond(&mut self, grid: &Grid, program: &mut Program) -> Option<(Leaving, f64)> {
        let columns = program.basic.iter().zip(&program.values).enumerate();
        let farthest = farthest(columns.map(|(k, (&column, &value))| (k, excess(value, program.bounds(column)))));
        if let Some((position, beyond)) = farthest {
            return Some((Leaving::Basic(position), beyond));
        }
        program.rest();
        program.fill();
        program.inject();
        let broken = broken_limit(program).or_else(|| {
            self.situation.learn(grid, program);
            broken_limit(program)
        });
        broken.map(|(limit, beyond)| (Leaving::Limit(limit), beyond))
    }
}

/// The largest excess; of equal ones the first.
fn farthest(excesses: impl Iterator<Item = (usize, f64)>) -> Option<(usize, f64)> {
    let farther = |best: (usize, f64), next: (usize, f64)| if next.1.abs() > best.1.abs() { next } else { best };
    Some(excesses.fold((0, 0.0), farther)).filter(|best| best.1 != 0.0)
}

/// The known limit that injections break by most.
fn broken_limit(program: &Program) -> Option<(usize, f64)> {
    let known = program.limits.iter().enumerate().filter(|(_, limit)| limit.place == Place::Between);
    farthest(known.map(|(k, limit)| (k, excess(program.through(limit), (limit.least, limit.most)))))
}
