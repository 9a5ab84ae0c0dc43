//! What is asked, checked and with the contents of its files.

use std::sync::Arc;

use crate::schema::{FeatureCircuitSpec, MixerSpec};

/// All questions of a scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Questions {
    pub allocation: Option<Allocation>,
    pub tail_risk: Option<TailRisk>,
    pub features: Option<Features>,
}

impl Questions {
    /// The metrics whose value in every future is needed, sorted, each once.
    pub fn metrics(&self) -> Vec<&str> {
        let candidates = self.allocation.iter().flat_map(|allocation| &allocation.candidates);
        let of_candidates = candidates.filter_map(|candidate| match &candidate.returns {
            Returns::Metric { name, .. } => Some(name.as_str()),
            Returns::Futures(_) | Returns::Stated { .. } => None,
        });
        let mut names: Vec<&str> = of_candidates.chain(self.tail_risk.iter().map(|tail| tail.of.as_str())).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Which candidates to take.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Allocation {
    /// Sorted by name.
    pub candidates: Vec<Candidate>,
    /// Greatest total cost, currency.
    pub budget: f64,
    /// Least total cost, currency.
    pub least_cost: f64,
    /// Units that are taken, where their number is fixed.
    pub cardinality: Option<u32>,
    pub risk: Risk,
    /// Correlation of stated returns, a row per candidate.
    pub correlation: Option<Vec<Vec<f64>>>,
    /// Most futures that are looked at.
    pub futures: usize,
    pub layers: u32,
    pub mixer: MixerSpec,
    pub warm_start: bool,
    pub shots: u32,
}

/// Something that can be taken.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Candidate {
    pub name: String,
    /// Of a unit, currency.
    pub cost: f64,
    pub max_units: u32,
    pub returns: Returns,
}

/// What a unit returns, currency.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Returns {
    /// `times * metric + plus`, by future of the run.
    Metric { name: String, times: f64, plus: f64 },
    /// One number per future, of a file.
    Futures(Arc<[f64]>),
    /// By mean and standard deviation.
    Stated { mean: f64, standard_deviation: f64 },
}

/// Risk and its weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Risk {
    Variance { aversion: f64 },
    Cvar { aversion: f64, alpha: f64 },
}

/// Tail of a metric.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TailRisk {
    pub of: String,
    pub alpha: f64,
    pub qubits: u32,
    pub epsilon: f64,
}

/// Features of windows of a series.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Features {
    pub series: Arc<[f64]>,
    pub window: usize,
    pub circuit: FeatureCircuitSpec,
    pub qubits: u32,
    pub layers: u32,
    pub bandwidth: f64,
}
