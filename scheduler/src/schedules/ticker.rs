//! Looks once a second which schedules are due, and hands their runs in.
//!
//! `tokio-cron-scheduler` gives the second and nothing else: it keeps fixed distances from UTC, forgets
//! what was due while nobody looked and would let ticks overlap. So its job only wakes the one loop here.

use energyopti_scenarios::jobs::Order;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use super::book::Schedule;
use super::follow;
use super::hand_in::{HandIn, Handed, Run, Step, Work};
use crate::calendar::{self, Misfire, Overlap, Rule};
use crate::metrics::INSTANTS;
use crate::queue::{Due, Unread};
use crate::{Desk, QueueError};

/// An instant that nobody saw for so long was missed. Looks are a second apart, and a scheduler that
/// died is back within a few.
pub const GRACE: std::time::Duration = std::time::Duration::from_secs(10);
/// Due instants that are handed in together: few, as reading their scenarios takes longer than the step,
/// and a scheduler that dies on the way leaves them all to the next.
const TOGETHER: usize = 4;
/// Every second.
const SECONDS: &str = "* * * * * *";

/// Turns due instants into jobs. Any number of them may look at one queue.
pub struct Ticker {
    desk: Desk,
}

impl Ticker {
    /// One that hands in at `desk`.
    #[must_use]
    pub fn new(desk: Desk) -> Self {
        Self { desk }
    }

    /// Looks every second by the queue's clock, until `stop` resolves. What fails is looked at again.
    ///
    /// # Errors
    /// [`QueueError::Threads`] where there is nothing that gives the seconds.
    pub async fn run(self, stop: impl Future<Output = ()>) -> Result<(), QueueError> {
        let (wake, mut seconds) = mpsc::channel(1);
        let mut clock = clock(wake).await.map_err(|error| QueueError::Threads { why: error.to_string() })?;
        let looks = async {
            loop {
                if let Err(error) = self.look().await {
                    tracing::warn!(%error, "schedules could not be looked at; they are in a second");
                }
                if seconds.recv().await.is_none() {
                    return QueueError::Threads { why: "the seconds have ended".to_owned() };
                }
            }
        };
        // A look that is given up half way is as one whose scheduler died.
        let outcome = tokio::select! {
            () = stop => Ok(()),
            error = looks => Err(error),
        };
        if let Err(error) = clock.shutdown().await {
            tracing::debug!(%error, "the seconds go on until the program ends");
        }
        outcome
    }

    async fn look(&self) -> Result<(), QueueError> {
        self.tick(self.desk.queue.now().await?).await
    }

    /// Does all that is due at `now`. A schedule that fails does not keep others from it.
    ///
    /// # Errors
    /// Those of the database, where the schedules cannot be read.
    pub async fn tick(&self, now: Timestamp) -> Result<(), QueueError> {
        for schedule in self.desk.queue.schedules().await? {
            let schedule = match schedule {
                Ok(schedule) => schedule,
                Err(error) => {
                    tracing::error!(%error, "a schedule cannot be read");
                    continue;
                }
            };
            if let Err(error) = self.serve(&schedule, now).await {
                tracing::warn!(schedule = schedule.name, %error, "a schedule waits for the next look");
            }
        }
        Ok(())
    }

    async fn serve(&self, schedule: &Schedule, now: Timestamp) -> Result<(), QueueError> {
        // First what has ended: a run that overlaps with nothing any more is not to wait.
        follow::up(&self.desk, schedule).await?;
        if schedule.paused {
            return Ok(());
        }
        let spec = &schedule.spec;
        let due = calendar::due(&spec.rule, schedule.handled, now, spec.misfire, GRACE);
        if due.submit.is_empty() && due.passed_over == 0 {
            return Ok(());
        }
        let mut step = Step { from_ms: schedule.handled.as_millisecond(), to_ms: 0, passed_over: due.passed_over };
        // Missed runs that are all made up would leave each other and the run on time out, or replace each other.
        let makes_up = due.made_up > 0 && matches!(spec.misfire, Misfire::All { .. });
        let overlap = if makes_up { Overlap::Queue } else { spec.overlap };
        let mut rest = due.submit.as_slice();
        loop {
            let (now, later) = rest.split_at(rest.len().min(TOGETHER));
            let to = now.last().filter(|_| !later.is_empty()).copied().unwrap_or(due.handled);
            step.to_ms = to.as_millisecond();
            let handed = self.hand_in(schedule, now, overlap, Some(step)).await?;
            if later.is_empty() || handed.is_empty() {
                return Ok(());
            }
            step = Step { from_ms: step.to_ms, to_ms: 0, passed_over: 0 };
            rest = later;
        }
    }

    /// Hands in a run of the schedule `name` at once, due at the whole second of `now`. The schedule's
    /// policy of overlaps holds; whether it is paused does not matter.
    ///
    /// # Errors
    /// [`QueueError::NoSchedule`], those of the store and of the database.
    pub async fn run_now(&self, name: &str, now: Timestamp) -> Result<Handed, QueueError> {
        let schedule = self.desk.queue.schedule(name).await?;
        follow::up(&self.desk, &schedule).await?;
        let second = now - SignedDuration::from_nanos(i64::from(now.subsec_nanosecond()));
        let handed = self.hand_in(&schedule, &[second], schedule.spec.overlap, None).await?;
        handed.into_iter().next().ok_or_else(|| QueueError::NoSchedule { name: name.to_owned() })
    }

    async fn hand_in(
        &self,
        schedule: &Schedule,
        instants: &[Timestamp],
        overlap: Overlap,
        step: Option<Step>,
    ) -> Result<Vec<Handed>, QueueError> {
        let mut runs = Vec::with_capacity(instants.len());
        for at in instants {
            let due = Due { schedule: schedule.name.clone(), at: *at };
            let (ready_ms, work) = (schedule.spec.ready_ms(&due), self.work(schedule, &due).await?);
            runs.push(Run { due, ready_ms, work });
        }
        let change = HandIn { schedule: schedule.name.clone(), overlap, step, runs };
        let handed = self.desk.queue.database().change(change).await?;
        for (due, handed) in instants.iter().zip(&handed) {
            tell(&schedule.name, *due, handed);
        }
        Ok(handed)
    }

    /// What a due instant stands for: the scenario as it is read now.
    async fn work(&self, schedule: &Schedule, due: &Due) -> Result<Work, QueueError> {
        let pieces = match read(&schedule.spec.order, &schedule.spec.rule, due.at).await {
            Ok(pieces) => pieces,
            Err(why) => return Ok(Work::Unread(Unread::new(due.clone(), why))),
        };
        match self.desk.prepare(pieces, &schedule.spec.request(due)).await {
            Ok(submit) => Ok(Work::Ready(submit)),
            Err(error) if error.is_retryable() => Err(error),
            Err(error) => Ok(Work::Unread(Unread::new(due.clone(), error.to_string()))),
        }
    }
}

/// What became of an instant, for logs and metrics.
fn tell(schedule: &str, due: Timestamp, handed: &Handed) {
    let outcome = match handed {
        Handed::Job(job) => {
            tracing::info!(schedule, %due, job, "due");
            "submitted"
        }
        Handed::Skipped(earlier) => {
            tracing::info!(schedule, %due, earlier, "due and left out: an earlier run is under way");
            "skipped"
        }
        Handed::Failed(job) => {
            tracing::error!(schedule, %due, job, "due, and its scenario cannot be run");
            "failed"
        }
        Handed::There => return,
    };
    metrics::counter!(INSTANTS, "outcome" => outcome).increment(1);
}

/// The pieces of an order, read on a thread that may wait; where there are none, why.
async fn read(
    order: &Order,
    rule: &Rule,
    due: Timestamp,
) -> Result<Vec<(String, energyopti_scenarios::jobs::Submission)>, String> {
    let (order, local) = (order.clone(), rule.local(due));
    let task = tokio::task::spawn_blocking(move || order.pieces(due, &local));
    match task.await {
        Ok(pieces) => pieces.map_err(|error| error.to_string()),
        Err(_) => Err("reading the scenario panicked: please report the file".to_owned()),
    }
}

/// Wakes every second, if nobody is awake yet.
async fn clock(wake: mpsc::Sender<()>) -> Result<JobScheduler, JobSchedulerError> {
    let clock = JobScheduler::new().await?;
    let second = Job::new(SECONDS, move |_, _| {
        // Full: the last second is still to be looked at.
        let _ = wake.try_send(());
    })?;
    clock.add(second).await?;
    clock.start().await?;
    Ok(clock)
}
