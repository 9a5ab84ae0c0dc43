//! `manifest.json`: what was run, on what, and the hash of every file of the run. It is written
//! last, so a folder without it is no run. Its text ends in its own hash (see `seal`).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Component, Path};

use super::{StoreError, file, seal};

/// The format of run folders that this version writes and reads.
pub const FORMAT: u64 = 1;

/// What the caller knows of a run: all of the manifest but the hashes.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRecord {
    /// The canonical scenario, as run.
    pub scenario: Value,
    /// Seed of all random streams.
    pub seed: u64,
    /// How many futures were counted; `None` for an exact method.
    pub replicas: Option<u64>,
    /// `sequential` or `exact`.
    pub method: String,
    /// Version of the engine.
    pub engine: String,
    /// How the run was computed; no part of its identity.
    pub execution: Execution,
}

/// How a run was computed. Nothing here may influence a result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Execution {
    /// When the run started, RFC 3339, UTC.
    pub started: String,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// How many threads worked on it.
    pub threads: usize,
    /// Replicas per chunk of work.
    pub chunk: u64,
}

/// The content of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Format of the run's folder; see [`FORMAT`].
    pub format: u64,
    /// Identity of the run.
    pub run: String,
    /// Version of the engine.
    pub engine: String,
    /// `sequential` or `exact`.
    pub method: String,
    /// Seed of all random streams.
    pub seed: u64,
    /// How many futures were counted; `None` for an exact method.
    pub replicas: Option<u64>,
    /// The canonical scenario, as run.
    pub scenario: Value,
    /// Name of each input file, as the scenario calls it, and the SHA-256 of its content.
    pub inputs: BTreeMap<String, String>,
    /// Name of each file in the run's folder but this one, and its SHA-256.
    pub outputs: BTreeMap<String, String>,
    /// How the run was computed.
    pub execution: Execution,
}

impl Manifest {
    /// The sealed text of the file.
    pub(super) fn to_text(&self) -> Result<String, StoreError> {
        seal::close(self).map_err(StoreError::json(file::MANIFEST))
    }

    /// Reads and checks the manifest in `folder`: its seal first, then its format, then its
    /// content.
    pub(super) fn read(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(file::MANIFEST);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::NotARun { path: folder.to_owned() });
            }
            Err(error) => return Err(StoreError::io("read", &path)(error)),
        };
        let text = seal::open(&bytes, folder, &path)?;
        let format: Format = serde_json::from_str(text).map_err(StoreError::json(file::MANIFEST))?;
        if format.format != FORMAT {
            return Err(StoreError::Format { path, found: format.format, supported: FORMAT });
        }
        let manifest: Self = serde_json::from_str(text).map_err(StoreError::json(file::MANIFEST))?;
        manifest.outputs.keys().try_for_each(|name| check_name(name))?;
        Ok(manifest)
    }

    /// The name of the scenario, for people; empty where it has none.
    #[must_use]
    pub fn scenario_name(&self) -> &str {
        let named = self.scenario.pointer("/scenario/name").or_else(|| self.scenario.get("name"));
        named.and_then(Value::as_str).unwrap_or_default()
    }
}

/// The part of a manifest that every format has.
#[derive(Deserialize)]
struct Format {
    format: u64,
}

/// Refuses a name that is not a plain relative path of ordinary parts.
pub(super) fn check_name(name: &str) -> Result<(), StoreError> {
    let plain = !name.is_empty()
        && !name.contains('\\')
        && name != file::MANIFEST
        && Path::new(name)
            .components()
            .all(|part| matches!(part, Component::Normal(text) if !text.as_encoded_bytes().starts_with(b".")));
    if plain { Ok(()) } else { Err(StoreError::FileName { name: name.to_owned() }) }
}
