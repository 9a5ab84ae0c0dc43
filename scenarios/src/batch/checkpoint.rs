//! The finished part of a run, so that the same command goes on where it was stopped.
//!
//! `STORE/.resume-<id>/` holds `state` (the tally of the first `done` replicas, behind its hash)
//! and, where samples are kept, one file of samples per saved piece, whose hashes are in the state.
//! What does not match is ignored: the work is done again. One process at a time owns the folder;
//! a second one on the same run works in a folder of its own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use energyopti_engine::Tally;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{BatchError, sealed};

const HASH: usize = 32;

/// The state of an unfinished run.
#[derive(Serialize, Deserialize)]
pub(super) struct State {
    /// The run's identity.
    pub run: String,
    /// Its replicas `0..done` are in the tally.
    pub done: u64,
    /// The pieces of samples that belong to them.
    pub pieces: Vec<Piece>,
    /// What they add up to.
    pub tally: Tally,
}

/// A file of samples.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Piece {
    /// Its first replica.
    pub first: u64,
    /// SHA-256 of its bytes.
    hash: [u8; HASH],
}

/// The folder of an unfinished run, ours until it is dropped.
pub(super) struct Checkpoint {
    folder: PathBuf,
    /// Held while the run lasts; `None` for a folder of our own.
    lock: Option<fs::File>,
}

impl Checkpoint {
    /// Takes the run's folder, or one of our own where another process is at work on it.
    pub fn open(store: &Path, run: &str) -> Result<Self, BatchError> {
        let shared = store.join(format!(".resume-{run}"));
        fs::create_dir_all(&shared).map_err(BatchError::io("create", &shared))?;
        let path = shared.join("lock");
        let lock = fs::File::create(&path).map_err(BatchError::io("create", &path))?;
        match lock.try_lock() {
            Err(fs::TryLockError::WouldBlock) => {
                let folder = store.join(format!(".resume-{run}-{}", std::process::id()));
                Ok(Self { folder, lock: None })
            }
            // Where the system has no locks there is no second process to tell either.
            Ok(()) | Err(fs::TryLockError::Error(_)) => Ok(Self { folder: shared, lock: Some(lock) }),
        }
    }

    /// The state left by an earlier process, if it and its samples are whole.
    pub fn load(&self, run: &str) -> Option<State> {
        let bytes = fs::read(self.folder.join("state")).ok()?;
        let state: State = sealed::open(&bytes)?;
        let whole = |piece: &Piece| fs::read(self.samples(piece.first)).is_ok_and(|bytes| digest(&bytes) == piece.hash);
        (state.run == run && state.pieces.iter().all(whole)).then_some(state)
    }

    fn samples(&self, first: u64) -> PathBuf {
        self.folder.join(format!("samples-{first}"))
    }

    /// Replaces the state; a reader sees the old one or the new one.
    pub fn save(&self, state: &State) -> Result<(), BatchError> {
        let bytes = sealed::seal(state).map_err(|e| BatchError::Io {
            what: "encode",
            path: self.folder.clone(),
            source: std::io::Error::other(e),
        })?;
        self.write("state", &bytes)
    }

    /// Keeps the samples of the replicas from `first` on: `columns` slices of equal length.
    pub fn save_samples(&self, first: u64, columns: &[Vec<f64>]) -> Result<Piece, BatchError> {
        let bytes: Vec<u8> = columns.iter().flatten().flat_map(|value| value.to_le_bytes()).collect();
        self.write(&format!("samples-{first}"), &bytes)?;
        Ok(Piece { first, hash: digest(&bytes) })
    }

    /// Reads back a piece of samples in `columns` columns.
    pub fn load_samples(&self, first: u64, columns: usize) -> Result<Vec<Vec<f64>>, BatchError> {
        let path = self.samples(first);
        let bytes = fs::read(&path).map_err(BatchError::io("read", &path))?;
        let values: Vec<f64> =
            bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().expect("eight bytes"))).collect();
        let rows = values.len() / columns.max(1);
        Ok(values.chunks_exact(rows.max(1)).map(<[f64]>::to_vec).collect())
    }

    /// Forgets the run.
    pub fn remove(&self) {
        // What cannot be removed is ignored by the next run: its id is answered from the store.
        let _ = fs::remove_dir_all(&self.folder);
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), BatchError> {
        fs::create_dir_all(&self.folder).map_err(BatchError::io("create", &self.folder))?;
        let path = self.folder.join(name);
        let temporary = self.folder.join(format!(".{name}-{}", std::process::id()));
        let mut file = fs::File::create(&temporary).map_err(BatchError::io("create", &temporary))?;
        file.write_all(bytes).map_err(BatchError::io("write", &temporary))?;
        file.sync_all().map_err(BatchError::io("sync", &temporary))?;
        fs::rename(&temporary, &path).map_err(BatchError::io("rename", &path))
    }
}

impl Drop for Checkpoint {
    fn drop(&mut self) {
        if self.lock.is_none() {
            self.remove(); // nobody would find a folder of our own again
        }
    }
}

fn digest(bytes: &[u8]) -> [u8; HASH] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(done: u64) -> State {
        State { run: "00".into(), done, pieces: vec![], tally: Tally::default() }
    }

    #[test]
    fn a_damaged_state_is_ignored() {
        let store = tempfile::tempdir().unwrap();
        let checkpoint = Checkpoint::open(store.path(), "00").unwrap();
        checkpoint.save(&state(64)).unwrap();
        assert_eq!(checkpoint.load("00").map(|s| s.done), Some(64));
        let path = store.path().join(".resume-00/state");
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&path, bytes).unwrap();
            assert!(checkpoint.load("00").is_none(), "byte {at}");
        }
        assert!(Checkpoint::open(store.path(), "01").unwrap().load("01").is_none());
    }

    #[test]
    fn samples_come_back_as_they_went() {
        let store = tempfile::tempdir().unwrap();
        let checkpoint = Checkpoint::open(store.path(), "00").unwrap();
        let columns = vec![vec![1.0, 2.0, 3.0], vec![-0.0, f64::MAX, 1e-300]];
        checkpoint.save_samples(64, &columns).unwrap();
        assert_eq!(checkpoint.load_samples(64, 2).unwrap(), columns);
    }

    #[test]
    fn a_state_whose_samples_are_damaged_is_ignored() {
        let store = tempfile::tempdir().unwrap();
        let checkpoint = Checkpoint::open(store.path(), "00").unwrap();
        let piece = checkpoint.save_samples(0, &[vec![1.0, 2.0]]).unwrap();
        checkpoint.save(&State { pieces: vec![piece], ..state(2) }).unwrap();
        assert!(checkpoint.load("00").is_some());
        let path = store.path().join(".resume-00/samples-0");
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..8]).unwrap();
        assert!(checkpoint.load("00").is_none());
        fs::remove_file(&path).unwrap();
        assert!(checkpoint.load("00").is_none());
    }

    #[test]
    fn a_second_process_on_the_same_run_has_a_folder_of_its_own() {
        let store = tempfile::tempdir().unwrap();
        let first = Checkpoint::open(store.path(), "00").unwrap();
        let second = Checkpoint::open(store.path(), "00").unwrap();
        assert_ne!(first.folder, second.folder);
        drop(first);
        assert!(Checkpoint::open(store.path(), "00").unwrap().lock.is_some());
    }
}
