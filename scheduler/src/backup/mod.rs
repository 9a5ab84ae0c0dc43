//! Backups: a queue and its store as a folder of plain files, and back.
//!
//! | name                  | what                                                                     |
//! |-----------------------|--------------------------------------------------------------------------|
//! | `manifest.json`       | version of the tables, rows, sizes and SHA-256 of the files below         |
//! | `manifest.sha256`     | its SHA-256, as `sha256sum` writes it                                     |
//! | `tables/TABLE.jsonl`  | the rows of a table, one JSON object each                                 |
//! | `store.jsonl`         | name, size and SHA-256 of each file of the store                          |
//! | `store/...`           | these files                                                              |
//!
//! It is logical: `SQLite` and `PostgreSQL` give the same lines, so it also moves a queue from one to
//! the other. The rows are those of one instant, and work goes on meanwhile; the files are copied after
//! them. Files are only removed from a store once the run that they became is in it, so what the rows
//! need is there as itself or as the run. Workers are left out: a lease means nothing elsewhere.
//!
//! Memory does not grow with the number of rows. It does with the number of files of the store (their
//! names) and its largest file.

mod error;
mod hashed;
mod load;
mod manifest;
mod mend;
mod save;
mod tables;

use std::sync::Arc;

use serde::Serialize;

pub use error::BackupError;
pub use load::{Restored, Saved};
pub use manifest::{FileEntry, Manifest, StoreEntry, TableEntry};
pub use save::backup;

/// How far a backup or restore is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What is at work: `saving`, `copying`, `checking`, `writing`, `restoring`.
    pub doing: &'static str,
    /// A table, or `files`.
    pub of: &'static str,
    /// Rows or files done.
    pub done: u64,
}

/// Hears of every [`STRIDE`] rows or files, and of each end.
pub type Watch = Arc<dyn Fn(Step) + Send + Sync>;

/// Rows or files from one [`Step`] to the next.
pub const STRIDE: u64 = 10_000;

/// Counts, and tells at every stride.
struct Counter<'a> {
    watch: &'a Watch,
    step: Step,
}

impl<'a> Counter<'a> {
    fn new(watch: &'a Watch, doing: &'static str, of: &'static str) -> Self {
        Self { watch, step: Step { doing, of, done: 0 } }
    }

    fn one(&mut self) {
        self.step.done += 1;
        if self.step.done.is_multiple_of(STRIDE) {
            (self.watch)(self.step);
        }
    }

    /// Tells the end; gives the count.
    fn end(self) -> u64 {
        if !self.step.done.is_multiple_of(STRIDE) || self.step.done == 0 {
            (self.watch)(self.step);
        }
        self.step.done
    }
}
