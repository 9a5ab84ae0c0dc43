//! What dead processes left in a store. A draft holds a lock on its folder for as long as it lives,
//! so a folder whose lock is free is nobody's; process numbers, which are used again, say nothing.

use std::fs::{self, File};
use std::path::Path;

/// A run being written begins so; its id and what makes the name unique follow.
pub(super) const TEMPORARY: &str = ".tmp-";
/// A run that another is replacing begins so.
pub(super) const REPLACED: &str = ".old-";

/// Removes the drafts of dead processes; of a replacement that was cut short, keeps the run that
/// is whole. What cannot be removed is left: it is hidden and harms nobody.
pub(super) fn sweep(store: &Path) {
    let Ok(entries) = fs::read_dir(store) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let path = entry.path();
        if name.starts_with(TEMPORARY) {
            if let Lock::Taken(_held) = lock(&path) {
                let _ = fs::remove_dir_all(&path);
            }
        } else if let Some(rest) = name.strip_prefix(REPLACED) {
            let run = rest.split('-').next().map(|id| store.join(id));
            match run {
                Some(run) if !run.exists() => drop(fs::rename(&path, &run)),
                _ => drop(fs::remove_dir_all(&path)),
            }
        }
    }
}

/// What came of trying to lock a folder.
pub(super) enum Lock {
    /// It is ours until the handle is dropped.
    Taken(File),
    /// Another process holds it, or the folder is gone.
    Busy,
    /// Folders cannot be locked here.
    Unsupported,
}

/// Tries to lock `folder`; never waits.
pub(super) fn lock(folder: &Path) -> Lock {
    let handle = match File::open(folder) {
        Ok(handle) => handle,
        Err(_) if folder.exists() => return Lock::Unsupported,
        Err(_) => return Lock::Busy,
    };
    match handle.try_lock() {
        // Whoever swept the folder may have held the lock until now.
        Ok(()) if folder.exists() => Lock::Taken(handle),
        Ok(()) | Err(fs::TryLockError::WouldBlock) => Lock::Busy,
        Err(fs::TryLockError::Error(_)) => Lock::Unsupported,
    }
}
