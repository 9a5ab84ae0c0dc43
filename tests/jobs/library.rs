//! Every file of the scenario library as a job of several shards, quantum circuits and all: the bytes of a `run`.

use crate::queue::Queue;
use crate::support::{library, scenarios};
use crate::work::Work;

#[test]
fn every_scenario_of_the_library_is_the_same_in_shards() {
    let queue = Queue::on_sqlite();
    let jobs = scenarios().into_iter().map(|name| {
        let file = library(&name);
        let mut words = vec![file.to_str().unwrap(), "--replicas", "192", "--seed", "7"];
        if name == "quantum_allocation.toml" {
            // The search for angles of four layers is a matter of minutes without optimisation.
            words.extend(["--set", "quantum.allocation.layers=1"]);
        }
        let work = Work::new(&words);
        (queue.submit(&work, &["--shards", "3"]), work)
    });
    let jobs: Vec<_> = jobs.collect();
    let mut worker = queue.worker(&["--until-idle"]);
    for (job, work) in &jobs {
        let end = queue.assert_succeeds(job, work);
        assert_eq!(end["shards"]["total"], 3, "{end}");
    }
    assert_eq!(worker.wait().code(), Some(0));
}
