//! MATPOWER case files, version 2: from text to a checked [`Network`].
//!
//! The format is that of Zimmerman and Murillo-Sanchez, *MATPOWER User's Manual*, appendix B. Data is
//! read; the little code that some files run on their data is evaluated as far as `conversion`
//! says, and a statement beyond it is a fault. Not here: files, and what is computed.

mod branches;
mod buses;
mod case;
mod conversion;
mod costs;
mod cursor;
mod fault;
mod generators;
mod islands;
mod record;
mod statement;
mod table;
#[cfg(test)]
mod tests;

use buses::Buses;
use case::Case;

pub use fault::{Fault, Faults, Warning};

use crate::Network;

/// What a case file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// Indices in range, numbers finite where [`Network`] says nothing else.
    pub network: Network,
    /// What was left out or changed, by line.
    pub warnings: Vec<Warning>,
}

/// Reads a case file.
///
/// Bus types 1 to 4; a `ratio` of 0 is a tap of 1; a `rateA` of 0 is infinite; angle limits stay as
/// given, and are -360 and 360 degrees where the table ends before them. Generators and branches at
/// isolated buses are out of service. Costs of reactive power and direct-current lines are left out
/// with a warning; without `gencost` generation costs nothing. Each island has at most one reference
/// bus, the case at least one.
///
/// # Errors
/// All faults at once, by line.
pub fn parse(text: &str) -> Result<Parsed, Faults> {
    let mut faults = Faults::default();
    let mut case = Case::read(text, &mut faults);
    let mut warnings = std::mem::take(&mut case.warnings);
    for (field, present) in
        [("bus", case.bus.is_some()), ("gen", case.generator.is_some()), ("branch", case.branch.is_some())]
    {
        // A case of version 1 has other faults to tell.
        if !present && faults.is_empty() {
            let rule = "is missing: a case has mpc.baseMVA, mpc.bus, mpc.gen and mpc.branch";
            faults.note(Fault::new(1, format!("mpc.{field}"), rule));
        }
    }
    let base_mva = base(&case, &mut faults);
    let buses = Buses::read(case.bus.as_mut(), &mut faults);
    let mut generators = match &mut case.generator {
        Some(table) => generators::read(table, &buses, &mut faults, &mut warnings),
        None => Vec::new(),
    };
    let branches = match &mut case.branch {
        Some(table) => branches::read(table, &buses, &mut faults, &mut warnings),
        None => Vec::new(),
    };
    if case.generator.is_some() {
        costs::read(case.cost.as_ref(), &mut generators, &mut faults, &mut warnings);
    }
    if !buses.buses.is_empty() && faults.is_empty() {
        islands::check(&buses, &branches, &mut faults, &mut warnings);
    }
    warnings.sort_by_key(|warning| warning.line);
    let network = Network { name: case.name, base_mva, buses: buses.buses, generators, branches };
    faults.or(Parsed { network, warnings })
}

fn base(case: &Case, faults: &mut Faults) -> f64 {
    let fault = match case.base_mva {
        Some((_, base)) if base > 0.0 && base.is_finite() => return base,
        Some((line, base)) => Fault::new(line, "mpc.baseMVA", "must be above 0").value(base),
        None if faults.is_empty() => {
            Fault::new(1, "mpc.baseMVA", "is missing").help("most cases have mpc.baseMVA = 100;")
        }
        None => return f64::NAN,
    };
    faults.note(fault);
    f64::NAN
}
