//! From what was typed to the variants of a scenario.

use std::path::Path;

use energyopti_scenarios::results::{Run, find};
use energyopti_scenarios::{Variant, load, load_run};

use crate::arguments::{Changes, Method, Scenario};
use crate::failure::Failure;

/// Options as the settings that they stand for.
pub fn settings(changes: &Changes, method: Option<Method>) -> Vec<String> {
    let mut settings = changes.sets.clone();
    settings.extend(changes.replicas.map(|n| format!("monte_carlo.replicas={n}")));
    settings.extend(changes.seed.map(|n| format!("monte_carlo.seed={n}")));
    settings.extend(method.map(|method| match method {
        Method::Sequential => "monte_carlo.method=\"sequential\"".to_owned(),
        Method::Exact => "monte_carlo.method=\"exact\"".to_owned(),
    }));
    settings
}

/// The variants of a file, or the one that was asked for.
pub fn variants(file: &Path, options: &Scenario) -> Result<Vec<Variant>, Failure> {
    let settings = settings(&options.changes, options.method);
    let mut variants = load(file, &settings)?;
    if let Some(wanted) = &options.variant {
        let ids = variants.iter().map(|v| v.id.as_str()).collect::<Vec<_>>().join(", ");
        variants.retain(|v| v.id == *wanted);
        if variants.is_empty() {
            return Err(Failure::input(format!("{} has no variant `{wanted}`; it has {ids}", file.display())));
        }
    }
    Ok(variants)
}

/// The one variant of a file; a sweep must be narrowed down first.
pub fn only(file: &Path, settings: &[String]) -> Result<Variant, Failure> {
    let mut variants = load(file, settings)?;
    match (variants.len(), variants.pop()) {
        (1, Some(variant)) => Ok(variant),
        (n, _) => {
            let message = "this command takes one; run the sweep and name one of its runs instead";
            Err(Failure::input(format!("{} has {n} variants: {message}", file.display())))
        }
    }
}

/// A run of the store, its hashes checked, and the variant that it ran.
pub fn of_run(store: &Path, wanted: &str) -> Result<(Run, Variant), Failure> {
    let run = Run::open(&find(store, wanted)?)?;
    let variant = load_run(&run)?;
    Ok((run, variant))
}
