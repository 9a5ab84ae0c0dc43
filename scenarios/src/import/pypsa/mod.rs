//! A folder of CSV files that PyPSA has written, as a scenario over its snapshots.
//!
//! Signs stay: PyPSA's positive power of a generator is injection, of a load withdrawal. Not here:
//! investment, commitment, stores, sectors and constraints over the whole horizon, which are told.

mod clock;
mod folder;
mod plants;
mod sheet;
mod wires;

use std::path::Path;

use super::draft::{Block, Draft, Imported, series_file};
use crate::fault::{Faults, Found};
use folder::Folder;
use sheet::{Row, Sheet};

/// PyPSA names no currency; its data sets use euros.
const CURRENCY: &str = "eur";
/// What an unserved MWh costs: PyPSA does not say.
const VOLL: f64 = 10_000.0;
/// Base power of the scenario's impedances, MVA.
const BASE_MVA: f64 = 100.0;

/// Makes a scenario of a folder.
///
/// # Errors
/// Every fault of its files, with file and line.
pub(super) fn import(source: &Path, output: &Path) -> Result<Imported, Faults> {
    let mut folder = Folder::new(source, series_file(output));
    let mut draft = Draft::default();
    notes(&mut draft, source);
    let (start, step) = clock::read(&mut folder, &mut draft);
    let name = folder.sheet("network.csv").and_then(|sheet| Some(sheet.rows().next()?.name().to_owned()));
    let name = name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "PyPSA network".to_owned());
    let scenario = Block::once("scenario").with("name", name.trim()).with("currency", "EUR").with("start", start);
    let steps = i64::try_from(folder.steps).unwrap_or(i64::MAX);
    draft.push(scenario.with("step", step).with("steps", steps));
    // Nothing in a folder is random.
    draft.push(Block::once("monte_carlo").with("replicas", 1));
    if let Some(model) = model(&folder) {
        draft.push(Block::once("grid").with("model", model).with("base_mva", BASE_MVA));
    }
    buses(&mut folder, &mut draft);
    plants::generators(&folder, &mut draft);
    plants::loads(&folder, &mut draft);
    plants::storage_units(&folder, &mut draft);
    wires::lines(&folder, &mut draft);
    wires::transformers(&folder, &mut draft);
    wires::links(&folder, &mut draft);
    leave_out(&folder, &mut draft);
    folder.tell_unread(&mut draft);
    folder.findings.into_inner().into_faults()?;
    Ok(draft.files(output))
}

fn notes(draft: &mut Draft, source: &Path) {
    let name = source.file_name().unwrap_or_default().to_string_lossy();
    draft.note(format!("Made from the PyPSA folder {name}."));
    draft.note("Powers are in MW; a load's positive power is withdrawal, a generator's injection, as in PyPSA.");
    draft
        .note("Ohms of lines are per unit of v_nom^2 / 100 MVA, transformers are rebased from their s_nom to 100 MVA;");
    draft.note("s_nom times s_max_pu limits active power. Money is taken as euros, an unserved MWh as 10 000.");
    draft.note("Left out: reactive power, charging susceptance, investment and its costs.");
}

/// The law of flows: PyPSA's own, 1/(x tap) with shifts, where there are lines.
fn model(folder: &Folder<'_>) -> Option<&'static str> {
    let has = |file: &str| folder.sheet(file).is_some_and(|sheet| sheet.len() > 0);
    if has("lines.csv") || has("transformers.csv") {
        return Some("matpower");
    }
    let several = folder.sheet("buses.csv").is_some_and(|sheet| sheet.len() > 1);
    (has("links.csv") || several).then_some("transport")
}

fn buses(folder: &mut Folder<'_>, draft: &mut Draft) {
    if !folder.path.join("buses.csv").is_file() {
        let mut findings = folder.findings.borrow_mut();
        let label = folder.path.display().to_string();
        let source = findings.sources.add(label, "", folder.path.to_path_buf());
        let found = Found::file(source, "has no buses.csv: it is no folder that PyPSA has written");
        return findings.note(found.help("in PyPSA, n.export_to_csv_folder(\"folder\") writes one"));
    }
    let mut met = Vec::new();
    folder.parts("buses", &["v_nom", "type", "v_mag_pu_set", "v_mag_pu_min", "v_mag_pu_max"], draft, |draft, row| {
        met.push((row.name().to_owned(), bus(folder, draft, row), row.number("v_nom", 1.0, &folder.findings)));
    });
    for (name, own, v_nom_kv) in met {
        folder.add_bus(&name, own, v_nom_kv);
    }
}

/// The name that a bus gets; `None` for one that carries something other than electricity.
fn bus(folder: &Folder<'_>, draft: &mut Draft, row: Row<'_>) -> Option<String> {
    let carrier = row.text("carrier").to_lowercase();
    if !matches!(carrier.as_str(), "" | "ac" | "dc" | "electricity" | "low voltage") {
        draft.lose("a bus of another carrier than electricity is left out", format!("{} {}", row.place(), row.name()));
        return None;
    }
    if row.number("v_nom", 1.0, &folder.findings) <= 0.0 {
        row.fault("v_nom", "must be above 0", &folder.findings);
    }
    let name = draft.name(row.name());
    draft.push(Block::one_of("bus").with("name", name.clone()));
    Some(name)
}

/// Kinds of components that a scenario does not have.
fn leave_out(folder: &Folder<'_>, draft: &mut Draft) {
    for (kind, rule) in [
        ("stores", "a store is left out"),
        ("global_constraints", "a constraint over the horizon is left out"),
        ("shunt_impedances", "a shunt is left out"),
    ] {
        for row in folder.sheet(&format!("{kind}.csv")).iter().flat_map(Sheet::rows) {
            draft.lose(rule, format!("{} {}", row.place(), row.name()));
        }
    }
}
