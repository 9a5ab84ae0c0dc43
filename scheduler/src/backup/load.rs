//! Restoring a backup: everything is checked first, then the files are written, then all rows in one
//! transaction. Whatever ends a restore early leaves an empty queue, and it can be done again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::json;
use sqlx::Row;

use super::hashed::Reading;
use super::manifest::{FileEntry, Manifest, STORE, inside};
use super::mend::Mend;
use super::tables::{Line, TABLES, Table};
use super::{BackupError, Counter, Watch};
use crate::queue::{Change, Connection, Dialect, SWEEP, sql};
use crate::{Desk, QueueError};

/// Most rows, and most bytes, of one statement.
const BATCH: (usize, usize) = (256, 4 << 20);

/// A backup whose every byte was checked.
#[derive(Debug)]
pub struct Saved {
    folder: PathBuf,
    manifest: Manifest,
}

/// What a restore brought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// Rows by table.
    pub rows: BTreeMap<&'static str, u64>,
    /// Files of the store.
    pub files: u64,
    /// Shards that a worker held when the backup was made; they wait.
    pub handed_back: u64,
    /// Shards that counted and whose results the backup does not hold; they are computed again.
    pub again: u64,
}

impl Saved {
    /// Checks the backup in `folder`: every file is there, and is what was written.
    ///
    /// # Errors
    /// [`BackupError::Incomplete`], [`BackupError::Damaged`], [`BackupError::Io`].
    pub async fn check(folder: &Path, watch: &Watch) -> Result<Self, QueueError> {
        let manifest = Manifest::read(folder)?;
        for table in &TABLES {
            let counter = Counter::new(watch, "checking", table.name);
            Reading::open(folder, entry(&manifest, table, folder)?.clone()).await?.check().await?;
            counter.end();
        }
        let saved = Self { folder: folder.to_owned(), manifest };
        let mut counter = Counter::new(watch, "checking", "files");
        saved.list().await?.check().await?;
        let mut list = saved.list().await?;
        let mut line = Vec::new();
        while list.line(&mut line).await? {
            saved.stored(&list.parse(&line)?).await?.check().await?;
            counter.one();
        }
        let (found, expected) = (counter.end(), saved.manifest.store.files);
        if found != expected {
            return Err(list.damaged(format!("it lists {found} files, there were {expected}")).into());
        }
        Ok(saved)
    }

    /// What it holds.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Writes it into an empty queue and its store. The queue has all of it or nothing.
    ///
    /// # Errors
    /// [`BackupError::NotEmpty`], [`BackupError::Version`], [`BackupError::Count`], those of
    /// [`check`](Self::check), of the database and of the store.
    pub async fn restore(&self, desk: &Desk, watch: &Watch) -> Result<Restored, QueueError> {
        let (folder, manifest) = (self.folder.clone(), self.manifest.clone());
        let rows = Rows { folder, manifest, watch: Watch::clone(watch) };
        // Before thousands of files are written, and once more with the rows.
        desk.queue.database().change(Fit { manifest: self.manifest.clone() }).await?;
        let mut counter = Counter::new(watch, "writing", "files");
        let mut list = self.list().await?;
        let mut line = Vec::new();
        while list.line(&mut line).await? {
            let file: FileEntry = list.parse(&line)?;
            let bytes = self.stored(&file).await?.whole().await?;
            desk.results.write_item(&file.name, &bytes, &file.sha256).await?;
            counter.one();
        }
        let restored = desk.queue.database().change(rows).await?;
        Ok(Restored { files: counter.end(), ..restored })
    }

    async fn list(&self) -> Result<Reading, BackupError> {
        Reading::open(&self.folder, self.manifest.store.list.clone()).await
    }

    /// A file of the store.
    async fn stored(&self, file: &FileEntry) -> Result<Reading, BackupError> {
        inside(&self.folder.join(STORE), &file.name)?;
        Reading::open(&self.folder, FileEntry { name: format!("{STORE}/{}", file.name), ..file.clone() }).await
    }
}

/// The file of a table.
fn entry<'a>(manifest: &'a Manifest, table: &Table, folder: &Path) -> Result<&'a FileEntry, BackupError> {
    let found = manifest.tables.iter().find(|entry| entry.table == table.name).map(|entry| &entry.file);
    found.ok_or_else(|| BackupError::Incomplete { path: folder.to_owned(), missing: table.name.to_owned() })
}

/// Asks whether the queue can take a backup.
struct Fit {
    manifest: Manifest,
}

impl Change for Fit {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        fits(&self.manifest, to).await
    }
}

/// Whether the tables are empty and of the backup's version.
async fn fits(manifest: &Manifest, to: &mut Connection<'_>) -> Result<(), QueueError> {
    let row = to.row(sql("SELECT MAX(version) FROM _sqlx_migrations")).await?;
    let known: i64 = row.map(|row| row.try_get(0)).transpose()?.unwrap_or(0);
    if manifest.schema != known {
        let (found, program) = (manifest.schema, manifest.program.clone());
        return Err(BackupError::Version { found, known, program }.into());
    }
    for table in &TABLES {
        let rows = count(table, to).await?;
        if rows > 0 {
            return Err(BackupError::NotEmpty { table: table.name, rows }.into());
        }
    }
    Ok(())
}

async fn count(table: &Table, to: &mut Connection<'_>) -> Result<i64, QueueError> {
    Ok(to.row(table.count()).await?.map(|row| row.try_get(0)).transpose()?.unwrap_or(0))
}

/// All rows, in one transaction.
struct Rows {
    folder: PathBuf,
    manifest: Manifest,
    watch: Watch,
}

impl Change for Rows {
    type Answer = Restored;

    async fn apply(&self, to: &mut Connection<'_>) -> Result<Restored, QueueError> {
        fits(&self.manifest, to).await?;
        let mut restored = Restored::default();
        for table in &TABLES {
            let rows = self.fill(table, to, &mut restored).await?;
            let (found, expected) = (count(table, to).await?, self.manifest.rows(table.name));
            if found.cast_unsigned() != expected || rows != expected {
                return Err(BackupError::Count { table: table.name, found, expected }.into());
            }
            restored.rows.insert(table.name, rows);
        }
        if to.dialect == Dialect::Postgres {
            // SQLite goes on behind the greatest number by itself.
            let text = "SELECT setval(pg_get_serial_sequence('event', 'number'), MAX(number)) FROM event \
                        HAVING MAX(number) IS NOT NULL";
            to.rows(sql(text)).await?;
        }
        Ok(restored)
    }
}

impl Rows {
    /// Puts the rows of a table into it; gives their number.
    async fn fill(
        &self,
        table: &'static Table,
        to: &mut Connection<'_>,
        restored: &mut Restored,
    ) -> Result<u64, QueueError> {
        let mut file = Reading::open(&self.folder, entry(&self.manifest, table, &self.folder)?.clone()).await?;
        let mut counter = Counter::new(&self.watch, "restoring", table.name);
        let mut mend = Mend::new(&self.folder.join(STORE));
        let (mut text, mut lines, mut bytes) = (Vec::new(), Vec::new(), 0);
        while file.line(&mut text).await? {
            let mut line: Line = file.parse(&text)?;
            match table.name {
                "job" => requeue(&mut line, to.now_ms),
                "shard" => mend.shard(&mut line, to, restored).await?,
                _ => {}
            }
            bytes += text.len();
            lines.push(line);
            counter.one();
            if lines.len() == BATCH.0 || bytes >= BATCH.1 {
                to.execute(table.insert(&lines).map_err(|why| file.damaged(why))?).await?;
                lines.clear();
                bytes = 0;
            }
        }
        if !lines.is_empty() {
            to.execute(table.insert(&lines).map_err(|why| file.damaged(why))?).await?;
        }
        mend.end(to, restored).await?;
        Ok(counter.end())
    }
}

/// A job that ran is carried by nobody now, and the time that it may take begins anew; a whole goes on with
/// its members.
fn requeue(job: &mut Line, now_ms: i64) {
    if job.get("state").is_none_or(|state| state != "running") {
        return;
    }
    if job.get("kind").is_none_or(|kind| kind != SWEEP) {
        job.insert("state".into(), json!("queued"));
        job.insert("started_ms".into(), json!(null));
    } else if job.get("timeout_ms").is_some_and(|timeout| !timeout.is_null()) {
        job.insert("started_ms".into(), json!(now_ms));
    }
}
