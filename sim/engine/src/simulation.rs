//! One world that runs group after group of 64 futures.
//!
//! A reused world gives a fresh world's bits: everything that a group changes is put back by
//! `restart` before the next one.

use bevy_ecs::prelude::*;
use bevy_ecs::schedule::{LogLevel, ScheduleBuildSettings, SingleThreadedExecutor};
use rand::RngExt;

use crate::body::Physics;
use crate::branch::Branch;
use crate::dispatch::network::Grid;
use crate::dispatch::shed::ShedOrder;
use crate::dispatch::storage;
use crate::error::EngineError;
use crate::fuel::Fuels;
use crate::group::Group;
use crate::lanes::{LANES, Lanes};
use crate::ledger::Audit;
use crate::model::{Carrier, Model, Network};
use crate::outage::{self, Block, Restart, Transitions};
use crate::phase::Phase;
use crate::plate::Balance;
use crate::populate::populate;
use crate::ports::{Asset, Demand, Flexible, Generator, OutageProcess, Store, UnitsUp};
use crate::processes::Processes;
use crate::record::{Layout, Listed, Port, Recorder, Table, Tally, TimelineTally};
use crate::streams::StreamKey;
use crate::trace::Trace;
use crate::walk::{Rules, State, walk};

/// Steps per block unless told otherwise: four weeks of hours.
pub const BLOCK_STEPS: u32 = 672;

/// A model ready to run, 64 futures at a time.
pub struct Simulation {
    world: World,
    block: Schedule,
    block_steps: u32,
    steps: u32,
    weather_years: u32,
    weather: StreamKey,
    layout: Layout,
    table: Table,
}

impl Simulation {
    /// Builds the world of a model.
    ///
    /// # Errors
    /// Where the horizon is too long or a series too short for the horizon.
    pub fn new(model: &Model) -> Result<Self, EngineError> {
        Self::with_block(model, BLOCK_STEPS)
    }

    /// The same with another block length. It changes no result, only speed and memory.
    ///
    /// # Errors
    /// As [`Simulation::new`].
    pub fn with_block(model: &Model, block_steps: u32) -> Result<Self, EngineError> {
        let steps = check(model)?;
        let mut world = World::new();
        let clock = &model.clock;
        let processes = Processes::new(&model.processes, model.seed, clock.step_h, clock.stamps.clone())
            .map_err(|faults| EngineError::process(&model.processes, &faults))?;
        let fuels = Fuels::new(&model.fuels);
        populate(&mut world, model, &processes, &fuels);
        let timeline = TimelineTally::new(&model.clock, model.keep.timeline, 0.0, 0.0);
        let networked = model.network != Network::CopperPlate;
        world.insert_resource(Recorder::new(model.clock.clone(), model.buses.len(), networked, timeline));
        world.insert_resource(processes);
        world.insert_resource(fuels);
        world.insert_resource(State::default());
        world.insert_resource(Audit::default());
        world.insert_resource(Transitions::default());
        world.insert_resource(Block { first: 0, end: 0 });
        world.insert_resource(Group { first_replica: 0, active: LANES, weather: Lanes::default() });
        let rules = rules(model, &mut world);
        if networked {
            world.insert_resource(Grid::new(model)?);
        }
        world.insert_resource(rules);
        let mut simulation = Self {
            world,
            block: block_schedule(),
            block_steps: block_steps.clamp(1, u32::from(u16::MAX)),
            steps,
            weather_years: u32::try_from(model.weather_years()).unwrap_or(1),
            weather: StreamKey::new(model.seed, "weather", "year", 0),
            layout: Layout::default(),
            table: Table::default(),
        };
        simulation.lay_out(model);
        Ok(simulation)
    }

    /// The columns and metrics of this model.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// An empty tally that fits this model.
    #[must_use]
    pub fn empty_tally(&self, model: &Model) -> Tally {
        let (low, high) = self.margin_range();
        Tally::new(&self.layout, TimelineTally::new(&model.clock, model.keep.timeline, low, high))
    }

    /// Runs replicas `64 group ..` to the horizon's end and counts the first `active` of them into
    /// `tally`. Returns one number per column and replica.
    ///
    /// # Errors
    /// Where the ledger does not close: an error of the program.
    pub fn run_group(&mut self, group: u64, active: usize, tally: &mut Tally) -> Result<&Table, EngineError> {
        self.run_group_unless(group, active, tally, &|| false)
    }

    /// As [`Simulation::run_group`], unless `cancelled` says so before one of its blocks.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`], after which the tally is of no use; else as [`Simulation::run_group`].
    pub fn run_group_unless(
        &mut self,
        group: u64,
        active: usize,
        tally: &mut Tally,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<&Table, EngineError> {
        self.restart(group, active);
        self.world.resource_mut::<Recorder>().swap_timeline(&mut tally.timeline);
        let mut first = 0;
        while first < self.steps {
            if cancelled() {
                return Err(EngineError::Cancelled);
            }
            let end = (first + self.block_steps).min(self.steps);
            self.world.insert_resource(Block { first, end });
            self.block.run(&mut self.world);
            first = end;
        }
        self.world.resource_mut::<Recorder>().swap_timeline(&mut tally.timeline);
        let plates = self.world.resource::<State>().0.iter().map(|balance| balance.ledger.beyond_mw(active));
        let beyond_mw = plates.fold(self.world.resource::<Audit>().beyond_mw(active), f64::max);
        if beyond_mw > 0.0 {
            return Err(EngineError::LedgerOpen { beyond_mw, group });
        }
        self.fill_table();
        self.layout.within_bounds(&self.table, active)?;
        tally.absorb(&self.layout, &self.table, active);
        Ok(&self.table)
    }

    /// Runs one replica alone (with its lane's neighbours) and returns its trace.
    ///
    /// # Errors
    /// As [`Simulation::run_group`].
    pub fn trace(&mut self, replica: u64, model: &Model) -> Result<Trace, EngineError> {
        let lane = lane_of(replica);
        let (names, bodies) = self.listed_names();
        self.world.insert_resource(Trace::new(lane, names, bodies, model));
        let mut tally = self.empty_tally(model);
        let outcome = self.run_group(replica / LANES as u64, lane + 1, &mut tally).map(|_| ());
        let trace = self.world.remove_resource::<Trace>().unwrap_or_default();
        outcome.map(|()| trace)
    }

    fn restart(&mut self, group: u64, active: usize) {
        let first_replica = group * LANES as u64;
        let mut weather = Lanes::default();
        for lane in 0..LANES {
            let mut rng = self.weather.rng(first_replica + lane as u64);
            weather[lane] = rng.random_range(0..self.weather_years);
        }
        self.world.insert_resource(Group { first_replica, active, weather });
        let mut balances = vec![Balance::default(); self.world.resource::<Rules>().carriers.len()];
        for (balance, slack_mw) in balances.iter_mut().zip(&self.world.resource::<Rules>().slack_mw) {
            balance.ledger.slack_mw = *slack_mw;
        }
        self.world.insert_resource(State(balances));
        self.world.insert_resource(Audit::default());
        self.world.resource_mut::<Processes>().restart(first_replica);
        self.world.resource_mut::<Recorder>().restart();
        if let Some(mut grid) = self.world.get_resource_mut::<Grid>() {
            grid.restart();
        }
        let world = &mut self.world;
        let mut outages = world.query::<(&mut OutageProcess, &mut UnitsUp)>();
        for (mut process, mut up) in outages.iter_mut(world) {
            pulp::Arch::new().dispatch(Restart { process: &mut process, first_replica, up: &mut up.0 });
        }
        world.query::<&mut Generator>().iter_mut(world).for_each(|mut g| g.restart());
        world.query::<&mut Demand>().iter_mut(world).for_each(|mut d| d.restart());
        world.query::<&mut Store>().iter_mut(world).for_each(|mut s| s.restart());
        world.query::<&mut Flexible>().iter_mut(world).for_each(|mut f| f.restart());
        world.query::<&mut Branch>().iter_mut(world).for_each(|mut b| b.restart());
        world.query::<&mut Physics>().iter_mut(world).for_each(|mut body| body.0.restart(first_replica));
    }

    fn lay_out(&mut self, model: &Model) {
        let assets = listed(&self.world);
        let mut emitted = Vec::new();
        let (recorder, processes) = (self.world.resource::<Recorder>(), self.world.resource::<Processes>());
        recorder.emit(&assets, &mut |column, bound, _| emitted.push((column, bound)));
        recorder.emit_risks(processes, &mut |column, bound, _| emitted.push((column, bound)));
        self.layout = Layout::new(emitted, model, &assets);
    }

    fn fill_table(&mut self) {
        let assets = listed(&self.world);
        self.table.columns.clear();
        let columns = &mut self.table.columns;
        let (recorder, processes) = (self.world.resource::<Recorder>(), self.world.resource::<Processes>());
        recorder.emit(&assets, &mut |_, _, lanes| columns.push(lanes));
        recorder.emit_risks(processes, &mut |_, _, lanes| columns.push(lanes));
    }

    /// Names by slot, and those of the assets with a body, in the same order.
    fn listed_names(&self) -> (Vec<String>, Vec<String>) {
        let bodies = self.world.iter_entities().filter(EntityRef::contains::<Physics>);
        let mut bodies: Vec<_> = bodies.filter_map(|e| e.get::<Asset>().map(|a| (a.slot, a.name.clone()))).collect();
        bodies.sort_unstable();
        let names = listed(&self.world).into_iter().map(|a| a.name).collect();
        (names, bodies.into_iter().map(|(_, name)| name).collect())
    }

    /// The least and greatest margin that the assets' sizes allow, MW.
    fn margin_range(&self) -> (f64, f64) {
        let assets = listed(&self.world);
        assets.iter().filter(|asset| asset.electric).fold((0.0, 0.0), |(low, high), asset| match asset.port {
            Port::Generator(g) => (low, high + g.greatest_mw),
            Port::Store(s) => (low, high + s.p_nom_mw),
            Port::Demand(d) => (low - d.peak_mw, high),
            Port::Flexible(_) | Port::Branch(_) => (low, high),
        })
    }
}

/// The lane in which a replica runs.
#[expect(clippy::cast_possible_truncation, reason = "below 64")]
fn lane_of(replica: u64) -> usize {
    (replica % LANES as u64) as usize
}

/// Systems on the block clock. They declare a phase and nothing else; two that touch the same data
/// in one phase are an error.
fn block_schedule() -> Schedule {
    let mut schedule = Schedule::default();
    schedule
        .set_executor(SingleThreadedExecutor::new())
        .set_build_settings(ScheduleBuildSettings { ambiguity_detection: LogLevel::Error, ..Default::default() })
        .configure_sets((Phase::Exogenous, Phase::Decide).chain())
        .add_systems(outage::draw_transitions.in_set(Phase::Exogenous))
        .add_systems(walk.in_set(Phase::Decide));
    schedule
}

/// All ports by slot, with the figures of the bodies behind them.
fn listed(world: &World) -> Vec<Listed<'_>> {
    let (rules, clock) = (world.resource::<Rules>(), &world.resource::<Rules>().clock);
    let mut assets: Vec<_> = world
        .iter_entities()
        .filter_map(|entity| {
            let asset = entity.get::<Asset>()?;
            let generator = entity.get::<Generator>().map(Port::Generator);
            let demand = || entity.get::<Demand>().map(Port::Demand);
            let store = || entity.get::<Store>().map(Port::Store);
            let flexible = || entity.get::<Flexible>().map(Port::Flexible);
            let branch = || entity.get::<Branch>().map(Port::Branch);
            let port = generator.or_else(demand).or_else(store).or_else(flexible).or_else(branch)?;
            let body = entity.get::<Physics>();
            let listed = Listed {
                name: asset.name.clone(),
                bus: asset.bus,
                electric: rules.plate_of_bus[asset.bus] == rules.electric,
                port,
                figures: body.map_or_else(Vec::new, |body| body.0.figures(clock.step_h, clock.horizon_h())),
            };
            Some((asset.slot, listed))
        })
        .collect();
    assets.sort_by_key(|(slot, _)| *slot);
    assets.into_iter().map(|(_, listed)| listed).collect()
}

/// The plates of a model, their shed orders, and what storage may do.
fn rules(model: &Model, world: &mut World) -> Rules {
    let mut carriers: Vec<Carrier> = (0..model.buses.len()).map(|bus| model.carrier(bus)).collect();
    carriers.push(Carrier::Electricity);
    let of_bus = carriers.clone();
    carriers.sort_unstable();
    carriers.dedup();
    let plate = |carrier: &Carrier| carriers.iter().position(|c| c == carrier).expect("every carrier is in the list");
    let plate_of_bus: Vec<usize> = of_bus[..model.buses.len()].iter().map(plate).collect();
    let shed = (0..carriers.len()).map(|at| shed_order(world, &plate_of_bus, at)).collect();
    let slack_mw = (0..carriers.len()).map(|at| slack_mw(world, &plate_of_bus, at, model.clock.step_h)).collect();
    let storage = storage::Rules { charge_from: model.charge_from, discharge_for: model.discharge_for };
    Rules {
        clock: model.clock.clone(),
        is_plain: carriers.len() == 1 && model.processes.is_empty() && model.network == Network::CopperPlate,
        storage,
        electric: plate(&Carrier::Electricity),
        carriers: carriers.clone(),
        plate_of_bus,
        shed,
        slack_mw,
    }
}

/// A few units in the last place of what a plate's stores hold, as power over a step.
fn slack_mw(world: &mut World, plate_of_bus: &[usize], plate: usize, step_h: f64) -> f64 {
    let mut query = world.query::<(&Asset, &Store)>();
    let held =
        query.iter(world).filter(|(asset, _)| plate_of_bus[asset.bus] == plate).map(|(_, store)| store.e_nom_mwh);
    8.0 * f64::EPSILON * held.sum::<f64>() / step_h
}

fn shed_order(world: &mut World, plate_of_bus: &[usize], plate: usize) -> ShedOrder {
    let mut query = world.query::<(&Asset, &Demand)>();
    let mut demands: Vec<_> = query.iter(world).filter(|(asset, _)| plate_of_bus[asset.bus] == plate).collect();
    demands.sort_by_key(|(asset, _)| asset.slot);
    ShedOrder::new(demands.into_iter().map(|(_, demand)| demand.tiers.as_slice()))
}

/// The number of steps, once every series is known to cover them.
fn check(model: &Model) -> Result<u32, EngineError> {
    let steps = model.clock.steps();
    let years = model.weather_years();
    for (_, asset) in model.assets.all() {
        for series in asset.series() {
            let name = || asset.common().name.clone();
            if let Some(found) = series.steps().filter(|found| *found != steps) {
                return Err(EngineError::SeriesLength { asset: name(), found, steps });
            }
            if series.years() != 1 && series.years() != years {
                return Err(EngineError::WeatherYears { asset: name(), found: series.years(), years });
            }
        }
    }
    u32::try_from(steps).ok().filter(|s| (1..u32::MAX / 2).contains(s)).ok_or(EngineError::Horizon { steps })
}
