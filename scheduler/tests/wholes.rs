//! Jobs that are made of others, and what a stop rule leaves, under the races and repetitions that a review found.

mod support;

use std::time::Duration;

use energyopti_scheduler::QueueError;
use energyopti_scheduler::queue::{Committed, Finished, Holder, JobState, Lease, Members, NewJob, Queue, shown};
use support::{job, on_every_database};

fn holder(name: &str) -> Holder {
    Holder { worker: name.to_owned(), lease: Duration::from_secs(60) }
}

async fn sweep(queue: &Queue, jobs: Vec<NewJob>) -> String {
    let labels = jobs.iter().map(|job| job.title.clone()).collect();
    queue.submit_all(jobs, Members { title: "sweep".into(), labels }).await.unwrap().job
}

/// A job that is asked for under a key.
fn keyed(name: &str) -> NewJob {
    let mut job = job(name, 1);
    job.terms.key = Some("k".into());
    job
}

/// Carries everything that waits.
async fn carry(queue: &Queue) {
    let a = holder("a");
    while let Some(lease) = queue.claim(&a, 1).await.unwrap().pop() {
        finish(queue, &a, lease).await;
    }
}

async fn finish(queue: &Queue, by: &Holder, lease: Lease) {
    let merge = if lease.merge {
        lease
    } else {
        match queue.commit(by, &lease, "h", 1).await.unwrap() {
            Committed::Merge(merge) => merge,
            _ => return,
        }
    };
    assert!(queue.succeed(&merge, Finished { folder: "f".into(), result: "{}".into() }).await.unwrap());
}

async fn state(queue: &Queue, id: &str) -> JobState {
    queue.job(id).await.unwrap().state
}

#[test]
fn members_that_end_at_the_same_moment_end_their_whole() {
    on_every_database(async |queue| {
        for round in 0..10 {
            let id = sweep(&queue, (0..4).map(|k| job(&format!("{round}-{k}"), 1)).collect()).await;
            let a = holder("a");
            let leases = queue.claim(&a, 4).await.unwrap();
            let ends = leases.into_iter().map(|lease| {
                let (queue, a) = (queue.clone(), a.clone());
                tokio::spawn(async move { finish(&queue, &a, lease).await })
            });
            for end in ends.collect::<Vec<_>>() {
                end.await.unwrap();
            }
            assert_eq!(state(&queue, &id).await, JobState::Succeeded);
        }
    });
}

#[test]
fn two_who_find_the_first_shards_enough_leave_one_merge() {
    on_every_database(async |queue| {
        for round in 0..10 {
            let id = queue.submit(job(&format!("{round}"), 9)).await.unwrap().job;
            let a = holder("a");
            for lease in queue.claim(&a, 4).await.unwrap() {
                queue.commit(&a, &lease, "h", 1).await.unwrap();
            }
            let say = || {
                let (queue, id) = (queue.clone(), id.clone());
                tokio::spawn(async move { queue.suffice(&id, 4).await.unwrap() })
            };
            let (one, other) = (say(), say());
            one.await.unwrap();
            other.await.unwrap();
            carry(&queue).await;
            let job = queue.job(&id).await.unwrap();
            assert_eq!((job.state, job.shards.total), (JobState::Succeeded, 4));
        }
    });
}

/// The merge takes the number of a shard that somebody still computes.
#[test]
fn a_shard_that_is_not_needed_any_more_has_no_hold_of_the_merge() {
    on_every_database(async |queue| {
        let (a, b) = (holder("a"), holder("b"));
        let id = queue.submit(job("one", 5)).await.unwrap().job;
        let leases = queue.claim(&a, 3).await.unwrap();
        queue.commit(&a, &leases[0], "h", 1).await.unwrap();
        queue.commit(&a, &leases[1], "h", 1).await.unwrap();
        queue.suffice(&id, 2).await.unwrap();
        let merge = queue.claim(&b, 1).await.unwrap().remove(0);
        assert!(merge.merge && merge.shard == leases[2].shard, "{merge:?}");
        assert_eq!(queue.beat(&a, vec![(leases[2].clone(), 1)]).await.unwrap(), [leases[2].clone()]);
        assert_eq!(queue.commit(&a, &leases[2], "h", 1).await.unwrap(), Committed::Lost);
        queue.fail(&leases[2], "late", false, 0.0).await.unwrap();
        queue.hand_back(&leases[2]).await.unwrap();
        assert!(queue.claim(&a, 1).await.unwrap().is_empty());
        assert!(queue.succeed(&merge, Finished { folder: "f".into(), result: "{}".into() }).await.unwrap());
        let job = queue.job(&id).await.unwrap();
        assert_eq!((job.state, job.shards.total, job.shards.done), (JobState::Succeeded, 2, 2));
    });
}

#[test]
fn a_whole_that_joins_finished_work_ends_with_it() {
    on_every_database(async |queue| {
        let mut keyed = job("one", 1);
        keyed.reused = Some(Finished { folder: "f".into(), result: "{}".into() });
        let id = sweep(&queue, vec![keyed.clone(), keyed]).await;
        assert_eq!(state(&queue, &id).await, JobState::Succeeded);
    });
}

#[test]
fn a_retried_whole_waits_for_what_is_under_way_and_for_nothing_else() {
    on_every_database(async |queue| {
        let id = sweep(&queue, vec![job("one", 1), job("two", 1)]).await;
        queue.cancel(&id).await.unwrap();
        // The same work, asked for by itself meanwhile.
        let other = queue.submit(job("one", 1)).await.unwrap().job;
        queue.retry(&id).await.unwrap();
        assert!(queue.members(&id).await.unwrap().iter().any(|(_, member)| *member == other));
        carry(&queue).await;
        assert_eq!(state(&queue, &id).await, JobState::Succeeded);

        let id = sweep(&queue, vec![job("three", 1), job("four", 1)]).await;
        queue.cancel(&id).await.unwrap();
        for (_, member) in queue.members(&id).await.unwrap() {
            queue.retry(&member).await.unwrap();
        }
        carry(&queue).await;
        assert_eq!(state(&queue, &id).await, JobState::Cancelled);
        queue.retry(&id).await.unwrap();
        assert_eq!(state(&queue, &id).await, JobState::Succeeded);
    });
}

#[test]
fn a_cancelled_whole_leaves_alone_what_others_asked_for() {
    on_every_database(async |queue| {
        let alone = queue.submit(job("one", 1)).await.unwrap().job;
        let id = sweep(&queue, vec![job("one", 1), job("two", 1)]).await;
        queue.cancel(&id).await.unwrap();
        assert_eq!(state(&queue, &alone).await, JobState::Queued);
        let members = queue.members(&id).await.unwrap();
        assert_eq!(state(&queue, &members[1].1).await, JobState::Cancelled);

        let id = sweep(&queue, vec![job("three", 1), job("four", 1)]).await;
        let joined = queue.submit(job("three", 1)).await.unwrap();
        assert!(joined.existing);
        queue.cancel(&id).await.unwrap();
        assert_eq!(state(&queue, &joined.job).await, JobState::Queued);
        let members = queue.members(&id).await.unwrap();
        assert_eq!(state(&queue, &members[1].1).await, JobState::Cancelled);
    });
}

#[test]
fn a_key_stands_for_the_job_that_was_joined_under_it() {
    on_every_database(async |queue| {
        let id = queue.submit(job("one", 1)).await.unwrap().job;
        assert_eq!(queue.submit(keyed("one")).await.unwrap().job, id);
        assert!(matches!(queue.submit(keyed("two")).await, Err(QueueError::KeyTaken { .. })));
        carry(&queue).await;
        assert_eq!(queue.submit(keyed("one")).await.unwrap().job, id);
        assert_ne!(queue.submit(job("one", 1)).await.unwrap().job, id);
    });
}

#[test]
fn a_job_is_not_tried_again_while_another_does_its_work() {
    on_every_database(async |queue| {
        let id = queue.submit(job("one", 1)).await.unwrap().job;
        queue.cancel(&id).await.unwrap();
        let other = queue.submit(job("one", 1)).await.unwrap().job;
        let error = queue.retry(&id).await.unwrap_err();
        assert!(error.to_string().contains(&other), "{error}");
        carry(&queue).await;
        queue.retry(&id).await.unwrap();
        assert_eq!(state(&queue, &id).await, JobState::Queued);
    });
}

#[test]
fn the_key_of_a_request_stands_for_its_whole() {
    on_every_database(async |queue| {
        let id = sweep(&queue, vec![keyed("one"), keyed("two")]).await;
        carry(&queue).await;
        assert_eq!(sweep(&queue, vec![keyed("one"), keyed("two")]).await, id);
        assert!(queue.submit(keyed("three")).await.is_err());
    });
}

#[test]
fn time_runs_for_the_members_of_a_whole_and_not_while_they_wait() {
    on_every_database(async |queue| {
        let hasty = |name: &str| {
            let mut job = job(name, 1);
            job.terms.timeout = Some(Duration::from_secs(1));
            job
        };
        let id = sweep(&queue, vec![hasty("one"), hasty("two")]).await;
        tokio::time::sleep(Duration::from_millis(1100)).await;
        queue.beat(&holder("a"), vec![]).await.unwrap();
        assert_eq!(state(&queue, &id).await, JobState::Running);
    });
}

#[test]
fn no_password_is_shown() {
    let url = "postgres://me:s3cr3t@host:5432/db?sslmode=require";
    assert_eq!(shown(url), "postgres://me@host:5432/db?sslmode=require");
    assert_eq!(shown("postgres://host/db"), "postgres://host/db");
    assert_eq!(shown("sqlite:a@b.db"), "sqlite:a@b.db");
}
