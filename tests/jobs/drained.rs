//! A worker that is asked to end hands back what it has not finished.

use crate::database::Lock;
use crate::luck::until;
use crate::queue::{Queue, on_each_database};
use crate::work::Work;

#[test]
fn a_busy_worker_that_is_asked_to_end_loses_nothing() {
    on_each_database(|queue| {
        let work = Work::forty_shards(1);
        let job = queue.submit(&work, &["--shards", "40"]);
        for _ in 0..3 {
            let mut worker = queue.worker(&[]);
            queue.wait_for_shards(&job, "running");
            worker.assert_drains();
            assert_eq!(queue.show(&job)["shards"]["running"], 0, "nothing is left in its hands");
        }
        let _last = queue.worker(&[]);
        queue.assert_succeeds(&job, &work);
    });
}

/// The shard would take days: a worker that waited for its end would not be seen to end.
#[test]
fn a_shard_that_would_take_long_is_handed_back() {
    on_each_database(|queue| {
        let work = Work::years(1_000_000_000, 1);
        let job = queue.submit(&work, &["--shards", "1"]);
        let mut worker = queue.worker(&["--grace", "1s"]);
        queue.wait_for_shards(&job, "running");
        worker.assert_drains();
        let shards = queue.show(&job)["shards"].clone();
        assert_eq!((&shards["running"], &shards["waiting"]), (&0.into(), &1.into()), "{shards}");
    });
}

/// What it could not tell the database it leaves to its leases, which run out.
#[test]
fn a_worker_whose_database_is_locked_ends_all_the_same_and_loses_nothing() {
    let queue = Queue::on_sqlite();
    let work = Work::forty_shards(1);
    let job = queue.submit(&work, &["--shards", "40"]);
    let mut worker = queue.worker(&["--grace", "1s"]);
    queue.wait_for_shards(&job, "done");
    let lock = Lock::new(&queue.file());
    worker.assert_drains();
    assert!(worker.log().contains("leases run out by themselves"), "{}", worker.log());
    drop(lock);
    let _next = queue.worker(&[]);
    queue.assert_succeeds(&job, &work);
}

/// The shard would take days and the worker would let it: it ends because it is asked twice.
#[test]
fn a_worker_that_is_asked_twice_ends_at_once_and_loses_nothing() {
    on_each_database(|queue| {
        let work = Work::years(1_000_000_000, 1);
        let job = queue.submit(&work, &["--shards", "1"]);
        let mut worker = queue.worker(&["--grace", "1000h"]);
        queue.wait_for_shards(&job, "running");
        worker.signal("TERM");
        until(|| worker.log(), || worker.log().contains("finishing what runs").then_some(()));
        worker.assert_alive();
        worker.signal("TERM");
        assert_eq!(worker.wait().code(), Some(1), "{}", worker.log());
        let next = queue.worker(&[]);
        until(|| next.log(), || next.log().contains("a lease ran out").then_some(()));
        assert_eq!(queue.state(&job), "running");
    });
}

#[test]
fn a_worker_until_idle_ends_by_itself_when_all_is_done() {
    on_each_database(|queue| {
        let work = Work::years(256, 1);
        let job = queue.submit(&work, &["--shards", "4"]);
        let status = queue.worker(&["--until-idle"]).wait();
        assert_eq!(status.code(), Some(0));
        queue.assert_succeeds(&job, &work);
    });
}
