//! What makes two runs the same run. It hashes; it does not decide what belongs to a scenario's
//! canonical form.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The identity of a run: the first 16 hexadecimal digits of the SHA-256 of the canonical
/// scenario (see [`canonical_json`]), a newline and the engine's version.
///
/// `canonical` is everything that decides the results (the model, the contents of its inputs,
/// seed, replicas or stop rule, method) and nothing else: no threads, no paths.
#[must_use]
pub fn run_id(canonical: &Value, engine_version: &str) -> String {
    let mut text = canonical_json(canonical);
    text.push('\n');
    text.push_str(engine_version);
    let mut id = sha256_hex(text.as_bytes());
    id.truncate(16);
    id
}

/// Compact JSON with the keys of every object sorted by their bytes.
#[must_use]
pub fn canonical_json(value: &Value) -> String {
    let mut out = String::new();
    write_sorted(value, &mut out);
    out
}

fn write_sorted(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| key.as_str());
            out.push('{');
            for (index, (key, entry)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_sorted(&Value::String(key.clone()), out);
                out.push(':');
                write_sorted(entry, out);
            }
            out.push('}');
        }
        Value::Array(entries) => {
            out.push('[');
            for (index, entry) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_sorted(entry, out);
            }
            out.push(']');
        }
        // null, true, a number or a string: one way to write each.
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// SHA-256 of `bytes` in 64 lower-case hexadecimal digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
        text
    })
}
