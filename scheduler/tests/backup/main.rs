//! Backups of queues in every state, made while work goes on, damaged on purpose, and restored on either
//! database.

mod damage;
mod places;
mod restored;
mod whole;
