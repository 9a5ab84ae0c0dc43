//! The yardstick of `benches/kinds.rs`: its scenario as struct-of-arrays loops without an ECS.
//!
//! 64 futures side by side. It calls the engine's pure formulas and draws from its keyed streams, so
//! its futures are the engine's and its figures must be; dispatch is written anew, row by row where
//! it can be. It knows the scenario: which kinds have outages, that prices differ in no future, that
//! fuel is not limited, that steps are hours. Not here, though the engine has it: ports, bodies,
//! ledger, margins, timeline, events, figures by month, hour and bus, shed tiers, loss of load
//! without storage, weather years, derated states.

mod build;
mod hydrogen;
mod merit;
mod plate;
mod reactor;
mod rows;
pub mod scenario;
mod store;
mod thermal;
#[path = "../plain/unit.rs"]
mod unit;
mod weather;

use energyopti_engine::processes::Processes;
use energyopti_engine::{DischargeFor, LANES, Lanes, SHORTFALL_TOLERANCE_MW, Series};
use hydrogen::{Cell, Maker};
use merit::Merit;
use pulp::NullaryFnOnce;
use reactor::Core;
use rows::{add, lanes_of, least, scale, subtract};
use store::Stores;
use thermal::{Burner, Switched};
use unit::Unit;
use weather::{Given, Sunny, Water, Windy};

/// Unserved power below this is rounding, as in the engine.
const FIRST_WATT_MW: f64 = 1e-6;

/// A load in 64 futures.
struct Load {
    name: String,
    p_mw: Series,
    factors: Vec<usize>,
    wanted_mw: Lanes,
    wanted: Lanes,
    shed: Lanes,
}

/// Plain thermal units: what is up of them.
struct Plain {
    at: usize,
    up: usize,
    unit_mw: f64,
}

/// One carrier.
#[derive(Default)]
struct Plate {
    merit: Merit,
    loads: Vec<Load>,
    stores: Stores,
    /// Of the step: wanted by loads, available, must-take, what storage could give, what nobody meets.
    load: Lanes,
    available: Lanes,
    must_take: Lanes,
    deliverable: Lanes,
    unserved: Lanes,
    excess: Lanes,
}

/// The whole model.
pub struct Flat {
    steps: usize,
    discharge_for: DischargeFor,
    processes: Processes,
    first_replica: u64,
    units: Vec<Unit>,
    /// Units up of each asset that has outages, and its row by place in the electric order.
    up: Vec<Lanes>,
    up_of: Vec<Option<usize>>,
    /// How many there are.
    counts: Vec<f64>,
    grid: Plate,
    pipe: Plate,
    district: Plate,
    plain: Vec<Plain>,
    boilers: Vec<Plain>,
    given: Vec<Given>,
    sunny: Vec<Sunny>,
    windy: Vec<Windy>,
    water: Vec<Water>,
    cores: Vec<Core>,
    switched: Vec<Switched>,
    /// Row of units up of each of them.
    switched_up: Vec<Option<usize>>,
    unit_mw: Vec<f64>,
    burners: Vec<Burner>,
    boiler_burners: Vec<Burner>,
    makers: Vec<Maker>,
    /// Of them, whoever pays most first.
    payers: Vec<usize>,
    cells: Vec<Cell>,
    lole: Lanes,
    eue: Lanes,
}

impl Flat {
    /// Runs replicas `64 group ..` to the horizon's end; gives figures by the engine's metric names.
    pub fn run_group(&mut self, group: u64) -> Vec<(String, Lanes)> {
        self.restart(group * LANES as u64);
        pulp::Arch::new().dispatch(Hours { flat: self });
        self.figures()
    }

    #[inline(always)]
    fn hour(&mut self, step: usize) {
        self.outages(step as u32);
        self.processes.advance(step, self.first_replica);
        for plate in [&mut self.grid, &mut self.district] {
            plate.foresee(step, &self.processes);
        }
        self.pipe.foresee(step, &self.processes);
        self.offer(step);
        self.heat();
        self.electricity();
        self.hydrogen();
        self.settle();
    }

    /// Units that break down or come back.
    #[inline(always)]
    fn outages(&mut self, hour: u32) {
        for unit in &mut self.units {
            if unit.earliest > hour {
                continue;
            }
            let mut due = unit.due(hour);
            while due != 0 {
                let lane = due.trailing_zeros() as usize;
                due &= due - 1;
                let up = unit.change(lane, hour, self.first_replica + lane as u64);
                self.up[unit.group][lane] += if up { 1.0 } else { -1.0 };
            }
            unit.look_ahead();
        }
    }

    /// What everybody could do.
    #[inline(always)]
    fn offer(&mut self, step: usize) {
        let Merit { available, floor, .. } = &mut self.grid.merit;
        let (mut room, mut stock) = self.pipe.promises();
        self.makers.iter_mut().for_each(|maker| maker.offer(&mut room));
        for cell in &mut self.cells {
            let min = &mut self.switched[cell.switched].p_min_mw;
            cell.offer(&mut stock, min, &mut available[cell.at]);
        }
        for water in &mut self.water {
            water.offer(step, &self.processes, &mut floor[water.at], &mut available[water.at]);
        }
        for core in &mut self.cores {
            core.open(&self.up[core.up]);
            if core.heats {
                core.heat_offer(&mut self.district.merit.available[0]);
            } else {
                core.limit(&mut floor[core.at], &mut available[core.at]);
            }
        }
        for given in &self.given {
            available[given.at] = Lanes::splat(given.p_mw.at(step, 0));
        }
        for sunny in &mut self.sunny {
            sunny.shine(step, &self.processes, &mut available[sunny.at]);
        }
        for windy in &mut self.windy {
            windy.blow(step, &self.processes, &mut available[windy.at]);
        }
        for Plain { at, up, unit_mw } in &self.plain {
            scale(&mut available[*at], &self.up[*up], *unit_mw);
        }
        for Plain { at, up, unit_mw } in &self.boilers {
            scale(&mut self.district.merit.available[*at], &self.up[*up], *unit_mw);
        }
    }

    #[inline(always)]
    fn heat(&mut self) {
        let district = &mut self.district;
        district.begin();
        district.greedy(true);
        district.merit.order(&mut district.unserved, &mut district.excess);
        district.shed();
        for core in self.cores.iter_mut().filter(|core| core.heats) {
            core.heat_mw = district.merit.p[0];
            core.limit(&mut self.grid.merit.floor[core.at], &mut self.grid.merit.available[core.at]);
        }
    }

    #[inline(always)]
    fn electricity(&mut self) {
        self.commit();
        let grid = &mut self.grid;
        grid.begin();
        if self.discharge_for == DischargeFor::MeritOrder {
            grid.by_merit();
        } else {
            grid.greedy(true);
        }
        grid.merit.order(&mut grid.unserved, &mut grid.excess);
        for at in &self.payers {
            grid.merit.absorb(&mut self.makers[*at].port, &mut grid.excess);
        }
        grid.merit.refuse(&grid.unserved, &self.up, &self.up_of);
        if grid.shed() {
            for lane in 0..LANES {
                let mw = grid.unserved[lane];
                self.eue[lane] += if mw > FIRST_WATT_MW { mw } else { 0.0 };
                self.lole[lane] += if mw > SHORTFALL_TOLERANCE_MW { 1.0 } else { 0.0 };
            }
        }
    }

    /// Switches units in merit order.
    #[inline(always)]
    fn commit(&mut self) {
        let grid = &mut self.grid;
        for (switched, up) in self.switched.iter_mut().zip(&self.switched_up) {
            match up {
                Some(up) => {
                    scale(&mut grid.merit.available[switched.at], &self.up[*up], self.unit_mw[switched.at]);
                    switched.bound(&self.up[*up]);
                }
                None => switched.bound(&Lanes::splat(1.0)),
            }
        }
        let Merit { entries, available, floor, must_take, .. } = &mut grid.merit;
        let (mut need, mut sum) = (grid.load, Lanes::default());
        available[..*must_take].iter().for_each(|row| add(&mut sum, row));
        subtract(&mut need, &sum);
        let mut next = self.switched.iter_mut().peekable();
        for at in *must_take..available.len() {
            match next.next_if(|switched| switched.at == at) {
                Some(switched) => {
                    let mut stored: Lanes = Lanes::default();
                    if self.discharge_for == DischargeFor::MeritOrder {
                        grid.stores.cheaper(entries[at].cost, &mut stored);
                    }
                    switched.want(&available[at], &stored, &mut need);
                }
                None => subtract(&mut need, &available[at]),
            }
        }
        for switched in &mut self.switched {
            switched.switch(&mut available[switched.at], &mut floor[switched.at]);
        }
    }

    #[inline(always)]
    fn hydrogen(&mut self) {
        self.makers.iter_mut().for_each(Maker::convert);
        for cell in &mut self.cells {
            cell.convert(&self.grid.merit.p[cell.at]);
        }
        let pipe = &mut self.pipe;
        for (at, maker) in self.makers.iter().enumerate() {
            pipe.merit.available[at] = maker.made;
        }
        pipe.load = Lanes::default();
        self.cells.iter().for_each(|cell| add(&mut pipe.load, &cell.burnt));
        pipe.loads.iter().for_each(|load| add(&mut pipe.load, &load.wanted_mw));
        pipe.begin();
        pipe.greedy(false);
        pipe.merit.order(&mut pipe.unserved, &mut pipe.excess);
        pipe.shed();
    }

    /// What the step made of every state.
    #[inline(always)]
    fn settle(&mut self) {
        let Merit { p, refused, .. } = &self.grid.merit;
        self.grid.stores.all.iter_mut().for_each(store::Store::age);
        for water in &mut self.water {
            water.settle(&p[water.at]);
        }
        for core in &mut self.cores {
            core.settle(&p[core.at], &refused[core.at]);
        }
        for burner in &mut self.burners {
            burner.settle(&p[burner.at], burner.switched.map(|at| &self.switched[at].decided));
        }
        for burner in &mut self.boiler_burners {
            burner.settle(&self.district.merit.p[burner.at], None);
        }
        for plate in [&mut self.grid, &mut self.district, &mut self.pipe] {
            plate.stores.all.iter_mut().for_each(store::Store::leak);
        }
    }
}

/// The hours of a group. A struct and not a closure, so that it is surely inlined into the
/// instruction set dispatched to.
struct Hours<'a> {
    flat: &'a mut Flat,
}

impl NullaryFnOnce for Hours<'_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        for step in 0..self.flat.steps {
            self.flat.hour(step);
        }
    }
}
