//! Runs that a worker has computed, each held against the one before.

use energyopti_scheduler::queue::Event;
use energyopti_scheduler::schedules::InstantState::Settled;
use energyopti_scheduler::schedules::Ticker;
use energyopti_scheduler::worker::{Options, Until, Worker};

use crate::plan::Plan;

/// Computes all that can be, with the schedules looked at in between.
async fn work(plan: &Plan, at: i64) {
    for _ in 0..3 {
        plan.tick(at).await;
        let desk = plan.desk.clone();
        let options = Options { concurrency: 1, threads: 1, until: Until::Idle, ..Options::default() };
        let worker = Worker::new(desk.queue, desk.results, desk.kinds, options).unwrap();
        worker.run(std::future::pending()).await.unwrap();
    }
    plan.tick(at).await;
}

async fn told(plan: &Plan) -> Vec<Event> {
    let events = plan.desk.queue.events(0).await.unwrap();
    let of_runs = |event: &Event| ["schedule.compared", "schedule.unchanged"].contains(&event.name.as_str());
    events.into_iter().filter(of_runs).collect()
}

#[test]
fn a_run_is_compared_with_the_one_before_or_said_to_be_the_same() {
    let unchanged = |spec: &mut energyopti_scheduler::schedules::Spec| {
        spec.order.settings.retain(|setting| !setting.contains("{due}"));
    };
    Plan::each(unchanged, async |plan| {
        work(&plan, 1).await;
        work(&plan, 2).await;
        let text = std::fs::read_to_string(plan.file()).unwrap();
        std::fs::write(plan.file(), text.replacen("name = \"", "name = \"changed ", 1)).unwrap();
        work(&plan, 3).await;
        plan.tick(3).await;
        assert_eq!(plan.states().await, [(1, Settled), (2, Settled), (3, Settled)]);
        let told = told(&plan).await;
        let names: Vec<_> = told.iter().map(|event| event.name.as_str()).collect();
        assert_eq!(names, ["schedule.unchanged", "schedule.compared"]);
        let (body, runs) = (&told[1].body, plan.runs().await);
        assert_eq!(body["error"], serde_json::Value::Null, "{body}");
        assert_eq!(body["report"].as_str(), runs[2].report.as_deref());
        assert!(!body["metrics"].as_array().unwrap().is_empty(), "{body}");
        assert_eq!(runs[2].difference.as_ref(), Some(body));
        // Whatever is asked again, it is told once.
        plan.tick(3).await;
        assert_eq!(plan.events("schedule.compared").await, 1);
    });
}

#[test]
fn variants_of_a_sweep_are_compared_one_by_one() {
    Plan::each(
        |_| (),
        async |plan| {
            let mut text = std::fs::read_to_string(plan.file()).unwrap();
            text.push_str("\n[[sweep]]\nset = { \"battery.bess.e_nom_mwh\" = [0, 20] }\n");
            std::fs::write(plan.file(), text).unwrap();
            work(&plan, 1).await;
            work(&plan, 2).await;
            assert_eq!(plan.states().await, [(1, Settled), (2, Settled)]);
            let told = told(&plan).await;
            assert_eq!(told.len(), 1, "{told:?}");
            let variants = told[0].body["variants"].as_object().unwrap();
            assert_eq!(variants.len(), 2, "{variants:?}");
            for comparison in variants.values() {
                assert!(!comparison["metrics"].as_array().unwrap().is_empty(), "{comparison}");
            }
        },
    );
}

/// One process looks at the schedules and works, each in a task of its own.
#[test]
fn a_worker_beside_a_scheduler_ends_after_the_last_comparison() {
    Plan::each(
        |_| (),
        async |plan| {
            plan.tick(2).await;
            let desk = plan.desk.clone();
            let seconds = tokio::spawn(Ticker::new(desk.clone()).run(std::future::pending()));
            let options = Options { concurrency: 1, threads: 1, until: Until::Settled, ..Options::default() };
            let worker = Worker::new(desk.queue, desk.results, desk.kinds, options).unwrap();
            tokio::spawn(worker.run(std::future::pending())).await.unwrap().unwrap();
            seconds.abort();
            assert_eq!(plan.states().await, [(1, Settled), (2, Settled)]);
            assert_eq!(told(&plan).await.len(), 1);
        },
    );
}
