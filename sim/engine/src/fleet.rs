//! The assets of a block, checked out of the world once: what the step loop works on.

use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;

use crate::branch::Branch;
use crate::dispatch::promise::Promises;
use crate::lanes::{LANES, Lanes};
use crate::outage::Transition;
use crate::plate::Plate;
use crate::ports::{Asset, Demand, Flexible, Generator, OutageProcess, Store, UnitsUp};
use crate::series::Series;

/// Query over everything with the port `P`.
type Ports<'w, 's, P> = Query<'w, 's, (&'static Asset, &'static mut P)>;
/// Query over how much of everything is up.
type Units<'w, 's> = Query<'w, 's, (&'static Asset, &'static mut UnitsUp, Option<&'static mut OutageProcess>)>;

/// Mutable views of all assets, by plate.
pub(crate) struct Fleet<'a> {
    /// One per carrier that the model has, in the order in which they are dispatched.
    pub plates: Vec<Plate<'a>>,
    /// By slot: where its port is.
    at: Vec<Option<Place>>,
    /// By slot.
    outages: Vec<Option<&'a mut OutageProcess>>,
}

/// Where a port is: its plate, and its place in that plate's list.
#[derive(Clone, Copy)]
struct Place {
    plate: usize,
    port: Port,
    index: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Port {
    Generator,
    Demand,
    Store,
    Flexible,
    Branch,
}

/// Everything that a step may change of assets.
#[derive(SystemParam)]
pub(crate) struct AllPorts<'w, 's> {
    generators: Ports<'w, 's, Generator>,
    demands: Ports<'w, 's, Demand>,
    stores: Ports<'w, 's, Store>,
    flexible: Ports<'w, 's, Flexible>,
    branches: Ports<'w, 's, Branch>,
    units: Units<'w, 's>,
}

impl<'a> Fleet<'a> {
    /// Checks every asset out of the world; `plate_of_bus` says where each belongs, and `networked`
    /// which plate has a network between its buses.
    pub fn check_out(
        ports: &'a mut AllPorts<'_, '_>,
        plates: usize,
        plate_of_bus: &[usize],
        networked: Option<usize>,
    ) -> Self {
        let (mut units, outages) = units_by_slot(&mut ports.units);
        let plate = |at| Plate { networked: networked == Some(at), ..Plate::default() };
        let plates = (0..plates).map(plate).collect();
        let mut fleet = Self { plates, at: vec![None; units.len()], outages };
        let mut up = |asset: &Asset| units[asset.slot].take().expect("one port per slot");
        let mut generators = by_slot(&mut ports.generators);
        generators.sort_by(|(a, x), (b, y)| {
            let cost = x.marginal_cost_per_mwh.total_cmp(&y.marginal_cost_per_mwh);
            y.must_take.cmp(&x.must_take).then(cost).then_with(|| a.name.cmp(&b.name))
        });
        for (asset, port) in generators {
            fleet.plates[plate_of_bus[asset.bus]].generators.push(port, up(asset), asset);
            fleet.note(asset, Port::Generator, plate_of_bus);
        }
        for (asset, port) in by_slot(&mut ports.demands) {
            fleet.plates[plate_of_bus[asset.bus]].loads.push(port, up(asset), asset);
            fleet.note(asset, Port::Demand, plate_of_bus);
        }
        for (asset, port) in by_slot(&mut ports.stores) {
            fleet.plates[plate_of_bus[asset.bus]].stores.push(port, up(asset), asset);
            fleet.note(asset, Port::Store, plate_of_bus);
        }
        let mut flexible = by_slot(&mut ports.flexible);
        flexible.sort_by(|(_, x), (_, y)| y.highest_price.total_cmp(&x.highest_price));
        for (asset, port) in flexible {
            fleet.plates[plate_of_bus[asset.bus]].flexible.push(port, up(asset), asset);
            fleet.note(asset, Port::Flexible, plate_of_bus);
        }
        for (asset, port) in by_slot(&mut ports.branches) {
            let plate = &mut fleet.plates[plate_of_bus[asset.bus]];
            plate.branches.push(port, up(asset), asset);
            fleet.note(asset, Port::Branch, plate_of_bus);
        }
        fleet.plates.iter_mut().for_each(Plate::make_ready);
        fleet
    }

    fn note(&mut self, asset: &Asset, port: Port, plate_of_bus: &[usize]) {
        let plate = plate_of_bus[asset.bus];
        let home = &self.plates[plate];
        let count = match port {
            Port::Generator => home.generators.len(),
            Port::Demand => home.loads.len(),
            Port::Store => home.stores.len(),
            Port::Flexible => home.flexible.len(),
            Port::Branch => home.branches.len(),
        };
        self.at[asset.slot] = Some(Place { plate, port, index: count - 1 });
    }

    /// A unit breaks down or comes back: keeps what follows from it up to date in its lane.
    #[inline(always)]
    pub fn change(&mut self, transition: Transition, step_h: f64) {
        let (slot, lane) = (transition.slot as usize, usize::from(transition.lane));
        let (Some(process), Some(place)) = (&mut self.outages[slot], self.at[slot]) else { return };
        let up = process.apply(transition);
        let plate = &mut self.plates[place.plate];
        match place.port {
            Port::Generator => {
                plate.generators.units[place.index][lane] = up;
                let generator = &mut *plate.generators.ports[place.index];
                if let Series::Constant(mw) = generator.p_max_mw
                    && !generator.driven
                {
                    generator.available_mw[lane] = up * mw;
                }
            }
            Port::Store => {
                plate.stores.units[place.index][lane] = up;
                plate.stores.ports[place.index].stand_lane(lane, up, step_h);
            }
            Port::Demand => plate.loads.units[place.index][lane] = up,
            Port::Flexible => plate.flexible.units[place.index][lane] = up,
            Port::Branch => {
                plate.branches.units[place.index][lane] = up;
                let lanes = &mut plate.branches_up[place.index];
                *lanes = if up > 0.0 { *lanes | 1 << lane } else { *lanes & !(1 << lane) };
            }
        }
    }
}

/// The ports that bodies reach by slot. A body asks for the port that its room has spawned; another
/// kind of port at that slot is a bug of the room.
macro_rules! reach {
    ($name:ident, $port:ident, $list:ident) => {
        impl Fleet<'_> {
            /// The port at `slot`, and how many units of it are up.
            #[inline(always)]
            pub fn $name(&mut self, slot: usize) -> (&mut $port, &Lanes) {
                let place = self.at[slot].filter(|p| p.port == Port::$port).expect("a room asks for its own ports");
                let list = &mut self.plates[place.plate].$list;
                (&mut *list.ports[place.index], &*list.units[place.index])
            }
        }
    };
}
reach!(generator, Generator, generators);
reach!(demand, Demand, loads);
reach!(store, Store, stores);
reach!(flexible, Flexible, flexible);

impl Fleet<'_> {
    /// What the plate of the port at `slot` can still absorb and give in this step.
    #[inline(always)]
    pub fn promises(&mut self, slot: usize) -> &mut Promises {
        let place = self.at[slot].expect("a room asks for its own ports");
        &mut self.plates[place.plate].promises
    }
}

/// All ports of a kind in the order of their slots.
fn by_slot<'q, P: Component<Mutability = Mutable>>(ports: &'q mut Ports<'_, '_, P>) -> Vec<(&'q Asset, &'q mut P)> {
    let mut all: Vec<_> = ports.iter_mut().map(|(asset, port)| (asset, port.into_inner())).collect();
    all.sort_by_key(|(asset, _)| asset.slot);
    all
}

type BySlot<'q> = (Vec<Option<&'q mut Lanes>>, Vec<Option<&'q mut OutageProcess>>);

/// How much of each asset is up, and its outages, by slot.
fn units_by_slot<'q>(units: &'q mut Units<'_, '_>) -> BySlot<'q> {
    let mut all: Vec<_> = units.iter_mut().collect();
    all.sort_by_key(|(asset, ..)| asset.slot);
    all.into_iter().map(|(_, units, outages)| (Some(&mut units.into_inner().0), outages.map(Mut::into_inner))).unzip()
}

/// Lanes 0 to `active` as bits.
#[inline(always)]
pub(crate) fn first_lanes(active: usize) -> u64 {
    if active == LANES { u64::MAX } else { (1 << active) - 1 }
}
