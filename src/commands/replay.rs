//! `replay`: one future of a run, in full.

use std::fmt::Write as _;
use std::io::Write;

use anyhow::Context;
use energyopti_engine::Trace;
use energyopti_scenarios::batch::{self, Replay as Replayed};
use energyopti_scenarios::results::{Run, write_duals};
use serde_json::{Map, json};

use super::{print, print_json};
use crate::arguments::{Format, Replay};
use crate::failure::Failure;
use crate::scenario;

pub fn execute(options: &Replay) -> Result<(), Failure> {
    let (run, variant) = scenario::of_run(&options.kept.out, &options.kept.run)?;
    within(options.replica, &run)?;
    let replayed = batch::replay(&variant, options.replica)?;
    let id = &run.manifest().run;
    let path = options.output.clone();
    let path = path.unwrap_or_else(|| options.kept.out.join(format!("{id}.replay-{}.csv", options.replica)));
    write_csv(&path, &replayed.trace, &variant).with_context(|| format!("cannot write {}", path.display()))?;
    let duals = (!replayed.trace.exchanges.is_empty()).then(|| path.with_extension("duals.parquet"));
    if let Some(duals) = &duals {
        write_duals(duals, options.replica, &replayed.trace)?;
    }
    if options.kept.format == Format::Json {
        let metrics: Map<_, _> = replayed.figures.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let answer = json!({"run": id, "replica": options.replica, "trace": path, "duals": duals, "metrics": metrics});
        return print_json(&answer);
    }
    print(&text(&replayed, &path, duals.as_deref()))
}

/// Whether a run has the future asked for.
pub fn within(replica: u64, run: &Run) -> Result<(), Failure> {
    let Some(replicas) = run.manifest().replicas else {
        return Err(Failure::input("this run was exact: it has no futures to replay; use method = \"sequential\""));
    };
    if replica < replicas {
        return Ok(());
    }
    let last = replicas - 1;
    Err(Failure::input(format!("replica {replica} is not one of the run's {replicas}: they count from 0 to {last}")))
}

fn text(replayed: &Replayed, path: &std::path::Path, duals: Option<&std::path::Path>) -> String {
    let mut text = format!("future {}\n", replayed.replica);
    for name in ["lole_h", "lolf", "eue_mwh", "max_event_duration_h", "max_event_depth_mw", "cost"] {
        if let Some((_, value)) = replayed.figures.iter().find(|(key, _)| key == name) {
            let _ = writeln!(text, "  {name:<22} {value:>14.3}");
        }
    }
    let _ = writeln!(text, "{} steps in {}", replayed.trace.rows.len(), path.display());
    if let Some(duals) = duals {
        let _ = writeln!(text, "{} binding constraints in {}", replayed.trace.duals.len(), duals.display());
    }
    text
}

/// One row per step: its number, its start, then the trace's columns.
fn write_csv(path: &std::path::Path, trace: &Trace, variant: &energyopti_scenarios::Variant) -> anyhow::Result<()> {
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    let quoted = trace.columns.iter().map(|name| quote(name)).collect::<Vec<_>>().join(",");
    writeln!(file, "step,start_utc,{quoted}")?;
    for (step, row) in trace.rows.iter().enumerate() {
        write!(file, "{step},{}", batch::instant(variant, step))?;
        for value in row {
            write!(file, ",{value}")?;
        }
        writeln!(file)?;
    }
    file.flush()?;
    Ok(())
}

fn quote(name: &str) -> String {
    if name.contains([',', '"', '\n', '\r']) { format!("\"{}\"", name.replace('"', "\"\"")) } else { name.to_owned() }
}
