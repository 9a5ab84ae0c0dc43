//! Readable, stable, file-name safe ids of variants.
//!
//! An id depends on what a variant sets, never on the order in which the file says it.

use std::collections::BTreeMap;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::Plan;
use crate::document::{Kind, Node, Setting};

/// Longest id, in characters.
const LONGEST: usize = 80;

/// One id per plan. Where two would read alike, a digest of the settings tells them apart.
pub(super) fn ids(plans: &[Plan]) -> Vec<String> {
    let readable: Vec<String> = plans.iter().map(readable).collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for id in &readable {
        *seen.entry(id).or_default() += 1;
    }
    let tell = |(id, plan): (&String, &Plan)| {
        if id.chars().count() > LONGEST || (seen[id.as_str()] > 1 && plan.names.is_empty()) {
            let head: String = id.chars().take(LONGEST - 9).collect();
            format!("{head}-{}", digest(plan))
        } else {
            id.clone()
        }
    };
    readable.iter().zip(plans).map(tell).collect()
}

fn readable(plan: &Plan) -> String {
    let mut parts: Vec<String> = plan.names.iter().map(|name| safe(name)).collect();
    parts.extend(plan.settings.iter().filter(|s| !s.named).map(part));
    parts.sort();
    if parts.is_empty() { "base".to_owned() } else { parts.join("+") }
}

/// `bess.e_nom_mwh=200`: the table is left out, names are unique without it.
fn part(setting: &Setting) -> String {
    let steps = if setting.path.len() > 2 { &setting.path[1..] } else { &setting.path[..] };
    let key: Vec<String> = steps.iter().map(|s| safe(&s.name)).collect();
    format!("{}={}", key.join("."), safe(&shown(&setting.value)))
}

fn shown(value: &Node) -> String {
    match &value.kind {
        Kind::Text(text) => text.clone(),
        _ => value.to_json().to_string(),
    }
}

/// Letters, digits and a few signs; anything else becomes `_`.
fn safe(text: &str) -> String {
    let kept = |c: char| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '_' };
    let text: String = text.chars().map(kept).collect();
    if text.chars().all(|c| c == '.') { "_".repeat(text.len().max(1)) } else { text }
}

fn digest(plan: &Plan) -> String {
    let text = format!("{:?} {:?}", plan.names, plan.titles());
    Sha256::digest(text.as_bytes()).iter().take(4).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
