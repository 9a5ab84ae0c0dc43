//! Mean-reverting processes: Ornstein-Uhlenbeck in its exact discretisation, under a chosen
//! marginal law.
//!
//! `x(k+1) = a x(k) + sqrt(1 - a^2) e(k)`, `a = 2^(-step / half_life)`: exact for any step, with
//! variance 1 and started from it (G. E. Uhlenbeck and L. S. Ornstein, "On the theory of the
//! Brownian motion", 1930; D. T. Gillespie, "Exact numerical simulation of the Ornstein-Uhlenbeck
//! process", 1996). The law then turns `x` into the value.

use super::Rules;
use super::jumps::{JumpPath, Jumps};
use super::normal::FAR;
use super::weibull::{self, WeibullTable};
use crate::assets::fault::Fault;
use crate::elementary::exp;
use crate::lanes::{LANES, Lanes};

/// A mean-reverting process.
#[derive(Clone, Debug, PartialEq)]
pub struct MeanReverting {
    /// The stationary law of the value.
    pub law: Law,
    /// Hours after which the correlation with the past (of `x`) is 1/2, above 0.
    pub half_life_h: f64,
    /// Jumps on top; not with a Weibull law.
    pub jumps: Option<Jumps>,
}

/// The stationary law of the value, without jumps `J`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// `mean + standard_deviation * x + J`.
    Normal {
        /// Mean, in the value's unit.
        mean: f64,
        /// Standard deviation in the same unit, 0 or more.
        standard_deviation: f64,
    },
    /// `mean * exp(s x - s^2 / 2 + J)`: the mean is kept, whatever the spread.
    Lognormal {
        /// Mean, in the value's unit, above 0; 1 for a factor.
        mean: f64,
        /// Standard deviation `s` of the logarithm, 0 or more.
        log_standard_deviation: f64,
    },
    /// Weibull, for wind speeds.
    Weibull {
        /// Shape `k`, 0.5 to 10.
        shape: f64,
        /// Scale, in the value's unit (m/s), above 0.
        scale: f64,
    },
}

impl MeanReverting {
    /// Every broken rule.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut rules = Rules::default();
        rules.above_zero("half_life_h", self.half_life_h);
        match self.law {
            Law::Normal { mean, standard_deviation } => {
                rules.finite("mean", mean);
                rules.not_negative("standard_deviation", standard_deviation);
            }
            Law::Lognormal { mean, log_standard_deviation } => {
                rules.above_zero("mean", mean);
                rules.not_negative("log_standard_deviation", log_standard_deviation);
            }
            Law::Weibull { shape, scale } => {
                weibull::check(&mut rules, shape, scale);
                rules.check("jumps", self.jumps.is_none(), "must be left out under a Weibull law");
            }
        }
        rules.0.extend(self.jumps.iter().flat_map(Jumps::faults));
        rules.0
    }

    /// Whether it needs a normal number per step.
    pub(super) fn is_random(&self) -> bool {
        match self.law {
            Law::Normal { standard_deviation: s, .. } | Law::Lognormal { log_standard_deviation: s, .. } => s > 0.0,
            Law::Weibull { .. } => true,
        }
    }
}

/// The standard process `x` in lanes.
#[derive(Clone, Debug)]
pub(super) struct Ornstein {
    decay: f64,
    kick: f64,
    fresh: bool,
    pub x: Lanes,
}

impl Ornstein {
    pub fn new(half_life_h: f64, step_h: f64) -> Self {
        let ratio = step_h / half_life_h;
        let kick = libm::sqrt(-libm::expm1(-2.0 * std::f64::consts::LN_2 * ratio));
        Self { decay: libm::exp2(-ratio), kick, fresh: true, x: Lanes::default() }
    }

    /// The next step is the first one again.
    pub fn restart(&mut self) {
        self.fresh = true;
        self.x = Lanes::default();
    }

    /// One step on; the first innovation after a restart is the stationary start itself.
    #[inline(always)]
    pub fn advance(&mut self, innovation: &Lanes) {
        let (decay, kick) = if self.fresh { (0.0, 1.0) } else { (self.decay, self.kick) };
        self.fresh = false;
        for lane in 0..LANES {
            self.x[lane] = decay * self.x[lane] + kick * innovation[lane];
        }
    }
}

/// What turns `x` and `J` into the value.
#[derive(Clone, Debug)]
enum Transform {
    Linear { mean: f64, spread: f64 },
    Exponential { mean: f64, spread: f64 },
    Table(WeibullTable),
}

/// One mean-reverting process in lanes.
#[derive(Clone, Debug)]
pub(super) struct RevertingPath {
    transform: Transform,
    /// None where the spread is 0.
    standard: Option<Ornstein>,
    jumps: Option<JumpPath>,
    /// The sum of jumps, 0 where there are none.
    jumped: Lanes,
    magnitude: f64,
}

impl RevertingPath {
    pub fn new(kind: &MeanReverting, seed: u64, stream: &str, step_h: f64) -> Self {
        let jump = kind.jumps.as_ref().map_or(0.0, Jumps::magnitude);
        let (transform, magnitude) = match kind.law {
            Law::Normal { mean, standard_deviation: spread } => {
                (Transform::Linear { mean, spread }, mean.abs() + FAR * spread + jump)
            }
            Law::Lognormal { mean, log_standard_deviation: spread } => {
                let mean = mean * libm::exp(-spread * spread / 2.0);
                (Transform::Exponential { mean, spread }, mean * exp(FAR * spread + jump))
            }
            Law::Weibull { shape, scale } => {
                let table = WeibullTable::new(shape, scale);
                let most = table.most();
                (Transform::Table(table), most)
            }
        };
        Self {
            transform,
            standard: kind.is_random().then(|| Ornstein::new(kind.half_life_h, step_h)),
            jumps: kind.jumps.clone().map(|jumps| JumpPath::new(jumps, seed, stream, step_h)),
            jumped: Lanes::default(),
            magnitude,
        }
    }

    pub fn restart(&mut self, first_replica: u64) {
        if let Some(standard) = &mut self.standard {
            standard.restart();
        }
        if let Some(jumps) = &mut self.jumps {
            jumps.restart(first_replica, &mut self.jumped);
        }
    }

    /// Writes the value at `hours` to `out`.
    #[inline(always)]
    pub fn advance(&mut self, hours: f64, first_replica: u64, innovation: &Lanes, out: &mut Lanes) {
        if let Some(jumps) = &mut self.jumps {
            jumps.advance(hours, first_replica, &mut self.jumped);
        }
        let x = match &mut self.standard {
            Some(standard) => {
                standard.advance(innovation);
                &standard.x
            }
            None => &Lanes([0.0; LANES]),
        };
        match &self.transform {
            Transform::Linear { mean, spread } => {
                for lane in 0..LANES {
                    out[lane] = mean + spread * x[lane] + self.jumped[lane];
                }
            }
            Transform::Exponential { mean, spread } => {
                for lane in 0..LANES {
                    out[lane] = mean * exp(spread * x[lane] + self.jumped[lane]);
                }
            }
            Transform::Table(table) => {
                for lane in 0..LANES {
                    out[lane] = table.at(x[lane]);
                }
            }
        }
    }

    /// A bound of its magnitude, or the one that is passed about once in 1e12.
    pub fn magnitude(&self) -> f64 {
        self.magnitude
    }
}
