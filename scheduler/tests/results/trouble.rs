//! Many writers at once, a full disk, a place that may not be written any more.
#![allow(clippy::print_stderr, reason = "a test says what it left out")]

use energyopti_scheduler::results::{ResultError, ResultStore};
use std::path::Path;
use std::process::Command;
use tokio::task::JoinSet;

use crate::bench::Bench;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_of_one_content_leave_it_whole() {
    let bytes = vec![42; 10_000];
    for bench in Bench::all().await {
        let mut writers = JoinSet::new();
        for writer in 0..64_u64 {
            let (store, bytes) = (bench.store.clone(), bytes.clone());
            writers.spawn(async move {
                let input = store.put_input(&bytes).await.unwrap();
                let same = store.put_shard("job", 0, &bytes).await.unwrap();
                let own = store.put_shard("job", 1 + writer, &bytes).await.unwrap();
                assert_eq!((&input, &same), (&own.hash, &own));
                assert_eq!(store.shard("job", 0, &same.hash).await.unwrap().unwrap(), bytes);
                assert_eq!(store.input(&input).await.unwrap(), bytes);
            });
        }
        writers.join_all().await;
        let items = bench.store.everything().await.unwrap();
        assert_eq!(items.len(), 1 + 65);
        assert!(items.iter().all(|item| item.bytes == 10_000));
        if let Some(folder) = bench.store.folder() {
            assert_eq!(std::fs::read_dir(folder.join(".writing")).unwrap().count(), 0, "nothing is left behind");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_job_forgotten_while_it_is_written_does_not_stop_its_writers() {
    let bench = Bench::local().await;
    let mut writers = JoinSet::new();
    for writer in 0..8_u64 {
        let store = bench.store.clone();
        writers.spawn(async move {
            for round in 0..20 {
                store.put_shard("job", writer * 100 + round, b"result").await.unwrap();
            }
        });
    }
    for _ in 0..20 {
        // A writer may put a file into the folder that is being removed: that is no damage.
        let forgotten = bench.store.forget_shards("job").await;
        assert!(forgotten.is_ok() || forgotten.is_err_and(|error| error.is_retryable()));
        tokio::task::yield_now().await;
    }
    writers.join_all().await;
}

#[tokio::test]
async fn a_store_that_was_emptied_is_written_to_again() {
    let bench = Bench::local().await;
    let hash = bench.store.put_shard("job", 0, b"result").await.unwrap().hash;
    std::fs::remove_dir_all(bench.store.folder().unwrap()).unwrap();
    assert_eq!(bench.store.shard("job", 0, &hash).await.unwrap(), None);
    bench.store.put_shard("job", 0, b"result").await.unwrap();
    assert!(bench.store.shard("job", 0, &hash).await.unwrap().is_some());
}

/// A file system of its own, in memory.
struct Tmpfs<'a>(&'a Path);

impl<'a> Tmpfs<'a> {
    /// `None`, said on stderr, where this user may not mount.
    fn mount(at: &'a Path, size: &str) -> Option<Self> {
        let options = format!("size={size}");
        let mounted = run("mount", &["-t", "tmpfs", "-o", &options, "tmpfs", at.to_str()?]);
        if !mounted {
            eprintln!("no tmpfs can be mounted here: this fault is not tried");
        }
        mounted.then_some(Self(at))
    }
}

impl Drop for Tmpfs<'_> {
    fn drop(&mut self) {
        run("umount", &["-l", self.0.to_str().unwrap_or_default()]);
    }
}

fn run(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

#[tokio::test]
async fn a_full_disk_is_retryable_and_leaves_nothing_torn() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = Tmpfs::mount(folder.path(), "256k") else { return };
    let store = ResultStore::open(folder.path().to_str().unwrap()).await.unwrap();
    let bytes = vec![1; 50_000];
    let mut stored = 0;
    let error = loop {
        match store.put_shard("job", stored, &bytes).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    assert!((1..6).contains(&stored), "{stored} results fit");
    assert!(matches!(error, ResultError::Io { .. }) && error.is_retryable(), "{error}");
    assert!(store.put_input(&bytes).await.unwrap_err().is_retryable());
    let left = store.everything().await.unwrap();
    assert_eq!(left.len() as u64, stored);
    assert!(left.iter().all(|item| item.bytes == 50_000), "{left:?}");
    assert_eq!(std::fs::read_dir(folder.path().join(".writing")).unwrap().count(), 0, "no room is kept");

    store.forget_shards("job").await.unwrap();
    store.put_shard("job", stored, &bytes).await.unwrap();
}

#[tokio::test]
async fn a_disk_that_turned_read_only_is_retryable_and_still_read() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = Tmpfs::mount(folder.path(), "1m") else { return };
    let place = folder.path().to_str().unwrap();
    let store = ResultStore::open(place).await.unwrap();
    let hash = store.put_shard("job", 0, b"result").await.unwrap().hash;
    assert!(run("mount", &["-o", "remount,ro", place]));
    let error = store.put_shard("job", 1, b"result").await.unwrap_err();
    assert!(matches!(error, ResultError::Io { .. }) && error.is_retryable(), "{error}");
    assert_eq!(store.shard("job", 0, &hash).await.unwrap().unwrap(), b"result");
    let error = ResultStore::open(place).await.unwrap_err();
    assert!(matches!(error, ResultError::FolderNotWritable { .. }) && error.is_retryable(), "{error}");

    assert!(run("mount", &["-o", "remount,rw", place]));
    store.put_shard("job", 1, b"result").await.unwrap();
}
