//! The assets of a block, checked out of the world once: what the step loop works on.

use bevy_ecs::prelude::*;

use crate::dispatch::SHORTFALL_TOLERANCE_MW;
use crate::lanes::{LANES, Lanes};
use crate::ledger::Ledger;
use crate::outage::Transition;
use crate::ports::{Asset, Demand, Generator, OutageProcess, Store, UnitsUp};
use crate::rows;
use crate::series::Series;

/// Query over everything with the port `P`.
pub(crate) type Ports<'w, 's, P> = Query<'w, 's, (&'static Asset, &'static mut P)>;
/// Query over everything that may be out.
pub(crate) type Units<'w, 's> =
    Query<'w, 's, (&'static Asset, &'static mut UnitsUp, Option<&'static mut OutageProcess>)>;

/// Mutable views of all assets, each list in its fixed order.
pub(crate) struct Fleet<'a> {
    /// In merit order: must-take first, then by cost, then by name.
    pub generators: Vec<&'a mut Generator>,
    pub generator_slots: Vec<usize>,
    /// By name.
    pub loads: Vec<&'a mut Demand>,
    pub load_slots: Vec<usize>,
    pub load_buses: Vec<usize>,
    /// By name.
    pub stores: Vec<&'a mut Store>,
    pub store_slots: Vec<usize>,
    /// By slot.
    pub units: Vec<&'a mut Lanes>,
    /// By slot: the generator or the store of that slot, if it is one.
    pub generator_at: Vec<Option<usize>>,
    pub store_at: Vec<Option<usize>>,
    /// By slot.
    pub outages: Vec<Option<&'a mut OutageProcess>>,
    /// Scratch for ranking stores: (key, index).
    pub rank: Vec<(f64, usize)>,
}

impl<'a> Fleet<'a> {
    /// Checks every asset out of the world.
    pub fn check_out(
        generators: &'a mut Ports<'_, '_, Generator>,
        loads: &'a mut Ports<'_, '_, Demand>,
        stores: &'a mut Ports<'_, '_, Store>,
        units: &'a mut Units<'_, '_>,
    ) -> Self {
        let mut generators: Vec<_> = generators.iter_mut().map(|(a, g)| (a, g.into_inner())).collect();
        generators.sort_by(|(a, x), (b, y)| {
            let cost = x.marginal_cost_per_mwh.total_cmp(&y.marginal_cost_per_mwh);
            y.must_take.cmp(&x.must_take).then(cost).then_with(|| a.name.cmp(&b.name))
        });
        let mut loads: Vec<_> = loads.iter_mut().map(|(a, l)| (a, l.into_inner())).collect();
        loads.sort_by_key(|(a, _)| a.slot);
        let mut stores: Vec<_> = stores.iter_mut().map(|(a, s)| (a, s.into_inner())).collect();
        stores.sort_by_key(|(a, _)| a.slot);
        let mut units: Vec<_> = units.iter_mut().collect();
        units.sort_by_key(|(a, ..)| a.slot);
        let mut generator_at = vec![None; units.len()];
        for (index, (asset, _)) in generators.iter().enumerate() {
            generator_at[asset.slot] = Some(index);
        }
        let mut store_at = vec![None; units.len()];
        for (index, (asset, _)) in stores.iter().enumerate() {
            store_at[asset.slot] = Some(index);
        }
        let (units, outages) =
            units.into_iter().map(|(_, u, o)| (&mut u.into_inner().0, o.map(Mut::into_inner))).unzip();
        Self {
            generator_slots: generators.iter().map(|(a, _)| a.slot).collect(),
            generators: generators.into_iter().map(|(_, g)| g).collect(),
            load_slots: loads.iter().map(|(a, _)| a.slot).collect(),
            load_buses: loads.iter().map(|(a, _)| a.bus).collect(),
            loads: loads.into_iter().map(|(_, l)| l).collect(),
            store_slots: stores.iter().map(|(a, _)| a.slot).collect(),
            rank: Vec::with_capacity(stores.len()),
            stores: stores.into_iter().map(|(_, s)| s).collect(),
            units,
            generator_at,
            store_at,
            outages,
        }
    }

    /// A unit breaks down or comes back: keeps what follows from it up to date in its lane.
    #[inline(always)]
    pub fn change(&mut self, transition: Transition, step_h: f64) {
        let (slot, lane) = (transition.slot as usize, usize::from(transition.lane));
        let Some(process) = &mut self.outages[slot] else { return };
        let up = process.apply(transition);
        self.units[slot][lane] = up;
        if let Some(index) = self.generator_at[slot] {
            let generator = &mut *self.generators[index];
            if let Series::Constant(mw) = generator.p_max_mw {
                generator.available_mw[lane] = up * mw;
            }
        } else if let Some(index) = self.store_at[slot] {
            self.stores[index].stand_lane(lane, up, step_h);
        }
    }
}

/// The system's rows in one step, MW per lane.
#[derive(Clone, Debug, Default)]
pub(crate) struct Balance {
    /// Wanted by all loads.
    pub load_mw: Lanes,
    /// Available from must-take generators.
    pub must_take_mw: Lanes,
    /// Available from all generators.
    pub available_mw: Lanes,
    /// Injected by storage.
    pub discharge_mw: Lanes,
    /// Withdrawn by storage.
    pub charge_mw: Lanes,
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
