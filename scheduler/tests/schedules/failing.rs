//! What cannot be run when it is due is told, and the schedule goes on.

use energyopti_scheduler::QueueError;
use energyopti_scheduler::queue::JobState;
use energyopti_scheduler::schedules::InstantState::{Settled, Submitted};

use crate::plan::{Plan, minute};

#[test]
fn a_scenario_that_cannot_be_read_makes_a_failed_job_with_the_reason() {
    Plan::each(
        |_| {},
        async |plan| {
            std::fs::rename(plan.file(), plan.folder.path().join("away.toml")).unwrap();
            plan.tick(1).await;
            let run = plan.runs().await.remove(0);
            let job = plan.desk.queue.job(run.job.as_deref().unwrap()).await.unwrap();
            assert_eq!((job.state, job.due.unwrap().at), (JobState::Failed, minute(1)));
            assert!(job.error.unwrap().contains("small.toml"));
            assert_eq!(plan.events("schedule.failed").await, 1);
            assert!(matches!(plan.desk.queue.retry(&job.id).await, Err(QueueError::State { .. })));
            std::fs::rename(plan.folder.path().join("away.toml"), plan.file()).unwrap();
            plan.tick(2).await;
            assert_eq!(plan.states().await, [(1, Settled), (2, Submitted)]);
        },
    );
}

#[test]
fn a_job_that_takes_too_much_memory_fails_at_once() {
    Plan::each(
        |spec| spec.memory_bytes = Some(1),
        async |plan| {
            plan.tick(1).await;
            assert!(plan.runs().await[0].error.as_ref().unwrap().contains("--memory"));
        },
    );
}
