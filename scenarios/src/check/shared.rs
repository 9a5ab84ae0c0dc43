//! What the variants of one scenario share: files, series and calendars are read and made once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use energyopti_engine::Series;
use energyopti_engine::Stamp;
use jiff::Timestamp;

use super::csv::CsvFile;
use super::weather::{self, Format, TypicalYear};
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
    typical_years: BTreeMap<PathBuf, Checked<Option<Rc<TypicalYear>>>>,
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
            typical_years: BTreeMap::new(),
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

    /// Where the file that `node` names lies, and what messages call it.
    fn locate(&self, node: &Node, key: &str, findings: &mut Findings) -> Checked<(PathBuf, String)> {
        let name = node.text().ok_or(Reported)?;
        let source = findings.sources.get(node.span.source);
        let (from, label) = (source.folder.clone(), files::sibling(&source.label, name));
        let label = if source.label == "--set" { name.to_owned() } else { label };
        let path = self.folder.locate(&from, name).map_err(|fault| {
            findings.note(Found::new(node.span, key, fault.rule).maybe_help(fault.help));
            Reported
        })?;
        Ok((path, label))
    }

    /// The CSV file that `node` names; its faults are noted the first time.
    pub(super) fn file(&mut self, node: &Node, key: &str, findings: &mut Findings) -> Checked<(Rc<CsvFile>, Input)> {
        let (path, label) = self.locate(node, key, findings)?;
        if !self.files.contains_key(&path) {
            let bytes = self.bytes(&path, node, key, findings);
            let file = bytes.and_then(|bytes| csv::read(&path, label, &bytes, findings)).map(Rc::new);
            self.files.insert(path.clone(), file);
        }
        let file = self.files.get(&path).cloned().ok_or(Reported)??;
        let input = self.store(node, &file.sha256, &file.bytes)?;
        Ok((file, input))
    }

    /// The typical year that `node` names; `None` where the file is a plain CSV file. Its faults are
    /// noted the first time.
    pub(super) fn typical_year(
        &mut self,
        node: &Node,
        key: &str,
        format: Option<Format>,
        findings: &mut Findings,
    ) -> Checked<Option<(Rc<TypicalYear>, Input)>> {
        let (path, label) = self.locate(node, key, findings)?;
        if !self.typical_years.contains_key(&path) {
            let year = self.bytes(&path, node, key, findings).and_then(|bytes| {
                let Some(format) = format.or_else(|| Format::of(&bytes)) else { return Ok(None) };
                weather::read_typical_year(format, &path, label, &bytes, findings).map(|year| Some(Rc::new(year)))
            });
            self.typical_years.insert(path.clone(), year);
        }
        let Some(year) = self.typical_years.get(&path).cloned().ok_or(Reported)?? else { return Ok(None) };
        let input = self.store(node, &year.sha256, &year.bytes)?;
        Ok(Some((year, input)))
    }

    fn bytes(&self, path: &Path, node: &Node, key: &str, findings: &mut Findings) -> Checked<Arc<[u8]>> {
        self.folder.read_bytes(path).map_err(|fault| {
            findings.note(Found::new(node.span, key, fault.rule()));
            Reported
        })
    }

    /// Notes under which name a run keeps the file that `node` names.
    fn store(&mut self, node: &Node, sha256: &str, bytes: &Arc<[u8]>) -> Checked<Input> {
        let name = node.text().ok_or(Reported)?;
        let input = Input { file: name.to_owned(), sha256: sha256.to_owned(), bytes: bytes.clone() };
        self.stored.insert((node.span.source, name.to_owned()), input.stored_as());
        Ok(input)
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
