//! A delay that spreads schedules of the same due instant, the same on every machine.

use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// By how much the start of a schedule's run is delayed: whole milliseconds in `0..most`, keyed by
/// name and due instant alone (the first 64 bits of their SHA-256 as a fraction of `most`).
///
/// It delays the start and nothing else: a run is known by its due instant, so two schedulers that
/// delay differently could not submit it twice.
#[must_use]
pub fn jitter(schedule: &str, due: Timestamp, most: Duration) -> Duration {
    let mut hash = Sha256::new();
    // The instant first: its length is fixed, so no name can imitate another pair.
    hash.update(due.as_nanosecond().to_be_bytes());
    hash.update(schedule.as_bytes());
    let digest = hash.finalize();
    let fraction = digest[..8].iter().fold(0_u128, |value, byte| (value << 8) | u128::from(*byte));
    let most_ms = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
    // Below `most_ms`, since the fraction is below 2^64.
    Duration::from_millis(u64::try_from((fraction * u128::from(most_ms)) >> 64).unwrap_or(u64::MAX))
}
