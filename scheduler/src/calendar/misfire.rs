//! What is made up after a standstill.

use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::rule::Rule;

/// What becomes of due instants that were missed: nobody looked until they were older than the grace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Misfire {
    /// They are passed over.
    Skip,
    /// One run stands for all: the most recent one, unless a run on time stands for them already.
    #[default]
    Once,
    /// The most recent `limit` are made up one after the other, the others passed over.
    All {
        /// How many at most.
        limit: u32,
    },
}

/// What becomes of a due run while the one before is not done. A word here; whoever sees jobs acts on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Overlap {
    /// It is left out.
    #[default]
    Skip,
    /// It waits.
    Queue,
    /// It takes the other's place.
    Replace,
}

/// What is to be done now. Each due instant of the time looked at is in `submit` or counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Due instants to submit, rising.
    pub submit: Vec<Timestamp>,
    /// How many of these, the first ones, were missed and are made up.
    pub made_up: usize,
    /// How many due instants are passed over.
    pub passed_over: u64,
    /// Up to where, inclusive, this has dealt with the rule: the `handled` of the next call.
    pub handled: Timestamp,
}

/// What is due in `(handled, now]`: `handled` is that of the last call, at first the time of creation.
///
/// Instants at most `grace` old are on time and always submitted; older ones are treated by `misfire`.
/// A clock that was set back finds nothing due and keeps `handled`. Takes about a microsecond per due
/// instant in between, and memory for those to submit only.
#[must_use]
pub fn due(rule: &Rule, handled: Timestamp, now: Timestamp, misfire: Misfire, grace: Duration) -> Due {
    let grace = SignedDuration::try_from(grace).unwrap_or(SignedDuration::MAX);
    let limit = match misfire {
        Misfire::Skip => 0,
        Misfire::Once => 1,
        Misfire::All { limit } => usize::try_from(limit).unwrap_or(usize::MAX),
    };
    let (mut missed, mut on_time, mut passed_over) = (VecDeque::new(), Vec::new(), 0);
    for instant in rule.upcoming(handled).take_while(|instant| *instant <= now) {
        if now.duration_since(instant) <= grace {
            on_time.push(instant);
            continue;
        }
        missed.push_back(instant);
        // No more are kept than will be made up: a month of seconds is 2.6 million instants.
        if missed.len() > limit {
            missed.pop_front();
            passed_over += 1;
        }
    }
    if misfire == Misfire::Once && !on_time.is_empty() {
        passed_over += missed.drain(..).count() as u64;
    }
    let made_up = missed.len();
    let submit = missed.into_iter().chain(on_time).collect();
    Due { submit, made_up, passed_over, handled: handled.max(now) }
}
