//! Opening a store.

use energyopti_scheduler::results::{ResultError, ResultStore};
use std::fs;
use std::time::{Duration, SystemTime};

use crate::bench::Bench;

#[tokio::test]
async fn a_folder_is_made_and_named_absolutely() {
    let outer = tempfile::tempdir().unwrap();
    let store = ResultStore::open(outer.path().join("a/../b/c").to_str().unwrap()).await.unwrap();
    assert_eq!(store.folder().unwrap(), outer.path().canonicalize().unwrap().join("b/c"));
    assert_eq!(store.place(), store.folder().unwrap().to_str().unwrap());
}

#[tokio::test]
async fn a_text_that_is_no_place_is_refused_with_what_would_be() {
    for wrong in ["", "gs://bucket", "http://host/x", "file:///tmp", "s3://", "s3:///prefix", "s3://bucket/../x"] {
        let error = ResultStore::open(wrong).await.unwrap_err();
        assert!(matches!(error, ResultError::Place { .. }) && !error.is_retryable(), "{wrong}: {error}");
        assert!(error.to_string().contains("s3://BUCKET/PREFIX"), "{error}");
    }
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_told_with_what_to_do() {
    let outer = tempfile::tempdir().unwrap();
    let file = outer.path().join("file");
    fs::write(&file, "in the way").unwrap();
    let below = ResultStore::open(file.join("below").to_str().unwrap()).await.unwrap_err();
    assert!(matches!(below, ResultError::FolderNotWritable { .. }) && below.is_retryable(), "{below}");
    assert!(below.to_string().contains("--store"), "{below}");
    let error = ResultStore::open(file.to_str().unwrap()).await.unwrap_err();
    assert!(matches!(error, ResultError::Place { .. }) && error.to_string().contains("it is a file"), "{error}");
}

#[tokio::test]
async fn to_look_makes_nothing_and_names_the_place_as_opening_does() {
    let outer = tempfile::tempdir().unwrap();
    let place = outer.path().join("a/../runs/./deep");
    let place = place.to_str().unwrap();
    let looked = ResultStore::look(place).await.unwrap();
    assert!(looked.everything().await.unwrap().is_empty());
    assert_eq!(fs::read_dir(outer.path()).unwrap().count(), 0);
    let spelled = ResultStore::spelled(place).unwrap();
    let opened = ResultStore::open(place).await.unwrap();
    assert_eq!([looked.place(), opened.place()], [spelled.as_str(); 2]);
    let hash = opened.put_input(b"kept").await.unwrap();
    assert_eq!(ResultStore::look(place).await.unwrap().input(&hash).await.unwrap(), b"kept");
    assert_eq!(ResultStore::spelled("s3://bucket/a/").unwrap(), "s3://bucket/a");
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_told_with_what_to_do() {
    if Bench::bucket().await.is_none() {
        return;
    }
    let error = ResultStore::open("s3://no-such-bucket/x").await.unwrap_err();
    assert!(matches!(error, ResultError::BucketNotWritable { .. }) && error.is_retryable(), "{error}");
    let text = error.to_string();
    assert!(text.contains("s3://no-such-bucket/x") && text.contains("AWS_ENDPOINT_URL"), "{text}");
}

#[tokio::test]
async fn litter_of_dead_processes_is_swept_and_work_of_living_ones_is_not() {
    let bench = Bench::local().await;
    let writing = bench.store.folder().unwrap().join(".writing");
    let (old, young) = (writing.join("0123-4"), writing.join("0123-5"));
    for path in [&old, &young] {
        fs::write(path, "half of a res").unwrap();
    }
    let yesterday = SystemTime::now() - Duration::from_hours(24);
    fs::File::options().append(true).open(&old).unwrap().set_modified(yesterday).unwrap();
    ResultStore::open(bench.store.place()).await.unwrap();
    assert!(!old.exists() && young.exists());
    assert_eq!(bench.names().await, Vec::<String>::new(), "neither is part of the store");
}
