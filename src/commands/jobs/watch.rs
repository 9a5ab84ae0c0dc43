//! `jobs watch` and `submit --wait`: jobs as they go.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::time::Duration;

use energyopti_scheduler::Desk;
use energyopti_scheduler::queue::{Filter, JobState, JobView};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::super::print;
use super::look::{no_worker, short, table, time};
use super::{Missing, SOME_TIME, block_on, desk};
use crate::arguments::jobs::Watch;
use crate::failure::Failure;

/// Pause between two looks.
const LOOK: Duration = Duration::from_millis(250);
/// Looks without a worker after which that is said.
const PATIENT_LOOKS: u32 = 40;

pub fn execute(options: &Watch) -> Result<(), Failure> {
    block_on(async {
        let desk = desk(&options.at, Missing::Refuse, SOME_TIME).await?;
        let wanted = match &options.job {
            Some(id) => Some(desk.queue.job(id).await?.id),
            None => None,
        };
        let jobs = follow(&desk, wanted.as_deref(), &options.at.queue).await?;
        let now = desk.queue.now().await?;
        if jobs.is_empty() { print("no jobs are under way") } else { print(&table(&jobs, now)) }
    })
}

/// Shows the job, or all that are under way, until they have ended; gives them as they stand then.
pub async fn follow(desk: &Desk, wanted: Option<&str>, url: &str) -> Result<Vec<JobView>, Failure> {
    let screen = Screen::new();
    let mut seen: Vec<String> = wanted.map(ToOwned::to_owned).into_iter().collect();
    let mut lonely = 0;
    loop {
        if wanted.is_none() {
            for state in [JobState::Running, JobState::Queued] {
                let filter = Filter { state: Some(state), ..Filter::default() };
                for job in desk.queue.list(&filter).await? {
                    if !seen.contains(&job.id) {
                        seen.push(job.id);
                    }
                }
            }
        }
        let mut jobs = Vec::with_capacity(seen.len());
        for id in &seen {
            jobs.push(desk.queue.job(id).await?);
        }
        screen.show(&jobs, desk.queue.now().await?);
        if jobs.iter().all(|job| job.state.is_final()) {
            return Ok(jobs);
        }
        lonely = if desk.queue.workers().await?.is_empty() { lonely + 1 } else { 0 };
        if lonely == PATIENT_LOOKS {
            screen.say(&no_worker(url));
        }
        tokio::time::sleep(LOOK).await;
    }
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

    fn show(&self, jobs: &[JobView], now: jiff::Timestamp) {
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
