//! Names: of buses, of assets, and of the random streams they key.
//!
//! Assets share one space of names, over all tables, because metrics are called after them.

use std::collections::BTreeMap;

use super::{Asset, Checked, Reported};
use crate::document::{Span, Table, path};
use crate::fault::{Findings, Found};
use crate::schema::{LISTS, nearest};

/// Longest name, in characters.
const LONGEST: usize = 100;

/// The buses by name, sorted.
pub(super) struct Buses {
    names: Vec<String>,
    /// Whether all names could be read: if not, an unknown bus may be one of the unreadable.
    complete: bool,
}

impl Buses {
    /// The index of a bus, `None` if there is none of this name.
    pub fn find(&self, name: &str) -> Option<Checked<usize>> {
        match self.names.binary_search_by(|n| n.as_str().cmp(name)) {
            Ok(at) => Some(Ok(at)),
            Err(_) if self.complete => None,
            Err(_) => Some(Err(Reported)),
        }
    }

    /// The only bus, `None` if there are several.
    pub fn only(&self) -> Option<Checked<usize>> {
        match self.names.len() {
            _ if !self.complete => Some(Err(Reported)),
            0 => Some(Err(Reported)),
            1 => Some(Ok(0)),
            _ => None,
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.names.len()
    }

    /// A sentence with the nearest name.
    pub fn nearest(&self, name: &str) -> Option<String> {
        nearest::help(name, self.names.iter().map(String::as_str))
    }

    /// All names in order.
    pub fn sorted(&self) -> Checked<Vec<String>> {
        if self.complete { Ok(self.names.clone()) } else { Err(Reported) }
    }
}

/// Checks all names and streams; gives the buses.
pub(super) fn check(root: &Table, findings: &mut Findings) -> Buses {
    let mut buses = Names::default();
    let mut assets = Names::default();
    let mut streams = Names::default();
    let mut complete = root.get("bus").is_some_and(|n| n.list().is_some());
    for kind in LISTS.iter().copied() {
        let nodes = root.get(kind).and_then(|n| n.list()).unwrap_or_default();
        for (i, node) in nodes.iter().enumerate() {
            let Some(asset) = Asset::new(kind, i, node) else {
                complete &= kind != "bus";
                continue;
            };
            let names = if kind == "bus" { &mut buses } else { &mut assets };
            let fresh = names.take(&asset, "name", findings);
            complete &= kind != "bus" || asset.name().is_ok();
            if kind != "bus" && fresh {
                let key = if asset.has("stream") { "stream" } else { "name" };
                streams.take(&asset, key, findings);
            }
        }
    }
    Buses { names: buses.seen.into_keys().collect(), complete }
}

/// Names met so far, and where.
#[derive(Default)]
struct Names {
    seen: BTreeMap<String, (Span, String)>,
}

impl Names {
    /// Takes in the name at `key`; whether it is well formed and new.
    fn take(&mut self, asset: &Asset<'_>, key: &'static str, findings: &mut Findings) -> bool {
        let Ok(name) = asset.text(key) else { return false };
        let span = asset.span_of(key);
        let here = path::join(&asset.path, key);
        if let Some(rule) = malformed(name) {
            findings.note(Found::new(span, here, rule));
            return false;
        }
        if let Some((first, owner)) = self.seen.get(name) {
            let rule = match key {
                "stream" => format!("is a stream that {owner} already draws from"),
                _ if asset.has("stream") || key == "name" && owner == &asset.path => "is used twice".to_owned(),
                _ => format!("is already the name of {owner}"),
            };
            findings.note(Found::new(span, here, rule).also(*first, "first here").help(advice(asset.kind, key)));
            return false;
        }
        self.seen.insert(name.to_owned(), (span, asset.path.clone()));
        true
    }
}

fn advice(kind: &str, key: &str) -> &'static str {
    match (kind, key) {
        ("bus", _) => "give every bus its own name",
        (_, "stream") => "two assets on one stream would share their luck",
        _ => "names are unique among all assets: metrics carry them",
    }
}

/// What is wrong with a name in itself.
pub(super) fn malformed(name: &str) -> Option<String> {
    if name.trim().is_empty() {
        Some("must not be empty".to_owned())
    } else if name.chars().any(char::is_control) {
        Some("must not hold control characters or line breaks".to_owned())
    } else if name.trim() != name {
        Some("must not begin or end with a space".to_owned())
    } else if name.chars().count() > LONGEST {
        Some(format!("must have at most {LONGEST} characters"))
    } else {
        None
    }
}
