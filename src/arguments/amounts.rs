//! Amounts as they are typed: time spans, sizes, counts. What is no such amount is refused with the rule and an
//! example; whether it suits the work is decided elsewhere.

use std::time::Duration;

use bytesize::ByteSize;
use clap::builder::TypedValueParser;

/// Longest time span: far more than any job takes, and far from where sums of times overflow.
const LONGEST: Duration = Duration::from_hours(87_600);
/// Shortest lease: a worker shows itself eight times a lease, and a busy machine may be late by some of them.
const SHORTEST_LEASE: Duration = Duration::from_millis(500);
/// Most shards of a job.
const MOST_SHARDS: i64 = 100_000;

/// A time span such as `10m`, `1h30m` or `500ms`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let span: jiff::SignedDuration =
        text.parse().map_err(|_| "expected a time span such as 10m, 1h30m or 500ms".to_owned())?;
    let span = Duration::try_from(span).ok().filter(|span| !span.is_zero());
    match span {
        None => Err("must be more than nothing, such as 10m".to_owned()),
        Some(span) if span > LONGEST => Err("must be at most ten years (87600h); write less".to_owned()),
        Some(span) => Ok(span),
    }
}

/// A lease: a time span that a worker can keep up.
pub fn lease(text: &str) -> Result<Duration, String> {
    let rule = "must be at least 500ms: healthy workers would lose their shards; leave it out for 4s";
    duration(text).and_then(|span| if span < SHORTEST_LEASE { Err(rule.to_owned()) } else { Ok(span) })
}

/// A size in bytes such as `2GB` or `512MiB`.
pub fn size(text: &str) -> Result<ByteSize, String> {
    let size = text.parse().map_err(|_| "expected a size of at least one byte, such as 2GB or 512MiB".to_owned())?;
    if size == ByteSize(0) { Err("must be at least one byte, such as 2GB".to_owned()) } else { Ok(size) }
}

/// A whole number from 0.
pub fn whole(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected a whole number from 0 to {}, such as 1000", u64::MAX))
}

/// Number of shards.
pub fn shards() -> impl TypedValueParser<Value = u64> {
    clap::value_parser!(u32).range(1..=MOST_SHARDS).map(u64::from)
}
