//! VaR and CVaR of samples by amplitude estimation: the question, and how its answer is put together.

use super::answer::{RiskMeasure, TailRiskAnswer};
use super::distribution::{Distribution, faults, qubit_faults};
use super::monte_carlo::monte_carlo;
use super::search::Search;
use crate::HONEST_CLAIM;
use crate::amplitude::{Control, Interval};
use crate::error::Error;
use crate::state::Limit;

/// How a tail is estimated.
#[derive(Clone, Debug, PartialEq)]
pub struct TailOptions {
    /// Half the width of a probability's interval at which to stop; from 1e-6 to 0.5.
    pub epsilon: f64,
    /// Probability with which both intervals hold, in (0, 1).
    pub confidence: f64,
    /// Measurements per round.
    pub shots: u64,
    /// Seed of everything that is drawn.
    pub seed: u64,
    /// Greatest Grover power that is reached by running circuits; the rest in the plane that the operator
    /// keeps. A qubit more makes a power some four times as dear.
    pub by_circuit: u64,
    /// Most memory for the state.
    pub limit: Limit,
}

impl Default for TailOptions {
    fn default() -> Self {
        Self { epsilon: 1e-3, confidence: 0.95, shots: 100, seed: 0, by_circuit: 32, limit: Limit::NONE }
    }
}

impl TailOptions {
    fn check(&self) -> Result<(), Error> {
        let mut faults = Vec::new();
        if !(1e-6..=0.5).contains(&self.epsilon) {
            faults.push(format!("epsilon is {}, outside [1e-6, 0.5]", self.epsilon));
        }
        if !(self.confidence > 0.0 && self.confidence < 1.0) {
            faults.push(format!("the confidence is {}, outside (0, 1)", self.confidence));
        }
        if !(1..=1_000_000).contains(&self.shots) {
            faults.push(format!("{} shots per round, not 1 to 1000000", self.shots));
        }
        Error::if_any(faults)
    }

    /// Probability of a miss for the VaR, and again for the CVaR.
    pub(super) fn miss_each(&self) -> f64 {
        (1.0 - self.confidence) / 2.0
    }
}

/// A question for the tail of a sample of losses; greater is worse.
#[derive(Clone, Debug, PartialEq)]
pub struct TailRisk {
    pub(super) alpha: f64,
    pub(super) qubits: u32,
    count: usize,
    samples: Distribution,
    pub(super) grid: Distribution,
}

impl TailRisk {
    /// Samples in any unit and order, the level `alpha`, and the qubits of the grid (6 to 8 are
    /// usual; see the room's page for what the grid does to a sample).
    ///
    /// # Errors
    /// [`Error::Question`] with all faults: no samples, samples that are not finite, a level outside
    /// (0, 1), no qubits or too many.
    pub fn new(samples: &[f64], alpha: f64, qubits: u32) -> Result<Self, Error> {
        let mut faults = faults(samples);
        if !(alpha > 0.0 && alpha < 1.0) {
            faults.push(format!("the level alpha is {alpha}, outside (0, 1)"));
        }
        faults.extend(qubit_faults(qubits));
        Error::if_any(faults)?;
        let count = samples.len();
        let samples = Distribution::of_samples(samples)?;
        let grid = samples.on_grid(qubits)?;
        Ok(Self { alpha, qubits, count, samples, grid })
    }

    /// The distribution that the circuits load.
    #[must_use]
    pub fn grid(&self) -> &Distribution {
        &self.grid
    }

    /// The samples, sorted and counted.
    #[must_use]
    pub fn samples(&self) -> &Distribution {
        &self.samples
    }

    /// Estimates both measures. Comparator `j` measures under the stream of circuit `j`, the payoff
    /// under that of circuit `2^qubits`.
    ///
    /// # Errors
    /// [`Error::Question`] for options out of range, [`Error::TooLarge`] beyond the limit,
    /// [`Error::Cancelled`].
    pub fn estimate(&self, options: &TailOptions, control: &Control) -> Result<TailRiskAnswer, Error> {
        options.check()?;
        let mut search = Search::new(self, options, control)?;
        let at = search.value_at_risk()?;
        let cvar = search.conditional(at)?;
        let values = self.grid.values();
        let [var_drawn, cvar_drawn] =
            monte_carlo(&self.samples, self.alpha, search.calls, options.seed, options.miss_each(), control)?;
        let measure = |(quantum, interval), exact: &dyn Fn(&Distribution) -> f64, classical_monte_carlo| {
            let (exact_discretised, exact_samples) = (exact(&self.grid), exact(&self.samples));
            let discretisation_error = exact_discretised - exact_samples;
            RiskMeasure {
                quantum,
                interval,
                exact_discretised,
                exact_samples,
                discretisation_error,
                classical_monte_carlo,
            }
        };
        let var = (values[at.estimate], Interval { low: values[at.low], high: values[at.high] });
        Ok(TailRiskAnswer {
            claim: HONEST_CLAIM,
            seed: options.seed,
            qubits: self.qubits,
            alpha: self.alpha,
            epsilon: options.epsilon,
            confidence: options.confidence,
            samples: self.count,
            grid: Interval { low: values[0], high: self.grid.greatest() },
            grid_step: values[1] - values[0],
            oracle_calls: search.calls,
            estimates: search.estimates,
            greatest_power: search.greatest_power,
            by_circuit: options.by_circuit,
            var: measure(var, &|x| x.value_at_risk(self.alpha), var_drawn),
            cvar: measure(cvar, &|x| x.conditional_value_at_risk(self.alpha), cvar_drawn),
        })
    }
}
