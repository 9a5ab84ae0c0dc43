//! The memory that a job may take, held against what the process has.
//!
//! It is a watch, not a fence: it looks once a second at a process that all shards share. So it judges only while
//! one job is alone at work, and only by how much the process has grown since then. What earlier jobs left behind
//! (jobs kept open, pages that the allocator keeps) is nobody's. It does not see what is taken and given back
//! between two looks, nor what a job takes of pages that were kept, nor what it took while others were at work;
//! it errs on the job's side. What a shard is expected to take is judged before it starts, and a fence is the
//! system's to give (a container's limit, `ulimit -v`).

use std::time::Duration;

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use super::carry::Carrier;
use crate::metrics::SHARD_FAILURES;

/// Pause between two looks.
const LOOK: Duration = Duration::from_secs(1);

/// The job that is alone at work, if there is one and what it may take is known.
#[derive(Default)]
pub(super) struct Alone(Option<Since>);

/// A job since it came to be alone.
struct Since {
    job: String,
    /// Most that a shard of it may take, bytes.
    allowed: u64,
    /// Least that the process had since, bytes: what was freed meanwhile is the job's to take.
    least: u64,
    /// Most shards of it that were at work together since: pages of those that have ended may be kept.
    shards: u64,
}

/// More than a job may take.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excess {
    pub job: String,
    taken: u64,
    allowed: u64,
    shards: u64,
}

impl Alone {
    /// Says which job each shard at work belongs to, and what it may take where that is known. Between two shards
    /// of a job nobody may be at work; it is alone still.
    pub fn changed<'a>(
        &mut self,
        shards: impl Iterator<Item = (&'a str, Option<u64>)> + Clone,
        resident: impl FnOnce() -> u64,
    ) {
        let Some((job, _)) = shards.clone().next() else { return };
        if shards.clone().any(|(other, _)| other != job) {
            self.0 = None;
            return;
        }
        if self.0.as_ref().is_none_or(|since| since.job != job) {
            let allowed = shards.clone().find_map(|(_, allowed)| allowed);
            self.0 = allowed.map(|allowed| Since { job: job.to_owned(), allowed, least: resident(), shards: 0 });
        }
        if let Some(since) = &mut self.0 {
            since.shards = since.shards.max(shards.count() as u64);
        }
    }

    /// What the job takes, where that is more than it may.
    fn excess(&mut self, resident: impl FnOnce() -> u64) -> Option<Excess> {
        let since = self.0.as_mut()?;
        let resident = resident();
        since.least = since.least.min(resident);
        let (taken, allowed) = (resident - since.least, since.allowed.saturating_mul(since.shards));
        (taken > allowed).then(|| Excess { job: since.job.clone(), taken, allowed, shards: since.shards })
    }
}

impl std::fmt::Display for Excess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { taken, allowed, .. } = self;
        match self.shards {
            1 => write!(f, "a shard took {taken} bytes of memory, {allowed} are allowed; raise --memory"),
            n => write!(f, "{n} shards together took {taken} bytes of memory, {allowed} are allowed; raise --memory"),
        }
    }
}

/// Ends jobs that take more memory than they may.
pub(super) async fn watch(carrier: &Carrier) {
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(excess) = carrier.held.alone().excess(resident) else { continue };
        let leases: Vec<_> = carrier.held.leases().into_iter().filter(|lease| lease.job == excess.job).collect();
        // Where nothing of it counts any more, it was stopped before.
        let Some(lease) = leases.first() else { continue };
        let error = excess.to_string();
        tracing::error!(job = lease.job, error, "stopped");
        metrics::counter!(SHARD_FAILURES).increment(1);
        if let Err(error) = carrier.queue.fail(lease, &error, false, 0.0).await {
            tracing::error!(%error, "the queue could not be told");
        }
        leases.iter().for_each(|lease| carrier.held.lose(lease));
    }
}

/// Bytes of memory that this process has; 0 where the system does not tell.
pub(super) fn resident() -> u64 {
    let mut system = System::new();
    let process = Pid::from_u32(std::process::id());
    let memory = ProcessRefreshKind::nothing().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[process]), false, memory);
    system.process(process).map_or(0, sysinfo::Process::memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAY: Option<u64> = Some(60);

    fn changed(alone: &mut Alone, shards: &[(&str, Option<u64>)], resident: u64) {
        alone.changed(shards.iter().copied(), || resident);
    }

    fn excess(alone: &mut Alone, resident: u64) -> Option<String> {
        alone.excess(|| resident).map(|excess| excess.to_string())
    }

    #[test]
    fn what_earlier_jobs_left_is_not_charged() {
        let mut alone = Alone::default();
        changed(&mut alone, &[("a", MAY)], 20);
        assert_eq!(excess(&mut alone, 80), None);
        changed(&mut alone, &[], 80);
        changed(&mut alone, &[("b", None)], 80);
        changed(&mut alone, &[("b", MAY)], 80);
        assert_eq!(excess(&mut alone, 140), None);
        let told = "a shard took 61 bytes of memory, 60 are allowed; raise --memory";
        assert_eq!(excess(&mut alone, 141).as_deref(), Some(told));
    }

    #[test]
    fn what_is_freed_meanwhile_hides_no_growth() {
        let mut alone = Alone::default();
        changed(&mut alone, &[("a", MAY)], 200);
        assert_eq!(excess(&mut alone, 100), None);
        assert!(excess(&mut alone, 161).is_some());
    }

    #[test]
    fn while_several_jobs_are_at_work_nobody_is_judged() {
        let mut alone = Alone::default();
        changed(&mut alone, &[("a", MAY)], 20);
        changed(&mut alone, &[("a", MAY), ("b", MAY)], 20);
        assert_eq!(excess(&mut alone, 500), None);
        changed(&mut alone, &[("a", MAY)], 400);
        assert_eq!(excess(&mut alone, 460), None);
        assert!(excess(&mut alone, 461).is_some());
    }

    /// Pages of shards that have ended may be kept: the last one is not charged with them.
    #[test]
    fn shards_that_were_at_work_together_count_together_to_the_end() {
        let mut alone = Alone::default();
        changed(&mut alone, &[("a", MAY)], 20);
        changed(&mut alone, &[("a", MAY), ("a", None)], 30);
        changed(&mut alone, &[("a", MAY)], 140);
        assert_eq!(excess(&mut alone, 140), None);
        let told = "2 shards together took 121 bytes of memory, 120 are allowed; raise --memory";
        assert_eq!(excess(&mut alone, 141).as_deref(), Some(told));
    }

    #[test]
    fn a_job_between_two_of_its_shards_is_alone_still() {
        let mut alone = Alone::default();
        changed(&mut alone, &[("a", MAY)], 20);
        changed(&mut alone, &[], 70);
        changed(&mut alone, &[("a", None)], 70);
        assert!(excess(&mut alone, 81).is_some());
    }

    #[test]
    fn a_job_that_may_take_any_amount_is_not_judged() {
        let mut alone = Alone::default();
        changed(&mut alone, &[("a", None)], 20);
        assert_eq!(excess(&mut alone, u64::MAX), None);
    }

    #[test]
    fn this_process_has_memory() {
        assert!(resident() > 0);
    }
}
