//! From what a user types to a run's folder: a path, an id, or the beginning of an id that fits
//! one run only. It looks at names; nothing in the folder is trusted until [`Run::open`] has
//! checked it.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Manifest, Run, StoreError, file};

/// How many runs an error lists.
const LISTED: usize = 5;

/// The folder of the run that `wanted` means: the path of a run's folder (or of a file in it), or
/// an id in `store`, or the beginning of exactly one.
///
/// # Errors
/// [`StoreError::NotFound`] with the nearest runs, [`StoreError::Ambiguous`] with all that fit.
pub fn find(store: &Path, wanted: &str) -> Result<PathBuf, StoreError> {
    let path = Path::new(wanted);
    for folder in [Some(path), path.parent()].into_iter().flatten() {
        if !wanted.is_empty() && folder.join(file::MANIFEST).is_file() {
            return Ok(folder.to_owned());
        }
    }
    let ids = ids(store);
    let fits: Vec<&String> = ids.iter().filter(|id| !wanted.is_empty() && id.starts_with(wanted)).collect();
    match fits.as_slice() {
        [] => Err(StoreError::NotFound {
            wanted: wanted.to_owned(),
            store: store.to_owned(),
            nearest: nearest(store, &ids, wanted),
        }),
        [one] => Ok(store.join(one)),
        many => Err(StoreError::Ambiguous {
            wanted: wanted.to_owned(),
            store: store.to_owned(),
            candidates: many.iter().map(|id| described(store, id)).collect(),
        }),
    }
}

/// The run `id`, if `store` holds it and all of its files are as they were written.
///
/// # Errors
/// Those of [`Run::open`]: a run that is there but damaged is an error, not an absence.
pub fn existing(store: &Path, id: &str) -> Result<Option<Run>, StoreError> {
    let folder = store.join(id);
    if is_run_id(id) && folder.is_dir() { Run::open(&folder).map(Some) } else { Ok(None) }
}

/// Whether `text` has the form that [`super::run_id`] makes.
pub(super) fn is_run_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The ids in `store`, sorted.
fn ids(store: &Path) -> Vec<String> {
    let entries = fs::read_dir(store).into_iter().flatten().flatten();
    let mut ids: Vec<String> =
        entries.filter_map(|entry| entry.file_name().into_string().ok()).filter(|name| is_run_id(name)).collect();
    ids.sort_unstable();
    ids
}

/// The nearest ids first; a text that is part of a scenario's name counts as near.
fn nearest(store: &Path, ids: &[String], wanted: &str) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let mut ranked: Vec<(usize, String)> = ids
        .iter()
        .map(|id| {
            let label = described(store, id);
            let named = !wanted.is_empty() && label.to_lowercase().contains(&wanted);
            let distance = if named { 0 } else { 1 + strsim::damerau_levenshtein(id, &wanted) };
            (distance, label)
        })
        .collect();
    ranked.sort();
    ranked.truncate(LISTED);
    ranked.into_iter().map(|(_, label)| label).collect()
}

/// The id and, where the manifest is sound, the scenario's name.
fn described(store: &Path, id: &str) -> String {
    match Manifest::read(&store.join(id)) {
        Ok(manifest) => format!("{id}  {}", manifest.scenario_name()),
        Err(_) => format!("{id}  (not readable)"),
    }
}
