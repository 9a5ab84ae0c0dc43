//! Schedulers die around due instants: one job for each instant, none twice and none left out.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::luck::{Luck, cases, until};
use crate::queue::{Queue, on_each_database};
use crate::worker::Worker;

/// Milliseconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}

/// Kills each scheduler once within 200 ms of the next full second, and starts another in its place.
fn kill_around_the_next_instant(queue: &Queue, schedulers: &mut [Worker; 2], luck: &mut Luck) {
    let instant = (now() / 1000 + 1) * 1000;
    let mut moments = [0, 1].map(|one| (instant - 200 + luck.below(400), one));
    moments.sort_unstable();
    for (moment, one) in moments {
        sleep(Duration::from_millis(moment.saturating_sub(now())));
        schedulers[one].kill();
        schedulers[one] = scheduler(queue);
    }
}

/// How many jobs there are for each due instant, in seconds since 1970.
fn jobs_by_instant(queue: &Queue) -> BTreeMap<u64, usize> {
    let listed = queue.json(&["jobs", "list", "--schedule", "often", "--limit", "1000000"]);
    let mut jobs = BTreeMap::new();
    for job in listed.as_array().unwrap() {
        *jobs.entry(instant(&job["due"])).or_default() += 1;
    }
    jobs
}

/// Seconds since 1970 of a time of the form `2026-01-01T00:00:00Z`.
fn instant(due: &Value) -> u64 {
    let text = due.as_str().unwrap();
    let time: jiff::Timestamp = text.parse().unwrap();
    time.as_second().try_into().unwrap()
}

fn scheduler(queue: &Queue) -> Worker {
    queue.process(&["schedule", "run"], &[])
}

/// A schedule that is due every second, each time for the same run: the store answers all but one.
fn add_schedule(queue: &Queue) {
    let policy = ["--misfire", "all", "--misfire-limit", "1000", "--overlap", "queue", "--zone", "UTC"];
    let add = ["schedule", "add", "often", "rts79.toml", "--replicas", "64", "--cron", "* * * * * *"];
    let store = queue.bench.path("runs");
    let store = ["--store", store.to_str().unwrap()];
    let answer = queue.ask(&[&add, &policy[..], &store].concat());
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
}

#[test]
fn schedulers_killed_around_due_instants_make_one_job_for_each() {
    on_each_database(|queue| {
        let mut luck = Luck(200);
        add_schedule(queue);
        let mut schedulers = [scheduler(queue), scheduler(queue)];
        for _ in 0..cases(10, 50) {
            kill_around_the_next_instant(queue, &mut schedulers, &mut luck);
        }
        let last = now() / 1000;
        let mut jobs = until(
            || format!("no job for {last}: {:?}", jobs_by_instant(queue)),
            || Some(jobs_by_instant(queue)).filter(|jobs| jobs.contains_key(&last)),
        );
        jobs.retain(|due, _| *due <= last);
        let first = *jobs.keys().next().unwrap();
        assert_eq!(jobs, (first..=last).map(|due| (due, 1)).collect());
        assert!(jobs.len() >= 5, "schedulers were killed around several instants");
    });
}
