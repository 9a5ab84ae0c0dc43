//! What people say to schedules.

use energyopti_scheduler::QueueError;
use energyopti_scheduler::queue::JobState;
use energyopti_scheduler::schedules::{Handed, check};

use crate::plan::{Plan, every_minute, minute, order};

#[test]
fn a_name_is_taken_once_and_has_no_odd_characters() {
    Plan::each(
        |_| {},
        async |plan| {
            let add = async |name: &str| plan.desk.queue.add_schedule(name, &plan.spec(), minute(1)).await;
            assert!(matches!(add("often").await, Err(QueueError::ScheduleTaken { .. })));
            assert!(matches!(add("two words").await, Err(QueueError::Refused { .. })));
            add("seldom").await.unwrap();
            let schedules = plan.desk.queue.schedules().await.unwrap();
            let names: Vec<_> = schedules.into_iter().map(|schedule| schedule.unwrap().name).collect();
            assert_eq!(names, ["often", "seldom"]);
            assert_eq!(plan.desk.queue.schedule("often").await.unwrap().spec, plan.spec());
        },
    );
}

#[test]
fn a_run_is_asked_for_out_of_turn_once_a_second() {
    Plan::each(
        |_| {},
        async |plan| {
            let now = minute(0) + jiff::SignedDuration::from_millis(7_400);
            let Handed::Job(job) = plan.ticker.run_now("often", now).await.unwrap() else { panic!() };
            assert_eq!(plan.ticker.run_now("often", now).await.unwrap(), Handed::There);
            let due = plan.desk.queue.job(&job).await.unwrap().due.unwrap();
            assert_eq!(due.at, minute(0) + jiff::SignedDuration::from_secs(7));
            assert!(matches!(plan.ticker.run_now("seldom", now).await, Err(QueueError::NoSchedule { .. })));
            plan.tick(1).await;
            assert_eq!(plan.runs().await.len(), 2);
        },
    );
}

#[test]
fn what_waits_for_a_removed_schedule_is_cancelled() {
    Plan::each(
        |_| {},
        async |plan| {
            plan.tick(2).await;
            let jobs: Vec<_> = plan.runs().await.into_iter().map(|run| run.job.unwrap()).collect();
            plan.desk.queue.remove_schedule("often").await.unwrap();
            assert!(matches!(plan.desk.queue.remove_schedule("often").await, Err(QueueError::NoSchedule { .. })));
            plan.tick(3).await;
            assert_eq!(plan.desk.queue.job(&jobs[0]).await.unwrap().state, JobState::Queued);
            assert_eq!(plan.desk.queue.job(&jobs[1]).await.unwrap().state, JobState::Cancelled);
        },
    );
}

#[test]
fn what_would_fail_when_it_is_due_is_refused_at_once() {
    Plan::each(
        |_| {},
        async |plan| {
            check(&every_minute(), &order(&plan.file()), minute(0)).unwrap();
            let mut faulty = order(&plan.file());
            faulty.settings.push("scenario.stepps=3".into());
            let told = check(&every_minute(), &faulty, minute(0)).unwrap_err();
            assert!(told.is_bad_input() && told.to_string().contains("stepps"), "{told}");
        },
    );
}
