//! A run that is due while an earlier one is under way.

use energyopti_scheduler::calendar::{Misfire, Overlap};
use energyopti_scheduler::queue::JobState;
use energyopti_scheduler::schedules::InstantState::{Settled, Skipped, Submitted, Waiting};

use crate::plan::Plan;

#[test]
fn it_is_left_out() {
    Plan::each(
        |spec| spec.overlap = Overlap::Skip,
        async |plan| {
            plan.tick(1).await;
            plan.tick(2).await;
            assert_eq!(plan.states().await, [(1, Submitted), (2, Skipped)]);
            assert_eq!(plan.events("schedule.skipped").await, 1);
            assert_eq!(plan.finish().await, 1);
            plan.tick(3).await;
            assert_eq!(plan.states().await, [(1, Settled), (2, Skipped), (3, Submitted)]);
        },
    );
}

/// `--misfire all` means all, with the run that is on time.
#[test]
fn runs_that_are_made_up_wait_for_each_other_whatever_the_policy() {
    for policy in [Overlap::Skip, Overlap::Replace] {
        Plan::each(
            |spec| {
                spec.overlap = policy;
                spec.misfire = Misfire::All { limit: 2 };
            },
            async |plan| {
                plan.tick(5).await;
                assert_eq!(plan.states().await, [(3, Submitted), (4, Waiting), (5, Waiting)]);
            },
        );
    }
}

/// A run that is tried again is held against the one before once it has ended.
#[test]
fn a_run_that_is_tried_again_is_settled_again() {
    Plan::each(
        |_| (),
        async |plan| {
            plan.tick(1).await;
            let job = plan.runs().await[0].job.clone().unwrap();
            plan.desk.queue.cancel(&job).await.unwrap();
            plan.tick(1).await;
            assert_eq!(plan.states().await, [(1, Settled)]);
            plan.desk.queue.retry(&job).await.unwrap();
            assert_eq!(plan.states().await, [(1, Submitted)]);
            assert_eq!(plan.finish().await, 1);
            plan.tick(1).await;
            let run = plan.runs().await.remove(0);
            assert_eq!((run.instant, run.difference), (Settled, None));
        },
    );
}

#[test]
fn it_waits_and_each_goes_on_when_the_one_before_has_ended() {
    Plan::each(
        |spec| spec.overlap = Overlap::Queue,
        async |plan| {
            plan.tick(3).await;
            assert_eq!(plan.states().await, [(1, Submitted), (2, Waiting), (3, Waiting)]);
            assert_eq!(plan.finish().await, 1);
            plan.tick(3).await;
            assert_eq!(plan.states().await, [(1, Settled), (2, Submitted), (3, Waiting)]);
            let second = plan.runs().await[1].job.clone().unwrap();
            plan.desk.queue.cancel(&second).await.unwrap();
            plan.tick(3).await;
            assert_eq!(plan.states().await, [(1, Settled), (2, Settled), (3, Submitted)]);
            assert_eq!(plan.finish().await, 1);
        },
    );
}

#[test]
fn it_takes_the_others_place() {
    Plan::each(
        |spec| spec.overlap = Overlap::Replace,
        async |plan| {
            plan.tick(1).await;
            plan.tick(2).await;
            let mut states = Vec::new();
            for run in plan.runs().await {
                states.push(plan.desk.queue.job(&run.job.unwrap()).await.unwrap().state);
            }
            assert_eq!(states, [JobState::Cancelled, JobState::Queued]);
            plan.tick(2).await;
            assert_eq!(plan.states().await, [(1, Settled), (2, Submitted)]);
            assert_eq!(plan.events("schedule.failed").await, 1);
        },
    );
}

#[test]
fn the_same_work_for_two_instants_is_two_jobs() {
    let unchanged = |spec: &mut energyopti_scheduler::schedules::Spec| {
        spec.order.settings.retain(|setting| !setting.contains("{due}"));
    };
    Plan::each(unchanged, async |plan| {
        plan.tick(2).await;
        let runs = plan.runs().await;
        assert_ne!(runs[0].job, runs[1].job);
        assert_eq!(runs[0].run, runs[1].run);
    });
}
