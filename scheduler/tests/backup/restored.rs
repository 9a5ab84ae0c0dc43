//! What comes back is what was there.

use std::collections::BTreeMap;

use energyopti_scheduler::queue::{Filter, JobState, JobView};
use energyopti_scheduler::{QueueError, backup};

use crate::places::{Place, block_on, carry_all, commit, fill, holder, job, quiet};

async fn jobs(place: &Place) -> Vec<JobView> {
    place.desk.queue.list(&Filter::default()).await.unwrap()
}

/// Everything that a backup holds, by name, but its manifest.
fn content(folder: &std::path::Path) -> BTreeMap<String, Vec<u8>> {
    let mut content = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(below) = folders.pop() {
        for entry in std::fs::read_dir(below).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().display().to_string();
                content.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    content.retain(|name, _| !name.starts_with("manifest."));
    content
}

#[test]
fn a_queue_moves_from_one_database_to_the_other_and_back() {
    block_on(async {
        let first = Place::on_sqlite().await;
        fill(&first.desk).await;
        let manifest = first.backup("a").await;
        assert_eq!((manifest.rows("job"), manifest.rows("member")), (6, 2));
        let mut from = first.path("a");
        let mut chain = vec![first];
        chain.extend(Place::on_postgresql().await);
        chain.push(Place::on_sqlite().await);
        let mut contents = Vec::new();
        for place in &chain[1..] {
            let restored = place.restore(&from).await;
            assert_eq!((restored.handed_back, restored.again), (u64::from(contents.is_empty()), 0));
            place.backup("a").await;
            from = place.path("a");
            contents.push(content(&from));
        }
        assert!(contents.windows(2).all(|pair| pair[0] == pair[1]), "either database saves the same bytes");
        let last = chain.last().unwrap();
        for (before, after) in jobs(&chain[0]).await.into_iter().zip(jobs(last).await) {
            assert_eq!(
                (&before.id, &before.title, before.seed, &before.result, before.shards.done, &before.error),
                (&after.id, &after.title, after.seed, &after.result, after.shards.done, &after.error)
            );
            let ran = before.state == JobState::Running && before.kind != "sweep";
            assert_eq!(after.state, if ran { JobState::Queued } else { before.state });
            let payloads = (
                chain[0].desk.queue.payload(&before.id).await.unwrap(),
                last.desk.queue.payload(&after.id).await.unwrap(),
            );
            assert_eq!(payloads.0, payloads.1);
        }
        for place in chain {
            place.end().await;
        }
    });
}

#[test]
fn a_restored_queue_goes_on_where_the_other_stood() {
    block_on(async {
        let source = Place::on_sqlite().await;
        fill(&source.desk).await;
        source.backup("a").await;
        for place in Place::all().await {
            place.restore(&source.path("a")).await;
            let events = place.desk.queue.events(0).await.unwrap();
            assert_eq!(events, source.desk.queue.events(0).await.unwrap());
            // Of four shards one counts; then those of the whole's members.
            assert_eq!(carry_all(&place.desk).await, 3 + 1 + 3);
            let states = jobs(&place).await.into_iter().filter(|job| job.state == JobState::Succeeded).count();
            assert_eq!(states, 5);
            let later = place.desk.queue.events(events.last().unwrap().number).await.unwrap();
            assert_eq!(later.len(), 4, "their numbers follow those that were restored");
            place.end().await;
        }
        source.end().await;
    });
}

#[test]
fn results_that_are_gone_are_computed_again() {
    block_on(async {
        for place in Place::all().await {
            let queue = &place.desk.queue;
            let id = queue.submit(job("one", 3)).await.unwrap().job;
            for lease in queue.claim(&holder(), 3).await.unwrap() {
                commit(&place.desk, &lease).await;
            }
            let lost = place.desk.queue.commits(&id).await.unwrap().remove(1);
            let name = format!("runs/.shards/{id}/1-{}", lost.hash);
            std::fs::remove_file(place.path(&name)).unwrap();
            place.backup("a").await;
            let other = Place::on_sqlite().await;
            let restored = other.restore(&place.path("a")).await;
            assert_eq!((restored.handed_back, restored.again), (1, 1), "the merge, and the shard");
            assert_eq!(other.desk.queue.job(&id).await.unwrap().shards.done, 2);
            assert_eq!(carry_all(&other.desk).await, 1);
            assert_eq!(other.desk.queue.job(&id).await.unwrap().state, JobState::Succeeded);
            place.end().await;
        }
    });
}

#[test]
fn shards_of_a_run_that_is_there_are_not_missed() {
    block_on(async {
        let place = Place::on_sqlite().await;
        let queue = &place.desk.queue;
        let id = queue.submit(job("one", 1)).await.unwrap().job;
        let lease = queue.claim(&holder(), 1).await.unwrap().remove(0);
        commit(&place.desk, &lease).await;
        // As if the rows were those of the instant before the merge was told.
        place.desk.results.forget_shards(&id).await.unwrap();
        std::fs::create_dir_all(place.path("runs/one")).unwrap();
        std::fs::write(place.path("runs/one/manifest.json"), "{}").unwrap();
        place.backup("a").await;
        let other = Place::on_sqlite().await;
        assert_eq!(other.restore(&place.path("a")).await.again, 0);
        assert!(other.desk.queue.claim(&holder(), 1).await.unwrap()[0].merge);
    });
}

#[test]
fn a_queue_that_holds_jobs_takes_no_backup() {
    block_on(async {
        for place in Place::all().await {
            fill(&place.desk).await;
            place.backup("a").await;
            let before = place.backup("b").await;
            let saved = backup::Saved::check(&place.path("a"), &quiet()).await.unwrap();
            let refused = saved.restore(&place.desk, &quiet()).await.unwrap_err();
            assert!(refused.is_bad_input(), "{refused}");
            assert!(refused.to_string().contains("restore into a new queue"), "{refused}");
            assert_eq!(place.backup("c").await.tables, before.tables);
            let taken = backup::backup(&place.desk, &place.path("a"), &quiet()).await.unwrap_err();
            assert!(matches!(taken, QueueError::Backup(backup::BackupError::Taken { .. })), "{taken}");
            place.end().await;
        }
    });
}
