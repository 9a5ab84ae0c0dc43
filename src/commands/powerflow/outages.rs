//! What the loss of each branch does, as JSON and as text.

use std::fmt::Write;

use energyopti_grid::Network;
use energyopti_grid::flow::{Outage, OutageResult};
use serde_json::{Value, json};

use crate::commands::case;

/// One row per branch in service.
pub fn json(network: &Network, outages: &[Outage]) -> Value {
    outages.iter().map(|outage| row(network, outage)).collect()
}

fn row(network: &Network, outage: &Outage) -> Value {
    let lost = outage.branch + 1;
    match &outage.result {
        OutageResult::Islanding => json!({"branch": lost, "islanding": true}),
        OutageResult::Rerouted { worst, overloads } => {
            let over = |&(branch, flow): &(usize, f64)| {
                let rate = network.branches[branch].rate_mw;
                json!({"branch": branch + 1, "flow_mw": case::number(flow), "limit_mw": case::number(rate)})
            };
            let mut row = json!({"branch": lost, "islanding": false});
            row["overloads"] = overloads.iter().map(over).collect();
            if let Some((branch, loading)) = worst {
                row["worst"] = json!({"branch": branch + 1, "loading_pu": case::number(*loading)});
            }
            row
        }
    }
}

/// The worst losses.
pub fn text(network: &Network, outages: &[Outage]) -> String {
    let islanding = outages.iter().filter(|outage| outage.result == OutageResult::Islanding).count();
    let mut worst: Vec<(usize, usize, f64)> = Vec::new();
    let mut overloading = 0;
    for outage in outages {
        if let OutageResult::Rerouted { worst: Some((branch, loading)), overloads } = &outage.result {
            worst.push((outage.branch, *branch, *loading));
            overloading += usize::from(!overloads.is_empty());
        }
    }
    worst.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    let mut text = format!(
        "N-1 by linear flows: {} losses, {overloading} overload a branch, {islanding} split the network\n",
        outages.len()
    );
    for (lost, branch, loading) in worst.iter().take(case::MOST_ROWS) {
        let [lost, branch] = [*lost, *branch].map(|index| case::branch_name(network, index));
        let _ = writeln!(text, "  without {lost:<34} {branch:<34} {:>6.1} %", 100.0 * loading);
    }
    text
}
