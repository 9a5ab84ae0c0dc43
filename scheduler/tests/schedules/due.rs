//! Which instants become jobs: each once, whoever looks and dies; what was missed, as the policy says.

use std::sync::Arc;

use energyopti_scheduler::calendar::{Misfire, Overlap};
use energyopti_scheduler::queue::Filter;
use energyopti_scheduler::schedules::Ticker;

use crate::plan::{Plan, minute};

/// Rounds of the race: few, or what `ENERGYOPTI_CASES` asks for.
fn rounds() -> i64 {
    let asked = std::env::var("ENERGYOPTI_CASES").ok().and_then(|n| n.parse().ok());
    asked.unwrap_or(6).clamp(6, 500)
}

#[test]
fn schedulers_that_race_and_die_make_one_job_for_each_instant() {
    Plan::each(
        |_| {},
        async |plan| {
            let mut last = 0;
            for round in 0..rounds() {
                last += 1 + round % 3;
                let look = |n: u64| {
                    let ticker = Arc::new(Ticker::new(plan.desk.clone()));
                    let task = tokio::spawn(async move { ticker.tick(minute(last)).await.unwrap() });
                    async move {
                        // Every other one dies on its way.
                        tokio::time::sleep(std::time::Duration::from_millis(3 * n)).await;
                        if n % 2 == 1 { task.abort() } else { task.await.unwrap() }
                    }
                };
                futures_util::future::join_all((0..8).map(look)).await;
            }
            let runs = plan.runs().await;
            assert_eq!(runs.iter().map(|run| run.due).collect::<Vec<_>>(), (1..=last).map(minute).collect::<Vec<_>>());
            let filter = Filter { schedule: Some("often".into()), ..Filter::default() };
            let mut jobs: Vec<_> = plan.desk.queue.list(&filter).await.unwrap();
            jobs.sort_by_key(|job| job.due.as_ref().unwrap().at);
            let ids: Vec<_> = jobs.iter().map(|job| Some(job.id.clone())).collect();
            assert_eq!(ids, runs.iter().map(|run| run.job.clone()).collect::<Vec<_>>());
            assert_eq!(plan.events("schedule.due").await, runs.len());
        },
    );
}

#[test]
fn a_standstill_is_passed_over_stood_for_or_made_up() {
    let trial = |misfire, due: &'static [i64], passed_over| {
        Plan::each(
            move |spec| (spec.misfire, spec.overlap) = (misfire, Overlap::Queue),
            async |plan| {
                // Between two instants: nothing is on time.
                plan.ticker.tick(minute(40) + jiff::SignedDuration::from_secs(30)).await.unwrap();
                let minutes: Vec<_> = plan.states().await.into_iter().map(|(minute, _)| minute).collect();
                assert_eq!(minutes, due);
                assert_eq!(plan.desk.queue.schedule("often").await.unwrap().passed_over, passed_over);
            },
        );
    };
    trial(Misfire::Skip, &[], 40);
    trial(Misfire::Once, &[40], 39);
    trial(Misfire::All { limit: 3 }, &[38, 39, 40], 37);
}

#[test]
fn a_long_standstill_is_made_up_in_several_steps() {
    Plan::each(
        |_| {},
        async |plan| {
            plan.tick(40).await;
            plan.tick(40).await;
            assert!(plan.states().await.into_iter().map(|(minute, _)| minute).eq(1..=40));
        },
    );
}

#[test]
fn a_pause_is_not_made_up() {
    Plan::each(
        |_| {},
        async |plan| {
            plan.tick(1).await;
            plan.desk.queue.pause_schedule("often").await.unwrap();
            plan.tick(3).await;
            plan.desk.queue.resume_schedule("often", minute(3)).await.unwrap();
            plan.tick(4).await;
            let minutes: Vec<_> = plan.states().await.into_iter().map(|(minute, _)| minute).collect();
            assert_eq!(minutes, [1, 4]);
        },
    );
}

#[test]
fn jitter_delays_the_start_and_leaves_the_instant() {
    Plan::each(
        |spec| spec.jitter_ms = 50_000,
        async |plan| {
            plan.tick(1).await;
            let run = plan.runs().await.remove(0);
            let ready = run.ready.unwrap();
            assert_eq!(run.due, minute(1));
            assert!(ready > minute(1) && ready < minute(2), "{ready}");
            // The year is 2100 only for schedules: a worker of today takes nothing.
            assert_eq!(plan.finish().await, 0);
        },
    );
}
