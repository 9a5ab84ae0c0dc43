//! Putting a value at a path: what `--set` and `[[sweep]]` do.
//!
//! An asset is addressed by its table and name. Not here: whether key and value are valid, which
//! the schema says afterwards, pointing at the place the setting was written.

use super::node::{Entry, Kind, Node, Table};
use super::path::{self, Segment};
use super::source::{SourceId, Span};
use crate::fault::{Findings, Found};
use crate::schema::{self, nearest};

/// A value and where it goes.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    /// Steps of the path.
    pub path: Vec<Segment>,
    /// The source in which the path's ranges lie.
    pub source: SourceId,
    /// The value.
    pub value: Node,
    /// Whether it comes from a case whose name stands for it.
    pub named: bool,
}

impl Setting {
    /// The path as text, quoted where needed.
    pub fn key(&self) -> String {
        self.path.iter().fold(String::new(), |path, segment| path::join(&path, &segment.name))
    }

    fn span(&self, step: usize) -> Span {
        Span::new(self.source, self.path[step].range.clone())
    }

    /// Where the whole path is written.
    pub fn whole_path(&self) -> Span {
        let start = self.path.first().map_or(0, |s| s.range.start);
        Span::new(self.source, start..self.path.last().map_or(start, |s| s.range.end))
    }
}

/// Reads `key=value` from the command line.
pub(crate) fn parse(source: SourceId, findings: &mut Findings) -> Option<Setting> {
    let text = findings.sources.get(source).text.clone();
    let Some(equals) = text.find('=') else {
        let fault = Found::new(Span::new(source, 0..text.len()), "", "--set needs KEY=VALUE");
        findings.note(fault.help("for example --set load.system.peak_mw=3000"));
        return None;
    };
    let path = match path::split(&text[..equals]) {
        Ok(path) => path,
        Err(problem) => {
            findings.note(Found::new(Span::new(source, 0..equals), "", format!("the key of --set {problem}")));
            return None;
        }
    };
    let value = text[equals + 1..].trim();
    let start = equals + 1 + text[equals + 1..].len() - text[equals + 1..].trim_start().len();
    let span = Span::new(source, start..start + value.len());
    if value.is_empty() {
        findings.note(Found::new(Span::new(source, 0..text.len()), "", "--set needs a value after `=`"));
        return None;
    }
    let node = super::toml::read_value(value, source, start);
    if node.is_none() && value.starts_with(['[', '{', '"', '\'']) {
        findings.note(Found::new(span, "", "the value of --set is not TOML"));
        return None;
    }
    let value = node.unwrap_or_else(|| Node::new(Kind::Text(value.to_owned()), span));
    Some(Setting { path, source, value, named: false })
}

/// Puts the value into `root`, or reports why its path leads nowhere.
pub(crate) fn apply(setting: &Setting, root: &mut Node, findings: &mut Findings) {
    let Some(table) = root.table_mut() else { return };
    let first = setting.path[0].name.as_str();
    let (kinds, groups) = (schema::LISTS, schema::GROUPS);
    if !kinds.contains(&first) && !groups.contains(&first) {
        let known = kinds.iter().copied().chain(groups);
        let help = nearest::help(first, known);
        let found = Found::new(setting.span(0), setting.key(), format!("cannot be set: there is no table `{first}`"));
        return findings.note(found.maybe_help(help));
    }
    let listed = kinds.contains(&first);
    let shortest = if listed { 3 } else { 2 };
    if setting.path.len() < shortest {
        let help = format!("write {first}.{}KEY=VALUE", if listed { "NAME." } else { "" });
        return findings.note(Found::new(setting.whole_path(), setting.key(), "is not the path of a key").help(help));
    }
    if !listed {
        let group = open(table, first, setting.span(0));
        return place(setting, 1, group, findings);
    }
    if let Some(asset) = find(setting, table, findings) {
        place(setting, 2, asset, findings);
    }
}

/// The asset that the first two steps name.
fn find<'a>(setting: &Setting, root: &'a mut Table, findings: &mut Findings) -> Option<&'a mut Node> {
    let (kind, name) = (setting.path[0].name.as_str(), setting.path[1].name.as_str());
    let is_it = |node: &Node| node.table().and_then(|t| t.get("name")).and_then(Node::text) == Some(name);
    let there = |kind: &str| root.get(kind).and_then(Node::list).is_some_and(|list| list.iter().any(is_it));
    if !there(kind) {
        if lost(root, name) {
            return None;
        }
        let elsewhere = schema::LISTS.iter().find(|k| there(k));
        let names = root.get(kind).and_then(Node::list).unwrap_or_default().iter();
        let names = names.filter_map(|n| n.table()?.get("name")?.text());
        let help = match elsewhere {
            Some(other) => Some(format!("`{name}` is a [[{other}]]: write {}", path::join(other, name))),
            None => nearest::help(name, names).or_else(|| Some(format!("this scenario has no [[{kind}]]"))),
        };
        let rule = format!("cannot be set: there is no [[{kind}]] named `{name}`");
        findings.note(Found::new(setting.span(1), setting.key(), rule).maybe_help(help));
        return None;
    }
    let Some(Kind::List(list)) = root.get_mut(kind).map(|n| &mut n.kind) else { return None };
    list.iter_mut().find(|n| is_it(n))
}

/// Whether an asset of this name stands in a table whose own name is misspelt, which is reported
/// with the table.
fn lost(root: &Table, name: &str) -> bool {
    let unknown = |key: &str| !schema::LISTS.contains(&key) && !schema::GROUPS.contains(&key);
    let holds = |node: &Node| node.table().and_then(|t| t.get("name")).and_then(Node::text) == Some(name);
    root.entries.iter().any(|e| unknown(&e.key) && e.value.list().is_some_and(|list| list.iter().any(holds)))
}

/// Walks the steps from `step` on into `node` and puts the value at the last.
fn place(setting: &Setting, step: usize, node: &mut Node, findings: &mut Findings) {
    let segment = &setting.path[step];
    let last = step + 1 == setting.path.len();
    match &mut node.kind {
        Kind::Table(table) if last => {
            table.put(Entry::new(segment.name.clone(), setting.span(step), setting.value.clone()));
        }
        Kind::Table(table) => place(setting, step + 1, open(table, &segment.name, setting.span(step)), findings),
        Kind::List(items) => {
            let count = items.len();
            match segment.name.parse::<usize>().ok().and_then(|i| items.get_mut(i)) {
                Some(item) if last => *item = setting.value.clone(),
                Some(item) => place(setting, step + 1, item, findings),
                None => findings.note(
                    Found::new(
                        setting.span(step),
                        setting.key(),
                        format!("cannot be set: a list of {count} stands here"),
                    )
                    .help("count its entries from 0, as in tiers.0.share_pu"),
                ),
            }
        }
        Kind::Faulty => {}
        _ => findings.note(
            Found::new(
                setting.span(step),
                setting.key(),
                format!("cannot be set: `{}` has no keys", setting.path[step - 1].name),
            )
            .also(node.span, "it is written here"),
        ),
    }
}

/// The table at `key`, made empty where there is none.
fn open<'a>(table: &'a mut Table, key: &str, span: Span) -> &'a mut Node {
    let at = table.entries.iter().position(|e| e.key == key).unwrap_or_else(|| {
        let empty = Node::new(Kind::Table(Table::default()), span);
        table.entries.push(Entry::new(key.to_owned(), span, empty));
        table.entries.len() - 1
    });
    &mut table.entries[at].value
}
