//! What the variants of one scenario share: files, series and calendars are read and made once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use energyopti_engine::Series;
use energyopti_engine::Stamp;
use jiff::Timestamp;

use super::csv::CsvFile;
use super::{Checked, Reported, calendar, csv};
use crate::document::files::{self, Folder};
use crate::document::{Node, SourceId};
use crate::fault::{Findings, Found};
use crate::input::Input;

type Column = (Rc<CsvFile>, usize, Arc<[f64]>);
type Stamps = Option<Arc<[Stamp]>>;

/// Everything read and made so far.
pub(crate) struct Shared {
    folder: Folder,
    files: BTreeMap<PathBuf, Checked<Rc<CsvFile>>>,
    columns: BTreeMap<(PathBuf, String), Checked<Arc<[f64]>>>,
    series: BTreeMap<String, Series>,
    stamps: BTreeMap<(Timestamp, i64, usize), Stamps>,
    stored: BTreeMap<(SourceId, String), String>,
}

impl Shared {
    /// Nothing read yet; files are read from `folder` only.
    pub fn new(folder: Folder) -> Self {
        Self {
            folder,
            files: BTreeMap::new(),
            columns: BTreeMap::new(),
            series: BTreeMap::new(),
            stamps: BTreeMap::new(),
            stored: BTreeMap::new(),
        }
    }

    /// The calendar of a horizon; `None` where it leaves the calendar.
    pub(super) fn stamps(&mut self, start: Timestamp, step_s: i64, count: usize) -> Stamps {
        let make = || calendar::stamps(start, step_s, count).map(Into::into);
        self.stamps.entry((start, step_s, count)).or_insert_with(make).clone()
    }

    /// The series that `key` describes in full, made at most once.
    pub(super) fn series(&mut self, key: String, make: impl FnOnce() -> Series) -> Series {
        self.series.entry(key).or_insert_with(make).clone()
    }

    /// The CSV file that `node` names; its faults are noted the first time.
    pub(super) fn file(&mut self, node: &Node, key: &str, findings: &mut Findings) -> Checked<(Rc<CsvFile>, Input)> {
        let name = node.text().ok_or(Reported)?;
        let source = findings.sources.get(node.span.source);
        let (from, label) = (source.folder.clone(), files::sibling(&source.label, name));
        let label = if source.label == "--set" { name.to_owned() } else { label };
        let path = self.folder.locate(&from, name).map_err(|fault| {
            findings.note(Found::new(node.span, key, fault.rule).maybe_help(fault.help));
            Reported
        })?;
        if !self.files.contains_key(&path) {
            let file = read(&path, label, node, key, findings).map(Rc::new);
            self.files.insert(path.clone(), file);
        }
        let file = self.files.get(&path).cloned().ok_or(Reported)??;
        let input = Input { file: name.to_owned(), sha256: file.sha256.clone(), bytes: file.bytes.clone() };
        self.stored.insert((node.span.source, name.to_owned()), input.stored_as());
        Ok((file, input))
    }

    /// A column of a file; its faults are noted the first time.
    pub(super) fn column(
        &mut self,
        file: &Rc<CsvFile>,
        column: &Node,
        key: &str,
        findings: &mut Findings,
    ) -> Checked<Column> {
        let name = column.text().ok_or(Reported)?;
        let index = file.find(name, column.span, key, findings)?;
        let entry = self.columns.entry((file.path.clone(), name.to_owned()));
        let values = entry.or_insert_with(|| file.numbers(index, findings)).clone()?;
        Ok((file.clone(), index, values))
    }

    /// What the canonical scenario calls the file that is named `name` in `source`.
    pub fn stored_as(&self, source: SourceId, name: &str) -> Option<&str> {
        self.stored.get(&(source, name.to_owned())).map(String::as_str)
    }
}

fn read(path: &std::path::Path, label: String, node: &Node, key: &str, findings: &mut Findings) -> Checked<CsvFile> {
    let bytes = files::read_bytes(path).map_err(|fault| {
        findings.note(Found::new(node.span, key, fault.rule()));
        Reported
    })?;
    csv::read(path, label, &bytes.into(), findings)
}
