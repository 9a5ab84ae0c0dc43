//! Schedules on a queue's tables, on `SQLite` and, where `DATABASE_URL` is set, on `PostgreSQL`. The
//! clock is an argument of every look, so nothing waits for a due instant.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by panicking, and says what it skipped")]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "this binary makes no jobs by hand")]
mod support;

mod compared;
mod due;
mod failing;
mod overlap;
mod people;
mod plan;
