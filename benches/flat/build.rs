//! The flat loop's way in and out: from the engine's model to rows, and from rows to figures.

use energyopti_engine::assets::hydro::Hydro;
use energyopti_engine::assets::thermal::Thermal;
use energyopti_engine::assets::thermal::commitment::{Commitment, RunningUnits};
use energyopti_engine::processes::Processes;
use energyopti_engine::{Carrier, LANES, Lanes, Model, Series};

use super::hydrogen::{Cell, Maker};
use super::merit::{Entry, Merit};
use super::reactor::Core;
use super::store::{Store, Stores};
use super::thermal::{Burner, Switched, usual_price};
use super::unit::Unit;
use super::weather::{Given, Sunny, Water, Windy};
use super::{Flat, Load, Plain, Plate};

impl Flat {
    /// Takes the data of the bench's model; what it does not know of is not asked for.
    pub fn new(model: &Model) -> Self {
        assert_eq!(model.clock.step_h, 1.0);
        let assets = &model.assets;
        let on = |bus: usize, carrier| model.carrier(bus) == carrier;
        let (electric, hot): (Vec<&Thermal>, Vec<&Thermal>) =
            assets.thermal.iter().partition(|asset| on(asset.common.bus, Carrier::Electricity));
        let plate = |carrier, merit, stores| Plate {
            merit,
            loads: loads(model, carrier),
            stores: Stores::of(stores),
            ..Plate::default()
        };
        let tanks = |carrier| assets.store.iter().filter(move |s| on(s.common.bus, carrier)).map(Store::tank).collect();
        let grid =
            plate(Carrier::Electricity, order(model, &electric), assets.battery.iter().map(Store::battery).collect());
        let made = |name: &str| entry(&format!("{name}.hydrogen"), true, [0.0; 2]);
        let pipe = Merit::new(assets.electrolyser.iter().map(|asset| made(&asset.common.name)).collect());
        let pipe = plate(Carrier::Hydrogen, pipe, tanks(Carrier::Hydrogen));
        let district = plate(Carrier::Heat, heat_order(model, &hot), tanks(Carrier::Heat));
        let places = grid.merit.entries.len();
        let mut flat = Self {
            steps: model.clock.steps(),
            discharge_for: model.discharge_for,
            processes: Processes::new(&model.processes, model.seed, 1.0, model.clock.stamps.clone()).unwrap(),
            first_replica: 0,
            units: Vec::new(),
            up: Vec::new(),
            up_of: vec![None; places],
            counts: Vec::new(),
            grid,
            pipe,
            district,
            plain: Vec::new(),
            boilers: Vec::new(),
            given: Vec::new(),
            sunny: Vec::new(),
            windy: Vec::new(),
            water: Vec::new(),
            cores: Vec::new(),
            switched: Vec::new(),
            switched_up: Vec::new(),
            unit_mw: vec![0.0; places],
            burners: Vec::new(),
            boiler_burners: Vec::new(),
            makers: assets.electrolyser.iter().map(Maker::new).collect(),
            payers: Vec::new(),
            cells: Vec::new(),
            lole: Lanes::default(),
            eue: Lanes::default(),
        };
        flat.payers = (0..flat.makers.len()).collect();
        flat.payers.sort_by(|a, b| flat.makers[*b].port.highest_price.total_cmp(&flat.makers[*a].port.highest_price));
        electric.iter().for_each(|asset| flat.take_thermal(model, asset));
        flat.take_others(model);
        for asset in hot {
            let (at, up) = (flat.district.merit.place(&asset.common.name), flat.break_down(model, &asset.common));
            flat.boilers.push(Plain { at, up, unit_mw: asset.p_nom_mw });
            flat.boiler_burners.push(Burner::new(asset, &model.fuels, at, None));
        }
        flat.sort_switched();
        flat
    }

    /// A row of units up.
    fn break_down(&mut self, model: &Model, common: &energyopti_engine::assets::Common) -> usize {
        let row = self.up.len();
        self.up.push(Lanes::default());
        self.counts.push(f64::from(common.count));
        self.units.extend(Unit::of(common, row, model.seed));
        row
    }

    fn take_thermal(&mut self, model: &Model, asset: &Thermal) {
        let (at, up) = (self.grid.merit.place(&asset.common.name), self.break_down(model, &asset.common));
        self.up_of[at] = Some(up);
        self.unit_mw[at] = asset.p_nom_mw;
        let Some(switching) = &asset.operation.switching else {
            return self.plain.push(Plain { at, up, unit_mw: asset.p_nom_mw });
        };
        let running = RunningUnits::new(&switching.commitment, 1.0);
        self.burners.push(Burner::new(asset, &model.fuels, at, Some(self.switched.len())));
        self.switched.push(Switched::new(at, running, switching.p_min_pu));
        self.switched_up.push(Some(up));
    }

    fn take_others(&mut self, model: &Model) {
        let (assets, clock) = (&model.assets, &model.clock);
        for asset in &assets.fuel_cell {
            let at = self.grid.merit.place(&asset.common.name);
            let unit = Commitment { count: 1, min_up_time_h: 0.0, min_down_time_h: 0.0, initial_on: 0 };
            self.cells.push(Cell::new(asset, at, self.switched.len()));
            self.switched.push(Switched::new(at, RunningUnits::new(&unit, 1.0), 0.0));
            self.switched_up.push(None);
        }
        for asset in &assets.hydro {
            self.water.push(Water::new(asset, self.grid.merit.place(&asset.common.name)));
        }
        for asset in &assets.reactor {
            let (at, up) = (self.grid.merit.place(&asset.common.name), self.break_down(model, &asset.common));
            self.up_of[at] = Some(up);
            self.cores.push(Core::new(asset, at, up));
        }
        for asset in &assets.solar {
            let at = self.grid.merit.place(&asset.common.name);
            self.sunny.extend(Sunny::new(asset, clock, at));
            self.give(at, asset.p_max_mw(clock));
        }
        for asset in &assets.wind {
            let at = self.grid.merit.place(&asset.common.name);
            self.windy.extend(Windy::new(asset, at));
            self.give(at, asset.p_max_mw(clock));
        }
    }

    fn give(&mut self, at: usize, p_mw: Option<Series>) {
        self.given.extend(p_mw.map(|p_mw| Given { at, p_mw }));
    }

    /// What is switched, in merit order.
    fn sort_switched(&mut self) {
        let mut order: Vec<usize> = (0..self.switched.len()).collect();
        order.sort_by_key(|index| self.switched[*index].at);
        let place = |index: usize| order.iter().position(|found| *found == index).unwrap();
        self.burners.iter_mut().for_each(|burner| burner.switched = burner.switched.map(place));
        self.cells.iter_mut().for_each(|cell| cell.switched = place(cell.switched));
        self.switched_up = order.iter().map(|index| self.switched_up[*index]).collect();
        self.switched.sort_by_key(|switched| switched.at);
    }

    pub(super) fn restart(&mut self, first_replica: u64) {
        self.first_replica = first_replica;
        self.processes.restart(first_replica);
        for (row, count) in self.up.iter_mut().zip(&self.counts) {
            *row = Lanes::splat(*count);
        }
        for unit in &mut self.units {
            for lane in 0..LANES {
                let up = unit.start(lane, first_replica + lane as u64);
                self.up[unit.group][lane] -= if up { 0.0 } else { 1.0 };
            }
            unit.look_ahead();
        }
        for plate in [&mut self.grid, &mut self.pipe, &mut self.district] {
            plate.merit.restart();
            plate.stores.all.iter_mut().for_each(Store::restart);
            plate.loads.iter_mut().for_each(|load| (load.wanted, load.shed) = Default::default());
        }
        self.windy.iter_mut().for_each(Windy::restart);
        self.water.iter_mut().for_each(Water::restart);
        self.cores.iter_mut().for_each(Core::restart);
        self.switched.iter_mut().for_each(Switched::restart);
        self.burners.iter_mut().chain(&mut self.boiler_burners).for_each(Burner::restart);
        self.makers.iter_mut().for_each(Maker::restart);
        self.cells.iter_mut().for_each(Cell::restart);
        (self.lole, self.eue) = Default::default();
    }

    pub(super) fn figures(&self) -> Vec<(String, Lanes)> {
        let mut figures = vec![("lole_h".to_owned(), self.lole), ("eue_mwh".to_owned(), self.eue)];
        let mut put = |name: &str, of: &str, lanes: &Lanes| figures.push((format!("{name}.{of}"), *lanes));
        let mut cost = Lanes::default();
        for plate in [&self.grid, &self.district, &self.pipe] {
            for (at, entry) in plate.merit.entries.iter().enumerate() {
                put("energy_mwh", &entry.name, &plate.merit.given[at]);
                (0..LANES).for_each(|lane| cost[lane] += plate.merit.given[at][lane] * entry.paid);
                if at < plate.merit.must_take {
                    put("curtailment_mwh", &entry.name, &plate.merit.curtailed[at]);
                }
            }
            for store in &plate.stores.all {
                put("energy_mwh", &store.name, &store.discharged);
                put("charge_mwh", &store.name, &store.charged);
                (0..LANES).for_each(|lane| cost[lane] += store.discharged[lane] * store.cost);
                if let Some((capacity, cycles)) = store.health() {
                    put("state_of_health_pu", &store.name, &capacity);
                    put("equivalent_full_cycles", &store.name, &cycles);
                }
            }
            for load in &plate.loads {
                let mut served = load.wanted;
                (0..LANES).for_each(|lane| served[lane] -= load.shed[lane]);
                put("energy_mwh", &load.name, &served);
            }
        }
        for burner in self.burners.iter().chain(&self.boiler_burners) {
            (0..LANES).for_each(|lane| cost[lane] += burner.cost[lane]);
            put("fuel_mwh", &burner.name, &burner.fuel);
            put("emissions_t", &burner.name, &burner.emissions);
            put("unit_hours", &burner.name, &burner.on);
            if burner.switched.is_some() {
                put("starts", &burner.name, &burner.starts);
            }
        }
        for water in &self.water {
            put("spill_mwh", &water.name, &water.spill);
            put("inflow_mwh", &water.name, &water.inflow_mwh);
            put("release_short_mwh", &water.name, &water.release_short);
            put("e_end_mwh", &water.name, &water.held());
        }
        for core in &self.cores {
            put("efpd_d", &core.name, &core.efpd);
            put("heat_rejected_mwh", &core.name, &core.rejected);
            put("starts", &core.name, &core.starts());
        }
        for maker in &self.makers {
            put("energy_mwh", &maker.name, &maker.port.taken);
            put("hydrogen_t", &maker.name, &maker.hydrogen_t);
            put("starts", &maker.name, &maker.starts);
            put("running_h", &maker.name, &maker.running_h);
            put("standby_h", &maker.name, &maker.standby_h);
        }
        for cell in &self.cells {
            put("hydrogen_t", &cell.name, &cell.hydrogen_t);
            put("starts", &cell.name, &cell.starts);
            put("running_h", &cell.name, &cell.running_h);
        }
        figures.push(("cost".to_owned(), cost));
        figures
    }
}

fn entry(name: &str, must_take: bool, [cost, paid]: [f64; 2]) -> Entry {
    Entry { name: name.to_owned(), must_take, cost, paid, p_nom: 0.0, has_floor: false, refuses: false }
}

/// The electric merit order.
fn order(model: &Model, thermal: &[&Thermal]) -> Merit {
    let assets = &model.assets;
    let mut entries = Vec::new();
    for asset in thermal {
        let cost = usual_price(asset, &model.fuels);
        let burns = asset.operation.burns.is_some();
        let has_floor = asset.operation.switching.is_some();
        let price = [cost, if burns { 0.0 } else { cost }];
        entries.push(Entry { has_floor, ..entry(&asset.common.name, false, price) });
    }
    let plain = |name: &str, must_take, cost| entry(name, must_take, [cost; 2]);
    entries.extend(assets.solar.iter().map(|a| plain(&a.common.name, true, a.marginal_cost_per_mwh)));
    entries.extend(assets.wind.iter().map(|a| plain(&a.common.name, true, a.marginal_cost_per_mwh)));
    entries.extend(assets.hydro.iter().map(|a: &Hydro| {
        let holds = a.reservoir.e_nom_mwh > 0.0;
        let has_floor = holds && a.reservoir.min_release_mw > 0.0 && a.reservoir.release_through_turbine;
        Entry { has_floor, ..plain(&a.common.name, !holds, a.marginal_cost_per_mwh) }
    }));
    entries.extend(assets.reactor.iter().map(|a| Entry {
        p_nom: a.p_nom_mw,
        has_floor: true,
        refuses: true,
        ..plain(&a.common.name, false, a.marginal_cost_per_mwh)
    }));
    let cells = assets.fuel_cell.iter();
    entries.extend(cells.map(|a| Entry { has_floor: true, ..plain(&a.common.name, false, a.marginal_cost_per_mwh) }));
    Merit::new(entries)
}

/// The reactor's heat, then the boilers.
fn heat_order(model: &Model, boilers: &[&Thermal]) -> Merit {
    let heat = model.assets.reactor.iter().filter_map(|reactor| {
        let cost = reactor.heat?.power_loss_factor * reactor.marginal_cost_per_mwh;
        Some(entry(&format!("{}.heat", reactor.common.name), false, [cost; 2]))
    });
    let boilers = boilers.iter().map(|asset| entry(&asset.common.name, false, [usual_price(asset, &model.fuels), 0.0]));
    Merit::new(heat.chain(boilers).collect())
}

fn loads(model: &Model, carrier: Carrier) -> Vec<Load> {
    let all = model.assets.load.iter().filter(|asset| model.carrier(asset.common.bus) == carrier);
    let load = |asset: &energyopti_engine::assets::load::Load| Load {
        name: asset.common.name.clone(),
        p_mw: asset.p_mw.clone(),
        factors: asset.factors.iter().map(|factor| factor.process).collect(),
        wanted_mw: Lanes::default(),
        wanted: Lanes::default(),
        shed: Lanes::default(),
    };
    all.map(load).collect()
}
