//! `jobs list`, `show`, `cancel`, `retry`, `events`: what is in a queue, and what can be said to it.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use energyopti_scenarios::report::{text_table, variants_table};
use energyopti_scenarios::results::{Summary, file};
use energyopti_scheduler::Desk;
use energyopti_scheduler::queue::{Event, Filter, JobState, JobView, Look, Queue, STATES, shown};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::super::{print, print_json};
use super::{block_on, desk_to_read, looked_at, queue};
use crate::arguments::Format;
use crate::arguments::jobs::{Events, List, One, Show};
use crate::failure::Failure;

/// Pause between two looks at what happens.
const LOOK: Duration = Duration::from_millis(500);
/// First digits of an id that are shown in tables.
pub const DIGITS: usize = 18;

pub fn list(options: &List) -> Result<(), Failure> {
    let states = STATES.into_iter().filter(|state| options.state.as_deref() == Some(state.name())).collect();
    let filter = Filter { states, schedule: options.schedule.clone(), most: options.limit };
    let (jobs, workers, now) = block_on(async {
        let queue = looked_at(&options.queue, Look::Once).await?;
        Ok((queue.list(&filter).await?, queue.workers().await?, queue.now().await?))
    })?;
    if options.format == Format::Json {
        return print_json(&jobs.iter().map(|job| job.to_json(now)).collect::<Vec<_>>());
    }
    if jobs.is_empty() {
        return print("no jobs");
    }
    let mut text = table(&jobs, now);
    let under_way = jobs.iter().any(|job| !job.state.is_final());
    if under_way && workers.is_empty() {
        let _ = write!(text, "\n{}", no_worker(&options.queue.url));
    }
    print(&text)
}

/// What is said where jobs wait and nobody takes them.
pub fn no_worker(url: &str) -> String {
    format!("No worker is at this queue; start one: energyopti worker --queue {}\n", shown(url))
}

/// Jobs as a table for people.
pub fn table(jobs: &[JobView], now: Timestamp) -> String {
    let mut text =
        format!("{:<DIGITS$}  {:<11} {:>5}  {:>13}  {:>8}  {}\n", "job", "state", "done", "shards", "left", "title");
    for job in jobs {
        let _ = writeln!(
            text,
            "{:<DIGITS$}  {:<11} {:>4.0}%  {:>13}  {:>8}  {}",
            short(&job.id),
            job.state.name(),
            100.0 * job.progress(),
            format!("{}/{}", job.shards.done, job.shards.total),
            job.seconds_left(now).map_or_else(|| "-".to_owned(), time),
            job.title
        );
    }
    text
}

/// As much of an id as people need.
pub fn short(id: &str) -> &str {
    id.get(..DIGITS).unwrap_or(id)
}

/// Seconds for people.
pub fn time(seconds: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let whole = seconds.ceil() as u64;
    match whole {
        0..120 => format!("{whole} s"),
        120..7200 => format!("{} min", whole.div_ceil(60)),
        _ => format!("{} h", whole.div_ceil(3600)),
    }
}

pub fn show(options: &Show) -> Result<(), Failure> {
    let (job, value) = block_on(async {
        let desk = desk_to_read(&options.at, Look::Once).await?;
        let job = desk.queue.job(&options.job).await?;
        let value = whole(&desk, &job).await?;
        Ok((job, value))
    })?;
    if options.format == Format::Json { print_json(&value) } else { print(&text(&job, &value)) }
}

/// All that is known of a job.
pub async fn whole(desk: &Desk, job: &JobView) -> Result<Value, Failure> {
    let mut value = job.to_json(desk.queue.now().await?);
    value["store"] = json!(desk.results.place());
    value["folder"] = json!(job.folder.as_ref().map(|folder| format!("{}/{folder}", desk.results.place())));
    value["commits"] = json!(desk.queue.commits(&job.id).await?);
    let members = desk.queue.members(&job.id).await?;
    if members.is_empty() {
        // What cannot be read does not keep the rest from being shown.
        value["partial"] =
            desk.partial(job).await.unwrap_or_else(|error| Some(json!({ "error": error.to_string() }))).into();
        return Ok(value);
    }
    let mut parts = Vec::with_capacity(members.len());
    for (label, id) in members {
        let member = desk.queue.job(&id).await?;
        let mut part = member.to_json(desk.queue.now().await?);
        part["variant"] = json!(label);
        parts.push(part);
    }
    if job.state == JobState::Succeeded {
        let results = parts.iter().map(|part| part["result"].clone()).collect::<Vec<_>>();
        value["result"] = json!(results);
    }
    value["members"] = json!(parts);
    Ok(value)
}

/// A job for people.
pub fn text(job: &JobView, value: &Value) -> String {
    let mut text = format!("job       {}\ntitle     {}\nstate     {}\n", job.id, job.title, job.state.name());
    if let Some(run) = job.run() {
        let _ = writeln!(text, "run       {run}");
    }
    let _ = writeln!(
        text,
        "shards    {} of {} done, {} running, {} waiting ({:.0} %)",
        job.shards.done,
        job.shards.total,
        job.shards.running,
        job.shards.waiting,
        100.0 * job.progress()
    );
    let _ = writeln!(text, "submitted {}", job.submitted);
    for (name, at) in [("started ", job.started), ("finished", job.finished)] {
        if let Some(at) = at {
            let _ = writeln!(text, "{name}  {at}");
        }
    }
    if let Some(due) = &job.due {
        let _ = writeln!(text, "schedule  {} of {}", due.at, due.schedule);
    }
    if let Some(error) = value["error"].as_str() {
        let _ = writeln!(text, "error     {error}");
    }
    if let Some(folder) = value["folder"].as_str() {
        let _ = writeln!(text, "folder    {folder}");
    }
    for member in value["members"].as_array().into_iter().flatten() {
        let (label, state) = (member["variant"].as_str().unwrap_or(""), member["state"].as_str().unwrap_or(""));
        let _ = writeln!(text, "  {label:<24} {state:<11} {}", member["job"].as_str().map_or("", short));
    }
    let summaries = value["members"].as_array().into_iter().flatten().filter_map(|member| {
        let summary: Summary = serde_json::from_value(member["result"].clone()).ok()?;
        Some((member["variant"].as_str().unwrap_or(""), summary))
    });
    let summaries: Vec<_> = summaries.collect();
    if !summaries.is_empty() {
        let rows: Vec<_> = summaries.iter().map(|(variant, summary)| (*variant, summary)).collect();
        let _ = write!(text, "\n{}", variants_table(&rows));
    }
    let report = value["folder"].as_str().map(|folder| Path::new(folder).join(file::REPORT)).unwrap_or_default();
    text.push_str(&figures(&value["result"], &report).unwrap_or_default());
    if let Some(figures) = figures(&value["partial"], &report) {
        let _ = write!(text, "\nso far\n{figures}");
    }
    text
}

/// The figures of a run, or of what is known of it so far; none for other kinds, whose answers are in their folder.
fn figures(summary: &Value, report: &Path) -> Option<String> {
    let summary: Summary = serde_json::from_value(summary.clone()).ok()?;
    Some(text_table(&summary, report))
}

pub fn cancel(options: &One) -> Result<(), Failure> {
    said(options, async |queue: &Queue| Ok(queue.cancel(&options.job).await?))
}

pub fn retry(options: &One) -> Result<(), Failure> {
    said(options, async |queue: &Queue| Ok(queue.retry(&options.job).await?))
}

/// Says something to a job and prints how it stands then.
fn said(options: &One, say: impl AsyncFn(&Queue) -> Result<JobView, Failure>) -> Result<(), Failure> {
    let (job, now) = block_on(async {
        let queue = queue(&options.queue).await?;
        Ok((say(&queue).await?, queue.now().await?))
    })?;
    if options.format == Format::Json {
        return print_json(&job.to_json(now));
    }
    print(&format!("job {} is {}", job.id, job.state.name()))
}

pub fn events(options: &Events) -> Result<(), Failure> {
    block_on(async {
        let look = if options.follow { Look::Follow } else { Look::Once };
        let queue = looked_at(&options.queue, look).await?;
        let mut after = options.after;
        loop {
            let events = queue.events(after).await?;
            for event in &events {
                print(&line(event, options.format)?)?;
            }
            match events.last() {
                Some(last) => after = last.number,
                None if options.follow => tokio::time::sleep(LOOK).await,
                None => return Ok(()),
            }
        }
    })
}

fn line(event: &Event, format: Format) -> Result<String, Failure> {
    if format == Format::Json {
        return Ok(serde_json::to_string(event).map_err(anyhow::Error::from)?);
    }
    let mut text = format!("{:>6}  {:.3}  {:<20}", event.number, event.at, event.name);
    if let Some(job) = &event.job {
        let _ = write!(text, "  {}", short(job));
    }
    if let (Some(schedule), Some(due)) = (&event.schedule, event.due) {
        let _ = write!(text, "  {schedule} {due}");
    }
    if let Some(error) = event.body["error"].as_str() {
        let _ = write!(text, "  {error}");
    }
    Ok(text)
}
