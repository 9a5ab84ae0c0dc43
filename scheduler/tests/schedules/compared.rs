//! Runs that a worker has computed, each held against the one before.

use energyopti_scheduler::queue::Event;
use energyopti_scheduler::schedules::InstantState::Settled;
use energyopti_scheduler::worker::{Options, Worker};

use crate::plan::Plan;

/// Computes all that can be, with the schedules looked at in between.
async fn work(plan: &Plan, at: i64) {
    for _ in 0..3 {
        plan.tick(at).await;
        let desk = plan.desk.clone();
        let options = Options { concurrency: 1, threads: 1, until_idle: true, ..Options::default() };
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
