//! Thermal units in operation, by hand: fuel, starts, minimum load and times, limited fuel, and
//! prices that follow processes.

mod support;

use energyopti_engine::assets::thermal::commitment::Commitment;
use energyopti_engine::assets::thermal::heat_rate::HeatRate;
use energyopti_engine::assets::thermal::{Operation, Start, Switching, Thermal};
use energyopti_engine::processes::{Duration, Kind, Process, Risk, Severity};
use energyopti_engine::{ChargeFrom, DischargeFor, Effect, Factor, Fuel, Model, Series, Simulation};
use support::{battery, load, model, must_take, results, thermal};

fn gas(price: f64) -> Fuel {
    Fuel {
        name: "gas".into(),
        price_per_mwh: price,
        co2_t_per_mwh: 0.2,
        co2_price_per_t: 50.0,
        supply_mw: None,
        price: vec![],
        supply: vec![],
    }
}

fn burning(name: &str, count: u32, p_mw: f64, efficiency: f64) -> Thermal {
    let rate = HeatRate::Quadratic { no_load_mw: 0.0, linear: 1.0 / efficiency, quadratic_per_mw: 0.0 };
    let operation = Operation { burns: Some((0, rate)), ..Operation::default() };
    Thermal { operation, ..thermal(name, count, Series::Constant(p_mw), 2.0, None) }
}

fn switching(count: u32, p_min_pu: f64, up: f64, down: f64) -> Option<Switching> {
    let commitment = Commitment { count, min_up_time_h: up, min_down_time_h: down, initial_on: 0 };
    Some(Switching { p_min_pu, commitment, start: Start { cost: 1000.0, fuel_mwh: 10.0 } })
}

#[track_caller]
fn metric(model: &Model, name: &str, expected: f64) {
    let got = results(model, 64).metric(name).and_then(|m| m.value).unwrap();
    assert!((got - expected).abs() <= 1e-6 * expected.abs().max(1.0), "{name}: {got}, not {expected}");
}

/// 60 MW for 4 h at 50 %: 480 MWh of gas at 30 + 0.2 * 50 = 40, and 2 a MWh beside it.
#[test]
fn fuel_carbon_and_cost_are_what_arithmetic_says() {
    let mut model = model(4);
    model.fuels = vec![gas(30.0)];
    model.assets.thermal = vec![burning("ccgt", 2, 50.0, 0.5)];
    model.assets.load = vec![load("town", Series::Constant(60.0))];
    metric(&model, "fuel_mwh.ccgt", 480.0);
    metric(&model, "emissions_t", 96.0);
    metric(&model, "cost", 480.0 * 40.0 + 240.0 * 2.0);
    metric(&model, "unit_hours.ccgt", 8.0);
}

/// Load 80, 30, 30, 80 with two units of 50: the second starts at once, stays for its three hours,
/// and the load of 30 leaves both at their least 20 each: 10 MW too much for two hours.
#[test]
fn a_unit_stays_on_for_its_minimum_up_time_and_gives_its_minimum_load() {
    let mut model = model(4);
    let mut unit = thermal("unit", 2, Series::Constant(50.0), 10.0, None);
    unit.operation.switching = switching(2, 0.4, 3.0, 1.0);
    model.assets.thermal = vec![unit];
    model.assets.load = vec![load("town", Series::Steps([80.0, 30.0, 30.0, 80.0].into()))];
    metric(&model, "eue_mwh", 0.0);
    metric(&model, "energy_mwh.unit", 80.0 + 40.0 + 40.0 + 80.0);
    metric(&model, "starts.unit", 2.0);
    metric(&model, "unit_hours.unit", 8.0);
    metric(&model, "cost", 240.0 * 10.0 + 2.0 * 1000.0);
}

/// Load 80, 30, 80 with a minimum down time of 3 h: the second unit may stop at once, but then not
/// come back in time.
#[test]
fn a_unit_that_stopped_stays_off_for_its_minimum_down_time() {
    let mut model = model(5);
    let mut unit = thermal("unit", 2, Series::Constant(50.0), 10.0, None);
    unit.operation.switching = switching(2, 0.0, 1.0, 3.0);
    model.assets.thermal = vec![unit];
    model.assets.load = vec![load("town", Series::Steps([80.0, 30.0, 80.0, 80.0, 80.0].into()))];
    // Short by 30 in the third and fourth hours, back in the fifth.
    metric(&model, "eue_mwh", 60.0);
    metric(&model, "lole_h", 2.0);
    metric(&model, "starts.unit", 3.0);
}

/// 150 MW of gas feed 60 MW at 50 % and the rest, 30 MW, of a unit at 40 % gives 12 MW.
#[test]
fn a_limited_fuel_goes_to_the_cheaper_unit_first() {
    let mut model = model(2);
    model.fuels = vec![Fuel { supply_mw: Some(150.0), ..gas(30.0) }];
    model.assets.thermal = vec![burning("ccgt", 1, 60.0, 0.5), burning("ocgt", 1, 60.0, 0.4)];
    model.assets.load = vec![load("town", Series::Constant(100.0))];
    metric(&model, "energy_mwh.ccgt", 120.0);
    metric(&model, "energy_mwh.ocgt", 24.0);
    metric(&model, "fuel_mwh.ocgt", 60.0);
    metric(&model, "eue_mwh", 2.0 * 28.0);
}

/// A crisis that is always on and makes gas four times as dear turns the merit order round.
#[test]
fn a_dear_fuel_loses_its_place_in_the_merit_order() {
    let mut model = model(3);
    let risk = Risk {
        events_per_year: 100_000.0,
        monthly_course: vec![],
        severity: Severity::Fixed(4.0),
        duration: Duration::Fixed(50.0),
    };
    model.processes = vec![Process::new("crisis", Kind::Risk(risk))];
    model.assets.thermal =
        vec![burning("gas_unit", 1, 50.0, 0.5), thermal("coal", 1, Series::Constant(50.0), 90.0, None)];
    model.assets.load = vec![load("town", Series::Constant(50.0))];
    // (20 + 10) / 0.5 + 2 = 62 is cheaper than 90.
    model.fuels = vec![gas(20.0)];
    metric(&model, "energy_mwh.coal", 0.0);
    // (80 + 10) / 0.5 + 2 = 182 is not. Step 0 finds no event running.
    model.fuels[0].price = vec![Factor { process: 0, effect: Effect::Value }];
    metric(&model, "energy_mwh.coal", 100.0);
    metric(&model, "cost", 50.0 * 62.0 + 100.0 * 90.0);
    // Nor does a factor of its own have the severity.
    model.fuels[0].price = vec![Factor { process: 0, effect: Effect::WhenActive(1.5) }];
    metric(&model, "energy_mwh.coal", 0.0);
    metric(&model, "cost", 50.0 * 62.0 + 100.0 * ((30.0 + 10.0) / 0.5 + 2.0));
}

/// Sun of 40 MW in the first hour over a load of 20: 20 MW are stored (18 MWh at 90 %), and give back
/// 14.4 MWh (at 80 %) in place of gas in the second.
#[test]
fn storage_in_the_merit_order_saves_fuel() {
    let mut model = model(2);
    model.assets.solar = vec![must_take("sun", &[40.0, 0.0])];
    model.assets.thermal = vec![thermal("gas", 1, Series::Constant(50.0), 80.0, None)];
    model.assets.load = vec![load("town", Series::Constant(20.0))];
    model.assets.battery = vec![battery("bess", 20.0, 40.0)];
    model.charge_from = ChargeFrom::MustTake;
    metric(&model, "energy_mwh.gas", 20.0);
    model.discharge_for = DischargeFor::MeritOrder;
    metric(&model, "energy_mwh.bess", 14.4);
    metric(&model, "energy_mwh.gas", 5.6);
    // One that costs more than gas stays where it is.
    model.assets.battery[0].marginal_cost_per_mwh = 81.0;
    metric(&model, "energy_mwh.bess", 0.0);
}

/// The length of a block changes no bit of a system with switching, limits and processes.
#[test]
fn block_length_changes_nothing_in_operation() {
    let mut model = support::mixed(400);
    let risk = Risk {
        events_per_year: 200.0,
        monthly_course: vec![],
        severity: Severity::Uniform { min: 1.0, max: 6.0 },
        duration: Duration::Exponential(20.0),
    };
    model.processes = vec![Process::new("crisis", Kind::Risk(risk))];
    model.fuels =
        vec![Fuel { supply_mw: Some(90.0), price: vec![Factor { process: 0, effect: Effect::Value }], ..gas(20.0) }];
    let mut unit = burning("ccgt", 4, 15.0, 0.5);
    unit.operation.switching = switching(4, 0.5, 5.0, 4.0);
    model.assets.thermal.push(unit);
    let run = |block: u32| {
        let mut simulation = Simulation::with_block(&model, block).unwrap();
        let mut tally = simulation.empty_tally(&model);
        simulation.run_group(3, 64, &mut tally).unwrap().columns.clone()
    };
    let week = run(168);
    assert!(week == run(1) && week == run(7) && week == run(400));
}

/// 50 MW of gas give 25 MW; the dear units are switched on for the rest.
#[test]
fn what_a_short_fuel_cannot_give_is_left_to_dearer_units() {
    let mut model = model(3);
    model.fuels = vec![Fuel { supply_mw: Some(50.0), ..gas(30.0) }];
    let mut oil = thermal("oil", 1, Series::Constant(200.0), 200.0, None);
    oil.operation.switching = switching(1, 0.1, 1.0, 1.0);
    model.assets.thermal = vec![burning("gas_unit", 1, 200.0, 0.5), oil];
    model.assets.load = vec![load("town", Series::Constant(100.0))];
    metric(&model, "eue_mwh", 0.0);
    metric(&model, "energy_mwh.gas_unit", 75.0);
    metric(&model, "energy_mwh.oil", 225.0);
}

/// A unit that burns 60 MW before it gives anything cannot run on 10; on 90 it gives (90 - 60) / 1.5.
#[test]
fn fuel_without_load_is_within_the_limit() {
    let curve = HeatRate::Quadratic { no_load_mw: 60.0, linear: 1.5, quadratic_per_mw: 0.0 };
    for (supply, given, switched) in [(10.0, 0.0, false), (10.0, 0.0, true), (90.0, 20.0, false), (90.0, 20.0, true)] {
        let mut model = model(2);
        model.fuels = vec![Fuel { supply_mw: Some(supply), ..gas(30.0) }];
        let mut unit = thermal("unit", 1, Series::Constant(200.0), 1.0, None);
        unit.operation.burns = Some((0, curve.clone()));
        if switched {
            unit.operation.switching = switching(1, 0.05, 1.0, 1.0);
        }
        model.assets.thermal = vec![unit];
        model.assets.load = vec![load("town", Series::Constant(100.0))];
        metric(&model, "energy_mwh.unit", 2.0 * given);
    }
}

/// Heat comes first: its boiler leaves 20 of 100 MW of gas to the grid.
#[test]
fn carriers_share_the_supply_of_a_fuel() {
    let mut model = model(2);
    model.buses.push("heat".into());
    model.carriers = vec![energyopti_engine::Carrier::Electricity, energyopti_engine::Carrier::Heat];
    model.fuels = vec![Fuel { supply_mw: Some(100.0), ..gas(30.0) }];
    let mut boiler = burning("boiler", 1, 200.0, 1.0);
    boiler.common.bus = 1;
    let mut homes = load("homes", Series::Constant(80.0));
    homes.common.bus = 1;
    model.assets.thermal = vec![boiler, burning("turbine", 1, 200.0, 1.0)];
    model.assets.load = vec![load("town", Series::Constant(100.0)), homes];
    metric(&model, "energy_mwh.boiler", 160.0);
    metric(&model, "energy_mwh.turbine", 40.0);
}

/// A battery at 500 does not keep a unit at 20 from being switched on.
#[test]
fn dear_storage_does_not_displace_a_cheap_unit() {
    let mut model = model(3);
    let mut unit = thermal("unit", 1, Series::Constant(200.0), 20.0, None);
    unit.operation.switching = switching(1, 0.1, 1.0, 1.0);
    model.assets.thermal = vec![unit];
    model.assets.load = vec![load("town", Series::Constant(100.0))];
    let mut bess = battery("bess", 150.0, 1000.0);
    (bess.e_initial_pu, bess.marginal_cost_per_mwh) = (1.0, 500.0);
    model.assets.battery = vec![bess];
    model.charge_from = ChargeFrom::MustTake;
    model.discharge_for = DischargeFor::MeritOrder;
    metric(&model, "energy_mwh.unit", 300.0);
    metric(&model, "energy_mwh.bess", 0.0);
}

/// A price beyond all scales ends the run with a word, not with a wrong number.
#[test]
fn a_sum_beyond_its_scale_is_an_error() {
    use energyopti_engine::processes::{Law, MeanReverting};
    let mut model = model(5);
    let law = Law::Lognormal { mean: 1e12, log_standard_deviation: 0.1 };
    let kind = Kind::MeanReverting(MeanReverting { law, half_life_h: 5.0, jumps: None });
    model.processes = vec![Process::new("price", kind)];
    let mut unit = thermal("unit", 1, Series::Constant(50.0), 20.0, None);
    unit.operation.cost = vec![Factor { process: 0, effect: Effect::Value }];
    model.assets.thermal = vec![unit];
    model.assets.load = vec![load("town", Series::Constant(50.0))];
    let mut simulation = Simulation::new(&model).unwrap();
    let mut tally = simulation.empty_tally(&model);
    let error = simulation.run_group(0, 64, &mut tally).unwrap_err().to_string();
    assert!(error.contains("cost") && error.contains("give the processes"), "{error}");
}
