//! A connection to either database, and the one way to change it.
//!
//! Every change is a value ([`Change`]) that can be carried out again: a lost connection, a lock or
//! a full disk ends a try, never the caller. On `SQLite` one writer takes all changes that wait,
//! carries them out in one transaction and answers after its commit: one sync serves many callers.
//! On `PostgreSQL` every change is a transaction of its own, and the server groups their commits.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::{Duration, Instant};

use sqlx::any::{AnyArguments, AnyPoolOptions, AnyRow};
use sqlx::{AnyConnection, AnyPool, Connection as _, Row};
use tokio::sync::{mpsc, oneshot};

use super::open::{Access, migrate, prepare, reach, shown};
use crate::QueueError;

/// Most changes in one transaction: enough to share a sync, few enough not to keep who comes next waiting.
const GROUP: usize = 16;
/// Most changes that wait before whoever brings another waits too.
const LINE: usize = 1024;
/// Connections that read, or on `PostgreSQL` change, at a time.
const CONNECTIONS: u32 = 8;
/// How long a try waits for a lock or for the server.
const WAIT: Duration = Duration::from_secs(5);
/// After which it is told that the database does not answer.
const SILENCE: Duration = Duration::from_secs(2);
/// First and longest pause between two tries.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_secs(1));

/// Which of the two databases it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// One file.
    Sqlite,
    /// A server.
    Postgres,
}

/// A connection inside a transaction.
pub struct Connection<'c> {
    raw: &'c mut AnyConnection,
    /// Which database it is.
    pub dialect: Dialect,
    /// The database's time, Unix milliseconds: leases are judged by one clock.
    pub now_ms: i64,
}

/// A query with its values.
pub type Query = sqlx::query::Query<'static, sqlx::Any, AnyArguments>;

/// Starts a query. Placeholders are `$1`, `$2`, ... on both databases.
pub fn sql(text: &'static str) -> Query {
    sqlx::query(text)
}

impl Connection<'_> {
    /// Carries out a statement; gives the number of rows that it touched.
    pub async fn execute(&mut self, query: Query) -> Result<u64, QueueError> {
        Ok(query.execute(&mut *self.raw).await?.rows_affected())
    }

    /// The rows of a query.
    pub async fn rows(&mut self, query: Query) -> Result<Vec<AnyRow>, QueueError> {
        Ok(query.fetch_all(&mut *self.raw).await?)
    }

    /// The row of a query, if it has one.
    pub async fn row(&mut self, query: Query) -> Result<Option<AnyRow>, QueueError> {
        Ok(query.fetch_optional(&mut *self.raw).await?)
    }
}

/// Something that changes the queue, in one transaction, and can be carried out again: whoever lost
/// the answer asks once more.
pub trait Change: Send + Sync + 'static {
    /// What comes of it.
    type Answer: Send + 'static;
    /// Whether somebody looks on until it is done: of those that wait, these are carried out first. What workers
    /// do among themselves is not.
    const PROMPT: bool = false;

    /// Carries it out.
    fn apply(&self, to: &mut Connection<'_>) -> impl Future<Output = Result<Self::Answer, QueueError>> + Send;
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A change in the writer's hands, its type forgotten.
trait Waiting: Send {
    /// See [`Change::PROMPT`].
    fn is_prompt(&self) -> bool;
    /// Whether what it did is to be kept: not after an error that lasts, which is then its answer.
    fn apply<'a>(&'a mut self, to: &'a mut Connection<'_>) -> Boxed<'a, Result<bool, QueueError>>;
    /// Tells who asked, after the commit or after there was none.
    fn settle(self: Box<Self>, failure: Option<&str>);
}

struct Ticket<C: Change> {
    change: C,
    answer: Option<Result<C::Answer, QueueError>>,
    reply: oneshot::Sender<Result<C::Answer, QueueError>>,
}

impl<C: Change> Waiting for Ticket<C> {
    fn is_prompt(&self) -> bool {
        C::PROMPT
    }

    fn apply<'a>(&'a mut self, to: &'a mut Connection<'_>) -> Boxed<'a, Result<bool, QueueError>> {
        Box::pin(async move {
            let answer = self.change.apply(to).await;
            let kept = match answer {
                Err(error) if error.is_retryable() => return Err(error),
                Err(_) => false,
                Ok(_) => true,
            };
            self.answer = Some(answer);
            Ok(kept)
        })
    }

    fn settle(self: Box<Self>, failure: Option<&str>) {
        let answer = match (failure, self.answer) {
            (None, Some(answer)) => answer,
            (why, _) => Err(QueueError::Away { why: why.unwrap_or("no answer").to_owned() }),
        };
        // Who asked may have gone.
        let _ = self.reply.send(answer);
    }
}

/// Either database.
#[derive(Clone, Debug)]
pub struct Database {
    pool: AnyPool,
    dialect: Dialect,
    /// The way to the one writer of a file.
    writer: Option<mpsc::Sender<Box<dyn Waiting>>>,
    /// How long a change is tried again before its error is told.
    patience: Duration,
}

impl Database {
    /// Opens the database at `url`; whoever may write brings its tables up to date.
    pub async fn open(url: &str, access: Access, patience: Duration) -> Result<Self, QueueError> {
        sqlx::any::install_default_drivers();
        let dialect = match url.split_once(':') {
            Some(("sqlite", _)) => Dialect::Sqlite,
            Some(("postgres" | "postgresql", _)) => Dialect::Postgres,
            _ => return Err(QueueError::Address { url: shown(url) }),
        };
        // A pool would hide for long why it gets no connection.
        let (address, access) = again(patience, || reach(url, dialect, access)).await?;
        let options = |most| {
            let options = AnyPoolOptions::new().max_connections(most).acquire_timeout(WAIT);
            options.after_connect(move |connection, _| Box::pin(prepare(connection, dialect, access)))
        };
        let pool = again(patience, || async { Ok(options(CONNECTIONS).connect(&address).await?) }).await?;
        let mut database = Self { pool, dialect, writer: None, patience };
        if matches!(access, Access::Read(_)) {
            return Ok(database);
        }
        again(patience, || migrate(&database.pool, dialect)).await?;
        if dialect == Dialect::Sqlite {
            let (sender, receiver) = mpsc::channel(LINE);
            tokio::spawn(write(options(1).connect_lazy(&address)?, receiver, patience));
            database.writer = Some(sender);
        }
        Ok(database)
    }

    /// Carries out a change; tried again for a while where the database is busy, full or away.
    pub async fn change<C: Change>(&self, change: C) -> Result<C::Answer, QueueError> {
        let Some(writer) = &self.writer else {
            return again(self.patience, || self.at_once(&change)).await;
        };
        let (reply, answer) = oneshot::channel();
        let gone = || QueueError::Away { why: "this program is ending".to_owned() };
        writer.send(Box::new(Ticket { change, answer: None, reply })).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    async fn at_once<C: Change>(&self, change: &C) -> Result<C::Answer, QueueError> {
        let mut transaction = self.pool.begin().await?;
        let now_ms = now_ms(&mut transaction, self.dialect).await?;
        let mut connection = Connection { raw: &mut transaction, dialect: self.dialect, now_ms };
        let answer = change.apply(&mut connection).await?;
        transaction.commit().await?;
        Ok(answer)
    }

    /// The rows of a query that changes nothing.
    pub async fn rows(&self, query: impl Fn() -> Query) -> Result<Vec<AnyRow>, QueueError> {
        again(self.patience, || async { Ok(query().fetch_all(&self.pool).await?) }).await
    }

    /// The row of a query that changes nothing, if it has one.
    pub async fn row(&self, query: impl Fn() -> Query) -> Result<Option<AnyRow>, QueueError> {
        again(self.patience, || async { Ok(query().fetch_optional(&self.pool).await?) }).await
    }

    /// The database's time, Unix milliseconds.
    pub async fn now_ms(&self) -> Result<i64, QueueError> {
        again(self.patience, || async { now_ms(&mut *self.pool.acquire().await?, self.dialect).await }).await
    }

    /// Everything in one consistent view, for a backup: `see` is called inside one transaction.
    pub async fn snapshot(&self) -> Result<sqlx::Transaction<'static, sqlx::Any>, QueueError> {
        let begin = match self.dialect {
            Dialect::Sqlite => "BEGIN",
            Dialect::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let mut transaction = self.pool.begin_with(begin).await?;
        if self.dialect == Dialect::Postgres {
            // It locks nothing, and who reads may be slow.
            sqlx::raw_sql("SET LOCAL idle_in_transaction_session_timeout = 0").execute(&mut *transaction).await?;
        }
        Ok(transaction)
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Tries until it succeeds, the error is of the lasting sort, or `patience` is at its end.
async fn again<T, F: Future<Output = Result<T, QueueError>>>(
    patience: Duration,
    attempt: impl Fn() -> F,
) -> Result<T, QueueError> {
    let mut tries = Tries::new(patience);
    loop {
        match attempt().await {
            Err(error) if tries.another(&error).await => {}
            answer => return answer,
        }
    }
}

/// Tries of one thing, with pauses that grow.
struct Tries {
    begun: Instant,
    patience: Duration,
    pause: Duration,
    told: bool,
}

impl Tries {
    fn new(patience: Duration) -> Self {
        Self { begun: Instant::now(), patience, pause: PAUSES.0, told: false }
    }

    /// Whether another try makes sense after `error`; by then it is time for it.
    async fn another(&mut self, error: &QueueError) -> bool {
        if !error.is_retryable() || self.begun.elapsed() >= self.patience {
            return false;
        }
        if !self.told && self.begun.elapsed() > SILENCE {
            tracing::warn!(%error, "the database does not answer; it is tried again");
            self.told = true;
        }
        tokio::time::sleep(self.pause).await;
        self.pause = (2 * self.pause).min(PAUSES.1);
        true
    }
}

async fn now_ms(connection: &mut AnyConnection, dialect: Dialect) -> Result<i64, QueueError> {
    match dialect {
        // One file, one machine, one clock.
        Dialect::Sqlite => Ok(jiff::Timestamp::now().as_millisecond()),
        Dialect::Postgres => {
            let text = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";
            Ok(sqlx::query(text).fetch_one(connection).await?.try_get(0)?)
        }
    }
}

/// The writer of a file: takes what waits, until nobody is left who could ask.
async fn write(pool: AnyPool, mut receiver: mpsc::Receiver<Box<dyn Waiting>>, patience: Duration) {
    let mut line = Line::default();
    while let Some(mut group) = line.next(&mut receiver).await {
        let mut tries = Tries::new(patience);
        let failure = loop {
            match carry_out(&pool, &mut group).await {
                Err(error) if tries.another(&error).await => {}
                outcome => break outcome.err().map(|error| error.to_string()),
            }
        };
        group.into_iter().for_each(|ticket| ticket.settle(failure.as_deref()));
    }
}

/// Changes that wait for the writer, each sort in the order of arrival.
#[derive(Default)]
struct Line {
    prompt: VecDeque<Box<dyn Waiting>>,
    others: VecDeque<Box<dyn Waiting>>,
}

impl Line {
    /// The next group: who is looked on first, but never more than half a group of them while others wait, so
    /// that a flood of requests does not keep workers from extending their leases. `None` at the end.
    async fn next(&mut self, receiver: &mut mpsc::Receiver<Box<dyn Waiting>>) -> Option<Vec<Box<dyn Waiting>>> {
        if self.prompt.is_empty() && self.others.is_empty() {
            let first = receiver.recv().await?;
            self.queue(first);
        }
        while let Ok(another) = receiver.try_recv() {
            self.queue(another);
        }
        let prompt = self.prompt.len().min(GROUP - self.others.len().min(GROUP / 2));
        let others = self.others.len().min(GROUP - prompt);
        Some(self.prompt.drain(..prompt).chain(self.others.drain(..others)).collect())
    }

    fn queue(&mut self, ticket: Box<dyn Waiting>) {
        if ticket.is_prompt() { self.prompt.push_back(ticket) } else { self.others.push_back(ticket) }
    }
}

/// Carries out a group in one transaction.
async fn carry_out(pool: &AnyPool, group: &mut [Box<dyn Waiting>]) -> Result<(), QueueError> {
    // A point to return to costs as much as a small change does, and is seldom returned to.
    if together(pool, group).await? { Ok(()) } else { one_by_one(pool, group).await }
}

/// Carries out a group that nobody is left out of; false, and nothing done, where somebody would be.
async fn together(pool: &AnyPool, group: &mut [Box<dyn Waiting>]) -> Result<bool, QueueError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    let now_ms = now_ms(&mut transaction, Dialect::Sqlite).await?;
    let mut connection = Connection { raw: &mut transaction, dialect: Dialect::Sqlite, now_ms };
    for ticket in group {
        if !ticket.apply(&mut connection).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
    }
    transaction.commit().await?;
    Ok(true)
}

/// Carries out a group, leaving those out that end in an error of theirs.
async fn one_by_one(pool: &AnyPool, group: &mut [Box<dyn Waiting>]) -> Result<(), QueueError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    let now_ms = now_ms(&mut transaction, Dialect::Sqlite).await?;
    for ticket in group {
        let mut point = transaction.begin().await?;
        let mut connection = Connection { raw: &mut point, dialect: Dialect::Sqlite, now_ms };
        if ticket.apply(&mut connection).await? {
            point.commit().await?;
        } else {
            point.rollback().await?;
        }
    }
    Ok(transaction.commit().await?)
}
