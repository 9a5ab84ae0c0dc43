//! `backup` and `restore`: a queue and its store as a folder, and back.

use std::fmt::Write;
use std::sync::Arc;

use bytesize::ByteSize;
use energyopti_scheduler::backup::{Saved, Step, Watch, backup};
use energyopti_scheduler::queue::Look;
use serde_json::json;

use super::super::{print, print_json};
use super::{Missing, SOME_TIME, block_on, desk, desk_to_read};
use crate::arguments::Format;
use crate::arguments::jobs::{Backup, Restore};
use crate::failure::Failure;

pub fn save(options: &Backup) -> Result<(), Failure> {
    let manifest = block_on(async {
        let desk = desk_to_read(&options.at, Look::Follow).await?;
        Ok(backup(&desk, &options.folder, &watch(options.format)).await?)
    })?;
    if options.format == Format::Json {
        return print_json(&manifest);
    }
    print(&format!(
        "saved {} jobs with {} shards, {} schedules, {} events and {} files ({}) in {}\nrestore it with: \
         energyopti restore {} --queue URL",
        manifest.rows("job"),
        manifest.rows("shard"),
        manifest.rows("schedule"),
        manifest.rows("event"),
        manifest.store.files,
        ByteSize(manifest.store.bytes),
        options.folder.display(),
        options.folder.display()
    ))
}

pub fn restore(options: &Restore) -> Result<(), Failure> {
    let (restored, taken) = block_on(async {
        let watch = watch(options.format);
        // A damaged backup makes no queue.
        let saved = Saved::check(&options.folder, &watch).await?;
        let desk = desk(&options.at, Missing::Create, SOME_TIME).await?;
        Ok((saved.restore(&desk, &watch).await?, saved.manifest().taken))
    })?;
    if options.format == Format::Json {
        return print_json(&json!({ "taken": taken, "restored": restored }));
    }
    let rows = |table| restored.rows.get(table).copied().unwrap_or(0);
    let mut text = format!(
        "restored {} jobs with {} shards, {} schedules, {} events and {} files, as they were at {taken}",
        rows("job"),
        rows("shard"),
        rows("schedule"),
        rows("event"),
        restored.files
    );
    if restored.handed_back > 0 {
        let _ = write!(text, "\n{} shards were in the hands of workers; they wait", restored.handed_back);
    }
    if restored.again > 0 {
        let _ = write!(text, "\n{} shards are computed again: their results are not in the backup", restored.again);
    }
    print(&text)
}

/// Lines on standard error for people, where something is large.
fn watch(format: Format) -> Watch {
    Arc::new(move |Step { doing, of, done }| {
        if format == Format::Text && done >= energyopti_scheduler::backup::STRIDE {
            eprintln!("{doing} {of}: {done}");
        }
    })
}
