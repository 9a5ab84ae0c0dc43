//! One unit of the plain loop: up and down by turns, each stay drawn from the engine's streams.

use energyopti_engine::assets::Common;
use energyopti_engine::{LANES, StreamKey, open_unit};

/// A unit in 64 futures.
pub(super) struct Unit {
    /// Whose available power it is part of.
    pub group: usize,
    /// The first change of state in any lane.
    pub earliest: u32,
    key: StreamKey,
    /// Probability of being up at step 0.
    stationary: f64,
    /// Mean stays, in steps, of the exponential laws whose whole steps the stays are.
    mean_up: f64,
    mean_down: f64,
    /// The step of the next change of state.
    next: [u32; LANES],
    repair: [u32; LANES],
    cycle: [u32; LANES],
    up: [bool; LANES],
}

impl Unit {
    /// The units of an asset with two-state outages.
    pub fn of(common: &Common, group: usize, seed: u64) -> impl Iterator<Item = Self> {
        let state = common.outage.as_ref().expect("every unit has outages").states[0];
        (0..common.count).map(move |unit| Self {
            group,
            earliest: 0,
            key: StreamKey::new(seed, &common.stream, "outage", unit),
            stationary: state.repair / (state.failure + state.repair),
            mean_up: -1.0 / (-state.failure).ln_1p(),
            mean_down: -1.0 / (-state.repair).ln_1p(),
            next: [0; LANES],
            repair: [0; LANES],
            cycle: [0; LANES],
            up: [true; LANES],
        })
    }

    /// Its state at step 0: whether it is up.
    pub fn start(&mut self, lane: usize, replica: u64) -> bool {
        (self.cycle[lane], self.next[lane]) = (0, 0);
        self.begin(lane, replica);
        self.up[lane] = open_unit(self.key.draw(replica, 0)[0]) <= self.stationary;
        if !self.up[lane] {
            self.next[lane] = self.repair[lane];
        }
        self.up[lane]
    }

    /// Notes the first change of state in any lane.
    #[inline(always)]
    pub fn look_ahead(&mut self) {
        self.earliest = self.next.iter().copied().fold(u32::MAX, u32::min);
    }

    /// The lanes in which it changes state at `hour`, as bits.
    #[inline(always)]
    pub fn due(&self, hour: u32) -> u64 {
        (0..LANES).fold(0, |due, lane| due | (u64::from(self.next[lane] == hour) << lane))
    }

    /// Changes state: whether it is up now.
    #[inline(always)]
    pub fn change(&mut self, lane: usize, hour: u32, replica: u64) -> bool {
        self.up[lane] = !self.up[lane];
        if self.up[lane] {
            self.begin(lane, replica);
        } else {
            self.next[lane] = hour.saturating_add(self.repair[lane]);
        }
        self.up[lane]
    }

    /// Draws a stay up from `next` on, where it ends, and the repair that follows.
    #[inline(always)]
    fn begin(&mut self, lane: usize, replica: u64) {
        self.cycle[lane] += 1;
        let [up, down] = self.key.draw(replica, u64::from(self.cycle[lane]));
        self.next[lane] = self.next[lane].saturating_add(stay(up, self.mean_up));
        self.repair[lane] = stay(down, self.mean_down);
    }
}

/// Length of a stay in steps, at least 1.
#[inline(always)]
fn stay(word: u64, mean_steps: f64) -> u32 {
    ((-open_unit(word).ln() * mean_steps).ceil() as u32).max(1)
}
