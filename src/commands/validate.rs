//! `validate`: every fault at once, or what a run would take.

use energyopti_scenarios::Variant;
use energyopti_scenarios::batch::{self, Estimated};
use serde_json::json;

use super::{print, print_json};
use crate::arguments::{Format, Validate};
use crate::failure::Failure;
use crate::scenario;

pub fn execute(options: &Validate) -> Result<(), Failure> {
    let variants = scenario::variants(&options.file, &options.scenario)?;
    let cores = || u32::try_from(std::thread::available_parallelism().map_or(1, usize::from)).unwrap_or(1);
    let threads = |variant: &Variant| options.work.threads.or(variant.scenario.execution.threads).unwrap_or_else(cores);
    let estimates = variants.iter().map(|v| batch::estimate(v, threads(v))).collect::<Result<Vec<_>, _>>()?;
    if options.work.format == Some(Format::Json) {
        let rows = variants.iter().zip(&estimates);
        let rows: Vec<_> =
            rows.map(|(v, e)| json!({"variant": v.id, "run": batch::identity(v), "estimate": e})).collect();
        return print_json(&json!({"valid": true, "variants": rows}));
    }
    let mut text = String::new();
    for (variant, estimate) in variants.iter().zip(&estimates) {
        text += &line(variant, estimate);
    }
    print(&text)
}

fn line(variant: &Variant, estimate: &Estimated) -> String {
    let model = &variant.model;
    let assets = model.assets.entries().len();
    format!(
        "{}: valid\n  {assets} assets, {} {}, {} steps of {} h, {} futures\n  about {} on {} threads, {:.0} MB of memory\n",
        batch::title(variant),
        model.buses.len(),
        if model.buses.len() == 1 { "bus" } else { "buses" },
        model.clock.steps(),
        model.clock.step_h,
        variant.scenario.monte_carlo.replicas,
        duration(estimate.cpu_seconds / f64::from(estimate.threads)),
        estimate.threads,
        f64::from(u32::try_from(estimate.memory_bytes >> 10).unwrap_or(u32::MAX)) / 1024.0,
    )
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => "less than a second".to_owned(),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3600.0),
    }
}
