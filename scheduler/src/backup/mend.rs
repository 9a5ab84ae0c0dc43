//! Shards on their way back: nobody holds them any more, and some results may be gone.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sqlx::Row;

use super::load::Restored;
use super::manifest::inside;
use super::tables::Line;
use crate::QueueError;
use crate::queue::{Connection, sql};

/// What is to be known of the job that the shards belong to.
struct Facts {
    id: String,
    /// The number of its merge.
    shards: i64,
    /// Whether somebody will still need results of its shards.
    needed: bool,
    /// Whether it goes on.
    under_way: bool,
    /// Shards whose results are gone.
    gone: i64,
}

/// Goes through the shards of one job after the other.
pub(super) struct Mend {
    store: PathBuf,
    job: Option<Facts>,
}

impl Mend {
    /// `store` is where the backup has the files.
    pub fn new(store: &Path) -> Self {
        Self { store: store.to_owned(), job: None }
    }

    /// Mends one shard.
    pub async fn shard(
        &mut self,
        shard: &mut Line,
        to: &mut Connection<'_>,
        restored: &mut Restored,
    ) -> Result<(), QueueError> {
        let id = shard.get("job").and_then(Value::as_str).unwrap_or_default().to_owned();
        if self.job.as_ref().is_none_or(|job| job.id != id) {
            self.end(to, restored).await?;
            self.job = self.facts(&id, to).await?;
        }
        if shard.get("state").is_some_and(|state| state == "leased") {
            wait(shard, "waiting");
            restored.handed_back += 1;
        }
        let number = shard.get("number").and_then(Value::as_i64).unwrap_or_default();
        let Some(job) = &mut self.job else { return Ok(()) };
        if number == job.shards {
            // The merge is the last: it waits for those that are computed again.
            if job.gone > 0 && shard.get("state").is_some_and(|state| state == "waiting") {
                wait(shard, "blocked");
            }
            return Ok(());
        }
        let done = shard.get("state").is_some_and(|state| state == "done");
        let Some(hash) = shard.get("hash").and_then(Value::as_str).filter(|_| done && job.needed) else {
            return Ok(());
        };
        if !inside(&self.store, &format!(".shards/{id}/{number}-{hash}"))?.exists() {
            wait(shard, if job.under_way { "waiting" } else { "dropped" });
            shard.insert("hash".into(), Value::Null);
            shard.insert("committed_ms".into(), Value::Null);
            job.gone += 1;
        }
        Ok(())
    }

    /// The job's last shard was mended: those that are gone do not count.
    pub async fn end(&mut self, to: &mut Connection<'_>, restored: &mut Restored) -> Result<(), QueueError> {
        if let Some(job) = self.job.take().filter(|job| job.gone > 0) {
            let statement = sql("UPDATE job SET done = done - $2 WHERE id = $1");
            to.execute(statement.bind(job.id).bind(job.gone)).await?;
            restored.again += job.gone.cast_unsigned();
        }
        Ok(())
    }

    async fn facts(&self, id: &str, to: &mut Connection<'_>) -> Result<Option<Facts>, QueueError> {
        let query = sql("SELECT state, identity, fresh, shards FROM job WHERE id = $1").bind(id.to_owned());
        let Some(row) = to.row(query).await? else { return Ok(None) };
        let (state, identity): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let under_way = matches!(state.as_str(), "queued" | "running");
        // A merge that finds the run in the store does not ask for shards, unless a new one is wanted.
        let merged =
            inside(&self.store, &format!("{identity}/manifest.json"))?.exists() && row.try_get::<i64, _>(2)? == 0;
        let needed = state != "succeeded" && !merged;
        Ok(Some(Facts { id: id.to_owned(), shards: row.try_get(3)?, needed, under_way, gone: 0 }))
    }
}

/// Nobody holds the shard, and nothing of it is done.
fn wait(shard: &mut Line, state: &str) {
    shard.insert("state".into(), json!(state));
    shard.insert("worker".into(), Value::Null);
    shard.insert("lease_until_ms".into(), Value::Null);
    shard.insert("progress".into(), json!(0));
}
