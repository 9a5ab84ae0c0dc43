//! A backup is of one instant, whatever goes on, and nothing is left out of it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use energyopti_scheduler::queue::{Filter, JobState};
use serde_json::Value;
use sqlx::Row;

use crate::places::{Place, block_on, carry_all, job};

#[test]
fn a_backup_while_work_goes_on_is_consistent() {
    block_on(async {
        for place in Place::all().await {
            let ended = Arc::new(AtomicBool::new(false));
            let (desk, stop) = (place.desk.clone(), Arc::clone(&ended));
            let work = tokio::spawn(async move {
                for number in 0.. {
                    desk.queue.submit(job(&format!("j{number}"), 1 + number % 5)).await.unwrap();
                    if number % 3 == 0 {
                        carry_all(&desk).await;
                    }
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
            for (backup, jobs_before) in ["a", "b", "c", "d"].into_iter().zip([0, 1, 1, 1]) {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                assert!(place.backup(backup).await.rows("job") >= jobs_before);
            }
            ended.store(true, Ordering::Relaxed);
            work.await.unwrap();
            for backup in ["a", "b", "c", "d"] {
                assert_consistent(&place, backup).await;
            }
            place.end().await;
        }
    });
}

/// Restores a backup of `place` and carries it to its end.
async fn assert_consistent(place: &Place, backup: &str) {
    let other = Place::on_sqlite().await;
    let restored = other.restore(&place.path(backup)).await;
    let queue = &other.desk.queue;
    let jobs = queue.list(&Filter::default()).await.unwrap();
    assert_eq!(jobs.len() as u64, restored.rows["job"]);
    let events = queue.events(0).await.unwrap();
    let queued = events.iter().filter(|event| event.name == "job.queued").count();
    assert_eq!(queued, jobs.len(), "a job and its event belong together");
    for job in &jobs {
        let commits = queue.commits(&job.id).await.unwrap().len() as u64;
        assert_eq!(commits, job.shards.done, "{job:?}");
        if job.state == JobState::Succeeded {
            let run = other.desk.results.folder().unwrap().join(&job.identity);
            assert!(run.join("manifest.json").exists(), "a job and its run belong together");
        }
    }
    carry_all(&other.desk).await;
    let unfinished = queue.list(&Filter::default()).await.unwrap();
    assert!(unfinished.iter().all(|job| job.state == JobState::Succeeded));
    other.end().await;
}

#[test]
fn every_table_and_column_is_saved() {
    block_on(async {
        let place = Place::on_sqlite().await;
        crate::places::fill(&place.desk).await;
        place.desk.queue.remember("colour", "green").await.unwrap();
        place.desk.queue.remember("store", "elsewhere").await.unwrap();
        let file = energyopti_scheduler::queue::sqlite_file(place.desk.queue.url());
        let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        for statement in [
            "INSERT INTO schedule VALUES ('daily', '{}', 1, 2, 3, 1)",
            "INSERT INTO instant (schedule, due_ms, state, ready_ms) VALUES ('daily', 86400000, 'waiting', 5)",
        ] {
            sqlx::query(statement).execute(&pool).await.unwrap();
        }
        place.backup("a").await;
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
                      AND name NOT IN ('_sqlx_migrations', 'worker')";
        for table in sqlx::query(tables).fetch_all(&pool).await.unwrap() {
            let table: String = table.get(0);
            let columns = sqlx::query("SELECT name FROM pragma_table_info($1)").bind(&table);
            let columns: BTreeSet<String> =
                columns.fetch_all(&pool).await.unwrap().iter().map(|row| row.get(0)).collect();
            let text = std::fs::read_to_string(place.path("a").join(format!("tables/{table}.jsonl")));
            let text = text.unwrap_or_else(|_| panic!("`{table}` is not saved"));
            let line: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
            let saved: BTreeSet<String> = line.as_object().unwrap().keys().cloned().collect();
            assert_eq!(saved, columns, "`{table}`");
        }
        let other = Place::on_sqlite().await;
        let restored = other.restore(&place.path("a")).await;
        assert_eq!((restored.rows["queue"], restored.rows["schedule"], restored.rows["instant"]), (1, 1, 1));
        assert_eq!(other.desk.queue.recall("colour").await.unwrap().as_deref(), Some("green"));
        assert_eq!(other.desk.queue.recall("store").await.unwrap(), None, "where results live is said anew");
    });
}
