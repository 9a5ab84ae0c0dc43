//! What a schedule submits, when, and how its runs are treated: one JSON text of the table.

use std::time::Duration;

use energyopti_scenarios::jobs::Order;
use serde::{Deserialize, Serialize};

use crate::Request;
use crate::calendar::{Misfire, Overlap, Rule, jitter};
use crate::queue::{Due, Terms, milliseconds};

/// A schedule without its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// When it is due.
    pub rule: Rule,
    /// What becomes of instants that nobody was there to see.
    pub misfire: Misfire,
    /// What becomes of an instant while the run before is under way.
    pub overlap: Overlap,
    /// Longest delay of a run's start, milliseconds.
    pub jitter_ms: u64,
    /// What is run.
    pub order: Order,
    /// In how many shards.
    pub shards: Option<u64>,
    /// Higher goes first.
    pub priority: i64,
    /// Tries of a shard that ends in an error which may pass.
    pub attempts: u32,
    /// Longest time of a run from its first start to its end, milliseconds.
    pub timeout_ms: Option<u64>,
    /// Most memory that a shard may take, bytes.
    pub memory_bytes: Option<u64>,
}

impl Spec {
    /// How the run of an instant is handed in.
    #[must_use]
    pub fn request(&self, due: &Due) -> Request {
        let terms = Terms {
            priority: self.priority,
            attempts: self.attempts,
            timeout: self.timeout_ms.map(Duration::from_millis),
            memory_bytes: self.memory_bytes,
            key: None,
        };
        let title = self.order.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Request { terms, shards: self.shards, fresh: false, due: Some(due.clone()), title }
    }

    /// Before when the run of an instant is not begun, Unix milliseconds; 0 where there is no jitter.
    pub(super) fn ready_ms(&self, due: &Due) -> i64 {
        if self.jitter_ms == 0 {
            return 0;
        }
        let delay = jitter(&due.schedule, due.at, Duration::from_millis(self.jitter_ms));
        due.at.as_millisecond().saturating_add(milliseconds(delay))
    }
}
