//! Shards and inputs whose bytes are not those that were written.

use energyopti_engine::Control;
use energyopti_scenarios::batch;
use energyopti_scenarios::jobs::{JobError, Work, kind, scenario};

use super::bench::{Bench, Stored, compute, merge};

#[test]
fn a_damaged_shard_is_named_and_nothing_is_left() {
    let bench = Bench::new();
    let job = bench.open(&scenario(&bench.variant(&[]))).unwrap();
    let shards = compute(&*job, &job.cut(Some(3)));
    let store = bench.path("store");
    let with = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
        let mut shards = shards.clone();
        change(&mut shards);
        merge(&*job, shards, &store).unwrap_err()
    };
    let second = JobError::Damaged { shard: 1 };
    let length = shards[1].len();
    for at in [0, 31, 32, 40, length / 2, length - 1] {
        assert_eq!(with(&|shards| shards[1][at] ^= 0x10), second, "byte {at}");
    }
    assert_eq!(with(&|shards| shards[1].truncate(length / 2)), second);
    assert_eq!(with(&|shards| shards[1].clear()), second);
    assert_eq!(with(&|shards| shards.swap(1, 2)), second, "out of order");
    assert_eq!(with(&|shards| shards.insert(1, shards[0].clone())), second, "counted twice");
    assert!(second.is_retryable());
    let names = std::fs::read_dir(&store).unwrap().count();
    assert_eq!(names, 0, "no draft and no run");
}

#[test]
fn a_shard_of_another_job_is_refused() {
    let bench = Bench::new();
    let [one, other] = ["monte_carlo.seed=1", "monte_carlo.seed=2"].map(|seed| {
        let job = bench.open(&scenario(&bench.variant(&[seed]))).unwrap();
        let shards = compute(&*job, &job.cut(Some(2)));
        (job, shards)
    });
    let mixed = vec![one.1[0].clone(), other.1[1].clone()];
    assert_eq!(merge(&*one.0, mixed, &bench.path("store")), Err(JobError::Damaged { shard: 1 }));
}

#[test]
fn a_damaged_result_counts_as_absent() {
    let bench = Bench::new();
    let variant = bench.variant(&["outputs.keep=[]"]);
    let folder = bench.in_shards(&scenario(&variant), 2);
    let job = bench.open(&scenario(&variant)).unwrap();
    let store = folder.parent().unwrap();
    for file in ["manifest.json", "summary.json", "summary.parquet"] {
        let whole = std::fs::read(folder.join(file)).unwrap();
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(folder.join(file), bytes).unwrap();
            assert!(job.stored(store).is_none(), "{file} {at}");
        }
        std::fs::write(folder.join(file), whole).unwrap();
    }
    assert!(job.stored(store).is_some());
}

#[test]
fn an_input_that_is_not_what_its_hash_says_is_refused() {
    let bench = Bench::new();
    let submission = scenario(&bench.variant(&[]));
    let changed = submission.inputs.iter().map(|input| (input.sha256.clone(), b"mw\n1\n"[..].into()));
    let files = Stored { inputs: changed.collect(), runs: bench.path("runs") };
    let error = kind("scenario").unwrap().open(&submission.payload, &files).map(drop).unwrap_err();
    assert!(matches!(&error, JobError::Machine(reason) if reason.contains("damaged")), "{error}");
}

#[test]
fn work_stops_where_asked() {
    let bench = Bench::new();
    let job = bench.open(&scenario(&bench.variant(&[]))).unwrap();
    let pool = batch::pool(Some(1)).unwrap();
    let control = Control::default();
    control.cancelled.store(true, std::sync::atomic::Ordering::Relaxed);
    let work = Work { pool: &pool, control: &control, watch: &|_| {} };
    assert_eq!(job.shard(&(0..1000), &work), Err(JobError::Cancelled));
    assert_eq!(job.merge(&mut std::iter::empty(), &bench.path("store"), &work), Err(JobError::Cancelled));
}
