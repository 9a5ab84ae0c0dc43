//! N-1 screening: what the loss of each branch overloads, by outage factors alone.

use serde::Serialize;

use super::model::DcModel;
use crate::flow::error::FlowError;

/// The loss of a branch.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outage {
    /// Index of the lost branch.
    pub branch: usize,
    /// What follows.
    pub result: OutageResult,
}

/// What a loss does.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutageResult {
    /// It splits the network, or leaves one without a solution: flows would depend on how the parts
    /// are balanced, so none are given.
    Islanding,
    /// Flows go elsewhere.
    Rerouted {
        /// The branch with the highest loading and its loading, flow over limit; `None` without
        /// limited branches.
        worst: Option<(usize, f64)>,
        /// Branches beyond their limit with the flow on them, MW, in the network's order.
        overloads: Vec<(usize, f64)>,
    },
}

impl DcModel {
    /// Screens the loss of every branch in service, from the flows before it, MW. Limits are the
    /// branches' `rate_mw`. Of equal loadings the lower index is the worst.
    ///
    /// # Errors
    ///
    /// Flows of a wrong number or not finite.
    pub fn screen(&self, flow_mw: &[f64]) -> Result<Vec<Outage>, FlowError> {
        let expected = self.network.branches.len();
        if flow_mw.len() != expected {
            return Err(FlowError::Length { what: "flows", given: flow_mw.len(), expected });
        }
        if flow_mw.iter().any(|flow| !flow.is_finite()) {
            return Err(FlowError::NotFinite { item: "screening".into(), quantity: "flow" });
        }
        let mut outages = Vec::with_capacity(self.lines.len());
        self.each_outage(|outage, factors| {
            let branch = self.lines[outage].branch;
            let result = factors.map_or(OutageResult::Islanding, |factors| self.rerouted(branch, factors, flow_mw));
            outages.push(Outage { branch, result });
        });
        Ok(outages)
    }

    fn rerouted(&self, lost: usize, factors: &[f64], flow_mw: &[f64]) -> OutageResult {
        let (mut worst, mut overloads): (Option<(usize, f64)>, _) = (None, vec![]);
        for (line, factor) in self.lines.iter().zip(factors).filter(|(line, _)| line.branch != lost) {
            let rate_mw = self.network.branches[line.branch].rate_mw;
            if !rate_mw.is_finite() {
                continue;
            }
            let flow = flow_mw[line.branch] + factor * flow_mw[lost];
            let loading = flow.abs() / rate_mw;
            if worst.is_none_or(|(_, most)| loading > most) {
                worst = Some((line.branch, loading));
            }
            if flow.abs() > rate_mw {
                overloads.push((line.branch, flow));
            }
        }
        OutageResult::Rerouted { worst, overloads }
    }
}
