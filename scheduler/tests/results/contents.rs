//! Inputs and results of shards: kept by hash, and never given back damaged.

use energyopti_scenarios::results::sha256_hex;
use energyopti_scheduler::results::{ResultError, ResultStore};
use std::time::SystemTime;

use crate::bench::Bench;

const RESULT: &[u8] = b"the result of a shard: 64 futures, and what they had in common";

fn name(job: &str, shard: u64, bytes: &[u8]) -> String {
    format!(".shards/{job}/{shard}-{}", sha256_hex(bytes))
}

/// Every way in which one byte may differ by one bit, every shorter file, and a longer one.
fn damaged(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let flipped = (0..bytes.len()).map(|at| {
        let mut copy = bytes.to_vec();
        copy[at] ^= 1 << (at % 8);
        copy
    });
    let cut = (0..bytes.len()).map(|length| bytes[..length].to_vec());
    flipped.chain(cut).chain([[bytes, b"\n"].concat()])
}

#[tokio::test]
async fn what_was_put_is_found_again() {
    for bench in Bench::all().await {
        let store = &bench.store;
        for bytes in [&b""[..], RESULT, &vec![7; 300_000]] {
            let hash = store.put_input(bytes).await.unwrap();
            assert_eq!(hash, sha256_hex(bytes));
            assert_eq!(store.input(&hash).await.unwrap(), bytes);
            let stored = store.put_shard("job", 3, bytes).await.unwrap();
            assert_eq!((stored.hash.as_str(), stored.bytes), (hash.as_str(), bytes.len() as u64));
            assert_eq!(store.shard("job", 3, &hash).await.unwrap().unwrap(), bytes);
            assert_eq!(store.shard("job", 4, &hash).await.unwrap(), None, "another shard");
            assert_eq!(store.shard("other", 3, &hash).await.unwrap(), None, "another job");
        }
        let again = ResultStore::open(store.place()).await.unwrap();
        assert_eq!(again.input(&sha256_hex(RESULT)).await.unwrap(), RESULT, "by another process");
    }
}

#[tokio::test]
async fn a_damaged_or_missing_result_of_a_shard_is_computed_again() {
    for bench in Bench::all().await {
        let (store, name) = (&bench.store, name("job", 0, RESULT));
        let hash = store.put_shard("job", 0, RESULT).await.unwrap().hash;
        for damage in damaged(RESULT) {
            bench.meddle(&name, Some(&damage)).await;
            assert_eq!(store.shard("job", 0, &hash).await.unwrap(), None);
            assert_eq!(bench.names().await, Vec::<String>::new(), "what is damaged is removed");
        }
        store.put_shard("job", 0, RESULT).await.unwrap();
        assert!(store.shard("job", 0, &hash).await.unwrap().is_some());
        bench.meddle(&name, None).await;
        assert_eq!(store.shard("job", 0, &hash).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_damaged_or_missing_input_is_named_and_can_be_put_again() {
    for bench in Bench::all().await {
        let store = &bench.store;
        let hash = store.put_input(RESULT).await.unwrap();
        let name = format!(".inputs/{hash}");
        for damage in damaged(RESULT) {
            bench.meddle(&name, Some(&damage)).await;
            let error = store.input(&hash).await.unwrap_err();
            assert!(matches!(error, ResultError::Damaged { .. }) && !error.is_retryable(), "{error}");
        }
        let text = store.input(&hash).await.unwrap_err().to_string();
        assert!(text.contains(&hash) && text.contains("submit the job again"), "{text}");
        store.put_input(RESULT).await.unwrap();
        assert_eq!(store.input(&hash).await.unwrap(), RESULT);

        bench.meddle(&name, None).await;
        let error = store.input(&hash).await.unwrap_err();
        assert!(matches!(error, ResultError::InputMissing { .. }) && !error.is_retryable(), "{error}");
        assert!(error.to_string().contains(&hash) && error.to_string().contains(store.place()), "{error}");
    }
}

#[tokio::test]
async fn an_input_that_is_there_is_not_written_again() {
    let bench = Bench::local().await;
    let hash = bench.store.put_input(RESULT).await.unwrap();
    let path = bench.store.folder().unwrap().join(".inputs").join(&hash);
    std::fs::File::open(&path).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    bench.store.put_input(RESULT).await.unwrap();
    assert_eq!(path.metadata().unwrap().modified().unwrap(), SystemTime::UNIX_EPOCH);
}

#[tokio::test]
async fn a_job_is_forgotten_without_touching_others() {
    for bench in Bench::all().await {
        let store = &bench.store;
        for shard in 0..5 {
            store.put_shard("job", shard, RESULT).await.unwrap();
        }
        store.put_shard("job-2", 0, RESULT).await.unwrap();
        store.forget_shards("job").await.unwrap();
        store.forget_shards("never-seen").await.unwrap();
        assert_eq!(bench.names().await, [name("job-2", 0, RESULT)]);
        store.put_shard("job", 1, RESULT).await.unwrap();
        assert_eq!(bench.names().await, [name("job-2", 0, RESULT), name("job", 1, RESULT)]);
    }
}

#[tokio::test]
async fn names_that_leave_the_store_are_refused() {
    let store = Bench::local().await.store;
    let hash = sha256_hex(RESULT);
    for wrong in ["", "..", "../x", "a/../../b", "/etc"] {
        let refused = [
            store.put_shard(wrong, 0, RESULT).await.err(),
            store.shard(wrong, 0, &hash).await.err(),
            store.shard("job", 0, wrong).await.err(),
            store.input(wrong).await.err(),
            store.forget_shards(wrong).await.err(),
            store.publish(std::path::Path::new("x"), wrong).await.err(),
            store.fetch(wrong, std::path::Path::new("x")).await.err(),
            store.read_item(wrong).await.err(),
            store.write_item(wrong, RESULT, &hash).await.err(),
        ];
        for error in refused {
            let error = error.unwrap();
            assert!(matches!(error, ResultError::Name { .. }) && !error.is_retryable(), "{wrong}: {error}");
        }
    }
}
