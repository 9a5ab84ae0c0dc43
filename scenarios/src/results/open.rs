//! Reading a run. Every hash is checked before any content is used: a flipped bit in a Parquet
//! file is otherwise read as different data without an error.

use energyopti_engine::Timeline;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use super::manifest::check_name;
use super::{Manifest, Samples, StoreError, Summary, file, identity, samples, tables};

/// A run whose files are all as they were written.
#[derive(Clone, Debug)]
pub struct Run {
    folder: PathBuf,
    manifest: Manifest,
    summary: Summary,
}

impl Run {
    /// Opens the run in `folder`: the manifest's seal and format first, then the hash of every
    /// file it names, then the summary.
    ///
    /// # Errors
    /// [`StoreError::NotARun`], [`StoreError::Hash`], [`StoreError::Missing`],
    /// [`StoreError::Format`], [`StoreError::Io`]; [`StoreError::NotFutures`] for the folder of a batch of
    /// circuits or a comparison.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let manifest = whole(folder)?;
        if !["sequential", "exact"].contains(&manifest.method.as_str()) {
            return Err(StoreError::NotFutures { path: folder.to_owned(), method: manifest.method });
        }
        let text = read(folder, &manifest, file::SUMMARY)?;
        let summary = serde_json::from_slice(&text).map_err(StoreError::json(file::SUMMARY))?;
        Ok(Self { folder: folder.to_owned(), manifest, summary })
    }

    /// The folder of the run.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What was run.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What was found.
    #[must_use]
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// The path of the report for people.
    #[must_use]
    pub fn report(&self) -> PathBuf {
        self.folder.join(file::REPORT)
    }

    /// Whether the run holds the file `name`.
    #[must_use]
    pub fn holds(&self, name: &str) -> bool {
        self.manifest.outputs.contains_key(name)
    }

    /// The content of the file `name`, checked once more as it is read.
    ///
    /// # Errors
    /// [`StoreError::NoSuchFile`], or those of [`open`](Self::open).
    pub fn read(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        read(&self.folder, &self.manifest, name)
    }

    /// The content of the input file that the scenario calls `name`, as it was when the run was
    /// made.
    ///
    /// # Errors
    /// [`StoreError::NoSuchFile`] naming the inputs there are, or those of [`open`](Self::open).
    pub fn input(&self, name: &str) -> Result<Vec<u8>, StoreError> {
        let hash = self.manifest.inputs.get(name).ok_or_else(|| StoreError::NoSuchFile {
            run: self.folder.clone(),
            file: format!("input `{name}`"),
            holds: self.manifest.inputs.keys().cloned().collect(),
        })?;
        self.read(&format!("{}/{hash}.csv", file::INPUTS))
    }

    /// Statistics by step, if the run kept them.
    ///
    /// # Errors
    /// Those of [`open`](Self::open), and [`StoreError::Parquet`].
    pub fn timeline(&self) -> Result<Option<Timeline>, StoreError> {
        let Some(expected) = self.manifest.outputs.get(file::TIMESERIES) else { return Ok(None) };
        tables::read_timeline(checked(&self.folder, file::TIMESERIES, expected)?).map(Some)
    }

    /// One row per replica, if the run kept them.
    ///
    /// # Errors
    /// Those of [`open`](Self::open), and [`StoreError::Parquet`].
    pub fn samples(&self) -> Result<Option<Samples>, StoreError> {
        let Some(expected) = self.manifest.outputs.get(file::SAMPLES) else { return Ok(None) };
        samples::read(checked(&self.folder, file::SAMPLES, expected)?).map(Some)
    }
}

/// The manifest in `folder`, after the hash of every file that it names was checked.
fn whole(folder: &Path) -> Result<Manifest, StoreError> {
    let manifest = Manifest::read(folder)?;
    for (name, expected) in &manifest.outputs {
        checked(folder, name, expected)?;
    }
    Ok(manifest)
}

/// The text of the file `name` of the result `id`, whatever its kind, in `folder`, all of whose files
/// are as they were written.
pub(crate) fn text_of(folder: &Path, id: &str, name: &str) -> Result<String, StoreError> {
    let manifest = whole(folder)?;
    if manifest.run != id {
        return Err(StoreError::NotARun { path: folder.to_owned() });
    }
    let text = read(folder, &manifest, name)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The content of `name`, its hash checked on the very bytes that are returned.
fn read(folder: &Path, manifest: &Manifest, name: &str) -> Result<Vec<u8>, StoreError> {
    let expected = manifest.outputs.get(name).ok_or_else(|| StoreError::NoSuchFile {
        run: folder.to_owned(),
        file: name.to_owned(),
        holds: manifest.outputs.keys().cloned().collect(),
    })?;
    let path = folder.join(name);
    let mut handle = open_file(folder, name, expected)?;
    let mut bytes = Vec::new();
    handle.read_to_end(&mut bytes).map_err(StoreError::io("read", &path))?;
    compare(folder, name, expected, super::sha256_hex(&bytes))?;
    Ok(bytes)
}

/// The file `name`, hashed and wound back to its beginning.
fn checked(folder: &Path, name: &str, expected: &str) -> Result<File, StoreError> {
    let path = folder.join(name);
    let mut handle = open_file(folder, name, expected)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match handle.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => hash.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(StoreError::io("read", &path)(error)),
        }
    }
    compare(folder, name, expected, identity::hex(&hash.finalize()))?;
    handle.rewind().map_err(StoreError::io("read", &path))?;
    Ok(handle)
}

fn open_file(folder: &Path, name: &str, expected: &str) -> Result<File, StoreError> {
    check_name(name)?;
    let path = folder.join(name);
    File::open(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            StoreError::Missing { run: folder.to_owned(), file: name.to_owned(), expected: expected.to_owned() }
        }
        _ => StoreError::io("open", &path)(error),
    })
}

fn compare(folder: &Path, name: &str, expected: &str, found: String) -> Result<(), StoreError> {
    if found == expected {
        return Ok(());
    }
    let (run, file, expected) = (folder.to_owned(), name.to_owned(), expected.to_owned());
    Err(StoreError::Hash { run, file, expected, found })
}
