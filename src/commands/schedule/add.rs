//! `schedule add`: refuses at once what would fail when it is due.

use std::path::Path;

use energyopti_scenarios::jobs::{Order, Submission};
use energyopti_scheduler::calendar;
use energyopti_scheduler::queue::Due;
use energyopti_scheduler::schedules::{Spec, check};

use super::look::{coming, described};
use super::rule;
use crate::arguments::Format;
use crate::arguments::schedule::{Add, Misfire, Overlap};
use crate::commands::jobs::{Missing, SOME_TIME, block_on, desk};
use crate::commands::{print, print_json};
use crate::failure::Failure;
use crate::scenario;

/// How many runs are made up unless somebody says otherwise.
const MADE_UP: u32 = 10;
/// Coming runs that are shown.
const SHOWN: usize = 3;

pub fn execute(options: &Add) -> Result<(), Failure> {
    let spec = spec(options)?;
    let schedule = block_on(async {
        let now = jiff::Timestamp::now();
        // What is wrong with a file is said before there is a queue.
        let pieces = if options.unchecked { Vec::new() } else { checked(options, &spec, now)? };
        let desk = desk(&options.at, Missing::Create, SOME_TIME).await?;
        if !pieces.is_empty() {
            let due = Due { schedule: options.name.clone(), at: now };
            desk.check(pieces, &spec.request(&due)).await?;
        }
        desk.queue.add_schedule(&options.name, &spec, desk.queue.now().await?).await?;
        let schedule = desk.queue.schedule(&options.name).await?;
        desk.queue.close().await;
        Ok(schedule)
    })?;
    if options.format == Format::Json {
        return print_json(&described(&schedule, None, schedule.handled));
    }
    print(&format!("schedule {} is due at\n{}", schedule.name, coming(&schedule.spec.rule, schedule.handled, SHOWN)))
}

/// The work of the next run.
fn checked(options: &Add, spec: &Spec, now: jiff::Timestamp) -> Result<Vec<(String, Submission)>, Failure> {
    check(&spec.rule, &spec.order, now).map_err(|error| match &options.inputs {
        Some(_) => Failure::input(format!("{error}\n(--unchecked adds it before its inputs are there)")),
        None => error.into(),
    })
}

fn spec(options: &Add) -> Result<Spec, Failure> {
    let terms = &options.terms;
    Ok(Spec {
        rule: rule(&options.cron, &options.clock)?,
        misfire: misfire(options)?,
        overlap: match options.overlap {
            Overlap::Skip => calendar::Overlap::Skip,
            Overlap::Queue => calendar::Overlap::Queue,
            Overlap::Replace => calendar::Overlap::Replace,
        },
        jitter_ms: options.jitter.map_or(0, milliseconds),
        order: order(options)?,
        shards: options.shards,
        priority: terms.priority,
        attempts: terms.attempts,
        timeout_ms: terms.timeout.map(milliseconds),
        memory_bytes: terms.memory.map(|size| size.as_u64()),
    })
}

fn misfire(options: &Add) -> Result<calendar::Misfire, Failure> {
    match (options.misfire, options.misfire_limit) {
        (Misfire::All, limit) => Ok(calendar::Misfire::All { limit: limit.unwrap_or(MADE_UP) }),
        (_, Some(_)) => Err(Failure::input("--misfire-limit belongs to --misfire all")),
        (Misfire::Skip, None) => Ok(calendar::Misfire::Skip),
        (Misfire::Once, None) => Ok(calendar::Misfire::Once),
    }
}

/// What is run, with nothing that depends on the folder in which it was typed.
fn order(options: &Add) -> Result<Order, Failure> {
    let mut settings = scenario::settings(&options.scenario.changes, options.scenario.method);
    if options.start_at_due {
        settings.push("scenario.start={due}".to_owned());
    }
    let inputs = options.inputs.as_deref().map(|folder| std::path::absolute(Path::new(folder))).transpose()?;
    Ok(Order {
        file: std::path::absolute(&options.file)?,
        settings,
        variant: options.scenario.variant.clone(),
        inputs: inputs.map(|folder| folder.to_string_lossy().into_owned()),
    })
}

fn milliseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
