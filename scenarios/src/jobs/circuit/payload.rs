//! A batch of circuits as bytes that any machine can read.

use energyopti_quantum::observable::MOST_SHOTS;
use energyopti_quantum::qaoa::Width;
use energyopti_quantum::qasm;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::{Files, JobError, JobInput, Submission, input};
use super::{CircuitBatch, NAME, VERSION};
use crate::batch::ENGINE_VERSION;
use crate::quantum::CircuitQuestion;
use crate::results::{run_id, sha256_hex};

/// Most circuits of a batch: their numbers key the shots.
const MOST: usize = u32::MAX as usize;

/// What is to be run; the bindings are a file of their own.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    run: String,
    engine: String,
    question: Value,
}

/// What decides the answers, and nothing else.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    kind: String,
    /// What it is called; the folder says so.
    name: String,
    qasm: String,
    /// SHA-256 of the values, row after row, eight bytes each, the lowest first.
    bindings: String,
    circuits: usize,
    shots: Option<u64>,
    seed: u64,
    observable: Option<String>,
    single_precision: bool,
}

/// A batch that can be run.
pub(super) struct Checked {
    pub identity: String,
    pub title: String,
    /// What decides the answers, for the manifest.
    pub canonical: Value,
    pub bindings: Vec<Vec<f64>>,
    pub question: CircuitQuestion,
    pub seed: u64,
    pub observable: Option<String>,
}

/// Checks a batch.
pub(super) fn check(batch: &CircuitBatch) -> Result<Checked, JobError> {
    let circuit = qasm::parse(&batch.qasm)?;
    let (rows, inputs) = (batch.bindings.len(), circuit.parameters().len());
    if rows == 0 || rows > MOST {
        return Err(JobError::Input(format!("a batch has 1 to {MOST} circuits, and this one {rows}")));
    }
    if let Some(shots) = batch.shots.filter(|shots| *shots > MOST_SHOTS) {
        return Err(JobError::Input(format!("{shots} shots are more than the {MOST_SHOTS} of one answer")));
    }
    if let Some((at, row)) = batch.bindings.iter().enumerate().find(|(_, row)| row.len() != inputs) {
        let given = row.len();
        let reason =
            format!("row {at} of the bindings (--bindings) has {given} values, and the circuit {inputs} inputs");
        return Err(JobError::Input(reason));
    }
    if let Some(at) = batch.bindings.iter().position(|row| row.iter().any(|value| !value.is_finite())) {
        return Err(JobError::Input(format!("row {at} of the bindings holds a value that is not finite")));
    }
    let canonical = canonical(batch);
    Ok(Checked {
        identity: run_id(&canonical, ENGINE_VERSION),
        title: batch.title.clone(),
        canonical,
        bindings: batch.bindings.clone(),
        question: CircuitQuestion::new(circuit, batch.observable.as_deref(), batch.shots, batch.width)?,
        seed: batch.seed,
        observable: batch.observable.clone(),
    })
}

fn canonical(batch: &CircuitBatch) -> Value {
    json!(Question {
        kind: NAME.to_owned(),
        name: batch.title.clone(),
        qasm: batch.qasm.clone(),
        bindings: sha256_hex(&bytes(&batch.bindings)),
        circuits: batch.bindings.len(),
        shots: batch.shots,
        seed: batch.seed,
        observable: batch.observable.clone(),
        single_precision: batch.width == Width::Single,
    })
}

fn bytes(bindings: &[Vec<f64>]) -> Vec<u8> {
    bindings.iter().flatten().flat_map(|value| value.to_le_bytes()).collect()
}

/// The batch as a submission.
pub(super) fn write(batch: &CircuitBatch) -> Submission {
    let question = canonical(batch);
    let run = run_id(&question, ENGINE_VERSION);
    let payload = Payload { run: run.clone(), engine: ENGINE_VERSION.to_owned(), question };
    let bytes = bytes(&batch.bindings);
    Submission {
        kind: NAME,
        version: VERSION,
        payload: serde_json::to_vec(&payload).expect("text keys and whole numbers"),
        inputs: vec![JobInput { sha256: sha256_hex(&bytes), bytes: bytes.into() }],
        identity: run,
        title: batch.title.clone(),
    }
}

/// The batch of a payload.
pub(super) fn read(payload: &[u8], files: &dyn Files) -> Result<Checked, JobError> {
    let unlike = |error: &dyn std::fmt::Display| {
        JobError::Input(format!("the payload is no batch of circuits: {error}; submit it again"))
    };
    let payload: Payload = serde_json::from_slice(payload).map_err(|error| unlike(&error))?;
    let question: Question = serde_json::from_value(payload.question).map_err(|error| unlike(&error))?;
    let bytes = input::content(&question.bindings, files)?;
    let values: Vec<f64> =
        bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().expect("eight bytes"))).collect();
    let width = values.len() / question.circuits.max(1);
    if bytes.len() / 8 != values.len() || width * question.circuits != values.len() {
        return Err(unlike(&"its bindings are of another length"));
    }
    let row = |at: usize| values[at * width..(at + 1) * width].to_vec();
    let batch = CircuitBatch {
        title: question.name,
        bindings: (0..question.circuits).map(row).collect(),
        qasm: question.qasm,
        shots: question.shots,
        seed: question.seed,
        observable: question.observable,
        width: if question.single_precision { Width::Single } else { Width::Double },
    };
    let checked = check(&batch)?;
    input::same_identity(&payload.run, &checked.identity, &payload.engine)?;
    Ok(checked)
}
