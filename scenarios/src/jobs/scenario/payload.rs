//! A variant as bytes that any machine can read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::{Files, JobError, JobInput, Submission, input};
use super::{NAME, VERSION};
use crate::Variant;
use crate::batch::{ENGINE_VERSION, identity, title};
use crate::input::Input;
use crate::load::load_canonical;
use crate::results::canonical_json;

/// What is to be run.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    /// Identity of the run.
    run: String,
    /// Version of the engine that said so.
    engine: String,
    title: String,
    /// The canonical form, whose files are called `inputs/<sha256>.csv`.
    scenario: Value,
    /// The files, in the order in which the variant has them.
    inputs: Vec<Named>,
}

/// An input file by its content.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    /// What the scenario calls it: a label that the manifest keeps, and that is never opened.
    name: String,
    sha256: String,
}

/// The variant as a submission.
pub(super) fn write(variant: &Variant) -> Submission {
    let payload = Payload {
        run: identity(variant),
        engine: ENGINE_VERSION.to_owned(),
        title: title(variant),
        scenario: variant.scenario.canonical(),
        inputs: variant.inputs.iter().map(|i| Named { name: i.file.clone(), sha256: i.sha256.clone() }).collect(),
    };
    let mut seen = BTreeSet::new();
    let inputs = variant.inputs.iter().filter(|input| seen.insert(&input.sha256));
    let inputs = inputs.map(|i| JobInput { sha256: i.sha256.clone(), bytes: i.bytes.clone() });
    Submission {
        kind: NAME,
        version: VERSION,
        payload: serde_json::to_vec(&payload).expect("text keys and finite numbers"),
        inputs: inputs.collect(),
        identity: payload.run,
        title: payload.title,
    }
}

/// The variant of a payload, and its title.
pub(super) fn read(payload: &[u8], files: &dyn Files) -> Result<(Variant, String), JobError> {
    let payload: Payload = serde_json::from_slice(payload)
        .map_err(|error| JobError::Input(format!("the payload is no scenario: {error}; submit it again")))?;
    let mut contents: BTreeMap<String, Arc<[u8]>> = BTreeMap::new();
    for Named { sha256, .. } in &payload.inputs {
        if !contents.contains_key(sha256) {
            contents.insert(sha256.clone(), input::content(sha256, files)?);
        }
    }
    let inputs = payload.inputs.iter().map(|Named { name, sha256 }| Input {
        file: name.clone(),
        sha256: sha256.clone(),
        bytes: contents[sha256].clone(),
    });
    let inputs: Vec<Input> = inputs.collect();
    let stored = inputs.iter().map(|input| (input.stored_as(), input.bytes.clone())).collect();
    let variant = Variant { inputs, ..load_canonical(&canonical_json(&payload.scenario), stored)? };
    input::same_identity(&payload.run, &identity(&variant), &payload.engine)?;
    Ok((variant, payload.title))
}
