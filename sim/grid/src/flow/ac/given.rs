//! What is given at each bus of one lane, from the network and a scenario.

use super::limits::Limit;
use super::model::AcModel;
use super::options::Scenario;
use crate::flow::error::FlowError;
use crate::network::{BusKind, Network};

/// A lane's problem, by bus of the network.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// `Isolated` is everything that is not energised.
    pub kinds: Vec<BusKind>,
    pub islands: Option<Vec<usize>>,
    /// Net injection, pu.
    pub p_pu: Vec<f64>,
    pub q_pu: Vec<f64>,
    /// Per generator: its active power, MW.
    pub p_generator_mw: Vec<f64>,
    pub q_load_mvar: Vec<f64>,
    pub p_load_mw: Vec<f64>,
    pub branches_out: Vec<usize>,
    /// Per generator: the reactive limit it was fixed at, if it was.
    pub limited: Vec<Option<Limit>>,
}

fn chosen(
    given: Option<&[f64]>,
    what: &'static str,
    own: impl ExactSizeIterator<Item = f64>,
) -> Result<Vec<f64>, FlowError> {
    let Some(given) = given else { return Ok(own.collect()) };
    if given.len() != own.len() {
        return Err(FlowError::Length { what, given: given.len(), expected: own.len() });
    }
    if given.iter().any(|value| !value.is_finite()) {
        return Err(FlowError::NotFinite { item: "scenario".into(), quantity: what });
    }
    Ok(given.to_vec())
}

impl Given {
    pub(super) fn new(model: &AcModel, scenario: &Scenario) -> Result<Self, FlowError> {
        let network = &model.network;
        let mut branches_out = scenario.branches_out.to_vec();
        branches_out.sort_unstable();
        branches_out.dedup();
        if let Some(&beyond) = branches_out.last().filter(|&&last| last >= network.branches.len()) {
            return Err(FlowError::NoBranch(beyond, network.branches.len()));
        }
        branches_out.retain(|&branch| model.ports[branch].is_some());
        let loads = network.buses.iter();
        let mut given = Self {
            kinds: model.kinds.clone(),
            islands: None,
            p_pu: vec![],
            q_pu: vec![],
            p_generator_mw: chosen(
                scenario.p_generator_mw,
                "active power of generators",
                network.generators.iter().map(|g| g.p_mw),
            )?,
            p_load_mw: chosen(scenario.p_load_mw, "active load", loads.clone().map(|bus| bus.p_load_mw))?,
            q_load_mvar: chosen(scenario.q_load_mvar, "reactive load", loads.map(|bus| bus.q_load_mvar))?,
            branches_out,
            limited: vec![None; network.generators.len()],
        };
        // One lost branch that is no bridge splits nothing: the common case of a screening.
        if given.branches_out.len() > 1 || given.branches_out.iter().any(|&branch| model.bridges[branch]) {
            given.islands = Some(model.graph.islands(&given.branches_out));
            given.choose_kinds(model);
        }
        given.sum_injections(network);
        Ok(given)
    }

    /// What is given at a bus, pu, and 1 for what is free there: angle and magnitude.
    #[inline]
    pub(super) fn at(&self, bus: usize) -> ([f64; 2], [f64; 2]) {
        let free = match self.kinds[bus] {
            BusKind::Pq => [1.0, 1.0],
            BusKind::Pv => [1.0, 0.0],
            BusKind::Slack | BusKind::Isolated => [0.0, 0.0],
        };
        ([self.p_pu[bus], self.q_pu[bus]], free)
    }

    /// Decides again what is given where, after generators were fixed or islands changed.
    pub(super) fn choose_kinds(&mut self, model: &AcModel) {
        let islands = self.islands.as_ref().unwrap_or(&model.islands);
        self.kinds = kinds(&model.network, islands, &self.limited);
    }

    /// Sums loads and generators per bus.
    pub(super) fn sum_injections(&mut self, network: &Network) {
        let per_base = 1.0 / network.base_mva;
        self.p_pu.clear();
        self.p_pu.extend(self.p_load_mw.iter().map(|load| -load * per_base));
        self.q_pu.clear();
        self.q_pu.extend(self.q_load_mvar.iter().map(|load| -load * per_base));
        for (index, generator) in network.generators.iter().enumerate().filter(|(_, g)| g.in_service) {
            let q_mvar = self.limited[index].map_or(generator.q_mvar, |limit| limit.of(generator));
            self.p_pu[generator.bus] += self.p_generator_mw[index] * per_base;
            self.q_pu[generator.bus] += q_mvar * per_base;
        }
    }
}

/// What is given at each bus. A generator fixed at a limit holds no voltage.
pub(super) fn kinds(network: &Network, islands: &[usize], limited: &[Option<Limit>]) -> Vec<BusKind> {
    let mut holds = vec![false; network.buses.len()];
    for (generator, limit) in network.generators.iter().zip(limited) {
        holds[generator.bus] |= generator.in_service && limit.is_none();
    }
    let count = islands.iter().max().map_or(0, |last| last + 1);
    let (mut marked, mut has_slack) = (vec![false; count], vec![false; count]);
    let mut kinds: Vec<_> = network.buses.iter().map(|bus| bus.kind).collect();
    for (bus, kind) in kinds.iter_mut().enumerate() {
        marked[islands[bus]] |= *kind == BusKind::Slack;
        if matches!(*kind, BusKind::Pv | BusKind::Slack) && !holds[bus] {
            *kind = BusKind::Pq;
        }
        has_slack[islands[bus]] |= *kind == BusKind::Slack;
    }
    for (bus, kind) in kinds.iter_mut().enumerate() {
        let island = islands[bus];
        if marked[island] && !has_slack[island] && *kind == BusKind::Pv {
            *kind = BusKind::Slack;
            has_slack[island] = true;
        }
    }
    for (bus, kind) in kinds.iter_mut().enumerate() {
        if !has_slack[islands[bus]] {
            *kind = BusKind::Isolated;
        }
    }
    kinds
}
