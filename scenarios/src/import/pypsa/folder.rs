//! What all parts of a PyPSA folder need: its buses, its series, and a note of what was read.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::super::draft::Draft;
use super::sheet::{self, Row, Sheet};
use crate::fault::Findings;

/// What the files of a folder end with.
const CSV: &str = ".csv";
/// Columns that describe, or that PyPSA computes.
const DESCRIPTIVE: [&str; 34] = [
    "name",
    "bus",
    "bus0",
    "bus1",
    "carrier",
    "active",
    "x",
    "y",
    "country",
    "location",
    "unit",
    "control",
    "generator",
    "sub_network",
    "p_nom_opt",
    "s_nom_opt",
    "e_nom_opt",
    "build_year",
    "lifetime",
    "capital_cost",
    "capex",
    "discount_rate",
    "overnight_cost",
    "fom_cost",
    "terrain_factor",
    "v_ang_min",
    "v_ang_max",
    "underground",
    "under_construction",
    "geometry",
    "tags",
    "color",
    "nice_name",
    "model",
];
/// Series that are results.
const RESULTS: [&str; 21] = [
    "p",
    "q",
    "p0",
    "p1",
    "p2",
    "q0",
    "q1",
    "e",
    "v_mag_pu",
    "v_mag_pu_set",
    "v_ang",
    "marginal_price",
    "status",
    "state_of_charge",
    "p_dispatch",
    "p_store",
    "spill",
    "start_up",
    "shut_down",
    "mu_upper",
    "mu_lower",
];

/// A folder while it is read.
pub(super) struct Folder<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// Faults so far.
    pub findings: RefCell<Findings>,
    /// The name of the file of series, as the scenario names it.
    pub series_file: String,
    /// How many snapshots there are.
    pub steps: usize,
    buses: BTreeMap<String, (Option<String>, f64)>,
    read: RefCell<BTreeSet<PathBuf>>,
}

impl<'a> Folder<'a> {
    pub fn new(path: &'a Path, series_file: String) -> Self {
        let (findings, read) = Default::default();
        Self { path, findings, series_file, steps: 1, buses: BTreeMap::new(), read }
    }

    /// A file of the folder, if it is there.
    pub fn sheet(&self, file: &str) -> Option<Sheet> {
        self.read.borrow_mut().insert(PathBuf::from(file));
        sheet::read(self.path, file, &self.findings)
    }

    /// The rows of a kind of component that are switched on, and a note of the columns and rows that
    /// are not carried over. `used` are the columns that the caller reads.
    pub fn parts(&self, kind: &str, used: &[&str], draft: &mut Draft, mut each: impl FnMut(&mut Draft, Row<'_>)) {
        let Some(sheet) = self.sheet(&format!("{kind}.csv")) else { return };
        let mut names = BTreeSet::new();
        for row in sheet.rows() {
            if row.name().is_empty() {
                row.fault("name", "must not be empty", &self.findings);
            } else if !names.insert(row.name().to_owned()) {
                row.fault("name", "is used twice", &self.findings);
            } else if row.inactive() {
                draft.lose("not active and left out", format!("{} {}", row.place(), row.name()));
            } else {
                each(draft, row);
            }
        }
        for (position, column) in sheet.columns().iter().enumerate() {
            let idle = |cell: &str| matches!(cell, "" | "0" | "0.0" | "-0.0" | "False" | "false" | "nan" | "inf");
            let carried = used.contains(&column.as_str()) || DESCRIPTIVE.contains(&column.as_str());
            if let Some(row) = sheet.rows().find(|row| !carried && position > 0 && !idle(row.at(position))) {
                draft.lose("a column is not carried over", format!("{} {column}", row.place()));
            }
        }
    }

    /// Series of a quantity by component: one value per snapshot, `usual` where a cell is empty.
    pub fn series(&self, kind: &str, quantity: &str, usual: f64) -> BTreeMap<String, Vec<f64>> {
        let Some(sheet) = self.sheet(&format!("{kind}-{quantity}.csv")) else { return BTreeMap::new() };
        if sheet.len() != self.steps
            && let Some(row) = sheet.rows().last()
        {
            let rule = format!("the file has {} rows for {} snapshots", sheet.len(), self.steps);
            row.fault(quantity, rule, &self.findings);
        }
        let column = |position: usize| sheet.rows().map(|row| row.number_at(position, usual, &self.findings)).collect();
        (1..sheet.columns().len()).map(|position| (sheet.columns()[position].clone(), column(position))).collect()
    }

    /// Takes in a bus: its name in the draft, `None` where it is left out, and its voltage.
    pub fn add_bus(&mut self, name: &str, own: Option<String>, v_nom_kv: f64) {
        self.buses.insert(name.to_owned(), (own, v_nom_kv));
    }

    /// The bus that a row names: its name in the draft and its voltage, kV. `None` where there is no
    /// such bus, a fault, or where it is left out and the row with it.
    pub fn bus(&self, row: Row<'_>, column: &str, draft: &mut Draft) -> Option<(String, f64)> {
        let name = row.text(column);
        match self.buses.get(name) {
            None => {
                row.fault(column, format!("is no bus of buses.csv: `{name}`"), &self.findings);
                None
            }
            Some((None, _)) => {
                draft.lose("left out with its bus", format!("{} {}", row.place(), row.name()));
                None
            }
            Some((Some(own), v_nom_kv)) => Some((own.clone(), *v_nom_kv)),
        }
    }

    /// Notes files that nothing has read, results apart.
    pub fn tell_unread(&self, draft: &mut Draft) {
        let Ok(entries) = std::fs::read_dir(self.path) else { return };
        let mut files: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(CSV))
            .collect();
        files.sort();
        for file in files {
            let stem = file.trim_end_matches(CSV);
            let result = stem
                .split_once('-')
                .is_some_and(|(_, quantity)| RESULTS.contains(&quantity) || quantity.starts_with("mu_"));
            let descriptive = matches!(stem, "carriers" | "network" | "sub_networks" | "investment_periods");
            if !result && !descriptive && !self.read.borrow().contains(Path::new(&file)) {
                draft.lose("a file is not carried over", format!("{file} line 1"));
            }
        }
    }
}
