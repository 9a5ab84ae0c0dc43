//! Electrolysers, hydrogen stores and fuel cells between two plates, by hand and at random.

mod support;

use energyopti_engine::assets::electrolyser::Electrolyser;
use energyopti_engine::assets::electrolyser::part_load::PartLoad;
use energyopti_engine::assets::electrolyser::plant::ElectrolyserPlant;
use energyopti_engine::assets::fuel_cell::FuelCell;
use energyopti_engine::assets::fuel_cell::part_load::FuelCellPartLoad;
use energyopti_engine::assets::fuel_cell::plant::FuelCellPlant;
use energyopti_engine::assets::load::Tier;
use energyopti_engine::assets::readiness::Readiness;
use energyopti_engine::assets::store::EnergyStore;
use energyopti_engine::{Carrier, Model, Outage, Series, Simulation, Tally};
use proptest::prelude::*;
use support::{common, load, must_take, results, thermal};

const H2: usize = 1;

fn electrolyser(name: &str, p_nom_mw: f64, p_min_pu: f64, efficiency: f64) -> ElectrolyserPlant {
    let part_load = PartLoad::Loss { auxiliary_pu: 0.0, efficiency_at_no_load: efficiency, efficiency_nom: efficiency };
    ElectrolyserPlant {
        common: common(name, 1, None),
        bus_out: H2,
        bus_heat: None,
        electrolyser: Electrolyser {
            readiness: Readiness::always(p_nom_mw, p_min_pu),
            part_load,
            heat_per_hydrogen: 0.0,
        },
        highest_price_per_mwh: 10.0,
        in_service: true,
    }
}

fn fuel_cell(name: &str, p_nom_mw: f64, p_min_pu: f64, efficiency: f64) -> FuelCellPlant {
    let part_load =
        FuelCellPartLoad::Loss { auxiliary_pu: 0.0, efficiency_at_no_load: efficiency, efficiency_nom: efficiency };
    FuelCellPlant {
        common: common(name, 1, None),
        bus_in: H2,
        fuel_cell: FuelCell { readiness: Readiness::always(p_nom_mw, p_min_pu), part_load },
        marginal_cost_per_mwh: 30.0,
        in_service: true,
    }
}

fn tank(name: &str, p_nom_mw: f64, e_nom_mwh: f64) -> EnergyStore {
    let mut common = common(name, 1, None);
    common.bus = H2;
    EnergyStore {
        common,
        p_nom_mw,
        e_nom_mwh,
        efficiency_store: 1.0,
        efficiency_dispatch: 1.0,
        standing_loss_per_h: 0.0,
        e_initial_pu: 0.0,
    }
}

/// Wind against a constant load, and a hydrogen bus.
fn model(wind_mw: &[f64], load_mw: f64) -> Model {
    let mut model = support::model(u32::try_from(wind_mw.len()).unwrap());
    model.buses.push("h2".into());
    model.carriers = vec![Carrier::Electricity, Carrier::Hydrogen];
    model.assets.solar = vec![must_take("wind", wind_mw)];
    model.assets.load = vec![load("town", Series::Constant(load_mw))];
    model
}

/// A column of replica 5, step by step.
fn course(model: &Model, name: &str) -> Vec<f64> {
    let trace = Simulation::new(model).unwrap().trace(5, model).unwrap();
    let column = trace.columns.iter().position(|c| c == name);
    let column = column.unwrap_or_else(|| panic!("no {name} in {:?}", trace.columns));
    trace.rows.iter().map(|row| row[column]).collect()
}

#[track_caller]
fn assert_course(model: &Model, name: &str, expected: &[f64]) {
    let got = course(model, name);
    let same = got.len() == expected.len() && got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12);
    assert!(same, "{name}: {got:?} instead of {expected:?}");
}

/// Surplus 6 MW for 3 h: 5 MW give 3.5 MW of hydrogen twice, then the tank of 8 MWh takes one more,
/// 1/0.7 MW of power. In the calm 3 MW take 6 MWh, then 2 MWh are left for 1 MW.
#[test]
fn surplus_wind_comes_back_in_the_calm() {
    let mut model = model(&[10.0, 10.0, 10.0, 0.0, 0.0, 0.0], 4.0);
    model.assets.electrolyser = vec![electrolyser("el", 5.0, 0.2, 0.7)];
    model.assets.store = vec![tank("tank", 10.0, 8.0)];
    model.assets.fuel_cell = vec![fuel_cell("cell", 3.0, 0.1, 0.5)];
    assert_course(&model, "el.p_mw", &[-5.0, -5.0, -1.0 / 0.7, 0.0, 0.0, 0.0]);
    assert_course(&model, "tank.e_mwh", &[3.5, 7.0, 8.0, 2.0, 0.0, 0.0]);
    assert_course(&model, "cell.p_mw", &[0.0, 0.0, 0.0, 3.0, 1.0, 0.0]);
    assert_course(&model, "cell.hydrogen.load_mw", &[0.0, 0.0, 0.0, 6.0, 2.0, 0.0]);
    assert_course(&model, "el.mode", &[3.0, 3.0, 3.0, 0.0, 0.0, 0.0]);
    let results = results(&model, 64);
    let value = |name: &str| results.metric(name).unwrap_or_else(|| panic!("{name}")).value.unwrap();
    assert!((value("eue_mwh") - 8.0).abs() < 1e-9);
    assert!((value("hydrogen_t.el") - 8.0 / 33.33).abs() < 1e-9);
    assert!((value("hydrogen_t.cell") - 8.0 / 33.33).abs() < 1e-9);
    assert!((value("energy_mwh.el.hydrogen") - 8.0).abs() < 1e-9);
    assert!((value("starts.cell") - 1.0).abs() < 1e-12 && (value("running_h.el") - 3.0).abs() < 1e-12);
    assert!(value("curtailment_mwh.el.hydrogen").abs() < 1e-12 && value("eue_mwh.h2").abs() < 1e-12);
    // Curtailed wind: what neither town nor electrolyser took.
    assert!((value("curtailment_mwh.wind") - (1.0 + 1.0 + 6.0 - 1.0 / 0.7)).abs() < 1e-9);
}

/// Surplus 1 is below the least load of 2; then 3 MW more per hour; from 10 it may fall to 6, so at
/// a surplus of 3 it stops.
#[test]
fn least_load_and_ramps_are_kept() {
    let mut model = model(&[1.0, 10.0, 10.0, 10.0, 10.0, 3.0, 1.0], 0.0);
    let mut el = electrolyser("el", 10.0, 0.2, 0.7);
    el.electrolyser.readiness.ramp_limit_up_pu_per_h = Some(0.3);
    el.electrolyser.readiness.ramp_limit_down_pu_per_h = Some(0.4);
    model.assets.electrolyser = vec![el];
    model.assets.store = vec![tank("tank", 100.0, 100.0)];
    assert_course(&model, "el.p_mw", &[0.0, -3.0, -6.0, -9.0, -10.0, 0.0, 0.0]);
}

/// Cold after an hour without power: 1.5 MW of surplus for 2 h, then it runs.
#[test]
fn a_cold_start_is_heated_with_surplus() {
    let mut model = model(&[0.0, 5.0, 5.0, 5.0], 0.0);
    let mut el = electrolyser("el", 5.0, 0.2, 0.7);
    el.electrolyser.readiness.cold_start_h = 2.0;
    el.electrolyser.readiness.cold_start_mwh = 3.0;
    model.assets.electrolyser = vec![el];
    model.assets.store = vec![tank("tank", 100.0, 100.0)];
    assert_course(&model, "el.p_mw", &[0.0, -1.5, -1.5, -5.0]);
    assert_course(&model, "el.mode", &[0.0, 1.0, 1.0, 3.0]);
}

/// Standby costs 0.25 MW of any power, and saves the heating.
#[test]
fn standby_is_drawn_at_any_price() {
    let mut model = model(&[0.0, 5.0], 0.0);
    let mut el = electrolyser("el", 5.0, 0.2, 0.7);
    el.electrolyser.readiness = Readiness { standby_mw: 0.25, cold_start_h: 2.0, ..el.electrolyser.readiness };
    model.assets.electrolyser = vec![el];
    model.assets.store = vec![tank("tank", 100.0, 100.0)];
    model.assets.thermal = vec![thermal("gas", 1, Series::Constant(50.0), 90.0, None)];
    assert_course(&model, "el.p_mw", &[-0.25, -5.0]);
    assert_course(&model, "el.mode", &[2.0, 3.0]);
    assert_course(&model, "gas.p_mw", &[0.25, 0.0]);
}

/// A load of hydrogen is a taker too: 2 MW of it allow 2 / 0.8 MW without any tank. Two
/// electrolysers share the room by name.
#[test]
fn hydrogen_without_a_taker_is_not_made() {
    let mut model = model(&[10.0], 0.0);
    model.assets.electrolyser = vec![electrolyser("b", 5.0, 0.0, 0.8), electrolyser("a", 2.0, 0.0, 0.8)];
    let mut offtake = load("offtake", Series::Constant(2.0));
    offtake.common.bus = H2;
    offtake.tiers = vec![Tier { share_pu: 1.0, voll_per_mwh: 50.0, firm: false }];
    model.assets.load.push(offtake);
    assert_course(&model, "a.p_mw", &[-2.0]);
    assert_course(&model, "b.p_mw", &[-0.5]);
    assert_course(&model, "b.hydrogen.available_mw", &[0.4]);
}

/// The least power of 3 MW is more than the town's 1 MW, and runs all the same.
#[test]
fn a_fuel_cell_gives_its_least_power() {
    let mut model = model(&[0.0, 2.0], 1.0);
    model.assets.fuel_cell = vec![fuel_cell("cell", 10.0, 0.3, 0.5)];
    model.assets.store = vec![EnergyStore { e_initial_pu: 1.0, ..tank("tank", 100.0, 100.0) }];
    assert_course(&model, "cell.p_mw", &[3.0, 0.0]);
    assert_course(&model, "tank.e_mwh", &[94.0, 94.0]);
}

/// The study's rules for batteries do not reach the tank.
#[test]
fn hydrogen_is_stored_whatever_the_rule_of_batteries() {
    let mut model = model(&[10.0, 0.0], 2.0);
    model.assets.electrolyser = vec![electrolyser("el", 5.0, 0.0, 0.8)];
    model.assets.store = vec![tank("tank", 10.0, 100.0)];
    model.assets.fuel_cell = vec![fuel_cell("cell", 5.0, 0.0, 0.5)];
    let headroom = course(&model, "tank.e_mwh");
    model.charge_from = energyopti_engine::ChargeFrom::MustTake;
    model.discharge_for = energyopti_engine::DischargeFor::MeritOrder;
    assert_eq!(headroom, course(&model, "tank.e_mwh"));
    assert!((headroom[0] - 4.0).abs() < 1e-12 && headroom[1].abs() < 1e-12);
}

#[test]
fn a_fuel_cell_without_its_power_gives_nothing() {
    let mut model = model(&[0.0], 1.0);
    model.assets.fuel_cell = vec![fuel_cell("cell", 10.0, 0.0, 0.5)];
    model.assets.store = vec![EnergyStore { e_initial_pu: 1.0, ..tank("tank", 100.0, 100.0) }];
    assert_eq!(model.assets.remove_power("cell"), Some(10.0));
    assert_course(&model, "cell.p_mw", &[0.0]);
    assert_eq!(model.assets.remove_power("tank"), None);
}

/// A system of several converters from a seed: sizes, curves, states and outages differ.
fn several(seed: u64, steps: u32) -> Model {
    // A multiplicative congruence is random enough to choose sizes.
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 33).unwrap()) / f64::from(1_u32 << 31)
    };
    let wind: Vec<f64> = (0..steps).map(|_| (60.0 * random() - 10.0).max(0.0)).collect();
    let mut model = model(&wind, 15.0 + 10.0 * random());
    model.seed = seed;
    let outage = Some(Outage::two_state(0.05, 0.3));
    model.assets.thermal = vec![thermal("gas", 2, Series::Constant(4.0), 60.0 * random(), outage.clone())];
    for name in ["e1", "e2", "e3"] {
        let p_nom = 1.0 + 20.0 * random();
        let mut el = electrolyser(name, p_nom, 0.3 * random(), 0.5 + 0.4 * random());
        el.highest_price_per_mwh = 1.0 + 40.0 * random();
        let r = &mut el.electrolyser.readiness;
        r.ramp_limit_up_pu_per_h = (random() < 0.5).then(|| 0.1 + random());
        r.ramp_limit_down_pu_per_h = (random() < 0.5).then(|| 0.1 + random());
        r.standby_mw = if random() < 0.5 { 0.5 * r.p_min_pu * p_nom } else { 0.0 };
        r.cold_start_h = if random() < 0.5 { 4.0 * random() } else { 0.0 };
        r.cold_start_mwh = if r.cold_start_h > 0.0 { random() } else { 0.0 };
        r.cool_down_h = 6.0 * random();
        if random() < 0.5 && r.p_min_pu > 0.05 {
            el.electrolyser.part_load =
                PartLoad::Loss { auxiliary_pu: 0.03, efficiency_at_no_load: 0.82, efficiency_nom: 0.62 };
        }
        assert_eq!(el.electrolyser.faults(), []);
        el.common.outage = (random() < 0.5).then(|| outage.clone()).flatten();
        model.assets.electrolyser.push(el);
    }
    for name in ["f1", "f2"] {
        let mut cell = fuel_cell(name, 1.0 + 15.0 * random(), 0.4 * random(), 0.4 + 0.3 * random());
        cell.fuel_cell.readiness.ramp_limit_up_pu_per_h = (random() < 0.5).then(|| 0.2 + random());
        cell.fuel_cell.readiness.ramp_limit_down_pu_per_h = (random() < 0.5).then(|| 0.1 + random());
        cell.marginal_cost_per_mwh = 60.0 * random();
        cell.common.outage = (random() < 0.5).then(|| outage.clone()).flatten();
        model.assets.fuel_cell.push(cell);
    }
    for name in ["t1", "t2", "t3"] {
        let mut store = tank(name, 1.0 + 20.0 * random(), 1.0 + 200.0 * random());
        store.efficiency_store = 0.7 + 0.3 * random();
        store.efficiency_dispatch = 0.7 + 0.3 * random();
        store.standing_loss_per_h = if random() < 0.5 { 0.01 * random() } else { 0.0 };
        store.e_initial_pu = random();
        store.common.outage = (random() < 0.3).then(|| outage.clone()).flatten();
        model.assets.store.push(store);
    }
    if random() < 0.5 {
        let mut offtake = load("offtake", Series::Constant(8.0 * random()));
        offtake.common.bus = H2;
        offtake.tiers = vec![Tier { share_pu: 1.0, voll_per_mwh: 50.0, firm: false }];
        model.assets.load.push(offtake);
    }
    if random() < 0.5 {
        model.assets.battery.push(support::battery("bess", 5.0, 20.0));
    }
    model
}

fn tally(model: &Model, block: u32) -> Tally {
    let mut simulation = Simulation::with_block(model, block).unwrap();
    let mut tally = simulation.empty_tally(model);
    for group in 0..2 {
        simulation.run_group(group, 64, &mut tally).unwrap();
    }
    tally
}

#[test]
fn block_length_does_not_change_a_bit() {
    for seed in 0..4 {
        let model = several(seed, 200);
        let week = tally(&model, 168);
        assert_eq!(week, tally(&model, 24));
        assert_eq!(week, tally(&model, 7));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Every step closes its ledger, or the run fails. The only firm load at the hydrogen bus is
    /// that of the fuel cells.
    #[test]
    fn nothing_is_lost_between_the_plates(seed in any::<u64>()) {
        let model = several(seed, 48);
        let mut simulation = Simulation::new(&model).unwrap();
        let trace = simulation.trace(seed % 64, &model).unwrap();
        for (column, name) in trace.columns.iter().enumerate() {
            let values = || trace.rows.iter().map(move |row| row[column]);
            if let Some(store) = model.assets.store.iter().find(|s| *name == format!("{}.e_mwh", s.common.name)) {
                prop_assert!(values().all(|e| e >= 0.0 && e <= store.e_nom_mwh), "{name}");
            }
        }
        let mut tally = simulation.empty_tally(&model);
        simulation.run_group(1, 64, &mut tally).unwrap();
        let results = tally.results(simulation.layout(), None);
        for metric in ["curtailment_mwh.e1.hydrogen", "curtailment_mwh.e2.hydrogen", "eue_mwh.h2"] {
            let value = results.metric(metric).unwrap().value.unwrap();
            prop_assert!(value.abs() < 1e-6, "{metric} is {value}");
        }
    }
}

/// Steam for 10 MW of hydrogen at 0.2 is 2 MW of heat. It asks for that of its least power first and
/// doubles; a heat plate that gives 1 MW holds it at 5 MW of hydrogen.
#[test]
fn steam_comes_from_the_heat_bus_and_limits_the_power() {
    let mut model = model(&[50.0; 6], 5.0);
    model.buses.push("steam".into());
    model.carriers.push(Carrier::Heat);
    let mut maker = electrolyser("maker", 12.5, 0.1, 0.8);
    maker.bus_heat = Some(2);
    maker.electrolyser.heat_per_hydrogen = 0.2;
    model.assets.electrolyser = vec![maker];
    model.assets.store = vec![tank("tank", 100.0, 1000.0)];
    let mut boiler = thermal("boiler", 1, Series::Constant(10.0), 5.0, None);
    boiler.common.bus = 2;
    model.assets.thermal = vec![boiler];
    assert_course(&model, "maker.p_mw", &[-1.25, -2.5, -5.0, -10.0, -12.5, -12.5]);
    assert_course(&model, "maker.heat.load_mw", &[0.2, 0.4, 0.8, 1.6, 2.0, 2.0]);
    model.assets.thermal[0].p_max_mw = Series::Constant(1.0);
    assert_course(&model, "maker.hydrogen_mw", &[1.0, 2.0, 4.0, 5.0, 5.0, 5.0]);
}
