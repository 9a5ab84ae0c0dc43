//! A process that dies at each step of a write, seen from the next one. The points exist in builds
//! with debug assertions only.
#![cfg(debug_assertions)]

use energyopti_scheduler::fault::POINTS;
use energyopti_scheduler::results::ResultStore;
use std::path::Path;
use std::process::{Command, ExitStatus};

/// Shards that the child writes before it ends by itself.
const SHARDS: u64 = 4;
/// Where the child finds its store.
const STORE: &str = "ENERGYOPTI_TEST_STORE";

fn result(shard: u64) -> Vec<u8> {
    format!("result of shard {shard}").repeat(100).into_bytes()
}

/// Does something only as the child of the test below, which sets `STORE`.
#[tokio::test]
async fn child_that_writes_shards() {
    let Ok(place) = std::env::var(STORE) else { return };
    let store = ResultStore::open(&place).await.unwrap();
    for shard in 0..SHARDS {
        store.put_shard("job", shard, &result(shard)).await.unwrap();
    }
}

fn run_child(place: &Path, abort_at: &str) -> ExitStatus {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "faults::child_that_writes_shards"]);
    child.env(STORE, place).env("ENERGYOPTI_ABORT_AT", abort_at).output().unwrap().status
}

#[tokio::test]
async fn dying_at_any_step_leaves_whole_files_only_and_the_next_process_completes() {
    for point in ["write", "sync", "rename"] {
        assert!(POINTS.contains(&point));
        for pass in 1..=3_u64 {
            let folder = tempfile::tempdir().unwrap();
            assert!(!run_child(folder.path(), &format!("{point}:{pass}")).success(), "{point}:{pass} aborts");

            let store = ResultStore::open(folder.path().to_str().unwrap()).await.unwrap();
            let left = store.everything().await.unwrap();
            let renamed = if point == "rename" { pass } else { pass - 1 };
            assert_eq!(left.len() as u64, renamed, "{point}:{pass} left {left:?}");
            for item in &left {
                store.read_item(&item.name).await.unwrap().unwrap(); // its hash is checked
            }

            assert!(run_child(folder.path(), "write:1000").success());
            let mut whole = store.everything().await.unwrap();
            whole.sort();
            assert_eq!(whole.len() as u64, SHARDS);
            for (shard, item) in whole.iter().enumerate() {
                assert_eq!(store.read_item(&item.name).await.unwrap().unwrap().0, result(shard as u64));
            }
        }
    }
}
