//! One file per command.

pub mod capacity_credit;
pub mod case;
pub mod compare;
pub mod import;
pub mod init;
pub mod jobs;
pub mod opf;
pub mod powerflow;
pub mod quantum;
pub mod replay;
pub mod report;
pub mod run;
pub mod schedule;
pub mod schema;
pub mod settle;
pub mod validate;

use std::io::Write;

use crate::failure::Failure;

/// Prints to standard output; a closed pipe is a quiet end.
pub fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Pretty JSON with a newline at its end.
pub fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(anyhow::Error::from)?;
    print(&text)
}
