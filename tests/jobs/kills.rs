//! Workers die at any moment: nothing is lost and nothing counted twice.

use crate::luck::{Luck, cases};
use crate::queue::{Queue, on_each_database};
use crate::work::Work;
use crate::worker::Worker;

/// Kills one of the workers at random moments and starts another in its place, until the job has ended
/// or enough were killed. Counts those that were killed while the job was unfinished.
fn kill_some(queue: &Queue, job: &str, workers: &mut [Worker; 2], luck: &mut Luck, most: u64) -> u64 {
    let mut killed = 0;
    while killed < most {
        luck.pause(250);
        let worker = &mut workers[usize::from(luck.below(2) == 1)];
        worker.kill();
        *worker = queue.worker(&[]);
        if queue.ended(job) {
            break;
        }
        killed += 1;
    }
    killed
}

#[test]
fn workers_killed_at_random_moments_lose_no_shard_and_count_none_twice() {
    on_each_database(|queue| {
        let (kills, mut killed) = (cases(60, 5000), 0);
        let mut luck = Luck(6);
        let mut workers = [queue.worker(&[]), queue.worker(&[])];
        for seed in 1.. {
            let work = Work::forty_shards(seed);
            let job = queue.submit(&work, &["--shards", "40"]);
            killed += kill_some(queue, &job, &mut workers, &mut luck, kills - killed);
            queue.assert_succeeds(&job, &work);
            if killed == kills {
                break;
            }
        }
    });
}

/// Whether the first shards are enough is asked after a commit: a worker that dies in between leaves
/// the question to others.
#[test]
fn the_end_of_a_batch_with_a_stop_rule_does_not_move_when_workers_die() {
    on_each_database(|queue| {
        let mut luck = Luck(7);
        let mut workers = [queue.worker(&[]), queue.worker(&[])];
        // A batch takes as long as eight kills.
        for seed in 0..cases(24, 800) / 8 {
            let work = Work::stopping(seed);
            let job = queue.submit(&work, &["--shards", "80"]);
            kill_some(queue, &job, &mut workers, &mut luck, 8);
            let end = queue.assert_succeeds(&job, &work);
            assert!(end["shards"]["total"].as_u64().unwrap() < 80, "it stops early: {end}");
        }
    });
}
