//! What an estimate is asked for, and how it is followed and stopped.

use std::sync::atomic::{AtomicBool, Ordering};

use super::interval::Interval;
use crate::error::Error;

/// A question to [`super::estimate()`].
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Half the width of the interval at which to stop, in theta and so at most in the amplitude;
    /// from 1e-8 to 0.5.
    pub epsilon: f64,
    /// Probability with which the interval may miss the amplitude (alpha of the paper), in (0, 1).
    pub miss: f64,
    /// Measurements per round, 1 to 1 000 000.
    pub shots: u64,
    /// Seed of the measurements.
    pub seed: u64,
    /// Number of the circuit: questions with other numbers draw independently under one seed.
    pub circuit: u32,
    /// A value that the amplitude is compared with: the estimate ends as soon as its interval
    /// leaves that value out.
    pub compared_with: Option<f64>,
}

impl Default for Options {
    fn default() -> Self {
        Self { epsilon: 1e-3, miss: 0.05, shots: 100, seed: 0, circuit: 0, compared_with: None }
    }
}

impl Options {
    pub(super) fn check(&self) -> Result<(), Error> {
        let mut faults = Vec::new();
        if !(1e-8..=0.5).contains(&self.epsilon) {
            faults.push(format!("epsilon is {}, outside [1e-8, 0.5]", self.epsilon));
        }
        if !(self.miss > 0.0 && self.miss < 1.0) {
            faults.push(format!("the probability of a miss is {}, outside (0, 1)", self.miss));
        }
        if !(1..=1_000_000).contains(&self.shots) {
            faults.push(format!("{} shots per round, not 1 to 1000000", self.shots));
        }
        Error::if_any(faults)
    }
}

/// Where an estimate stands; told after each round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// The circuit that is measured.
    pub circuit: u32,
    /// Rounds of it so far.
    pub round: u64,
    /// Oracle calls so far.
    pub oracle_calls: u64,
    /// Where its amplitude lies so far.
    pub interval: Interval,
}

/// How the caller follows and stops an estimate; looked at once per round.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// Told after each round.
    pub progress: &'a dyn Fn(Progress),
    /// Set to stop.
    pub cancelled: &'a AtomicBool,
}

impl Control<'_> {
    /// Nobody follows and nobody stops.
    #[must_use]
    pub fn none() -> Control<'static> {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Control { progress: &|_| {}, cancelled: &NEVER }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.cancelled.load(Ordering::Relaxed) { Err(Error::Cancelled) } else { Ok(()) }
    }
}
