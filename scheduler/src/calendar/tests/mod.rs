//! Tests of the calendar: instants written down by hand, a table made another way, properties, faults.

mod known;
mod made_up;
mod properties;
mod refusals;
mod table;

use jiff::Timestamp;

use super::{Missing, Repeated, Rule};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn rule(cron: &str, zone: &str, missing: Missing, repeated: Repeated) -> Rule {
    Rule::parse(cron, zone, missing, repeated).unwrap()
}

/// How many cases a test tries: `ENERGYOPTI_CASES`, or a few.
fn cases(few: u32) -> u32 {
    std::env::var("ENERGYOPTI_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(few)
}
