//! The result store from outside: what it keeps, what it finds damaged, what a crash or a full disk
//! leaves behind. Everything that holds for any store is tried on a local folder and, where
//! `ENERGYOPTI_S3_ENDPOINT` is set (`.ci/s3.sh` does it), on S3-compatible storage.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bench;
mod contents;
mod faults;
mod places;
mod runs;
mod trouble;
