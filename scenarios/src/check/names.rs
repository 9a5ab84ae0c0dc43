//! Names: of buses, of assets, and of the random streams they key.
//!
//! Assets share one space of names, over all tables, because metrics are called after them.

use std::collections::BTreeMap;

use energyopti_engine::Carrier;

use super::{Asset, Checked, Reported};
use crate::document::{Span, Table, path};
use crate::fault::{Findings, Found};
use crate::schema::{LISTS, nearest};

/// Longest name, in characters.
const LONGEST: usize = 100;

/// Parts of assets that have figures of their own, called after both.
const PARTS: [(&str, &str); 5] = [
    ("battery", "auxiliary"),
    ("electrolyser", "heat"),
    ("electrolyser", "hydrogen"),
    ("fuel_cell", "hydrogen"),
    ("reactor", "heat"),
];

/// The buses by name, sorted.
pub(crate) struct Buses {
    names: Vec<String>,
    carriers: Vec<Carrier>,
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

    /// What a bus carries.
    pub fn carrier(&self, bus: usize) -> Carrier {
        self.carriers[bus]
    }

    /// The only bus that carries one of `carriers`, `None` if there are several or none.
    pub fn only(&self, carriers: &[Carrier]) -> Option<Checked<usize>> {
        if !self.complete || self.names.is_empty() {
            return Some(Err(Reported));
        }
        let mut fit = (0..self.names.len()).filter(|bus| carriers.contains(&self.carriers[*bus]));
        let first = fit.next()?;
        if fit.next().is_none() { Some(Ok(first)) } else { None }
    }

    /// How many carry one of `carriers`.
    pub fn count(&self, carriers: &[Carrier]) -> usize {
        self.carriers.iter().filter(|carrier| carriers.contains(carrier)).count()
    }

    /// A sentence with the nearest name.
    pub fn nearest(&self, name: &str, carriers: &[Carrier]) -> Option<String> {
        let fit = self.names.iter().zip(&self.carriers).filter(|(_, carrier)| carriers.contains(carrier));
        nearest::help(name, fit.map(|(name, _)| name.as_str()))
    }

    /// All names in order, with what they carry.
    pub fn sorted(&self) -> Checked<(Vec<String>, Vec<Carrier>)> {
        if self.complete { Ok((self.names.clone(), self.carriers.clone())) } else { Err(Reported) }
    }
}

/// Checks all names and streams; gives the buses.
pub(super) fn check(root: &Table, findings: &mut Findings) -> Buses {
    let mut buses = Names::default();
    let mut carriers = BTreeMap::new();
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
            if kind == "bus" && fresh {
                let name = asset.name().unwrap_or_default().to_owned();
                carriers.insert(name, asset.text("carrier").map_or(Carrier::Electricity, carrier));
            }
            if kind != "bus" && fresh {
                let key = if asset.has("stream") { "stream" } else { "name" };
                streams.take(&asset, key, findings);
            }
        }
    }
    for (kind, part) in PARTS {
        for asset in super::named(root, kind) {
            let derived = format!("{}.{part}", asset.name().unwrap_or_default());
            if let Some((span, owner)) = assets.seen.get(&derived) {
                let rule = format!("is what the figures of {}'s {part} are called", asset.path);
                findings.note(Found::new(*span, path::join(owner, "name"), rule).help("choose another name"));
            }
        }
    }
    let names: Vec<String> = buses.seen.into_keys().collect();
    let carriers = names.iter().map(|name| carriers.get(name).copied().unwrap_or_default()).collect();
    Buses { names, carriers, complete }
}

fn carrier(word: &str) -> Carrier {
    match word {
        "heat" => Carrier::Heat,
        "hydrogen" => Carrier::Hydrogen,
        _ => Carrier::Electricity,
    }
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
