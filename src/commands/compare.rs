//! `compare`: two runs or two scenario files, on the same luck.

use std::path::Path;

use energyopti_scenarios::Variant;
use energyopti_scenarios::batch;
use energyopti_scenarios::results;

use super::print;
use crate::arguments::{Compare, Format};
use crate::failure::Failure;
use crate::progress::{Progress, cancellable};
use crate::scenario;

pub fn execute(options: &Compare) -> Result<(), Failure> {
    let (a, counted_a) = side(&options.a, options)?;
    let (b, counted_b) = side(&options.b, options)?;
    let control = cancellable()?;
    let pool = batch::pool(options.work.threads)?;
    let replicas = |v: &Variant, counted: Option<u64>| counted.unwrap_or(v.scenario.monte_carlo.replicas);
    let bar = Progress::follow(&control, "comparing", 2 * replicas(&a, counted_a).min(replicas(&b, counted_b)));
    let comparison = batch::compare((&a, counted_a), (&b, counted_b), &pool, &control);
    drop(bar);
    let comparison = comparison?;
    if options.work.format == Some(Format::Json) {
        print(&comparison.to_json().map_err(anyhow::Error::from)?)
    } else {
        print(&results::text_table(&comparison))
    }
}

/// A scenario file if there is one of that name, else a run; with the futures that a run counted.
fn side(name: &str, options: &Compare) -> Result<(Variant, Option<u64>), Failure> {
    let path = Path::new(name);
    let scenario_file = path.extension().is_some_and(|e| e == "toml" || e == "json");
    if scenario_file || path.is_file() {
        let settings = scenario::settings(&options.changes, None);
        return Ok((scenario::only(path, &settings)?, None));
    }
    let changes = &options.changes;
    if changes.replicas.is_some() || changes.seed.is_some() || !changes.sets.is_empty() {
        let reason = "--replicas, --seed and --set go with scenario files; a run is compared as it was run";
        return Err(Failure::input(format!("`{name}` is no scenario file: {reason}")));
    }
    let (run, variant) = scenario::of_run(&options.out, name)?;
    Ok((variant, run.manifest().replicas))
}
