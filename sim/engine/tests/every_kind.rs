//! The energy ledger with every kind of asset in one system and parameters drawn at random.
//!
//! `ENERGYOPTI_CASES` says how many systems; each runs 64 futures. A ledger that is open by more than
//! 1e-9 of a step's energy, in any step, future, plate or body, ends a run with an error.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "every_kind/network.rs"]
mod network;
mod support;

use energyopti_engine::assets::battery::ageing::{AgeingParameters, Chemistry};
use energyopti_engine::assets::battery::converter::Converter;
use energyopti_engine::assets::battery::{AtEndOfLife, Battery, Life, Power};
use energyopti_engine::assets::electrolyser::plant::ElectrolyserPlant;
use energyopti_engine::assets::electrolyser::{Electrolyser, part_load::PartLoad};
use energyopti_engine::assets::fuel_cell::plant::FuelCellPlant;
use energyopti_engine::assets::fuel_cell::{FuelCell, part_load::FuelCellPartLoad};
use energyopti_engine::assets::hydro::{Hydro, reservoir::Reservoir};
use energyopti_engine::assets::load::{Load, Tier};
use energyopti_engine::assets::reactor::envelope::EnvelopeTable;
use energyopti_engine::assets::reactor::reactivity::ReactivityBalance;
use energyopti_engine::assets::reactor::xenon::XenonModel;
use energyopti_engine::assets::reactor::{HeatExtraction, Reactor, Refuelling};
use energyopti_engine::assets::readiness::Readiness;
use energyopti_engine::assets::solar::{self, Physics, Sky, Solar, Weather, location::Location, plant::Plant};
use energyopti_engine::assets::solar::{cell::CellTemperature, pvwatts::Pvwatts, step::Surface, step::Transposition};
use energyopti_engine::assets::store::EnergyStore;
use energyopti_engine::assets::thermal::{Operation, Start, Switching, Thermal};
use energyopti_engine::assets::thermal::{commitment::Commitment, heat_rate::HeatRate};
use energyopti_engine::assets::wind::{self, Speed, Wind, curve::CutOut, curve::PowerCurve};
use energyopti_engine::assets::wind::{plant::WindTurbine, shear::Shear};
use energyopti_engine::processes::{Duration, Kind, Law, MeanReverting, Process, Risk, Severity, clear_sky_markov};
use energyopti_engine::record::metrics::Quantity;
use energyopti_engine::{
    Carrier, ChargeFrom, DischargeFor, Effect, Factor, Fuel, Model, Outage, Series, Simulation, StreamKey, open_unit,
};
use support::{common, model};

const HEAT: usize = 1;
const HYDROGEN: usize = 2;

/// Numbers at random, the same for the same case.
struct Dice {
    key: StreamKey,
    event: u64,
}

impl Dice {
    fn unit(&mut self) -> f64 {
        self.event += 1;
        open_unit(self.key.draw(0, self.event)[0])
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    fn often(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small numbers")]
    fn count(&mut self, most: u32) -> u32 {
        (self.unit() * f64::from(most)).ceil() as u32
    }

    fn outage(&mut self) -> Option<Outage> {
        self.often(0.5).then(|| Outage::two_state(self.between(0.0, 0.2), self.between(0.05, 1.0)))
    }

    /// A course that is often 0 and sometimes a hundred times the rest.
    fn course(&mut self, steps: u32, mw: f64) -> Series {
        let value = |dice: &mut Self| {
            let scale = if dice.often(0.05) { 100.0 * mw } else { mw };
            if dice.often(0.2) { 0.0 } else { dice.between(0.0, scale) }
        };
        Series::Steps((0..steps).map(|_| value(self)).collect())
    }
}

fn system(case: u64) -> Model {
    let mut dice = Dice { key: StreamKey::new(case, "every kind", "parameters", 0), event: 0 };
    let steps = 24 + dice.count(72);
    let mut model = model(steps);
    model.seed = case;
    model.clock.start_unix_s = 1_600_000_000 + i64::from(dice.count(30_000_000));
    model.clock.step_h = [0.25, 1.0, 1.0, 3.0][dice.count(4) as usize - 1];
    model.buses = ["grid", "district", "gas"].map(String::from).into();
    model.carriers = vec![Carrier::Electricity, Carrier::Heat, Carrier::Hydrogen];
    if dice.often(0.7) {
        model.charge_from = ChargeFrom::MustTake;
        model.discharge_for = if dice.often(0.7) { DischargeFor::MeritOrder } else { DischargeFor::Deficit };
    }
    model.processes = processes(&mut dice);
    model.fuels = vec![fuel(&mut dice), fuel(&mut dice)];
    loads(&mut model, &mut dice, steps);
    renewables(&mut model, &mut dice, steps);
    thermal(&mut model, &mut dice);
    nuclear(&mut model, &mut dice);
    storage(&mut model, &mut dice);
    hydrogen(&mut model, &mut dice);
    if dice.often(0.5) {
        network::scatter(&mut model, &mut dice);
    }
    model
}

fn processes(dice: &mut Dice) -> Vec<Process> {
    let reverting = |law, half_life_h| Kind::MeanReverting(MeanReverting { law, half_life_h, jumps: None });
    let wind = Law::Weibull { shape: dice.between(1.5, 3.0), scale: dice.between(4.0, 16.0) };
    let price = Law::Lognormal { mean: 1.0, log_standard_deviation: dice.between(0.0, 0.8) };
    let risk = Risk {
        events_per_year: dice.between(0.0, 500.0),
        monthly_course: vec![],
        severity: Severity::Uniform { min: 0.1, max: 5.0 },
        duration: Duration::Exponential(dice.between(1.0, 60.0)),
    };
    let mut price = Process::new("price", reverting(price, dice.between(1.0, 100.0)));
    price.correlated = vec![(0, dice.between(-0.8, 0.8))];
    vec![
        Process::new("wind speed", reverting(wind, dice.between(0.5, 30.0))),
        price,
        Process::new("shock", Kind::Risk(risk)),
        clear_sky_markov("clouds"),
    ]
}

fn factor(dice: &mut Dice) -> Vec<Factor> {
    match dice.count(4) {
        1 => vec![Factor { process: 1, effect: Effect::Value }],
        2 => vec![Factor { process: 2, effect: Effect::WhenActive(dice.between(0.0, 3.0)) }],
        _ => vec![],
    }
}

fn fuel(dice: &mut Dice) -> Fuel {
    Fuel {
        name: "fuel".into(),
        price_per_mwh: dice.between(1.0, 80.0),
        co2_t_per_mwh: dice.between(0.0, 0.4),
        co2_price_per_t: dice.between(0.0, 150.0),
        supply_mw: dice.often(0.5).then(|| dice.between(0.0, 400.0)),
        price: factor(dice),
        supply: factor(dice),
    }
}

fn loads(model: &mut Model, dice: &mut Dice, steps: u32) {
    for (name, bus, mw) in [("town", 0, 150.0), ("port", 0, 40.0), ("homes", HEAT, 60.0), ("station", HYDROGEN, 10.0)] {
        let firm = bus != HYDROGEN || dice.often(0.3);
        let tiers = vec![
            Tier { share_pu: 0.75, voll_per_mwh: 1000.0, firm },
            Tier { share_pu: 0.25, voll_per_mwh: dice.between(0.0, 900.0), firm: false },
        ];
        let mut common = common(name, 1, dice.outage());
        common.bus = bus;
        model.assets.load.push(Load {
            common,
            p_mw: dice.course(steps, mw),
            tiers,
            factors: factor(dice),
            offtake_price_per_mwh: 50.0,
        });
    }
}

fn renewables(model: &mut Model, dice: &mut Dice, steps: u32) {
    let location = Location::new(dice.between(-85.0, 85.0), dice.between(-180.0, 180.0), dice.between(0.0, 3000.0));
    let surface = Surface {
        tilt_deg: dice.between(0.0, 90.0),
        azimuth_deg: dice.between(0.0, 359.0),
        albedo: dice.unit(),
        transposition: Transposition::HayDavies,
    };
    let temperature = CellTemperature::named("pvsyst_freestanding").unwrap();
    let power = Pvwatts::standard(dice.between(1.0, 120.0));
    let plant = Plant { location, surface, temperature, power };
    let air = Weather {
        sky: if dice.often(0.7) { Sky::Index { process: 3 } } else { Sky::Clear },
        temp_air_c: Series::Constant(dice.between(-20.0, 40.0)),
        wind_m_s: Series::Constant(dice.between(0.0, 15.0)),
    };
    let (p_nom_mw, source) = (plant.power.p_nom_mw(), solar::Source::Physics(Physics::new(plant, air)));
    model.assets.solar = vec![
        Solar { common: common("park", 2, dice.outage()), p_nom_mw, source, marginal_cost_per_mwh: 0.0 },
        support::must_take("roof", &[0.0, 20.0, 60.0].repeat(steps as usize)[..steps as usize]),
    ];
    let curve = PowerCurve { speed_m_s: vec![3.0, 8.0, 13.0, 25.0], power_mw: vec![0.0, 2.0, 5.0, 5.0] };
    let turbine = WindTurbine {
        p_nom_mw: 5.0,
        hub_height_m: dice.between(30.0, 150.0),
        wind_height_m: 10.0,
        temperature_height_m: 2.0,
        pressure_height_m: 0.0,
        shear: Shear::Hellman { exponent: dice.between(0.05, 0.4) },
        density: None,
        curve,
        cut_out: Some(CutOut { v_cut_out_m_s: 25.0, v_restart_m_s: 20.0 }),
    };
    let weather = wind::Weather {
        wind: Speed::Process(0),
        temperature_c: Series::Constant(15.0),
        pressure_pa: Series::Constant(101_325.0),
    };
    let source = wind::Source::Physics(wind::Physics::new(turbine, weather));
    let count = dice.count(20);
    model.assets.wind =
        vec![Wind { common: common("farm", count, dice.outage()), p_nom_mw: 5.0, source, marginal_cost_per_mwh: 0.0 }];
    let run_of_river = dice.often(0.3);
    model.assets.hydro = vec![Hydro {
        common: common("dam", dice.count(3), dice.outage()),
        reservoir: Reservoir {
            p_nom_mw: dice.between(1.0, 40.0),
            efficiency: dice.between(0.5, 1.0),
            e_nom_mwh: if run_of_river { 0.0 } else { dice.between(1.0, 2000.0) },
            e_min_pu: 0.0,
            e_initial_pu: dice.unit(),
            min_release_mw: dice.between(0.0, 10.0),
            release_through_turbine: dice.often(0.5),
        },
        inflow_mw: dice.course(steps, 20.0),
        inflow_factors: factor(dice),
        marginal_cost_per_mwh: dice.between(0.0, 100.0),
    }];
}

fn thermal(model: &mut Model, dice: &mut Dice) {
    for (at, name) in ["coal", "ccgt", "ocgt", "boiler"].into_iter().enumerate() {
        let (count, p_nom_mw) = (dice.count(4), dice.between(1.0, 60.0));
        let rate = HeatRate::Quadratic {
            no_load_mw: dice.between(0.0, 0.3) * p_nom_mw,
            linear: dice.between(1.1, 3.0),
            quadratic_per_mw: dice.between(0.0, 0.5) / p_nom_mw,
        };
        let commitment = Commitment {
            count,
            min_up_time_h: dice.between(0.0, 12.0),
            min_down_time_h: dice.between(0.0, 12.0),
            initial_on: 0,
        };
        let start = Start { cost: dice.between(0.0, 1e4), fuel_mwh: dice.between(0.0, 50.0) };
        let p_min_pu = dice.unit();
        let mut common = common(name, count, dice.outage());
        common.bus = if name == "boiler" { HEAT } else { 0 };
        let operation = Operation {
            burns: dice.often(0.8).then_some((at % 2, rate)),
            switching: dice.often(0.7).then_some(Switching { p_min_pu, commitment, start }),
            availability: factor(dice),
            cost: factor(dice),
        };
        let p_max_mw = Series::Constant(p_nom_mw);
        let marginal_cost_per_mwh = dice.between(0.0, 200.0);
        model.assets.thermal.push(Thermal { common, p_nom_mw, p_max_mw, marginal_cost_per_mwh, operation });
    }
}

fn nuclear(model: &mut Model, dice: &mut Dice) {
    let heat_max_mw = dice.between(0.0, 60.0);
    let heat = HeatExtraction { bus: HEAT, heat_max_mw, power_loss_factor: dice.between(0.0, 0.3) };
    let smr = dice.often(0.5);
    model.assets.reactor = vec![Reactor {
        common: common("unit", 1, dice.outage()),
        p_nom_mw: dice.between(20.0, 150.0),
        efficiency: dice.between(0.25, 0.4),
        heat: dice.often(0.7).then_some(heat),
        marginal_cost_per_mwh: dice.between(0.0, 40.0),
        core: if smr { ReactivityBalance::SMR } else { ReactivityBalance::PWR },
        xenon: if smr { XenonModel::SMR } else { XenonModel::PWR },
        envelope: if smr { EnvelopeTable::smr() } else { EnvelopeTable::pwr() },
        efpd_initial: dice.between(0.0, 480.0),
        refuelling: if dice.often(0.3) { Refuelling::Planned { first: 5, steps: 20 } } else { Refuelling::Never },
        availability: factor(dice),
    }];
}

fn storage(model: &mut Model, dice: &mut Dice) {
    for name in ["fast", "slow", "plain"] {
        let power = Power {
            taper_charge_from_pu: dice.between(0.3, 1.0),
            taper_discharge_from_pu: dice.between(0.0, 0.5),
            taper_floor_pu: dice.between(0.01, 0.5),
            converter: Converter { no_load_pu: dice.between(0.0, 0.02), linear_pu: 0.01, quadratic_pu: 0.02 },
            auxiliary_standby_mw: dice.between(0.0, 0.3),
            auxiliary_per_power: dice.between(0.0, 0.05),
        };
        let cells = AgeingParameters {
            chemistry: if dice.often(0.5) { Chemistry::Lfp } else { Chemistry::Nmc },
            temperature_c: dice.between(-10.0, 50.0),
            end_of_life_pu: dice.between(0.5, 0.999),
        };
        let at_end = [AtEndOfLife::Replace, AtEndOfLife::Retire, AtEndOfLife::Continue][dice.count(3) as usize - 1];
        let life = Life { cells, at_end, replacement_cost_per_mwh: dice.between(0.0, 2e5) };
        let physics = name != "plain";
        model.assets.battery.push(Battery {
            common: common(name, 1, dice.outage()),
            p_nom_mw: dice.between(1.0, 80.0),
            e_nom_mwh: dice.between(1.0, 300.0),
            efficiency_store: dice.between(0.5, 1.0),
            efficiency_dispatch: dice.between(0.5, 1.0),
            standing_loss_per_h: if dice.often(0.5) { dice.between(0.0, 0.05) } else { 0.0 },
            e_min_pu: dice.between(0.0, 0.2),
            e_max_pu: dice.between(0.6, 1.0),
            e_initial_pu: dice.between(0.2, 0.6),
            marginal_cost_per_mwh: dice.between(0.0, 50.0),
            power: (physics && dice.often(0.8)).then_some(power),
            life: (physics && dice.often(0.8)).then_some(life),
        });
    }
    for (name, bus) in [("hot water", HEAT), ("tank", HYDROGEN), ("cavern", HYDROGEN)] {
        let mut common = common(name, 1, dice.outage());
        common.bus = bus;
        model.assets.store.push(EnergyStore {
            common,
            p_nom_mw: dice.between(0.0, 60.0),
            e_nom_mwh: dice.between(0.0, 400.0),
            efficiency_store: dice.between(0.7, 1.0),
            efficiency_dispatch: dice.between(0.7, 1.0),
            standing_loss_per_h: dice.between(0.0, 0.02),
            e_initial_pu: dice.unit(),
        });
    }
}

fn hydrogen(model: &mut Model, dice: &mut Dice) {
    for name in ["alkaline", "membrane"] {
        let p_nom_mw = dice.between(1.0, 60.0);
        let part_load = PartLoad::Loss { auxiliary_pu: 0.02, efficiency_at_no_load: 0.8, efficiency_nom: 0.65 };
        let (p_min_pu, steam) = (dice.between(0.05, 0.4), dice.often(0.4));
        let readiness = Readiness {
            ramp_limit_up_pu_per_h: dice.often(0.5).then(|| dice.between(0.1, 3.0)),
            standby_mw: dice.between(0.0, 0.9) * p_min_pu * p_nom_mw,
            cold_start_h: 2.0,
            cold_start_mwh: dice.between(0.0, 2.0) * p_nom_mw,
            cool_down_h: dice.between(0.0, 10.0),
            ..Readiness::always(p_nom_mw, p_min_pu)
        };
        model.assets.electrolyser.push(ElectrolyserPlant {
            common: common(name, 1, dice.outage()),
            bus_out: HYDROGEN,
            bus_heat: steam.then_some(HEAT),
            electrolyser: Electrolyser { readiness, part_load, heat_per_hydrogen: if steam { 0.19 } else { 0.0 } },
            highest_price_per_mwh: dice.between(-5.0, 80.0),
            in_service: true,
        });
        let part_load = FuelCellPartLoad::Loss { auxiliary_pu: 0.03, efficiency_at_no_load: 0.7, efficiency_nom: 0.5 };
        let readiness = Readiness::always(dice.between(1.0, 30.0), dice.between(0.0, 0.4));
        model.assets.fuel_cell.push(FuelCellPlant {
            common: common(&format!("{name} cell"), 1, dice.outage()),
            bus_in: HYDROGEN,
            fuel_cell: FuelCell { readiness, part_load },
            marginal_cost_per_mwh: dice.between(0.0, 150.0),
            in_service: true,
        });
    }
}

fn cases() -> u64 {
    std::env::var("ENERGYOPTI_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(400)
}

#[test]
fn the_ledger_closes_with_every_kind_and_any_parameters() {
    for case in 0..cases() {
        let model = system(case);
        let mut simulation = Simulation::new(&model).unwrap_or_else(|error| panic!("case {case}: {error}"));
        let mut tally = simulation.empty_tally(&model);
        let layout = simulation.layout().clone();
        let table = simulation.run_group(0, 64, &mut tally).unwrap_or_else(|error| panic!("case {case}: {error}"));
        for ((column, bound), lanes) in layout.columns.iter().zip(&layout.bounds).zip(&table.columns) {
            for value in lanes.iter() {
                // Without phase shifts and negative reactances there is always a dispatch.
                assert!(column.quantity != Quantity::Unsolved || *value == 0.0, "case {case}: {value} h unsolved");
                let within = value.abs() <= bound * (1.0 + 1e-9) + 1e-6;
                assert!(value.is_finite() && within, "case {case}, {column:?}: {value} beyond {bound}");
            }
        }
    }
}

/// The same system in blocks of another length: the same bits, whatever it is made of.
#[test]
fn block_length_changes_no_bit_of_any_kind() {
    for case in 0..20 {
        let model = system(10_000 + case);
        let run = |block: u32| {
            let mut simulation = Simulation::with_block(&model, block).unwrap();
            let mut tally = simulation.empty_tally(&model);
            // A second group: what a reused world has kept would show.
            simulation.run_group(1, 64, &mut tally).unwrap();
            simulation.run_group(0, 64, &mut tally).unwrap().columns.clone()
        };
        let whole = run(672);
        assert!(whole == run(5), "case {case}");
        let mut fresh = Simulation::with_block(&model, 5).unwrap();
        let mut tally = fresh.empty_tally(&model);
        assert!(whole == fresh.run_group(0, 64, &mut tally).unwrap().columns, "case {case}: a fresh world differs");
    }
}
