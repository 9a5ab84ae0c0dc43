//! What a caller chooses, and how it hears of progress and stops.

use serde::Serialize;

use std::sync::atomic::{AtomicBool, Ordering};

use super::checked::Checked;
use super::landscape::ENUMERATED;
use crate::angles::Progress;
use crate::error::Error;
use crate::state::Limit;

/// What moves amplitude between encodings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mixing {
    /// Every bit by itself; limits are kept by the penalty alone.
    X,
    /// As `X`, started from the relaxed solution and tilted towards it. Bit `i` of the relaxed
    /// solution, in [0, 1], is clipped to `[epsilon, 1 - epsilon]` and gives
    /// `theta_i = 2 asin sqrt c_i` (D. J. Egger, J. Mareček, S. Woerner, "Warm-starting quantum
    /// optimization", 2021; their epsilon is 1/4). `epsilon` is in (0, 1/2].
    Warm {
        /// How far from certain a bit starts at least.
        epsilon: f64,
    },
    /// Exchanges along a ring: the number of positions never changes.
    XyRing,
    /// Exchanges between all pairs: the number of positions never changes.
    XyComplete,
}

/// How the circuit is set up and read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Layers of the circuit, `p`.
    pub layers: usize,
    /// Mixer and start.
    pub mixing: Mixing,
    /// Samples read from the final state.
    pub shots: u32,
    /// Seed of the samples.
    pub seed: u64,
    /// Most evaluations of the circuit in each search for angles.
    pub evaluations: usize,
    /// Most relaxations of branch and bound, where there are too many variables to enumerate.
    pub nodes: usize,
    /// Most qubits of a reduced problem, at most [`super::ENUMERATED`].
    pub reduced_qubits: usize,
    /// Most memory.
    pub limit: Limit,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            layers: 3,
            mixing: Mixing::X,
            shots: 1024,
            seed: 0,
            evaluations: 500,
            nodes: 2_000,
            reduced_qubits: 20,
            limit: Limit::NONE,
        }
    }
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stage {
    /// The problem with real numbers of units.
    Relaxing,
    /// All encodings are priced.
    Enumerating {
        /// Binary variables.
        variables: usize,
    },
    /// Branch and bound.
    Searching {
        /// Relaxations solved.
        nodes: usize,
        /// No allocation is better than this.
        bound: f64,
        /// The best so far.
        incumbent: Option<f64>,
    },
    /// Angles are searched.
    Angles(Progress),
    /// The final state is read.
    Sampling,
}

/// A caller's hold on a run.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    /// Set to stop soon.
    pub cancelled: &'a AtomicBool,
    /// Is told every stage.
    pub progress: &'a (dyn Fn(Stage) + Sync),
}

impl Control<'_> {
    /// Tells a stage.
    ///
    /// # Errors
    /// [`Error::Cancelled`] where the caller asked to stop.
    pub(super) fn tell(&self, stage: Stage) -> Result<(), Error> {
        self.heard()?;
        (self.progress)(stage);
        Ok(())
    }

    /// Looks whether to go on.
    ///
    /// # Errors
    /// [`Error::Cancelled`] where the caller asked to stop.
    pub(super) fn heard(&self) -> Result<(), Error> {
        if self.cancelled.load(Ordering::Relaxed) { Err(Error::Cancelled) } else { Ok(()) }
    }
}

impl Settings {
    /// Whether they fit the problem.
    pub(super) fn check(&self, checked: &Checked) -> Result<(), Error> {
        let refuse = |reason: &str| Err(Error::Qaoa { reason: reason.to_owned() });
        match self.mixing {
            Mixing::XyRing | Mixing::XyComplete if checked.cardinality.is_none() => {
                refuse("an XY mixer keeps a number of positions, and the problem asks for none")
            }
            Mixing::Warm { epsilon } if !(epsilon > 0.0 && epsilon <= 0.5) => {
                refuse("epsilon of the warm start is above 0 and at most 1/2")
            }
            _ if !(1..=ENUMERATED).contains(&self.reduced_qubits) => refuse("a reduced problem has 1 to 24 qubits"),
            _ if self.shots == 0 => refuse("at least one shot is needed"),
            _ => Ok(()),
        }
    }
}
