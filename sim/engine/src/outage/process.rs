//! The outage chains of an asset's units, in lanes, advanced a block at a time.

use pulp::NullaryFnOnce;

use super::transitions::{Block, Transition, Transitions};
use super::{Hazards, Outage, pick};
use crate::lanes::{LANES, Lanes, set_lanes};
use crate::ports::{OutageProcess, UnitClock};
use crate::rows;
use crate::streams::{StreamKey, open_unit};

/// Cycles begun at a time.
const AT_ONCE: usize = 8;

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
    #[inline(always)]
    pub(crate) fn restart(&mut self, first_replica: u64, up: &mut Lanes) {
        self.in_state.fill(Lanes::default());
        let stationary = self.chain.stationary();
        for unit in 0..self.units.len() {
            self.units[unit] = UnitClock { up: u64::MAX, ..UnitClock::default() };
            self.begin_cycles(unit, u64::MAX, first_replica);
            let mut u = Lanes::default();
            for lane in 0..LANES {
                u[lane] = open_unit(self.keys[unit].draw(first_replica + lane as u64, 0)[0]);
            }
            for lane in 0..LANES {
                let replica = first_replica + lane as u64;
                let state = pick(&stationary, u[lane]);
                self.in_state[usize::from(state)][lane] += 1;
                if state > 0 {
                    self.start_down(unit, lane, replica, state);
                }
            }
        }
        for lane in 0..LANES {
            up[lane] = self.units_up(lane);
        }
    }

    /// Starts in a down state: what is left of a geometric stay is again geometric.
    fn start_down(&mut self, unit: usize, lane: usize, replica: u64, state: u8) {
        let [_, word] = self.keys[unit].draw(replica, 1);
        let clock = &mut self.units[unit];
        clock.up &= !(1 << lane);
        clock.falls_to[lane] = state;
        clock.next[lane] = self.hazards.repair[usize::from(state) - 1].stay(word);
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

    /// Draws every change of state before the block's end. Falls go before returns, so that the
    /// processor need not guess which of the two comes next.
    #[inline(always)]
    pub(super) fn draw(&mut self, slot: u32, block: Block, first_replica: u64, transitions: &mut Transitions) {
        #[expect(clippy::cast_possible_truncation, reason = "64 lanes")]
        let transition = |lane: usize, from, to| Transition { slot, lane: lane as u8, from, to };
        for unit in 0..self.units.len() {
            let mut due = rows::below(&self.units[unit].next, block.end);
            while due != 0 {
                let clock = &mut self.units[unit];
                let mut returns = due & !clock.up;
                for lane in set_lanes(due & clock.up) {
                    let (now, to) = clock.fall(lane);
                    transitions.push(now - block.first, transition(lane, 0, to));
                    returns |= u64::from(clock.next[lane] < block.end) << lane;
                }
                for lane in set_lanes(returns) {
                    transitions.push(clock.next[lane] - block.first, transition(lane, clock.falls_to[lane], 0));
                }
                self.begin_cycles(unit, returns, first_replica);
                due = returns & rows::below(&self.units[unit].next, block.end);
            }
        }
    }

    /// In each of `lanes`: draws a stay up from the step `next` on, where it ends, and the repair
    /// that follows. Eight at a time and each operation for all eight before the next, which the
    /// compiler turns into SIMD: 8 % of a whole run, so it is worth its length.
    #[inline(always)]
    fn begin_cycles(&mut self, unit: usize, lanes: u64, first_replica: u64) {
        let key = self.keys[unit];
        let mut left = lanes;
        while left != 0 {
            let mut chosen = [0; AT_ONCE];
            for place in 0..AT_ONCE {
                // Where fewer are left the last one is drawn again, to the same effect.
                chosen[place] = if left == 0 { chosen[place - 1] } else { left.trailing_zeros() as usize };
                left &= left.wrapping_sub(1);
            }
            let clock = &mut self.units[unit];
            let (mut cycle, mut to) = ([0; AT_ONCE], [1; AT_ONCE]);
            let mut repair = [self.hazards.repair[0]; AT_ONCE];
            for place in 0..AT_ONCE {
                cycle[place] = clock.cycle[chosen[place]] + 1;
            }
            if self.hazards.repair.len() > 1 {
                for place in 0..AT_ONCE {
                    let replica = first_replica + chosen[place] as u64;
                    let [word, _] = self.destinations[unit].draw(replica, u64::from(cycle[place]));
                    to[place] = 1 + pick(&self.hazards.shares, open_unit(word));
                    repair[place] = self.hazards.repair[usize::from(to[place]) - 1];
                }
            }
            let (mut stay, mut mend) = ([0; AT_ONCE], [0; AT_ONCE]);
            for place in 0..AT_ONCE {
                let [up, down] = key.draw(first_replica + chosen[place] as u64, u64::from(cycle[place]));
                stay[place] = self.hazards.failure.stay(up);
                mend[place] = repair[place].stay(down);
            }
            for place in 0..AT_ONCE {
                let lane = chosen[place];
                let now = if place > 0 && chosen[place - 1] == lane { continue } else { clock.next[lane] };
                clock.cycle[lane] = cycle[place];
                clock.falls_to[lane] = to[place];
                clock.next[lane] = now.saturating_add(stay[place]);
                clock.repair[lane] = mend[place];
            }
        }
        self.units[unit].up |= lanes;
    }
}

/// The restart of one asset, in the widest instruction set.
pub(crate) struct Restart<'a> {
    pub process: &'a mut OutageProcess,
    pub first_replica: u64,
    pub up: &'a mut Lanes,
}

impl NullaryFnOnce for Restart<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.process.restart(self.first_replica, self.up);
    }
}

impl UnitClock {
    /// The unit breaks down: when, and into which state.
    #[inline(always)]
    fn fall(&mut self, lane: usize) -> (u32, u8) {
        let now = self.next[lane];
        self.up &= !(1 << lane);
        self.next[lane] = now.saturating_add(self.repair[lane]);
        (now, self.falls_to[lane])
    }
}
