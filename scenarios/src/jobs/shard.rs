//! The bytes of a shard: whose it is, which units, and what they gave, behind their hash.

use std::ops::Range;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{JobError, zeros};
use crate::batch::sealed;

/// A shard's result with its label.
#[derive(Serialize, Deserialize)]
struct Labelled<T> {
    /// Identity of the job.
    job: String,
    /// Units.
    range: Range<u64>,
    content: T,
}

/// The bytes of a shard of the job `job`.
pub(super) fn encode(job: &str, range: &Range<u64>, content: &impl Serialize) -> Result<Vec<u8>, JobError> {
    let labelled = Labelled { job: job.to_owned(), range: range.clone(), content };
    match postcard::to_stdvec(&labelled) {
        Ok(bytes) => Ok(sealed::seal_bytes(&zeros::pack(&bytes))),
        Err(error) => Err(JobError::Failed(format!("a shard cannot be encoded: {error}"))),
    }
}

/// What stands in the bytes of shard number `shard`, if they are whole and of the job `job`.
pub(super) fn decode<T: DeserializeOwned>(job: &str, shard: u64, bytes: &[u8]) -> Result<(Range<u64>, T), JobError> {
    let whole = sealed::open_bytes(bytes).and_then(zeros::unpack);
    let labelled: Option<Labelled<T>> = whole.and_then(|bytes| postcard::from_bytes(&bytes).ok());
    let ours = labelled.filter(|labelled| labelled.job == job);
    ours.map(|labelled| (labelled.range, labelled.content)).ok_or(JobError::Damaged { shard })
}

/// Units `0..units` in `shards` ranges whose ends are multiples of `step`, as even as can be.
pub(super) fn even(units: u64, step: u64, shards: u64) -> Vec<Range<u64>> {
    let steps = units.div_ceil(step).max(1);
    let shards = shards.clamp(1, steps.min(MOST));
    // In 128 bits: a product of counts.
    let bound = |at: u64| {
        let steps = u128::from(steps) * u128::from(at) / u128::from(shards);
        units.min(u64::try_from(steps).unwrap_or(u64::MAX).saturating_mul(step))
    };
    (0..shards).map(|at| bound(at)..bound(at + 1)).collect()
}

/// The same ranges, cut at the units of `bounds` too; both rise.
pub(super) fn split_at(ranges: Vec<Range<u64>>, bounds: &[u64]) -> Vec<Range<u64>> {
    let inside = |range: Range<u64>| {
        let cuts = bounds.iter().copied().filter(move |at| range.start < *at && *at < range.end);
        let ends = cuts.chain([range.end]);
        ends.scan(range.start, |start, end| Some(std::mem::replace(start, end)..end)).collect::<Vec<_>>()
    };
    ranges.into_iter().flat_map(inside).collect()
}

/// Most shards of a job: each is a row of a table and a file.
const MOST: u64 = 100_000;
