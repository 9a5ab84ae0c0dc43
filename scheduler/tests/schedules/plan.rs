//! A schedule to try things on: a small scenario, due every minute from a fixed instant on.

use std::path::Path;

use energyopti_scenarios::jobs::{Order, kinds};
use energyopti_scheduler::Desk;
use energyopti_scheduler::calendar::{Misfire, Missing, Overlap, Repeated, Rule};
use energyopti_scheduler::queue::{Committed, Finished, Holder, Queue};
use energyopti_scheduler::results::ResultStore;
use energyopti_scheduler::schedules::{InstantState, RunView, Spec, Ticker};
use jiff::{SignedDuration, Timestamp};

use crate::support::on_every_database;

/// A queue with a store, a schedule `often` and who looks after it.
pub struct Plan {
    pub desk: Desk,
    pub ticker: Ticker,
    pub folder: tempfile::TempDir,
}

/// So many minutes after the schedule was added.
pub fn minute(n: i64) -> Timestamp {
    let start: Timestamp = "2100-01-01T00:00:00Z".parse().unwrap();
    start + SignedDuration::from_mins(n)
}

impl Plan {
    /// Tries it on each database, with the schedule as `change` leaves it.
    pub fn each(change: impl Fn(&mut Spec), trial: impl AsyncFn(Plan)) {
        on_every_database(async |queue| {
            let plan = Self::new(queue).await;
            let mut spec = plan.spec();
            change(&mut spec);
            plan.desk.queue.add_schedule("often", &spec, minute(0)).await.unwrap();
            trial(plan).await;
        });
    }

    async fn new(queue: Queue) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("small.toml"), energyopti_scenarios::template()).unwrap();
        let results = ResultStore::open(&folder.path().join("runs").to_string_lossy()).await.unwrap();
        let desk = Desk { queue, results, kinds: kinds() };
        Self { ticker: Ticker::new(desk.clone()), desk, folder }
    }

    pub fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("small.toml")
    }

    /// Every minute, each time another run.
    pub fn spec(&self) -> Spec {
        Spec {
            rule: every_minute(),
            misfire: Misfire::All { limit: 1000 },
            overlap: Overlap::Queue,
            jitter_ms: 0,
            order: order(&self.file()),
            shards: Some(1),
            priority: 0,
            attempts: 1,
            timeout_ms: None,
            memory_bytes: None,
        }
    }

    /// Looks at the schedules at a minute.
    pub async fn tick(&self, at: i64) {
        self.ticker.tick(minute(at)).await.unwrap();
    }

    /// The runs of the schedule, the oldest first.
    pub async fn runs(&self) -> Vec<RunView> {
        let mut runs = self.desk.queue.runs("often", 100_000).await.unwrap();
        runs.reverse();
        runs
    }

    /// Minutes of the runs, and where each is.
    pub async fn states(&self) -> Vec<(i64, InstantState)> {
        let minutes = |run: &RunView| (run.due.as_second() - minute(0).as_second()) / 60;
        self.runs().await.iter().map(|run| (minutes(run), run.instant)).collect()
    }

    /// How often each event of schedules happened, by name.
    pub async fn events(&self, name: &str) -> usize {
        let events = self.desk.queue.events(0).await.unwrap();
        events.iter().filter(|event| event.name == name).count()
    }

    /// Ends all jobs that can be taken, as if a worker had; how many.
    pub async fn finish(&self) -> usize {
        let holder = Holder { worker: "hand".into(), lease: std::time::Duration::from_secs(60) };
        let leases = self.desk.queue.claim(&holder, 100).await.unwrap();
        for lease in &leases {
            let committed = self.desk.queue.commit(&holder, lease, "0", 1).await.unwrap();
            let Committed::Merge(merge) = committed else { panic!("one shard each: {committed:?}") };
            let finished = Finished { folder: "none".into(), result: "{}".into() };
            assert!(self.desk.queue.succeed(&merge, finished).await.unwrap());
        }
        leases.len()
    }
}

pub fn every_minute() -> Rule {
    Rule::parse("* * * * *", "UTC", Missing::Shift, Repeated::First).unwrap()
}

pub fn order(file: &Path) -> Order {
    let settings = vec!["monte_carlo.replicas=64".into(), "scenario.start={due}".into()];
    Order { file: file.to_owned(), settings, variant: None, inputs: None }
}
