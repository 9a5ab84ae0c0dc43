//! A plate: the ports that balance one carrier at one node, and the rows of a step.

use crate::branch::Branch;
use crate::dispatch::SHORTFALL_TOLERANCE_MW;
use crate::dispatch::promise::Promises;
use crate::lanes::{LANES, Lanes};
use crate::ledger::Ledger;
use crate::ports::{Asset, Demand, Flexible, Generator, Store};
use crate::rows;

/// Ports of one sort, how much of each is up, and whose they are.
pub(crate) struct List<'a, P> {
    pub ports: Vec<&'a mut P>,
    pub units: Vec<&'a mut Lanes>,
    pub slots: Vec<usize>,
    pub buses: Vec<usize>,
}

/// Mutable views of the ports of one carrier, each list in its fixed order.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "what a plate has is worked out once and asked in every step")]
pub(crate) struct Plate<'a> {
    /// In merit order: must-take first, then by cost, then by name.
    pub generators: List<'a, Generator>,
    /// How many of them are must-take.
    pub must_take: usize,
    /// Those whose power must be worked out in every step: not driven, not standing.
    pub moving: Vec<usize>,
    /// Whether any of them keeps its detail.
    pub has_detail: bool,
    /// By name.
    pub loads: List<'a, Demand>,
    /// By name.
    pub stores: List<'a, Store>,
    /// Whoever pays most first, then by name.
    pub flexible: List<'a, Flexible>,
    /// By name.
    pub branches: List<'a, Branch>,
    /// The lanes in which each of them is up.
    pub branches_up: Vec<u64>,
    /// Whether there is a network between its buses.
    pub networked: bool,
    /// Whether some generator must give a least power, or is switched on and off.
    pub has_floors: bool,
    pub has_commitment: bool,
    /// Whether some generator burns a fuel of limited supply.
    pub has_burns: bool,
    /// Whether some generator's price differs between futures or steps.
    pub has_prices: bool,
    /// What converters may still promise to make or burn in the step.
    pub promises: Promises,
    /// What the first called generators could give beyond what they must, MW: none of them, one, two,
    /// ... Only where storage stands in the merit order.
    pub pile_mw: Vec<Lanes>,
    /// Scratch for ranking: (key, index).
    pub rank: Vec<(f64, usize)>,
}

impl<P> Default for List<'_, P> {
    fn default() -> Self {
        Self { ports: Vec::new(), units: Vec::new(), slots: Vec::new(), buses: Vec::new() }
    }
}

impl<'a, P> List<'a, P> {
    pub fn push(&mut self, port: &'a mut P, units: &'a mut Lanes, asset: &Asset) {
        self.ports.push(port);
        self.units.push(units);
        self.slots.push(asset.slot);
        self.buses.push(asset.bus);
    }

    #[inline(always)]
    pub fn len(&self) -> usize {
        self.ports.len()
    }

    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.ports.is_empty()
    }

    /// Each port with its units.
    #[inline(always)]
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&mut P, &Lanes)> {
        self.ports.iter_mut().zip(&self.units).map(|(port, units)| (&mut **port, &**units))
    }
}

impl Plate<'_> {
    /// Once all ports are in.
    pub fn make_ready(&mut self) {
        let generators = &mut self.generators.ports;
        let priced = generators.iter().any(|g| g.detail.as_ref().is_some_and(|d| d.priced));
        self.has_floors = generators.iter().any(|g| g.detail.as_ref().is_some_and(|d| d.has_floor));
        if priced || self.has_floors || self.networked || !self.flexible.is_empty() {
            generators.iter_mut().for_each(|g| _ = g.keep_detail());
        }
        self.has_prices = priced;
        self.must_take = generators.iter().position(|g| !g.must_take).unwrap_or(generators.len());
        self.has_commitment = generators.iter().any(|g| g.switched.is_some());
        self.has_burns = generators.iter().any(|g| g.detail.as_ref().is_some_and(|d| d.burn.is_some()));
        self.has_detail = generators.iter().any(|g| g.detail.is_some());
        self.moving = (0..generators.len()).filter(|at| generators[*at].moves()).collect();
        self.branches_up = self.branches.units.iter().map(|units| rows::above(units, &[0.0; LANES], 0.0)).collect();
        self.rank = Vec::with_capacity(self.stores.len().max(generators.len()));
    }
}

/// A plate's rows in one step, MW per lane.
#[derive(Clone, Debug, Default)]
pub(crate) struct Balance {
    /// Wanted by all loads.
    pub load_mw: Lanes,
    /// Available from must-take generators, and what others must give.
    pub must_take_mw: Lanes,
    /// Available from all generators.
    pub available_mw: Lanes,
    /// What generators must give.
    pub floor_mw: Lanes,
    /// Given although nobody could take it.
    pub excess_mw: Lanes,
    /// Taken by flexible demand.
    pub flexible_mw: Lanes,
    /// Injected by storage.
    pub discharge_mw: Lanes,
    /// Withdrawn by storage.
    pub charge_mw: Lanes,
    /// Lanes in which generators alone cannot meet the load; kept where there is storage.
    pub in_deficit: u64,
    /// Whether storage may have moved energy in this step; where not, its rows are 0.
    pub storage_moved: bool,
    /// Power that storage could have injected.
    pub deliverable_mw: Lanes,
    /// Load that nobody meets.
    pub unserved_mw: Lanes,
    /// The step's ledger.
    pub ledger: Ledger,
}

impl Balance {
    /// Storage at rest: what it moved in the step before is put back to 0.
    #[inline(always)]
    pub fn rest_storage(&mut self) {
        if self.storage_moved {
            self.ledger.stored = Lanes::default();
            self.ledger.lost = Lanes::default();
            self.discharge_mw = Lanes::default();
            self.charge_mw = Lanes::default();
        }
    }

    /// Lanes whose load is above what generators have available, by more than the tolerance.
    #[inline(always)]
    pub fn lanes_in_deficit(&self) -> u64 {
        rows::above(&self.load_mw, &self.available_mw, SHORTFALL_TOLERANCE_MW)
    }

    /// Lanes with unserved load.
    #[inline(always)]
    pub fn lanes_unserved(&self) -> u64 {
        rows::above(&self.unserved_mw, &[0.0; LANES], 0.0)
    }
}
