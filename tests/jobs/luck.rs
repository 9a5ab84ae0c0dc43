//! How often and when: counts of a test, and moments drawn from a fixed seed.

use std::thread::sleep;
use std::time::{Duration, Instant};

/// What is waited for happens within seconds; what has not happened by now never will.
const GIVEN_UP: Duration = Duration::from_mins(5);

/// `usual`, or what `ENERGYOPTI_CASES` asks for up to `most`.
pub fn cases(usual: u64, most: u64) -> u64 {
    let asked = std::env::var("ENERGYOPTI_CASES").ok().and_then(|n| n.parse().ok());
    asked.unwrap_or(usual).clamp(usual, most)
}

/// Numbers as if drawn at random: `SplitMix64` (Steele, Lea, Flood, OOPSLA 2014).
pub struct Luck(pub u64);

impl Luck {
    /// A number from 0 to `end`, without `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let a = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let b = (a ^ (a >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (b ^ (b >> 31)) % end
    }

    /// Waits for less than `milliseconds`.
    pub fn pause(&mut self, milliseconds: u64) {
        sleep(Duration::from_millis(self.below(milliseconds)));
    }
}

/// Looks until there is something; `what` says what was missing where it never comes.
#[track_caller]
pub fn until<T>(what: impl Fn() -> String, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < GIVEN_UP, "given up: {}", what());
        sleep(Duration::from_millis(20));
    }
}
