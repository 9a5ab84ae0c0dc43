//! Stores to try things on, and ways to damage what is in them.
#![allow(clippy::print_stderr, reason = "a test says what it left out")]

use energyopti_scheduler::results::ResultStore;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

/// An empty store.
pub struct Bench {
    pub store: ResultStore,
    /// Removes the local folder at the end.
    _folder: Option<TempDir>,
}

impl Bench {
    /// A local folder.
    pub async fn local() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = ResultStore::open(folder.path().join("runs").to_str().unwrap()).await.unwrap();
        Self { store, _folder: Some(folder) }
    }

    /// A prefix of its own in the test's bucket; `None`, said on stderr, where there is none.
    pub async fn bucket() -> Option<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        static SAID: Once = Once::new();
        if std::env::var_os("ENERGYOPTI_S3_ENDPOINT").is_none() {
            SAID.call_once(|| eprintln!("ENERGYOPTI_S3_ENDPOINT is not set: only local folders are tried"));
            return None;
        }
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let place = format!("s3://{}/{}/{number}", bucket_name(), std::process::id());
        Some(Self { store: ResultStore::open(&place).await.unwrap(), _folder: None })
    }

    /// One of each kind that there is here.
    pub async fn all() -> Vec<Self> {
        [Some(Self::local().await), Self::bucket().await].into_iter().flatten().collect()
    }

    /// Puts bytes into the store past it: `None` removes the file.
    pub async fn meddle(&self, name: &str, bytes: Option<&[u8]>) {
        if let Some(folder) = self.store.folder() {
            let path = folder.join(name);
            return match bytes {
                Some(bytes) => std::fs::write(path, bytes).unwrap(),
                None => std::fs::remove_file(path).unwrap(),
            };
        }
        let prefix = self.store.place().strip_prefix(&format!("s3://{}/", bucket_name())).unwrap();
        let (client, path) = (client(), Path::from(format!("{prefix}/{name}")));
        match bytes {
            Some(bytes) => drop(client.put(&path, bytes.to_vec().into()).await.unwrap()),
            None => client.delete(&path).await.unwrap(),
        }
    }

    /// The names of everything in the store.
    pub async fn names(&self) -> Vec<String> {
        self.store.everything().await.unwrap().into_iter().map(|item| item.name).collect()
    }
}

fn bucket_name() -> String {
    std::env::var("ENERGYOPTI_S3_BUCKET").unwrap()
}

fn client() -> impl ObjectStore {
    AmazonS3Builder::from_env().with_bucket_name(bucket_name()).build().unwrap()
}
