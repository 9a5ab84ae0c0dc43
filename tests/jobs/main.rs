//! What may happen to jobs: workers are killed, stopped and aborted, databases lock and restart, disks
//! fill up, files rot. Whatever happens, a job ends with the bytes of an undisturbed `run`.
//!
//! Every test drives the program itself on `SQLite` and, where `DATABASE_URL` names a server, on
//! `PostgreSQL` (`.ci/postgres.sh` brings one). `ENERGYOPTI_CASES` sets the number of kills, restarts and
//! flipped bytes. Nothing here asserts how long a thing took. Unix only: the tests send signals.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "a test that was skipped must say so")]

#[path = "../support/mod.rs"]
mod support;

mod bucket;
mod cancelled;
mod damaged;
mod database;
mod dead_letter;
mod drained;
mod due;
mod faults;
mod full_disk;
mod kills;
mod library;
mod life;
mod locked;
mod looked;
mod luck;
mod metrics;
mod queue;
mod restarts;
mod typed;
mod work;
mod worker;
mod zombie;
