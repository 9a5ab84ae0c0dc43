//! The outage chains of an asset's units, in lanes, advanced a block at a time.

use super::transitions::{Block, Transition};
use super::{Hazards, Outage, pick};
use crate::lanes::{LANES, Lanes};
use crate::ports::{OutageProcess, UnitClock};
use crate::streams::{StreamKey, open_unit};

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

    /// Draws every change of state before the block's end. Falls and returns go in lists of their
    /// own, so that the processor need not guess which of the two, nor which lanes, come next.
    pub(super) fn draw(&mut self, slot: u32, block: Block, first_replica: u64, drawn: &mut Vec<Transition>) {
        for unit in 0..self.units.len() {
            let clock = &self.units[unit];
            let (mut falls, mut returns) = (Due::default(), Due::default());
            for lane in 0..LANES {
                let (due, up) = (clock.next[lane] < block.end, clock.state[lane] == 0);
                falls.push_if(lane, due & up);
                returns.push_if(lane, due & !up);
            }
            while falls.len + returns.len > 0 {
                let (mut again, mut broken) = (Due::default(), Due::default());
                for lane in falls.lanes() {
                    drawn.push(self.fall(unit, lane, slot, block));
                    broken.push_if(lane, self.units[unit].next[lane] < block.end);
                }
                for lane in returns.lanes() {
                    drawn.push(self.come_back(unit, lane, slot, block, first_replica + lane as u64));
                    again.push_if(lane, self.units[unit].next[lane] < block.end);
                }
                (falls, returns) = (again, broken);
            }
        }
    }

    fn fall(&mut self, unit: usize, lane: usize, slot: u32, block: Block) -> Transition {
        let clock = &mut self.units[unit];
        let (now, to) = (clock.next[lane], clock.falls_to[lane]);
        clock.state[lane] = to;
        clock.next[lane] = now.saturating_add(clock.repair[lane]);
        Transition::new(slot, block, now, lane, 0, to)
    }

    fn come_back(&mut self, unit: usize, lane: usize, slot: u32, block: Block, replica: u64) -> Transition {
        let clock = &mut self.units[unit];
        let (now, from) = (clock.next[lane], clock.state[lane]);
        clock.state[lane] = 0;
        let cycle = clock.cycle[lane] + 1;
        self.begin_cycle(unit, lane, replica, now, cycle);
        Transition::new(slot, block, now, lane, from, 0)
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

/// Lanes that are due, filled without a branch.
struct Due {
    lanes: [u8; LANES + 1],
    len: usize,
}

impl Default for Due {
    fn default() -> Self {
        Self { lanes: [0; LANES + 1], len: 0 }
    }
}

impl Due {
    #[inline]
    fn push_if(&mut self, lane: usize, due: bool) {
        #[expect(clippy::cast_possible_truncation, reason = "64 lanes")]
        {
            self.lanes[self.len] = lane as u8;
        }
        self.len += usize::from(due);
    }

    fn lanes(&self) -> impl Iterator<Item = usize> + use<> {
        let (lanes, len) = (self.lanes, self.len);
        (0..len).map(move |at| usize::from(lanes[at]))
    }
}
