//! A worker that is stopped for longer than its lease and then goes on commits nothing.

use std::thread::sleep;
use std::time::Duration;

use crate::luck::until;
use crate::queue::on_each_database;
use crate::work::Work;

#[test]
fn a_worker_stopped_for_three_leases_and_continued_commits_nothing() {
    on_each_database(|queue| {
        let work = Work::years(20_000, 1);
        let job = queue.submit(&work, &["--shards", "1"]);
        let mut zombie = queue.worker(&[]);
        queue.wait_for_shards(&job, "running");
        queue.stop(&zombie);
        sleep(Duration::from_millis(3 * 500));
        assert_eq!(queue.show(&job)["shards"]["done"], 0, "it was stopped before it was done");

        // The batch is ended by another one while the first still believes that it holds the shard.
        let _heir = queue.worker(&[]);
        let end = queue.assert_succeeds(&job, &work);
        assert!(end["commits"][0]["epoch"].as_u64().unwrap() >= 2, "{end}");

        zombie.signal("CONT");
        until(|| zombie.log(), || zombie.log().contains("lease").then_some(()));
        zombie.assert_drains();
        assert_eq!(queue.show(&job)["commits"], end["commits"]);
        queue.assert_succeeds(&job, &work);
    });
}
