//! Writing: a run is there whole or not at all.

use std::fs;

use super::super::*;
use super::{ID, files, summary, write};

#[test]
fn a_dropped_draft_leaves_nothing() {
    let store = tempfile::tempdir().unwrap();
    let mut draft = Draft::begin(store.path(), ID).unwrap();
    draft.summary(&summary()).unwrap();
    drop(draft);
    assert_eq!(fs::read_dir(store.path()).unwrap().count(), 0);
    assert!(existing(store.path(), ID).unwrap().is_none());
}

#[test]
fn what_a_dead_process_left_is_swept_but_not_what_a_living_one_writes() {
    let store = tempfile::tempdir().unwrap();
    let dead = store.path().join(format!(".tmp-{ID}-1-0"));
    fs::create_dir_all(dead.join("inputs")).unwrap();
    let living = Draft::begin(store.path(), ID).unwrap();
    assert!(!dead.exists());
    let other = Draft::begin(store.path(), ID).unwrap();
    assert!(living.folder().exists() && other.folder().exists());
    assert_ne!(living.folder(), other.folder());
}

#[test]
fn a_replacement_that_was_cut_short_keeps_the_earlier_run() {
    let store = tempfile::tempdir().unwrap();
    let run = write(store.path(), ID);
    fs::rename(&run, store.path().join(format!(".old-{ID}-1-0"))).unwrap();
    drop(Draft::begin(store.path(), ID).unwrap());
    assert!(Run::open(&run).is_ok());
    assert_eq!(fs::read_dir(store.path()).unwrap().count(), 1);
}

#[test]
fn a_fresh_run_replaces_the_earlier_one() {
    let store = tempfile::tempdir().unwrap();
    let run = write(store.path(), ID);
    fs::write(run.join(file::REPORT), "damaged").unwrap();
    assert!(existing(store.path(), ID).is_err());
    write(store.path(), ID);
    assert!(existing(store.path(), ID).unwrap().is_some());
    assert_eq!(fs::read_dir(store.path()).unwrap().count(), 1);
}

#[test]
fn the_same_run_written_twice_has_the_same_bytes() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, second) = (write(first.path(), ID), write(second.path(), ID));
    for name in files(&first) {
        assert_eq!(fs::read(first.join(&name)).unwrap(), fs::read(second.join(&name)).unwrap());
    }
}

#[test]
fn a_name_that_leaves_the_folder_is_refused() {
    let store = tempfile::tempdir().unwrap();
    let mut draft = Draft::begin(store.path(), ID).unwrap();
    for name in ["../x", "/x", "", ".hidden", "a/../b", "manifest.json", "a\\b"] {
        assert!(matches!(draft.write(name, b""), Err(StoreError::FileName { .. })), "{name}");
    }
    assert!(matches!(Draft::begin(store.path(), "../x"), Err(StoreError::Id { .. })));
}

#[test]
fn writers_of_the_same_run_do_not_disturb_each_other() {
    let store = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..5).for_each(|_| drop(write(store.path(), ID))));
        }
    });
    assert!(existing(store.path(), ID).unwrap().is_some());
    drop(Draft::begin(store.path(), ID).unwrap());
    assert_eq!(fs::read_dir(store.path()).unwrap().count(), 1);
}
