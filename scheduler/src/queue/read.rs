//! What is in the queue, for people and programs.

use std::ops::Range;

use jiff::Timestamp;
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::database::{Database, sql};
use super::job::JobState;
use super::submit::SWEEP;
use super::{Queue, event, instant};
use crate::QueueError;

/// Shards of a job by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Shards {
    /// All of them, without the merge.
    pub total: u64,
    /// Those whose result counts.
    pub done: u64,
    /// Those in a worker's hands.
    pub running: u64,
    /// Those that wait.
    pub waiting: u64,
}

/// A job as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct JobView {
    /// Its id.
    pub id: String,
    /// Its kind's name.
    pub kind: String,
    /// Version of its payload.
    pub version: u32,
    /// What it computes.
    pub identity: String,
    /// What people call it.
    pub title: String,
    /// What its progress counts.
    pub unit: String,
    /// Key of its random draws.
    pub seed: u64,
    /// Where it is in its life.
    pub state: JobState,
    /// Higher goes first.
    pub priority: i64,
    /// When it was asked for.
    pub submitted: Timestamp,
    /// When a worker first began.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub finished: Option<Timestamp>,
    /// Its shards by state.
    pub shards: Shards,
    /// All its units, and those done so far, running shards included.
    pub units: (u64, u64),
    /// Starts without a commit since the last commit.
    pub lost: u64,
    /// Most memory that it may take, bytes.
    pub memory_bytes: Option<u64>,
    /// The schedule and due instant that it belongs to.
    pub due: Option<super::Due>,
    /// Whether its result was in the store before.
    pub reused: bool,
    /// Whether it is computed even where the store has its result.
    pub fresh: bool,
    /// The folder of its run in the store.
    pub folder: Option<String>,
    /// Its `summary.json`.
    pub result: Option<String>,
    /// Why it ended, or why it is tried again.
    pub error: Option<String>,
}

impl JobView {
    /// Whether it is made of other jobs.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.kind == SWEEP
    }

    /// The run that it makes; none for a job that is made of others.
    #[must_use]
    pub fn run(&self) -> Option<&str> {
        (!self.is_whole()).then_some(self.identity.as_str())
    }

    /// Share that is done, 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    pub fn progress(&self) -> f64 {
        match self.state {
            JobState::Succeeded => 1.0,
            _ if self.units.0 == 0 => 0.0,
            _ => (self.units.1 as f64 / self.units.0 as f64).min(1.0),
        }
    }

    /// Seconds left at the pace so far; `None` where nothing tells.
    #[must_use]
    pub fn seconds_left(&self, now: Timestamp) -> Option<f64> {
        let progress = self.progress();
        let started = self.started.filter(|_| self.state == JobState::Running && progress > 0.0)?;
        Some(now.duration_since(started).as_secs_f64().max(0.0) * (1.0 - progress) / progress)
    }
}

/// A shard whose result counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Commit {
    /// Its number.
    pub shard: u64,
    /// Whose it is.
    pub worker: String,
    /// The start that it belongs to.
    pub epoch: i64,
    /// SHA-256 of its result.
    pub hash: String,
}

/// A worker that was seen lately.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WorkerView {
    /// Its name.
    pub worker: String,
    /// Where it runs.
    pub host: String,
    /// Its process there.
    pub pid: i64,
    /// Shards that it takes at a time.
    pub concurrency: i64,
    /// When it was last heard of.
    pub seen: Timestamp,
}

/// Which jobs are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those in one of these states; in any, where none is named.
    pub states: Vec<JobState>,
    /// Only those of this schedule.
    pub schedule: Option<String>,
    /// At most so many, the youngest.
    pub most: Option<u32>,
}

const COLUMNS: &str = "SELECT id, kind, version, identity, title, unit, seed, state, priority, submitted_ms, \
                       started_ms, finished_ms, shards, units, done, lost, memory_bytes, schedule, due_ms, reused, \
                       fresh, folder, result, error FROM job";

impl Queue {
    /// Jobs, the youngest first.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn list(&self, filter: &Filter) -> Result<Vec<JobView>, QueueError> {
        let names: Vec<_> = filter.states.iter().map(|state| format!("'{}'", state.name())).collect();
        let states = if names.is_empty() { String::new() } else { format!("state IN ({}) AND ", names.join(", ")) };
        let text = format!("{COLUMNS} WHERE {states}($1 IS NULL OR schedule = $1) ORDER BY id DESC LIMIT $2");
        let query = || {
            // Of this text only the names of states vary.
            sqlx::query(sqlx::AssertSqlSafe(text.clone()))
                .bind(filter.schedule.clone())
                .bind(i64::from(filter.most.unwrap_or(u32::MAX)))
        };
        let rows = self.database.rows(query).await?;
        let mut jobs = rows.iter().map(view).collect::<Result<Vec<_>, _>>()?;
        for job in &mut jobs {
            let untouched = job.state == JobState::Queued && job.shards.done == 0;
            if job.is_whole() || !(untouched || job.state == JobState::Succeeded) {
                count_shards(&self.database, job).await?;
            }
        }
        Ok(jobs)
    }

    /// The job whose id is `id` or begins so.
    ///
    /// # Errors
    /// [`QueueError::NoJob`], [`QueueError::Ambiguous`], and those of the database.
    pub async fn job(&self, id: &str) -> Result<JobView, QueueError> {
        // Ids are hexadecimal: what follows them all is `id` and a letter after f.
        let text = format!("{COLUMNS} WHERE id >= $1 AND id < $2 ORDER BY id LIMIT 2");
        let beyond = format!("{id}g");
        let query = || sqlx::query(sqlx::AssertSqlSafe(text.clone())).bind(id.to_owned()).bind(beyond.clone());
        let rows = self.database.rows(query).await?;
        let mut job = match (rows.as_slice(), id.is_empty()) {
            ([row], false) => view(row)?,
            ([], _) | (_, true) => return Err(QueueError::NoJob { id: id.to_owned() }),
            ([one, other, ..], false) => {
                let such = [one.try_get(0)?, other.try_get(0)?];
                return Err(QueueError::Ambiguous { id: id.to_owned(), such });
            }
        };
        count_shards(&self.database, &mut job).await?;
        Ok(job)
    }

    /// What its kind reads.
    ///
    /// # Errors
    /// [`QueueError::NoJob`], and those of the database.
    pub async fn payload(&self, id: &str) -> Result<Vec<u8>, QueueError> {
        let query = || sql("SELECT payload FROM job WHERE id = $1").bind(id.to_owned());
        let row = self.database.row(query).await?.ok_or_else(|| QueueError::NoJob { id: id.to_owned() })?;
        Ok(row.try_get(0)?)
    }

    /// The shards of a job that count, in order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn commits(&self, id: &str) -> Result<Vec<Commit>, QueueError> {
        let query = || {
            sql("SELECT s.number, s.worker, s.epoch, s.hash FROM shard s JOIN job j ON j.id = s.job \
                 WHERE s.job = $1 AND s.state = 'done' AND s.number < j.shards ORDER BY s.number")
            .bind(id.to_owned())
        };
        let rows = self.database.rows(query).await?;
        rows.iter()
            .map(|row| {
                let shard = row.try_get::<i64, _>(0)?.cast_unsigned();
                let worker = row.try_get::<Option<String>, _>(1)?.unwrap_or_default();
                let hash = row.try_get::<Option<String>, _>(3)?.unwrap_or_default();
                Ok(Commit { shard, worker, epoch: row.try_get(2)?, hash })
            })
            .collect()
    }

    /// How many of the first `shards` of a job count.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn done_before(&self, id: &str, shards: u64) -> Result<u64, QueueError> {
        let query = || {
            sql("SELECT COUNT(*) FROM shard WHERE job = $1 AND number < $2 AND state = 'done'")
                .bind(id.to_owned())
                .bind(shards.cast_signed())
        };
        let row = self.database.row(query).await?.ok_or(sqlx::Error::RowNotFound)?;
        Ok(row.try_get::<i64, _>(0)?.cast_unsigned())
    }

    /// The stretches of units of a job's shards, in order.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn ranges(&self, id: &str) -> Result<Vec<Range<u64>>, QueueError> {
        let query = || {
            sql("SELECT s.first, s.beyond FROM shard s JOIN job j ON j.id = s.job \
                 WHERE s.job = $1 AND s.number < j.shards ORDER BY s.number")
            .bind(id.to_owned())
        };
        let rows = self.database.rows(query).await?;
        let range =
            |row: &AnyRow| Ok(row.try_get::<i64, _>(0)?.cast_unsigned()..row.try_get::<i64, _>(1)?.cast_unsigned());
        rows.iter().map(range).collect()
    }

    /// The jobs that a job is made of, each with its label.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn members(&self, id: &str) -> Result<Vec<(String, String)>, QueueError> {
        let query = || sql("SELECT label, child FROM member WHERE parent = $1 ORDER BY position").bind(id.to_owned());
        let rows = self.database.rows(query).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// Workers that were heard of in the last ten seconds.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn workers(&self) -> Result<Vec<WorkerView>, QueueError> {
        let since = self.database.now_ms().await? - 10_000;
        let query =
            || sql("SELECT id, host, pid, concurrency, seen_ms FROM worker WHERE seen_ms > $1 ORDER BY id").bind(since);
        let rows = self.database.rows(query).await?;
        let view = |row: &AnyRow| {
            Ok(WorkerView {
                worker: row.try_get(0)?,
                host: row.try_get(1)?,
                pid: row.try_get(2)?,
                concurrency: row.try_get(3)?,
                seen: instant(row.try_get(4)?),
            })
        };
        rows.iter().map(view).collect()
    }

    /// What happened after event `after`, in order; at most a thousand at a time.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn events(&self, after: i64) -> Result<Vec<event::Event>, QueueError> {
        let rows = self.database.rows(|| sql(event::COLUMNS).bind(after)).await?;
        rows.iter().map(event::read).collect()
    }
}

fn view(row: &AnyRow) -> Result<JobView, QueueError> {
    let unsigned = |index: usize| row.try_get::<i64, _>(index).map(i64::cast_unsigned);
    let time = |index: usize| row.try_get::<Option<i64>, _>(index).map(|ms| ms.map(instant));
    let (schedule, at): (Option<String>, Option<Timestamp>) = (row.try_get(17)?, time(18)?);
    let (total, done) = (unsigned(12)?, unsigned(14)?);
    let shards = Shards { total, done, running: 0, waiting: total.saturating_sub(done) };
    Ok(JobView {
        id: row.try_get(0)?,
        kind: row.try_get(1)?,
        version: u32::try_from(row.try_get::<i64, _>(2)?).unwrap_or(u32::MAX),
        identity: row.try_get(3)?,
        title: row.try_get(4)?,
        unit: row.try_get(5)?,
        seed: unsigned(6)?,
        state: JobState::parse(row.try_get(7)?)?,
        priority: row.try_get(8)?,
        submitted: instant(row.try_get(9)?),
        started: time(10)?,
        finished: time(11)?,
        shards,
        units: (unsigned(13)?, 0),
        lost: unsigned(15)?,
        memory_bytes: row.try_get::<Option<i64>, _>(16)?.map(i64::cast_unsigned),
        due: schedule.zip(at).map(|(schedule, at)| super::Due { schedule, at }),
        reused: row.try_get::<i64, _>(19)? != 0,
        fresh: row.try_get::<i64, _>(20)? != 0,
        folder: row.try_get(21)?,
        result: row.try_get(22)?,
        error: row.try_get(23)?,
    })
}

/// Counts a job's shards; those of a whole are its members'.
async fn count_shards(database: &Database, job: &mut JobView) -> Result<(), QueueError> {
    let query = || {
        sql("SELECT s.state, COUNT(*), CAST(COALESCE(SUM(s.progress), 0) AS BIGINT) FROM shard s \
             JOIN job j ON j.id = s.job WHERE s.number < j.shards AND (s.job = $1 OR s.job IN \
             (SELECT child FROM member WHERE parent = $1)) GROUP BY s.state")
        .bind(job.id.clone())
    };
    let mut shards = Shards::default();
    let mut units = 0;
    for row in database.rows(query).await? {
        let (state, count): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        let count = count.cast_unsigned();
        shards.total += count;
        units += row.try_get::<i64, _>(2)?.cast_unsigned();
        match state.as_str() {
            "done" => shards.done += count,
            "leased" => shards.running += count,
            _ => shards.waiting += count,
        }
    }
    // A job that was answered from the store has none.
    if shards.total > 0 {
        job.shards = shards;
    }
    job.units.1 = units;
    Ok(())
}
