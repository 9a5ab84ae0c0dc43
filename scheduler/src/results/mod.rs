//! Where results live: a local folder, or S3-compatible storage that many machines share.
//!
//! | name                          | what                                                        |
//! |-------------------------------|-------------------------------------------------------------|
//! | `.inputs/<sha256>`            | what jobs are made of, kept once however many jobs need it  |
//! | `.shards/<job>/<n>-<sha256>`  | results of shards, until their job is merged                |
//! | `<run>/...`                   | finished runs, as `run` leaves them                         |
//! | `.writing/...`                | what is being written (folder only); swept after an hour    |
//!
//! A file is there whole or not at all, and durable once the call that wrote it returns. Reading
//! checks the hash. Two writers of one name write the same bytes, so they need no lock.
//!
//! What counts is not decided here: a shard's result means nothing until the queue has committed
//! its hash. So losing one is harmless as long as it is noticed: the shard is computed again.

mod bucket;
mod error;
mod folder;
mod items;
mod names;
mod objects;
mod runs;

pub use error::ResultError;
pub(crate) use folder::{real, sync_folder};
pub use items::Item;

use energyopti_scenarios::results::sha256_hex;
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use std::path::Path;
use std::sync::Arc;

use bucket::Bucket;
use folder::Folder;
use objects::blocking;

/// A place for results. Clones share the connection.
#[derive(Clone, Debug)]
pub struct ResultStore {
    place: Arc<str>,
    /// What writes, where the place is a folder.
    folder: Option<Arc<Folder>>,
    /// What reads, lists and removes; writes too, where the place is a bucket.
    objects: Arc<dyn ObjectStore>,
}

/// A shard's result in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the result, in lower-case hexadecimal digits.
    pub hash: String,
    /// Its size in bytes.
    pub bytes: u64,
}

impl ResultStore {
    /// Opens the store at `place`: a folder, which is created, or `s3://bucket/prefix`, whose
    /// bucket must exist. Tries to write there.
    ///
    /// # Errors
    /// [`ResultError::Place`], [`ResultError::FolderNotWritable`],
    /// [`ResultError::BucketNotWritable`].
    pub async fn open(place: &str) -> Result<Self, ResultError> {
        if let Some(bucket) = bucket(place)? {
            let objects = Arc::new(bucket.connect().await?);
            return Ok(Self { place: bucket.place().into(), folder: None, objects });
        }
        let path = Path::new(place).to_owned();
        Self::of(blocking(move || Folder::open(&path)).await?)
    }

    /// Opens the store at `place` to read it. Makes nothing and writes nothing; a folder that is not there holds
    /// nothing.
    ///
    /// # Errors
    /// [`ResultError::Place`], [`ResultError::BucketNotWritable`].
    pub async fn look(place: &str) -> Result<Self, ResultError> {
        if let Some(bucket) = bucket(place)? {
            let objects = Arc::new(bucket.reach()?);
            return Ok(Self { place: bucket.place().into(), folder: None, objects });
        }
        let path = Path::new(place).to_owned();
        Self::of(blocking(move || Ok(Folder::look(&path))).await?)
    }

    fn of(folder: Folder) -> Result<Self, ResultError> {
        let place: Arc<str> = folder.root().to_string_lossy().into();
        let wrong =
            |error: object_store::Error| ResultError::Place { place: place.to_string(), reason: error.to_string() };
        let objects: Arc<dyn ObjectStore> = if folder.root().is_dir() {
            Arc::new(LocalFileSystem::new_with_prefix(folder.root()).map_err(wrong)?)
        } else {
            Arc::new(InMemory::new())
        };
        Ok(Self { place, folder: Some(Arc::new(folder)), objects })
    }

    /// The text that [`place`](Self::place) of the store at `place` gives, without opening it.
    ///
    /// # Errors
    /// [`ResultError::Place`].
    pub fn spelled(place: &str) -> Result<String, ResultError> {
        match bucket(place)? {
            Some(bucket) => Ok(bucket.place()),
            None => Ok(real(Path::new(place)).to_string_lossy().into_owned()),
        }
    }

    /// The store as a text that [`open`](Self::open) understands, from whatever folder it is called:
    /// an absolute path, or `s3://bucket/prefix`.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The folder, absolute, if the store is one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref().map(Folder::root)
    }

    /// Keeps an input and returns its SHA-256, by which [`input`](Self::input) finds it; durable
    /// when it returns. Writes nothing if it is there already and whole.
    ///
    /// # Errors
    /// [`ResultError::Io`], [`ResultError::Object`].
    pub async fn put_input(&self, bytes: &[u8]) -> Result<String, ResultError> {
        let hash = sha256_hex(bytes);
        let name = names::input(&hash)?;
        if self.read(&name).await?.as_deref() == Some(bytes) {
            self.keep(name).await?;
        } else {
            self.write(name, bytes.to_vec()).await?;
        }
        Ok(hash)
    }

    /// The input with this SHA-256, checked.
    ///
    /// # Errors
    /// [`ResultError::InputMissing`], [`ResultError::Damaged`], [`ResultError::Io`],
    /// [`ResultError::Object`].
    pub async fn input(&self, hash: &str) -> Result<Vec<u8>, ResultError> {
        let name = names::input(hash)?;
        let Some(bytes) = self.read(&name).await? else {
            return Err(ResultError::InputMissing { hash: hash.to_owned(), place: self.place.to_string() });
        };
        self.checked(&name, hash, &bytes)?;
        Ok(bytes)
    }

    /// Keeps the result of a shard; durable when it returns.
    ///
    /// # Errors
    /// [`ResultError::Io`], [`ResultError::Object`]; nothing is then there under the result's
    /// name, or the whole of it.
    pub async fn put_shard(&self, job: &str, shard: u64, bytes: &[u8]) -> Result<Stored, ResultError> {
        let hash = sha256_hex(bytes);
        self.write(names::shard(job, shard, &hash)?, bytes.to_vec()).await?;
        Ok(Stored { hash, bytes: bytes.len() as u64 })
    }

    /// The result of a shard that was stored under `hash`. `None` if it is missing or damaged, so
    /// that it must be computed again; what is damaged is removed.
    ///
    /// # Errors
    /// [`ResultError::Io`], [`ResultError::Object`]: the store cannot be read now.
    pub async fn shard(&self, job: &str, shard: u64, hash: &str) -> Result<Option<Vec<u8>>, ResultError> {
        match self.shard_as_it_is(job, shard, hash).await {
            Err(damage @ ResultError::Damaged { .. }) => {
                tracing::warn!(job, shard, %damage, "a shard's result is damaged: it is computed again");
                self.remove(&names::shard(job, shard, hash)?).await?;
                Ok(None)
            }
            found => found,
        }
    }

    /// The result of a shard that was stored under `hash`, for who only looks; `None` if it is missing.
    ///
    /// # Errors
    /// [`ResultError::Damaged`], which stays as it is; [`ResultError::Io`], [`ResultError::Object`].
    pub async fn shard_as_it_is(&self, job: &str, shard: u64, hash: &str) -> Result<Option<Vec<u8>>, ResultError> {
        let name = names::shard(job, shard, hash)?;
        let Some(bytes) = self.read(&name).await? else { return Ok(None) };
        self.checked(&name, hash, &bytes)?;
        Ok(Some(bytes))
    }

    /// Removes all results of a job's shards, which are in its run folder by now or never will be.
    ///
    /// # Errors
    /// [`ResultError::Io`], [`ResultError::Object`].
    pub async fn forget_shards(&self, job: &str) -> Result<(), ResultError> {
        self.remove_below(names::shards(job)?).await
    }

    /// Whether the bytes under `name` are those of the hash.
    fn checked(&self, name: &str, expected: &str, bytes: &[u8]) -> Result<(), ResultError> {
        let found = sha256_hex(bytes);
        if found == expected {
            return Ok(());
        }
        let (name, place, expected) = (name.to_owned(), self.place.to_string(), expected.to_owned());
        Err(ResultError::Damaged { name, place, expected, found })
    }
}

/// The bucket that a place names; `None` where it names a folder.
fn bucket(place: &str) -> Result<Option<Bucket>, ResultError> {
    if place.starts_with(bucket::SCHEME) {
        return Bucket::parse(place).map(Some);
    }
    let wrong = |reason: &str| Err(ResultError::Place { place: place.to_owned(), reason: reason.to_owned() });
    if place.is_empty() || place.contains("://") {
        return wrong("only folders and s3:// are known");
    }
    if Path::new(place).is_file() { wrong("it is a file") } else { Ok(None) }
}
