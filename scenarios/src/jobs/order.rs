//! What a schedule submits: a scenario file that is read anew for every run, and what changes per run.
//!
//! Not here: when a run is due, and what becomes of it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{JobError, Submission, scenario};
use crate::{Variant, load, load_text};

/// A scenario and what is filled in when a run of it is due.
///
/// In [`settings`](Self::settings) and [`inputs`](Self::inputs) stand for the due instant: `{due}` its
/// time in UTC as `2026-03-01T05:00:00Z`, `{date}` and `{time}` its local day and time of day, as
/// `2026-03-01` and `06:00:00`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// The scenario file; absolute, as whoever reads it may stand in another folder.
    pub file: PathBuf,
    /// Settings of the form `key=value`.
    pub settings: Vec<String>,
    /// The one variant of a sweep that is wanted; all where there is none.
    pub variant: Option<String>,
    /// The folder in which the relative paths of the scenario begin (its own where there is none);
    /// absolute.
    pub inputs: Option<String>,
}

impl Order {
    /// The work of the run that is due at `due`, which is `local` (`2026-03-01T06:00:00...`) on the
    /// schedule's clock: one piece per variant, with its id.
    ///
    /// # Errors
    /// [`JobError::Input`] with every fault of the scenario, of what it reads and of the settings.
    pub fn pieces(&self, due: Timestamp, local: &str) -> Result<Vec<(String, Submission)>, JobError> {
        let settings: Vec<String> = self.settings.iter().map(|setting| filled(setting, due, local)).collect();
        let mut variants = self.variants(&settings, due, local)?;
        if let Some(wanted) = &self.variant {
            let ids = variants.iter().map(|variant| variant.id.as_str()).collect::<Vec<_>>().join(", ");
            variants.retain(|variant| variant.id == *wanted);
            if variants.is_empty() {
                let rule = format!("{} has no variant `{wanted}`; it has {ids}", self.file.display());
                return Err(JobError::Input(rule));
            }
        }
        Ok(variants.iter().map(|variant| (variant.id.clone(), scenario(variant))).collect())
    }

    fn variants(&self, settings: &[String], due: Timestamp, local: &str) -> Result<Vec<Variant>, JobError> {
        let Some(folder) = &self.inputs else { return Ok(load(&self.file, settings)?) };
        let folder = filled(folder, due, local);
        if !Path::new(&folder).is_dir() {
            let rule = format!("there is no folder {folder} with the inputs of the run that is due at {due}");
            return Err(JobError::Input(rule));
        }
        let name = self.file.display().to_string();
        let text = std::fs::read_to_string(&self.file).map_err(|error| JobError::Input(format!("{name}: {error}")))?;
        Ok(load_text(&text, Path::new(&folder), &name, settings)?)
    }
}

/// A text with the due instant in its places. Other braces stay: settings may hold tables.
fn filled(text: &str, due: Timestamp, local: &str) -> String {
    let (date, rest) = local.split_once('T').unwrap_or((local, ""));
    let time = rest.get(..8).unwrap_or(rest);
    text.replace("{due}", &due.to_string()).replace("{date}", date).replace("{time}", time)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCAL: &str = "2026-03-01T06:00:00+01:00[Europe/Berlin]";

    fn due() -> Timestamp {
        "2026-03-01T05:00:00Z".parse().unwrap()
    }

    fn order(file: &Path) -> Order {
        Order { file: file.to_owned(), settings: Vec::new(), variant: None, inputs: None }
    }

    fn library(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
    }

    #[test]
    fn the_due_instant_is_filled_in_and_other_braces_stay() {
        assert_eq!(filled("a={due} {date} {time} {b}", due(), LOCAL), "a=2026-03-01T05:00:00Z 2026-03-01 06:00:00 {b}");
    }

    #[test]
    fn a_run_that_starts_at_its_due_instant_is_another_run_each_time() {
        let starts = Order { settings: vec!["scenario.start={due}".into()], ..order(&library("rts79.toml")) };
        let later = "2026-03-02T05:00:00Z".parse().unwrap();
        let (first, second) = (starts.pieces(due(), LOCAL).unwrap(), starts.pieces(later, LOCAL).unwrap());
        assert_ne!(first[0].1.identity, second[0].1.identity);
        assert_eq!(first, starts.pieces(due(), LOCAL).unwrap());
        assert_eq!((first.len(), first[0].0.as_str()), (1, "base"));
    }

    #[test]
    fn inputs_come_from_the_folder_of_the_due_instant() {
        let folder = tempfile::tempdir().unwrap();
        let day = folder.path().join("2026-03-01");
        std::fs::create_dir(&day).unwrap();
        // All that the scenario names is looked for there, also what it extends.
        for name in ["rts79.toml", "rts79_wind.csv", "rts79_solar.csv"] {
            std::fs::copy(library(name), day.join(name)).unwrap();
        }
        let template = folder.path().join("{date}").to_string_lossy().into_owned();
        let order = Order { inputs: Some(template), ..order(&library("rts79_storage.toml")) };
        let beside = Order { inputs: None, ..order.clone() };
        assert_eq!(order.pieces(due(), LOCAL).unwrap(), beside.pieces(due(), LOCAL).unwrap());
        let missing = order.pieces(due(), "2026-03-02T06:00:00").unwrap_err().to_string();
        assert!(missing.contains("2026-03-02"), "{missing}");
    }

    #[test]
    fn every_fault_is_told_and_an_unknown_variant_with_those_there_are() {
        let settings = vec!["monte_carlo.replicas=none".into(), "scenario.stepps=2".into()];
        let faulty = Order { settings, ..order(&library("rts79.toml")) };
        let told = faulty.pieces(due(), LOCAL).unwrap_err().to_string();
        assert!(told.contains("replicas") && told.contains("stepps"), "{told}");
        let other = Order { variant: Some("windy".into()), ..order(&library("rts79.toml")) };
        let told = other.pieces(due(), LOCAL).unwrap_err().to_string();
        assert!(told.contains("it has base"), "{told}");
    }
}
