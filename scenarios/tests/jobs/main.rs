//! Jobs: shards in any number make the folder that one process makes, and damage is seen.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;
mod circuit;
mod damage;
mod report;
mod scenario;
