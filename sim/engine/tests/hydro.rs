//! Hydro plants in the system, by hand.

mod support;

use energyopti_engine::assets::hydro::Hydro;
use energyopti_engine::assets::hydro::reservoir::Reservoir;
use energyopti_engine::{Model, Outage, Series, Simulation};
use support::{common, load, model, must_take, results, thermal};

/// 90 MW at 0.9, 1000 MWh of water held, half full.
fn lake(inflow_mw: &[f64]) -> Hydro {
    Hydro {
        common: common("lake", 1, None),
        reservoir: Reservoir {
            p_nom_mw: 90.0,
            efficiency: 0.9,
            e_nom_mwh: 1000.0,
            e_min_pu: 0.0,
            e_initial_pu: 0.5,
            min_release_mw: 10.0,
            release_through_turbine: true,
        },
        inflow_mw: Series::Steps(inflow_mw.into()),
        inflow_factors: vec![],
        marginal_cost_per_mwh: 40.0,
    }
}

#[track_caller]
fn assert_course(model: &Model, name: &str, expected: &[f64]) {
    let trace = Simulation::new(model).unwrap().trace(5, model).unwrap();
    let column = trace.columns.iter().position(|c| c == name);
    let column = column.unwrap_or_else(|| panic!("no {name} in {:?}", trace.columns));
    let got: Vec<f64> = trace.rows.iter().map(|row| row[column]).collect();
    let same = got.len() == expected.len() && got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9);
    assert!(same, "{name}: {got:?} instead of {expected:?}");
}

/// Coal at 20 comes before the water's 40, gas at 60 after it. The minimum flow gives 9 MW always.
#[test]
fn the_water_value_ranks_a_reservoir() {
    let mut model = model(3);
    model.assets.hydro = vec![lake(&[20.0, 20.0, 800.0])];
    model.assets.thermal = vec![
        thermal("coal", 1, Series::Constant(50.0), 20.0, None),
        thermal("gas", 1, Series::Constant(50.0), 60.0, None),
    ];
    model.assets.load = vec![load("town", Series::Steps([40.0, 95.0, 5.0].into()))];
    assert_course(&model, "lake.p_mw", &[9.0, 45.0, 9.0]);
    assert_course(&model, "coal.p_mw", &[31.0, 50.0, 0.0]);
    assert_course(&model, "gas.p_mw", &[0.0, 0.0, 0.0]);
    // 500 + 20 - 10 = 510; + 20 - 50 = 480; + 800 - 10 = 1270 of which 270 are spilt.
    assert_course(&model, "lake.e_mwh", &[510.0, 480.0, 1000.0]);
    let results = results(&model, 64);
    let value = |name: &str| results.metric(name).unwrap_or_else(|| panic!("{name}")).value.unwrap();
    assert!((value("spill_mwh.lake") - 270.0).abs() < 1e-6 && (value("inflow_mwh.lake") - 840.0).abs() < 1e-6);
    assert!((value("e_end_mwh.lake") - 1000.0).abs() < 1e-6 && value("release_short_mwh.lake").abs() < 1e-6);
}

/// A river gives before anything else what it carries, up to its turbines; what nobody needs is
/// spilt.
#[test]
fn run_of_river_is_must_take() {
    let mut model = model(3);
    let mut river = lake(&[50.0, 150.0, 100.0]);
    river.reservoir.e_nom_mwh = 0.0;
    river.reservoir.min_release_mw = 0.0;
    model.assets.hydro = vec![river];
    model.assets.solar = vec![must_take("sun", &[0.0, 0.0, 80.0])];
    model.assets.load = vec![load("town", Series::Constant(100.0))];
    assert_course(&model, "lake.available_mw", &[45.0, 90.0, 90.0]);
    assert_course(&model, "lake.spill_mw", &[0.0, 50.0, 700.0 / 9.0]);
}

/// One of two turbines out of order for good: half of the power.
#[test]
fn a_turbine_that_is_out_leaves_the_others() {
    let mut model = model(40);
    let mut two = lake(&[1000.0; 40]);
    two.common.count = 2;
    two.common.outage = Some(Outage::two_state(0.5, 0.5));
    model.assets.hydro = vec![two];
    model.assets.load = vec![load("town", Series::Constant(100.0))];
    let trace = Simulation::new(&model).unwrap().trace(5, &model).unwrap();
    let column = |name: &str| trace.columns.iter().position(|c| c == name).unwrap();
    let mut seen = [false; 3];
    for row in &trace.rows {
        let up = row[column("lake.units_up")];
        assert!((row[column("lake.p_mw")] - 45.0 * up).abs() < 1e-9);
        seen[usize::from(up > 0.5) + usize::from(up > 1.5)] = true;
    }
    assert_eq!(seen, [true; 3]);
}

#[test]
fn block_length_does_not_change_a_bit() {
    let mut model = support::mixed(300);
    let inflow: Vec<f64> = (0..300).map(|t| f64::from(t % 24) * 3.0).collect();
    let mut hydro = lake(&inflow);
    hydro.common.outage = Some(Outage::two_state(0.05, 0.2));
    hydro.common.count = 3;
    model.assets.hydro = vec![hydro];
    let run = |block| {
        let mut simulation = Simulation::with_block(&model, block).unwrap();
        let mut tally = simulation.empty_tally(&model);
        simulation.run_group(0, 64, &mut tally).unwrap();
        tally
    };
    let week = run(168);
    assert_eq!(week, run(24));
    assert_eq!(week, run(7));
}
