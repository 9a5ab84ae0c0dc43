//! Schedules: what is added to a queue's, looked at and said to them, and the process that only ticks.

mod add;
mod look;

use std::time::Duration;

use energyopti_scheduler::calendar::{self, Rule};
use energyopti_scheduler::queue::{Queue, shown};
use energyopti_scheduler::schedules::{Handed, Ticker};
use serde_json::json;

use super::jobs::{Missing, SOME_TIME, asked_to_stop, block_on, desk, log, queue};
use super::{print, print_json};
use crate::arguments::Format;
use crate::arguments::schedule as arguments;
use crate::arguments::schedule::{Clock, Named, Run, RunNow, Schedule, ScheduleCommand};
use crate::failure::Failure;

pub fn execute(options: &Schedule) -> Result<(), Failure> {
    match &options.command {
        ScheduleCommand::Add(options) => add::execute(options),
        ScheduleCommand::List(options) => look::list(options),
        ScheduleCommand::Next(options) => look::next(options),
        ScheduleCommand::Runs(options) => look::runs(options),
        ScheduleCommand::Pause(named) => said(named, "paused", async |queue| queue.pause_schedule(&named.name).await),
        ScheduleCommand::Resume(named) => said(named, "resumed", async |queue| {
            let now = queue.now().await?;
            queue.resume_schedule(&named.name, now).await
        }),
        ScheduleCommand::Remove(named) => {
            said(named, "removed", async |queue| queue.remove_schedule(&named.name).await)
        }
        ScheduleCommand::RunNow(named) => run_now(named),
        ScheduleCommand::Run(options) => run(options),
    }
}

/// The rule that was typed.
fn rule(cron: &str, clock: &Clock) -> Result<Rule, Failure> {
    let missing = match clock.missing {
        arguments::Missing::Skip => calendar::Missing::Skip,
        arguments::Missing::Shift => calendar::Missing::Shift,
    };
    let repeated = match clock.repeated {
        arguments::Repeated::First => calendar::Repeated::First,
        arguments::Repeated::Both => calendar::Repeated::Both,
    };
    Rule::parse(cron, &clock.zone, missing, repeated).map_err(Failure::input)
}

/// Says something to a schedule.
fn said(
    named: &Named,
    word: &str,
    say: impl AsyncFn(&Queue) -> Result<(), energyopti_scheduler::QueueError>,
) -> Result<(), Failure> {
    block_on(async {
        let queue = queue(&named.queue).await?;
        say(&queue).await?;
        queue.close().await;
        Ok(())
    })?;
    if named.format == Format::Json {
        return print_json(&json!({ "schedule": named.name, "done": word }));
    }
    print(&format!("schedule {} is {word}", named.name))
}

fn run_now(named: &RunNow) -> Result<(), Failure> {
    let handed = block_on(async {
        let desk = desk(&named.at, Missing::Refuse, SOME_TIME).await?;
        let handed = Ticker::new(desk.clone()).run_now(&named.name, desk.queue.now().await?).await?;
        desk.queue.close().await;
        Ok(handed)
    })?;
    let (word, job) = match &handed {
        Handed::Job(job) => ("submitted", Some(job)),
        Handed::Failed(job) => ("failed", Some(job)),
        Handed::Skipped(_) => ("skipped", None),
        Handed::There => ("there", None),
    };
    if named.format == Format::Json {
        print_json(&json!({ "schedule": named.name, "done": word, "job": job }))?;
        return match &handed {
            Handed::Failed(job) => Err(cannot_run(job)),
            _ => Ok(()),
        };
    }
    print(&match handed {
        Handed::Job(job) => format!("job {job} is submitted"),
        Handed::Failed(job) => return Err(cannot_run(&job)),
        Handed::Skipped(earlier) => format!("skipped: job {earlier} of this schedule is under way"),
        Handed::There => "a run of this very second is there already".to_owned(),
    })
}

fn cannot_run(job: &str) -> Failure {
    Failure::input(format!("its scenario cannot be run; `energyopti jobs show {job}` tells why"))
}

fn run(options: &Run) -> Result<(), Failure> {
    log(options.log);
    block_on(async {
        let desk = desk(&options.at, Missing::Create, Duration::MAX).await?;
        tracing::info!(queue = shown(desk.queue.url()), "looking for what is due");
        let queue = desk.queue.clone();
        Ticker::new(desk).run(asked_to_stop()).await?;
        queue.close().await;
        Ok(())
    })
}
