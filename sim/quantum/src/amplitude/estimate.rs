//! Iterative amplitude estimation (D. Grinko, J. Gacon, C. Zoufal, S. Woerner, npj Quantum
//! Information 7, 2021, 52), with the interval of Clopper and Pearson.
//!
//! It departs from the paper where its confidence is claimed. An interval is looked at after every
//! round, and a power can have many rounds: look `j` at a power may miss with probability
//! `miss / (powers j (j+1))`, which adds up to `miss` over all looks there can be. Since all of
//! them then hold at once, the intervals are intersected.

use std::f64::consts::{FRAC_PI_2, PI};

use energyopti_streams::{StreamKey, open_unit};

use super::interval::{Interval, clopper_pearson};
use super::options::{Control, Options, Progress};
use super::powers::Powers;
use crate::error::Error;

/// One round of measurements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// Power of the Grover operator.
    pub power: u64,
    /// Measurements.
    pub shots: u64,
    /// How many of them found the marked outcome.
    pub marked: u64,
}

/// An amplitude with its interval and its price.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The middle of the interval.
    pub estimate: f64,
    /// Holds the amplitude with probability `1 - miss` at least.
    pub interval: Interval,
    /// Applications of `A` or of its inverse: `2k+1` for a measurement at power `k`. A classical
    /// Monte Carlo sample is one application of `A`.
    pub oracle_calls: u64,
    /// Applications of the Grover operator: `k` for a measurement at power `k`.
    pub grover_calls: u64,
    /// The rounds, in order.
    pub rounds: Vec<Round>,
    /// Greatest power that was measured.
    pub greatest_power: u64,
    /// Powers up to this one were reached by running circuits, greater ones in the plane that the
    /// Grover operator keeps.
    pub by_circuit: u64,
}

/// Estimates the amplitude of the marked outcome. Measurement `s` of round `r` is drawn from the
/// stream of (seed, circuit) at (r, s).
///
/// # Errors
/// [`Error::Question`] for options out of range, [`Error::Cancelled`].
pub fn estimate(powers: &mut Powers, options: &Options, control: &Control) -> Result<Estimate, Error> {
    options.check()?;
    let key = StreamKey::new(options.seed, "quantum", "amplitude estimation", options.circuit);
    let mut search = Search::new(options);
    let mut found = Estimate::unmeasured(powers.by_circuit());
    while !search.is_done(options) {
        control.check()?;
        search.choose_power();
        let probability = powers.probability(search.power, control)?;
        let marked = measure(key, found.rounds.len() as u64, options.shots, probability);
        search.look(marked, options);
        found.count(Round { power: search.power, shots: options.shots, marked });
        found.interval = search.amplitude();
        found.estimate = f64::midpoint(found.interval.low, found.interval.high);
        let round = found.rounds.len() as u64;
        let Estimate { interval, oracle_calls, .. } = found;
        (control.progress)(Progress { circuit: options.circuit, round, oracle_calls, interval });
    }
    Ok(found)
}

/// How many of the shots find an outcome of this probability.
fn measure(key: StreamKey, round: u64, shots: u64, probability: f64) -> u64 {
    (0..shots).filter(|&shot| open_unit(key.draw(round, shot)[0]) <= probability).count() as u64
}

impl Estimate {
    fn unmeasured(by_circuit: u64) -> Self {
        let interval = Interval { low: 0.0, high: 1.0 };
        let (oracle_calls, grover_calls, greatest_power) = (0, 0, 0);
        Self { estimate: 0.5, interval, oracle_calls, grover_calls, rounds: Vec::new(), greatest_power, by_circuit }
    }

    fn count(&mut self, round: Round) {
        self.oracle_calls += (2 * round.power + 1) * round.shots;
        self.grover_calls += round.power * round.shots;
        self.greatest_power = self.greatest_power.max(round.power);
        self.rounds.push(round);
    }
}

/// What is known of theta, and the counts at the power that is being measured.
struct Search {
    /// Theta, radians.
    angle: Interval,
    power: u64,
    /// `(4 power + 2) theta` lies between this many times pi and one more.
    half_turns: f64,
    shots: u64,
    marked: u64,
    looks: u64,
    /// Probability of a miss that each power may spend.
    miss_per_power: f64,
}

impl Search {
    /// Each power has a multiple `K = 4k+2` of theta at least twice the one before; both are 2 above
    /// a multiple of 4, so `K_i >= 2^(i+2) - 2` for i = 0, 1, ...; and `K` times a width above
    /// `2 epsilon` fits into half a turn. So there are at most `log2(pi / (4 epsilon) + 1)` powers.
    fn new(options: &Options) -> Self {
        let most_powers = libm::floor(libm::log2(PI / (4.0 * options.epsilon) + 1.0)).max(1.0);
        let angle = Interval { low: 0.0, high: FRAC_PI_2 };
        let miss_per_power = options.miss / most_powers;
        Self { angle, power: 0, half_turns: 0.0, shots: 0, marked: 0, looks: 0, miss_per_power }
    }

    fn is_done(&self, options: &Options) -> bool {
        let decided = options.compared_with.is_some_and(|value| !self.amplitude().contains(value));
        decided || self.angle.width() <= 2.0 * options.epsilon
    }

    fn amplitude(&self) -> Interval {
        let square_of_sine = |angle: f64| libm::sin(angle) * libm::sin(angle);
        Interval { low: square_of_sine(self.angle.low), high: square_of_sine(self.angle.high) }
    }

    /// Moves to the greatest power whose multiple of theta is known to lie in one half turn, where
    /// its cosine tells it, if that is at least twice the multiple that is measured now.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below pi / 2e-8")]
    fn choose_power(&mut self) {
        let least = 2 * (4 * self.power + 2);
        let most = libm::floor(PI / self.angle.width()) as u64;
        let greatest = most - (most + 2) % 4;
        for multiple in (least..=greatest).rev().step_by(4) {
            if let Some(half_turns) = half_turns(self.angle, multiple) {
                (self.power, self.half_turns) = ((multiple - 2) / 4, half_turns);
                (self.shots, self.marked, self.looks) = (0, 0, 0);
                return;
            }
        }
    }

    /// Adds a round's count and narrows theta. `P = (1 - cos(K theta)) / 2`, so the angle within the
    /// half turn is `2 asin(sqrt(P))`, forwards in even half turns and backwards in odd ones.
    #[expect(clippy::cast_precision_loss, reason = "powers and looks are far below 2^53")]
    fn look(&mut self, marked: u64, options: &Options) {
        self.shots += options.shots;
        self.marked += marked;
        self.looks += 1;
        let looks = self.looks as f64;
        let probability = clopper_pearson(self.marked, self.shots, self.miss_per_power / (looks * (looks + 1.0)));
        let turned = |probability: f64| 2.0 * libm::asin(libm::sqrt(probability));
        let (low, high) = (turned(probability.low), turned(probability.high));
        let (low, high) = if self.half_turns % 2.0 < 1.0 { (low, high) } else { (PI - high, PI - low) };
        let multiple = (4 * self.power + 2) as f64;
        let angle_of = |within: f64| (self.half_turns * PI + within) / multiple;
        let seen = Interval { low: angle_of(low), high: angle_of(high) };
        // Nothing in common: one of the two has missed, and this one was measured more finely.
        self.angle = self.angle.intersection(seen).unwrap_or(seen);
    }
}

/// The number of half turns below `multiple` times theta, where all of the interval agrees on it.
#[expect(clippy::cast_precision_loss, reason = "multiples are far below 2^53")]
fn half_turns(angle: Interval, multiple: u64) -> Option<f64> {
    let multiple = multiple as f64;
    let below = libm::floor(multiple * angle.low / PI);
    (multiple * angle.high <= (below + 1.0) * PI).then_some(below)
}
