//! Cancelling, also what runs, and trying again.

use crate::queue::on_each_database;
use crate::work::Work;

/// A running shard would take days: the next job of the only worker shows that it was stopped.
#[test]
fn a_cancelled_job_stops_its_running_shard() {
    on_each_database(|queue| {
        let job = queue.submit(&Work::years(1_000_000_000, 1), &["--shards", "1"]);
        let _worker = queue.worker(&["--concurrency", "1"]);
        queue.wait_for_shards(&job, "running");
        assert_eq!(queue.ask(&["jobs", "cancel", &job]).code, Some(0));
        queue.wait(&job, "cancelled");

        let next = Work::years(128, 1);
        let after = queue.submit(&next, &["--shards", "2"]);
        queue.assert_succeeds(&after, &next);
        assert_eq!(queue.state(&job), "cancelled");
    });
}

#[test]
fn a_cancelled_job_that_is_retried_ends_with_the_same_bits() {
    on_each_database(|queue| {
        let work = Work::forty_shards(1);
        let job = queue.submit(&work, &["--shards", "40"]);
        let _worker = queue.worker(&[]);
        queue.wait_for_shards(&job, "done");
        assert_eq!(queue.ask(&["jobs", "cancel", &job]).code, Some(0));
        queue.wait(&job, "cancelled");
        assert_eq!(queue.ask(&["jobs", "retry", &job]).code, Some(0));
        queue.assert_succeeds(&job, &work);
    });
}

#[test]
fn a_job_that_is_unknown_or_has_ended_is_not_cancelled() {
    on_each_database(|queue| {
        let job = queue.submit(&Work::years(64, 1), &[]);
        assert_eq!(queue.worker(&["--until-idle"]).wait().code(), Some(0));
        queue.ask(&["jobs", "cancel", &job]).assert_refused(2, &[&job, "succeeded"]);
        queue.ask(&["jobs", "cancel", "nobody"]).assert_refused(2, &["nobody"]);
        queue.ask(&["jobs", "show", "nobody"]).assert_refused(2, &["nobody"]);
    });
}
