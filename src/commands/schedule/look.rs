//! `schedule list`, `next`, `runs`: schedules for people and programs.

use std::fmt::Write;

use energyopti_scheduler::calendar::{Misfire, Rule};
use energyopti_scheduler::queue::Look;
use energyopti_scheduler::schedules::{RunView, Schedule};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::rule;
use crate::arguments::Format;
use crate::arguments::schedule::{List, Next, Runs};
use crate::commands::jobs::{DIGITS, block_on, looked_at, short};
use crate::commands::{print, print_json};
use crate::failure::Failure;

pub fn list(options: &List) -> Result<(), Failure> {
    let (schedules, unread, now) = block_on(async {
        let queue = looked_at(&options.queue, Look::Once).await?;
        let (mut schedules, mut unread) = (Vec::new(), Vec::new());
        for schedule in queue.schedules().await? {
            match schedule {
                Ok(schedule) => schedules.push((queue.runs(&schedule.name, 1).await?.pop(), schedule)),
                Err(error) => unread.push(error),
            }
        }
        Ok((schedules, unread, queue.now().await?))
    })?;
    if options.format == Format::Json {
        let all = schedules.iter().map(|(last, schedule)| described(schedule, last.as_ref(), now));
        print_json(&all.collect::<Vec<_>>())?;
    } else if schedules.is_empty() && unread.is_empty() {
        print("no schedules")?;
    } else {
        print(&table(&schedules, now))?;
    }
    // One that cannot be read keeps no other from being shown.
    let unread: Vec<String> = unread.iter().map(ToString::to_string).collect();
    if unread.is_empty() { Ok(()) } else { Err(Failure::Other(anyhow::anyhow!(unread.join("\n")))) }
}

/// Schedules with their last runs as a table for people.
fn table(schedules: &[(Option<RunView>, Schedule)], now: Timestamp) -> String {
    let mut text = format!(
        "{:<20}  {:<16}  {:<20}  {:<20}  {:<11}  {:<20}  {:>6}\n",
        "name", "cron", "zone", "last", "state", "next", "passed"
    );
    for (last, schedule) in schedules {
        let (rule, next) = (&schedule.spec.rule, coming_run(schedule, now));
        let _ = writeln!(
            text,
            "{:<20}  {:<16}  {:<20}  {:<20}  {:<11}  {:<20}  {:>6}",
            schedule.name,
            rule.cron(),
            rule.zone(),
            last.as_ref().map_or_else(|| "-".to_owned(), |run| run.due.to_string()),
            last.as_ref().map_or("-", state),
            next.map_or_else(|| if schedule.paused { "paused" } else { "-" }.to_owned(), |due| due.to_string()),
            schedule.passed_over,
        );
    }
    text
}

/// The next run, unless the schedule rests.
fn coming_run(schedule: &Schedule, now: Timestamp) -> Option<Timestamp> {
    schedule.spec.rule.next(now.max(schedule.handled)).filter(|_| !schedule.paused)
}

/// A schedule as programs read it.
pub fn described(schedule: &Schedule, last: Option<&RunView>, now: Timestamp) -> Value {
    let (spec, next) = (&schedule.spec, coming_run(schedule, now));
    let (misfire, limit) = match spec.misfire {
        Misfire::All { limit } => (json!("all"), Some(limit)),
        other => (json!(other), None),
    };
    json!({
        "schedule": schedule.name,
        "cron": spec.rule.cron(),
        "zone": spec.rule.zone(),
        "missing": spec.rule.missing(),
        "repeated": spec.rule.repeated(),
        "misfire": misfire,
        "misfire_limit": limit,
        "overlap": spec.overlap,
        "jitter_ms": spec.jitter_ms,
        "file": spec.order.file,
        "settings": spec.order.settings,
        "variant": spec.order.variant,
        "inputs": spec.order.inputs,
        "created": schedule.created,
        "paused": schedule.paused,
        "passed_over": schedule.passed_over,
        "last": last,
        "next": next,
        "next_local": next.map(|due| spec.rule.local(due)),
    })
}

pub fn next(options: &Next) -> Result<(), Failure> {
    let (rule, now) = match (&options.name, &options.cron) {
        (Some(name), _) => block_on(async {
            let queue = looked_at(&options.queue, Look::Once).await?;
            Ok((queue.schedule(name).await?.spec.rule, queue.now().await?))
        })?,
        (None, cron) => (rule(cron.as_deref().unwrap_or_default(), &options.clock)?, Timestamp::now()),
    };
    let count = options.count as usize;
    if options.format == Format::Json {
        let coming = rule.upcoming(now).take(count).map(|due| json!({ "due": due, "local": rule.local(due) }));
        return print_json(&coming.collect::<Vec<_>>());
    }
    print(&coming(&rule, now, count))
}

/// Coming due instants, UTC and local.
pub fn coming(rule: &Rule, after: Timestamp, count: usize) -> String {
    let mut text = String::new();
    for due in rule.upcoming(after).take(count) {
        let _ = writeln!(text, "{due}  {}", rule.local(due));
    }
    text
}

pub fn runs(options: &Runs) -> Result<(), Failure> {
    let runs = block_on(async {
        let queue = looked_at(&options.queue, Look::Once).await?;
        queue.schedule(&options.name).await?;
        Ok(queue.runs(&options.name, options.limit).await?)
    })?;
    if options.format == Format::Json {
        return print_json(&runs);
    }
    if runs.is_empty() {
        return print("no run was due yet");
    }
    let mut text =
        format!("{:<20}  {:<DIGITS$}  {:<11}  {:<16}  {}\n", "due", "job", "state", "run", "since the run before");
    for run in &runs {
        let _ = writeln!(
            text,
            "{:<20}  {:<DIGITS$}  {:<11}  {:<16}  {}",
            run.due.to_string(),
            run.job.as_deref().map_or("-", short),
            state(run),
            run.run.as_deref().map_or("-", |run| run.get(..16).unwrap_or(run)),
            since(run)
        );
    }
    print(&text)
}

/// Where a run is, in a word.
fn state(run: &RunView) -> &str {
    run.state.as_deref().unwrap_or("skipped")
}

/// What changed since the run before, in a few words.
fn since(run: &RunView) -> String {
    let Some(difference) = &run.difference else { return "-".to_owned() };
    if let Some(error) = difference["error"].as_str() {
        return error.lines().next().unwrap_or_default().to_owned();
    }
    if difference["run"].is_string() {
        return "unchanged".to_owned();
    }
    if let Some(variants) = difference["variants"].as_object() {
        return format!("{} variants differ; jobs show {}", variants.len(), run.report.as_deref().map_or("", short));
    }
    let metrics = difference["metrics"].as_array().into_iter().flatten();
    let told = metrics
        .filter(|metric| metric["distinguishable"] == true)
        .take(3)
        .filter_map(|metric| Some(format!("{} {:+.4}", metric["name"].as_str()?, metric["difference"].as_f64()?)));
    let told = told.collect::<Vec<_>>().join(", ");
    if told.is_empty() { "no metric differs distinguishably".to_owned() } else { told }
}
