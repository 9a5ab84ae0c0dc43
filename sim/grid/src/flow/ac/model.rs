//! A network made ready for Newton's method: ordered, analysed, its admittances at hand.

use super::batch::AcBatch;
use super::given::{Given, kinds};
use super::lanes::Lanes;
use super::options::{AcOptions, Scenario};
use super::solution::AcSolution;
use crate::flow::error::FlowError;
use crate::flow::graph::Graph;
use crate::flow::two_port::{Complex, TwoPort, check_numbers, two_ports};
use crate::network::{BusKind, Network};
use crate::sparse::pattern::Pattern;

/// Admittances between two buses, all their branches together.
#[derive(Clone, Debug)]
pub(super) struct Link {
    /// Positions, `low < high`, and the pattern's entry for them.
    pub low: usize,
    pub high: usize,
    pub entry: usize,
    /// Current into `low` per voltage at `high`, and the other way, pu.
    pub low_high: Complex,
    pub high_low: Complex,
}

/// A network ready to be solved for many states.
#[derive(Clone, Debug)]
pub struct AcModel {
    pub(super) network: Network,
    pub(super) ports: Vec<Option<TwoPort>>,
    pub(super) graph: Graph,
    pub(super) bridges: Vec<bool>,
    pub(super) islands: Vec<usize>,
    /// What is given at each bus when the scenario says nothing.
    pub(super) kinds: Vec<BusKind>,
    /// Per bus: its running generators, and the voltage set-point of the last of them, pu.
    pub(super) generators_at: Vec<Vec<usize>>,
    pub(super) set_point: Vec<f64>,
    pub(super) pattern: Pattern,
    /// Bus at a position.
    pub(super) bus_at: Vec<usize>,
    /// By position: shunts and the near ends of branches, pu.
    pub(super) own: Vec<Complex>,
    /// In the order of `low` and then `high`; those of a `low` start at its place in `link_starts`.
    pub(super) links: Vec<Link>,
    pub(super) link_starts: Vec<usize>,
    /// Per entry of the pattern: its link, or a number beyond the links.
    pub(super) link_of_entry: Vec<u32>,
}

impl AcModel {
    /// Orders and analyses a network; what it costs is paid once for all its states.
    ///
    /// # Errors
    ///
    /// Numbers that are not finite, a branch without impedance, no slack bus in service.
    pub fn new(network: &Network) -> Result<Self, FlowError> {
        check_numbers(network)?;
        let ports = two_ports(network)?;
        let graph = Graph::new(network);
        let islands = graph.islands(&[]);
        let kinds = kinds(network, &islands, &vec![None; network.generators.len()]);
        if kinds.iter().all(|kind| *kind == BusKind::Isolated) {
            return Err(FlowError::NoSlack);
        }
        let live = network.branches.iter().zip(&ports).filter(|(_, port)| port.is_some());
        let pattern = Pattern::new(network.buses.len(), live.map(|(branch, _)| (branch.from, branch.to)));
        let mut bus_at = vec![0; pattern.size()];
        pattern.position.iter().enumerate().for_each(|(bus, &position)| bus_at[position] = bus);
        let bridges = graph.bridges();
        let mut generators_at = vec![vec![]; network.buses.len()];
        let mut set_point = vec![1.0; network.buses.len()];
        for (index, generator) in network.generators.iter().enumerate().filter(|(_, generator)| generator.in_service) {
            generators_at[generator.bus].push(index);
            set_point[generator.bus] = generator.vm_pu;
        }
        let mut model = Self {
            network: network.clone(),
            ports,
            graph,
            bridges,
            islands,
            kinds,
            generators_at,
            set_point,
            pattern,
            bus_at,
            own: vec![],
            links: vec![],
            link_starts: vec![],
            link_of_entry: vec![],
        };
        model.sum_admittances();
        Ok(model)
    }

    fn sum_admittances(&mut self) {
        let per_base = 1.0 / self.network.base_mva;
        let shunt = |&bus: &usize| {
            let bus = &self.network.buses[bus];
            (bus.g_shunt_mw * per_base, bus.b_shunt_mvar * per_base)
        };
        let mut own: Vec<_> = self.bus_at.iter().map(shunt).collect();
        let mut at_entry: Vec<Option<Link>> = vec![None; self.pattern.rows.len()];
        for (branch, port) in self.network.branches.iter().zip(&self.ports) {
            let Some(port) = port else { continue };
            let (from, to) = (self.pattern.position[branch.from], self.pattern.position[branch.to]);
            add(&mut own[from], port.ff);
            add(&mut own[to], port.tt);
            let Some(entry) = self.pattern.entry(from, to) else {
                // Both ends at one bus: all four terms meet there.
                add(&mut own[from], port.ft);
                add(&mut own[from], port.tf);
                continue;
            };
            let (low, high) = (from.min(to), from.max(to));
            let link =
                at_entry[entry].get_or_insert(Link { low, high, entry, low_high: (0.0, 0.0), high_low: (0.0, 0.0) });
            add(&mut link.low_high, if from == low { port.ft } else { port.tf });
            add(&mut link.high_low, if from == low { port.tf } else { port.ft });
        }
        self.own = own;
        let mut count = 0_u32;
        let mut number = |link: &Option<Link>| {
            count += u32::from(link.is_some());
            if link.is_some() { count - 1 } else { u32::MAX }
        };
        self.link_of_entry = at_entry.iter().map(&mut number).collect();
        self.links = at_entry.into_iter().flatten().collect();
        let starts = (0..=self.own.len()).map(|low| self.links.partition_point(|link| link.low < low));
        self.link_starts = starts.collect();
    }

    /// The network's own state.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "it does not")]
    pub fn solve(&self, options: &AcOptions) -> AcSolution {
        self.solve_scenario(&Scenario::default(), options).expect("the empty scenario fits every network")
    }

    /// One scenario, with all its results.
    ///
    /// # Errors
    ///
    /// Rows of a wrong length or with numbers that are not finite; a branch that does not exist.
    pub fn solve_scenario(&self, scenario: &Scenario, options: &AcOptions) -> Result<AcSolution, FlowError> {
        self.solver().solve(scenario, options)
    }

    /// Working memory for solving one scenario after the other.
    #[must_use]
    pub fn solver(&self) -> AcSolver<'_> {
        AcSolver { lanes: Lanes::new(self) }
    }

    /// Many scenarios, several at a time. A scenario's result has the same bits whatever stands
    /// beside it.
    ///
    /// # Errors
    ///
    /// As [`Self::solve_scenario`], for the first scenario at fault.
    pub fn solve_batch(&self, scenarios: &[Scenario], options: &AcOptions) -> Result<AcBatch, FlowError> {
        AcBatch::new(self, scenarios, options)
    }
}

/// Working memory of [`AcModel::solve_scenario`], to be used again.
#[derive(Clone, Debug)]
pub struct AcSolver<'m> {
    lanes: Lanes<'m, 1>,
}

impl AcSolver<'_> {
    /// One scenario, with all its results; the same as [`AcModel::solve_scenario`].
    ///
    /// # Errors
    ///
    /// As [`AcModel::solve_scenario`].
    pub fn solve(&mut self, scenario: &Scenario, options: &AcOptions) -> Result<AcSolution, FlowError> {
        let given = Given::new(self.lanes.model, scenario)?;
        let end = self.lanes.solve(vec![given], options).swap_remove(0);
        Ok(AcSolution::new(&self.lanes, 0, end))
    }
}

fn add(sum: &mut Complex, term: Complex) {
    sum.0 += term.0;
    sum.1 += term.1;
}
