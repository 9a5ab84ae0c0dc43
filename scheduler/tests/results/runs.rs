//! Run folders on their way to the store and back, and the store as a set of files.

use energyopti_scenarios::results::sha256_hex;
use energyopti_scheduler::results::{Item, ResultError};
use std::fs;
use std::path::Path;

use crate::bench::Bench;

const RUN: &str = "00ff00ff00ff00ff";
/// Larger than what is held in memory on the way to a bucket.
const LARGE: usize = 20 << 20;

fn write_run(folder: &Path) {
    fs::create_dir_all(folder.join("inputs")).unwrap();
    fs::write(folder.join("summary.json"), "{}").unwrap();
    fs::write(folder.join("samples.parquet"), vec![9; LARGE]).unwrap();
    fs::write(folder.join("inputs/ab.csv"), "mw\n1\n").unwrap();
    fs::write(folder.join("empty"), "").unwrap();
    fs::write(folder.join("manifest.json"), "{\"run\": 1}").unwrap();
}

fn read_run(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let names = ["empty", "inputs/ab.csv", "samples.parquet", "summary.json", "manifest.json"];
    names.map(|name| (name.to_owned(), fs::read(folder.join(name)).unwrap())).into()
}

#[tokio::test]
async fn a_run_is_published_and_fetched_whole() {
    for bench in Bench::all().await {
        let outside = tempfile::tempdir().unwrap();
        let staging = outside.path().join("staging");
        write_run(&staging);
        assert_eq!(bench.store.fetch(RUN, outside.path()).await.unwrap(), None);
        for _ in 0..2 {
            bench.store.publish(&staging, RUN).await.unwrap();
            let found = bench.store.fetch(RUN, outside.path()).await.unwrap().unwrap();
            assert!(read_run(&found) == read_run(&staging), "{}", found.display());
        }
    }
}

#[tokio::test]
async fn half_of_a_run_is_no_run() {
    for bench in Bench::all().await {
        let outside = tempfile::tempdir().unwrap();
        let staging = outside.path().join("staging");
        write_run(&staging);
        bench.store.publish(&staging, RUN).await.unwrap();
        bench.meddle(&format!("{RUN}/manifest.json"), None).await;
        assert_eq!(bench.store.fetch(RUN, outside.path()).await.unwrap(), None);

        fs::remove_file(staging.join("manifest.json")).unwrap();
        let error = bench.store.publish(&staging, RUN).await.unwrap_err();
        assert!(matches!(error, ResultError::NotARun { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_run_that_was_written_into_a_local_store_is_published_already() {
    let bench = Bench::local().await;
    let run = bench.store.folder().unwrap().join(RUN);
    write_run(&run);
    let before = fs::metadata(run.join("manifest.json")).unwrap().modified().unwrap();
    bench.store.publish(&run, RUN).await.unwrap();
    assert_eq!(fs::metadata(run.join("manifest.json")).unwrap().modified().unwrap(), before);
    assert_eq!(bench.store.fetch(RUN, Path::new("unused")).await.unwrap(), Some(run));
}

#[tokio::test]
async fn everything_can_be_carried_to_another_store() {
    for (bench, other) in Bench::all().await.into_iter().zip(Bench::all().await.into_iter().rev()) {
        let outside = tempfile::tempdir().unwrap();
        write_run(outside.path());
        bench.store.publish(outside.path(), RUN).await.unwrap();
        let input = bench.store.put_input(b"an input").await.unwrap();
        let shard = bench.store.put_shard("job", 12, b"a result").await.unwrap().hash;

        let items = bench.store.everything().await.unwrap();
        assert_eq!(items.last(), Some(&Item { name: format!("{RUN}/manifest.json"), bytes: 10 }), "manifests last");
        for item in &items {
            let (bytes, hash) = bench.store.read_item(&item.name).await.unwrap().unwrap();
            assert_eq!((bytes.len() as u64, &hash), (item.bytes, &sha256_hex(&bytes)));
            other.store.write_item(&item.name, &bytes, &hash).await.unwrap();
        }
        assert_eq!(other.store.everything().await.unwrap(), items);
        assert_eq!(other.store.input(&input).await.unwrap(), b"an input");
        assert_eq!(other.store.shard("job", 12, &shard).await.unwrap().unwrap(), b"a result");
        let found = other.store.fetch(RUN, outside.path()).await.unwrap().unwrap();
        assert!(read_run(&found) == read_run(outside.path()));
    }
}

#[tokio::test]
async fn a_damaged_item_is_neither_backed_up_nor_restored() {
    for bench in Bench::all().await {
        let hash = bench.store.put_input(b"an input").await.unwrap();
        let name = format!(".inputs/{hash}");
        let wrong = sha256_hex(b"an inpuT");
        for (bytes, hash) in [(&b"an inpuT"[..], &hash), (b"an input", &wrong), (b"an inpuT", &wrong)] {
            let error = bench.store.write_item(&name, bytes, hash).await.unwrap_err();
            assert!(matches!(error, ResultError::Damaged { .. }), "{error}");
        }
        bench.meddle(&name, Some(b"an inpuT")).await;
        let error = bench.store.read_item(&name).await.unwrap_err();
        assert!(matches!(error, ResultError::Damaged { .. }), "{error}");
        assert_eq!(bench.store.read_item("00ff/gone").await.unwrap(), None);
    }
}
