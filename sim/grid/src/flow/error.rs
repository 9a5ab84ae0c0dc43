//! What can be wrong with a network or a scenario before anything is solved.

use thiserror::Error;

/// Why a flow problem could not be set up.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FlowError {
    /// The base power is not a positive number.
    #[error("base power {0} MVA is not a positive number")]
    BaseMva(f64),
    /// A number of an item is infinite or not a number.
    #[error("{item}: {quantity} is not a finite number")]
    NotFinite {
        /// Which bus, generator or branch.
        item: String,
        /// Which of its numbers.
        quantity: &'static str,
    },
    /// A branch that would carry any current at no voltage, or whose tap is zero.
    #[error("branch {row} ({from} to {to}) has no series impedance or a tap of zero")]
    NoImpedance {
        /// Place of the branch, counted from 1.
        row: usize,
        /// Name of its first bus.
        from: String,
        /// Name of its second bus.
        to: String,
    },
    /// No bus gives an angle from which the others could be counted.
    #[error("no bus is a slack bus in service: nothing is energised")]
    NoSlack,
    /// A row of numbers has the wrong length.
    #[error("{what} has {given} values, the network has {expected}")]
    Length {
        /// Which row.
        what: &'static str,
        /// Length it has.
        given: usize,
        /// Length it should have.
        expected: usize,
    },
    /// A branch index beyond the network's branches.
    #[error("there is no branch {0}: the network has {1}")]
    NoBranch(usize, usize),
    /// Elimination met a singular matrix, with row exchanges too.
    #[error("the network's matrix is singular: reactances cancel")]
    Singular,
}
