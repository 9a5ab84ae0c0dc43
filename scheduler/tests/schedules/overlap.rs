//! A run that is due while an earlier one is under way.

use energyopti_scheduler::calendar::Overlap;
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
