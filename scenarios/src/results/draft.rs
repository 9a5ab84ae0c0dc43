//! A run being written. Everything goes to a hidden folder beside the final one, each file synced;
//! `commit` writes the manifest last and renames the folder. A draft that is dropped, or whose
//! process dies, leaves nothing that a reader would take for a run.
//! The next draft in the same store removes what dead processes left (see `sweep`).

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::manifest::{FORMAT, Manifest, RunRecord, check_name};
use super::sweep::{Lock, REPLACED, TEMPORARY, lock, sweep};
use super::{StoreError, file, find::is_run_id, identity, sha256_hex};

/// Drafts of this process, so that two of the same run never meet.
static DRAFTS: AtomicU64 = AtomicU64::new(0);

/// A run on its way to disk.
#[derive(Debug)]
pub struct Draft {
    store: PathBuf,
    id: String,
    folder: PathBuf,
    inputs: BTreeMap<String, String>,
    outputs: BTreeMap<String, String>,
    /// The open folder; its lock says that this process lives. `None` where the system has no
    /// such locks.
    _lock: Option<File>,
}

impl Draft {
    /// Starts to write the run `id` into `store`, which is created if need be, and removes what
    /// dead processes left there.
    ///
    /// # Errors
    /// [`StoreError::Id`] if `id` is not made by [`super::run_id`]; [`StoreError::Io`] if the
    /// folder cannot be made.
    pub fn begin(store: &Path, id: &str) -> Result<Self, StoreError> {
        if !is_run_id(id) {
            return Err(StoreError::Id { id: id.to_owned() });
        }
        fs::create_dir_all(store).map_err(StoreError::io("create", store))?;
        sweep(store);
        loop {
            let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
            let folder = store.join(format!("{TEMPORARY}{id}-{}-{number}", std::process::id()));
            match fs::create_dir(&folder) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(StoreError::io("create", &folder)(error)),
            }
            // Another process may sweep the folder before it is locked: then take the next one.
            let lock = match lock(&folder) {
                Lock::Taken(handle) => Some(handle),
                Lock::Unsupported => None,
                Lock::Busy => continue,
            };
            let (store, id) = (store.to_owned(), id.to_owned());
            let (inputs, outputs) = (BTreeMap::new(), BTreeMap::new());
            return Ok(Self { store, id, folder, inputs, outputs, _lock: lock });
        }
    }

    /// The hidden folder. Only for looking: files written there by hand are not in the manifest.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes and syncs the file `name`.
    ///
    /// # Errors
    /// [`StoreError::FileName`] or [`StoreError::Io`].
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let mut output = self.create(name)?;
        output.write_all(bytes).map_err(StoreError::io("write", &output.path))?;
        self.finish(output)
    }

    /// Opens the file `name` to be written piece by piece; hand it to [`finish`](Self::finish).
    ///
    /// # Errors
    /// [`StoreError::FileName`] or [`StoreError::Io`].
    pub fn create(&self, name: &str) -> Result<Output, StoreError> {
        check_name(name)?;
        let path = self.folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(StoreError::io("create", parent))?;
        }
        let file = File::create(&path).map_err(StoreError::io("create", &path))?;
        Ok(Output { name: name.to_owned(), path, file, hash: Sha256::new() })
    }

    /// Syncs a file opened by [`create`](Self::create) and notes its hash.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn finish(&mut self, output: Output) -> Result<(), StoreError> {
        output.file.sync_all().map_err(StoreError::io("sync", &output.path))?;
        self.outputs.insert(output.name, identity::hex(&output.hash.finalize()));
        Ok(())
    }

    /// Keeps a copy of an input file as `inputs/<sha256>.csv`. `name` is what the scenario calls
    /// it. Returns the hash.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn input(&mut self, name: &str, content: &[u8]) -> Result<String, StoreError> {
        let hash = sha256_hex(content);
        let copy = format!("{}/{hash}.csv", file::INPUTS);
        if !self.outputs.contains_key(&copy) {
            self.write(&copy, content)?;
        }
        self.inputs.insert(name.to_owned(), hash.clone());
        Ok(hash)
    }

    /// Writes the manifest, gives the folder its final name and returns it. A run of the same id
    /// that is there already is replaced.
    ///
    /// # Errors
    /// [`StoreError::Io`]; the draft is then gone and the earlier run, if any, is still there.
    pub fn commit(mut self, record: RunRecord) -> Result<PathBuf, StoreError> {
        let manifest = Manifest {
            format: FORMAT,
            run: self.id.clone(),
            engine: record.engine,
            method: record.method,
            seed: record.seed,
            replicas: record.replicas,
            scenario: record.scenario,
            inputs: std::mem::take(&mut self.inputs),
            outputs: std::mem::take(&mut self.outputs),
            execution: record.execution,
        };
        let path = self.folder.join(file::MANIFEST);
        let text = manifest.to_text()?;
        let mut file = File::create(&path).map_err(StoreError::io("create", &path))?;
        file.write_all(text.as_bytes()).map_err(StoreError::io("write", &path))?;
        file.sync_all().map_err(StoreError::io("sync", &path))?;
        let inputs = self.folder.join(file::INPUTS);
        if inputs.is_dir() {
            sync_folder(&inputs)?;
        }
        sync_folder(&self.folder)?;
        let run = self.store.join(&self.id);
        self.rename_to(&run)?;
        sync_folder(&self.store)?;
        Ok(run)
    }

    /// Moves an earlier run aside, takes its place, and then removes it. Whoever dies in between
    /// leaves either the old or the new run; see [`sweep`].
    fn rename_to(&self, run: &Path) -> Result<(), StoreError> {
        let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
        let aside = self.store.join(format!("{REPLACED}{}-{}-{number}", self.id, std::process::id()));
        let mut tries = 0;
        loop {
            let moved = fs::rename(run, &aside).is_ok();
            match fs::rename(&self.folder, run) {
                Ok(()) => {
                    let _ = fs::remove_dir_all(&aside); // the next sweep does what this cannot
                    return Ok(());
                }
                // Another process put the same run there meanwhile: once more.
                Err(_) if run.exists() && tries < 8 => {
                    tries += 1;
                    let _ = fs::remove_dir_all(&aside);
                }
                Err(error) => {
                    if moved {
                        let _ = fs::rename(&aside, run);
                    }
                    return Err(StoreError::io("rename the draft to", run)(error));
                }
            }
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder); // nothing there after a commit
    }
}

/// A file of a draft. Writing to it also hashes it.
#[derive(Debug)]
pub struct Output {
    name: String,
    path: PathBuf,
    file: File,
    hash: Sha256,
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Makes a rename in `folder` last. Systems that cannot sync a folder need not.
fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        let handle = File::open(folder).map_err(StoreError::io("open", folder))?;
        handle.sync_all().map_err(StoreError::io("sync", folder))?;
    }
    Ok(())
}
