//! A JSON object whose text ends in its own hash: the last key, `sha256`, is the SHA-256 of the
//! text with 64 zeros in the place of the hash. It finds accidents (a flipped bit, a cut file,
//! an edit); it is no signature and keeps nobody out who means to change the file.

use serde::Serialize;
use std::path::Path;

use super::{StoreError, file, identity::sha256_hex};

const BEFORE: &str = ",\n  \"sha256\": \"";
const AFTER: &str = "\"\n}\n";
const DIGITS: usize = 64;

/// The sealed text of `content`, which must serialise to an object with at least one key.
pub(super) fn close(content: &impl Serialize) -> serde_json::Result<String> {
    let pretty = serde_json::to_string_pretty(content)?;
    let body = pretty.strip_suffix("\n}").unwrap_or(&pretty);
    let hash = sha256_hex(with_hash(body, &"0".repeat(DIGITS)).as_bytes());
    Ok(with_hash(body, &hash))
}

fn with_hash(body: &str, hash: &str) -> String {
    [body, BEFORE, hash, AFTER].concat()
}

/// Checks the seal and returns the text.
pub(super) fn open<'a>(bytes: &'a [u8], run: &Path, path: &Path) -> Result<&'a str, StoreError> {
    let unsealed = || StoreError::Unsealed { path: path.to_owned() };
    let text = std::str::from_utf8(bytes).map_err(|_| unsealed())?;
    let rest = text.strip_suffix(AFTER).ok_or_else(unsealed)?;
    let start = rest.len().checked_sub(DIGITS).ok_or_else(unsealed)?;
    let (head, expected) = rest.split_at_checked(start).ok_or_else(unsealed)?;
    let body = head.strip_suffix(BEFORE).ok_or_else(unsealed)?;
    let found = sha256_hex(with_hash(body, &"0".repeat(DIGITS)).as_bytes());
    if found != expected {
        let (run, expected) = (run.to_owned(), expected.to_owned());
        return Err(StoreError::Hash { run, file: file::MANIFEST.to_owned(), expected, found });
    }
    Ok(text)
}
