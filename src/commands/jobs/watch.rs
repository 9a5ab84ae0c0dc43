//! `jobs watch` and `submit --wait`: jobs as they go.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::IsTerminal;
use std::time::Duration;

use energyopti_scheduler::queue::{Filter, JobView, Look, Queue, STATES};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::super::print;
use super::look::{no_worker, short, table, time};
use super::{block_on, looked_at};
use crate::arguments::jobs::Watch;
use crate::failure::Failure;

/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(250);
/// Looks without a worker after which that is said.
const PATIENT_LOOKS: u32 = 40;

pub fn execute(options: &Watch) -> Result<(), Failure> {
    block_on(async {
        let queue = looked_at(&options.queue, Look::Follow).await?;
        let wanted = match &options.job {
            Some(id) => Some(queue.job(id).await?.id),
            None => None,
        };
        let jobs = follow(&queue, wanted.as_deref(), &options.queue.url).await?;
        let now = queue.now().await?;
        if jobs.is_empty() { print("no jobs are under way") } else { print(&table(&jobs, now)) }
    })
}

/// Shows the job, or all that are under way, until they have ended; gives them as they stand then.
pub async fn follow(queue: &Queue, wanted: Option<&str>, url: &str) -> Result<Vec<JobView>, Failure> {
    let screen = Screen::new();
    let mut seen = BTreeMap::new();
    let mut lonely = 0;
    loop {
        look(queue, wanted, &mut seen).await?;
        screen.show(seen.values(), queue.now().await?);
        if seen.values().all(|job| job.state.is_final()) {
            return Ok(seen.into_values().collect());
        }
        lonely = if queue.workers().await?.is_empty() { lonely + 1 } else { 0 };
        if lonely == PATIENT_LOOKS {
            screen.say(&no_worker(url));
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Looks at the job, or at all that are under way and at those that were when they were last seen.
async fn look(queue: &Queue, wanted: Option<&str>, seen: &mut BTreeMap<String, JobView>) -> Result<(), Failure> {
    let mut now = if let Some(id) = wanted {
        vec![queue.job(id).await?]
    } else {
        let states = STATES.into_iter().filter(|state| !state.is_final()).collect();
        queue.list(&Filter { states, ..Filter::default() }).await?
    };
    let is_there: BTreeSet<&str> = now.iter().map(|job| job.id.as_str()).collect();
    let ended = |job: &&JobView| !job.state.is_final() && !is_there.contains(job.id.as_str());
    let ended: Vec<String> = seen.values().filter(ended).map(|job| job.id.clone()).collect();
    for id in ended {
        now.push(queue.job(&id).await?);
    }
    seen.extend(now.into_iter().map(|job| (job.id.clone(), job)));
    Ok(())
}

/// A line per job; where standard error is no terminal, one whenever its state or the number of its shards changes.
struct Screen {
    lines: MultiProgress,
    bars: RefCell<BTreeMap<String, ProgressBar>>,
    terminal: bool,
}

impl Screen {
    fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { lines: MultiProgress::new(), bars: RefCell::default(), terminal }
    }

    fn show<'a>(&self, jobs: impl Iterator<Item = &'a JobView>, now: jiff::Timestamp) {
        let mut bars = self.bars.borrow_mut();
        for job in jobs {
            let bar = bars.entry(job.id.clone()).or_insert_with(|| {
                let bar = self.lines.add(ProgressBar::new(1000));
                if let Ok(style) = ProgressStyle::with_template("{prefix} {wide_bar} {percent:>3} %  {msg}") {
                    bar.set_style(style);
                }
                bar.set_prefix(format!("{}  {}", short(&job.id), job.title));
                bar
            });
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a thousand")]
            bar.set_position((1000.0 * job.progress()) as u64);
            let left = job.seconds_left(now).map_or_else(String::new, |left| format!("  {} left", time(left)));
            let so_far = format!("{}  {}/{} shards", job.state.name(), job.shards.done, job.shards.total);
            if !self.terminal && !bar.message().starts_with(&so_far) {
                eprintln!("{}  {}  {so_far}{left}", short(&job.id), job.title);
            }
            bar.set_message(format!("{so_far}{left}"));
        }
    }

    fn say(&self, text: &str) {
        if !self.terminal {
            eprintln!("{}", text.trim_end());
        }
        // A terminal that is gone has nobody to tell.
        let _ = self.lines.println(text.trim_end());
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // A terminal that is gone has nothing to clear.
        let _ = self.lines.clear();
    }
}
