//! The store as a plain set of files, for backup and restore: what is in it, and each file with its
//! hash.

use energyopti_scenarios::results::sha256_hex;

use super::runs::last_if_manifest;
use super::{ResultError, ResultStore, names};

/// A file of the store.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// Its name in the store, with `/` between folders.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
}

impl ResultStore {
    /// All durable files: inputs, results of shards, runs; not what is being written. Sorted by
    /// name with the manifests last: restored in this order, half of a run is never taken for one.
    ///
    /// # Errors
    /// [`ResultError::Object`].
    pub async fn everything(&self) -> Result<Vec<Item>, ResultError> {
        let found = self.list(None).await?;
        let items = found.into_iter().map(|file| Item { name: file.location.into(), bytes: file.size });
        let mut items: Vec<_> = items.filter(|item| names::item(&item.name).is_ok()).collect();
        items.sort_by_key(|item| last_if_manifest(&item.name));
        Ok(items)
    }

    /// The bytes of a file and their SHA-256; `None` if it is gone. Where the name promises a hash,
    /// it is checked; the files of a run are promised by the run's manifest, whose reader checks
    /// them.
    ///
    /// # Errors
    /// [`ResultError::Damaged`], [`ResultError::Name`], [`ResultError::Io`],
    /// [`ResultError::Object`].
    pub async fn read_item(&self, name: &str) -> Result<Option<(Vec<u8>, String)>, ResultError> {
        let name = names::item(name)?;
        let Some(bytes) = self.read(name).await? else { return Ok(None) };
        if let Some(promised) = names::promised_hash(name) {
            self.checked(name, promised, &bytes)?;
        }
        let hash = sha256_hex(&bytes);
        Ok(Some((bytes, hash)))
    }

    /// Writes a file whose SHA-256 is `hash`; durable when it returns.
    ///
    /// # Errors
    /// [`ResultError::Damaged`] if `bytes` are not those of `hash`, or not those that the name
    /// promises; [`ResultError::Name`], [`ResultError::Io`], [`ResultError::Object`].
    pub async fn write_item(&self, name: &str, bytes: &[u8], hash: &str) -> Result<(), ResultError> {
        let name = names::item(name)?;
        self.checked(name, hash, bytes)?;
        if let Some(promised) = names::promised_hash(name) {
            self.checked(name, promised, bytes)?;
        }
        self.write(name.to_owned(), bytes.to_vec()).await
    }
}
