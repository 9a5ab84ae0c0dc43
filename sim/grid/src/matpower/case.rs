//! The tables of a case, gathered from its statements.
//!
//! Not here: whether their values make a network.

use std::collections::BTreeMap;

use super::conversion;
use super::fault::{Fault, Faults, Warning};
use super::statement::{Statement, statements};
use super::table::{Table, number};

/// Fields that say nothing about flows or costs.
const DESCRIPTIVE: [&str; 12] = [
    "areas",
    "bus_name",
    "gen_name",
    "branch_name",
    "gentype",
    "genfuel",
    "gen_type",
    "gen_fuel",
    "name",
    "order",
    "bus_loc",
    "casename",
];

/// What a case file holds, as written.
#[derive(Debug, Default)]
pub(super) struct Case {
    /// The function's name.
    pub name: String,
    /// `mpc.baseMVA` and its line.
    pub base_mva: Option<(usize, f64)>,
    /// `mpc.bus`.
    pub bus: Option<Table>,
    /// `mpc.gen`.
    pub generator: Option<Table>,
    /// `mpc.branch`.
    pub branch: Option<Table>,
    /// `mpc.gencost`.
    pub cost: Option<Table>,
    /// What was left out.
    pub warnings: Vec<Warning>,
    /// Scalars that the file's code defines.
    pub scalars: BTreeMap<String, f64>,
    version: Option<usize>,
    root: Option<String>,
}

impl Case {
    /// Gathers the tables of `text`.
    pub fn read(text: &str, faults: &mut Faults) -> Self {
        let mut case = Self::default();
        for statement in statements(text, faults) {
            if let Err(fault) = case.take(statement) {
                faults.note(fault);
            }
        }
        if case.version.is_none() && case.bus.is_some() {
            let fault = Fault::new(1, "mpc.version", "is missing: the order of columns depends on it");
            faults.note(fault.help("write mpc.version = '2'; if this is a version 2 case"));
        }
        case
    }

    /// The used table of that name.
    pub fn table(&mut self, field: &str) -> Option<&mut Option<Table>> {
        Some(match field {
            "bus" => &mut self.bus,
            "gen" => &mut self.generator,
            "branch" => &mut self.branch,
            "gencost" => &mut self.cost,
            _ => return None,
        })
    }

    /// `bus` of `mpc.bus`, where `mpc` is what the file calls its case.
    pub fn field<'t>(&self, target: &'t str) -> Option<&'t str> {
        let (root, field) = target.split_once('.')?;
        (root == self.root.as_deref().unwrap_or("mpc")).then_some(field)
    }

    fn take(&mut self, statement: Statement<'_>) -> Result<(), Fault> {
        match statement {
            Statement::Function { line, outputs, name } => self.function(line, outputs, name),
            Statement::Matrix { target, table } => match self.field(target) {
                Some(field) => self.matrix(field, table),
                None => Err(version_1_or_unknown(table.line, target)),
            },
            Statement::Text { line, target, text } => match self.field(target) {
                Some("version") => self.version(line, text.trim_matches(['\'', '"'])),
                Some(field) if !uses(field) => {
                    self.unused(line, field);
                    Ok(())
                }
                _ => Err(Fault::new(line, target, "is no table of numbers").value(text)),
            },
            Statement::Code { line, text } => self.code(line, &text),
        }
    }

    fn function(&mut self, line: usize, outputs: String, name: String) -> Result<(), Fault> {
        if outputs.starts_with('[') {
            return Err(version_1(line, "returns its tables apart: it is a case of version 1"));
        }
        if self.root.is_some() {
            return Err(Fault::new(line, "", "is a second function, which is not evaluated").value(name));
        }
        (self.root, self.name) = (Some(outputs), name);
        Ok(())
    }

    fn matrix(&mut self, field: &str, table: Table) -> Result<(), Fault> {
        let rows = table.rows.len();
        if field == "dcline" && rows > 0 {
            let message = format!("mpc.dcline is left out: {rows} direct-current lines carry nothing");
            self.warnings.push(Warning { line: table.line, message });
        } else if let Some(place) = self.table(field) {
            if let Some(first) = place {
                let rule = format!("is given twice, first on line {}", first.line);
                return Err(Fault::new(table.line, table.name, rule));
            }
            *place = Some(table);
        } else if uses(field) {
            return Err(Fault::new(table.line, table.name, "must be a single number or text"));
        } else if rows > 0 {
            self.unused(table.line, field);
        }
        Ok(())
    }

    fn code(&mut self, line: usize, text: &str) -> Result<(), Fault> {
        let assigned = text.split_once('=').map(|(target, value)| (target.trim(), value.trim()));
        match assigned.and_then(|(target, value)| Some((self.field(target)?.to_owned(), value))) {
            Some((field, value)) if field == "version" => self.version(line, value),
            // `mpc.bus(:, 3) = ...` changes a used field, `mpc.reserves.zones = ...` none.
            Some((field, _)) if !uses(head(&field)) => {
                self.unused(line, head(&field));
                Ok(())
            }
            _ => conversion::apply(self, line, text),
        }
    }

    fn version(&mut self, line: usize, version: &str) -> Result<(), Fault> {
        self.version = Some(line);
        match number(version) {
            Some(2.0) => Ok(()),
            Some(1.0) => Err(version_1(line, "says version 1")),
            _ => Err(Fault::new(line, "mpc.version", "is not known").value(version).help("only version '2' is read")),
        }
    }

    fn unused(&mut self, line: usize, field: &str) {
        if !DESCRIPTIVE.contains(&field) {
            self.warnings.push(Warning { line, message: format!("mpc.{field} is not used") });
        }
    }
}

/// `bus` of `bus(:, 3)`.
fn head(field: &str) -> &str {
    field.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
}

fn uses(field: &str) -> bool {
    matches!(field, "bus" | "gen" | "branch" | "gencost" | "baseMVA" | "version")
}

fn version_1(line: usize, rule: &str) -> Fault {
    Fault::new(line, "the case", rule).help("convert it: in MATPOWER, savecase('new.m', loadcase('old.m'))")
}

fn version_1_or_unknown(line: usize, target: &str) -> Fault {
    if matches!(target, "bus" | "gen" | "branch" | "gencost" | "baseMVA" | "areas") {
        version_1(line, &format!("has a variable `{target}` in place of mpc.{target}: it is a case of version 1"))
    } else {
        Fault::new(line, target, "is not known: only fields of the case are read")
    }
}
