//! Files of the store rot: what is damaged is found by its hash and computed again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::luck::{Luck, cases};
use crate::queue::{Queue, on_each_database};
use crate::work::{Work, files};

/// Bytes of a file of `length` to flip: some, or all where so many are asked for.
fn some_bytes(length: usize) -> Vec<usize> {
    let (length, mut luck) = (length as u64, Luck(length as u64));
    let some = cases(6, length);
    let places = (0..length).filter(|_| luck.below(length) < some);
    places.map(|at| usize::try_from(at).unwrap()).collect()
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 1 << (at % 8);
    fs::write(path, bytes).unwrap();
}

/// Flips each of some bytes of a file of a finished run: the next submission computes it again. Then
/// the store answers, which needs no worker.
fn damage(queue: &Queue, work: &Work, file: &str) {
    let run = queue.stored(&work.runs(&queue.bench)[0]);
    let whole = files(&run);
    for at in some_bytes(fs::metadata(run.join(file)).unwrap().len().try_into().unwrap()) {
        let worker = queue.worker(&[]);
        flip(&run.join(file), at % fs::read(run.join(file)).unwrap().len());
        let again = queue.submitted(work, &["--shards", "2", "--wait"]);
        assert_eq!(again["state"], "succeeded", "byte {at} of {file}: {again}");
        assert!(files(&run) == whole, "byte {at} of {file} was believed");
        drop(worker);
        let stored = queue.submitted(work, &["--shards", "2"]);
        assert_eq!(stored["state"], "succeeded", "after byte {at} of {file} the store does not answer: {stored}");
    }
}

#[test]
fn any_flipped_byte_of_a_run_is_found_and_the_run_computed_again() {
    on_each_database(|queue| {
        let work = Work::new(&["town.toml", "--replicas", "128", "--set", "outputs.keep=[\"samples\"]"]);
        assert_eq!(queue.bench.ask(&["init", "town.toml"]).code, Some(0));
        queue.submit(&work, &["--shards", "2"]);
        assert_eq!(queue.worker(&["--until-idle"]).wait().code(), Some(0));
        for file in ["manifest.json", "summary.parquet", "samples.parquet"] {
            damage(queue, &work, file);
        }
    });
}

/// Every file below a folder.
fn below(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { below(&path) } else { BTreeSet::from([path]) }).collect()
}

/// What the first worker leaves in the store are the results of shards, and nothing else.
#[test]
fn a_damaged_result_of_a_shard_is_computed_again_before_it_is_merged() {
    on_each_database(|queue| {
        let work = Work::forty_shards(1);
        let job = queue.submit(&work, &["--shards", "40"]);
        let earlier = below(&queue.stored(""));
        let mut worker = queue.worker(&[]);
        queue.wait_for_shards(&job, "done");
        worker.assert_drains();
        let results: Vec<PathBuf> = below(&queue.stored("")).difference(&earlier).cloned().collect();
        assert!(!results.is_empty() && !queue.ended(&job));
        for (result, at) in results.iter().zip(1..) {
            flip(result, (977 * at) % fs::read(result).unwrap().len());
        }
        let _other = queue.worker(&[]);
        queue.assert_succeeds(&job, &work);
    });
}
