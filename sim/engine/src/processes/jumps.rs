//! Jumps that fade away: price spikes on top of a mean-reverting process.
//!
//! `J(t) = sum of size_n * 2^(-(t - t_n) / half_life)` over the jumps before `t` (shot noise; for
//! prices: L. Clewlow and C. Strickland, "Energy derivatives", 2000). Its mean is
//! `rate * E(size) * half_life / ln 2`, its variance `rate * E(size^2) * half_life / (2 ln 2)`.

use std::f64::consts::LN_2;

use super::Rules;
use super::events::EventClock;
use super::normal::{FAR, pair};
use crate::assets::fault::Fault;
use crate::lanes::{LANES, Lanes};
use crate::streams::StreamKey;

/// Jumps older than this many half-lives, when step 0 begins, are left out: they are below 1e-6.
const MEMORY: f64 = 20.0;

/// Jumps at a constant rate.
#[derive(Clone, Debug, PartialEq)]
pub struct Jumps {
    /// Jumps per hour, 0 to 100.
    pub hazard_per_h: f64,
    /// Size of one jump: in the value's unit under a normal law, in logarithms under a lognormal.
    pub size: JumpSize,
    /// Hours after which half of it is left: above 0, at most 1000 mean times between jumps.
    pub half_life_h: f64,
}

/// The law of a jump's size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum JumpSize {
    /// Up or down.
    Normal {
        /// Mean size.
        mean: f64,
        /// Standard deviation, 0 or more.
        standard_deviation: f64,
    },
    /// Up only.
    Lognormal {
        /// Median size, above 0.
        median: f64,
        /// Standard deviation of the size's logarithm, 0 or more.
        log_standard_deviation: f64,
    },
}

impl JumpSize {
    /// The size that belongs to a standard normal number.
    fn at(self, z: f64) -> f64 {
        match self {
            Self::Normal { mean, standard_deviation } => mean + standard_deviation * z,
            Self::Lognormal { median, log_standard_deviation } => median * libm::exp(log_standard_deviation * z),
        }
    }

    /// The magnitude that a size passes once in 1e12.
    fn magnitude(self) -> f64 {
        self.at(FAR).abs().max(self.at(-FAR).abs())
    }

    /// E(size) and E(size^2).
    fn moments(self) -> (f64, f64) {
        match self {
            Self::Normal { mean, standard_deviation: s } => (mean, mean * mean + s * s),
            Self::Lognormal { median, log_standard_deviation: s } => {
                (median * libm::exp(s * s / 2.0), median * median * libm::exp(2.0 * s * s))
            }
        }
    }
}

impl Jumps {
    /// Every broken rule.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut rules = Rules::default();
        rules.between("hazard_per_h", self.hazard_per_h, 0.0, 100.0);
        rules.above_zero("half_life_h", self.half_life_h);
        // So many at once are a normal process, and their past would take long to draw.
        let few = self.hazard_per_h * self.half_life_h <= 1000.0;
        rules.check("half_life_h", few, "must be at most 1000 times the mean time between jumps");
        match self.size {
            JumpSize::Normal { mean, standard_deviation } => {
                rules.finite("mean", mean);
                rules.not_negative("standard_deviation", standard_deviation);
            }
            JumpSize::Lognormal { median, log_standard_deviation } => {
                rules.above_zero("median", median);
                rules.not_negative("log_standard_deviation", log_standard_deviation);
            }
        }
        rules.0
    }

    /// Stationary mean of the sum.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.hazard_per_h * self.size.moments().0 * self.half_life_h / LN_2
    }

    /// Stationary standard deviation of the sum.
    #[must_use]
    pub fn standard_deviation(&self) -> f64 {
        libm::sqrt(self.hazard_per_h * self.size.moments().1 * self.half_life_h / (2.0 * LN_2))
    }

    /// An estimate of the magnitude that the sum passes once in 1e12: seven deviations beyond its
    /// mean and one jump of that rarity.
    pub(super) fn magnitude(&self) -> f64 {
        if self.hazard_per_h > 0.0 {
            self.mean().abs() + FAR * self.standard_deviation() + self.size.magnitude()
        } else {
            0.0
        }
    }
}

/// The jumps of all lanes under way.
#[derive(Clone, Debug)]
pub(super) struct JumpPath {
    jumps: Jumps,
    clock: EventClock,
    sizes: StreamKey,
    decay: f64,
}

impl JumpPath {
    pub fn new(jumps: Jumps, seed: u64, stream: &str, step_h: f64) -> Self {
        Self {
            clock: EventClock::new(StreamKey::new(seed, stream, "jump", 0)),
            sizes: StreamKey::new(seed, stream, "jump_size", 0),
            decay: libm::exp2(-step_h / jumps.half_life_h),
            jumps,
        }
    }

    /// Starts in the past, so that step 0 finds the jumps of the time before.
    pub fn restart(&mut self, first_replica: u64, sum: &mut Lanes) {
        *sum = Lanes::default();
        let start = -MEMORY * self.jumps.half_life_h * self.jumps.hazard_per_h;
        self.clock.restart(start, first_replica);
    }

    /// The sum at `hours`, one step after the last one.
    #[inline(always)]
    pub fn advance(&mut self, hours: f64, first_replica: u64, sum: &mut Lanes) {
        for lane in 0..LANES {
            let left = sum[lane] * self.decay;
            // Cut long before it gets subnormal, where arithmetic is slow.
            sum[lane] = if left.abs() > 1e-100 { left } else { 0.0 };
        }
        let hazard = self.jumps.hazard_per_h * hours;
        if self.clock.is_due(hazard) {
            self.add(hours, hazard, first_replica, sum);
        }
    }

    #[cold]
    fn add(&mut self, hours: f64, hazard: f64, first_replica: u64, sum: &mut Lanes) {
        let Self { jumps, clock, sizes, .. } = self;
        clock.fire(hazard, first_replica, |event| {
            let [z, _] = pair(sizes.draw(event.replica, event.number));
            let age_h = hours - event.at / jumps.hazard_per_h;
            sum[event.lane] += jumps.size.at(z) * libm::exp2(-age_h / jumps.half_life_h);
        });
    }
}
