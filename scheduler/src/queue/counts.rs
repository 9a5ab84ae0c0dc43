//! How many jobs and shards are in which state: what a monitor wants to know every few seconds.
//!
//! It counts in indexes, never in the tables: jobs in that by state, shards in those of the few that wait or run.
//! Shards that are done are not counted; they may be tens of millions. Jobs that have ended are: a look takes
//! about 0.1 s for each million of them, so whoever looks often keeps an eye on how long a look takes.

use sqlx::Row;

use super::Queue;
use super::database::sql;
use super::job::{JobState, STATES};
use crate::QueueError;

/// What the queue holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Jobs in each state, all of [`STATES`] in their order.
    pub jobs: [(JobState, u64); STATES.len()],
    /// Shards that wait for a worker or for their time.
    pub waiting: u64,
    /// Shards in the hands of workers, merges among them.
    pub running: u64,
}

impl Queue {
    /// Jobs and shards in each state, in one view.
    ///
    /// # Errors
    /// [`QueueError::Corrupt`], and those of the database.
    pub async fn counts(&self) -> Result<Counts, QueueError> {
        let query = || {
            sql("SELECT 'job', state, COUNT(*) FROM job GROUP BY state \
                 UNION ALL SELECT 'shard', 'waiting', COUNT(*) FROM shard WHERE state = 'waiting' \
                 UNION ALL SELECT 'shard', 'leased', COUNT(*) FROM shard WHERE state = 'leased'")
        };
        let mut counts = Counts { jobs: STATES.map(|state| (state, 0)), waiting: 0, running: 0 };
        for row in self.database.rows(query).await? {
            let (what, state): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let count = row.try_get::<i64, _>(2)?.cast_unsigned();
            match (what.as_str(), state.as_str()) {
                ("shard", "waiting") => counts.waiting = count,
                ("shard", _) => counts.running = count,
                (_, state) => {
                    let state = JobState::parse(state)?;
                    let of_state = counts.jobs.iter_mut().filter(|(other, _)| *other == state);
                    of_state.for_each(|(_, jobs)| *jobs = count);
                }
            }
        }
        Ok(counts)
    }
}
