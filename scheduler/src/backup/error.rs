//! Why a backup was not made, or is not restored.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// What can go wrong around a backup.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The folder to back up into holds something.
    #[error("{} is there already; back up into a new folder", path.display())]
    Taken {
        /// The folder.
        path: PathBuf,
    },
    /// The folder to back up into is a part of the store.
    #[error(
        "{} lies in the result store {}, so that every later backup would hold this one; back up into a folder \
         outside of it", path.display(), store.display()
    )]
    Inside {
        /// The folder.
        path: PathBuf,
        /// The store.
        store: PathBuf,
    },
    /// What is to be restored is a file.
    #[error("{} is a file; name the folder that `energyopti backup` made", path.display())]
    NoFolder {
        /// The file.
        path: PathBuf,
    },
    /// What is to be restored is no backup, or one that was not finished.
    #[error("{} is no whole backup: `{missing}` is missing; use a folder that `energyopti backup` has finished", path.display())]
    Incomplete {
        /// The folder.
        path: PathBuf,
        /// The file that is missing.
        missing: String,
    },
    /// A file of a backup is not what was written. Nothing was restored.
    #[error("the backup is damaged: {}: {why}; nothing was restored, use another backup", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The backup is of another version of the tables.
    #[error(
        "the backup holds tables of version {found}, and this program has {known}; restore it with the energyopti \
         {program} that made it, then open that queue with this one, which brings it up to date"
    )]
    Version {
        /// Version of the backup's tables.
        found: i64,
        /// Version of this program's.
        known: i64,
        /// The version that made the backup.
        program: String,
    },
    /// The queue to restore into is in use.
    #[error("the queue holds {rows} rows of `{table}` already; restore into a new queue")]
    NotEmpty {
        /// A table that holds something.
        table: &'static str,
        /// How much.
        rows: i64,
    },
    /// After the restore the tables hold something else than the backup.
    #[error("`{table}` has {found} rows where the backup has {expected}; nothing was restored, try again")]
    Count {
        /// The table.
        table: &'static str,
        /// Rows in the queue.
        found: i64,
        /// Rows in the backup.
        expected: u64,
    },
    /// A file of the store is no longer what it was.
    #[error("a file of the store cannot be saved: {0}")]
    Store(#[source] crate::results::ResultError),
    /// The file system refused a step.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl BackupError {
    /// Whether it is the caller's input that has to change.
    #[must_use]
    pub fn is_bad_input(&self) -> bool {
        !matches!(self, Self::Io { .. } | Self::Count { .. } | Self::Store(_))
    }

    /// For `map_err`: the file system refused `action` on `path`.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    pub(super) fn damaged(path: &Path, why: impl ToString) -> Self {
        Self::Damaged { path: path.to_owned(), why: why.to_string() }
    }
}
