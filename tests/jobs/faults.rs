//! The process aborts at each named step of a commit: another worker ends the job with the same bits.

use crate::queue::on_each_database;
use crate::work::Work;

/// The steps that a shard's result goes through, and those of the merge, which a job has once; at each, which of
/// the worker's passages is its last.
const POINTS: [(&str, [u64; 3]); 7] = [
    ("write", [1, 2, 3]),
    ("sync", [1, 2, 3]),
    ("rename", [1, 2, 3]),
    ("before-commit", [1, 2, 3]),
    ("after-commit", [1, 2, 3]),
    ("before-merge", [1; 3]),
    ("merged", [1; 3]),
];

#[test]
fn a_worker_that_aborts_at_any_step_costs_nothing() {
    on_each_database(|queue| {
        let hits = POINTS.iter().flat_map(|(point, hits)| hits.iter().map(move |hit| format!("{point}:{hit}")));
        for (abort, seed) in hits.zip(1..) {
            let work = Work::years(6 * 64, seed);
            let job = queue.submit(&work, &["--shards", "6"]);
            queue.worker_with(&[], &[("ENERGYOPTI_ABORT_AT", &abort)]).assert_aborts();
            assert!(!queue.ended(&job), "{abort}");
            let _normal = queue.worker(&[]);
            queue.assert_succeeds(&job, &work);
        }
    });
}
