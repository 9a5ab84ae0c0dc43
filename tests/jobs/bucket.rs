//! Results in S3-compatible storage: the same figures as in a folder, and answered from there.

use crate::queue::Queue;
use crate::work::Work;

#[test]
fn a_bucket_holds_the_run_and_answers_for_it() {
    // `.ci/s3.sh` starts a server and sets the usual variables.
    if std::env::var_os("ENERGYOPTI_S3_ENDPOINT").is_none() {
        eprintln!("ENERGYOPTI_S3_ENDPOINT is not set: not tried on S3-compatible storage");
        return;
    }
    let queue = Queue::on_sqlite();
    let work = Work::years(256, 1);
    let store = format!("s3://energyopti-tests/jobs-{}", std::process::id());
    let submit = [&work.command("submit")[..], &["--shards", "3", "--store", &store]].concat();
    let job = queue.json(&submit)["job"].as_str().unwrap().to_owned();
    // A worker learns from the queue where results live.
    let mut worker = queue.process(&["worker", "--until-idle", "--threads", "1"], &[]);
    assert_eq!(worker.wait().code(), Some(0), "{}", worker.log());
    let end = queue.wait(&job, "succeeded");
    assert_eq!(end["result"], queue.bench.json(&[&work.command("run")[..], &["--format", "json"]].concat()));
    let again = queue.json(&submit);
    assert_eq!((&again["reused"], &again["result"]), (&true.into(), &end["result"]));
}
