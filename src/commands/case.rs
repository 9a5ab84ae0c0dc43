//! What `powerflow` and `opf` share: the case that they read, and how its parts are called.

use std::path::Path;

use energyopti_grid::{BranchModel, Network};
use energyopti_scenarios::import::read_case;
use serde_json::{Number, Value, json};

use crate::arguments::BranchLaw;
use crate::failure::Failure;

/// Most warnings that are printed.
const MOST_WARNINGS: usize = 20;
/// Most rows of a table in a summary.
pub const MOST_ROWS: usize = 10;

/// The network of a case file; what was left out of it goes to standard error.
#[expect(clippy::print_stderr, reason = "warnings stand beside the answer, not in it")]
pub fn read(file: &Path) -> Result<Network, Failure> {
    let parsed = read_case(file)?;
    for warning in parsed.warnings.iter().take(MOST_WARNINGS) {
        eprintln!("warning: {}: {warning}", file.display());
    }
    if parsed.warnings.len() > MOST_WARNINGS {
        eprintln!("warning: ... and {} more", parsed.warnings.len() - MOST_WARNINGS);
    }
    Ok(parsed.network)
}

/// The kernel's word for a law.
pub fn model(law: BranchLaw) -> BranchModel {
    match law {
        BranchLaw::Dcp => BranchModel::Dcp,
        BranchLaw::Matpower => BranchModel::Matpower,
        BranchLaw::Reactance => BranchModel::Reactance,
    }
}

/// A bus as its file calls it: a number where it is one.
pub fn bus(name: &str) -> Value {
    match name.parse::<u64>() {
        Ok(number) if number.to_string() == name => json!(number),
        _ => json!(name),
    }
}

/// A number; where JSON has none for it, its name as text, so that it never becomes a null.
pub fn number(value: f64) -> Value {
    Number::from_f64(value).map_or_else(|| json!(value.to_string()), Value::Number)
}

/// What a network consists of, in one line.
pub fn title(network: &Network) -> String {
    let [buses, generators, branches] = [network.buses.len(), network.generators.len(), network.branches.len()];
    let name = if network.name.is_empty() { "case" } else { &network.name };
    format!("{name}: {buses} buses, {generators} generators, {branches} branches\n")
}

/// A branch as people call it.
pub fn branch_name(network: &Network, index: usize) -> String {
    let branch = &network.branches[index];
    let [from, to] = [branch.from, branch.to].map(|bus| network.buses[bus].name.as_str());
    format!("branch {} ({from} to {to})", index + 1)
}

/// The most loaded branches, as rows of a summary. `flow` is in MW or MVA per branch.
pub fn most_loaded(network: &Network, flow: &[f64], unit: &str) -> String {
    let loading = |index: usize| flow[index].abs() / network.branches[index].rate_mw;
    let mut limited: Vec<usize> =
        (0..flow.len()).filter(|&index| network.branches[index].rate_mw.is_finite() && flow[index] != 0.0).collect();
    // Of equal loadings the first branch comes first.
    limited.sort_by(|&a, &b| loading(b).total_cmp(&loading(a)).then(a.cmp(&b)));
    if limited.is_empty() {
        return most_flow(network, flow, unit);
    }
    let row = |&index: &usize| {
        let rate = network.branches[index].rate_mw;
        let name = branch_name(network, index);
        let percent = 100.0 * loading(index);
        format!("  {name:<34} {:>12.3} of {rate:>10.3} {unit}  {percent:>6.1} %\n", flow[index])
    };
    let rows: String = limited.iter().take(MOST_ROWS).map(row).collect();
    format!("most loaded branches\n{rows}")
}

/// The branches that carry most, where none has a limit.
fn most_flow(network: &Network, flow: &[f64], unit: &str) -> String {
    let mut all: Vec<usize> = (0..flow.len()).filter(|&index| flow[index] != 0.0).collect();
    all.sort_by(|&a, &b| flow[b].abs().total_cmp(&flow[a].abs()).then(a.cmp(&b)));
    let row = |&index: &usize| format!("  {:<34} {:>12.3} {unit}\n", branch_name(network, index), flow[index]);
    let rows: String = all.iter().take(MOST_ROWS).map(row).collect();
    format!("no branch in service has a limit; most flow\n{rows}")
}

/// Least and greatest of finite values, with their positions.
pub fn range(values: impl Iterator<Item = f64>) -> Option<[(usize, f64); 2]> {
    let finite = values.enumerate().filter(|(_, value)| value.is_finite());
    finite.fold(None, |range, one| {
        let [least, most] = range.unwrap_or([one, one]);
        Some([if one.1 < least.1 { one } else { least }, if one.1 > most.1 { one } else { most }])
    })
}
