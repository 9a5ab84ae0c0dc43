//! What keeps a dispatch from being found. An infeasible problem is an answer and says which limits
//! it would need.

use super::elastic::Infeasibility;
use thiserror::Error;

/// Why there is no dispatch.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum Error {
    /// Base power is not a positive number.
    #[error("base power is {base_mva} MVA; it must be positive")]
    BasePower {
        /// As given.
        base_mva: f64,
    },
    /// No bus is in service.
    #[error("no bus is in service")]
    NoBus,
    /// A quantity that must be a number is not, or an index points nowhere.
    #[error("{asset}: {what} is not usable")]
    BadData {
        /// Generator, branch, bus, storage or series.
        asset: String,
        /// The quantity.
        what: &'static str,
    },
    /// A series has another number of hours or assets than the horizon.
    #[error("{what} has {found} entries, not {expected}")]
    SeriesLength {
        /// The series.
        what: String,
        /// Entries wanted.
        expected: usize,
        /// Entries found.
        found: usize,
    },
    /// A polynomial beyond the quadratic.
    #[error("{generator}: cost of degree {degree}; at most 2 can be solved")]
    CostDegree {
        /// The generator.
        generator: String,
        /// Its highest power with a coefficient other than zero.
        degree: usize,
    },
    /// A marginal cost that falls while power rises.
    #[error("{generator}: marginal cost falls from {from_per_mwh} to {to_per_mwh} per MWh; cost must be convex")]
    NonConvexCost {
        /// The generator.
        generator: String,
        /// Marginal cost of the lower part.
        from_per_mwh: f64,
        /// Marginal cost of the part above it.
        to_per_mwh: f64,
    },
    /// A lower limit above the upper.
    #[error("{asset}: lower limit {lower} is above upper limit {upper}")]
    InvertedLimits {
        /// Generator or branch.
        asset: String,
        /// As given, MW or degrees.
        lower: f64,
        /// As given, MW or degrees.
        upper: f64,
    },
    /// No impedance: the chosen model gives infinite susceptance.
    #[error("{branch}: no reactance, so its flow is undefined in this branch model")]
    ZeroReactance {
        /// The branch.
        branch: String,
    },
    /// Susceptances cancel: angles are not determined.
    #[error("susceptances of the island of bus {bus} cancel out: angles are undetermined")]
    Singular {
        /// A bus of the island.
        bus: String,
    },
    /// Cost falls without end.
    #[error("cost falls without end: a generator of unlimited power and negative cost")]
    Unbounded,
    /// No dispatch keeps all limits.
    #[error("infeasible: {0}")]
    Infeasible(Box<Infeasibility>),
    /// The solver gave up.
    #[error("the solver stopped without an answer: {status}")]
    Stalled {
        /// What it says.
        status: String,
    },
}
