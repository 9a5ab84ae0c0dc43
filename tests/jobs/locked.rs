//! Somebody else holds the `SQLite` file: workers wait, and go on.

use std::thread::sleep;
use std::time::Duration;

use crate::database::Lock;
use crate::luck::cases;
use crate::queue::Queue;
use crate::work::Work;

#[test]
fn a_locked_sqlite_file_ends_no_worker_and_tears_no_result() {
    let queue = Queue::on_sqlite();
    let longest = cases(1, 15);
    let mut workers = [queue.worker(&[]), queue.worker(&[])];
    for (milliseconds, seed) in [100, 1000, 5000, 15_000].into_iter().zip(1..) {
        if milliseconds > 1000 * longest {
            continue;
        }
        let work = Work::forty_shards(seed);
        let job = queue.submit(&work, &["--shards", "40"]);
        queue.wait_for_shards(&job, "done");
        let lock = Lock::new(&queue.file());
        sleep(Duration::from_millis(milliseconds));
        drop(lock);
        queue.assert_succeeds(&job, &work);
        workers.iter_mut().for_each(|worker| worker.assert_alive());
    }
}
