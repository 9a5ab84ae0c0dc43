//! A damaged backup is refused, whatever is damaged, before anything is written.

use std::path::{Path, PathBuf};

use energyopti_scenarios::results::sha256_hex;
use energyopti_scheduler::QueueError;
use energyopti_scheduler::backup::{BackupError, Saved};

use crate::places::{Place, block_on, commit, holder, job, quiet};

/// A backup of a job with a shard that counts.
async fn small(place: &Place) -> PathBuf {
    let mut job = job("one", 2);
    job.payload.truncate(8);
    place.desk.queue.submit(job).await.unwrap();
    let lease = place.desk.queue.claim(&holder(), 1).await.unwrap().remove(0);
    commit(&place.desk, &lease).await;
    place.backup("a").await;
    place.path("a")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files
}

async fn refusal(folder: &Path) -> BackupError {
    match Saved::check(folder, &quiet()).await {
        Err(QueueError::Backup(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_flipped_byte_is_found() {
    block_on(async {
        let place = Place::on_sqlite().await;
        let folder = small(&place).await;
        let mut flipped = 0;
        for path in files(&folder) {
            let whole = std::fs::read(&path).unwrap();
            for at in 0..whole.len() {
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << (at % 8);
                std::fs::write(&path, bytes).unwrap();
                let error = refusal(&folder).await;
                let BackupError::Damaged { path: named, .. } = &error else { panic!("{error}") };
                let seal = path.ends_with("manifest.sha256");
                assert!(*named == path || seal, "{error} where {} is damaged", path.display());
                flipped += 1;
            }
            std::fs::write(&path, whole).unwrap();
        }
        assert!(flipped > 1000, "{flipped}");
        Saved::check(&folder, &quiet()).await.unwrap();
    });
}

#[test]
fn every_missing_or_shortened_file_is_found() {
    block_on(async {
        let place = Place::on_sqlite().await;
        let folder = small(&place).await;
        for path in files(&folder) {
            let whole = std::fs::read(&path).unwrap();
            std::fs::remove_file(&path).unwrap();
            assert!(matches!(refusal(&folder).await, BackupError::Incomplete { .. }));
            std::fs::write(&path, [&whole[..], b"\n"].concat()).unwrap();
            assert!(matches!(refusal(&folder).await, BackupError::Damaged { .. }));
            std::fs::write(&path, whole).unwrap();
        }
    });
}

#[test]
fn no_name_leads_out_of_a_backup_and_no_other_version_is_taken() {
    block_on(async {
        let place = Place::on_sqlite().await;
        let folder = small(&place).await;
        let manifest = std::fs::read_to_string(folder.join("manifest.json")).unwrap();
        let other = Place::on_sqlite().await;
        for (from, to) in [("tables/job.jsonl", "../job.jsonl"), ("\"schema\": 1", "\"schema\": 99")] {
            let changed = manifest.replace(from, to);
            assert_ne!(changed, manifest);
            let seal = format!("{}  manifest.json\n", sha256_hex(changed.as_bytes()));
            std::fs::write(folder.join("manifest.json"), changed).unwrap();
            std::fs::write(folder.join("manifest.sha256"), seal).unwrap();
            match Saved::check(&folder, &quiet()).await {
                Ok(saved) => {
                    let error = saved.restore(&other.desk, &quiet()).await.unwrap_err();
                    assert!(error.to_string().contains("tables of version 99"), "{error}");
                }
                Err(error) => assert!(error.to_string().contains("leads out"), "{error}"),
            }
        }
    });
}
