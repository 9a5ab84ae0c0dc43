//! `import`: a scenario made of another program's network.

use anyhow::Context;
use energyopti_scenarios::import::{Imported, import};

use super::print;
use crate::arguments::Import;
use crate::failure::Failure;

#[expect(clippy::print_stderr, reason = "warnings stand beside the answer, not in it")]
pub fn execute(options: &Import) -> Result<(), Failure> {
    let Imported { files, warnings } = import(&options.source, &options.output)?;
    let same = |a: &std::path::Path| {
        a.canonicalize().ok().zip(options.source.canonicalize().ok()).is_some_and(|(a, b)| a == b)
    };
    if let Some(source) = files.iter().find(|file| same(&file.path)) {
        return Err(Failure::input(format!("{} is what is imported; name another file", source.path.display())));
    }
    if !options.force
        && let Some(taken) = files.iter().find(|file| file.path.exists())
    {
        let path = taken.path.display();
        return Err(Failure::input(format!("{path} is there already; name another file or write --force")));
    }
    for file in &files {
        std::fs::write(&file.path, &file.text).with_context(|| format!("cannot write {}", file.path.display()))?;
    }
    for warning in &warnings {
        eprintln!("warning: {warning}");
    }
    print(&format!("wrote {0}; now: energyopti run {0}", options.output.display()))
}
