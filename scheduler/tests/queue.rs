//! The life of jobs in the queue's tables, on `SQLite` and, where `DATABASE_URL` is set, on `PostgreSQL`.
//! No worker runs here: what workers ask is asked by hand.

mod support;

use std::time::Duration;

use energyopti_scheduler::QueueError;
use energyopti_scheduler::queue::{Committed, Finished, Holder, JobState, Lease, MOST_LOST, Members, Queue};
use support::{job, on_every_database};

const LEASE: Duration = Duration::from_secs(60);

fn holder(name: &str) -> Holder {
    Holder { worker: name.to_owned(), lease: LEASE }
}

async fn one(queue: &Queue, holder: &Holder) -> Lease {
    let mut leases = queue.claim(holder, 1).await.unwrap();
    assert_eq!(leases.len(), 1);
    leases.pop().unwrap()
}

fn finished() -> Finished {
    Finished { folder: "0123".into(), result: "{}".into() }
}

#[test]
fn a_job_goes_from_queued_to_succeeded() {
    on_every_database(async |queue| {
        let a = holder("a");
        let id = queue.submit(job("one", 2)).await.unwrap().job;
        assert_eq!(queue.job(&id).await.unwrap().state, JobState::Queued);
        let leases = queue.claim(&a, 8).await.unwrap();
        assert_eq!(
            leases.iter().map(|l| (l.shard, l.units.clone(), l.merge)).collect::<Vec<_>>(),
            [(0, 0..64, false), (1, 64..128, false)]
        );
        assert_eq!(queue.job(&id).await.unwrap().state, JobState::Running);
        assert_eq!(queue.beat(&a, vec![(leases[0].clone(), 32)]).await.unwrap(), []);
        assert_eq!(queue.job(&id).await.unwrap().progress(), 0.25);
        assert_eq!(queue.commit(&a, &leases[1], "h1", 5).await.unwrap(), Committed::Counted);
        assert_eq!(queue.job(&id).await.unwrap().shards.done, 1);
        let Committed::Merge(merge) = queue.commit(&a, &leases[0], "h0", 5).await.unwrap() else { panic!() };
        assert!(merge.merge);
        let commits = queue.commits(&id).await.unwrap();
        assert_eq!(commits.iter().map(|c| c.hash.as_str()).collect::<Vec<_>>(), ["h0", "h1"]);
        assert!(queue.succeed(&merge, finished()).await.unwrap());
        let job = queue.job(&id[..id.len() - 1]).await.unwrap();
        assert_eq!((job.state, job.progress(), job.folder.as_deref()), (JobState::Succeeded, 1.0, Some("0123")));
        let names: Vec<_> = queue.events(0).await.unwrap().into_iter().map(|event| event.name).collect();
        assert_eq!(names, ["job.queued", "job.succeeded"]);
    });
}

#[test]
fn who_lost_its_lease_commits_nothing() {
    on_every_database(async |queue| {
        let (a, b) = (Holder { lease: Duration::ZERO, ..holder("a") }, holder("b"));
        let id = queue.submit(job("one", 1)).await.unwrap().job;
        let old = one(&queue, &a).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        let new = one(&queue, &b).await;
        assert_eq!((new.shard, new.epoch), (old.shard, old.epoch + 1));
        assert_eq!(queue.commit(&a, &old, "h", 1).await.unwrap(), Committed::Lost);
        assert_eq!(queue.beat(&a, vec![(old.clone(), 0)]).await.unwrap(), [old]);
        assert_eq!(queue.job(&id).await.unwrap().lost, 1);
        assert!(matches!(queue.commit(&b, &new, "h", 1).await.unwrap(), Committed::Merge(_)));
        // The same commit once more, as after a lost answer, counts once.
        assert_eq!(queue.commit(&b, &new, "h", 1).await.unwrap(), Committed::Counted);
        let job = queue.job(&id).await.unwrap();
        assert_eq!((job.shards.done, job.lost), (1, 0));
    });
}

#[test]
fn a_job_that_only_loses_workers_is_put_aside_and_can_be_retried() {
    on_every_database(async |queue| {
        let a = Holder { lease: Duration::ZERO, ..holder("a") };
        let id = queue.submit(job("one", 1)).await.unwrap().job;
        for _ in 0..MOST_LOST {
            assert_eq!(queue.claim(&a, 1).await.unwrap().len(), 1);
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
        assert!(queue.claim(&a, 1).await.unwrap().is_empty());
        let job = queue.job(&id).await.unwrap();
        assert_eq!(job.state, JobState::DeadLetter);
        assert!(job.error.unwrap().contains("20 workers in a row"));
        assert_eq!(queue.retry(&id).await.unwrap().state, JobState::Queued);
        one(&queue, &a).await;
    });
}

#[test]
fn starts_that_end_together_count_as_one() {
    on_every_database(async |queue| {
        let a = Holder { lease: Duration::ZERO, ..holder("a") };
        let id = queue.submit(job("one", 40)).await.unwrap().job;
        assert_eq!(queue.claim(&a, 30).await.unwrap().len(), 30);
        tokio::time::sleep(Duration::from_millis(3)).await;
        queue.claim(&holder("b"), 40).await.unwrap();
        let job = queue.job(&id).await.unwrap();
        assert_eq!((job.lost, job.state), (1, JobState::Running));
    });
}

#[test]
fn errors_that_may_pass_are_tried_again_later_and_others_end_the_job() {
    on_every_database(async |queue| {
        let a = holder("a");
        let id = queue.submit(job("one", 1)).await.unwrap().job;
        let lease = one(&queue, &a).await;
        queue.fail(&lease, "disk full", true, 0.0).await.unwrap();
        assert!(queue.claim(&a, 1).await.unwrap().is_empty(), "it waits for its back-off");
        assert_eq!(queue.job(&id).await.unwrap().error.as_deref(), Some("disk full"));
        let other = queue.submit(job("two", 1)).await.unwrap().job;
        let lease = one(&queue, &a).await;
        queue.fail(&lease, "no such bus", false, 0.0).await.unwrap();
        assert_eq!(queue.job(&other).await.unwrap().state, JobState::Failed);
    });
}

#[test]
fn a_cancelled_job_loses_its_leases_and_retries_what_does_not_count_yet() {
    on_every_database(async |queue| {
        let a = holder("a");
        let id = queue.submit(job("one", 3)).await.unwrap().job;
        let leases = queue.claim(&a, 2).await.unwrap();
        queue.commit(&a, &leases[0], "h", 1).await.unwrap();
        assert_eq!(queue.cancel(&id).await.unwrap().state, JobState::Cancelled);
        assert_eq!(queue.beat(&a, vec![(leases[1].clone(), 0)]).await.unwrap().len(), 1);
        assert!(queue.claim(&a, 3).await.unwrap().is_empty());
        assert!(matches!(queue.cancel(&id).await, Err(QueueError::State { .. })));
        queue.retry(&id).await.unwrap();
        assert_eq!(queue.claim(&a, 3).await.unwrap().iter().map(|l| l.shard).collect::<Vec<_>>(), [1, 2]);
    });
}

#[test]
fn damaged_results_are_computed_again_before_the_merge() {
    on_every_database(async |queue| {
        let a = holder("a");
        queue.submit(job("one", 2)).await.unwrap();
        let leases = queue.claim(&a, 2).await.unwrap();
        queue.commit(&a, &leases[0], "h", 1).await.unwrap();
        let Committed::Merge(merge) = queue.commit(&a, &leases[1], "h", 1).await.unwrap() else { panic!() };
        queue.redo(&merge, vec![1]).await.unwrap();
        let again = one(&queue, &a).await;
        assert_eq!((again.shard, again.epoch), (1, 2));
        assert!(matches!(queue.commit(&a, &again, "h", 1).await.unwrap(), Committed::Merge(_)));
    });
}

#[test]
fn shards_beyond_those_that_suffice_are_dropped() {
    on_every_database(async |queue| {
        let a = holder("a");
        let id = queue.submit(job("one", 5)).await.unwrap().job;
        let leases = queue.claim(&a, 3).await.unwrap();
        queue.commit(&a, &leases[0], "h", 1).await.unwrap();
        queue.commit(&a, &leases[1], "h", 1).await.unwrap();
        queue.suffice(&id, 2).await.unwrap();
        assert_eq!(queue.commit(&a, &leases[2], "h", 1).await.unwrap(), Committed::Lost);
        let merge = one(&queue, &a).await;
        assert!(merge.merge);
        assert!(queue.succeed(&merge, finished()).await.unwrap());
        assert_eq!(queue.job(&id).await.unwrap().shards.total, 2);
    });
}

#[test]
fn the_same_work_is_under_way_once_and_a_key_belongs_to_one_work() {
    on_every_database(async |queue| {
        let first = queue.submit(job("one", 1)).await.unwrap();
        let second = queue.submit(job("one", 1)).await.unwrap();
        assert_eq!((second.job, second.existing), (first.job, true));
        let mut keyed = job("two", 1);
        keyed.terms.key = Some("k".into());
        let first = queue.submit(keyed.clone()).await.unwrap();
        queue.cancel(&first.job).await.unwrap();
        assert_eq!(queue.submit(keyed.clone()).await.unwrap().job, first.job);
        keyed.identity = "three".into();
        assert!(matches!(queue.submit(keyed).await, Err(QueueError::KeyTaken { .. })));
    });
}

#[test]
fn higher_priority_goes_first_then_the_older() {
    on_every_database(async |queue| {
        let a = holder("a");
        let mut ids = Vec::new();
        for (name, priority) in [("one", 0), ("two", 0), ("three", 5)] {
            let mut job = job(name, 1);
            job.terms.priority = priority;
            ids.push(queue.submit(job).await.unwrap().job);
        }
        let order = [one(&queue, &a).await.job, one(&queue, &a).await.job, one(&queue, &a).await.job];
        assert_eq!(order, [ids[2].clone(), ids[0].clone(), ids[1].clone()]);
    });
}

#[test]
fn a_whole_ends_with_its_last_member() {
    on_every_database(async |queue| {
        let a = holder("a");
        let whole = Members { title: "sweep".into(), labels: vec!["x".into(), "y".into()] };
        let id = queue.submit_all(vec![job("one", 1), job("two", 1)], whole).await.unwrap().job;
        assert_eq!(queue.members(&id).await.unwrap().len(), 2);
        for _ in 0..2 {
            let lease = one(&queue, &a).await;
            assert_eq!(queue.job(&id).await.unwrap().state, JobState::Running);
            let Committed::Merge(merge) = queue.commit(&a, &lease, "h", 1).await.unwrap() else { panic!() };
            queue.succeed(&merge, finished()).await.unwrap();
        }
        assert_eq!(queue.job(&id).await.unwrap().state, JobState::Succeeded);
    });
}

#[test]
fn a_job_that_takes_longer_than_it_may_fails() {
    on_every_database(async |queue| {
        let a = holder("a");
        let mut late = job("one", 1);
        late.terms.timeout = Some(Duration::from_millis(1));
        let id = queue.submit(late).await.unwrap().job;
        let lease = one(&queue, &a).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
        queue.beat(&a, vec![]).await.unwrap();
        assert_eq!(queue.job(&id).await.unwrap().state, JobState::Failed);
        assert_eq!(queue.commit(&a, &lease, "h", 1).await.unwrap(), Committed::Lost);
    });
}

#[test]
fn tables_of_a_newer_version_are_refused() {
    support::on_sqlite(async |queue| {
        let file = energyopti_scheduler::queue::sqlite_file(queue.url());
        queue.close().await;
        let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        let text = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                    VALUES (99, 'later', 1, x'00', 0)";
        sqlx::query(text).execute(&pool).await.unwrap();
        pool.close().await;
        let error = Queue::open(queue.url(), true, Duration::from_secs(1)).await.unwrap_err();
        assert!(matches!(error, QueueError::Newer { found: 99, known: 1 }), "{error}");
    });
}
