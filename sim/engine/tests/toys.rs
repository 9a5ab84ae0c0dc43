//! Toy systems with answers that fit on paper.

mod support;

use energyopti_engine::{Lanes, Series, Simulation};
use support::{assert_within_three_errors, battery, clock, load, model, must_take, results, thermal, toy_a, toy_b};

/// Available 30, 20, 10, 0 with binomial probabilities of three units at 0.9; each hour by itself:
/// LOLE 0.355 h, EUE 1.59 MWh.
#[test]
fn three_units_meet_their_closed_form() {
    let results = results(&toy_a(), 200_000);
    assert_within_three_errors("lole_h", results.metric("lole_h").unwrap(), 0.355);
    assert_within_three_errors("eue_mwh", results.metric("eue_mwh").unwrap(), 1.59);
}

#[test]
fn units_whose_capacity_follows_a_course_meet_their_closed_form() {
    let results = results(&toy_b(), 200_000);
    assert_within_three_errors("lole_h", results.metric("lole_h").unwrap(), 0.96);
    assert_within_three_errors("eue_mwh", results.metric("eue_mwh").unwrap(), 7.11);
}

/// One battery, 10 MW / 40 MWh, 0.9 in and 0.8 out, empty at first. Load 20, generator 30: it
/// charges 10 MW an hour, 9 MWh stored. Then load 45 against 30: it gives 10 MW for 12.5 MWh an
/// hour. Hours: charge, charge, short 15 (gives 10, 5 short; 18 - 12.5 = 5.5 left), short 15 (gives
/// 5.5 * 0.8 = 4.4, 10.6 short).
#[test]
fn a_battery_does_what_arithmetic_says() {
    let mut model = model(4);
    model.assets.thermal = vec![thermal("unit", 1, Series::Constant(30.0), 7.0, None)];
    model.assets.load = vec![load("town", Series::Steps([20.0, 20.0, 45.0, 45.0].into()))];
    model.assets.battery = vec![battery("bess", 10.0, 40.0)];
    let results = results(&model, 64);
    let value = |name: &str| results.metric(name).unwrap().value.unwrap();
    assert!((value("eue_mwh") - 15.6).abs() < 1e-9);
    assert!((value("lole_h") - 2.0).abs() < 1e-12);
    assert!((value("energy_mwh.bess") - 14.4).abs() < 1e-9);
    assert!((value("charge_mwh.bess") - 20.0).abs() < 1e-9);
    assert!((value("energy_mwh.unit") - 120.0).abs() < 1e-9);
    assert!((value("cost") - 840.0).abs() < 1e-9);
    assert!((value("lole_without_storage_h") - 2.0).abs() < 1e-12);
    assert!((value("eue_without_storage_mwh") - 30.0).abs() < 1e-9);
    assert!((value("event_depth_mw") - 10.6).abs() < 1e-9);
    assert!((value("cycles.bess") - 14.4 / 40.0).abs() < 1e-12);
}

/// With `must_take` only the sun's surplus is stored: 25 - 20 = 5 MW in one hour.
#[test]
fn must_take_charging_leaves_fuel_alone() {
    let mut model = model(2);
    model.charge_from = energyopti_engine::ChargeFrom::MustTake;
    model.assets.thermal = vec![thermal("unit", 1, Series::Constant(30.0), 7.0, None)];
    model.assets.solar = vec![must_take("sun", &[25.0, 0.0])];
    model.assets.load = vec![load("town", Series::Constant(20.0))];
    model.assets.battery = vec![battery("bess", 10.0, 40.0)];
    let results = results(&model, 64);
    let value = |name: &str| results.metric(name).unwrap().value.unwrap();
    assert!((value("charge_mwh.bess") - 5.0).abs() < 1e-12);
    assert!(value("curtailment_mwh.sun").abs() < 1e-12);
    assert!((value("energy_mwh.unit") - 20.0).abs() < 1e-12);
}

/// Two stores of 10 MW, 10 and 40 MWh stored at 0.8 out: 0.8 h and 3.2 h to go. A deficit of 10 MW
/// is met by the longer one alone; one of 15 MW takes 5 MW of the shorter.
#[test]
fn the_store_with_the_longest_time_to_go_discharges_first() {
    let mut model = model(2);
    model.assets.load = vec![load("town", Series::Steps([10.0, 15.0].into()))];
    model.assets.battery = vec![battery("a_short", 10.0, 10.0), battery("b_long", 10.0, 40.0)];
    model.assets.battery.iter_mut().for_each(|b| b.e_initial_pu = 1.0);
    let mut simulation = Simulation::new(&model).unwrap();
    let trace = simulation.trace(5, &model).unwrap();
    let column = |name: &str| trace.columns.iter().position(|c| c == name).unwrap();
    let at = |step: usize, name: &str| trace.rows[step][column(name)];
    assert_eq!((at(0, "a_short.p_mw"), at(0, "b_long.p_mw")), (0.0, 10.0));
    // 27.5 MWh left in the longer: 2.2 h to go against 0.8 h.
    assert_eq!((at(1, "a_short.p_mw"), at(1, "b_long.p_mw")), (5.0, 10.0));
    assert!((at(1, "b_long.e_mwh") - 15.0).abs() < 1e-12);
}

/// Interruptible load goes first and does not count; firm load of two values of lost load goes in
/// their order. 12 MW short: 5 interruptible, then 4 of the cheap firm tier, then 3 of the dear.
#[test]
fn tiers_are_shed_from_the_cheapest_and_only_firm_ones_count() {
    use energyopti_engine::assets::load::Tier;
    let mut model = model(1);
    model.assets.load = vec![load("town", Series::Constant(20.0))];
    model.assets.load[0].tiers = vec![
        Tier { share_pu: 0.55, voll_per_mwh: 9000.0, firm: true },
        Tier { share_pu: 0.25, voll_per_mwh: 100.0, firm: false },
        Tier { share_pu: 0.20, voll_per_mwh: 2000.0, firm: true },
    ];
    model.assets.thermal = vec![thermal("unit", 1, Series::Constant(8.0), 1.0, None)];
    let results = results(&model, 64);
    let value = |name: &str| results.metric(name).unwrap().value.unwrap();
    assert!((value("eue_mwh") - 7.0).abs() < 1e-12);
    assert!((value("lost_load_cost") - (5.0 * 100.0 + 4.0 * 2000.0 + 3.0 * 9000.0)).abs() < 1e-9);
    assert!((value("energy_mwh.town") - 8.0).abs() < 1e-12);
}

/// A load equal to what is available is served; a milliwatt-hour's rounding is no shortfall.
#[test]
fn shortfall_is_strict_and_has_a_tolerance() {
    let mut model = model(3);
    model.assets.thermal = vec![thermal("unit", 1, Series::Constant(10.0), 1.0, None)];
    model.assets.load = vec![load("town", Series::Steps([10.0, 10.0005, 10.01].into()))];
    let results = results(&model, 64);
    assert!((results.metric("lole_h").unwrap().value.unwrap() - 1.0).abs() < 1e-12);
}

/// Nothing short in 640 futures of 4 h: the interval is [0, 3/640 of 4 h], never [0, 0].
#[test]
fn an_event_never_seen_keeps_an_interval() {
    let mut model = model(4);
    model.assets.thermal = vec![thermal("unit", 1, Series::Constant(10.0), 1.0, None)];
    model.assets.load = vec![load("town", Series::Constant(5.0))];
    let results = results(&model, 640);
    let lole = results.metric("lole_h").unwrap();
    assert_eq!(lole.value, Some(0.0));
    let [low, high] = lole.ci95.unwrap();
    assert!(low.abs() < 1e-15 && (high - 3.0 / 640.0 * 4.0).abs() < 1e-12);
    assert_eq!(results.metric("event_duration_h").unwrap().value, None);
}

/// The year is drawn per replica and shared: load and sun of the same year always meet, so the
/// load (100 or 200) less the sun (50 or 150) is 50 in every future.
#[test]
fn load_and_sun_share_their_weather_year() {
    let mut model = model(2);
    let years = |a: f64, b: f64| Series::from_years(&[vec![a; 2], vec![b; 2]]);
    model.assets.load = vec![load("town", years(100.0, 200.0))];
    model.assets.solar = vec![must_take("sun", &[0.0, 0.0])];
    model.assets.solar[0].source = energyopti_engine::assets::solar::Source::Profile(years(50.0, 150.0));
    let results = results(&model, 2048);
    let eue = results.metric("eue_mwh").unwrap();
    assert_eq!((eue.value, eue.standard_error), (Some(100.0), Some(0.0)));
    let load = results.metric("load_mwh").unwrap();
    assert_within_three_errors("load_mwh", load, 300.0);
    assert!(load.standard_error.unwrap() > 0.0);
}

#[test]
fn a_series_that_does_not_cover_the_horizon_is_refused() {
    let mut model = model(4);
    model.assets.load = vec![load("town", Series::Steps([1.0; 3].into()))];
    assert!(Simulation::new(&model).is_err());
    model.clock = clock(0);
    assert!(Simulation::new(&model).is_err());
}

#[test]
fn a_row_of_lanes_is_aligned_to_a_cache_line() {
    assert_eq!((align_of::<Lanes>(), size_of::<Lanes>()), (64, 512));
}
