//! VaR and CVaR of samples by amplitude estimation.
//!
//! The VaR is searched by bisection over comparators, each an estimate of `P(X > g)` that ends as
//! soon as it is decided on which side of `1 - alpha` it lies. Those that are never decided stay in
//! the VaR's interval. The CVaR is one payoff more, at the VaR found. A bound on how often anything
//! is wrong is shared out beforehand (Bonferroni): half of it over all comparators that the searches
//! can ask, half to the payoff.

use super::answer::{RiskMeasure, TailRiskAnswer};
use super::distribution::{Distribution, faults, qubit_faults};
use super::monte_carlo::monte_carlo;
use crate::HONEST_CLAIM;
use crate::amplitude::{Control, Estimate, Interval, Marked, Options, Powers, Progress, estimate, load, load_payoff};
use crate::circuit::Circuit;
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
    /// Greatest Grover power that is simulated gate by gate; the rest in the plane that it keeps.
    pub by_circuit: u64,
    /// Most memory for the state.
    pub limit: Limit,
}

impl Default for TailOptions {
    fn default() -> Self {
        Self { epsilon: 1e-3, confidence: 0.95, shots: 100, seed: 0, by_circuit: 16, limit: Limit::NONE }
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
    fn miss_each(&self) -> f64 {
        (1.0 - self.confidence) / 2.0
    }
}

/// A question for the tail of a sample of losses; greater is worse.
#[derive(Clone, Debug, PartialEq)]
pub struct TailRisk {
    alpha: f64,
    qubits: u32,
    count: usize,
    samples: Distribution,
    grid: Distribution,
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

/// Where on the grid the VaR is: its estimate, and the ends of its interval.
#[derive(Clone, Copy)]
struct Place {
    low: usize,
    estimate: usize,
    high: usize,
}

/// The estimates of one question, each made once.
struct Search<'a> {
    question: &'a TailRisk,
    options: &'a TailOptions,
    control: &'a Control<'a>,
    probabilities: Vec<f64>,
    loaded: Circuit,
    /// `P(X > point)`, where it was asked.
    beyond: Vec<Option<Estimate>>,
    calls: u64,
    estimates: u32,
    greatest_power: u64,
}

impl<'a> Search<'a> {
    fn new(question: &'a TailRisk, options: &'a TailOptions, control: &'a Control<'a>) -> Result<Self, Error> {
        let probabilities = question.grid.probabilities();
        let loaded = load(&probabilities)?;
        let beyond = vec![None; probabilities.len()];
        let (calls, estimates, greatest_power) = (0, 0, 0);
        Ok(Self { question, options, control, probabilities, loaded, beyond, calls, estimates, greatest_power })
    }

    /// Three bisections with the same middles, so that they share what they ask while they agree:
    /// for the first point that may reach the level, that is estimated to, and that certainly does.
    fn value_at_risk(&mut self) -> Result<Place, Error> {
        let tail = 1.0 - self.question.alpha;
        let low = self.first(|beyond| beyond.interval.low <= tail)?;
        let estimate = self.first(|beyond| beyond.estimate <= tail)?;
        let high = self.first(|beyond| beyond.interval.high <= tail)?;
        Ok(Place { low, estimate, high })
    }

    /// The first point for which that holds; of the last it is known, as nothing lies beyond it.
    fn first(&mut self, holds: impl Fn(&Estimate) -> bool) -> Result<usize, Error> {
        let (mut low, mut high) = (0, self.beyond.len() - 1);
        while low < high {
            let middle = usize::midpoint(low, high);
            if holds(&self.beyond(middle)?) { high = middle } else { low = middle + 1 }
        }
        Ok(low)
    }

    fn beyond(&mut self, at: usize) -> Result<Estimate, Error> {
        if let Some(found) = &self.beyond[at] {
            return Ok(found.clone());
        }
        // Each of the three bisections asks at most as many comparators as there are qubits.
        let miss = self.options.miss_each() / f64::from(3 * self.question.qubits);
        let tail = Some(1.0 - self.question.alpha);
        let found = self.run(self.loaded.clone(), Marked::Above(at), at, miss, tail)?;
        self.beyond[at] = Some(found.clone());
        Ok(found)
    }

    /// CVaR at the estimated VaR `v`, from `U(v) = v + E[(X-v)+] / (1-alpha)`.
    ///
    /// CVaR is the least of the convex function `U`, so `U(v)` is never below it, whatever `v`; and
    /// it is above it at most by the slope of `U` at `v` times the distance to where the VaR can be.
    fn conditional(&mut self, at: Place) -> Result<(f64, Interval), Error> {
        let values = self.question.grid.values();
        let (level, greatest) = (values[at.estimate], self.question.grid.greatest());
        let reach = greatest - level;
        let share = |value: f64| if reach > 0.0 { ((value - level) / reach).clamp(0.0, 1.0) } else { 0.0 };
        let payoff: Vec<f64> = values.iter().map(|&value| share(value)).collect();
        let circuit = load_payoff(&self.probabilities, &payoff)?;
        let marked = Marked::Qubit(self.question.qubits);
        let found = self.run(circuit, marked, values.len(), self.options.miss_each(), None)?;
        let tail = 1.0 - self.question.alpha;
        let function = |excess: f64| (level + reach * excess / tail).min(greatest);
        let [from_or_beyond, beyond] = self.slope_bounds(at.estimate);
        let left = (1.0 - from_or_beyond / tail) * (level - values[at.low]);
        let right = (beyond / tail - 1.0) * (values[at.high] - level);
        let low = function(found.interval.low) - left.max(right).max(0.0);
        let interval = Interval { low: low.max(values[at.low]), high: function(found.interval.high) };
        Ok((function(found.estimate), interval))
    }

    /// A lower bound of `P(X >= v)` and an upper bound of `P(X > v)` for the point `v`, from all that
    /// was asked: `P(X > g)` falls with `g`.
    fn slope_bounds(&self, at: usize) -> [f64; 2] {
        let intervals =
            |range: &[Option<Estimate>]| range.iter().flatten().map(|found| found.interval).collect::<Vec<_>>();
        let from = intervals(&self.beyond[at.saturating_sub(1)..]).iter().map(|i| i.low).fold(0.0, f64::max);
        let beyond = intervals(&self.beyond[..=at]).iter().map(|i| i.high).fold(1.0, f64::min);
        [if at == 0 { 1.0 } else { from }, beyond]
    }

    fn run(
        &mut self,
        circuit: Circuit,
        marked: Marked,
        number: usize,
        miss: f64,
        compared_with: Option<f64>,
    ) -> Result<Estimate, Error> {
        let TailOptions { epsilon, shots, seed, by_circuit, limit, .. } = *self.options;
        let number = u32::try_from(number).expect("a grid has at most 2^12 points");
        let options = Options { epsilon, miss, shots, seed, circuit: number, compared_with };
        let before = self.calls;
        let told = |progress: Progress| {
            (self.control.progress)(Progress { oracle_calls: before + progress.oracle_calls, ..progress });
        };
        let control = Control { progress: &told, cancelled: self.control.cancelled };
        let found = estimate(&mut Powers::new(circuit, marked, by_circuit, limit)?, &options, &control)?;
        self.calls += found.oracle_calls;
        self.estimates += 1;
        self.greatest_power = self.greatest_power.max(found.greatest_power);
        Ok(found)
    }
}
