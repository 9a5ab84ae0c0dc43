//! After a run: what waited for it goes on, and it is held against the run before.
//!
//! Whoever looks first does it; each step is a change that finds its instant as it was read, or does
//! nothing.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::QueueError;
use crate::queue::{Change, Connection, Due, Ending, Finished, HELD, Happening, Submit, end, note, sql};

/// Lets a held job go: an earlier run has ended.
pub(super) struct Release {
    pub due: Due,
    pub job: String,
    pub ready_ms: i64,
    /// Its result, where the store has it by now.
    pub answer: Option<Finished>,
}

impl Change for Release {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        if !step(to, &self.due, "waiting", "submitted").await? {
            return Ok(());
        }
        let Some(finished) = &self.answer else {
            let statement = sql("UPDATE shard SET ready_ms = $2 WHERE ready_ms = $3 AND (job = $1 OR job IN \
                                 (SELECT child FROM member WHERE parent = $1))");
            to.execute(statement.bind(self.job.clone()).bind(self.ready_ms).bind(HELD)).await?;
            return Ok(());
        };
        let statement = sql("UPDATE job SET reused = 1, done = shards, started_ms = $2 WHERE id = $1 \
                             AND state = 'queued'");
        if to.execute(statement.bind(self.job.clone()).bind(to.now_ms)).await? == 1 {
            // As with every job that the store answers, there is nothing to compute.
            to.execute(sql("DELETE FROM shard WHERE job = $1").bind(self.job.clone())).await?;
            end(to, &self.job, &Ending::success(finished)).await?;
        }
        Ok(())
    }
}

/// What a run came to, held against the one before.
pub(super) enum Outcome {
    /// It has no result.
    Failed(Value),
    /// There is none before.
    First,
    /// It is the same run.
    Unchanged(Value),
    /// This will tell what changed.
    Compare(Submit),
    /// Nothing can tell; why.
    Incomparable(Value),
}

/// Says what a run came to.
pub(super) struct Settle {
    pub due: Due,
    pub job: String,
    pub outcome: Outcome,
}

impl Change for Settle {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        let comparing = matches!(self.outcome, Outcome::Compare(_));
        if !step(to, &self.due, "submitted", if comparing { "comparing" } else { "settled" }).await? {
            return Ok(());
        }
        let (name, body) = match &self.outcome {
            Outcome::First => return Ok(()),
            Outcome::Compare(submit) => {
                let report = submit.at(to, 0).await?.job;
                let statement = sql("UPDATE instant SET report = $3 WHERE schedule = $1 AND due_ms = $2");
                let statement = statement.bind(self.due.schedule.clone()).bind(self.due.at.as_millisecond());
                to.execute(statement.bind(report)).await?;
                return Ok(());
            }
            Outcome::Failed(body) => ("schedule.failed", body),
            Outcome::Unchanged(body) => ("schedule.unchanged", body),
            Outcome::Incomparable(body) => ("schedule.compared", body),
        };
        tell(to, &self.due, &self.job, name, body).await
    }
}

/// Says what a comparison found.
pub(super) struct Compared {
    pub due: Due,
    pub job: String,
    pub body: Value,
}

impl Change for Compared {
    type Answer = ();

    async fn apply(&self, to: &mut Connection<'_>) -> Result<(), QueueError> {
        if step(to, &self.due, "comparing", "settled").await? {
            tell(to, &self.due, &self.job, "schedule.compared", &self.body).await?;
        }
        Ok(())
    }
}

/// Moves an instant on; false where somebody else did.
async fn step(to: &mut Connection<'_>, due: &Due, from: &'static str, on: &'static str) -> Result<bool, QueueError> {
    let statement = sql("UPDATE instant SET state = $4 WHERE schedule = $1 AND due_ms = $2 AND state = $3");
    let statement = statement.bind(due.schedule.clone()).bind(due.at.as_millisecond()).bind(from).bind(on);
    Ok(to.execute(statement).await? == 1)
}

/// Keeps what was found with the instant and tells whoever listens.
async fn tell(
    to: &mut Connection<'_>,
    due: &Due,
    job: &str,
    name: &'static str,
    body: &Value,
) -> Result<(), QueueError> {
    let statement = sql("UPDATE instant SET difference = $3 WHERE schedule = $1 AND due_ms = $2");
    let statement = statement.bind(due.schedule.clone()).bind(due.at.as_millisecond()).bind(body.to_string());
    to.execute(statement).await?;
    note(to, &Happening { name, job: Some(job), due: Some(due), body: body.clone() }).await
}

/// What a comparison found, in a few figures: each metric before and now, and by how much it differs.
/// `comparison` is the `comparison.json` of a report.
pub(super) fn headline(earlier: Option<Timestamp>, report: &str, comparison: &Value) -> Value {
    let metrics = comparison["metrics"].as_array().into_iter().flatten().map(|metric| {
        json!({
            "name": metric["name"],
            "earlier": metric["a"]["value"],
            "now": metric["b"]["value"],
            "difference": metric["difference"]["value"],
            "standard_error": metric["difference"]["standard_error"],
            "distinguishable": metric["distinguishable"],
        })
    });
    json!({
        "earlier": earlier,
        "report": report,
        "inputs_changed": comparison["input_difference"].as_array().map_or(0, Vec::len),
        "metrics": metrics.collect::<Vec<_>>(),
    })
}
