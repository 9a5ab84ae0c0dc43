//! A job that ends every worker does not do so for ever.

use crate::queue::on_each_database;
use crate::work::Work;

/// Starts without a commit after which a job is set aside.
const MOST_STARTS: usize = 20;

#[test]
fn a_job_that_aborts_every_worker_is_set_aside_after_twenty_starts() {
    on_each_database(|queue| {
        let work = Work::years(64, 1);
        let job = queue.submit(&work, &["--shards", "1"]);
        for start in 1..=MOST_STARTS {
            assert!(!queue.ended(&job), "after {start} starts");
            queue.worker_with(&[], &[("ENERGYOPTI_ABORT_AT", "before-commit:1")]).assert_aborts();
        }
        let mut survivor = queue.worker(&[]);
        let end = queue.wait(&job, "dead-letter");
        assert_eq!(end["shards"]["done"], 0, "{end}");
        survivor.assert_alive();

        assert_eq!(queue.ask(&["jobs", "retry", &job]).code, Some(0));
        queue.assert_succeeds(&job, &work);
    });
}

/// Starts are counted from the last commit on: a batch may need many more than twenty.
#[test]
fn a_commit_sets_the_count_of_starts_back() {
    on_each_database(|queue| {
        let work = Work::years(24 * 64, 1);
        let job = queue.submit(&work, &["--shards", "24"]);
        for _ in 0..MOST_STARTS + 2 {
            queue.worker_with(&[], &[("ENERGYOPTI_ABORT_AT", "after-commit:1")]).assert_aborts();
        }
        let _normal = queue.worker(&[]);
        queue.assert_succeeds(&job, &work);
    });
}
