//! The `PostgreSQL` server restarts while a batch runs.

use crate::database::restart;
use crate::luck::{Luck, cases};
use crate::queue::Queue;
use crate::work::Work;

#[test]
fn a_restarting_server_ends_no_worker_and_changes_no_bit() {
    let Some(queue) = Queue::on_postgresql(true) else { return };
    let mut luck = Luck(20);
    let mut workers = [queue.worker(&[]), queue.worker(&[])];
    for round in 0..cases(3, 20) {
        let work = Work::forty_shards(round);
        let job = queue.submit(&work, &["--shards", "40"]);
        queue.wait_for_shards(&job, "done");
        luck.pause(300);
        if !restart(if round % 2 == 0 { "fast" } else { "immediate" }) {
            return;
        }
        queue.assert_succeeds(&job, &work);
        workers.iter_mut().for_each(|worker| worker.assert_alive());
    }
}
