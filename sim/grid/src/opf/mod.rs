//! DC optimal power flow: the cheapest dispatch that a network's limits allow, and nodal prices.
//!
//! Minimised is the cost of generators in service (polynomials up to the quadratic, convex piecewise
//! linear curves), subject to their limits, to the balance of every bus (load plus shunt conductance
//! at 1 pu), and to ratings and angle limits of branches, whose flow follows a [`BranchModel`] named
//! by the caller. An angle limit of 0/0, or of 90 degrees and more, counts as 60. Islands are solved
//! each with its own reference. No losses, voltages, reactive power or commitment.
//!
//! Angles are eliminated (`dispatch`), limits of lines become rows only where needed, and whatever
//! solver ran, its point is polished to rounding error. What cannot be solved says why: see [`Error`].

#[cfg(test)]
mod agreement;
mod angles;
mod barrier;
mod dense;
mod dispatch;
mod elastic;
mod error;
mod horizon;
mod interior;
mod model;
mod period;
mod pieces;
mod polish;
mod prices;
mod program;
mod simplex;
mod solution;

pub use elastic::{Constraint, Infeasibility, Relaxation};
pub use error::Error;
pub use horizon::{Horizon, HorizonSolution, Start, StorageResult, StorageUnit, solve_horizon};
pub use model::Limit;
pub use prices::PriceReference;
pub use solution::{Binding, BranchResult, BusResult, GeneratorResult, Solution};

use crate::{BranchModel, Network};
use serde::Serialize;

/// What a caller chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// How branches carry power; published figures differ by it, so it has no default.
    pub model: BranchModel,
    /// What the energy part of prices refers to.
    pub reference: PriceReference,
}

impl Options {
    /// The named branch model, and the default of everything else.
    #[must_use]
    pub fn new(model: BranchModel) -> Self {
        Self { model, reference: PriceReference::default() }
    }
}

/// Which solver found a dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Interior point and polish.
    InteriorPoint,
    /// Dual simplex over lazily added lines.
    Simplex,
}

/// The least-cost dispatch of one period.
///
/// # Errors
///
/// Data that cannot be used, costs that are not convex, and [`Error::Infeasible`] with the smallest
/// sets of limits that would have to give way.
pub fn solve(network: &Network, options: &Options) -> Result<Solution, Error> {
    let model = model::Model::new(network, options.model)?;
    let mut angles = angles::Angles::new(network, &model)?;
    let cuts = period::all_lines(&model);
    match dispatch::dispatch(&model, &mut angles, &model.pieces, &cuts) {
        Ok(found) => Ok(solution::tell(network, *options, &model, &mut angles, &cuts, &found)),
        Err(program::Failure::Infeasible) => {
            Err(Error::Infeasible(Box::new(elastic::explain(network, &model, &mut angles, 0))))
        }
        Err(program::Failure::Unbounded) => Err(Error::Unbounded),
        Err(program::Failure::Stalled(status)) => Err(Error::Stalled { status }),
    }
}
