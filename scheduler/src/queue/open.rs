//! The way to a database: its address, the first try, what a connection is told, and the tables' history.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, AnyPool, Connection as _};

use super::database::Dialect;
use crate::QueueError;

/// The address of a `SQLite` queue for the database, its folder made.
pub(super) fn file_address(url: &str, create: bool) -> Result<String, QueueError> {
    let file = sqlite_file(url);
    let path = file.to_string_lossy();
    // What the database would read as something else than a path.
    if path.is_empty() || path.starts_with(':') || path.starts_with("file:") || url.contains(['%', '#', '?']) {
        return Err(QueueError::Address { url: url.to_owned() });
    }
    if !create && !file.exists() {
        return Err(QueueError::Absent { url: url.to_owned() });
    }
    let unusable = |why: String| QueueError::Unusable { url: url.to_owned(), why };
    if file.is_dir() {
        return Err(unusable("it is a folder; name a file in it".to_owned()));
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| unusable(error.to_string()))?;
    }
    Ok(format!("{url}?mode=rwc"))
}

/// Opens the database once and reads from it. What does not pass is told as trouble with the address.
pub(super) async fn try_out(url: &str, address: &str, dialect: Dialect) -> Result<(), QueueError> {
    let tried = async {
        let mut connection = AnyConnection::connect(address).await?;
        prepare(&mut connection, dialect).await?;
        let query = match dialect {
            Dialect::Sqlite => "SELECT COUNT(*) FROM sqlite_master",
            Dialect::Postgres => "SELECT 1",
        };
        sqlx::query(query).fetch_one(&mut connection).await?;
        connection.close().await
    };
    let Err(error) = tried.await else { return Ok(()) };
    // A file that cannot be opened (14) at the beginning cannot be opened later; while work goes on it may be again.
    let closed = error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| code == "14");
    let why = error.to_string();
    match QueueError::from(error) {
        error if error.is_retryable() && !closed => Err(error),
        _ => Err(QueueError::Unusable { url: shown(url), why }),
    }
}

/// A queue's address without the password that may be in it.
#[must_use]
pub fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    match authority.rsplit_once('@') {
        Some((user, host)) => format!("{scheme}://{}@{host}{path}", user.split(':').next().unwrap_or(user)),
        None => url.to_owned(),
    }
}

/// The file of a `SQLite` queue.
#[must_use]
pub fn sqlite_file(url: &str) -> PathBuf {
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
    Path::new(path.split('?').next().unwrap_or(path)).to_path_buf()
}
/// What a fresh connection is told.
pub(super) async fn prepare(connection: &mut AnyConnection, dialect: Dialect) -> Result<(), sqlx::Error> {
    let settings = match dialect {
        // A commit is on disk when it returns, and readers do not wait for it.
        Dialect::Sqlite => "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
        // Whoever stands still in the middle of a change, or is cut off, does not keep its rows from
        // those who take over.
        Dialect::Postgres => "SET idle_in_transaction_session_timeout = '2s'",
    };
    sqlx::raw_sql(settings).execute(connection).await?;
    Ok(())
}
/// The tables' history, in the words of the database.
fn migrator(dialect: Dialect) -> Migrator {
    let (bytes, counter) = match dialect {
        Dialect::Sqlite => ("BLOB", "INTEGER PRIMARY KEY AUTOINCREMENT"),
        Dialect::Postgres => ("BYTEA", "BIGSERIAL PRIMARY KEY"),
    };
    let all = [(1, "jobs", include_str!("../../migrations/0001_jobs.sql"))];
    let migration = |(version, name, text): (i64, &'static str, &str)| {
        let text = text.replace("{bytes}", bytes).replace("{counter}", counter);
        let text = sqlx::AssertSqlSafe(text);
        Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sqlx::SqlSafeStr::into_sql_str(text), false)
    };
    Migrator { migrations: all.map(migration).to_vec().into(), ..Migrator::DEFAULT }
}

pub(super) async fn migrate(pool: &AnyPool, dialect: Dialect) -> Result<(), QueueError> {
    let migrator = migrator(dialect);
    let known = migrator.iter().map(|migration| migration.version).max().unwrap_or(0);
    let mut outcome = migrator.run(pool).await;
    if outcome.is_err() && dialect == Dialect::Sqlite {
        // A file has no lock for this, so another process may have made the tables just now: whoever
        // is alone with the file finds them.
        let mut alone = pool.begin_with("BEGIN IMMEDIATE").await?;
        outcome = migrator.run_direct(None, &mut *alone, false).await;
        alone.commit().await?;
    }
    outcome.map_err(|error| match error {
        sqlx::migrate::MigrateError::VersionMissing(found) => QueueError::Newer { found, known },
        sqlx::migrate::MigrateError::Execute(error) | sqlx::migrate::MigrateError::ExecuteMigration(error, _) => {
            error.into()
        }
        other => QueueError::Corrupt { what: other.to_string() },
    })
}
