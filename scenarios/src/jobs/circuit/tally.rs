//! What circuits say together: the greatest and the least expectation.

use serde_json::{Value, json};

/// A circuit's number and its expectation.
type Found = (u64, f64);

/// Over some circuits of a batch.
#[derive(Default)]
pub(super) struct Tally {
    pub circuits: u64,
    least: Option<Found>,
    greatest: Option<Found>,
}

impl Tally {
    /// Counts circuit number `row`. Of equal expectations the first circuit's is kept, whatever the order.
    pub fn take(&mut self, row: u64, expectation: Option<f64>) {
        self.circuits += 1;
        let Some(value) = expectation else { return };
        let before = |old: &Found| value.total_cmp(&old.1).then(row.cmp(&old.0));
        if self.least.is_none_or(|old| before(&old).is_lt()) {
            self.least = Some((row, value));
        }
        let above = |old: &Found| value.total_cmp(&old.1).reverse().then(row.cmp(&old.0));
        if self.greatest.is_none_or(|old| above(&old).is_lt()) {
            self.greatest = Some((row, value));
        }
    }

    /// As it stands in JSON. An expectation is that of the ideal state: it has no sampling error.
    pub fn json(&self) -> Value {
        let end = |found: Option<Found>| found.map(|(row, value)| json!({"row": row, "value": value}));
        let mut answer = json!({"circuits": self.circuits});
        if self.least.is_some() {
            answer["expectation"] =
                json!({"least": end(self.least), "greatest": end(self.greatest), "standard_error": 0.0});
        }
        answer
    }
}
