//! Same bits, whoever runs what and in what order; same luck, whoever stands beside.

mod support;

use energyopti_engine::assets::thermal::{Maintenance, with_maintenance};
use energyopti_engine::{Batch, Control, Model, Series, Simulation, Tally};
use proptest::prelude::*;
use support::{battery, load, mixed, model, results, run, thermal};

#[test]
fn threads_do_not_change_a_bit() {
    let model = mixed(500);
    let one = run(&model, 1000, 1).1;
    assert_eq!(one, run(&model, 1000, 2).1);
    assert_eq!(one, run(&model, 1000, 8).1);
}

#[test]
fn parts_add_up_to_the_whole_in_any_order() {
    let model = mixed(300);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let batch = Batch::new(&model, &pool).unwrap();
    let part = |range| batch.run(range, &Control::default(), &|_, _, _| {}).unwrap();
    let whole = part(0..1000);
    let mut sum: Tally = part(640..1000);
    sum.merge(&part(0..64));
    sum.merge(&part(64..640));
    assert_eq!(whole, sum);
}

#[test]
fn the_order_of_assets_does_not_change_a_bit() {
    let model = mixed(300);
    let mut reversed = model.clone();
    reversed.assets.thermal.reverse();
    reversed.assets.load.reverse();
    reversed.assets.battery.reverse();
    assert_eq!(run(&model, 256, 1).1, run(&reversed, 256, 1).1);
}

fn tally_with_block(model: &Model, block: u32) -> Tally {
    let mut simulation = Simulation::with_block(model, block).unwrap();
    let mut tally = simulation.empty_tally(model);
    for group in 0..3 {
        simulation.run_group(group, 64, &mut tally).unwrap();
    }
    tally
}

#[test]
fn block_length_does_not_change_a_bit() {
    let model = mixed(400);
    let week = tally_with_block(&model, 168);
    assert_eq!(week, tally_with_block(&model, 24));
    assert_eq!(week, tally_with_block(&model, 7));
    assert_eq!(week, tally_with_block(&model, 65_535));
}

#[test]
fn a_reused_world_gives_a_fresh_worlds_bits() {
    let model = mixed(300);
    let mut used = Simulation::new(&model).unwrap();
    let mut scrap = used.empty_tally(&model);
    for group in [9, 2, 5] {
        used.run_group(group, 64, &mut scrap).unwrap();
    }
    let mut fresh = Simulation::new(&model).unwrap();
    let (mut a, mut b) = (used.empty_tally(&model), fresh.empty_tally(&model));
    used.run_group(7, 33, &mut a).unwrap();
    fresh.run_group(7, 33, &mut b).unwrap();
    assert_eq!(a, b);
}

/// Units up of every thermal asset but the added ones, by step.
fn paths(model: &Model, replica: u64) -> Vec<(String, Vec<f64>)> {
    let trace = Simulation::new(model).unwrap().trace(replica, model).unwrap();
    let mut paths: Vec<_> = trace
        .columns
        .iter()
        .enumerate()
        .filter(|(_, name)| name.ends_with(".units_up") && !name.starts_with("zzz") && !name.starts_with("aaa"))
        .map(|(column, name)| (name.clone(), trace.rows.iter().map(|row| row[column]).collect()))
        .collect();
    paths.sort_by(|a, b| a.0.cmp(&b.0));
    paths
}

#[test]
fn adding_a_unit_changes_nobody_elses_outages() {
    let model = mixed(400);
    for added in ["zzz", "aaa"] {
        let mut larger = model.clone();
        let outage = model.assets.thermal[1].common.outage.clone();
        larger.assets.thermal.push(thermal(added, 1, Series::Constant(0.0), 0.0, outage));
        for replica in [0, 1, 63, 64, 4711] {
            assert_eq!(paths(&model, replica), paths(&larger, replica), "{added}, replica {replica}");
        }
    }
}

#[test]
fn the_horizon_does_not_change_a_paths_prefix() {
    let (long, short) = (paths(&mixed(400), 17), paths(&mixed(150), 17));
    for ((name, long), (_, short)) in long.iter().zip(&short) {
        assert_eq!(&long[..150], &short[..], "{name}");
    }
}

#[test]
fn a_stream_keeps_its_luck_over_a_renaming() {
    let model = mixed(200);
    let mut renamed = model.clone();
    renamed.assets.thermal[1].common.name = "renamed".into();
    let of = |model: &Model, name: &str| paths(model, 3).into_iter().find(|(n, _)| n == name).unwrap().1;
    assert_eq!(of(&model, "peak.units_up"), of(&renamed, "renamed.units_up"));
}

/// One unit of 10 MW against 10 MW, in maintenance for steps 2 and 3 of 6, half of it in step 4.
#[test]
fn maintenance_cuts_its_window_out() {
    let mut model = model(6);
    let windows =
        [Maintenance { first: 2, steps: 2, p_max_pu: 0.0 }, Maintenance { first: 3, steps: 2, p_max_pu: 0.5 }];
    model.assets.thermal = vec![thermal("unit", 1, Series::Constant(10.0), 1.0, None)];
    model.assets.thermal[0].p_max_mw = with_maintenance(&model.assets.thermal[0].p_max_mw, &windows, 6);
    model.assets.load = vec![load("town", Series::Constant(10.0))];
    let results = results(&model, 64);
    assert!((results.metric("eue_mwh").unwrap().value.unwrap() - 25.0).abs() < 1e-12);
    assert!((results.metric("lole_h").unwrap().value.unwrap() - 3.0).abs() < 1e-12);
}
/// Units that are switched off come back, though their power is the same in all steps.
#[test]
fn units_of_constant_power_are_switched_on_again() {
    use energyopti_engine::assets::thermal::commitment::Commitment;
    use energyopti_engine::assets::thermal::{Start, Switching};
    let mut model = model(3);
    let commitment = Commitment { count: 1, min_up_time_h: 0.0, min_down_time_h: 0.0, initial_on: 0 };
    model.assets.thermal = vec![thermal("unit", 1, Series::Constant(10.0), 1.0, None)];
    model.assets.thermal[0].operation.switching =
        Some(Switching { p_min_pu: 0.2, commitment, start: Start::default() });
    model.assets.load = vec![load("town", Series::Steps([10.0, 0.0, 10.0].into()))];
    let results = results(&model, 64);
    assert!(results.metric("eue_mwh").unwrap().value.unwrap().abs() < 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    /// The ledger is checked in every step and lane: a run that returns has closed it.
    #[test]
    fn the_ledger_closes_and_stores_stay_within_their_limits(
        p in 0.0..50.0_f64, e in 0.0..200.0_f64, loss in 0.0..0.5_f64,
        store in 0.05..1.0_f64, give in 0.05..1.0_f64,
        low in 0.0..0.5_f64, start in 0.0..1.0_f64, seed in any::<u64>(), must in any::<bool>(),
    ) {
        let mut model = mixed(120);
        model.seed = seed;
        if must {
            model.charge_from = energyopti_engine::ChargeFrom::MustTake;
        }
        let mut bess = battery("third", p, e);
        bess.standing_loss_per_h = loss;
        bess.efficiency_store = store;
        bess.efficiency_dispatch = give;
        bess.e_min_pu = low;
        bess.e_initial_pu = start;
        model.assets.battery.push(bess);
        let mut simulation = Simulation::new(&model).unwrap();
        let trace = simulation.trace(seed % 100, &model).unwrap();
        let column = trace.columns.iter().position(|c| c == "third.e_mwh").unwrap();
        for row in &trace.rows {
            prop_assert!(row[column] >= 0.0 && row[column] <= e * (1.0 + 1e-12), "{}", row[column]);
        }
    }
}

/// Cases per property; the nightly setting raises it.
fn cases() -> u32 {
    std::env::var("ENERGYOPTI_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(64)
}
