//! The way in: a file and settings, to the checked variants of a scenario.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use energyopti_engine::Model;

use crate::check::{self, Shared};
use crate::document::files::{self, Folder, ReadFault};
use crate::document::{self, Entry, Kind, Node, Origin, Setting, Span};
use crate::fault::{Fault, Faults, Findings, Found};
use crate::input::Input;
use crate::quantum::Questions;
use crate::results::Run;
use crate::schema::{Scenario, money};
use crate::sweep::{self, Plan};
use crate::validate;

/// Most values that all variants may hold together.
const MOST_VALUES: usize = 100_000_000;

/// One scenario ready to run: a file without `[[sweep]]` gives one, `base`.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Stable id, safe as a file name; it does not depend on the order of anything in the file.
    pub id: String,
    /// What the sweep sets here, path to value; empty for `base`.
    pub settings: BTreeMap<String, serde_json::Value>,
    /// The scenario with every default explicit; files are called `inputs/<sha256>.csv`.
    pub scenario: Scenario,
    /// The engine's model.
    pub model: Model,
    /// What it asks of quantum circuits.
    pub(crate) questions: Questions,
    /// The files that the model was read from.
    pub inputs: Vec<Input>,
}

/// Reads a scenario file with settings of the form `key=value`; gives its variants sorted by id.
///
/// # Errors
/// Every fault of the file, of what it reads and of the settings.
pub fn load(path: &Path, sets: &[String]) -> Result<Vec<Variant>, Faults> {
    let label = path.display().to_string();
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let text = match files::read_text(path) {
        Ok(text) => text,
        Err(fault) => return Err(unreadable(&label, folder, path, &fault)),
    };
    let origin = Origin { label, folder: folder.to_path_buf(), file: Some(path.to_path_buf()) };
    variants(&text, &origin, Folder::new(folder), sets)
}

/// Reads a scenario from text: JSON where `name` ends in `.json`, TOML otherwise. `folder` is where
/// its relative paths begin, `name` is what messages call it.
///
/// # Errors
/// Every fault of the text, of what it reads and of the settings.
pub fn load_text(text: &str, folder: &Path, name: &str, sets: &[String]) -> Result<Vec<Variant>, Faults> {
    let origin = Origin { label: name.to_owned(), folder: folder.to_path_buf(), file: None };
    variants(text, &origin, Folder::new(folder), sets)
}

/// Reads a canonical scenario whose files are in memory, by the names that it gives them; no disk is
/// touched.
///
/// # Errors
/// Every fault of the text and of the files.
pub(crate) fn load_canonical(text: &str, files: BTreeMap<String, Arc<[u8]>>) -> Result<Variant, Faults> {
    // The name says that the text is JSON.
    let origin = Origin { label: "scenario.json".to_owned(), folder: PathBuf::new(), file: None };
    only(variants(text, &origin, Folder::Memory(files), &[])?, &origin.label)
}

/// The only variant of a canonical scenario, which has no sweep.
fn only(mut variants: Vec<Variant>, label: &str) -> Result<Variant, Faults> {
    match variants.pop() {
        Some(variant) if variants.is_empty() => Ok(variant),
        _ => Err(Faults(vec![unexplained(label)])),
    }
}

/// The variant that a run of the store ran.
///
/// # Errors
/// [`Faults`] where its manifest holds no scenario of this version.
pub fn load_run(run: &Run) -> Result<Variant, Faults> {
    let text = run.manifest().scenario.to_string();
    // Every file that the scenario names was held against its hash when the run was opened.
    only(load_text(&text, run.folder(), "manifest.json", &[])?, "manifest.json")
}

fn unreadable(label: &str, folder: &Path, path: &Path, fault: &ReadFault) -> Faults {
    let mut findings = Findings::default();
    let (text, at) = match fault {
        ReadFault::NotText(bytes, at) => (String::from_utf8_lossy(bytes).into_owned(), Some(*at)),
        _ => (String::new(), None),
    };
    let source = findings.sources.add(label.to_owned(), text, folder.to_path_buf());
    findings.note(match at {
        Some(at) => Found::new(Span::new(source, at..at + 1), "", "a scenario must be UTF-8 text: this byte is not"),
        None => Found::file(source, fault.rule()).maybe_help(files::near(path)),
    });
    findings.into_faults().err().unwrap_or(Faults(Vec::new()))
}

fn variants(text: &str, origin: &Origin, folder: Folder, sets: &[String]) -> Result<Vec<Variant>, Faults> {
    let mut findings = Findings::default();
    let root = document::read(text, origin, &folder, &mut findings);
    let settings = document::read_settings(sets, &origin.folder, &mut findings);
    let mut variants = Vec::new();
    if let Some(mut root) = root {
        for setting in &settings {
            document::apply(setting, &mut root, &mut findings);
        }
        variants = built(root, &settings, folder, &mut findings);
    }
    let silent = variants.is_empty();
    findings.into_faults()?;
    if silent { Err(Faults(vec![unexplained(&origin.label)])) } else { Ok(variants) }
}

/// Lays out the sweep and builds every variant.
fn built(mut root: Node, overridden: &[Setting], folder: Folder, findings: &mut Findings) -> Vec<Variant> {
    let mut sweep = root.table_mut().and_then(|t| t.take("sweep")).map(|entry| entry.value);
    if let Some(sweep) = &mut sweep {
        validate::validate_sweep(sweep, findings);
    }
    let mut plans = sweep::expand(sweep.as_ref(), overridden, findings);
    let steps = root.table().and_then(|t| t.get("scenario")?.table()?.get("steps")?.number()).unwrap_or(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let each = root.size().saturating_add(steps as usize);
    if let Some(sweep) = &sweep
        && plans.len() > 1
        && plans.len().saturating_mul(each) > MOST_VALUES
    {
        let rule =
            format!("gives {} variants of about {each} values each: more than {MOST_VALUES} together", plans.len());
        findings.note(Found::new(sweep.span, "sweep", rule));
        plans.truncate(1);
    }
    if plans.is_empty() {
        // The sweep is faulty; the rest is checked all the same.
        plans.push(("base".to_owned(), Plan::default()));
    }
    let mut shared = Shared::new(folder);
    let before = findings.count();
    let mut variants = Vec::with_capacity(plans.len());
    for (id, plan) in plans {
        variants.extend(variant(&root, id, &plan, &mut shared, findings));
        if findings.count() > before + 100 {
            break;
        }
    }
    variants
}

/// One variant; `None` where it has faults.
fn variant(root: &Node, id: String, plan: &Plan, shared: &mut Shared, findings: &mut Findings) -> Option<Variant> {
    let mut root = root.clone();
    for setting in &plan.settings {
        document::apply(setting, &mut root, findings);
    }
    let currency = money::currency(&root);
    money::normalise(&mut root, "", currency.as_deref(), findings);
    let currency = currency.unwrap_or_else(|| "EUR".to_owned());
    validate::validate(&mut root, &currency, findings);
    let read = check::check(&root, &currency, findings, shared).ok()?;
    store_inputs(&mut root, shared);
    let scenario: Scenario = serde_json::from_value(root.to_json()).ok()?;
    Some(Variant {
        id,
        settings: plan.titles(),
        scenario: scenario.explicit(),
        model: read.model,
        questions: read.questions,
        inputs: read.inputs,
    })
}

/// Calls every profile's file by its content.
fn store_inputs(node: &mut Node, shared: &Shared) {
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| store_inputs(item, shared)),
        Kind::Table(table) => {
            for Entry { key, value, .. } in &mut table.entries {
                let stored = value.text().and_then(|name| shared.stored_as(value.span.source, name));
                match stored {
                    Some(stored) if key == "file" => value.kind = Kind::Text(stored.to_owned()),
                    _ => store_inputs(value, shared),
                }
            }
        }
        _ => {}
    }
}

/// A scenario that failed without a noted fault: a bug of ours, said as such.
fn unexplained(label: &str) -> Fault {
    Fault {
        file: label.to_owned(),
        line: 1,
        column: 1,
        key: String::new(),
        value: String::new(),
        rule: "could not be read, and no rule says why: please report this file".to_owned(),
        suggestion: None,
        excerpt: None,
        other: None,
    }
}

#[cfg(test)]
mod tests;
