//! Sweeps: from `[[sweep]]` tables to the settings of every variant, and the variants' ids.
//!
//! Not here: putting the settings into the scenario (`document::set`), and checking the result.

mod slug;

use std::collections::BTreeMap;

use crate::document::{Kind, Node, Segment, Setting, Span, path};
use crate::fault::{Findings, Found};

/// Most variants of one scenario file.
pub(crate) const MOST_VARIANTS: usize = 10_000;

/// One variant before it is built: what to set, and what to call it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plan {
    /// What to set.
    pub settings: Vec<Setting>,
    /// Names of the `list` cases it comes from.
    names: Vec<String>,
}

/// All variants of a scenario whose `sweep` list is `sweep`, sorted by id. Without a sweep there is
/// one, `base`. `overridden` are the paths that the command line sets: no sweep may set them too.
pub(crate) fn expand(sweep: Option<&Node>, overridden: &[Setting], findings: &mut Findings) -> Vec<(String, Plan)> {
    let before = findings.count();
    let mut factors: Vec<Vec<Plan>> = Vec::new();
    for (i, table) in sweep.and_then(Node::list).unwrap_or_default().iter().enumerate() {
        factors.extend(plans(table, &format!("sweep[{i}]"), findings));
    }
    if let Some(sweep) = sweep {
        let at = sweep.list().and_then(|l| l.first()).map_or(sweep.span, |first| first.span);
        refuse_many(factors.iter().map(Vec::len), at, "sweep", findings);
    }
    if findings.count() > before {
        return Vec::new();
    }
    let mut all = vec![Plan::default()];
    for factor in &factors {
        all = all.iter().flat_map(|left| factor.iter().map(|right| left.and(right))).collect();
    }
    if let Some(plan) = all.first() {
        refuse_twice(plan, overridden, findings);
    }
    let ids = slug::ids(&all);
    let mut named: Vec<(String, Plan)> = ids.into_iter().zip(all).collect();
    named.sort_by(|a, b| a.0.cmp(&b.0));
    refuse_same_name(&named, sweep, findings);
    named
}

impl Plan {
    fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.names.extend(other.names.iter().cloned());
        both.settings.extend(other.settings.iter().cloned());
        both.settings.sort_by_cached_key(Setting::key);
        both
    }

    /// Path and value of every setting, sorted by path.
    pub fn titles(&self) -> BTreeMap<String, serde_json::Value> {
        self.settings.iter().map(|s| (s.key(), s.value.to_json())).collect()
    }
}

/// The variants of one `[[sweep]]`; none where it is faulty.
fn plans(node: &Node, path: &str, findings: &mut Findings) -> Option<Vec<Plan>> {
    let table = node.table()?;
    let mode = table.get("mode")?.text()?;
    let (needed, other) = if mode == "list" { ("cases", "set") } else { ("set", "cases") };
    if let Some(entry) = table.entry(other) {
        let rule = format!("does not belong to mode = \"{mode}\"");
        findings.note(Found::new(entry.key_span, path::join(path, other), rule).help(format!("write `{needed}`")));
        return None;
    }
    let Some(content) = table.get(needed) else {
        let found = Found::new(node.span, path::join(path, needed), format!("is missing: mode = \"{mode}\" needs it"));
        findings.note(found);
        return None;
    };
    if content.faulty() {
        return None;
    }
    if mode == "list" { cases(content, path, findings) } else { axes(content, mode == "zip", path, findings) }
}

fn cases(content: &Node, path: &str, findings: &mut Findings) -> Option<Vec<Plan>> {
    let mut plans = Vec::new();
    for (i, case) in content.list()?.iter().enumerate() {
        let table = case.table()?;
        let name = table.get("name")?.text()?.to_owned();
        let mut settings = settings(table.get("set")?, &format!("{path}.cases[{i}].set"), findings)?;
        for setting in &mut settings {
            setting.named = true;
        }
        plans.push(Plan { settings, names: vec![name] });
    }
    if plans.is_empty() {
        findings.note(Found::new(content.span, format!("{path}.cases"), "must hold at least one case"));
        return None;
    }
    Some(plans)
}

fn axes(content: &Node, zip: bool, path: &str, findings: &mut Findings) -> Option<Vec<Plan>> {
    let axes = settings(content, &format!("{path}.set"), findings)?;
    let before = findings.count();
    for axis in &axes {
        if axis.value.list().is_none_or(<[Node]>::is_empty) {
            let found = Found::new(
                axis.value.span,
                path::join(&format!("{path}.set"), &axis.key()),
                "must be a list of values",
            );
            findings.note(found.help("put the values in brackets: [0, 100, 200]"));
        }
    }
    if let [first, rest @ ..] = axes.as_slice()
        && zip
    {
        let length = |axis: &Setting| axis.value.list().map_or(0, <[Node]>::len);
        for axis in rest.iter().filter(|axis| length(axis) != length(first)) {
            let rule = format!("has {} values, but `{}` has {}", length(axis), first.key(), length(first));
            let found = Found::new(axis.value.span, path::join(&format!("{path}.set"), &axis.key()), rule);
            findings
                .note(found.help("mode = \"zip\" pairs lists of one length").also(first.value.span, "the other list"));
        }
    }
    if axes.is_empty() {
        findings.note(Found::new(content.span, format!("{path}.set"), "must hold at least one key"));
    }
    if !zip {
        let lengths = axes.iter().map(|axis| axis.value.list().map_or(0, <[Node]>::len));
        refuse_many(lengths, content.span, &format!("{path}.set"), findings);
    }
    (findings.count() == before).then(|| if zip { zipped(&axes) } else { grid(&axes) })
}

fn value(axis: &Setting, i: usize) -> Setting {
    let value = axis.value.list().map_or_else(|| axis.value.clone(), |values| values[i].clone());
    Setting { value, ..axis.clone() }
}

fn zipped(axes: &[Setting]) -> Vec<Plan> {
    let length = axes.first().and_then(|a| a.value.list()).map_or(0, <[Node]>::len);
    (0..length).map(|i| Plan { settings: axes.iter().map(|a| value(a, i)).collect(), ..Plan::default() }).collect()
}

fn grid(axes: &[Setting]) -> Vec<Plan> {
    let mut plans = vec![Plan::default()];
    for axis in axes {
        let length = axis.value.list().map_or(0, <[Node]>::len);
        let widened = plans.iter().flat_map(|plan| {
            (0..length).map(move |i| {
                let mut plan = plan.clone();
                plan.settings.push(value(axis, i));
                plan
            })
        });
        plans = widened.collect();
    }
    plans
}

/// The paths and values of a `set` table. A key on its top is a path; below it, a key is a step.
fn settings(node: &Node, path: &str, findings: &mut Findings) -> Option<Vec<Setting>> {
    let mut all = Vec::new();
    let mut whole = true;
    for entry in &node.table()?.entries {
        match path::split(&entry.key) {
            Ok(segments) => {
                let place = |s: Segment| Segment { range: entry.key_span.start..entry.key_span.end, ..s };
                flatten(segments.into_iter().map(place).collect(), entry.key_span, &entry.value, &mut all);
            }
            Err(problem) => {
                findings.note(Found::new(entry.key_span, path, format!("holds a key that {problem}")));
                whole = false;
            }
        }
    }
    whole.then_some(all)
}

/// Walks into nested tables, so that `battery.bess.e_nom_mwh` may also stand without quotes.
fn flatten(steps: Vec<Segment>, key: Span, value: &Node, all: &mut Vec<Setting>) {
    match &value.kind {
        Kind::Table(table) if !table.entries.is_empty() => {
            for entry in &table.entries {
                let mut steps = steps.clone();
                let range = entry.key_span.start..entry.key_span.end;
                steps.push(Segment { name: entry.key.clone(), range });
                flatten(steps, entry.key_span, &entry.value, all);
            }
        }
        _ => all.push(Setting { path: steps, source: key.source, value: value.clone(), named: false }),
    }
}

fn refuse_many(mut lengths: impl Iterator<Item = usize>, at: Span, key: &str, findings: &mut Findings) {
    let total = lengths.try_fold(1_usize, usize::checked_mul);
    if total.is_none_or(|total| total > MOST_VARIANTS) {
        let many = total.map_or_else(|| "more than 2^64".to_owned(), |total| total.to_string());
        let rule = format!("gives {many} variants; the limit is {MOST_VARIANTS}");
        findings.note(Found::new(at, key, rule).help("take fewer values, or mode = \"zip\""));
    }
}

/// A key may be swept once, and not be set on the command line too.
fn refuse_twice(plan: &Plan, overridden: &[Setting], findings: &mut Findings) {
    for (i, setting) in plan.settings.iter().enumerate() {
        let key = setting.key();
        if let Some(first) = plan.settings[..i].iter().find(|s| overlap(s, setting)) {
            let found = Found::new(setting.whole_path(), key.clone(), "is swept twice");
            findings.note(found.also(first.whole_path(), "first here"));
        }
        if let Some(fixed) = overridden.iter().find(|s| overlap(s, setting)) {
            let found = Found::new(fixed.whole_path(), key, "is swept by the scenario, so --set cannot fix it");
            findings.note(found.also(setting.whole_path(), "swept here"));
        }
    }
}

/// Whether one path is the other, or leads to it.
fn overlap(one: &Setting, other: &Setting) -> bool {
    one.path.iter().zip(&other.path).all(|(a, b)| a.name == b.name)
}

fn refuse_same_name(named: &[(String, Plan)], sweep: Option<&Node>, findings: &mut Findings) {
    for pair in named.windows(2) {
        if let ([(id, _), (next, _)], Some(sweep)) = (pair, sweep)
            && id == next
        {
            let at = sweep.list().and_then(|l| l.first()).map_or(sweep.span, |first| first.span);
            findings.note(Found::new(at, "sweep", format!("has two variants with the same id `{id}`")));
        }
    }
}

#[cfg(test)]
mod tests;
