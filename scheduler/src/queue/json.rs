//! A job as programs read it.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{JobState, JobView};

impl JobView {
    /// The job as JSON. `result` is its `summary.json` once it succeeded; times are UTC.
    #[must_use]
    pub fn to_json(&self, now: Timestamp) -> Value {
        let result = self.result.as_deref().map(|text| serde_json::from_str(text).unwrap_or_else(|_| json!(text)));
        json!({
            "job": self.id,
            "state": self.state.name(),
            "progress": self.progress(),
            "shards": self.shards,
            "kind": self.kind,
            "title": self.title,
            "run": self.run(),
            "seed": self.seed,
            "priority": self.priority,
            "submitted": to_the_millisecond(self.submitted),
            "started": self.started.map(to_the_millisecond),
            "finished": self.finished.map(to_the_millisecond),
            "seconds_left": self.seconds_left(now),
            "reused": self.reused,
            "starts_without_commit": self.lost,
            "schedule": self.due.as_ref().map(|due| &due.schedule),
            "due": self.due.as_ref().map(|due| due.at),
            "error": self.error.as_ref().filter(|_| self.state != JobState::Succeeded),
            "result": result,
        })
    }
}

/// An instant in as many digits as any other, so that texts sort as times do.
fn to_the_millisecond(instant: Timestamp) -> String {
    format!("{instant:.3}")
}
