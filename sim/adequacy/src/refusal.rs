//! Why a system is not assessed: its data are wrong, or the exact method would take too much work.
//!
//! A refusal names the part and says what to do; it knows no file, line or key.

use thiserror::Error;

/// Why there is no exact answer.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// The horizon is empty.
    #[error("the horizon has no steps")]
    NoSteps,
    /// The length of a step is not a positive number.
    #[error("a step of {step_h} h: its length must be positive and finite")]
    StepLength {
        /// Length of a step in hours.
        step_h: f64,
    },
    /// A course does not cover the horizon.
    #[error("{what} has {found} values where the horizon needs {expected}")]
    Length {
        /// Which course.
        what: String,
        /// Steps of the horizon times weather years of the course.
        expected: usize,
        /// Values found.
        found: usize,
    },
    /// Two courses tell different numbers of weather years apart.
    #[error("{what} has {found} weather years where another course has {expected}; give all courses the same years")]
    WeatherYears {
        /// Which course.
        what: String,
        /// Weather years of an earlier course.
        expected: usize,
        /// Weather years of this course.
        found: usize,
    },
    /// A value is negative, not a number, or beyond what the capacity grid can hold.
    #[error("{what} is {value} at value {index}; it must lie between 0 and {most}")]
    Range {
        /// Which quantity.
        what: String,
        /// Place in its list, from 0.
        index: usize,
        /// The value.
        value: f64,
        /// The greatest value allowed.
        most: f64,
    },
    /// The units add up to more capacity than the grid can hold.
    #[error("the units add up to {total_mw} MW; the exact method holds at most {most_mw} MW")]
    Capacity {
        /// Sum over the units in MW.
        total_mw: f64,
        /// The most that is held, in MW.
        most_mw: f64,
    },
    /// Putting the capacities on the grid would move their sum too far.
    #[error(
        "unit `{unit}`: capacities finer than 1e-9 MW would shift the sum of the units by more than \
         {most_mw} MW; round them to 1e-9 MW"
    )]
    Rounding {
        /// The unit at which the bound was passed.
        unit: String,
        /// The bound in MW.
        most_mw: f64,
    },
    /// The probabilities of a unit's states do not add up to 1.
    #[error("unit `{unit}`: the probabilities of its states add up to {sum}, not 1")]
    Probabilities {
        /// The unit.
        unit: String,
        /// What they add up to; 0 where there is no state.
        sum: f64,
    },
    /// Event frequency was asked for a unit without transition probabilities.
    #[error("unit `{unit}` has no transition probabilities; event frequency needs them for every unit")]
    NoTransition {
        /// The unit.
        unit: String,
    },
    /// The transition probabilities are not a stochastic matrix over the unit's states.
    #[error(
        "unit `{unit}`: row {row} of the transition probabilities must hold one value between 0 and 1 per state, \
         with sum 1"
    )]
    Transition {
        /// The unit.
        unit: String,
        /// The row, from 0.
        row: usize,
    },
    /// The state probabilities are not those of the chain at rest.
    #[error(
        "unit `{unit}`: state {state} has probability {probability}, and {next} one step later; the chain must start \
         in its stationary state"
    )]
    NotStationary {
        /// The unit.
        unit: String,
        /// The state, from 0.
        state: usize,
        /// Its probability.
        probability: f64,
        /// Its probability one step later.
        next: f64,
    },
    /// The units have too many distinct sums of capacity.
    #[error(
        "the units can add up to more than {most} different capacities; round the capacities to a common step (for \
         example 1 MW), merge equal units by count, or use the sequential method"
    )]
    Levels {
        /// The most that is held.
        most: usize,
    },
    /// The joint law of two consecutive capacities is too large, however the units are split.
    #[error(
        "event frequency needs the joint law of two consecutive capacities; it takes more than {most_cells} cells or \
         more than {most_work} elementary operations; round capacities to a common step, leave the outages of \
         profiled units out, or use the sequential method"
    )]
    Joint {
        /// The most cells held.
        most_cells: usize,
        /// The most operations done.
        most_work: u64,
    },
    /// The work would exceed the bound.
    #[error(
        "the exact method would take more than {most} elementary operations: {steps} steps, {years} weather years, \
         {switching} unit groups whose capacity switches, {profiled} whose capacity follows a profile; \
         round capacities to a common step, merge equal units by count, leave the outages of profiled units out, or \
         use the sequential method"
    )]
    Work {
        /// The bound.
        most: u64,
        /// Steps of the horizon.
        steps: usize,
        /// Weather years.
        years: usize,
        /// Unit groups with a few different capacities over the horizon (maintenance windows).
        switching: usize,
        /// Unit groups with many different capacities over the horizon (profiles).
        profiled: usize,
    },
}
