//! Results in S3-compatible storage. Credentials, region and endpoint come from the usual `AWS_*`
//! environment variables; a bucket is not made here.

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStoreExt, RetryConfig};
use std::time::Duration;

use super::ResultError;
use super::names::WRITING;

/// How a place in a bucket begins.
pub(super) const SCHEME: &str = "s3://";

/// A bucket, and the prefix that all names in it begin with.
#[derive(Debug, PartialEq)]
pub(super) struct Bucket {
    name: String,
    prefix: Path,
}

impl Bucket {
    /// Reads `s3://bucket/prefix`.
    pub(super) fn parse(place: &str) -> Result<Self, ResultError> {
        let wrong = |reason: String| ResultError::Place { place: place.to_owned(), reason };
        let rest = place.strip_prefix(SCHEME).unwrap_or(place);
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if name.is_empty() {
            return Err(wrong("it names no bucket".to_owned()));
        }
        let prefix = Path::parse(prefix).map_err(|error| wrong(error.to_string()))?;
        Ok(Self { name: name.to_owned(), prefix })
    }

    /// The same as text, spelled in one way.
    pub(super) fn place(&self) -> String {
        let slash = if self.prefix.as_ref().is_empty() { "" } else { "/" };
        format!("{SCHEME}{}{slash}{}", self.name, self.prefix)
    }

    /// A client that has tried to write and to remove.
    pub(super) async fn connect(&self) -> Result<PrefixStore<AmazonS3>, ResultError> {
        let refused = |error| self.refused(error);
        let store = self.reach()?;
        let probe = Path::from_iter([WRITING, "can-this-be-written"]);
        store.put(&probe, "yes".into()).await.map_err(refused)?;
        store.delete(&probe).await.map_err(refused)?;
        Ok(store)
    }

    /// A client that has tried nothing yet.
    pub(super) fn reach(&self) -> Result<PrefixStore<AmazonS3>, ResultError> {
        let client = self.client().map_err(|error| self.refused(error))?;
        Ok(PrefixStore::new(client, self.prefix.clone()))
    }

    fn refused(&self, error: object_store::Error) -> ResultError {
        ResultError::BucketNotWritable { place: self.place(), source: Box::new(error) }
    }

    /// Outages longer than the retries here come back as retryable errors, which the queue then
    /// retries with its own patience.
    fn client(&self) -> object_store::Result<AmazonS3> {
        // rustls needs to be told which of its providers to use; an error says that it was told.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let retry = RetryConfig { max_retries: 5, retry_timeout: Duration::from_secs(30), ..RetryConfig::default() };
        AmazonS3Builder::from_env().with_bucket_name(&self.name).with_retry(retry).build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_spelled_in_one_way() {
        for (text, place) in [
            ("s3://bucket", "s3://bucket"),
            ("s3://bucket/", "s3://bucket"),
            ("s3://bucket/a/b", "s3://bucket/a/b"),
            ("s3://bucket/a/b/", "s3://bucket/a/b"),
        ] {
            assert_eq!(Bucket::parse(text).unwrap().place(), place);
        }
        for wrong in ["s3://", "s3:///a", "s3://bucket/a//b", "s3://bucket/../a"] {
            assert!(matches!(Bucket::parse(wrong), Err(ResultError::Place { .. })), "{wrong}");
        }
    }
}
