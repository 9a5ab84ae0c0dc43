//! `[grid]`: the law of flows, and whether the scenario has to choose one.

use energyopti_engine::Network;
use energyopti_grid::BranchModel;

use super::{Checked, Reported, named};
use crate::document::{Node, Table};
use crate::fault::{Findings, Found};

/// The law of flows between electric buses.
#[derive(Clone, Copy)]
pub(crate) struct Law {
    /// To the engine.
    pub network: Network,
    /// For a line, where flows follow angles.
    pub branches: Option<BranchModel>,
    /// As it is written.
    pub word: &'static str,
    /// Base power of per-unit values, MVA.
    pub base_mva: f64,
}

/// As they are written, with their meaning.
const LAWS: [(&str, Network, Option<BranchModel>); 5] = [
    ("copper_plate", Network::CopperPlate, None),
    ("transport", Network::Transport, None),
    ("dcp", Network::Dc, Some(BranchModel::Dcp)),
    ("matpower", Network::Dc, Some(BranchModel::Matpower)),
    ("reactance", Network::Dc, Some(BranchModel::Reactance)),
];

/// Reads `grid`. A copper plate by default, unless there is something between the buses.
pub(super) fn read(root: &Table, findings: &mut Findings) -> Checked<Law> {
    let grid = root.get("grid").map(|grid| grid.table().ok_or(Reported)).transpose()?;
    let base_mva =
        grid.and_then(|grid| grid.get("base_mva")).map_or(Ok(100.0), |node| node.number().ok_or(Reported))?;
    let law = |(word, network, branches)| Law { network, branches, word, base_mva };
    if let Some(grid) = grid.filter(|grid| grid.has("model")) {
        let word = grid.get("model").and_then(Node::text).ok_or(Reported)?;
        return LAWS.into_iter().find(|(known, ..)| *known == word).map(law).ok_or(Reported);
    }
    let between = ["line", "link"].into_iter().find_map(|kind| named(root, kind).into_iter().next());
    let Some(first) = between else { return Ok(law(LAWS[0])) };
    let rule = format!("is missing: there is {} to flow through", first.path);
    findings.note(Found::new(first.span, "grid.model", rule).help(
        "results differ by it: transport (any flow within limits), dcp, matpower or reactance (linear power flow), or \
         copper_plate",
    ));
    Err(Reported)
}
