//! What can go wrong with a result store, and what to do about it.

use std::path::{Path, PathBuf};

/// A result store that could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResultError {
    /// A text that names no place for results.
    #[error("`{place}` is no result store: {reason}; give a folder, or s3://BUCKET/PREFIX")]
    Place {
        /// What was given.
        place: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A folder that could not be made or written to.
    #[error(
        "cannot write to the result store {}: {source}; give this user the right to write there, make room, or \
         choose another place with --store", path.display()
    )]
    FolderNotWritable {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A bucket that could not be written to.
    #[error(
        "cannot write to the result store {place}: {source}; check that the bucket is there, AWS_ACCESS_KEY_ID, \
         AWS_SECRET_ACCESS_KEY and AWS_REGION, and for storage other than Amazon's AWS_ENDPOINT_URL (with \
         AWS_ALLOW_HTTP=true where it speaks plain http)"
    )]
    BucketNotWritable {
        /// `s3://bucket/prefix`.
        place: String,
        /// What the client said.
        source: Box<object_store::Error>,
    },
    /// The file system refused a step.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The store refused to read, write, list or remove.
    #[error("cannot {action} {name} in the result store {place}: {source}")]
    Object {
        /// What was tried.
        action: &'static str,
        /// On what; empty for the whole store.
        name: String,
        /// The store.
        place: String,
        /// What it said.
        source: Box<object_store::Error>,
    },
    /// An input that is not there.
    #[error("the input {hash} is missing from the result store {place}; submit the job again, which writes it anew")]
    InputMissing {
        /// Its SHA-256.
        hash: String,
        /// The store.
        place: String,
    },
    /// Bytes that are not those that were written.
    #[error(
        "{name} in the result store {place} is damaged\n  expected sha256 {expected}\n  found    sha256 {found}\n\
         submit the job again, which writes it anew, or restore it from a backup"
    )]
    Damaged {
        /// Its name in the store.
        name: String,
        /// The store.
        place: String,
        /// The hash it was written under.
        expected: String,
        /// The hash of what is there.
        found: String,
    },
    /// A name that would leave its place in the store or hide in it.
    #[error("`{name}` is no {what} that a result store may hold")]
    Name {
        /// What the name is for.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A folder to publish that holds no run.
    #[error("{} is no run: it holds no manifest.json; merge the shards first", path.display())]
    NotARun {
        /// The folder.
        path: PathBuf,
    },
    /// The thread that did the work is gone: the program is ending.
    #[error("the work on the result store was stopped: {0}")]
    Stopped(#[from] tokio::task::JoinError),
}

impl ResultError {
    /// Whether the same call may succeed later: the disk was full, a right or the network was
    /// missing. Nothing was left half-written.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        use object_store::Error as Source;
        match self {
            Self::FolderNotWritable { .. } | Self::BucketNotWritable { .. } | Self::Io { .. } | Self::Stopped(_) => {
                true
            }
            Self::Object { source, .. } => !matches!(
                **source,
                Source::InvalidPath { .. }
                    | Source::NotSupported { .. }
                    | Source::NotImplemented { .. }
                    | Source::UnknownConfigurationKey { .. }
            ),
            Self::Place { .. }
            | Self::InputMissing { .. }
            | Self::Damaged { .. }
            | Self::Name { .. }
            | Self::NotARun { .. } => false,
        }
    }

    /// For `map_err`: the file system refused `action` on `path`.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { action, path: path.to_owned(), source }
    }
}
