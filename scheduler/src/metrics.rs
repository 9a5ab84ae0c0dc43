//! What a worker tells a monitor: names, what they mean, and the gauges that are read from the queue.
//!
//! Counters and times are of this process alone and can be summed over workers. Gauges are of the whole queue, the
//! same from every worker, so that all endings of jobs are told, whoever ended them. Who serves them is not
//! decided here.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::queue::{Counts, Queue};

/// Counter: shards that this worker counted.
pub const SHARDS: &str = "energyopti_shards_total";
/// Counter: tries of shards that ended in an error here.
pub const SHARD_FAILURES: &str = "energyopti_shard_failures_total";
/// Histogram: from a shard's start to its commit, seconds.
pub const SHARD_SECONDS: &str = "energyopti_shard_seconds";
/// Counter: jobs whose run this worker put together.
pub const JOBS_MERGED: &str = "energyopti_jobs_merged_total";
/// Counter: due instants that this process saw to, by what became of them.
pub const INSTANTS: &str = "energyopti_schedule_instants_total";
/// What becomes of a due instant.
pub const OUTCOMES: [&str; 3] = ["submitted", "skipped", "failed"];
/// Gauge: jobs of the queue by state. Its name is not that of a counter without `_total`, which `OpenMetrics` forbids.
pub const JOBS: &str = "energyopti_queue_jobs";
/// Gauge: shards of the queue that wait or run.
pub const SHARDS_BY_STATE: &str = "energyopti_queue_shards";
/// Gauge: when the other gauges were read, seconds since 1970.
pub const READ: &str = "energyopti_queue_read_timestamp_seconds";

/// Upper ends of the buckets of [`SHARD_SECONDS`], seconds: shards are cut to take seconds, and jobs of many
/// small ones or of one large one exist.
pub const SECONDS: [f64; 13] = [0.01, 0.03, 0.1, 0.3, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 300.0, 1800.0];

/// Pause between two readings, and the longest one.
const LOOK: (Duration, Duration) = (Duration::from_secs(5), Duration::from_mins(1));
/// A reading that takes long is followed by a pause this many times as long.
const REST: u32 = 20;

/// Says what the metrics mean, and has each of this process's begin at zero: a series that begins with its first
/// event hides that event from a monitor. To be called once there is a recorder.
pub fn describe() {
    metrics::describe_counter!(SHARDS, "Shards that this worker counted.");
    metrics::describe_counter!(
        SHARD_FAILURES,
        "Tries of shards that ended in an error in this worker, tried again or not."
    );
    metrics::describe_histogram!(
        SHARD_SECONDS,
        metrics::Unit::Seconds,
        "Time from the start of a shard in this worker to its commit."
    );
    metrics::describe_counter!(
        JOBS_MERGED,
        "Jobs that this worker ended with a result. Other endings are told by energyopti_queue_jobs."
    );
    metrics::describe_counter!(INSTANTS, "Due instants of schedules that this process saw to, by outcome.");
    metrics::describe_gauge!(JOBS, "Jobs of the queue by state, the same from every worker: do not sum them.");
    metrics::describe_gauge!(
        SHARDS_BY_STATE,
        "Shards of the queue that wait or run, the same from every worker: do not sum them."
    );
    metrics::describe_gauge!(
        READ,
        metrics::Unit::Seconds,
        "When this worker last read energyopti_queue_jobs and energyopti_queue_shards, as Unix time."
    );
    for counter in [SHARDS, SHARD_FAILURES, JOBS_MERGED] {
        metrics::counter!(counter).absolute(0);
    }
    for outcome in OUTCOMES {
        metrics::counter!(INSTANTS, "outcome" => outcome).absolute(0);
    }
    // Made known, it is there with a count of zero.
    let _ = metrics::histogram!(SHARD_SECONDS);
}

/// Reads the gauges from the queue every few seconds, for ever; less often where reading takes long.
pub async fn watch(queue: Queue) {
    loop {
        let begun = Instant::now();
        match queue.counts().await {
            Ok(counts) => show(&counts),
            Err(error) => tracing::warn!(%error, "the queue could not be counted for its metrics"),
        }
        tokio::time::sleep((begun.elapsed() * REST).clamp(LOOK.0, LOOK.1)).await;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float, and counts stay far below 2^53")]
fn show(counts: &Counts) {
    for (state, jobs) in counts.jobs {
        metrics::gauge!(JOBS, "state" => state.name()).set(jobs as f64);
    }
    for (state, shards) in [("waiting", counts.waiting), ("running", counts.running)] {
        metrics::gauge!(SHARDS_BY_STATE, "state" => state).set(shards as f64);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    metrics::gauge!(READ).set(now.as_secs_f64());
}
