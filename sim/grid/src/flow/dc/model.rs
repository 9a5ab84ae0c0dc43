//! A network made ready for linear flows: its matrix factorised once.

use crate::flow::error::FlowError;
use crate::flow::graph::{Graph, is_live};
use crate::flow::two_port::{check_numbers, fault};
use crate::network::{BranchModel, BusKind, Network};
use crate::sparse::pattern::Pattern;
use crate::sparse::symmetric::Factor;

/// A branch that carries current.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub branch: usize,
    /// Positions of its ends.
    pub from: usize,
    pub to: usize,
    /// Flow per angle, MW per rad.
    pub mw_per_rad: f64,
    pub shift_rad: f64,
}

/// A network with a factorised linear model.
#[derive(Clone, Debug)]
pub struct DcModel {
    pub(super) network: Network,
    pub(super) graph: Graph,
    pub(super) lines: Vec<Line>,
    pub(super) factor: Factor,
    /// By position, MW per rad: the matrix, kept for the pivoted fall-back. Infinite where the angle is
    /// given, which makes it 0 in every solution.
    pub(super) diagonal: Vec<f64>,
    pub(super) entries: Vec<f64>,
    /// By position: injection of shunts, shifts and given angles, MW.
    pub(super) constant_mw: Vec<f64>,
    /// By position: angle given beyond the island's, rad.
    pub(super) offset_rad: Vec<f64>,
    /// By bus: angle of its island, rad; `None` where nothing is energised.
    pub(super) island_rad: Vec<Option<f64>>,
    pub(super) islands: Vec<usize>,
    /// By bus: the reference of its island.
    pub(super) reference: Vec<Option<usize>>,
}

/// One linear power flow.
#[derive(Clone, Debug, PartialEq)]
pub struct DcSolution {
    /// Voltage angle per bus, rad; not a number where nothing is energised.
    pub va_rad: Vec<f64>,
    /// Flow per branch from its first to its second bus, MW.
    pub flow_mw: Vec<f64>,
    /// Net injection per bus, MW: as given, and at references what balances. Shunts are part of the
    /// network. 0 where nothing is energised.
    pub p_mw: Vec<f64>,
    /// Active power per generator, MW: as given, and at a reference what balances, on its first
    /// running generator. Empty if injections were given instead.
    pub p_generator_mw: Vec<f64>,
}

impl DcModel {
    /// Factorises a network under a branch model.
    ///
    /// # Errors
    ///
    /// Numbers that are not finite, a branch without reactance, a singular matrix.
    pub fn new(network: &Network, branch_model: BranchModel) -> Result<Self, FlowError> {
        check_numbers(network)?;
        let live = || (0..network.branches.len()).filter(|&index| is_live(network, index));
        let ends = live().map(|index| (network.branches[index].from, network.branches[index].to));
        let pattern = Pattern::new(network.buses.len(), ends);
        let mut lines = Vec::new();
        for branch in live() {
            let data = &network.branches[branch];
            let (b, shift_rad) = branch_model.of(data);
            if !b.is_finite() || b == 0.0 || !shift_rad.is_finite() {
                return Err(fault(network, branch));
            }
            let (from, to) = (pattern.position[data.from], pattern.position[data.to]);
            lines.push(Line { branch, from, to, mw_per_rad: b * network.base_mva, shift_rad });
        }
        let graph = Graph::new(network);
        let islands = graph.islands(&[]);
        let mut model = Self {
            network: network.clone(),
            graph,
            lines,
            diagonal: vec![0.0; pattern.size()],
            entries: vec![0.0; pattern.rows.len()],
            constant_mw: vec![0.0; pattern.size()],
            offset_rad: vec![0.0; pattern.size()],
            island_rad: vec![None; pattern.size()],
            reference: vec![None; pattern.size()],
            islands,
            factor: Factor::new(Pattern::default(), vec![], vec![]),
        };
        model.choose_references(&pattern);
        model.lines.retain(|line| model.reference[network.branches[line.branch].from].is_some());
        model.sum(&pattern);
        model.factor = Factor::new(pattern, model.diagonal.clone(), model.entries.clone());
        if !model.factor.is_trusted() {
            // The fall-back must be able to solve it, or nothing is.
            model.solve_pivoted(&vec![0.0; model.diagonal.len()])?;
        }
        Ok(model)
    }

    fn choose_references(&mut self, pattern: &Pattern) {
        let network = &self.network;
        let mut runs = vec![false; network.buses.len()];
        network.generators.iter().filter(|g| g.in_service).for_each(|g| runs[g.bus] = true);
        let rank = |bus: usize| match network.buses[bus].kind {
            BusKind::Slack => Some(0),
            BusKind::Pv => Some(1),
            BusKind::Pq if runs[bus] => Some(2),
            BusKind::Pq | BusKind::Isolated => None,
        };
        let mut best: Vec<Option<(i32, usize)>> = vec![None; network.buses.len()];
        for bus in 0..network.buses.len() {
            let Some(rank) = rank(bus) else { continue };
            let best = &mut best[self.islands[bus]];
            *best = Some(best.map_or((rank, bus), |best| best.min((rank, bus))));
        }
        for bus in 0..network.buses.len() {
            let at = pattern.position[bus];
            let Some((rank, reference)) = best[self.islands[bus]] else {
                self.diagonal[at] = f64::INFINITY;
                continue;
            };
            let angle = |bus: usize| if rank == 0 { network.buses[bus].va_deg.to_radians() } else { 0.0 };
            self.reference[bus] = Some(reference);
            self.island_rad[bus] = Some(angle(reference));
            if bus == reference || network.buses[bus].kind == BusKind::Slack {
                self.diagonal[at] = f64::INFINITY;
                self.offset_rad[at] = angle(bus) - angle(reference);
            }
        }
    }

    /// Sums the matrix, with rows and columns of given angles those of the identity.
    fn sum(&mut self, pattern: &Pattern) {
        for (bus, data) in self.network.buses.iter().enumerate() {
            self.constant_mw[pattern.position[bus]] -= data.g_shunt_mw;
        }
        // A branch between a bus and itself moves nothing.
        for line in self.lines.iter().filter(|line| line.from != line.to) {
            for (near, far, sign) in [(line.from, line.to, 1.0), (line.to, line.from, -1.0)] {
                self.constant_mw[near] += line.mw_per_rad * (sign * line.shift_rad + self.offset_rad[far]);
                self.diagonal[near] += line.mw_per_rad;
            }
            let Some(entry) = pattern.entry(line.from, line.to) else { continue };
            if self.diagonal[line.from].is_finite() && self.diagonal[line.to].is_finite() {
                self.entries[entry] -= line.mw_per_rad;
            }
        }
    }

    /// The network's own state.
    ///
    /// # Errors
    ///
    /// None for a model that could be built.
    pub fn solve(&self) -> Result<DcSolution, FlowError> {
        let mut p_mw: Vec<_> = self.network.buses.iter().map(|bus| -bus.p_load_mw).collect();
        let running = || self.network.generators.iter().enumerate().filter(|(_, generator)| generator.in_service);
        running().for_each(|(_, generator)| p_mw[generator.bus] += generator.p_mw);
        let mut solution = self.solve_injections(&p_mw)?;
        solution.p_generator_mw = vec![0.0; self.network.generators.len()];
        let mut lacking: Vec<_> = solution.p_mw.iter().zip(&p_mw).map(|(is, given)| is - given).collect();
        for (index, generator) in running().filter(|(_, generator)| self.reference[generator.bus].is_some()) {
            let takes_up = self.is_reference(generator.bus);
            let balance = if takes_up { std::mem::take(&mut lacking[generator.bus]) } else { 0.0 };
            solution.p_generator_mw[index] = generator.p_mw + balance;
        }
        Ok(solution)
    }

    /// A state given by the net injection per bus, MW, shunts not included. Injections at references
    /// and where nothing is energised are ignored.
    ///
    /// # Errors
    ///
    /// A row of a wrong length or with a number that is not finite.
    pub fn solve_injections(&self, p_mw: &[f64]) -> Result<DcSolution, FlowError> {
        let batch = self.solve_batch(p_mw)?;
        let (va_rad, flow_mw) = (batch.va_rad(0).collect(), batch.flow_mw(0).collect::<Vec<_>>());
        let p_mw = self.balanced(p_mw, &flow_mw);
        Ok(DcSolution { va_rad, flow_mw, p_mw, p_generator_mw: vec![] })
    }

    /// Injections with those of references replaced by what the flows take away.
    fn balanced(&self, p_mw: &[f64], flow_mw: &[f64]) -> Vec<f64> {
        let mut leaving: Vec<_> = self.network.buses.iter().map(|bus| bus.g_shunt_mw).collect();
        for (branch, flow) in self.network.branches.iter().zip(flow_mw) {
            leaving[branch.from] += flow;
            leaving[branch.to] -= flow;
        }
        let at = |bus: usize| match self.reference[bus] {
            None => 0.0,
            Some(_) if self.is_reference(bus) => leaving[bus],
            Some(_) => p_mw[bus],
        };
        (0..leaving.len()).map(at).collect()
    }

    /// Whether the angle of a bus is given.
    fn is_reference(&self, bus: usize) -> bool {
        !self.diagonal[self.factor.pattern().position[bus]].is_finite()
    }
}
