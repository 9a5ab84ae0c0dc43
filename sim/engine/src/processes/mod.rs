//! The shared stochastic processes: wind speed, clear-sky index, price, load, inflow and
//! availability factors, each one row of 64 futures per step.
//!
//! All randomness is keyed by (seed, stream, what is drawn, replica, event), so a path depends on
//! nothing else: not on block length, horizon, the other processes or their order. The processes
//! run in continuous time and are read at the start of each step. They know no assets and no
//! money, and no decision changes them.
//!
//! A value is made in this order: the kind's own row, then [`Season`], then [`Bounds`].

mod clear_sky;
mod correlation;
mod events;
mod jumps;
mod markov;
mod mean_reverting;
mod normal;
mod risk;
mod running;
mod season;
#[cfg(test)]
mod tests;
mod weibull;

pub use clear_sky::clear_sky_markov;
pub use correlation::faults_between;
pub use jumps::{JumpSize, Jumps};
pub use markov::{Regime, Regimes};
pub use mean_reverting::{Law, MeanReverting};
pub use risk::{Duration, Risk, Severity};
pub use running::Processes;
pub use season::{By, Season};

use crate::assets::fault::Fault;

/// One named process: checked data, no state.
#[derive(Clone, Debug, PartialEq)]
pub struct Process {
    /// How others call it.
    pub name: String,
    /// What its luck is keyed by; mostly its name. No two processes share one.
    pub stream: String,
    /// What it is.
    pub kind: Kind,
    /// Its course over the year and the day, if it has one.
    pub season: Option<Season>,
    /// The range to which the value is cut, last of all.
    pub bounds: Bounds,
    /// Other processes, by index, with the correlation of their innovations with this one's.
    ///
    /// With equal half-lives the values of two linear processes correlate as much; with decays `a`
    /// and `b` per step the factor is `sqrt((1 - a^2)(1 - b^2)) / (1 - a b)`, below 1, reached from
    /// a start at step 0 that correlates as the innovations do.
    pub correlated: Vec<(usize, f64)>,
}

/// The kinds of process.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Ornstein-Uhlenbeck, with or without jumps.
    MeanReverting(MeanReverting),
    /// Markov regimes, each with a value or a mean-reverting process under it.
    Regimes(Regimes),
    /// Geopolitical or other rare events, with a severity and a duration.
    Risk(Risk),
}

/// The range of a value; infinite where there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Least value.
    pub min: f64,
    /// Greatest value.
    pub max: f64,
}

impl Bounds {
    /// No bounds.
    pub const NONE: Self = Self { min: f64::NEG_INFINITY, max: f64::INFINITY };

    /// The value, cut to the range.
    #[must_use]
    #[inline(always)]
    pub fn cut(self, value: f64) -> f64 {
        let value = if value > self.min { value } else { self.min };
        if value < self.max { value } else { self.max }
    }
}

impl Process {
    /// A process without season, bounds and correlations, whose stream is its name.
    #[must_use]
    pub fn new(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            stream: name.to_owned(),
            kind,
            season: None,
            bounds: Bounds::NONE,
            correlated: Vec::new(),
        }
    }

    /// Every rule that the process breaks on its own; those between processes are told by
    /// [`faults_between`].
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = match &self.kind {
            Kind::MeanReverting(kind) => kind.faults(),
            Kind::Regimes(kind) => kind.faults(),
            Kind::Risk(kind) => kind.faults(),
        };
        faults.extend(self.season.iter().flat_map(Season::faults));
        // Not the negation of `<`: a bound that is not a number is a fault too.
        if !matches!(self.bounds.min.partial_cmp(&self.bounds.max), Some(std::cmp::Ordering::Less)) {
            faults.push(Fault { key: "min", rule: "must be below max".to_owned() });
        }
        faults
    }

    /// Whether normal innovations drive it, so that others can correlate with it.
    #[must_use]
    pub fn has_innovations(&self) -> bool {
        match &self.kind {
            Kind::MeanReverting(kind) => kind.is_random(),
            Kind::Regimes(kind) => kind.reverts(),
            Kind::Risk(_) => false,
        }
    }
}

/// Collects the broken rules of one struct.
#[derive(Debug, Default)]
struct Rules(Vec<Fault>);

impl Rules {
    /// Adds a fault where `holds` is false.
    fn check(&mut self, key: &'static str, holds: bool, rule: &str) {
        if !holds {
            self.0.push(Fault { key, rule: rule.to_owned() });
        }
    }

    fn above_zero(&mut self, key: &'static str, value: f64) {
        self.check(key, value > 0.0 && value.is_finite(), "must be a finite number above 0");
    }

    fn not_negative(&mut self, key: &'static str, value: f64) {
        self.check(key, value >= 0.0 && value.is_finite(), "must be a finite number of at least 0");
    }

    fn between(&mut self, key: &'static str, value: f64, least: f64, most: f64) {
        self.check(key, (least..=most).contains(&value), &format!("must lie between {least} and {most}"));
    }

    fn finite(&mut self, key: &'static str, value: f64) {
        self.check(key, value.is_finite(), "must be a finite number");
    }
}
