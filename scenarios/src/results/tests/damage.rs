//! Damage: whatever happens to a file of a run, it is noticed before its content is used.

use serde_json::json;
use std::fs;

use super::super::*;
use super::{ID, files, write};

#[test]
fn a_flipped_byte_in_any_file_is_found_and_named() {
    let store = tempfile::tempdir().unwrap();
    let run = write(store.path(), ID);
    let names = files(&run);
    assert_eq!(names.len(), 8);
    for name in names {
        let path = run.join(&name);
        let whole = fs::read(&path).unwrap();
        // Every byte of a short file, and a spread of those of a long one.
        for at in (0..whole.len()).step_by(1 + whole.len() / 300) {
            let mut damaged = whole.clone();
            damaged[at] ^= 0x10;
            fs::write(&path, &damaged).unwrap();
            let error = Run::open(&run).unwrap_err();
            let text = error.to_string();
            assert!(text.contains(&name), "byte {at} of {name}: {text}");
            match error {
                StoreError::Hash { expected, found, .. } => assert_ne!(expected, found),
                StoreError::Unsealed { .. } if name == file::MANIFEST => {}
                other => panic!("byte {at} of {name}: {other}"),
            }
        }
        fs::write(&path, &whole).unwrap();
    }
    assert!(Run::open(&run).is_ok());
}

#[test]
fn a_missing_file_is_named() {
    let store = tempfile::tempdir().unwrap();
    let run = write(store.path(), ID);
    for name in files(&run) {
        let path = run.join(&name);
        let whole = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let error = Run::open(&run).unwrap_err();
        match &error {
            StoreError::Missing { file, .. } => assert_eq!(file, &name),
            StoreError::NotARun { .. } => assert_eq!(name, file::MANIFEST),
            other => panic!("{name}: {other}"),
        }
        fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn a_manifest_of_another_format_is_refused_by_its_number() {
    let store = tempfile::tempdir().unwrap();
    let text = seal::close(&json!({ "format": 2 })).unwrap();
    fs::write(store.path().join(file::MANIFEST), text).unwrap();
    let error = Run::open(store.path()).unwrap_err();
    assert!(matches!(error, StoreError::Format { found: 2, supported: 1, .. }), "{error}");
}
