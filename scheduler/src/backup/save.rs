//! Making a backup: the rows of one instant, then the files that they name, the manifest last.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use futures_util::TryStreamExt;
use sqlx::{Any, Row, Transaction};

use super::hashed::Writing;
use super::manifest::{FORMAT, FileEntry, LIST, MANIFEST, Manifest, SEAL, STORE, StoreEntry, TableEntry};
use super::tables::{TABLES, Table};
use super::{BackupError, Counter, Watch};
use crate::queue::sql;
use crate::results::{ResultError, ResultStore, real, sync_folder};
use crate::{Desk, QueueError};

/// Looks into the store, at most: each after the first is for files that went away during the one before.
const LOOKS: u32 = 8;

/// Saves the queue and its store in `folder`, which is new or empty, while work goes on. The folder is
/// there whole or not at all.
///
/// # Errors
/// [`BackupError::Taken`], [`BackupError::Inside`], [`BackupError::Io`], [`BackupError::Store`] where a file of the store is
/// damaged and cannot be computed again; those of the database and of the store.
pub async fn backup(desk: &Desk, folder: &Path, watch: &Watch) -> Result<Manifest, QueueError> {
    if std::fs::read_dir(folder).map_or_else(|_| folder.exists(), |mut entries| entries.next().is_some()) {
        return Err(BackupError::Taken { path: folder.to_owned() }.into());
    }
    if let Some(store) = desk.results.folder().filter(|store| real(folder).starts_with(store)) {
        return Err(BackupError::Inside { path: folder.to_owned(), store: store.to_owned() }.into());
    }
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(above).map_err(BackupError::io("make", above))?;
    // Hidden, and removed if anything goes wrong from here on.
    let staging = tempfile::Builder::new().prefix(".backup-").tempdir_in(above);
    let staging = staging.map_err(BackupError::io("make a folder in", above))?;

    let mut snapshot = desk.queue.database().snapshot().await?;
    let row = sql("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&mut *snapshot).await?;
    let schema: i64 = row.try_get(0)?;
    let taken = desk.queue.now().await?;
    let mut tables = Vec::with_capacity(TABLES.len());
    for table in &TABLES {
        tables.push(save(table, &mut snapshot, staging.path(), watch).await?);
    }
    snapshot.rollback().await?;
    let store = copy(&desk.results, staging.path(), watch).await?;

    let program = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest { format: FORMAT, program, schema, taken, tables, store };
    let (text, seal) = manifest.texts();
    for (name, text) in [(MANIFEST, text), (SEAL, seal)] {
        let mut file = Writing::create(staging.path(), name).await?;
        file.write(text.as_bytes()).await?;
        file.finish().await?;
    }
    settle(staging.path())?;
    std::fs::rename(staging.path(), folder).map_err(BackupError::io("give its name to", folder))?;
    // It has moved: nothing is left to remove.
    let _ = staging.keep();
    sync_folder(above).map_err(BackupError::io("sync", above))?;
    Ok(manifest)
}

/// Saves the rows of a table.
async fn save(
    table: &'static Table,
    snapshot: &mut Transaction<'static, Any>,
    folder: &Path,
    watch: &Watch,
) -> Result<TableEntry, QueueError> {
    let mut file = Writing::create(folder, &format!("tables/{}.jsonl", table.name)).await?;
    let mut counter = Counter::new(watch, "saving", table.name);
    let mut rows = table.select().fetch(&mut **snapshot);
    while let Some(row) = rows.try_next().await? {
        file.write(&line(&table.line(&row)?)).await?;
        counter.one();
    }
    Ok(TableEntry { table: table.name.to_owned(), rows: counter.end(), file: file.finish().await? })
}

/// Copies the store. Where a shard went away meanwhile, its job was merged, so there is a run to copy that
/// was not there before.
async fn copy(results: &ResultStore, folder: &Path, watch: &Watch) -> Result<StoreEntry, QueueError> {
    let mut list = Writing::create(folder, LIST).await?;
    let mut counter = Counter::new(watch, "copying", "files");
    let (mut copied, mut bytes) = (BTreeSet::new(), 0);
    for _ in 0..LOOKS {
        let mut changed = false;
        for item in results.everything().await? {
            if copied.contains(&item.name) {
                continue;
            }
            let Some(entry) = copy_one(results, &item.name, folder).await? else {
                changed = true;
                continue;
            };
            list.write(&line(&entry)).await?;
            bytes += entry.bytes;
            copied.insert(item.name);
            counter.one();
        }
        if !changed {
            break;
        }
    }
    Ok(StoreEntry { files: counter.end(), bytes, list: list.finish().await? })
}

/// Copies a file of the store; `None` if there is nothing to copy.
async fn copy_one(results: &ResultStore, name: &str, folder: &Path) -> Result<Option<FileEntry>, QueueError> {
    let content = match results.read_item(name).await {
        Err(error @ ResultError::Damaged { .. }) if name.starts_with(".shards/") => {
            tracing::warn!(%error, "a shard's result is damaged: it is left out, to be computed again");
            return Ok(None);
        }
        Err(error @ ResultError::Damaged { .. }) => return Err(BackupError::Store(error).into()),
        read => read?,
    };
    let Some((bytes, _)) = content else { return Ok(None) };
    let mut file = Writing::create(folder, &format!("{STORE}/{name}")).await?;
    file.write(&bytes).await?;
    let entry = file.finish().await?;
    Ok(Some(FileEntry { name: name.to_owned(), ..entry }))
}

/// A line of JSON.
fn line(value: &impl serde::Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).expect("texts and numbers can be written");
    line.push(b'\n');
    line
}

/// Makes the entries of all folders last.
fn settle(folder: &Path) -> Result<(), BackupError> {
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let below = std::fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let below = below.map_err(BackupError::io("list", &folder))?;
        folders.extend(below.iter().map(std::fs::DirEntry::path).filter(|path| path.is_dir()));
        sync_folder(&folder).map_err(BackupError::io("sync", &folder))?;
    }
    Ok(())
}
