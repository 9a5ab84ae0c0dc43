//! A European call on a log-normal price, on the grid that quantum finance tutorials use.

use std::f64::consts::SQRT_2;

use super::distribution::{Distribution, even_points, qubit_faults};
use crate::HONEST_CLAIM;
use crate::amplitude::{Control, Interval, Marked, Options, Powers, estimate, load_payoff};
use crate::error::Error;
use crate::state::Limit;

/// The right to buy at `strike` after `years`, the price following a geometric Brownian motion.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CallOption {
    /// Price now, positive.
    pub spot: f64,
    /// Standard deviation of the logarithm of the price per root year, positive.
    pub volatility: f64,
    /// Continuous interest rate per year.
    pub rate: f64,
    /// Time to maturity, years, positive.
    pub years: f64,
    /// Price at which it buys, not negative.
    pub strike: f64,
    /// The grid reaches so many standard deviations of the price to both sides of its mean, but
    /// not below 0; positive.
    pub deviations: f64,
    /// Qubits of the grid: `2^qubits` prices.
    pub qubits: u32,
}

/// One figure of an option.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Priced {
    /// The estimate by amplitude estimation, simulated.
    pub quantum: f64,
    /// Its interval, for the exact discretised figure.
    pub interval: Interval,
    /// Exact figure on the grid.
    pub exact_discretised: f64,
    /// Exact figure of the log-normal price (F. Black and M. Scholes).
    pub closed_form: f64,
    /// `exact_discretised - closed_form`.
    pub discretisation_error: f64,
}

/// Price and delta of a call.
#[derive(Clone, Debug, PartialEq)]
pub struct CallAnswer {
    /// [`HONEST_CLAIM`].
    pub claim: &'static str,
    /// `E[(S - K)+]`, not discounted.
    pub value: Priced,
    /// `P(S > K)`, which the tutorials call delta.
    pub delta: Priced,
    /// Applications of a loading circuit or of its inverse, over both.
    pub oracle_calls: u64,
}

impl CallOption {
    /// Prices and their probabilities: `2^qubits` points evenly over the grid, each with the density
    /// of the log-normal there, divided by the sum of all.
    ///
    /// # Errors
    /// [`Error::Question`] with all that is out of range.
    pub fn distribution(&self) -> Result<Distribution, Error> {
        self.check()?;
        let (mu, sigma) = self.logarithm();
        let mean = libm::exp(mu + sigma * sigma / 2.0);
        let reach = self.deviations * mean * libm::sqrt(libm::expm1(sigma * sigma));
        let prices = even_points((mean - reach).max(0.0), mean + reach, self.qubits);
        let density = |&price: &f64| {
            let deviation = (libm::log(price) - mu) / sigma;
            if price > 0.0 { libm::exp(-0.5 * deviation * deviation) / price } else { 0.0 }
        };
        let densities: Vec<f64> = prices.iter().map(density).collect();
        let sum: f64 = densities.iter().sum();
        if !(sum.is_finite() && sum > 0.0 && prices[0] < prices[1]) {
            let fault = format!("no density on the grid from {} to {}", prices[0], mean + reach);
            return Err(Error::Question { faults: vec![fault] });
        }
        Ok(Distribution::new(prices, densities))
    }

    /// Estimates value and delta, the payoff loaded exactly. The two intervals hold at once with
    /// probability `1 - options.miss`; the circuits measure under the numbers `options.circuit` and
    /// the next.
    ///
    /// # Errors
    /// As [`CallOption::distribution`] and [`estimate()`].
    pub fn estimate(&self, options: &Options, by_circuit: u64, control: &Control) -> Result<CallAnswer, Error> {
        let grid = self.distribution()?;
        let reach = (grid.greatest() - self.strike).max(0.0);
        let share = |price: f64| if price > self.strike { ((price - self.strike) / reach).min(1.0) } else { 0.0 };
        let above = |price: f64| f64::from(price > self.strike);
        let mut oracle_calls = 0;
        let mut ask = |number, payoff: &dyn Fn(f64) -> f64, scale: f64, closed_form: f64| {
            let payoffs: Vec<f64> = grid.values().iter().map(|&price| payoff(price)).collect();
            let circuit = load_payoff(&grid.probabilities(), &payoffs)?;
            let mut powers = Powers::new(circuit, Marked::Qubit(self.qubits), by_circuit, Limit::NONE)?;
            let circuit = options.circuit.wrapping_add(number);
            let options = Options { miss: options.miss / 2.0, circuit, ..options.clone() };
            let found = estimate(&mut powers, &options, control)?;
            oracle_calls += found.oracle_calls;
            let exact_discretised = scale * grid.mean_of(payoff);
            Ok::<_, Error>(Priced {
                quantum: scale * found.estimate,
                interval: Interval { low: scale * found.interval.low, high: scale * found.interval.high },
                exact_discretised,
                closed_form,
                discretisation_error: exact_discretised - closed_form,
            })
        };
        let (value, delta) = self.closed_form();
        let (value, delta) = (ask(0, &share, reach, value)?, ask(1, &above, 1.0, delta)?);
        Ok(CallAnswer { claim: HONEST_CLAIM, value, delta, oracle_calls })
    }

    /// Mean and standard deviation of the logarithm of the price at maturity.
    fn logarithm(&self) -> (f64, f64) {
        let variance = self.volatility * self.volatility;
        ((self.rate - variance / 2.0) * self.years + libm::log(self.spot), self.volatility * libm::sqrt(self.years))
    }

    /// `E[(S - K)+] = E[S] N(d1) - K N(d2)` and `P(S > K) = N(d2)`, with
    /// `d2 = (mu - ln K) / sigma`, `d1 = d2 + sigma`.
    fn closed_form(&self) -> (f64, f64) {
        let (mu, sigma) = self.logarithm();
        let normal = |z: f64| 0.5 * libm::erfc(-z / SQRT_2);
        let d2 = (mu - libm::log(self.strike)) / sigma;
        let mean = libm::exp(mu + sigma * sigma / 2.0);
        (mean * normal(d2 + sigma) - self.strike * normal(d2), normal(d2))
    }

    fn check(&self) -> Result<(), Error> {
        let mut faults = qubit_faults(self.qubits);
        let positive = [
            ("spot", self.spot),
            ("volatility", self.volatility),
            ("years", self.years),
            ("deviations", self.deviations),
        ];
        let wrong = positive.into_iter().filter(|(_, value)| !(value.is_finite() && *value > 0.0));
        faults.extend(wrong.map(|(name, value)| format!("{name} is {value}, not positive")));
        if !self.rate.is_finite() {
            faults.push(format!("rate is {}", self.rate));
        }
        if !(self.strike.is_finite() && self.strike >= 0.0) {
            faults.push(format!("strike is {}, negative or no number", self.strike));
        }
        Error::if_any(faults)
    }
}
