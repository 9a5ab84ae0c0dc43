//! The databases below the queues: a `PostgreSQL` database for each test, a lock on an `SQLite` file, a
//! restart of the server.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use tokio::runtime::Runtime;

/// Tests on `PostgreSQL` share one server: those that restart it have it for themselves.
static SERVER: RwLock<()> = RwLock::new(());
static NUMBER: AtomicU32 = AtomicU32::new(0);

#[expect(dead_code, reason = "held, not read")]
enum Hold {
    Shared(RwLockReadGuard<'static, ()>),
    Alone(RwLockWriteGuard<'static, ()>),
}

/// A database of a test, gone at its end.
pub struct Database {
    server: String,
    name: String,
    _hold: Hold,
}

/// An `SQLite` file that nobody else can write to, until this is dropped.
pub struct Lock {
    runtime: Runtime,
    connection: Option<SqliteConnection>,
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn at_server(server: &str, statement: String) {
    runtime().block_on(async {
        let mut connection = PgConnection::connect(server).await.unwrap();
        connection.execute(sqlx::AssertSqlSafe(statement)).await.unwrap();
        connection.close().await.unwrap();
    });
}

impl Database {
    /// A new database at the server of `DATABASE_URL`; none, and said so, where there is no server.
    pub fn new(alone: bool) -> Option<Self> {
        let Ok(server) = std::env::var("DATABASE_URL") else {
            eprintln!("skipped on PostgreSQL: DATABASE_URL is not set");
            return None;
        };
        let hold = if alone {
            Hold::Alone(SERVER.write().unwrap_or_else(PoisonError::into_inner))
        } else {
            Hold::Shared(SERVER.read().unwrap_or_else(PoisonError::into_inner))
        };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("energyopti_jobs_{}_{number}", std::process::id());
        at_server(&server, format!("CREATE DATABASE {name}"));
        Some(Self { server, name, _hold: hold })
    }

    /// The server's address with this database's name for that of the server's own.
    pub fn url(&self) -> String {
        let (before, after) = self.server.rsplit_once('/').unwrap();
        let parameters = after.split_once('?').map_or(String::new(), |(_, rest)| format!("?{rest}"));
        format!("{before}/{}{parameters}", self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            at_server(&self.server, format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}

impl Lock {
    /// Waits for its turn, then keeps all others from writing.
    pub fn new(file: &Path) -> Self {
        let runtime = runtime();
        let url = format!("sqlite:{}", file.to_str().unwrap());
        let connection = runtime.block_on(async {
            let mut connection = SqliteConnection::connect(&url).await.unwrap();
            connection.execute("PRAGMA busy_timeout = 60000").await.unwrap();
            connection.execute("BEGIN EXCLUSIVE").await.unwrap();
            connection
        });
        Self { runtime, connection: Some(connection) }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if let Some(mut connection) = self.connection.take() {
            self.runtime.block_on(async {
                connection.execute("ROLLBACK").await.unwrap();
                connection.close().await.unwrap();
            });
        }
    }
}

/// Has statements carried out in an `SQLite` file, which is made.
pub fn alter(file: &Path, statements: &'static str) {
    let url = format!("sqlite:{}?mode=rwc", file.to_str().unwrap());
    runtime().block_on(async {
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        connection.execute(sqlx::raw_sql(statements)).await.unwrap();
        connection.close().await.unwrap();
    });
}

/// Whether an `SQLite` file can be written to just now.
pub fn is_free(file: &Path) -> bool {
    let url = format!("sqlite:{}", file.to_str().unwrap());
    runtime().block_on(async {
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        connection.execute("PRAGMA busy_timeout = 0").await.unwrap();
        connection.execute("BEGIN IMMEDIATE").await.is_ok()
    })
}

/// Restarts the server, letting sessions end (`fast`) or not (`immediate`); `false`, and said so,
/// where nobody told how.
pub fn restart(mode: &str) -> bool {
    let Ok(command) = std::env::var("ENERGYOPTI_PG_RESTART") else {
        eprintln!("skipped: ENERGYOPTI_PG_RESTART is not set");
        return false;
    };
    let status = Command::new("sh").args(["-c", &command]).env("PG_RESTART_MODE", mode).status().unwrap();
    assert!(status.success(), "{command}: {status}");
    true
}
