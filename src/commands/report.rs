//! `report`: what a run found, and where its report is.

use anyhow::Context;
use energyopti_scenarios::report::text_table;
use energyopti_scenarios::results::{Run, file, find};
use serde_json::json;

use super::{print, print_json};
use crate::arguments::{Format, Report};
use crate::failure::Failure;

pub fn execute(options: &Report) -> Result<(), Failure> {
    let run = Run::open(&find(&options.kept.out, &options.kept.run)?)?;
    let path = match &options.output {
        Some(output) => {
            let html = run.read(file::REPORT)?;
            std::fs::write(output, html).with_context(|| format!("cannot write {}", output.display()))?;
            output.clone()
        }
        None => run.report(),
    };
    if options.kept.format == Format::Json {
        return print_json(&json!({"run": run.manifest().run, "report": path}));
    }
    print(&text_table(run.summary(), &path))
}
