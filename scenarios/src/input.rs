//! Files that a scenario reads beside itself, known by their content.

use std::fmt::Write;
use std::sync::Arc;

use sha2::{Digest, Sha256};

/// A file that a scenario reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its path as the scenario writes it.
    pub file: String,
    /// SHA-256 of its bytes in hexadecimal.
    pub sha256: String,
    /// Its bytes.
    pub bytes: Arc<[u8]>,
}

impl Input {
    /// Where a run keeps it, and what its canonical scenario calls it.
    #[must_use]
    pub fn stored_as(&self) -> String {
        format!("inputs/{}.csv", self.sha256)
    }
}

/// SHA-256 in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
