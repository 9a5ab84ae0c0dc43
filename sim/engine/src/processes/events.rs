//! Events in lanes: each fires when the hazard that has piled up since the one before reaches
//! `-ln u`, `u` keyed by the event's number.
//!
//! Time is told in accumulated hazard, so a rate that follows a course or a scenario shares its
//! luck with a constant one.

use crate::lanes::{LANES, Lanes, set_lanes};
use crate::streams::{StreamKey, open_unit};

/// When the next event of each lane comes.
#[derive(Clone, Debug)]
pub(super) struct EventClock {
    key: StreamKey,
    /// Accumulated hazard at which it fires.
    due: Lanes,
    /// Events that have fired: the number of the next one.
    fired: Lanes<u32>,
    /// Least of `due`: until it is reached a step costs one comparison.
    soonest: f64,
}

/// One event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub lane: usize,
    pub replica: u64,
    /// Counts from 0 in each replica.
    pub number: u64,
    /// Accumulated hazard at which it fired.
    pub at: f64,
    /// A word of its own, for whatever belongs to the event.
    pub word: u64,
}

impl EventClock {
    pub fn new(key: StreamKey) -> Self {
        Self { key, due: Lanes::default(), fired: Lanes::default(), soonest: f64::INFINITY }
    }

    /// Starts to count at accumulated hazard `start`, which is at most 0.
    pub fn restart(&mut self, start: f64, first_replica: u64) {
        self.fired = Lanes::default();
        for lane in 0..LANES {
            self.due[lane] = start + wait(self.key.draw(first_replica + lane as u64, 0));
        }
        self.look_ahead();
    }

    /// Whether an event comes before the hazard reaches `hazard`.
    #[inline(always)]
    pub fn is_due(&self, hazard: f64) -> bool {
        self.soonest < hazard
    }

    /// Fires every event below `hazard`, lane by lane, in order.
    #[cold]
    pub fn fire(&mut self, hazard: f64, first_replica: u64, mut on: impl FnMut(Event)) {
        let due = (0..LANES).fold(0, |mask, lane| mask | (u64::from(self.due[lane] < hazard) << lane));
        for lane in set_lanes(due) {
            let replica = first_replica + lane as u64;
            while self.due[lane] < hazard {
                let number = u64::from(self.fired[lane]);
                let [_, word] = self.key.draw(replica, number);
                on(Event { lane, replica, number, at: self.due[lane], word });
                self.fired[lane] += 1;
                self.due[lane] += wait(self.key.draw(replica, number + 1));
            }
        }
        self.look_ahead();
    }

    /// How many events each lane has had.
    pub fn fired(&self) -> &Lanes<u32> {
        &self.fired
    }

    fn look_ahead(&mut self) {
        self.soonest = least(&self.due);
    }
}

/// The least value of a row; eight at a time, so that no comparison waits for the one before.
pub(super) fn least(row: &Lanes) -> f64 {
    let mut least = [f64::INFINITY; 8];
    for piece in row.as_chunks::<8>().0 {
        for place in 0..8 {
            least[place] = if piece[place] < least[place] { piece[place] } else { least[place] };
        }
    }
    least.into_iter().fold(f64::INFINITY, f64::min)
}

/// The hazard that piles up before the event of these words, `-ln u`.
fn wait([word, _]: [u64; 2]) -> f64 {
    -libm::log(open_unit(word))
}
