//! Files that are hashed as they are written, and checked as they are read, piece by piece.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, BufWriter};

use super::BackupError;
use super::manifest::{FileEntry, inside};

/// Bytes that are held of a file.
const PIECE: usize = 1 << 18;

/// A file that is being written.
pub(super) struct Writing {
    path: PathBuf,
    file: BufWriter<File>,
    hash: Sha256,
    entry: FileEntry,
}

impl Writing {
    /// Begins the file `name` of `folder`.
    pub async fn create(folder: &Path, name: &str) -> Result<Self, BackupError> {
        let path = inside(folder, name)?;
        let refused = BackupError::io("make", &path);
        let made = async {
            tokio::fs::create_dir_all(path.parent().unwrap_or(folder)).await?;
            File::create_new(&path).await
        };
        let file = BufWriter::with_capacity(PIECE, made.await.map_err(refused)?);
        let entry = FileEntry { name: name.to_owned(), bytes: 0, sha256: String::new() };
        Ok(Self { path, file, hash: Sha256::new(), entry })
    }

    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.hash.update(bytes);
        self.entry.bytes += bytes.len() as u64;
        self.file.write_all(bytes).await.map_err(BackupError::io("write", &self.path))
    }

    /// Ends it; its content is durable then.
    pub async fn finish(mut self) -> Result<FileEntry, BackupError> {
        let kept = async {
            self.file.flush().await?;
            self.file.get_ref().sync_all().await
        };
        kept.await.map_err(BackupError::io("sync", &self.path))?;
        Ok(FileEntry { sha256: digits(self.hash), ..self.entry })
    }
}

/// A file that is being read.
pub(super) struct Reading {
    path: PathBuf,
    file: BufReader<File>,
    hash: Sha256,
    bytes: u64,
    entry: FileEntry,
}

impl Reading {
    /// Opens a file of the backup `folder`.
    pub async fn open(folder: &Path, entry: FileEntry) -> Result<Self, BackupError> {
        let path = inside(folder, &entry.name)?;
        let file = match File::open(&path).await {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(BackupError::Incomplete { path: folder.to_owned(), missing: entry.name });
            }
            opened => opened.map_err(BackupError::io("open", &path))?,
        };
        let file = BufReader::with_capacity(PIECE, file);
        Ok(Self { path, file, hash: Sha256::new(), bytes: 0, entry })
    }

    /// Puts the next line into `line`, without its end; false, once all was read and is what it should be.
    pub async fn line(&mut self, line: &mut Vec<u8>) -> Result<bool, BackupError> {
        line.clear();
        let read = self.file.read_until(b'\n', line).await.map_err(BackupError::io("read", &self.path))?;
        if read == 0 {
            return self.end().map(|()| false);
        }
        self.hash.update(&line[..]);
        self.bytes += read as u64;
        line.pop_if(|last| *last == b'\n');
        Ok(true)
    }

    /// All of it.
    pub async fn whole(mut self) -> Result<Vec<u8>, BackupError> {
        let mut content = Vec::new();
        self.file.read_to_end(&mut content).await.map_err(BackupError::io("read", &self.path))?;
        self.hash.update(&content);
        self.bytes = content.len() as u64;
        self.end()?;
        Ok(content)
    }

    /// Checks the whole file.
    pub async fn check(mut self) -> Result<(), BackupError> {
        let mut piece = vec![0; PIECE];
        loop {
            let read = self.file.read(&mut piece).await.map_err(BackupError::io("read", &self.path))?;
            if read == 0 {
                return self.end();
            }
            self.hash.update(&piece[..read]);
            self.bytes += read as u64;
        }
    }

    /// Reads a line as JSON.
    pub fn parse<T: serde::de::DeserializeOwned>(&self, line: &[u8]) -> Result<T, BackupError> {
        serde_json::from_slice(line).map_err(|error| self.damaged(error))
    }

    pub fn damaged(&self, why: impl ToString) -> BackupError {
        BackupError::damaged(&self.path, why)
    }

    fn end(&mut self) -> Result<(), BackupError> {
        let found = digits(std::mem::take(&mut self.hash));
        if self.bytes != self.entry.bytes {
            return Err(self.damaged(format!("it has {} bytes, {} were written", self.bytes, self.entry.bytes)));
        }
        if found != self.entry.sha256 {
            let why = format!("SHA-256 {found} where {} was written", self.entry.sha256);
            return Err(self.damaged(why));
        }
        Ok(())
    }
}

fn digits(hash: Sha256) -> String {
    use std::fmt::Write;
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // a String takes everything
        text
    })
}
