//! Putting jobs into the queue: all of a request or nothing, and the same work once.

use energyopti_scenarios::results::sha256_hex;
use sqlx::Row;

use super::database::{Change, Connection, sql};
use super::end::{Ending, end};
use super::event::{self, Happening};
use super::job::{Due, JobState, Members, NewJob, Submitted, Terms, count, milliseconds};
use super::whole;
use crate::QueueError;

/// Rows of shards per statement.
const ROWS: usize = 256;
/// The kind of a job that is made of others.
pub(crate) const SWEEP: &str = "sweep";

/// The kind of a job that could not be made, which only tells why.
pub(crate) const UNREAD: &str = "unread";
/// When shards are ready that wait for somebody to say so.
pub(crate) const HELD: i64 = i64::MAX;

/// Jobs that belong together, their ids chosen: handed in again, they are there once.
pub(crate) struct Submit {
    jobs: Vec<(String, NewJob)>,
    /// The job that they make up, with its id.
    whole: Option<(String, Members)>,
    /// The request's idempotency key.
    key: Option<String>,
}

impl Submit {
    /// One job.
    pub fn one(mut job: NewJob) -> Self {
        let key = job.terms.key.take();
        Self { jobs: vec![(super::new_id(), job)], whole: None, key }
    }

    /// The members of a whole; the key stands for the whole.
    pub fn all(jobs: Vec<NewJob>, whole: Members) -> Self {
        let mut key = None;
        let member = |mut job: NewJob| {
            key = job.terms.key.take();
            (super::new_id(), job)
        };
        let jobs = jobs.into_iter().map(member).collect();
        Self { jobs, whole: Some((super::new_id(), whole)), key }
    }

    /// Whether the store has the result of all of it.
    pub fn is_answered(&self) -> bool {
        self.jobs.iter().all(|(_, job)| job.reused.is_some())
    }

    /// Queues it; no shard is taken before `ready_ms`. A whole answers for its due instant, its members do not.
    pub async fn at(&self, to: &mut Connection<'_>, ready_ms: i64) -> Result<Submitted, QueueError> {
        let Some((whole, members)) = &self.whole else {
            let (id, job) = self.jobs.first().ok_or_else(|| QueueError::Corrupt { what: "no job".into() })?;
            return submit(to, id, (job, self.asker()), job.due.as_ref(), ready_ms).await;
        };
        let due = self.jobs.first().and_then(|(_, job)| job.due.as_ref());
        let identities: Vec<&str> = self.jobs.iter().map(|(_, job)| job.identity.as_str()).collect();
        let identity = sha256_hex(identities.join(" ").as_bytes());
        let first = &self.jobs[0].1;
        let units = self.jobs.iter().map(|(_, job)| job.shards.last().map_or(0, |range| range.end)).sum();
        let (title, asker) = (&members.title, self.asker());
        let (identity, state) = (identity.as_str(), JobState::Running);
        let shape = Shape { kind: SWEEP, identity, title, shards: 0, units, job: first, due, asker, state };
        if let Some(known) = enter(to, whole, &shape).await? {
            return Ok(known);
        }
        for (position, ((id, job), label)) in self.jobs.iter().zip(&members.labels).enumerate() {
            let child = submit(to, id, (job, Asker::Whole), None, ready_ms).await?;
            whole::add(to, whole, position, (&child.job, child.existing), label).await?;
        }
        whole::settle_new(to, whole).await?;
        Ok(Submitted { job: whole.clone(), existing: false })
    }

    fn asker(&self) -> Asker<'_> {
        Asker::Somebody(self.key.as_deref())
    }
}

/// Who asks for a job.
#[derive(Clone, Copy)]
enum Asker<'a> {
    /// Somebody, maybe under an idempotency key.
    Somebody(Option<&'a str>),
    /// The whole that it is part of.
    Whole,
}

impl<'a> Asker<'a> {
    fn key(self) -> Option<&'a str> {
        if let Self::Somebody(key) = self { key } else { None }
    }

    /// The job's `asked`.
    fn asks(self) -> i64 {
        i64::from(matches!(self, Self::Somebody(_)))
    }
}

impl Change for Submit {
    type Answer = Submitted;
    const PROMPT: bool = true;

    async fn apply(&self, to: &mut Connection<'_>) -> Result<Submitted, QueueError> {
        self.at(to, 0).await
    }
}

/// Enters a job into the table, or gives the one that answers for it already.
async fn enter(to: &mut Connection<'_>, id: &str, row: &Shape<'_>) -> Result<Option<Submitted>, QueueError> {
    if let Some(key) = row.asker.key()
        && !note_key(to, key, id).await?
    {
        return of_key(to, key, id, row).await.map(Some);
    }
    loop {
        if insert(to, id, row).await? {
            return Ok(None);
        }
        if let Some(known) = known(to, id, row).await? {
            return Ok(Some(known));
        }
        // What stood in the way ended between the two statements.
    }
}

/// Notes which job answers for a key; false where the key is known.
async fn note_key(to: &mut Connection<'_>, key: &str, job: &str) -> Result<bool, QueueError> {
    let statement = sql("INSERT INTO request (key, job) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING");
    Ok(to.execute(statement.bind(key.to_owned()).bind(job.to_owned())).await? == 1)
}

/// The job that answers for a known key, if it is about this work.
async fn of_key(to: &mut Connection<'_>, key: &str, id: &str, row: &Shape<'_>) -> Result<Submitted, QueueError> {
    let query = sql("SELECT j.id, j.kind, j.identity FROM request r JOIN job j ON j.id = r.job WHERE r.key = $1");
    let owner = to.row(query.bind(key.to_owned())).await?.ok_or(sqlx::Error::RowNotFound)?;
    let (job, kind, identity): (String, String, String) = (owner.try_get(0)?, owner.try_get(1)?, owner.try_get(2)?);
    if kind != row.kind || identity != row.identity {
        return Err(QueueError::KeyTaken { key: key.to_owned(), job });
    }
    // A request whose answer was lost asks under the same id.
    Ok(Submitted { existing: job != id, job })
}

/// The job that stands in the way of a new one: the same, whose answer was lost, or one under way that does the
/// same work. Who asks for it now has a say in it.
async fn known(to: &mut Connection<'_>, id: &str, row: &Shape<'_>) -> Result<Option<Submitted>, QueueError> {
    if to.row(sql("SELECT id FROM job WHERE id = $1").bind(id.to_owned())).await?.is_some() {
        return Ok(Some(Submitted { job: id.to_owned(), existing: false }));
    }
    let query = sql("UPDATE job SET asked = CASE WHEN $3 > asked THEN $3 ELSE asked END \
                     WHERE kind = $1 AND identity = $2 AND due_ms IS NULL AND state IN ('queued', 'running') RETURNING id");
    let query = query.bind(row.kind.to_owned()).bind(row.identity.to_owned()).bind(row.asker.asks());
    let Some(found) = to.row(query).await? else { return Ok(None) };
    let job: String = found.try_get(0)?;
    if let Some(key) = row.asker.key() {
        let statement = sql("UPDATE request SET job = $2 WHERE key = $1").bind(key.to_owned());
        to.execute(statement.bind(job.clone())).await?;
    }
    Ok(Some(Submitted { job, existing: true }))
}

/// Queues one job, unless it is there. One for a due instant is there once already: its instant is.
async fn submit(
    to: &mut Connection<'_>,
    id: &str,
    (job, asker): (&NewJob, Asker<'_>),
    due: Option<&Due>,
    ready_ms: i64,
) -> Result<Submitted, QueueError> {
    let units = job.shards.last().map_or(0, |range| range.end);
    let shards = job.shards.len() as u64;
    let (kind, identity, title) = (job.kind.as_str(), job.identity.as_str(), job.title.as_str());
    let state = if job.reused.is_some() { JobState::Succeeded } else { JobState::Queued };
    let row = Shape { kind, identity, title, shards, units, job, due, asker, state };
    if let Some(known) = enter(to, id, &row).await? {
        return Ok(known);
    }
    if state == JobState::Queued {
        insert_shards(to, id, job, ready_ms).await?;
    }
    event::note(to, &Happening::of_job(&format!("job.{}", state.name()), id, due)).await?;
    Ok(Submitted { job: id.to_owned(), existing: false })
}

/// A job that could not be made, as the reason is not to be lost.
pub(crate) struct Unread {
    id: String,
    due: Due,
    why: String,
}

impl Unread {
    /// The job of a due instant, and why there is nothing to run.
    pub fn new(due: Due, why: String) -> Self {
        Self { id: super::new_id(), due, why }
    }

    /// Notes it as a failed job; gives its id.
    pub async fn note(&self, to: &mut Connection<'_>) -> Result<String, QueueError> {
        let title = format!("{} of {}", self.due.schedule, self.due.at);
        let job = NewJob {
            kind: UNREAD.to_owned(),
            version: 1,
            identity: sha256_hex(title.as_bytes()),
            title,
            unit: String::new(),
            seed: 0,
            payload: Vec::new(),
            shards: Vec::new(),
            terms: Terms::default(),
            due: None,
            fresh: false,
            reused: None,
        };
        let due = Some(&self.due);
        let row = Shape {
            kind: UNREAD,
            identity: &job.identity,
            title: &job.title,
            shards: 0,
            units: 0,
            job: &job,
            due,
            asker: Asker::Somebody(None),
            state: JobState::Queued,
        };
        insert(to, &self.id, &row).await?;
        end(to, &self.id, &Ending::failure(JobState::Failed, &self.why)).await?;
        Ok(self.id.clone())
    }

    /// Why there is nothing to run.
    pub fn why(&self) -> &str {
        &self.why
    }
}

/// What a row of `job` takes from elsewhere than the job itself.
struct Shape<'a> {
    kind: &'a str,
    identity: &'a str,
    title: &'a str,
    shards: u64,
    units: u64,
    job: &'a NewJob,
    due: Option<&'a Due>,
    asker: Asker<'a>,
    state: JobState,
}

/// Writes the row of a job; false where another stands in its way.
async fn insert(to: &mut Connection<'_>, id: &str, row: &Shape<'_>) -> Result<bool, QueueError> {
    let job = row.job;
    let (sweep, finished) = (row.kind == SWEEP, row.state == JobState::Succeeded);
    let statement = sql(
        "INSERT INTO job (id, kind, version, identity, title, unit, seed, payload, asked, state, priority, \
         attempts, timeout_ms, memory_bytes, submitted_ms, started_ms, finished_ms, shards, units, done, lost, \
         lost_ms, schedule, due_ms, reused, fresh, folder, result) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
         $12, $13, $14, $15, $16, $17, $18, $19, $20, 0, 0, $21, $22, $23, $24, $25, $26) ON CONFLICT DO NOTHING",
    );
    let statement = statement
        .bind(id.to_owned())
        .bind(row.kind.to_owned())
        .bind(i64::from(job.version))
        .bind(row.identity.to_owned())
        .bind(row.title.to_owned())
        .bind(job.unit.clone())
        .bind(job.seed.cast_signed())
        .bind(if sweep { Vec::new() } else { job.payload.clone() })
        .bind(row.asker.asks())
        .bind(row.state.name())
        .bind(job.terms.priority)
        .bind(i64::from(job.terms.attempts))
        .bind(job.terms.timeout.map(milliseconds))
        .bind(job.terms.memory_bytes.map(count))
        .bind(to.now_ms)
        .bind((finished || sweep).then_some(to.now_ms))
        .bind(finished.then_some(to.now_ms))
        .bind(count(row.shards))
        .bind(count(row.units))
        .bind(if finished { count(row.shards) } else { 0 })
        .bind(row.due.map(|due| due.schedule.clone()))
        .bind(row.due.map(|due| due.at.as_millisecond()))
        .bind(i64::from(finished && !sweep))
        .bind(i64::from(job.fresh))
        .bind(job.reused.as_ref().filter(|_| !sweep).map(|reused| reused.folder.clone()))
        .bind(job.reused.as_ref().filter(|_| !sweep).map(|reused| reused.result.clone()));
    Ok(to.execute(statement).await? == 1)
}

/// The shards, and the merge behind them.
async fn insert_shards(to: &mut Connection<'_>, id: &str, job: &NewJob, ready_ms: i64) -> Result<(), QueueError> {
    let units = job.shards.last().map_or(0, |range| range.end);
    let merge = (job.shards.len(), units..units, "blocked");
    let shards = job.shards.iter().cloned().enumerate().map(|(number, range)| (number, range, "waiting"));
    let rows: Vec<_> = shards.chain([merge]).collect();
    for rows in rows.chunks(ROWS) {
        let row = |index: usize| {
            let at = 4 + 4 * index;
            format!("($1, ${at}, $2, ${}, ${}, ${}, $3, 0, 0, 0)", at + 1, at + 2, at + 3)
        };
        let columns = "job, number, priority, first, beyond, state, ready_ms, epoch, failures, progress";
        let values = (0..rows.len()).map(row).collect::<Vec<_>>().join(", ");
        let text = format!("INSERT INTO shard ({columns}) VALUES {values}");
        // Of this text only the numbers behind `$` vary.
        let statement = sqlx::query(sqlx::AssertSqlSafe(text)).bind(id.to_owned());
        let mut statement = statement.bind(job.terms.priority).bind(ready_ms);
        for (number, range, state) in rows {
            statement =
                statement.bind(count(*number as u64)).bind(count(range.start)).bind(count(range.end)).bind(*state);
        }
        to.execute(statement).await?;
    }
    Ok(())
}
