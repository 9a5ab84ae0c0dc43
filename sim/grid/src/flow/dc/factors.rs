//! Transfer factors (PTDF) and outage factors (LODF) of the linear model.

use pulp::NullaryFnOnce;

use super::model::DcModel;
use crate::flow::error::FlowError;

/// Right-hand sides side by side.
pub(super) const LANES: usize = 16;

/// A line counts as carrying all of a transfer between its ends if less than this goes elsewhere.
const NOTHING_ELSEWHERE: f64 = 1e-9;

/// Where a transfer's power is taken out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TransferSlack<'a> {
    /// At the island's reference.
    Reference,
    /// At all buses of the island in proportion to these weights, one per bus and not negative. An
    /// island of zero weights keeps its reference.
    Distributed(&'a [f64]),
}

/// Power transfer distribution factors: change of flow per MW injected.
#[derive(Clone, Debug, PartialEq)]
pub struct Ptdf {
    buses: usize,
    /// Row by row, a row per branch.
    values: Vec<f64>,
}

impl Ptdf {
    /// Factors of a branch, one per bus: MW of flow per MW injected there and taken out at the slack.
    #[must_use]
    pub fn row(&self, branch: usize) -> &[f64] {
        &self.values[branch * self.buses..(branch + 1) * self.buses]
    }
}

/// Line outage distribution factors: share of a lost branch's flow that each other one takes over.
#[derive(Clone, Debug, PartialEq)]
pub struct Lodf {
    columns: Vec<Option<Vec<f64>>>,
}

impl Lodf {
    /// Factors for the loss of a branch, one per branch, -1 at itself; all 0 if it carries nothing.
    /// `None` where its loss splits the network, or leaves one that has no solution.
    #[must_use]
    pub fn outage(&self, branch: usize) -> Option<&[f64]> {
        self.columns[branch].as_deref()
    }
}

/// Solves for some right-hand sides by position in the dispatched instruction set.
struct Angles<'a>(&'a DcModel, &'a mut [[f64; LANES]]);

impl NullaryFnOnce for Angles<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.0.angles(self.1);
    }
}

impl DcModel {
    /// Transfer factors of every branch for every bus: a dense matrix.
    ///
    /// # Errors
    ///
    /// Weights of a wrong number, negative or not finite.
    pub fn ptdf(&self, slack: TransferSlack) -> Result<Ptdf, FlowError> {
        let buses = self.network.buses.len();
        let mut ptdf = Ptdf { buses, values: vec![0.0; buses * self.network.branches.len()] };
        let position = &self.factor.pattern().position;
        let all: Vec<_> = (0..buses).collect();
        for group in all.chunks(LANES) {
            let mut rows = vec![[0.0; LANES]; buses];
            group.iter().enumerate().for_each(|(lane, &bus)| rows[position[bus]][lane] = 1.0);
            pulp::Arch::new().dispatch(Angles(self, &mut rows));
            for line in &self.lines {
                for (lane, &bus) in group.iter().enumerate() {
                    ptdf.values[line.branch * buses + bus] =
                        line.mw_per_rad * (rows[line.from][lane] - rows[line.to][lane]);
                }
            }
        }
        if let TransferSlack::Distributed(weights) = slack {
            self.distribute(&mut ptdf, weights)?;
        }
        Ok(ptdf)
    }

    /// Moves the slack from the reference: what is taken out by weight was injected with a minus.
    fn distribute(&self, ptdf: &mut Ptdf, weights: &[f64]) -> Result<(), FlowError> {
        let buses = ptdf.buses;
        if weights.len() != buses {
            return Err(FlowError::Length { what: "weights", given: weights.len(), expected: buses });
        }
        if weights.iter().any(|weight| !weight.is_finite() || *weight < 0.0) {
            return Err(FlowError::NotFinite { item: "slack".into(), quantity: "weight" });
        }
        let mut total = vec![0.0; buses];
        weights.iter().zip(&self.islands).for_each(|(weight, &island)| total[island] += weight);
        for line in &self.lines {
            let island = self.islands[self.network.branches[line.branch].from];
            if total[island] == 0.0 {
                continue;
            }
            let row = &mut ptdf.values[line.branch * buses..(line.branch + 1) * buses];
            let inside = |bus: usize| self.islands[bus] == island;
            let mean: f64 =
                (0..buses).filter(|&bus| inside(bus)).map(|bus| row[bus] * weights[bus]).sum::<f64>() / total[island];
            (0..buses).filter(|&bus| inside(bus)).for_each(|bus| row[bus] -= mean);
        }
        Ok(())
    }

    /// Outage factors for the loss of every branch: a dense matrix.
    #[must_use]
    pub fn lodf(&self) -> Lodf {
        let mut columns = vec![Some(vec![0.0; self.network.branches.len()]); self.network.branches.len()];
        self.each_outage(|outage, factors| {
            let line = self.lines[outage];
            match factors {
                None => columns[line.branch] = None,
                Some(factors) => {
                    let column = columns[line.branch].get_or_insert_default();
                    self.lines.iter().zip(factors).for_each(|(other, factor)| column[other.branch] = *factor);
                }
            }
        });
        Lodf { columns }
    }

    /// Calls with each line (by index in `lines`) and the factors of all lines for its loss.
    ///
    /// A loss is the transfer between the line's ends that makes the line carry just that transfer
    /// (A. J. Wood and B. F. Wollenberg, *Power Generation, Operation, and Control*, appendix 11A):
    /// `factor = share / (1 - own share)`, with the shares of flow of 1 MW sent from end to end.
    pub(super) fn each_outage(&self, mut call: impl FnMut(usize, Option<&[f64]>)) {
        let bridges = self.graph.bridges();
        let candidates: Vec<_> = (0..self.lines.len()).collect();
        let mut factors = vec![0.0; self.lines.len()];
        for group in candidates.chunks(LANES) {
            let mut rows = vec![[0.0; LANES]; self.diagonal.len()];
            for (lane, &outage) in group.iter().enumerate() {
                rows[self.lines[outage].from][lane] += 1.0;
                rows[self.lines[outage].to][lane] -= 1.0;
            }
            pulp::Arch::new().dispatch(Angles(self, &mut rows));
            for (lane, &outage) in group.iter().enumerate() {
                for (factor, line) in factors.iter_mut().zip(&self.lines) {
                    *factor = line.mw_per_rad * (rows[line.from][lane] - rows[line.to][lane]);
                }
                let elsewhere = 1.0 - factors[outage];
                let splits = bridges[self.lines[outage].branch] || elsewhere.abs() < NOTHING_ELSEWHERE;
                if splits {
                    call(outage, None);
                    continue;
                }
                factors.iter_mut().for_each(|factor| *factor /= elsewhere);
                factors[outage] = -1.0;
                call(outage, Some(&factors));
            }
        }
    }
}
