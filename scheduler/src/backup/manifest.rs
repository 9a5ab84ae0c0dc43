//! What a backup holds. Its own SHA-256 stands beside it, so that no byte of a backup is unchecked.

use std::path::{Component, Path, PathBuf};

use energyopti_scenarios::results::sha256_hex;
use serde::{Deserialize, Serialize};

use super::BackupError;

/// Version of the layout of a backup.
pub(super) const FORMAT: u32 = 1;
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const SEAL: &str = "manifest.sha256";
/// The list of the store's files.
pub(super) const LIST: &str = "store.jsonl";
/// The folder of the store's files.
pub(super) const STORE: &str = "store";

/// A file and its content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Its name; `/` stands between folders.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its content, in lower-case hexadecimal digits.
    pub sha256: String,
}

/// A table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// Its name.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// Where they are.
    pub file: FileEntry,
}

/// The files of the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreEntry {
    /// How many.
    pub files: u64,
    /// Their bytes together.
    pub bytes: u64,
    /// Where each is listed.
    pub list: FileEntry,
}

/// `manifest.json`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the layout.
    pub format: u32,
    /// Version of the program.
    pub program: String,
    /// Version of the tables.
    pub schema: i64,
    /// The instant whose rows these are, UTC.
    pub taken: jiff::Timestamp,
    /// The tables.
    pub tables: Vec<TableEntry>,
    /// The store.
    pub store: StoreEntry,
}

impl Manifest {
    /// Its text, and that of its seal.
    pub(super) fn texts(&self) -> (String, String) {
        let text = serde_json::to_string_pretty(self).expect("texts and numbers can be written") + "\n";
        let seal = format!("{}  {MANIFEST}\n", sha256_hex(text.as_bytes()));
        (text, seal)
    }

    /// Reads and checks the manifest of a backup, not its files.
    pub(super) fn read(folder: &Path) -> Result<Self, BackupError> {
        if folder.is_file() {
            return Err(BackupError::NoFolder { path: folder.to_owned() });
        }
        let content = |name: &str| match std::fs::read(folder.join(name)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Err(BackupError::Incomplete { path: folder.to_owned(), missing: name.to_owned() })
            }
            read => read.map_err(BackupError::io("read", &folder.join(name))),
        };
        let (text, seal) = (content(MANIFEST)?, content(SEAL)?);
        if seal != format!("{}  {MANIFEST}\n", sha256_hex(&text)).as_bytes() {
            let why = format!("its SHA-256 is not the one in {SEAL}");
            return Err(BackupError::damaged(&folder.join(MANIFEST), why));
        }
        let wrong = |why: String| BackupError::damaged(&folder.join(MANIFEST), why);
        let manifest: Self = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
        if manifest.format != FORMAT {
            return Err(wrong(format!("its layout has version {}, known is {FORMAT}", manifest.format)));
        }
        Ok(manifest)
    }

    /// Rows of a table.
    #[must_use]
    pub fn rows(&self, table: &str) -> u64 {
        self.tables.iter().find(|entry| entry.table == table).map_or(0, |entry| entry.rows)
    }
}

/// Where the file of a name is; a name that would leave `folder` is none.
pub(super) fn inside(folder: &Path, name: &str) -> Result<PathBuf, BackupError> {
    let path = folder.join(name);
    let plain = !name.is_empty() && Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    if plain { Ok(path) } else { Err(BackupError::damaged(&path, "its name leads out of the backup")) }
}
