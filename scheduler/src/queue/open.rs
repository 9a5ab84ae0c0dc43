//! The way to a database: its address, the first try, what a connection is told, and the tables' history. Nothing is
//! written by who only looks, and no tables are made in a database that is somebody else's unless a queue is wanted.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, AnyPool, Connection as _, Row};

use super::database::Dialect;
use crate::QueueError;

/// What a queue is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// To work with it; it is made where there is none.
    Make,
    /// To change what is there.
    Change,
    /// To read what is there; nothing is written.
    Read(Look),
}

/// How long somebody looks at a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Once.
    Once,
    /// On and on, as it changes.
    Follow,
}

/// The address of a `SQLite` queue for the database; its folder is made where it may be.
fn file_address(url: &str, access: Access) -> Result<String, QueueError> {
    let file = sqlite_file(url);
    let path = file.to_string_lossy();
    // What the database would read as something else than a path.
    if path.is_empty() || path.starts_with(':') || path.starts_with("file:") || url.contains(['%', '#', '?']) {
        return Err(QueueError::Address { url: url.to_owned() });
    }
    let unusable = |why: String| QueueError::Unusable { url: url.to_owned(), why };
    if file.is_dir() {
        return Err(unusable("it is a folder; name a file in it".to_owned()));
    }
    if access == Access::Make {
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| unusable(error.to_string()))?;
        }
        return Ok(format!("{url}?mode=rwc"));
    }
    match std::fs::File::open(&file) {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(QueueError::Absent { url: url.to_owned() }),
        Err(error) => Err(unusable(format!("{error}; this user needs the right to read {}", file.display()))),
        // Where the file may not be written, the database opens it for reading by itself.
        Ok(_) => Ok(format!("{url}?mode=rw")),
    }
}

/// Another way to read a file whose folder this user may not write to, in which the database would keep what
/// readers and writers tell each other: as a file that nobody changes. That holds where nobody has it open, for one
/// look. Otherwise, what is needed.
fn still_address(url: &str, look: Look) -> Result<String, QueueError> {
    let file = sqlite_file(url);
    let mut log = file.clone().into_os_string();
    log.push("-wal");
    let quiet = std::fs::metadata(log).map_or_else(|error| error.kind() == ErrorKind::NotFound, |log| log.len() == 0);
    if quiet && look == Look::Once {
        return Ok(format!("{url}?mode=ro&immutable=1"));
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let why = format!(
        "this user may not write to the folder {}, where the database keeps `-wal` and `-shm` files while it is open; \
         give this user that right, or look once a worker is there",
        folder.display()
    );
    Err(QueueError::Unusable { url: url.to_owned(), why })
}

/// Finds the way to the database and tries it once: the address, and what the queue can be used for. What does not pass
/// is told as trouble with the address.
pub(super) async fn reach(url: &str, dialect: Dialect, wanted: Access) -> Result<(String, Access), QueueError> {
    let address = match dialect {
        Dialect::Sqlite => file_address(url, wanted)?,
        Dialect::Postgres => url.to_owned(),
    };
    match (try_out(url, &address, dialect, wanted).await, wanted) {
        (Ok(access), _) => Ok((address, access)),
        (Err(QueueError::Database(error)), Access::Read(look)) if dialect == Dialect::Sqlite && is_shut(&error) => {
            let address = still_address(url, look)?;
            let access = try_out(url, &address, dialect, wanted).await.map_err(|error| told(url, error))?;
            Ok((address, access))
        }
        (Err(error), _) => Err(told(url, error)),
    }
}

/// Opens the database and looks whose tables it holds before it is told anything.
async fn try_out(url: &str, address: &str, dialect: Dialect, wanted: Access) -> Result<Access, QueueError> {
    let mut connection = AnyConnection::connect(address).await?;
    let found = version(&mut connection, dialect).await?;
    if found.is_none() && dialect == Dialect::Sqlite && is_others(&mut connection).await? {
        return Err(QueueError::Foreign { url: shown(url) });
    }
    let access = access(url, dialect, wanted, found)?;
    prepare(&mut connection, dialect, access).await?;
    connection.close().await?;
    Ok(access)
}

/// Whether a `SQLite` file cannot be opened (14) or written (8), in the low byte of the code.
fn is_shut(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.and_then(|code| code.parse::<i64>().ok()).is_some_and(|code| matches!(code & 0xff, 8 | 14))
}

/// What goes wrong at the beginning, as trouble with the address. A file that cannot be opened now cannot be opened
/// later; while work goes on it may be again.
fn told(url: &str, error: QueueError) -> QueueError {
    let QueueError::Database(database) = &error else { return error };
    if error.is_retryable() && !is_shut(database) {
        return error;
    }
    QueueError::Unusable { url: shown(url), why: database.to_string() }
}

/// The version of our tables; `None` where they are not all there, as in another program's database.
async fn version(connection: &mut AnyConnection, dialect: Dialect) -> Result<Option<i64>, sqlx::Error> {
    let ours = match dialect {
        Dialect::Sqlite => {
            "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' \
             AND name IN ('_sqlx_migrations', 'queue', 'job', 'shard', 'event')"
        }
        Dialect::Postgres => {
            "SELECT COUNT(*) FROM (VALUES ('_sqlx_migrations'), ('queue'), ('job'), ('shard'), ('event')) AS t(name) \
             WHERE to_regclass(name) IS NOT NULL"
        }
    };
    let there: i64 = sqlx::query(ours).fetch_one(&mut *connection).await?.try_get(0)?;
    if there < 5 {
        return Ok(None);
    }
    sqlx::query("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(connection).await?.try_get(0)
}

/// Whether a file holds another program's tables. On a server, programs share a database; a file is one program's.
async fn is_others(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    let query = "SELECT COUNT(*), COUNT(CASE WHEN name = '_sqlx_migrations' THEN 1 END) FROM sqlite_master";
    let row = sqlx::query(query).fetch_one(connection).await?;
    // Whoever makes the tables at this moment begins with their history.
    Ok(row.try_get::<i64, _>(0)? > 0 && row.try_get::<i64, _>(1)? == 0)
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
pub(super) async fn prepare(
    connection: &mut AnyConnection,
    dialect: Dialect,
    access: Access,
) -> Result<(), sqlx::Error> {
    let settings = match (dialect, access) {
        (Dialect::Sqlite, Access::Read(_)) => "PRAGMA busy_timeout = 5000; PRAGMA query_only = ON",
        (Dialect::Postgres, Access::Read(_)) => "SET default_transaction_read_only = on",
        // A commit is on disk when it returns, and readers do not wait for it.
        (Dialect::Sqlite, _) => "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
        // Whoever stands still in the middle of a change, or is cut off, does not keep its rows from
        // those who take over.
        (Dialect::Postgres, _) => "SET idle_in_transaction_session_timeout = '2s'",
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

/// What becomes of a queue whose tables are of version `found`: a look changes nothing that it can read, and what is
/// older is brought up to date by whoever may write.
///
/// # Errors
/// [`QueueError::Foreign`] where there are no such tables and none are to be made; [`QueueError::Newer`].
fn access(url: &str, dialect: Dialect, wanted: Access, found: Option<i64>) -> Result<Access, QueueError> {
    let known = newest(&migrator(dialect));
    match (wanted, found) {
        (_, Some(found)) if found > known => Err(QueueError::Newer { found, known }),
        (Access::Read(_), Some(found)) if found < known => Ok(Access::Change),
        (Access::Read(_) | Access::Change, None) => Err(QueueError::Foreign { url: shown(url) }),
        _ => Ok(wanted),
    }
}

fn newest(migrator: &Migrator) -> i64 {
    migrator.iter().map(|migration| migration.version).max().unwrap_or(0)
}

pub(super) async fn migrate(pool: &AnyPool, dialect: Dialect) -> Result<(), QueueError> {
    let migrator = migrator(dialect);
    let known = newest(&migrator);
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
