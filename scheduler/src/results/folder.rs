//! Writing to a local folder so that a file is there whole or not at all, and stays: a temporary
//! name, sync, rename, sync of the folder. Reading, listing and removing is `object_store`'s; its
//! writing is not used because it leaves out the syncs.

use std::collections::{BTreeSet, hash_map::RandomState};
use std::fs::{self, File};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, ErrorKind, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::ResultError;
use super::names::WRITING;
use crate::fault;

/// Nobody writes a file for so long: what is older was left by a process that is dead.
const ABANDONED: Duration = Duration::from_hours(1);
/// How often a folder may be removed under the hands of one who writes into it.
const REMOVALS: u32 = 8;

/// A folder that results are written to.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    /// Folders whose own entries are known to be on disk, so that each is synced once and not with
    /// every file.
    settled: Mutex<BTreeSet<PathBuf>>,
}

impl Folder {
    /// Makes the folder, tries to write there, and removes what dead processes left.
    pub(super) fn open(place: &Path) -> Result<Self, ResultError> {
        let refused = |source| ResultError::FolderNotWritable { path: place.to_owned(), source };
        fs::create_dir_all(place).map_err(refused)?;
        let root = place.canonicalize().map_err(refused)?;
        match probe(&root) {
            // Readers need no space, and a worker waits for it: a write that fails says so itself.
            Err(error) if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
                tracing::warn!(store = %root.display(), %error, "the disk is full: nothing can be written until there is room");
            }
            tried => tried.map_err(refused)?,
        }
        sweep(&root.join(WRITING));
        Ok(Self { root, settled: Mutex::default() })
    }

    /// The folder as it is, to be read.
    pub(super) fn look(place: &Path) -> Self {
        Self { root: real(place), settled: Mutex::default() }
    }

    /// The folder, absolute.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Writes the file `name`; `fill` gives its content. It is durable when this returns; a file
    /// of that name is replaced.
    pub(super) fn write(&self, name: &str, fill: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), ResultError> {
        let target = self.root.join(name);
        let folder = target.parent().unwrap_or(&self.root);
        let mut draft = Draft::create(&self.root).map_err(ResultError::io("begin to write", &target))?;
        fill(&mut draft.file).map_err(ResultError::io("write", &target))?;
        fault::point("write");
        draft.file.sync_all().map_err(ResultError::io("sync", &target))?;
        fault::point("sync");
        self.settle(folder).map_err(ResultError::io("make a folder for", &target))?;
        self.rename(&draft.path, &target, folder).map_err(ResultError::io("give its name to", &target))?;
        fault::point("rename");
        sync_folder(folder).map_err(ResultError::io("sync the folder of", &target))
    }

    /// Makes the file `name` last, which is there: whoever wrote it may have died just before the
    /// folder was synced.
    pub(super) fn keep(&self, name: &str) -> Result<(), ResultError> {
        let path = self.root.join(name);
        let folder = path.parent().unwrap_or(&self.root);
        let synced = self.settle(folder).and_then(|()| sync_folder(folder));
        synced.map_err(ResultError::io("sync the folder of", &path))
    }

    /// Removes the folder `name` and all that is in it.
    pub(super) fn forget(&self, name: &str) -> Result<(), ResultError> {
        let path = self.root.join(name);
        self.settled().remove(&path);
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(ResultError::io("remove", &path)(error)),
            _ => Ok(()),
        }
    }

    /// Others may have removed the folder since it was settled, and may do so again.
    fn rename(&self, from: &Path, to: &Path, folder: &Path) -> io::Result<()> {
        for _ in 0..REMOVALS {
            match fs::rename(from, to) {
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    self.settled().clear();
                    self.settle(folder)?;
                }
                done => return done,
            }
        }
        fs::rename(from, to)
    }

    /// Makes the folder and syncs those above it: a synced file is lost if its folder is.
    fn settle(&self, folder: &Path) -> io::Result<()> {
        if folder == self.root || self.settled().contains(folder) {
            return Ok(());
        }
        let above = folder.parent().unwrap_or(&self.root);
        self.settle(above)?;
        fs::create_dir_all(folder)?;
        sync_folder(above)?;
        self.settled().insert(folder.to_owned());
        Ok(())
    }

    /// A set is whole after any panic.
    fn settled(&self) -> std::sync::MutexGuard<'_, BTreeSet<PathBuf>> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The path as it will be known once it is there: absolute, links followed as far as they are there.
pub(crate) fn real(path: &Path) -> PathBuf {
    let Ok(whole) = std::path::absolute(path) else { return path.to_owned() };
    let known = whole.ancestors().find_map(|above| Some((above, above.canonicalize().ok()?)));
    let Some((above, mut real)) = known else { return whole };
    for part in whole.strip_prefix(above).into_iter().flat_map(Path::components) {
        match part {
            Component::ParentDir => drop(real.pop()),
            part => real.push(part),
        }
    }
    real
}

/// Tries to write.
fn probe(root: &Path) -> io::Result<()> {
    Draft::create(root)?.file.write_all(b"can this be written?")?;
    sync_folder(root)
}

/// A file under a temporary name, gone when dropped unless it was renamed.
struct Draft {
    file: File,
    path: PathBuf,
}

impl Draft {
    /// Machines that share the folder may have equal process numbers, hence a random one.
    fn create(root: &Path) -> io::Result<Self> {
        static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("{:016x}-{}", *PROCESS, COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = root.join(WRITING);
        let path = folder.join(name);
        let file = match File::create_new(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(&folder)?; // somebody emptied the store
                File::create_new(&path)?
            }
            made => made?,
        };
        Ok(Self { file, path })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path); // nothing there after a rename
    }
}

/// Removes abandoned drafts. What cannot be removed is left to the next sweep.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let written = entry.metadata().and_then(|meta| meta.modified()).unwrap_or_else(|_| SystemTime::now());
        if written.elapsed().is_ok_and(|age| age > ABANDONED) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Makes what was created or renamed in `folder` last. Systems that cannot sync a folder need not.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
