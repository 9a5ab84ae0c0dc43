//! Markov regimes: who stays exponentially long in one state and then moves to another.
//!
//! A continuous-time chain told by its mean stays and by where it goes. Nothing is drawn between
//! changes of state; the state at the start of a step is that of the chain at that moment, so shares
//! of time are exact for any step length and a stay shorter than a step may pass unseen. Under a
//! regime runs one standard mean-reverting process, scaled by each regime in turn.

use super::Rules;
use super::events::least;
use super::mean_reverting::Ornstein;
use super::normal::FAR;
use crate::assets::fault::Fault;
use crate::lanes::{LANES, Lanes, set_lanes};
use crate::streams::{StreamKey, open_unit};

/// A chain of regimes.
#[derive(Clone, Debug, PartialEq)]
pub struct Regimes {
    /// 2 to 255 of them.
    pub states: Vec<Regime>,
    /// Half-life in hours of the mean-reverting process under the regimes, above 0; without effect
    /// where every standard deviation is 0.
    pub half_life_h: f64,
}

/// One regime.
#[derive(Clone, Debug, PartialEq)]
pub struct Regime {
    /// Value, or mean of the process under it.
    pub mean: f64,
    /// Standard deviation of the process under it, 0 for a fixed value.
    pub standard_deviation: f64,
    /// Mean length of a stay in hours, 0.01 or more.
    pub mean_sojourn_h: f64,
    /// Probability of each regime to be the next; 0 for itself, 1 in total.
    pub next: Vec<f64>,
}

impl Regimes {
    /// Every broken rule.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut rules = Rules::default();
        let n = self.states.len();
        rules.check("states", (2..=255).contains(&n), "must be 2 to 255");
        rules.above_zero("half_life_h", self.half_life_h);
        for (index, state) in self.states.iter().enumerate() {
            rules.finite("mean", state.mean);
            rules.not_negative("standard_deviation", state.standard_deviation);
            rules.between("mean_sojourn_h", state.mean_sojourn_h, 0.01, 1e9);
            rules.check("next", state.next.len() == n, "must have one share for every regime");
            rules.check("next", state.next.iter().all(|p| (0.0..=1.0).contains(p)), "must lie between 0 and 1");
            let total: f64 = state.next.iter().sum();
            rules.check("next", (total - 1.0).abs() < 1e-9, "must add up to 1");
            rules.check("next", state.next.get(index) == Some(&0.0), "must be 0 for the regime itself");
        }
        if rules.0.is_empty() {
            let connected = (0..n).all(|from| self.reachable(from).iter().all(|seen| *seen));
            rules.check("next", connected, "must lead from every regime to every other");
        }
        rules.0
    }

    fn reachable(&self, from: usize) -> Vec<bool> {
        let mut seen = vec![false; self.states.len()];
        let mut ahead = vec![from];
        while let Some(state) = ahead.pop() {
            if !std::mem::replace(&mut seen[state], true) {
                ahead.extend((0..seen.len()).filter(|to| self.states[state].next[*to] > 0.0));
            }
        }
        seen
    }

    /// Shares of time: `pi_i = nu_i m_i / sum`, with `nu = nu P` of the embedded chain and mean
    /// stays `m` (J. R. Norris, "Markov chains", 1997, theorem 3.5.1). Elimination after
    /// W. K. Grassmann, M. I. Taksar and D. P. Heyman ("Regenerative analysis and steady state
    /// distributions for Markov chains", 1985): no subtraction, so no cancellation.
    #[must_use]
    pub fn stationary(&self) -> Vec<f64> {
        let n = self.states.len();
        let mut p: Vec<Vec<f64>> = self.states.iter().map(|s| s.next.clone()).collect();
        for last in (1..n).rev() {
            let leaving: f64 = p[last][..last].iter().sum();
            for i in 0..last {
                p[i][last] /= leaving;
                for j in 0..last {
                    p[i][j] += p[i][last] * p[last][j];
                }
            }
        }
        let mut nu = vec![1.0; n];
        for j in 1..n {
            nu[j] = (0..j).map(|i| nu[i] * p[i][j]).sum();
        }
        let time: Vec<f64> = nu.iter().zip(&self.states).map(|(nu, s)| nu * s.mean_sojourn_h).collect();
        let total: f64 = time.iter().sum();
        time.iter().map(|t| t / total).collect()
    }

    /// Whether a mean-reverting process runs under any regime.
    pub(super) fn reverts(&self) -> bool {
        self.states.iter().any(|s| s.standard_deviation > 0.0)
    }
}

/// The first index whose cumulated share reaches `u` in (0, 1]; rounding may leave the sum a little
/// below 1, then the last that can be reached.
fn pick(shares: &[f64], u: f64) -> usize {
    let mut reached = 0.0;
    for (index, share) in shares.iter().enumerate() {
        reached += share;
        if u <= reached {
            return index;
        }
    }
    shares.iter().rposition(|share| *share > 0.0).unwrap_or(0)
}

/// One chain in lanes.
#[derive(Clone, Debug)]
pub(super) struct RegimePath {
    chain: Regimes,
    stationary: Vec<f64>,
    key: StreamKey,
    /// Hours at which the stay ends.
    until: Lanes,
    /// Least of `until`.
    soonest: f64,
    state: Lanes<u8>,
    changes: Lanes<u32>,
    level: Lanes,
    spread: Lanes,
    under: Option<Ornstein>,
}

impl RegimePath {
    pub fn new(chain: &Regimes, seed: u64, stream: &str, step_h: f64) -> Self {
        Self {
            stationary: chain.stationary(),
            key: StreamKey::new(seed, stream, "regime", 0),
            until: Lanes::default(),
            soonest: 0.0,
            state: Lanes::default(),
            changes: Lanes::default(),
            level: Lanes::default(),
            spread: Lanes::default(),
            under: chain.reverts().then(|| Ornstein::new(chain.half_life_h, step_h)),
            chain: chain.clone(),
        }
    }

    /// Starts stationary; what is left of an exponential stay is again exponential.
    pub fn restart(&mut self, first_replica: u64) {
        self.changes = Lanes::default();
        for lane in 0..LANES {
            let words = self.key.draw(first_replica + lane as u64, 0);
            self.enter(lane, pick(&self.stationary, open_unit(words[0])), 0.0, words[1]);
        }
        // The first step looks, whoever stays: it writes the row.
        self.soonest = 0.0;
        if let Some(under) = &mut self.under {
            under.restart();
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "at most 255 regimes, checked on input")]
    fn enter(&mut self, lane: usize, state: usize, from_h: f64, word: u64) {
        let regime = &self.chain.states[state];
        self.state[lane] = state as u8;
        self.level[lane] = regime.mean;
        self.spread[lane] = regime.standard_deviation;
        self.until[lane] = from_h - regime.mean_sojourn_h * libm::log(open_unit(word));
    }

    /// Changes every regime whose stay has ended by `hours`.
    #[cold]
    fn change(&mut self, hours: f64, first_replica: u64) {
        let ended = (0..LANES).fold(0, |mask, lane| mask | (u64::from(self.until[lane] <= hours) << lane));
        for lane in set_lanes(ended) {
            while self.until[lane] <= hours {
                self.changes[lane] += 1;
                let words = self.key.draw(first_replica + lane as u64, u64::from(self.changes[lane]));
                let from = usize::from(self.state[lane]);
                let to = pick(&self.chain.states[from].next, open_unit(words[0]));
                self.enter(lane, to, self.until[lane], words[1]);
            }
        }
        self.soonest = least(&self.until);
    }

    /// Writes the value at `hours` to `out`, which holds the last step's; whether it changed.
    #[inline(always)]
    pub fn advance(&mut self, hours: f64, first_replica: u64, innovation: &Lanes, out: &mut Lanes) -> bool {
        let changes = self.soonest <= hours;
        if changes {
            self.change(hours, first_replica);
        }
        if let Some(under) = &mut self.under {
            under.advance(innovation);
            for lane in 0..LANES {
                out[lane] = self.level[lane] + self.spread[lane] * under.x[lane];
            }
            return true;
        }
        if changes {
            *out = self.level;
        }
        changes
    }

    /// The greatest magnitude, or the one passed once in 1e12.
    pub fn magnitude(&self) -> f64 {
        self.chain.states.iter().map(|s| s.mean.abs() + FAR * s.standard_deviation).fold(0.0, f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(mean_sojourn_h: f64, next: &[f64]) -> Regime {
        Regime { mean: 0.0, standard_deviation: 0.0, mean_sojourn_h, next: next.to_vec() }
    }

    /// Two states leave each other: shares are as the mean stays. Three states in a ring likewise.
    #[test]
    fn shares_of_time_in_rings_are_as_the_mean_stays() {
        let two = Regimes { states: vec![state(30.0, &[0.0, 1.0]), state(10.0, &[1.0, 0.0])], half_life_h: 1.0 };
        assert!((two.stationary()[0] - 0.75).abs() < 1e-15);
        let ring = [state(1.0, &[0.0, 1.0, 0.0]), state(2.0, &[0.0, 0.0, 1.0]), state(5.0, &[1.0, 0.0, 0.0])];
        let pi = Regimes { states: ring.to_vec(), half_life_h: 1.0 }.stationary();
        assert!((pi[0] - 0.125).abs() < 1e-15 && (pi[1] - 0.25).abs() < 1e-15 && (pi[2] - 0.625).abs() < 1e-15);
    }

    /// By hand for P = [0 .75 .25; .5 0 .5; 1 0 0]: nu is as (1, 3/4, 5/8), since 1 = 3/8 + 5/8 and
    /// 5/8 = 1/4 + 3/8; times the mean stays that is (1, 3, 5).
    #[test]
    fn shares_of_time_weigh_the_embedded_chain() {
        let states = vec![state(1.0, &[0.0, 0.75, 0.25]), state(4.0, &[0.5, 0.0, 0.5]), state(8.0, &[1.0, 0.0, 0.0])];
        let pi = Regimes { states, half_life_h: 1.0 }.stationary();
        for (share, time) in pi.iter().zip([1.0, 3.0, 5.0]) {
            assert!((share - time / 9.0).abs() < 1e-15);
        }
    }

    #[test]
    fn a_regime_that_nobody_returns_to_is_a_fault() {
        let states = vec![state(1.0, &[0.0, 1.0, 0.0]), state(1.0, &[1.0, 0.0, 0.0]), state(1.0, &[0.5, 0.5, 0.0])];
        let faults = Regimes { states, half_life_h: 1.0 }.faults();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].rule, "must lead from every regime to every other");
    }
}
