//! From files and command-line settings to one tree.
//!
//! Here: syntax, `extends`, `--set`, and confinement to the scenario's folder. Not here: what keys
//! mean (`schema`, `validate`, `check`) and sweeps (`sweep`).

mod extends;
pub(crate) mod files;
mod json;
mod node;
pub(crate) mod path;
mod set;
mod source;
mod toml;

use std::path::{Path, PathBuf};

use crate::fault::{Findings, Found};
use files::Folder;

pub(crate) use json::read as read_json;
pub(crate) use node::{Entry, Kind, Node, Table};
pub(crate) use path::Segment;
pub(crate) use set::{Setting, apply};
pub(crate) use source::{Source, SourceId, Sources, Span};

/// Longest chain of `extends`.
const LONGEST_CHAIN: usize = 16;

/// Where a scenario's text comes from.
pub(crate) struct Origin {
    /// What messages call it.
    pub label: String,
    /// Folder against which its paths are read.
    pub folder: PathBuf,
    /// Its own path, if it is a file.
    pub file: Option<PathBuf>,
}

/// Reads a scenario with everything it extends; `None` where a text is unreadable.
pub(crate) fn read(text: &str, origin: &Origin, folder: &Folder, findings: &mut Findings) -> Option<Node> {
    let source = findings.sources.add(origin.label.clone(), text, origin.folder.clone());
    let mut chain: Vec<PathBuf> = origin.file.iter().filter_map(|f| f.canonicalize().ok()).collect();
    layered(source, &mut chain, folder, findings)
}

/// Reads the settings of the command line.
pub(crate) fn read_settings(sets: &[String], folder: &Path, findings: &mut Findings) -> Vec<Setting> {
    let read = |text: &String| {
        let source = findings.sources.add("--set".to_owned(), text.as_str(), folder.to_path_buf());
        set::parse(source, findings)
    };
    sets.iter().filter_map(read).collect()
}

/// The tree of a source, laid over what it extends.
fn layered(source: SourceId, chain: &mut Vec<PathBuf>, folder: &Folder, findings: &mut Findings) -> Option<Node> {
    let mut upper = parse(source, findings)?;
    let extends = upper.table_mut().and_then(|t| t.take("extends"));
    let Some(base) = extends else { return Some(upper) };
    let Some(name) = base.value.text().map(str::to_owned) else {
        findings.note(Found::new(base.value.span, "extends", "must be a path in quotes"));
        return None;
    };
    let at = base.value.span;
    let path = match folder.locate(&findings.sources.get(source).folder, &name) {
        Ok(path) => path,
        Err(fault) => {
            findings.note(Found::new(at, "extends", fault.rule).maybe_help(fault.help));
            return None;
        }
    };
    if chain.contains(&path) || chain.len() >= LONGEST_CHAIN {
        let rule = if chain.contains(&path) {
            "leads back to itself".to_owned()
        } else {
            format!("is a chain of more than {LONGEST_CHAIN} files")
        };
        findings.note(Found::new(at, "extends", rule));
        return None;
    }
    let text = match folder.read_text(&path) {
        Ok(text) => text,
        Err(problem) => {
            findings.note(Found::new(at, "extends", problem.rule()));
            return None;
        }
    };
    let label = files::sibling(&findings.sources.get(source).label, &name);
    let below = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let base = findings.sources.add(label, text, below);
    chain.push(path);
    let mut lower = layered(base, chain, folder, findings)?;
    extends::merge(&mut lower, upper);
    Some(lower)
}

/// The tree of one text: JSON where the name ends in `.json`, TOML otherwise.
fn parse(source: SourceId, findings: &mut Findings) -> Option<Node> {
    let is_json =
        Path::new(&findings.sources.get(source).label).extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let node = if is_json { json::read(source, findings) } else { toml::read(source, findings) }?;
    if node.table().is_none() {
        findings.note(Found::new(node.span, "", "a scenario must be a JSON object"));
        return None;
    }
    Some(node)
}
