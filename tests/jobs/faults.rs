//! The process aborts at each named step of a commit: another worker ends the job with the same bits.

use crate::queue::on_each_database;
use crate::work::Work;

/// The steps that a shard's result goes through.
const POINTS: [&str; 5] = ["write", "sync", "rename", "before-commit", "after-commit"];

#[test]
fn a_worker_that_aborts_at_any_step_of_a_commit_costs_nothing() {
    on_each_database(|queue| {
        for (point, seed) in POINTS.into_iter().zip(0..) {
            for hit in 1..=3 {
                let work = Work::years(6 * 64, 10 * seed + hit);
                let job = queue.submit(&work, &["--shards", "6"]);
                let abort = format!("{point}:{hit}");
                queue.worker_with(&[], &[("ENERGYOPTI_ABORT_AT", &abort)]).assert_aborts();
                assert!(!queue.ended(&job), "{abort}");
                let _normal = queue.worker(&[]);
                queue.assert_succeeds(&job, &work);
            }
        }
    });
}
