//! Outages: what breaks a unit and how long it stays broken.
//!
//! A unit is up or in one of several down or derated states. Up, it falls into state `i` with
//! probability `failure_i` per step; from there it returns with probability `repair_i` per step.
//! Each stay is a geometric number of steps, drawn at its start: with hazard `h = -ln(1 - p)` per
//! step, the stay ends at the first step `k` whose accumulated hazard `k h` reaches `-ln u`, so
//! `P(stay > k) = (1 - p)^k`. The event's number keys `u`; two scenarios that differ in a rate
//! share the luck. Units start in the stationary state of the chain.

use bevy_ecs::prelude::*;

use crate::lanes::{LANES, Lanes};
use crate::ports::{Asset, OutageProcess, UnitClock};
use crate::simulation::Group;
use crate::streams::{StreamKey, open_unit};

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

/// The block clock's view of now.
#[derive(Resource, Clone, Copy, Debug)]
pub(crate) struct Block {
    /// First step of the block.
    pub first: u32,
    /// First step after it.
    pub end: u32,
}

/// One unit in one lane changes state at the start of a step.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Transition {
    pub slot: u32,
    pub step: u16,
    pub lane: u8,
    pub from: u8,
    pub to: u8,
}

/// The block's transitions, grouped by step.
#[derive(Resource, Debug, Default)]
pub(crate) struct Transitions {
    drawn: Vec<Transition>,
    sorted: Vec<Transition>,
    /// `starts[t]..starts[t + 1]` are the transitions of step `t` of the block.
    starts: Vec<u32>,
}

impl Transitions {
    /// The transitions at the start of step `step` of the block.
    pub fn at(&self, step: usize) -> &[Transition] {
        &self.sorted[self.starts[step] as usize..self.starts[step + 1] as usize]
    }

    /// A counting sort by step: within a step the order does not matter, since units are counted.
    fn group(&mut self, steps: usize) {
        self.starts.clear();
        self.starts.resize(steps + 2, 0);
        for transition in &self.drawn {
            self.starts[usize::from(transition.step) + 2] += 1;
        }
        for step in 2..self.starts.len() {
            self.starts[step] += self.starts[step - 1];
        }
        self.sorted.clear();
        self.sorted.resize(self.drawn.len(), Transition::default());
        for transition in &self.drawn {
            let place = &mut self.starts[usize::from(transition.step) + 1];
            self.sorted[*place as usize] = *transition;
            *place += 1;
        }
    }
}

/// Exogenous, block clock: draws every change of state that falls into the block.
pub(crate) fn draw_transitions(
    block: Res<Block>,
    group: Res<Group>,
    mut transitions: ResMut<Transitions>,
    mut assets: Query<(&Asset, &mut OutageProcess)>,
) {
    let transitions = &mut *transitions;
    transitions.drawn.clear();
    for (asset, mut process) in &mut assets {
        process.draw(asset.slot, *block, group.first_replica, &mut transitions.drawn);
    }
    transitions.group((block.end - block.first) as usize);
}

impl OutageProcess {
    pub(crate) fn new(chain: Outage, seed: u64, stream: &str, count: u32) -> Self {
        let states = chain.states.len() + 1;
        Self {
            keys: (0..count).map(|unit| StreamKey::new(seed, stream, "outage", unit)).collect(),
            destinations: (0..count).map(|unit| StreamKey::new(seed, stream, "outage_state", unit)).collect(),
            hazards: Hazards::of(&chain),
            chain,
            units: vec![UnitClock::default(); count as usize],
            in_state: vec![Lanes::default(); states],
        }
    }

    /// Puts every unit into its state at step 0 of the given replicas.
    pub(crate) fn restart(&mut self, first_replica: u64, up: &mut Lanes) {
        self.in_state.fill(Lanes::default());
        let stationary = self.chain.stationary();
        for unit in 0..self.units.len() {
            for lane in 0..LANES {
                let replica = first_replica + lane as u64;
                let [word, _] = self.keys[unit].draw(replica, 0);
                let state = pick(&stationary, open_unit(word));
                self.begin_cycle(unit, lane, replica, 0, 1);
                let clock = &mut self.units[unit];
                clock.state[lane] = state;
                if state > 0 {
                    // What is left of a geometric stay is again geometric.
                    let [_, word] = self.keys[unit].draw(replica, 1);
                    clock.next[lane] = self.hazards.repair[usize::from(state) - 1].stay(word);
                }
                self.in_state[usize::from(state)][lane] += 1;
            }
        }
        for lane in 0..LANES {
            up[lane] = self.units_up(lane);
        }
    }

    /// Power left in `lane`, in units.
    #[inline]
    pub(crate) fn units_up(&self, lane: usize) -> f64 {
        let mut up = f64::from(self.in_state[0][lane]);
        for (units, state) in self.in_state[1..].iter().zip(&self.chain.states) {
            up += f64::from(units[lane]) * state.p_max_pu;
        }
        up
    }

    /// Counts a unit from one state into another and returns the power left, in units.
    #[inline]
    pub(crate) fn apply(&mut self, transition: Transition) -> f64 {
        let lane = usize::from(transition.lane);
        self.in_state[usize::from(transition.from)][lane] -= 1;
        self.in_state[usize::from(transition.to)][lane] += 1;
        self.units_up(lane)
    }

    fn draw(&mut self, slot: usize, block: Block, first_replica: u64, drawn: &mut Vec<Transition>) {
        for unit in 0..self.units.len() {
            for lane in 0..LANES {
                while self.units[unit].next[lane] < block.end {
                    let clock = &self.units[unit];
                    let (step, from) = (clock.next[lane], clock.state[lane]);
                    let to = self.change(unit, lane, first_replica + lane as u64);
                    drawn.push(Transition {
                        slot: u32::try_from(slot).unwrap_or(u32::MAX),
                        #[expect(clippy::cast_possible_truncation, reason = "a block has at most 65 535 steps")]
                        step: (step - block.first) as u16,
                        #[expect(clippy::cast_possible_truncation, reason = "64 lanes")]
                        lane: lane as u8,
                        from,
                        to,
                    });
                }
            }
        }
    }

    /// Moves one unit into its next state, draws the stay there and returns the state.
    fn change(&mut self, unit: usize, lane: usize, replica: u64) -> u8 {
        let clock = &mut self.units[unit];
        let now = clock.next[lane];
        if clock.state[lane] == 0 {
            clock.state[lane] = clock.falls_to[lane];
            clock.next[lane] = now.saturating_add(clock.repair[lane]);
        } else {
            clock.state[lane] = 0;
            let cycle = clock.cycle[lane] + 1;
            self.begin_cycle(unit, lane, replica, now, cycle);
        }
        self.units[unit].state[lane]
    }

    /// Draws a stay up from step `now`, where it ends, and the repair that follows.
    fn begin_cycle(&mut self, unit: usize, lane: usize, replica: u64, now: u32, cycle: u32) {
        let falls_to = if self.chain.states.len() == 1 {
            1
        } else {
            let [word, _] = self.destinations[unit].draw(replica, u64::from(cycle));
            1 + pick(&self.hazards.shares, open_unit(word))
        };
        let [up, down] = self.keys[unit].draw(replica, u64::from(cycle));
        let clock = &mut self.units[unit];
        clock.cycle[lane] = cycle;
        clock.falls_to[lane] = falls_to;
        clock.next[lane] = now.saturating_add(self.hazards.failure.stay(up));
        clock.repair[lane] = self.hazards.repair[usize::from(falls_to) - 1].stay(down);
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

/// Hazard per step, `-ln(1 - p)`: infinite where `p = 1`.
#[derive(Clone, Copy, Debug)]
struct Hazard(f64);

impl Hazard {
    fn of(probability: f64) -> Self {
        Self(-libm::log1p(-probability.min(1.0)))
    }

    /// Length of a stay in steps, at least 1: the first step at which the hazard that has piled up
    /// reaches `-ln u`.
    #[inline]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates: never within the horizon")]
    fn stay(self, word: u64) -> u32 {
        let steps = -libm::log(open_unit(word)) / self.0;
        // Rounded up by hand: without SSE 4.1 `ceil` is a call. A hazard of 0 gives infinity, or
        // NaN for ln 1 = 0; both mean that the stay outlasts every horizon.
        let whole = steps as u32;
        if steps.is_nan() { u32::MAX } else { whole.saturating_add(u32::from(f64::from(whole) < steps)).max(1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
