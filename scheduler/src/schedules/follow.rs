//! What follows from runs that have ended, in the order of their instants: the next one goes on, and each
//! is compared with the one before. May be asked at any time and by anybody; it does what is there to do.

use std::collections::BTreeMap;

use energyopti_scenarios::jobs::{Submission, report};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use sqlx::Row;

use super::book::Schedule;
use super::settle::{Compared, Outcome, Release, Settle, headline};
use crate::queue::{Due, JobState, JobView, instant, sql};
use crate::{Desk, QueueError, Request};

/// Does what is there to do for a schedule.
pub(super) async fn up(desk: &Desk, schedule: &Schedule) -> Result<(), QueueError> {
    compared(desk, schedule).await?;
    // The oldest instant holds up the others: runs are compared in their order.
    while let Some((due, waiting, job)) = oldest(desk, schedule).await? {
        let view = desk.queue.job(&job).await?;
        if waiting {
            release(desk, schedule, due, &view).await?;
        } else if view.state.is_final() {
            let outcome = outcome(desk, &due, &view).await?;
            desk.queue.database().change(Settle { due, job, outcome }).await?;
        } else {
            break;
        }
    }
    Ok(())
}

/// The oldest instant whose run has not been settled, whether it waits, and its job.
async fn oldest(desk: &Desk, schedule: &Schedule) -> Result<Option<(Due, bool, String)>, QueueError> {
    let query = || {
        sql("SELECT due_ms, state, job FROM instant WHERE schedule = $1 AND state IN ('waiting', 'submitted') \
             ORDER BY due_ms LIMIT 1")
        .bind(schedule.name.clone())
    };
    let Some(row) = desk.queue.database().row(query).await? else { return Ok(None) };
    let due = Due { schedule: schedule.name.clone(), at: instant(row.try_get(0)?) };
    Ok(Some((due, row.try_get::<String, _>(1)? == "waiting", row.try_get(2)?)))
}

async fn release(desk: &Desk, schedule: &Schedule, due: Due, view: &JobView) -> Result<(), QueueError> {
    let answer = match desk.answer(view).await {
        Err(error) if error.is_retryable() => return Err(error),
        // A worker that opens the job will say what is wrong with it.
        answer => answer.unwrap_or(None),
    };
    let ready_ms = schedule.spec.ready_ms(&due);
    desk.queue.database().change(Release { due, job: view.id.clone(), ready_ms, answer }).await
}

/// What a run that has ended came to.
async fn outcome(desk: &Desk, due: &Due, view: &JobView) -> Result<Outcome, QueueError> {
    if view.state != JobState::Succeeded {
        return Ok(Outcome::Failed(json!({ "state": view.state.name(), "error": view.error })));
    }
    let Some((at, earlier)) = before(desk, due).await? else { return Ok(Outcome::First) };
    let (earlier, later) = (variants(desk, &earlier).await?, variants(desk, view).await?);
    if earlier == later {
        return Ok(Outcome::Unchanged(json!({ "earlier": at, "run": view.identity })));
    }
    let pieces = comparisons(&format!("{}: {at} to {}", due.schedule, due.at), &earlier, &later);
    if pieces.is_empty() {
        let error = "no variant of this run was in the run before";
        return Ok(Outcome::Incomparable(json!({ "earlier": at, "error": error })));
    }
    let request = Request { title: format!("{} of {}", due.schedule, due.at), ..Request::default() };
    match desk.prepare(pieces, &request).await {
        Ok(submit) => Ok(Outcome::Compare(submit)),
        Err(error) if error.is_retryable() => Err(error),
        Err(error) => Ok(Outcome::Incomparable(json!({ "earlier": at, "error": error.to_string() }))),
    }
}

/// The last run before `due` that succeeded.
async fn before(desk: &Desk, due: &Due) -> Result<Option<(Timestamp, JobView)>, QueueError> {
    let query = || {
        sql("SELECT i.due_ms, i.job FROM instant i JOIN job j ON j.id = i.job WHERE i.schedule = $1 \
             AND i.due_ms < $2 AND j.state = 'succeeded' ORDER BY i.due_ms DESC LIMIT 1")
        .bind(due.schedule.clone())
        .bind(due.at.as_millisecond())
    };
    let Some(row) = desk.queue.database().row(query).await? else { return Ok(None) };
    Ok(Some((instant(row.try_get(0)?), desk.queue.job(row.try_get(1)?).await?)))
}

/// The runs of a job by variant.
async fn variants(desk: &Desk, view: &JobView) -> Result<BTreeMap<String, String>, QueueError> {
    let members = desk.queue.members(&view.id).await?;
    if members.is_empty() {
        return Ok(BTreeMap::from([(String::new(), view.identity.clone())]));
    }
    let mut runs = BTreeMap::new();
    for (label, job) in members {
        runs.insert(label, desk.queue.job(&job).await?.identity);
    }
    Ok(runs)
}

/// A comparison for each variant that both have and that differs.
fn comparisons(
    title: &str,
    earlier: &BTreeMap<String, String>,
    later: &BTreeMap<String, String>,
) -> Vec<(String, Submission)> {
    let piece = |(label, b): (&String, &String)| {
        let a = earlier.get(label).filter(|a| *a != b)?;
        let title = if label.is_empty() { title.to_owned() } else { format!("{title}, {label}") };
        Some((label.clone(), report(a, b, &title)))
    };
    later.iter().filter_map(piece).collect()
}

/// Tells what comparisons that have ended found.
async fn compared(desk: &Desk, schedule: &Schedule) -> Result<(), QueueError> {
    let query = || {
        sql("SELECT i.due_ms, i.job, i.report FROM instant i JOIN job r ON r.id = i.report WHERE i.schedule = $1 \
             AND i.state = 'comparing' AND r.state NOT IN ('queued', 'running') ORDER BY i.due_ms")
        .bind(schedule.name.clone())
    };
    for row in desk.queue.database().rows(query).await? {
        let due = Due { schedule: schedule.name.clone(), at: instant(row.try_get(0)?) };
        let (job, report): (String, String) = (row.try_get(1)?, row.try_get(2)?);
        let body = found(desk, &due, &desk.queue.job(&report).await?).await?;
        desk.queue.database().change(Compared { due, job, body }).await?;
    }
    Ok(())
}

/// What a comparison found; for a sweep by variant.
async fn found(desk: &Desk, due: &Due, report: &JobView) -> Result<Value, QueueError> {
    let earlier = before(desk, due).await?.map(|(at, _)| at);
    let members = desk.queue.members(&report.id).await?;
    if report.state != JobState::Succeeded {
        return Ok(json!({ "earlier": earlier, "report": report.id, "error": report.error }));
    }
    let text = |view: &JobView| serde_json::from_str(view.result.as_deref().unwrap_or("null")).unwrap_or(Value::Null);
    if members.is_empty() {
        return Ok(headline(earlier, &report.id, &text(report)));
    }
    let mut variants = Map::new();
    for (label, job) in members {
        let view = desk.queue.job(&job).await?;
        variants.insert(label, headline(earlier, &view.id, &text(&view)));
    }
    Ok(json!({ "earlier": earlier, "report": report.id, "variants": variants }))
}
