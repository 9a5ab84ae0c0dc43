//! The few things a store does with a named file, the same for a folder and a bucket: write, read,
//! list, remove. Names were checked before they come here.

use futures_util::TryStreamExt;
use object_store::path::Path;
use object_store::{Error, ObjectMeta, ObjectStore, ObjectStoreExt};
use std::io::Write;

use super::{ResultError, ResultStore};

impl ResultStore {
    /// Writes the file `name`; durable when it returns.
    pub(super) async fn write(&self, name: String, bytes: Vec<u8>) -> Result<(), ResultError> {
        if let Some(folder) = self.folder.clone() {
            return blocking(move || folder.write(&name, |file| file.write_all(&bytes))).await;
        }
        let done = self.objects.put(&path(&name), bytes.into()).await;
        done.map(drop).map_err(self.refused("write", &name))
    }

    /// Makes the file `name`, which was found, as durable as if it had been written now.
    pub(super) async fn keep(&self, name: String) -> Result<(), ResultError> {
        match self.folder.clone() {
            Some(folder) => blocking(move || folder.keep(&name)).await,
            None => Ok(()), // a bucket shows nothing that may still be lost
        }
    }

    /// The bytes of the file `name`, unchecked; `None` if it is not there.
    pub(super) async fn read(&self, name: &str) -> Result<Option<Vec<u8>>, ResultError> {
        let content = async { self.objects.get(&path(name)).await?.bytes().await };
        match content.await {
            Ok(bytes) => Ok(Some(bytes.into())),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(source) => Err(self.refused("read", name)(source)),
        }
    }

    /// All files below `folder`, or all in the store, in no order.
    pub(super) async fn list(&self, folder: Option<&str>) -> Result<Vec<ObjectMeta>, ResultError> {
        let found = self.objects.list(folder.map(path).as_ref());
        found.try_collect().await.map_err(self.refused("list", folder.unwrap_or_default()))
    }

    /// Removes the file `name`; it is no error if it is gone.
    pub(super) async fn remove(&self, name: &str) -> Result<(), ResultError> {
        match self.objects.delete(&path(name)).await {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(self.refused("remove", name)(source)),
        }
    }

    /// Removes all files below the folder `name`.
    pub(super) async fn remove_below(&self, name: String) -> Result<(), ResultError> {
        if let Some(folder) = self.folder.clone() {
            return blocking(move || folder.forget(&name)).await;
        }
        let found = self.objects.list(Some(&path(&name))).map_ok(|meta| meta.location);
        let removed = self.objects.delete_stream(Box::pin(found));
        removed.try_for_each(|_| async { Ok(()) }).await.map_err(self.refused("remove", &name))
    }

    /// For `map_err`: the store refused `action` on `name`.
    pub(super) fn refused(&self, action: &'static str, name: &str) -> impl FnOnce(Error) -> ResultError + use<> {
        let (name, place) = (name.to_owned(), self.place.to_string());
        move |error| ResultError::Object { action, name, place, source: Box::new(error) }
    }
}

/// Does work that may block away from the threads that drive everything else.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ResultError> + Send + 'static,
) -> Result<T, ResultError> {
    tokio::task::spawn_blocking(work).await?
}

/// Nothing in a checked name needs escaping.
pub(super) fn path(name: &str) -> Path {
    Path::from(name)
}
