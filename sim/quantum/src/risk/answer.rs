//! What a question for the tail of a distribution is answered with.

use serde::Serialize;

use crate::amplitude::Interval;

/// VaR and CVaR, estimated and exact. Values are in the unit of the samples.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TailRiskAnswer {
    /// [`crate::HONEST_CLAIM`].
    pub claim: &'static str,
    /// Seed of the simulated measurements and of the Monte Carlo draws.
    pub seed: u64,
    /// Qubits of the register that holds the loss: `2^qubits` points.
    pub qubits: u32,
    /// Level in (0, 1): the tail is the worst share `1 - alpha`.
    pub alpha: f64,
    /// Half the width of a probability's interval at which its estimate stopped.
    pub epsilon: f64,
    /// Probability with which the two quantum intervals hold the exact discretised values, both at
    /// once; and likewise the two classical ones those of the samples.
    pub confidence: f64,
    /// Number of samples given.
    pub samples: usize,
    /// Least and greatest point of the grid: the least and the greatest sample.
    pub grid: Interval,
    /// Distance of the grid's points.
    pub grid_step: f64,
    /// Applications of a loading circuit or of its inverse, over all estimates.
    pub oracle_calls: u64,
    /// Amplitude estimates made: comparators for the VaR and one payoff for the CVaR.
    pub estimates: u32,
    /// Greatest power of a Grover operator that was measured.
    pub greatest_power: u64,
    /// Powers up to this one were reached by running circuits, greater ones in the plane that the
    /// operator keeps.
    pub by_circuit: u64,
    /// Value at risk.
    pub var: RiskMeasure,
    /// Conditional value at risk.
    pub cvar: RiskMeasure,
}

/// One measure, in the unit of the samples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RiskMeasure {
    /// The estimate by amplitude estimation, simulated.
    pub quantum: f64,
    /// Its interval, for the exact discretised value.
    pub interval: Interval,
    /// Exact value of the discretised distribution.
    pub exact_discretised: f64,
    /// Exact value of the samples.
    pub exact_samples: f64,
    /// `exact_discretised - exact_samples`, which no number of measurements makes smaller.
    pub discretisation_error: f64,
    /// The same by drawing from the samples as often as the circuits called their oracle.
    pub classical_monte_carlo: MonteCarlo,
}

/// An estimate by independent draws.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MonteCarlo {
    /// The value of the draws.
    pub estimate: f64,
    /// Its interval, for the exact value of the samples: of the VaR exact whatever the distribution,
    /// of the CVaR by the normal approximation, which is too narrow where few draws lie in the tail.
    pub interval: Interval,
    /// Number of draws: the oracle calls.
    pub samples: u64,
}
