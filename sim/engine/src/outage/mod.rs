//! Outages: what breaks a unit and how long it stays broken.
//!
//! A unit is up or in one of several down or derated states. Up, it falls into state `i` with
//! probability `failure_i` per step; from there it returns with probability `repair_i` per step.
//! Each stay is a geometric number of steps, drawn at its start: with hazard `h = -ln(1 - p)` per
//! step, the stay ends at the first step `k` whose accumulated hazard `k h` reaches `-ln u`, so
//! `P(stay > k) = (1 - p)^k`. The event's number keys `u`; two scenarios that differ in a rate
//! share the luck. Units start in the stationary state of the chain.

mod process;
mod transitions;

use crate::streams::open_unit;
pub(crate) use process::Restart;
pub(crate) use transitions::{Block, Transition, Transitions, draw_transitions};

/// One down or derated state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DownState {
    /// Share of the unit's power left, 0 for a full outage.
    pub p_max_pu: f64,
    /// Probability per step of falling into it from the up state.
    pub failure: f64,
    /// Probability per step of returning to the up state.
    pub repair: f64,
}

/// The outage chain of one unit. Failures compete: their probabilities add up to at most 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Outage {
    /// The states beside "up".
    pub states: Vec<DownState>,
}

impl Outage {
    /// A two-state outage: fully down with the given probabilities per step.
    #[must_use]
    pub fn two_state(failure: f64, repair: f64) -> Self {
        Self { states: vec![DownState { p_max_pu: 0.0, failure, repair }] }
    }

    /// Probability per step of leaving the up state.
    #[must_use]
    pub fn failure(&self) -> f64 {
        self.states.iter().map(|s| s.failure).sum()
    }

    /// Stationary probabilities: the up state first, then each state in order.
    ///
    /// Detailed balance of a star: `pi_i = pi_up * failure_i / repair_i`.
    #[must_use]
    pub fn stationary(&self) -> Vec<f64> {
        let weights: Vec<f64> = std::iter::once(1.0).chain(self.states.iter().map(|s| s.failure / s.repair)).collect();
        let total: f64 = weights.iter().sum();
        weights.iter().map(|w| w / total).collect()
    }
}

/// The first index whose cumulated weight reaches `u` in (0, 1].
#[expect(clippy::cast_possible_truncation, reason = "a chain has at most 255 states, checked on input")]
fn pick(weights: &[f64], u: f64) -> u8 {
    let mut reached = 0.0;
    for (index, weight) in weights.iter().enumerate() {
        reached += weight;
        if u <= reached {
            return index as u8;
        }
    }
    // Rounding may leave the sum a little below 1: then the last state that can be reached.
    weights.iter().rposition(|w| *w > 0.0).unwrap_or(0) as u8
}

/// The chain's probabilities as hazards per step.
#[derive(Clone, Debug)]
pub(crate) struct Hazards {
    failure: Hazard,
    repair: Vec<Hazard>,
    /// Where a failure leads: share of each state.
    shares: Vec<f64>,
}

impl Hazards {
    fn of(chain: &Outage) -> Self {
        let failure = chain.failure();
        Self {
            failure: Hazard::of(failure),
            repair: chain.states.iter().map(|s| Hazard::of(s.repair)).collect(),
            shares: chain.states.iter().map(|s| s.failure / failure).collect(),
        }
    }
}

/// One over the hazard per step, `-1 / ln(1 - p)`: the mean stay of the exponential law whose whole
/// steps make the geometric one. 0 where `p = 1`, infinite where `p = 0`.
#[derive(Clone, Copy, Debug)]
struct Hazard {
    steps: f64,
}

impl Hazard {
    fn of(probability: f64) -> Self {
        Self { steps: -1.0 / libm::log1p(-probability.min(1.0)) }
    }

    /// Length of a stay in steps, at least 1: the first step at which the hazard that has piled up
    /// reaches `-ln u`. Without a branch and without a conversion that saturates, so that several
    /// lanes go through it at once.
    #[inline(always)]
    fn stay(self, word: u64) -> u32 {
        const NEVER: f64 = u32::MAX as f64;
        /// A double with this added ends in the nearest integer.
        const TO_INTEGER: f64 = 4_503_599_627_370_496.0;
        let steps = -libm::log(open_unit(word)) * self.steps;
        // A hazard of 0 gives infinity, or NaN for ln 1 = 0; neither is below `NEVER`.
        let steps = if steps < NEVER { steps } else { NEVER };
        let near = (steps + TO_INTEGER) - TO_INTEGER;
        let whole = if near < steps { near + 1.0 } else { near };
        let whole = if whole > 1.0 { whole } else { 1.0 };
        #[expect(clippy::cast_possible_truncation, reason = "the low 32 bits hold the integer")]
        {
            (whole + TO_INTEGER).to_bits() as u32
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streams::StreamKey;

    #[test]
    fn a_certain_event_comes_at_the_next_step_and_an_impossible_one_never() {
        for word in [0, 1 << 40, u64::MAX] {
            assert_eq!(Hazard::of(1.0).stay(word), 1);
            assert_eq!(Hazard::of(0.0).stay(word), u32::MAX);
        }
    }

    /// Geometric law: P(stay > k) = (1 - p)^k, within three standard errors of 100 000 draws.
    #[test]
    fn stays_follow_the_geometric_law() {
        let (p, n) = (0.1, 100_000_u32);
        let key = StreamKey::new(7, "unit", "outage", 0);
        for k in [1, 5, 20] {
            let longer = (0..n).filter(|r| Hazard::of(p).stay(key.draw(u64::from(*r), 1)[0]) > k).count();
            let expected = libm::pow(1.0 - p, f64::from(k));
            let error = libm::sqrt(expected * (1.0 - expected) / f64::from(n));
            #[expect(clippy::cast_precision_loss, reason = "small count")]
            let seen = longer as f64 / f64::from(n);
            assert!((seen - expected).abs() < 3.0 * error, "k = {k}: {seen} against {expected}");
        }
    }

    #[test]
    fn the_stationary_state_of_a_star_balances_every_edge() {
        let chain = Outage {
            states: vec![
                DownState { p_max_pu: 0.0, failure: 0.01, repair: 0.1 },
                DownState { p_max_pu: 0.5, failure: 0.02, repair: 0.4 },
            ],
        };
        let pi = chain.stationary();
        // Weights 1, 0.1, 0.05 over 1.15.
        assert!((pi[0] - 1.0 / 1.15).abs() < 1e-15);
        assert!((pi[1] - 0.1 / 1.15).abs() < 1e-15);
        assert!((pi[2] - 0.05 / 1.15).abs() < 1e-15);
    }
}
