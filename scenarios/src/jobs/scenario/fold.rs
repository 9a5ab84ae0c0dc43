//! Shards of futures added up, one after the other.

use energyopti_engine::{LANES, Results, Tally};

use super::job::ScenarioJob;
use crate::batch::{Stretch, stop};
use crate::jobs::{JobError, shard};

/// What the shards so far add up to.
pub(super) struct Fold<'a> {
    job: &'a ScenarioJob,
    tally: Tally,
    /// Shards so far.
    taken: u64,
    /// Futures in the longest of them.
    pub longest: u64,
}

impl<'a> Fold<'a> {
    pub fn new(job: &'a ScenarioJob) -> Self {
        Self { job, tally: job.empty.clone(), taken: 0, longest: 0 }
    }

    /// Takes a shard; gives its sampled columns. With `next` it has to begin where the last one ended.
    pub fn take(&mut self, bytes: &[u8], next: bool) -> Result<Vec<Vec<f64>>, JobError> {
        let (range, stretch) = shard::decode::<Stretch>(&self.job.identity, self.taken, bytes)?;
        let counted = range.end.saturating_sub(range.start);
        let fits = range.start.is_multiple_of(LANES as u64)
            && range.end <= self.job.replicas()
            && counted == stretch.tally.replicas
            && stretch.columns.len() == self.job.sampled.len();
        if !fits || (next && range.start != self.tally.replicas) {
            return Err(JobError::Damaged { shard: self.taken });
        }
        self.tally.merge(&stretch.tally);
        self.taken += 1;
        self.longest = self.longest.max(counted);
        Ok(stretch.columns)
    }

    /// Futures so far.
    pub fn futures(&self) -> u64 {
        self.tally.replicas
    }

    /// Whether no more futures are needed, where those so far are the first.
    pub fn is_enough(&self) -> Result<bool, JobError> {
        if self.tally.replicas >= self.job.replicas() {
            return Ok(true);
        }
        let Some(rule) = &self.job.variant.scenario.monte_carlo.stop_at else { return Ok(false) };
        Ok(stop::is_satisfied(rule, &self.tally, &self.job.layout, self.job.controls()?))
    }

    pub fn results(&self) -> Result<Results, JobError> {
        Ok(self.tally.results(&self.job.layout, self.job.controls()?))
    }
}
