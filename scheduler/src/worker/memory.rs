//! The memory that a job may take, held against what the process has.
//!
//! All shards of a worker share one process, so what a single one takes can only be told while one job is alone at
//! work; that is judged here. What a shard is expected to take is judged before it starts.

use std::collections::BTreeSet;
use std::time::Duration;

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};

use super::carry::Carrier;

/// Pause between two looks.
const LOOK: Duration = Duration::from_secs(1);

/// Ends jobs that take more memory than they may.
pub(super) async fn watch(carrier: &Carrier) {
    let mut system = System::new();
    let idle = resident(&mut system);
    loop {
        tokio::time::sleep(LOOK).await;
        let held = carrier.held.limited();
        let jobs: BTreeSet<&str> = held.iter().map(|(lease, _)| lease.job.as_str()).collect();
        let Some(allowed) = held.iter().map(|(_, limit)| *limit).sum::<Option<u64>>().filter(|_| jobs.len() == 1)
        else {
            continue;
        };
        let taken = resident(&mut system).saturating_sub(idle);
        if taken <= allowed {
            continue;
        }
        let (lease, _) = &held[0];
        let count = held.len();
        let error = format!("{count} shards took {taken} bytes of memory, {allowed} are allowed; raise --memory");
        tracing::error!(job = lease.job, error, "stopped");
        if let Err(error) = carrier.queue.fail(lease, &error, false, 0.0).await {
            tracing::error!(%error, "the queue could not be told");
        }
        held.iter().for_each(|(lease, _)| carrier.held.lose(lease));
    }
}

/// Bytes of memory that this process has; 0 where the system does not tell.
fn resident(system: &mut System) -> u64 {
    let process = Pid::from_u32(std::process::id());
    let memory = ProcessRefreshKind::nothing().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[process]), false, memory);
    system.process(process).map_or(0, sysinfo::Process::memory)
}
