//! What can go wrong with a run on disk. Each variant names the file and carries what was found;
//! how it is printed beside other errors is the caller's business.

use std::path::{Path, PathBuf};

/// A run could not be written, found or trusted.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A Parquet file could not be written or read.
    #[error("{file}: {source}")]
    Parquet {
        /// Name of the file in the run's folder.
        file: String,
        /// What the Parquet library said.
        source: parquet::errors::ParquetError,
    },
    /// A Parquet file holds other columns than this version writes.
    #[error("{file}: no readable column `{column}`")]
    Column {
        /// Name of the file in the run's folder.
        file: String,
        /// The column that was looked for.
        column: String,
    },
    /// A JSON file could not be written or read.
    #[error("{file}: {source}")]
    Json {
        /// Name of the file in the run's folder.
        file: String,
        /// What the JSON library said.
        source: serde_json::Error,
    },
    /// The folder holds no manifest, so it is no run.
    #[error("{} is not a run: it holds no manifest.json", path.display())]
    NotARun {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds a result that is none of futures.
    #[error("{} holds a result of the kind `{method}`, not the futures of a scenario", path.display())]
    NotFutures {
        /// The folder.
        path: PathBuf,
        /// What its manifest says.
        method: String,
    },
    /// The manifest is of a format that this version does not read.
    #[error("{}: format {found}, but this version reads format {supported}", path.display())]
    Format {
        /// The manifest.
        path: PathBuf,
        /// Its format.
        found: u64,
        /// The format that can be read.
        supported: u64,
    },
    /// The manifest's own seal is missing: it was cut short or edited.
    #[error("{}: the file is damaged: it does not end in its own hash", path.display())]
    Unsealed {
        /// The manifest.
        path: PathBuf,
    },
    /// A file's contents are not those that were written.
    #[error("{file} of run {}: the file is damaged\n  expected sha256 {expected}\n  found    sha256 {found}", run.display())]
    Hash {
        /// The run's folder.
        run: PathBuf,
        /// Name of the file in the run's folder.
        file: String,
        /// The hash in the manifest.
        expected: String,
        /// The hash of what is on disk.
        found: String,
    },
    /// A file that the manifest names is not there.
    #[error("{file} of run {}: the file is missing (expected sha256 {expected})", run.display())]
    Missing {
        /// The run's folder.
        run: PathBuf,
        /// Name of the file in the run's folder.
        file: String,
        /// The hash in the manifest.
        expected: String,
    },
    /// A run holds no such file.
    #[error("run {} holds no {file}{}", run.display(), list(": it holds", holds))]
    NoSuchFile {
        /// The run's folder.
        run: PathBuf,
        /// The file that was asked for.
        file: String,
        /// What there is.
        holds: Vec<String>,
    },
    /// A file name that would leave the run's folder or hide in it.
    #[error("`{name}` is not a file name that a run may hold")]
    FileName {
        /// The name.
        name: String,
    },
    /// A text that is not a run id.
    #[error("`{id}` is not a run id (16 hexadecimal digits)")]
    Id {
        /// The text.
        id: String,
    },
    /// No run of that name.
    #[error("no run `{wanted}` in {}{}", store.display(), list("; the nearest are", nearest))]
    NotFound {
        /// What was asked for.
        wanted: String,
        /// Where it was looked for.
        store: PathBuf,
        /// The nearest runs there are, nearest first.
        nearest: Vec<String>,
    },
    /// More than one run begins so.
    #[error("`{wanted}` is short for {} runs in {}{}", candidates.len(), store.display(), list(":", candidates))]
    Ambiguous {
        /// What was asked for.
        wanted: String,
        /// Where it was looked for.
        store: PathBuf,
        /// All that it may mean.
        candidates: Vec<String>,
    },
    /// A block of samples that does not have the shape of the file.
    #[error(
        "samples.parquet has {columns} columns beside `replica`; a block came with {found} columns of {lengths:?} rows"
    )]
    SampleShape {
        /// Columns of the file, `replica` not counted.
        columns: usize,
        /// Columns that came.
        found: usize,
        /// Their lengths.
        lengths: Vec<usize>,
    },
}

impl StoreError {
    /// Whether what was asked for is at fault, and not the disk or what is on it.
    #[must_use]
    pub fn is_bad_input(&self) -> bool {
        matches!(
            self,
            Self::NotARun { .. }
                | Self::NotFutures { .. }
                | Self::NoSuchFile { .. }
                | Self::FileName { .. }
                | Self::Id { .. }
                | Self::NotFound { .. }
                | Self::Ambiguous { .. }
        )
    }

    /// For `map_err`: the file system refused `action` on `path`.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }

    /// For `map_err`: the Parquet library refused `file`.
    pub(super) fn parquet(file: &str) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        move |source| Self::Parquet { file: file.to_owned(), source }
    }

    /// For `map_err`: the JSON library refused `file`.
    pub(super) fn json(file: &str) -> impl FnOnce(serde_json::Error) -> Self {
        move |source| Self::Json { file: file.to_owned(), source }
    }
}

/// ` before` and one entry per line; nothing when there are no entries.
fn list(before: &str, entries: &[String]) -> String {
    if entries.is_empty() {
        return String::new();
    }
    format!("{before}\n  {}", entries.join("\n  "))
}
