//! Backups of queues in every state, made while work goes on, damaged on purpose, and restored on either
//! database.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test fails by panicking, and says what it leaves out")]

mod damage;
mod places;
mod restored;
mod whole;
