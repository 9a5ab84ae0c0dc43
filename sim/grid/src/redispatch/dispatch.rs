//! The cheapest dispatch of one future under the network.
//!
//! The program starts without any limit, as a copper plate per island; what its dispatch breaks is added and it is
//! solved on, until nothing is broken.
//!
//! Of equally cheap dispatches the one with the least sum of `sqrt(k + 0.3) p_k` over the resources k in the caller's
//! order is taken: where one can stand in for another the earlier is used first, and load shed at the same value is shed
//! at the buses listed first. Links come after all resources, and run least. Costs count as equal if they differ by less
//! than 1e-10 of the largest.

use super::grid::Grid;
use super::pivot::Pivot;
use super::program::{Column, Key, Posed, Program};
use super::search::{Basis, End, Search};
use super::situation::Situation;
use super::{Fault, Gap, Refusal, Solved, Step};

/// Dispatches on one grid, keeping its buffers.
#[derive(Clone, Debug)]
pub struct Dispatcher {
    search: Search,
    program: Program,
    solved: Solved,
    /// Whether the last step had an answer.
    answered: bool,
}

impl Dispatcher {
    /// Buffers for a grid.
    #[must_use]
    pub fn new(grid: &Grid) -> Self {
        let mut program = Program::default();
        program.posed.columns.extend(grid.layout.resources.iter().map(|&bus| Column::at(bus, 1.0)));
        for &link in &grid.decided {
            let link = &grid.layout.links[link];
            // What is sent counts negatively, so that "the greatest of the first" means that links run least.
            program.posed.columns.push(Column { buses: [link.bus0, link.bus1], gains: [1.0, -link.efficiency] });
            program.posed.columns.push(Column { buses: [link.bus1, link.bus0], gains: [1.0, -link.efficiency] });
        }
        Self {
            search: Search { situation: Situation::new(grid), pivot: Pivot::default() },
            program,
            solved: Solved::default(),
            answered: false,
        }
    }

    /// The cheapest dispatch of a step, from `start` if one is given and its islands are those of the step.
    ///
    /// # Errors
    /// Numbers that make no sense; [`Refusal::Infeasible`] if no dispatch exists, with the least total gap.
    pub fn dispatch(&mut self, grid: &Grid, step: Step<'_>, start: Option<&Basis>) -> Result<&Solved, Refusal> {
        self.answered = false;
        step.check(grid)?;
        if !self.search.situation.is_of(grid) || self.program.posed.columns.len() != columns(grid) {
            return Err(Fault::Foreign.into());
        }
        let is_lost = |c: usize| !grid.corridors[c].link.map_or_else(|| step.lines_up[c], |link| step.links_up[link]);
        self.search.situation.set(grid, is_lost)?;
        self.pose(grid, step);
        match self.search.settle(grid, &mut self.program, start) {
            End::Optimal => {
                self.solved.take(grid, &self.search.situation, &self.program);
                self.answered = true;
                Ok(&self.solved)
            }
            End::Infeasible(_) => Err(self.explain(grid)),
            End::Stalled => Err(Refusal::Stalled { pivots: self.program.pivots }),
        }
    }

    /// The answer of the last step that had one.
    #[must_use]
    pub fn solved(&self) -> &Solved {
        &self.solved
    }

    /// A start for a later step, from the last one, if that had an answer.
    #[must_use]
    pub fn basis(&self) -> Option<Basis> {
        self.answered.then(|| Basis::of(&self.program))
    }

    /// Bounds, costs and loads of the step.
    fn pose(&mut self, grid: &Grid, step: Step<'_>) {
        let posed = &mut self.program.posed;
        for (row, given) in [
            (&mut posed.lower, step.lower_mw),
            (&mut posed.upper, step.upper_mw),
            (&mut posed.cost, step.cost),
            (&mut posed.withdrawal, step.withdrawal_mw),
        ] {
            row.clear();
            row.extend_from_slice(given);
        }
        for &index in &grid.decided {
            let link = &grid.layout.links[index];
            let up = f64::from(u8::from(step.links_up[index]));
            for (least, most) in [(link.p_min_mw, link.p_max_mw), (-link.p_max_mw, -link.p_min_mw)] {
                posed.lower.push(-most.max(0.0) * up);
                posed.upper.push(-least.max(0.0) * up);
                posed.cost.push(-link.marginal_cost);
            }
        }
    }

    /// The least total of what must be added or taken away, bus by bus, for the step to have a dispatch.
    fn explain(&mut self, grid: &Grid) -> Refusal {
        let buses = grid.layout.buses;
        let mut posed = self.program.posed.clone();
        let own = posed.columns.len();
        let reach = reach(&posed);
        posed.cost.fill(0.0);
        for gain in [1.0, -1.0] {
            posed.columns.extend((0..buses).map(|bus| Column::at(bus, gain)));
            posed.lower.extend((0..buses).map(|_| 0.0));
            posed.upper.extend((0..buses).map(|_| reach));
            posed.cost.extend((0..buses).map(|_| 1.0));
        }
        let mut elastic = Program::of(posed);
        match self.search.settle(grid, &mut elastic, None) {
            End::Optimal => {
                let x = elastic.dispatch();
                let gap = |bus: usize| Gap {
                    bus,
                    island: self.search.situation.topology.island[bus],
                    missing_mw: x[own + bus] - x[own + buses + bus],
                };
                Refusal::Infeasible((0..buses).map(gap).filter(|gap| gap.missing_mw.abs() > 1e-9).collect())
            }
            // With power to spare at every bus, only flows around loops can still be too much.
            End::Infeasible(leaving) => match self.search.pivot.blocking(&elastic, leaving).map(|limit| &limit.key) {
                Some(&Key::Line(line)) => Refusal::Circulating { line },
                _ => Refusal::Stalled { pivots: elastic.pivots },
            },
            End::Stalled => Refusal::Stalled { pivots: elastic.pivots },
        }
    }
}

/// Columns of a grid's program.
fn columns(grid: &Grid) -> usize {
    grid.layout.resources.len() + 2 * grid.decided.len()
}

/// More power than a step can miss.
fn reach(posed: &Posed) -> f64 {
    let boxes = posed.lower.iter().zip(&posed.upper).map(|(lower, upper)| lower.abs().max(upper.abs()));
    1e3 * (1.0 + boxes.chain(posed.withdrawal.iter().map(|mw| mw.abs())).sum::<f64>())
}
