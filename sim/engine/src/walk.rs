//! The step clock: walks the steps of a block and calls the plain functions of each phase.

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use pulp::NullaryFnOnce;

use crate::body::{Now, Physics};
use crate::clock::Clock;
use crate::dispatch::network::Grid;
use crate::dispatch::shed::ShedOrder;
use crate::dispatch::storage;
use crate::dispatch::{FIRST_WATT_MW, SHORTFALL_TOLERANCE_MW, commitment, copper_plate, merit, promise};
use crate::fleet::{AllPorts, Fleet, first_lanes};
use crate::fuel::Fuels;
use crate::group::Group;
use crate::lanes::{Lanes, set_lanes};
use crate::ledger::Audit;
use crate::model::{Carrier, ChargeFrom, DischargeFor};
use crate::outage::{Block, Transitions};
use crate::plate::{Balance, Plate};
use crate::ports::Asset;
use crate::processes::Processes;
use crate::record::Recorder;
use crate::trace::Trace;

/// The rules of the system that no future changes.
#[derive(Resource, Clone, Debug)]
pub(crate) struct Rules {
    pub clock: Clock,
    /// Of electricity.
    pub storage: storage::Rules,
    /// What each plate carries, in the order of dispatch.
    pub carriers: Vec<Carrier>,
    /// The plate that carries electricity.
    pub electric: usize,
    /// Whether there is electricity alone, no network and no process: bodies apart, the plain case.
    pub is_plain: bool,
    /// By bus.
    pub plate_of_bus: Vec<usize>,
    /// By plate.
    pub shed: Vec<ShedOrder>,
    /// By plate: rounding of what its stores hold, MW.
    pub slack_mw: Vec<f64>,
}

/// Each plate's rows, kept from step to step so that the ledger's worst gap lives on.
#[derive(Resource, Clone, Debug, Default)]
pub(crate) struct State(pub Vec<Balance>);

/// The parts of the world that are not assets.
#[derive(SystemParam)]
pub(crate) struct Surroundings<'w> {
    block: Res<'w, Block>,
    group: Res<'w, Group>,
    rules: Res<'w, Rules>,
    transitions: Res<'w, Transitions>,
    processes: ResMut<'w, Processes>,
    fuels: ResMut<'w, Fuels>,
    state: ResMut<'w, State>,
    audit: ResMut<'w, Audit>,
    recorder: ResMut<'w, Recorder>,
    grid: Option<ResMut<'w, Grid>>,
    trace: Option<ResMut<'w, Trace>>,
}

/// Decide to Record, for every step of the block and all lanes.
pub(crate) fn walk(mut around: Surroundings, mut ports: AllPorts, mut bodies: Query<(&Asset, &mut Physics)>) {
    let rules = &*around.rules;
    let networked = around.grid.is_some().then_some(rules.electric);
    let mut fleet = Fleet::check_out(&mut ports, rules.carriers.len(), &rules.plate_of_bus, networked);
    let mut bodies: Vec<_> = bodies.iter_mut().collect();
    bodies.sort_by_key(|(asset, _)| asset.slot);
    let steps = Steps {
        block: *around.block,
        group: &around.group,
        rules,
        transitions: &around.transitions,
        processes: &mut around.processes,
        fuels: &mut around.fuels,
        fuel_left: Vec::new(),
        fleet: &mut fleet,
        bodies: bodies.into_iter().map(|(_, body)| body.into_inner()).collect(),
        balances: &mut around.state.0,
        audit: &mut around.audit,
        recorder: &mut around.recorder,
        grid: around.grid.as_deref_mut(),
        trace: around.trace.as_deref_mut(),
    };
    // One instruction set for the whole block: the rows compile to its widest lanes. The
    // operations and their order are the same in each, so the bits are too.
    pulp::Arch::new().dispatch(steps);
}

/// The steps of a block and all they touch. A struct and not a closure, so that it is surely
/// inlined into the dispatched instruction set.
struct Steps<'a, 'f> {
    block: Block,
    group: &'a Group,
    rules: &'a Rules,
    transitions: &'a Transitions,
    processes: &'a mut Processes,
    fuels: &'a mut Fuels,
    /// What earlier plates have left of each limited fuel in this step, MW.
    fuel_left: Vec<Option<Lanes>>,
    fleet: &'a mut Fleet<'f>,
    bodies: Vec<&'a mut Physics>,
    balances: &'a mut [Balance],
    audit: &'a mut Audit,
    recorder: &'a mut Recorder,
    grid: Option<&'a mut Grid>,
    trace: Option<&'a mut Trace>,
}

impl NullaryFnOnce for Steps<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        // What has no physics on the step clock pays for none: its steps are compiled apart.
        if self.rules.is_plain && self.bodies.is_empty() && self.trace.is_none() {
            self.walk::<true>();
        } else {
            self.walk::<false>();
        }
    }
}

impl Steps<'_, '_> {
    #[inline(always)]
    fn walk<const PLAIN: bool>(mut self) {
        let step_h = self.rules.clock.step_h;
        self.fleet.plates.iter_mut().for_each(|plate| copper_plate::stand(plate, step_h));
        for step in self.block.first..self.block.end {
            self.exogenous::<PLAIN>((step - self.block.first) as usize, step as usize);
            if PLAIN { self.plain_step(step as usize) } else { self.step(step as usize) }
        }
    }

    /// Who breaks down or comes back at the start of this step, and what the processes say.
    #[inline(always)]
    fn exogenous<const PLAIN: bool>(&mut self, step_of_block: usize, step: usize) {
        for transition in self.transitions.at(step_of_block) {
            self.fleet.change(transition, self.rules.clock.step_h);
        }
        if !PLAIN {
            self.processes.advance(step, self.group.first_replica);
            self.fuels.advance(self.processes);
        }
    }

    /// A step of one plate without bodies, processes, switching and fuels.
    #[inline(always)]
    fn plain_step(&mut self, step: usize) {
        let Self { group, rules, processes, fleet, balances, recorder, .. } = self;
        let (plate, balance, step_h) = (&mut fleet.plates[0], &mut balances[0], rules.clock.step_h);
        copper_plate::foresee(plate, step, &group.weather, processes);
        copper_plate::want(plate, balance);
        copper_plate::sum(plate, balance);
        copper_plate::dispatch(plate, balance, rules.storage, step_h);
        shed(plate, balance, &rules.shed[0], true, recorder, step, group.active);
        close(plate, balance, step_h);
        recorder.step(step, plate, balance, group);
    }

    #[inline(always)]
    fn step(&mut self, step: usize) {
        self.fuel_left.clear();
        self.fuel_left.extend(self.fuels.supplies());
        let Self { group, rules, processes, fuels, fuel_left, fleet, bodies, balances, .. } = self;
        let Self { audit, recorder, grid, trace, .. } = self;
        let now = Now { step, step_h: rules.clock.step_h, weather: &group.weather, processes, fuels };
        for (plate, carrier) in fleet.plates.iter_mut().zip(&rules.carriers) {
            copper_plate::foresee(plate, step, &group.weather, now.processes);
            if *carrier != Carrier::Electricity {
                promise::open(plate, now.step_h);
            }
        }
        bodies.iter_mut().for_each(|body| body.0.offer(&now, fleet));
        for at in 0..rules.carriers.len() {
            let (plate, balance) = (&mut fleet.plates[at], &mut balances[at]);
            let storage = rules.storage_on(rules.carriers[at]);
            copper_plate::want(plate, balance);
            if plate.has_commitment || plate.has_burns {
                commitment::commit(plate, balance, storage, fuel_left);
            }
            copper_plate::sum(plate, balance);
            // The network belongs to one plate alone.
            let mut grid = grid.as_deref_mut().filter(|_| plate.networked);
            if let Some(grid) = &mut grid {
                grid.remember(plate);
            }
            copper_plate::dispatch(plate, balance, storage, now.step_h);
            if let Some(grid) = &mut grid {
                grid.flow(plate, balance, storage, now.step_h, first_lanes(group.active));
            }
            if plate.has_floors {
                merit::refuse(plate, balance);
            }
            if plate.has_burns {
                commitment::burn(plate, fuel_left);
            }
            match grid {
                Some(grid) => grid.record(balance, recorder, step, group.active),
                None => shed(plate, balance, &rules.shed[at], at == rules.electric, recorder, step, group.active),
            }
            if rules.carriers.len() > 1 {
                bodies.iter_mut().for_each(|body| body.0.convert(rules.carriers[at], &now, fleet));
            }
        }
        bodies.iter_mut().for_each(|body| body.0.settle(&now, fleet, audit));
        for (plate, balance) in fleet.plates.iter_mut().zip(balances.iter_mut()) {
            close(plate, balance, now.step_h);
        }
        recorder.step(step, &fleet.plates[rules.electric], &balances[rules.electric], group);
        if let Some(trace) = trace {
            trace.step(&now, &fleet.plates, rules.electric, &balances[rules.electric], bodies, grid.as_deref());
        }
    }
}

impl Rules {
    /// When storage moves on the plate of `carrier`: the study chooses for electricity alone. Hydrogen
    /// is stored as it is made, heat as there is capacity to spare; both are given where nothing else
    /// meets the load.
    #[inline(always)]
    pub fn storage_on(&self, carrier: Carrier) -> storage::Rules {
        let charge_from = match carrier {
            Carrier::Electricity => return self.storage,
            Carrier::Heat => ChargeFrom::Headroom,
            Carrier::Hydrogen => ChargeFrom::MustTake,
        };
        storage::Rules { charge_from, discharge_for: DischargeFor::Deficit }
    }
}

/// Dispatch's last word: who goes without, in the lanes where somebody must.
#[inline(always)]
fn shed(
    plate: &mut Plate<'_>,
    balance: &Balance,
    order: &ShedOrder,
    electric: bool,
    recorder: &mut Recorder,
    step: usize,
    active: usize,
) {
    let all = first_lanes(active);
    if electric && !plate.stores.is_empty() {
        for lane in set_lanes(balance.in_deficit & all) {
            without_storage(plate, balance, order, recorder, lane);
        }
    }
    let unserved = balance.lanes_unserved() & all;
    if unserved != 0 {
        if electric {
            recorder.unserved(step, &balance.unserved_mw, active);
        }
        for lane in set_lanes(unserved) {
            shed_lane(plate, balance.unserved_mw[lane], order, recorder, (step, lane, electric));
        }
    }
}

#[cold]
fn shed_lane(
    plate: &mut Plate<'_>,
    unserved_mw: f64,
    order: &ShedOrder,
    recorder: &mut Recorder,
    (step, lane, electric): (usize, usize, bool),
) {
    recorder.bus_short_mw.fill(0.0);
    let bus_short = &mut recorder.bus_short_mw;
    let cut = order.share(plate, lane, unserved_mw, |plate, load, mw, firm| {
        plate.loads.ports[load].shed[lane] += mw;
        if firm {
            bus_short[plate.loads.buses[load]] += mw;
        }
    });
    recorder.lost_load_value[lane] += cut.value_per_h;
    if cut.firm_mw > FIRST_WATT_MW {
        recorder.shortfall(step, lane, cut.firm_mw, electric);
    }
}

/// The same step had there been no storage: the control of the control variate.
#[cold]
fn without_storage(plate: &mut Plate<'_>, balance: &Balance, order: &ShedOrder, recorder: &mut Recorder, lane: usize) {
    let shortage = balance.load_mw[lane] - balance.available_mw[lane];
    let cut = order.share(plate, lane, shortage, |_, _, _, _| {});
    if cut.firm_mw > SHORTFALL_TOLERANCE_MW {
        recorder.shortfall_without_storage(lane, cut.firm_mw);
    }
}

/// Age and the ledger: storage leaks, then in = out + stored + lost.
#[inline(always)]
fn close(plate: &mut Plate<'_>, balance: &mut Balance, step_h: f64) {
    for (store, units) in plate.stores.iter_mut() {
        store.leak(units, step_h, balance);
    }
    if plate.flexible.is_empty() && !plate.has_floors {
        balance.ledger.close(&balance.load_mw, &balance.unserved_mw);
    } else {
        let Balance { ledger, load_mw, unserved_mw, flexible_mw, excess_mw, .. } = balance;
        ledger.close_with(load_mw, unserved_mw, flexible_mw, excess_mw);
    }
}
