//! `run`: every variant of a scenario, from the store or computed.

use std::path::PathBuf;
use std::sync::Arc;

use energyopti_engine::Control;
use energyopti_scenarios::Variant;
use energyopti_scenarios::batch::{self, Execute, Outcome};
use energyopti_scenarios::report::{text_table, variants_table};
use energyopti_scenarios::results::file;
use energyopti_scenarios::schema::OutputFormat;

use super::print;
use crate::arguments::{Format, Keeping, Run, Work};
use crate::failure::Failure;
use crate::progress::{Progress, cancellable};
use crate::scenario;

pub fn execute(options: &Run) -> Result<(), Failure> {
    let variants = scenario::variants(&options.file, &options.scenario)?;
    let control = cancellable()?;
    let mut outcomes = Vec::with_capacity(variants.len());
    for (index, variant) in variants.iter().enumerate() {
        let what = if variants.len() == 1 { "running".to_owned() } else { format!("{}/{}", index + 1, variants.len()) };
        outcomes.push(one(variant, &options.keeping, &options.work, &control, &what)?);
    }
    let configured = variants.first().map(|v| v.scenario.execution.format).unwrap_or_default();
    let json = match options.work.format {
        Some(format) => format == Format::Json,
        None => configured == OutputFormat::Json,
    };
    if json { print_summaries(&variants, &outcomes) } else { print_tables(&variants, &outcomes) }
}

/// Runs one variant, or finds it in the store.
pub fn one(
    variant: &Variant,
    keeping: &Keeping,
    work: &Work,
    control: &Arc<Control>,
    what: &str,
) -> Result<Outcome, Failure> {
    let execution = &variant.scenario.execution;
    let configured = || execution.out.as_ref().map(PathBuf::from);
    let execute = Execute {
        store: keeping.out.clone().or_else(configured).unwrap_or_else(|| "runs".into()),
        threads: work.threads.or(execution.threads),
        chunk: keeping.chunk.or(execution.chunk),
        fresh: keeping.fresh,
        started: batch::now(),
    };
    let bar = Progress::follow(control, what, variant.scenario.monte_carlo.replicas);
    let outcome = batch::run(variant, &execute, control, &|stage| bar.tell(stage));
    drop(bar);
    outcome.map_err(|error| {
        if error.is_cancelled() {
            let message = "stopped; what is finished is kept, and the same command goes on from there";
            Failure::Other(anyhow::anyhow!(message))
        } else {
            error.into()
        }
    })
}

/// `summary.json` as it stands in the run; for a sweep a list of them, each behind the id of its
/// variant.
fn print_summaries(variants: &[Variant], outcomes: &[Outcome]) -> Result<(), Failure> {
    let texts = outcomes.iter().map(|o| o.run.read(file::SUMMARY)).collect::<Result<Vec<_>, _>>()?;
    let texts: Vec<_> = texts.iter().map(|bytes| String::from_utf8_lossy(bytes).trim_end().to_owned()).collect();
    if let [only] = texts.as_slice() {
        return print(only);
    }
    let labelled = variants.iter().zip(&texts).map(|(variant, text)| {
        let id = serde_json::Value::from(variant.id.as_str());
        format!("{{\n  \"variant\": {id},{}", text.trim_start_matches('{'))
    });
    print(&format!("[\n{}\n]", labelled.collect::<Vec<_>>().join(",\n")))
}

fn print_tables(variants: &[Variant], outcomes: &[Outcome]) -> Result<(), Failure> {
    match outcomes {
        [only] => {
            print(&text_table(only.run.summary(), &only.run.report()))?;
            if only.reused { print("(from the store; --fresh computes it anew)") } else { Ok(()) }
        }
        several => {
            let rows = variants.iter().zip(several).map(|(v, o)| (v.id.as_str(), o.run.summary()));
            print(&variants_table(&rows.collect::<Vec<_>>()))
        }
    }
}
