//! Files of the store rot: what is damaged is found by its hash and computed again.

use std::fs;
use std::path::{Path, PathBuf};

use energyopti_scenarios::results::existing;

use crate::luck::{Luck, cases};
use crate::queue::{Queue, on_each_database};
use crate::support::{Bench, usually_or_nightly};
use crate::work::{Work, below, files};

/// `some` bytes of a file of `length`, drawn anew for each file, or all of them.
fn some_bytes(length: u64, some: u64) -> impl Iterator<Item = usize> {
    let mut luck = Luck(length);
    let places = (0..length).filter(move |_| luck.below(length) < some);
    places.map(|at| usize::try_from(at).unwrap())
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
    for at in some_bytes(fs::metadata(run.join(file)).unwrap().len(), cases(3, 40)) {
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

/// Files of a run that has one row for each future, too.
const FILES: [&str; 3] = ["manifest.json", "summary.parquet", "samples.parquet"];

/// A small run that keeps them.
fn kept(bench: &Bench) -> Work {
    assert_eq!(bench.ask(&["init", "town.toml"]).code, Some(0));
    Work::new(&["town.toml", "--replicas", "128", "--set", "outputs.keep=[\"samples\"]"])
}

#[test]
fn a_run_with_a_flipped_byte_is_computed_again() {
    on_each_database(|queue| {
        let work = kept(&queue.bench);
        queue.submit(&work, &["--shards", "2"]);
        assert_eq!(queue.worker(&["--until-idle"]).wait().code(), Some(0));
        FILES.iter().for_each(|file| damage(queue, &work, file));
    });
}

/// The check is the one that a submission makes; without the program around it, it takes no time.
#[test]
fn every_flipped_byte_is_found_by_its_hash() {
    let bench = Bench::new();
    let work = kept(&bench);
    assert_eq!(bench.ask(&work.command("run")).code, Some(0));
    let (store, id) = (bench.path("runs"), work.runs(&bench).remove(0));
    let is_whole = || existing(&store, &id).is_ok_and(|run| run.is_some());
    for path in FILES.map(|file| store.join(&id).join(file)) {
        let whole = fs::read(&path).unwrap();
        for at in some_bytes(whole.len() as u64, usually_or_nightly(100, u64::MAX)) {
            flip(&path, at);
            assert!(!is_whole(), "byte {at} of {} was believed", path.display());
            fs::write(&path, &whole).unwrap();
        }
        assert!(is_whole(), "{}", path.display());
    }
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
