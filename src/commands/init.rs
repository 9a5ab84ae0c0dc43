//! `init`: a commented scenario to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};

use anyhow::Context;

use super::print;
use crate::arguments::Init;
use crate::failure::Failure;

pub fn execute(options: &Init) -> Result<(), Failure> {
    let template = energyopti_scenarios::template();
    let Some(path) = &options.file else {
        return print(template);
    };
    let mut file = match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let path = path.display();
            return Err(Failure::input(format!("{path} is there already; name another file or remove it")));
        }
        other => other.with_context(|| format!("cannot create {}", path.display()))?,
    };
    file.write_all(template.as_bytes()).with_context(|| format!("cannot write {}", path.display()))?;
    print(&format!("wrote {0}; now: energyopti run {0}", path.display()))
}
