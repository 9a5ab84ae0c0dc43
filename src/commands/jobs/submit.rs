//! `submit`: hands work to a queue, and waits for it where asked.

use std::path::Path;

use energyopti_scenarios::jobs::{self, Submission};
use energyopti_scheduler::queue::{JobState, JobView, Terms};
use energyopti_scheduler::{Desk, Request};

use super::super::{print, print_json};
use super::look::{text, whole};
use super::watch::follow;
use super::{Missing, SOME_TIME, block_on, desk};
use crate::arguments::Format;
use crate::arguments::jobs::{Submit, Terms as TermArguments};
use crate::failure::Failure;
use crate::scenario;

pub fn execute(options: &Submit) -> Result<(), Failure> {
    block_on(async {
        // What is wrong with a file is said before there is a queue.
        let pieces = match &options.file {
            Some(file) => of_file(file, options)?,
            None => Vec::new(),
        };
        let desk = desk(&options.at, Missing::Create, SOME_TIME).await?;
        let title = options.file.as_ref().map_or_else(String::new, |file| file.display().to_string());
        let request = Request {
            terms: terms(&options.terms),
            shards: options.shards,
            fresh: options.fresh,
            due: None,
            title: title.rsplit('/').next().unwrap_or(&title).to_owned(),
        };
        let submitted = desk.submit(pieces, &request).await?;
        if options.wait {
            follow(&desk, Some(&submitted.job), &options.at.queue).await?;
        }
        let job = desk.queue.job(&submitted.job).await?;
        tell(&desk, &job, submitted.existing, options).await?;
        desk.queue.close().await;
        match job.state {
            JobState::Failed | JobState::Cancelled | JobState::DeadLetter if options.wait => {
                let why = job.error.unwrap_or_else(|| "no reason is known".to_owned());
                Err(Failure::Other(anyhow::anyhow!("job {} is {}: {why}", job.id, job.state.name())))
            }
            _ => Ok(()),
        }
    })
}

fn terms(typed: &TermArguments) -> Terms {
    Terms {
        priority: typed.priority,
        attempts: typed.attempts,
        timeout: typed.timeout,
        memory_bytes: typed.memory.map(|size| size.as_u64()),
        key: typed.key.clone(),
    }
}

/// The work that a file stands for: one piece, or one per variant of a sweep.
fn of_file(file: &Path, options: &Submit) -> Result<Vec<(String, Submission)>, Failure> {
    let variants = scenario::variants(file, &options.scenario)?;
    Ok(variants.iter().map(|variant| (variant.id.clone(), jobs::scenario(variant))).collect())
}

async fn tell(desk: &Desk, job: &JobView, existing: bool, options: &Submit) -> Result<(), Failure> {
    let value = whole(desk, job).await?;
    if options.format == Format::Json {
        return print_json(&value);
    }
    print(&text(job, &value))?;
    if existing { print("(it was there already: the same work is done once)") } else { Ok(()) }
}
