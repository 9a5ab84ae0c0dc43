//! What every sort of work can do, for those who carry it and need not know it.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::JobError;
use crate::batch::Work;

/// A sort of work.
pub trait JobKind: Send + Sync {
    /// Its name, which stands in tables.
    fn name(&self) -> &'static str;

    /// Version of its payload. [`open`](Self::open) is given payloads of this version alone.
    fn version(&self) -> u32;

    /// Reads and checks a payload, with the input files that it names by hash.
    ///
    /// # Errors
    /// [`JobError::Input`] where the payload cannot be run, with the reason; else what `files` say.
    fn open(&self, payload: &[u8], files: &dyn Files) -> Result<Box<dyn Job>, JobError>;
}

/// What a job can read.
pub trait Files: Sync {
    /// The input file of a content: its SHA-256 in 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`JobError::Input`] where there is no such file, [`JobError::Machine`] where it cannot be read.
    fn read(&self, sha256: &str) -> Result<Vec<u8>, JobError>;

    /// A local folder that holds the run `id`.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn run(&self, id: &str) -> Result<PathBuf, JobError>;
}

/// Bytes of shards, one after the other, so that memory does not grow with their number.
pub type Shards<'a> = dyn Iterator<Item = Result<Vec<u8>, JobError>> + 'a;

/// A piece of work that can be done in shards.
pub trait Job: Send + Sync {
    /// What it computes: the same identity is the same folder, bit for bit, but for the manifest's
    /// `execution`.
    fn identity(&self) -> &str;

    /// What it is called, for people.
    fn title(&self) -> &str;

    /// Seed of its random draws; 0 where it has none.
    fn seed(&self) -> u64;

    /// What its progress counts, in the plural.
    fn unit(&self) -> &'static str;

    /// The shards: ranges of units in order, which together are all of them; about as many as asked
    /// for, else so many that each takes around a second on one core, at most 100 000.
    fn cut(&self, shards: Option<u64>) -> Vec<Range<u64>>;

    /// Bytes of memory that one shard takes, about.
    fn memory_bytes(&self) -> u64;

    /// Computes a shard. Equal ranges give equal bytes, on any machine and any number of threads.
    ///
    /// # Errors
    /// [`JobError::Cancelled`] where asked; else by what is to be done.
    fn shard(&self, range: &Range<u64>, work: &Work<'_>) -> Result<Vec<u8>, JobError>;

    /// After how many of the first `shards` it is worth asking whether they are [`enough`](Self::enough),
    /// in rising order; never after all.
    fn judged_after(&self, shards: &[Range<u64>]) -> Vec<u64> {
        let _ = shards;
        Vec::new()
    }

    /// Whether the first shards suffice, so that none beyond them is needed: a stop rule.
    ///
    /// # Errors
    /// [`JobError::Damaged`], and what the shards' source says.
    fn enough(&self, first: &mut Shards<'_>) -> Result<bool, JobError> {
        let _ = first;
        Ok(false)
    }

    /// What some shards, whichever they are and in any order, say so far.
    ///
    /// # Errors
    /// As [`enough`](Self::enough).
    fn partial(&self, shards: &mut Shards<'_>) -> Result<serde_json::Value, JobError>;

    /// Makes the result of the shards in order, as a folder of `store` that is there whole or not at
    /// all. Shards beyond those that are enough are not asked for.
    ///
    /// # Errors
    /// As [`shard`](Self::shard); [`JobError::Damaged`]; [`JobError::Failed`] where there are too few.
    fn merge(&self, shards: &mut Shards<'_>, store: &Path, work: &Work<'_>) -> Result<Merged, JobError>;

    /// The result, if `store` holds it whole; a damaged one counts as absent.
    fn stored(&self, store: &Path) -> Option<Merged>;
}

/// A result in a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Name of its folder in the store.
    pub folder: String,
    /// Its headline: the text of `summary.json`, or of `comparison.json` for a report.
    pub summary: String,
}

/// Work as it is handed to a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Name of its kind.
    pub kind: &'static str,
    /// Version of its payload.
    pub version: u32,
    /// What to do; no path of the submitter's.
    pub payload: Vec<u8>,
    /// The files that the payload names, each content once.
    pub inputs: Vec<JobInput>,
    /// As [`Job::identity`].
    pub identity: String,
    /// As [`Job::title`].
    pub title: String,
}

/// An input file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobInput {
    /// SHA-256 of its bytes in hexadecimal.
    pub sha256: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}
