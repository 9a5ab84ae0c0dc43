//! Scenario files: from a file to a checked model, and from a model to results on disk.
//!
//! Reading ends in [`load`]: TOML or JSON, `extends`, `--set` and `[[sweep]]`, held against one
//! schema, every fault in one answer. Nothing here simulates.

pub mod batch;
mod canonical;
mod check;
mod document;
pub mod fault;
pub mod import;
mod input;
pub mod jobs;
mod kinds;
mod load;
pub mod quantum;
pub mod report;
pub mod results;
pub mod schema;
mod sweep;
mod template;
mod validate;

pub use fault::{Fault, Faults};
pub use input::Input;
pub use load::{Variant, load, load_run, load_text};
pub use schema::{Scenario, schema};
pub use template::template;
